"""Tests of what the rows about applications say of products that offer less than the reference, or do it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import fixtures
from conformance import register
from conformance.judge import judge
from conformance.model import Outcome, Status
from conformance.neighbours import Neighbours
from conformance.run import Run
from fixtures.verwerkingenlogging.misusing import log_otherwise
from tests.small import ADDRESS, opened
from tests.test_neighbours import free_port

PROFILE = "verwerkingenlogging"
THEMES = ("zenden", "ontvangen", "loggen")


@contextmanager
def run_of(folder: Path, changes: dict[str, Any] | None, **otherwise: str) -> Iterator[Run]:
    """Give a run against the reference applications, told otherwise in the target file, or not at all."""
    address = f"http://127.0.0.1:{free_port()}"
    supplier: Any = fixtures.supplier(PROFILE, neighbours_url=address, timeout=1)
    for member, by in otherwise.items():
        log_otherwise(supplier, member=member, by=by)
    parts: dict[str, Any] = {}
    if changes is not None:
        known = fixtures.target(PROFILE, ADDRESS, neighbours=address)["applications"]
        own = {**known, "patience": 0.2, **changes}
        parts = {"applications": {name: value for name, value in own.items() if value is not None}}
    with (
        Neighbours.start(None, address, seed=1) as server,
        opened(folder, supplier, profile=PROFILE, parts=parts, neighbours=server) as run,
    ):
        yield run


def outcomes(run: Run, *idents: str) -> dict[str, Outcome]:
    """Judge rows about applications: these, or all of them."""
    rows = [one for one in register.bind(run.profile) if one.requirement.theme in THEMES]
    chosen = [one for one in rows if not idents or one.requirement.id.removeprefix("VL-H-") in idents]
    return {one.requirement.id.removeprefix("VL-H-"): judge(run, one) for one in chosen}


def statuses(run: Run, *idents: str) -> dict[str, Status]:
    """Give only the status of each."""
    return {ident: outcome.status for ident, outcome in outcomes(run, *idents).items()}


def test_who_offers_only_a_log_is_told_what_would_be_judged(tmp_path: Path) -> None:
    with run_of(tmp_path, None) as run:
        found = outcomes(run)
    assert (len(found), {one.status for one in found.values()}) == (39, {Status.NOT_APPLICABLE})
    assert all("applications: {" in one.reason.nl for one in found.values() if one.reason)


def test_a_provider_alone_is_judged_on_what_it_logs(tmp_path: Path) -> None:
    with run_of(tmp_path, {"trigger": None, "organisations": {}}) as run:
        found = statuses(run)
    passed = {ident for ident, status in found.items() if status is Status.PASSED}
    assert passed == {f"RECV-00{number}" for number in range(1, 9)}
    assert set(found.values()) == {Status.PASSED, Status.NOT_APPLICABLE}


def test_a_consumer_alone_is_judged_on_what_it_does(tmp_path: Path) -> None:
    with run_of(tmp_path, {"provider": None}) as run:
        found = statuses(run, "RECV-001", "RECV-007", "RECV-008", "SEND-001", "LOG-002")
    wanted = dict.fromkeys(("RECV-001", "RECV-008"), Status.NOT_APPLICABLE)
    assert found == {**wanted, **dict.fromkeys(("RECV-007", "SEND-001", "LOG-002"), Status.PASSED)}


def test_what_is_not_offered_does_not_apply(tmp_path: Path) -> None:
    with run_of(tmp_path, {"handelingen": ["openen", "opslaan", "balie"], "organisations": {}, "source": False}) as run:
        found = statuses(run, "SEND-001", "SEND-010", "LOG-001", "LOG-011", "LOG-012", "LOG-013", "LOG-017")
    passed = {ident for ident, status in found.items() if status is Status.PASSED}
    assert passed == {"LOG-001", "LOG-013"}
    assert set(found.values()) == {Status.PASSED, Status.NOT_APPLICABLE}


@pytest.mark.parametrize(("minimal", "status"), [(True, Status.WARNING), (False, Status.FAILED)])
def test_minimal_logging_may_leave_the_processing_out(tmp_path: Path, minimal: bool, status: Status) -> None:
    with run_of(tmp_path, {"minimal": minimal}, verwerkingId="") as run:
        assert statuses(run, "LOG-006") == {"LOG-006": status}


def test_moments_in_whole_seconds_are_equal_within_one(tmp_path: Path) -> None:
    with run_of(tmp_path, {}, tijdstip="whole-seconds") as run:
        assert set(statuses(run, "LOG-001", "LOG-005", "LOG-007").values()) == {Status.PASSED}


def test_a_provider_that_does_not_know_the_call_is_not_blamed(tmp_path: Path) -> None:
    with run_of(
        tmp_path, {"provider": {"url": f"{ADDRESS}/verwerkingenlogging/bron/personen", "body": {"bsn": "1"}}}
    ) as run:
        found = {ident: one for ident, one in outcomes(run).items() if ident.startswith("RECV")}
    assert {one.status for one in found.values()} == {Status.BLOCKED}
    assert all("applications.provider" in one.reason.nl for one in found.values() if one.reason)
