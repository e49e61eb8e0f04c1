"""The committed corpus is what freezing gives, and freezing says what is wrong."""

from __future__ import annotations

import shutil
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from conformance import attribution, corpus, freeze, workshop
from conformance.attribution import Candidate, FreezeError, Rule
from conformance.corpus import Case
from conformance.workshop import Seen, Workshop

PROFILES = Path(__file__).parents[1] / "profiles"
KLANTEN = PROFILES / "klanten"
CANDIDATE = Candidate("o", "negative", "s", "maxLength", "/a/b", "string", "te lang", "POST", "/x")


@pytest.fixture(scope="module")
def shop() -> Workshop:
    return workshop.load(KLANTEN)


@pytest.fixture(scope="module")
def seen(shop: Workshop) -> list[Seen]:
    return [*freeze.coverage(shop.contract)]


@pytest.fixture(scope="module")
def fresh(shop: Workshop, seen: list[Seen]) -> list[Case]:
    return shop.cases(seen)


@pytest.fixture(
    scope="module", params=sorted(path.parent for path in PROFILES.glob("*/corpus_rules.yaml")), ids=attrgetter("name")
)
def standard(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def workplace(standard: Path, shop: Workshop) -> Workshop:
    return shop if standard == KLANTEN else workshop.load(standard)


@pytest.fixture(scope="module")
def made(standard: Path, workplace: Workshop, fresh: list[Case]) -> list[Case]:
    return fresh if standard == KLANTEN else workplace.cases(freeze.coverage(workplace.contract))


@pytest.fixture
def folder(tmp_path: Path, fresh: list[Case], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(freeze, "cases", lambda folder: fresh)
    shutil.copy(KLANTEN / "corpus.jsonl.gz", tmp_path)
    return tmp_path


def test_the_committed_corpus_is_up_to_date(standard: Path, made: list[Case]) -> None:
    assert corpus.dump(made) == (standard / "corpus.jsonl.gz").read_bytes()


def test_freezing_reads_the_folder_of_the_profile(
    shop: Workshop, seen: list[Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeze, "coverage", lambda contract: seen[:9])
    assert freeze.cases(KLANTEN) == shop.cases(seen[:9])


def test_check_says_that_the_corpus_is_up_to_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze.main([str(folder), "--check"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_check_shows_what_differs(folder: Path, fresh: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "corpus.jsonl.gz").write_bytes(corpus.dump([replace(fresh[0], id="verdwenen"), *fresh[1:]]))
    assert freeze.main([str(folder), "--check"]) == 1
    assert "verdwenen" in capsys.readouterr().out


def test_check_of_a_missing_corpus_fails(folder: Path) -> None:
    (folder / "corpus.jsonl.gz").unlink()
    assert freeze.main([str(folder), "--check"]) == 1


def test_freezing_writes_the_corpus(folder: Path, fresh: list[Case]) -> None:
    (folder / "corpus.jsonl.gz").unlink()
    assert freeze.main([str(folder)]) == 0
    assert len(corpus.load(folder / "corpus.jsonl.gz")) == len(fresh)


def test_the_generator_still_says_what_each_case_covers(seen: list[Seen]) -> None:
    created = [one for one in seen if one.operation == "klant_create"]
    long = [one for one in created if one.location.endswith("properties/functie/maxLength")]
    assert [(one.mode, one.scenario, one.place) for one in long] == [("negative", "string_above_max_length", "body")]
    assert len(long[0].body["functie"]) == 201


def test_a_case_without_coverage_data_is_an_error() -> None:
    class Bare:
        meta = None

    with pytest.raises(FreezeError, match="does not say what it covers"):
        freeze._seen("klant_create", Bare())  # type: ignore[arg-type]  # a case of another version


@pytest.mark.parametrize(
    ("patterns", "fits"),
    [
        ({}, True),
        ({"operation": "x|o"}, True),
        ({"operation": "p"}, False),
        ({"pointer": ["/c", "/a/*"]}, True),
        ({"pointer": "/a"}, False),
        ({"keyword": "m*", "kind": "string", "description": "te*"}, True),
        ({"mode": "positive"}, False),
    ],
)
def test_a_rule_fits_when_all_its_patterns_do(patterns: dict[str, Any], fits: bool) -> None:
    assert Rule(**patterns, drop="x").fits(CANDIDATE) is fits


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{pointer: /a}", "either requirement and expect, or drop"),
        ("{drop: x, requirement: R-1, expect: accepted}", "either requirement and expect, or drop"),
        ("{dorp: x}", "did you mean 'drop'"),
    ],
)
def test_a_row_that_says_nothing_or_too_much_is_refused(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "rules.yaml").write_text(f"resource: klanten\nrules: [{row}]\n")
    with pytest.raises(FreezeError, match=message):
        attribution.rules(tmp_path / "rules.yaml")


def test_a_request_without_a_rule_stops_the_freezing(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("resource: klanten\nrules: [{pointer: /x, drop: nooit}]\n")
    with pytest.raises(FreezeError, match="no rule for o negative s /a/b"):
        attribution.rules(tmp_path / "rules.yaml").rule(CANDIDATE)


def test_without_variants_every_body_starts_from_the_first_sample(shop: Workshop, seen: list[Seen]) -> None:
    plain = replace(shop, rules=shop.rules.model_copy(update={"variants": None}))
    updates = [one for one in seen if one.place == "body" and one.operation == "klant_update"]
    assert {one.given for one in plain.candidates(updates) if one.scenario == "incorrect_type"} == {"default"}


def test_every_refused_body_deviates_from_an_accepted_one_in_one_member(made: list[Case], workplace: Workshop) -> None:
    refused = [
        case for case in made if case.expect == "refused" and case.method == "POST" and isinstance(case.body, dict)
    ]
    for case in refused:
        nearest = min(
            sum(case.body.get(name, ...) != sample.get(name, ...) for name in {*case.body, *sample})
            for sample in workplace.samples.values()
        )
        assert nearest <= 1


def test_every_accepted_body_fits_the_contract(made: list[Case], workplace: Workshop) -> None:
    accepted = [case for case in made if case.expect == "accepted" and case.has_body]
    wrong = [case for case in accepted if workplace.contract.request_violations(case.operation, _bound(case.body))]
    assert wrong == []


def _bound(body: dict[str, Any]) -> dict[str, Any]:
    return {name: "K1" if isinstance(value, dict) and "$uniek" in value else value for name, value in body.items()}
