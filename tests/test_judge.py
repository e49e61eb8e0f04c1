"""Tests of judging one check: whose fault it is, how bad it is, and that nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import fixtures
from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.judge import judge
from conformance.model import Finding, Level, Outcome, Severity, Status, Text, same
from conformance.reply import has_status, member, no_header
from conformance.runfile import leftovers
from tests.small import Seen, bound, opened

FINDING = Finding(same("status"), same("200"), same("500"))


@pytest.fixture
def supplier() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


def outcome(folder: Path, supplier: Seen, check: Callable[[Api], None], level: Level = Level.MUST) -> Outcome:
    """Judge a function as a check of a row with this level."""
    with opened(folder, supplier) as run:
        return judge(run, bound(check, level))


def passes(api: Api) -> None:
    """Find nothing."""
    api.get("klanten").expects(status=200)


def fails(api: Api) -> None:
    """Find two differences."""
    api.get("klanten").expects(member("a", 1), status=418)


def warns(api: Api) -> None:
    """Find a difference that is tolerated."""
    api.get("klanten").prefers(status=418)


def notes(api: Api) -> None:
    """Find something to tell."""
    api.get("klanten").notes(has_status(418))


def blocks(api: Api) -> None:
    """Find that nothing can be said."""
    raise Blocked("Dat gaat niet.", "That cannot be done.")


def spares(api: Api) -> None:
    """Find that the target is not bound."""
    raise NotApplicable("Dat geldt niet.", "That does not apply.")


def breaks(api: Api) -> None:
    """Make a mistake of its own."""
    raise ZeroDivisionError("our own mistake")


def warns_and_fails(api: Api) -> None:
    """Find something tolerated first and something wrong later."""
    warns(api)
    fails(api)


def fails_and_blocks(api: Api) -> None:
    """Find something wrong, go on, and be blocked then."""
    with api.continuing():
        fails(api)
    blocks(api)


def fails_and_breaks(api: Api) -> None:
    """Find something wrong, go on, and make a mistake then."""
    with api.continuing():
        fails(api)
    breaks(api)


def warns_and_blocks(api: Api) -> None:
    """Find something tolerated, and be blocked then."""
    warns(api)
    blocks(api)


@pytest.mark.parametrize(
    ("check", "must", "should", "may"),
    [
        (passes, "passed", "passed", "passed"),
        (fails, "failed", "warning", "passed"),
        (warns, "warning", "warning", "passed"),
        (notes, "passed", "passed", "passed"),
        (blocks, "blocked", "blocked", "blocked"),
        (spares, "not_applicable", "not_applicable", "not_applicable"),
        (breaks, "error", "error", "error"),
        (warns_and_fails, "failed", "warning", "passed"),
        (fails_and_blocks, "failed", "warning", "passed"),
        (fails_and_breaks, "failed", "warning", "passed"),
        (warns_and_blocks, "blocked", "blocked", "blocked"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_became_of_a_check(
    check: Callable[[Api], None], must: str, should: str, may: str, tmp_path: Path, supplier: Seen
) -> None:
    found = []
    for level in Level:
        (tmp_path / level).mkdir()
        found.append(outcome(tmp_path / level, supplier, check, level).status)
    assert found == [must, should, may]


def test_every_difference_of_one_reply_is_found(tmp_path: Path, supplier: Seen) -> None:
    found = outcome(tmp_path, supplier, fails).findings
    assert [(one.expected.en, one.exchange, one.severity) for one in found] == [
        ("418", "1", Severity.FAILURE),
        ("1", "1", Severity.FAILURE),
    ]


@pytest.mark.parametrize(("level", "severity"), [(Level.SHOULD, Severity.WARNING), (Level.MAY, Severity.NOTE)])
def test_a_finding_is_no_worse_than_its_level(level: Level, severity: Severity, tmp_path: Path, supplier: Seen) -> None:
    assert {one.severity for one in outcome(tmp_path, supplier, fails, level).findings} == {severity}


def test_a_reason_is_told_in_both_languages(tmp_path: Path, supplier: Seen) -> None:
    assert outcome(tmp_path, supplier, blocks).reason == Text("Dat gaat niet.", "That cannot be done.")


def test_our_own_mistake_names_its_place(tmp_path: Path, supplier: Seen) -> None:
    reason = outcome(tmp_path, supplier, breaks).reason
    assert reason is not None
    assert reason.en.startswith("ZeroDivisionError: our own mistake (test_judge.py:")


def test_a_check_cannot_hide_its_mistake_as_a_refusal(tmp_path: Path, supplier: Seen) -> None:
    def confused(api: Api) -> None:
        raise KeyError("klantnummer")

    assert outcome(tmp_path, supplier, confused).status is Status.ERROR


@pytest.mark.parametrize(
    "fault",
    [
        Mismatch([FINDING]),
        Blocked("a", "b"),
        NotApplicable("a", "b"),
        RuntimeError(),
        KeyboardInterrupt(),
        SystemExit(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_was_made_is_removed_however_the_check_ends(fault: BaseException, tmp_path: Path, supplier: Seen) -> None:
    def check(api: Api) -> None:
        api.create("klanten")
        api.create("klanten")
        raise fault

    if isinstance(fault, Exception):
        outcome(tmp_path, supplier, check)
    else:
        with pytest.raises(type(fault)):
            outcome(tmp_path, supplier, check)
    made = [path for method, path, _ in supplier.requests if method == "POST"]
    removed = [path for method, path, _ in supplier.requests if method == "DELETE"]
    assert (len(made), len(removed)) == (2, 2)
    assert leftovers(tmp_path / "run") == []


def test_an_outcome_names_its_exchanges_and_call(tmp_path: Path, supplier: Seen) -> None:
    seen = outcome(tmp_path, supplier, warns_and_fails)
    assert (seen.requirement, seen.check) == ("KLN-TST-001", "warns_and_fails()")
    assert seen.exchanges[0] == "1"
    assert len(seen.exchanges) >= 2


def test_a_tolerated_reading_is_a_finding_too(tmp_path: Path, supplier: Seen) -> None:
    def check(api: Api) -> None:
        api.get("klanten").prefers(no_header("Content-Type"))

    assert [one.severity for one in outcome(tmp_path, supplier, check).findings] == [Severity.WARNING]
