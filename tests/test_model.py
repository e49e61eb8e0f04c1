"""Tests of the order of statuses, of levels and of verdicts."""

from __future__ import annotations

import itertools

import pytest

from conformance.errors import Blocked, Mismatch, NotApplicable, ProfileError
from conformance.model import (
    CheckCall,
    Finding,
    Judgement,
    Level,
    Requirement,
    Status,
    Text,
    Verdict,
    capped,
    same,
    verdict,
    worst,
)

WORST_FIRST = ["failed", "error", "blocked", "waived", "warning", "passed", "not_applicable", "not_tested"]


def judged(status: str, level: Level = Level.MUST, *, declared: bool = False) -> Judgement:
    """Give a row with this status."""
    row = Requirement("X-001", level, "rule", same("x"), "x", "x", declared=declared)
    return Judgement(row, Status(status))


def test_statuses_are_ordered_worst_first() -> None:
    assert [str(status) for status in Status] == WORST_FIRST


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(WORST_FIRST, 2)])
def test_the_worst_of_two_wins(one: str, other: str) -> None:
    assert worst([Status(other), Status(one)]) is worst([Status(one), Status(other)]) is Status(one)


def test_nothing_is_not_tested() -> None:
    assert worst([]) is Status.NOT_TESTED


@pytest.mark.parametrize(
    ("status", "should", "may"),
    [
        ("failed", "warning", "passed"),
        ("warning", "warning", "passed"),
        *((status, status, status) for status in WORST_FIRST if status not in {"failed", "warning"}),
    ],
)
def test_a_level_caps_what_is_the_suppliers_fault_only(status: str, should: str, may: str) -> None:
    found = [capped(Status(status), level) for level in Level]
    assert found == [status, should, may]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["passed"], Verdict.CONFORMS),
        (["passed", "warning", "not_applicable"], Verdict.CONFORMS),
        (["passed", "waived"], Verdict.CONFORMS_WITH_WAIVERS),
        (["waived", "warning"], Verdict.CONFORMS_WITH_WAIVERS),
        (["passed", "failed"], Verdict.FAILS),
        (["failed", "error", "blocked", "not_tested", "waived"], Verdict.FAILS),
        (["passed", "error"], Verdict.UNDECIDED),
        (["passed", "blocked"], Verdict.UNDECIDED),
        (["passed", "not_tested"], Verdict.UNDECIDED),
        (["waived", "blocked"], Verdict.UNDECIDED),
        (["not_applicable"], Verdict.UNDECIDED),
        ([], Verdict.UNDECIDED),
    ],
)
def test_a_verdict_follows_from_the_binding_rows(rows: list[str], expected: Verdict) -> None:
    assert verdict(judged(status) for status in rows) is expected


@pytest.mark.parametrize("level", [Level.SHOULD, Level.MAY])
@pytest.mark.parametrize("status", WORST_FIRST)
def test_what_does_not_bind_does_not_count(status: str, level: Level) -> None:
    assert verdict([judged("passed"), judged(status, level)]) is Verdict.CONFORMS


def test_what_only_the_supplier_can_declare_does_not_count() -> None:
    assert verdict([judged("passed"), judged("not_tested", declared=True)]) is Verdict.CONFORMS
    assert verdict([judged("not_tested", declared=True)]) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        (CheckCall("a"), "a()"),
        (CheckCall("a", {"b": 1, "c": ["x"]}), "a(b=1, c=['x'])"),
        (CheckCall("a", {"b": "x" * 41}), f"a(b={'x' * 37}...)"),
        (CheckCall("a", {"b": "x" * 40}), f"a(b={'x' * 40})"),
    ],
)
def test_a_call_is_shown_briefly(call: CheckCall, shown: str) -> None:
    assert str(call) == shown


def test_a_mismatch_tells_every_finding() -> None:
    findings = [Finding(Text("a", "b"), same("1"), same(str(number))) for number in (2, 3)]
    assert str(Mismatch(iter(findings))) == "b: expected 1, got 2; b: expected 1, got 3"


@pytest.mark.parametrize("kind", [Blocked, NotApplicable])
def test_a_reason_is_in_two_languages(kind: type[Blocked | NotApplicable]) -> None:
    raised = kind("nee", "no")
    assert (raised.reason, str(raised)) == (Text("nee", "no"), "no")


def test_a_configuration_error_says_where_what_and_how() -> None:
    assert str(ProfileError("file", "is wrong", "mend it")) == "file: is wrong; mend it"
    assert str(ProfileError("file", "is wrong")) == "file: is wrong"
