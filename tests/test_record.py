"""Tests of run.json: what became of each row, also of rows that were not run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance import profile as profiles
from conformance import target as targets
from conformance.model import Finding, Outcome, Requirement, Severity, Status, Text, same
from conformance.profile import Profile
from conformance.record import NO_RESOURCE, NOT_RUN, judged, outcome_record, profile_record, text
from tests.small import ADDRESS, KLEIN, target_file

ROW = "KLN-REG-001"


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Give the small standard."""
    return profiles.load(KLEIN)


def outcome(status: Status, reason: Text | None = None) -> Outcome:
    """Give an outcome of the first row."""
    return Outcome(ROW, "check()", status, reason=reason)


@pytest.mark.parametrize(
    ("outcomes", "planned", "status", "reason"),
    [
        ([], frozenset({ROW}), Status.NOT_TESTED, NOT_RUN),
        ([], frozenset(), Status.NOT_APPLICABLE, NO_RESOURCE),
        ([outcome(Status.PASSED)], frozenset({ROW}), Status.PASSED, None),
        ([outcome(Status.PASSED), outcome(Status.FAILED)], frozenset({ROW}), Status.FAILED, None),
        (
            [outcome(Status.BLOCKED, same("one")), outcome(Status.ERROR, same("two"))],
            frozenset({ROW}),
            Status.ERROR,
            same("two"),
        ),
        ([outcome(Status.NOT_APPLICABLE, same("x")), outcome(Status.PASSED)], frozenset({ROW}), Status.PASSED, None),
    ],
)
def test_a_row_takes_the_worst_of_its_checks(
    outcomes: list[Outcome], planned: frozenset[str], status: Status, reason: Text | None, profile: Profile
) -> None:
    first = judged(profile, outcomes, planned)[0]
    assert (first.status, first.reason) == (status, reason)


def test_a_row_without_a_check_says_why(profile: Profile) -> None:
    last = judged(profile, [], frozenset())[-1]
    assert (last.status, last.reason) == (Status.NOT_TESTED, Text("nog niet gebouwd", "not built yet"))


def test_every_row_is_there_in_order(profile: Profile) -> None:
    assert [one.requirement.id for one in judged(profile, [], frozenset())] == [row.id for row in profile.requirements]


def test_a_profile_is_described_whole(profile: Profile, tmp_path: Path) -> None:
    target = targets.load(target_file(tmp_path, declarations={"KLN-DECL-001": "Wij."}))
    record = profile_record(profile, judged(profile, [], frozenset()), target, None)
    assert (record["name"], record["verdict"], record["lifecycle"], record["role"]) == (
        "klein",
        "niet vast te stellen",
        None,
        None,
    )
    assert record["declarations"][0]["answer"] == "Wij."
    assert record["errata"][0]["id"] == "KLN-ERR-01"
    assert [theme["name"] for theme in record["themes"]] == ["regels", "vragen"]
    last = record["requirements"][-1]
    assert last["interpretation"] == {"text": {"nl": "Zo gelezen", "en": "Read so"}, "warn_only": ["KLN"]}
    assert last["shared_defect"] == {"nl": "Iedereen doet dit fout", "en": "Everybody does this wrong"}


def test_a_row_of_an_included_profile_names_its_owner(tmp_path: Path) -> None:
    klanten = profiles.load("klanten")
    target = targets.load(target_file(tmp_path))
    record = profile_record(klanten, judged(klanten, [], frozenset()), target, None)
    assert {row["profile"] for row in record["requirements"]} == {"klanten", "common"}
    assert record["lifecycle"]["status"] == "withdrawn"


LOG, USES = "Log of processing (provider of the APIs)", "pplication that uses a log of processing"


@pytest.mark.parametrize(
    ("apis", "uses", "role"),
    [
        (["bewerking", "inzage", "var"], False, LOG),
        (["bewerking", "inzage"], False, f"{LOG}: bewerking, inzage only"),
        (["bewerking", "inzage", "var"], True, f"{LOG}; also a{USES}"),
        (["bewerking", "inzage"], True, f"{LOG}: bewerking, inzage only; also a{USES}"),
        ([], True, f"A{USES}"),
    ],
)
def test_the_role_is_that_of_what_is_offered_and_used(apis: list[str], uses: bool, role: str, tmp_path: Path) -> None:
    log = profiles.load("verwerkingenlogging")
    parts: dict[str, Any] = {"apis": {name: {"url": ADDRESS} for name in apis}}
    parts |= {"applications": {"trigger": {"manual": True}}} if uses else {}
    target = targets.load(target_file(tmp_path, **parts))
    assert profile_record(log, judged(log, [], frozenset()), target, None)["role"]["en"] == role


def test_an_outcome_is_json() -> None:
    finding = Finding(Text("wat", "what"), same("1"), same("2"), "7", Severity.WARNING)
    seen = Outcome(ROW, "check()", Status.WARNING, (finding,), same("why"), ("7",), 0.5)
    assert outcome_record(seen) == {
        "check": "check()",
        "status": "warning",
        "seconds": 0.5,
        "reason": {"nl": "why", "en": "why"},
        "exchanges": ["7"],
        "findings": [
            {
                "what": {"nl": "wat", "en": "what"},
                "expected": {"nl": "1", "en": "1"},
                "actual": {"nl": "2", "en": "2"},
                "exchange": "7",
                "severity": "warning",
            }
        ],
    }


def test_no_text_is_null() -> None:
    assert text(None) is None


def test_values_cannot_be_changed(profile: Profile) -> None:
    row: Requirement = profile.requirements[0]
    with pytest.raises(AttributeError, match="cannot assign"):
        row.id = "X"  # type: ignore[misc]
    assert replace(row, id="X-001").id == "X-001"
