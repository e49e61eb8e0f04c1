"""A replay proves that good requests are accepted before it blames, and says which case a finding is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import fixtures
from conformance import corpus
from conformance.corpus import Case
from conformance.errors import Blocked, Mismatch
from conformance.replay import Replay, survive
from conformance.reply import Reply
from conformance.run import Run
from tests.small import ROOT, api_of, opened

KLANTEN = ROOT / "profiles" / "klanten"
CASES = corpus.load(KLANTEN / "corpus.jsonl.gz")
LIMIT = next(case for case in CASES if case.requirement == "KL-POST-007" and case.expect == "accepted")
LONG = next(case for case in CASES if case.requirement == "KL-POST-007" and case.expect == "refused")
UPDATE = next(case for case in CASES if case.operation == "klant_update" and case.requirement == "COM-VAL-006")


@pytest.fixture
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Run]:
    """Give a run against the reference supplier, or against the supplier in the parameter."""
    application = getattr(request, "param", None) or fixtures.supplier("klanten")
    with opened(tmp_path, application, profile=KLANTEN) as one:
        yield one


@pytest.mark.parametrize("case", [LIMIT, LONG, UPDATE], ids=["accepted", "refused", "update"])
def test_the_reference_supplier_does_what_a_case_asks(run: Run, case: Case) -> None:
    api = api_of(run)
    Replay(api).judge(case)
    assert api.world.trace.findings == []


@pytest.mark.parametrize("run", [fixtures.null("Always400")], indirect=True)
@pytest.mark.parametrize("case", [LONG, UPDATE], ids=["create", "update"])
def test_a_refusal_counts_only_when_a_good_request_is_accepted(run: Run, case: Case) -> None:
    with pytest.raises(Blocked):
        Replay(api_of(run)).judge(case)


def test_one_resource_serves_all_cases_of_a_sample(run: Run) -> None:
    api = api_of(run)
    replay = Replay(api)
    for _ in range(2):
        replay.judge(UPDATE)
    assert len(api.world.made) == 1


@pytest.mark.parametrize("run", [fixtures.supplier("klanten", mutant="CutsOffVoornaam")], indirect=True)
def test_a_finding_names_the_keyword_the_place_and_the_case(run: Run) -> None:
    with pytest.raises(Mismatch) as caught:
        Replay(api_of(run)).judge(LONG)
    assert f"{LONG.method} {LONG.pointer} {LONG.keyword} ({LONG.description})" in caught.value.findings[0].what.en


def test_a_tolerated_status_is_a_warning(run: Run) -> None:
    api = api_of(run)
    Replay(api).judge(replace(LONG, status=(409,), tolerated=(400,)))
    assert [finding.severity for finding in api.world.trace.findings] == ["warning"]


def test_silence_counts_when_the_list_can_still_be_read(run: Run) -> None:
    api = api_of(run)
    api.get("klanten", {"achternaam": api.word()})
    with pytest.raises(Mismatch, match="twice"):
        survive(api, "klanten", _silent, "POST x")


@pytest.mark.parametrize("run", [fixtures.null("Always500")], indirect=True)
def test_silence_says_nothing_when_the_list_cannot_be_read(run: Run) -> None:
    api = api_of(run)
    api.get("klanten")
    with pytest.raises(Blocked):
        survive(api, "klanten", _silent, "POST x")


def test_the_standard_depth_is_a_sample_of_each_requirement() -> None:
    asked: dict[tuple[str, str], int] = {}
    for case in corpus.select(CASES, depth="standard"):
        asked[case.requirement, case.expect] = asked.get((case.requirement, case.expect), 0) + 1
    assert max(asked.values()) <= 25


def _silent(*_: Any) -> Reply:
    raise Blocked("Geen antwoord.", "No answer.")
