"""A replay proves that good requests are accepted before it blames, and says which case a finding is about."""

from __future__ import annotations

from collections import Counter
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
from tests.small import ADDRESS, ROOT, Seen, api_of, opened

KLANTEN = ROOT / "profiles" / "klanten"
CASES = corpus.load(KLANTEN / "corpus.jsonl.gz")
STANDARD = corpus.select(CASES, depth="standard")
LIMIT = next(case for case in CASES if case.requirement == "KL-POST-007" and case.expect == "accepted")
LONG = next(case for case in CASES if case.requirement == "KL-POST-007" and case.expect == "refused")
OTHER_LIMIT = next(case for case in STANDARD if case.requirement == "KL-POST-008" and case.expect == "accepted")
OTHER_LONG = next(case for case in STANDARD if case.requirement == "KL-POST-008" and case.expect == "refused")
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


def test_a_search_has_the_parameters_that_the_list_demands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "verwerkingenlogging"
    for variable, secret in fixtures.environment(name).items():
        monkeypatch.setenv(variable, secret)
    cases = corpus.load(ROOT / "profiles" / name / "corpus.jsonl.gz")
    case = next(case for case in cases if case.requirement == "VL-W-LIST-011")
    parts = fixtures.target(name, ADDRESS)
    supplier = Seen(fixtures.supplier(name))
    with opened(tmp_path, supplier, profile=name, parts=parts) as run:
        api = api_of(run)
        Replay(api).judge(case)
    assert api.world.trace.findings == []
    assert [method for method, _, _ in supplier.requests] == ["GET", "GET"]


@pytest.mark.parametrize("unnamed", [False, True])
def test_what_a_refusal_names_counts_unless_the_case_says_otherwise(run: Run, unnamed: bool) -> None:
    case = replace(LONG, pointer="/iets-anders", unnamed=unnamed)
    if unnamed:
        Replay(api_of(run)).judge(case)
    else:
        with pytest.raises(Mismatch, match="names in invalidParams"):
            Replay(api_of(run)).judge(case)


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


def test_the_standard_depth_has_one_case_of_each_requirement_keyword_and_place() -> None:
    asked: dict[tuple[str, ...], set[str]] = {}
    for case in CASES:
        if case.expect != "no_server_error" and case.keyword != "required":
            asked.setdefault((case.requirement, case.expect, case.keyword, case.pointer), set()).add(case.id)
    chosen = {case.id for case in corpus.select(CASES, depth="standard")}
    assert {place: len(ids & chosen) for place, ids in asked.items() if len(ids & chosen) not in {1, 2}} == {}


def test_of_what_takes_a_request_of_its_own_the_standard_depth_has_some() -> None:
    alone = [case for case in corpus.select(CASES, depth="standard") if case.expect == "no_server_error"]
    assert max(Counter(case.requirement for case in alone).values()) <= 13


@pytest.mark.parametrize(("case", "beside"), [(LIMIT, OTHER_LIMIT), (LONG, OTHER_LONG)], ids=["accepted", "refused"])
def test_one_request_shows_the_cases_of_several_rows(run: Run, case: Case, beside: Case) -> None:
    api = api_of(run)
    shown = [Replay(api).shown(case)]
    sent = run.folder.count
    other = api_of(run, "another row")
    shown.append(Replay(other).shown(beside))
    assert (shown, run.folder.count) == ([True, True], sent)
    assert set(other.world.trace.exchanges) <= set(api.world.trace.exchanges) != set()


@pytest.mark.parametrize("run", [fixtures.supplier("klanten", mutant="CutsOffVoornaam")], indirect=True)
def test_what_an_answer_to_many_cases_does_not_show_is_left_to_a_request_of_its_own(run: Run) -> None:
    replay = Replay(api_of(run))
    assert (replay.shown(LONG), replay.shown(OTHER_LONG)) == (False, True)


@pytest.mark.parametrize("run", [fixtures.null("Always201")], indirect=True)
def test_an_answer_that_says_nothing_of_a_member_shows_nothing(run: Run) -> None:
    assert Replay(api_of(run)).shown(LIMIT) is False


@pytest.mark.parametrize("run", [fixtures.null("Always400")], indirect=True)
def test_a_refusal_of_many_cases_counts_only_when_a_good_request_is_accepted(run: Run) -> None:
    with pytest.raises(Blocked):
        Replay(api_of(run)).shown(LONG)


def _silent(*_: Any) -> Reply:
    raise Blocked("Geen antwoord.", "No answer.")
