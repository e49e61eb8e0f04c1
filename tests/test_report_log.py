"""Tests of the technical log of one item."""

from __future__ import annotations

import pytest

from conformance.model import Finding, Interpretation, Level, Outcome, Requirement, Severity, Status, Text, same
from conformance.report.log import SHOWN, extras
from tests.samples_run import exchange

REQUIREMENT = Requirement(
    "KL-UNIQ-001",
    Level.MUST,
    "rule",
    Text("Samen uniek", "Unique together"),
    "The server refuses a second klant.",
    "kla-001",
    interpretation=Interpretation(Text("Zo", "So")),
)
FINDING = Finding(Text("Aangenomen", "Accepted"), same("400"), same("<201>"), "2", Severity.FAILURE)
OUTCOME = Outcome("KL-UNIQ-001", "unique_together()", Status.FAILED, (FINDING,), Text("Omdat", "Because"), ("1", "2"))


@pytest.mark.parametrize(
    "said",
    [
        "<summary>KL-UNIQ-001 – Failed</summary>",
        "Unique together (Mandatory)",
        "The server refuses a second klant.",
        "Source: kla-001",
        "unique_together()",
        "Because",
        "Accepted",
        "&lt;201&gt;",
        "curl --request POST",
    ],
)
def test_an_item_shows_requirement_findings_and_exchanges(said: str) -> None:
    assert said in extras(OUTCOME, [exchange("1"), exchange("2")], requirement=REQUIREMENT)


def test_an_item_can_be_shown_in_dutch() -> None:
    assert "Aangenomen" in extras(OUTCOME, [], language="nl")


def test_a_passed_item_without_exchanges_is_short() -> None:
    assert extras(Outcome("KL-1", "x()", Status.PASSED), []).count("<details") == 1


def test_the_exchanges_of_findings_are_never_left_out() -> None:
    names = [str(number) for number in range(1, 3 * SHOWN)]
    shown = extras(
        Outcome("KL-1", "x()", Status.FAILED, (FINDING,), exchanges=tuple(names)), [exchange(name) for name in names]
    )
    assert (shown.count("curl --request"), "Message 2</span>" in shown) == (SHOWN, True)


def test_an_exchange_that_was_not_recorded_is_skipped() -> None:
    assert "curl" not in extras(OUTCOME, [exchange("9")])


def test_what_the_supplier_sends_is_only_text() -> None:
    assert "<script>" not in extras(OUTCOME, [exchange("2", answer="<script>alert(1)</script>")])
