"""Tests of arranging the facts of a profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Json, Status
from conformance.report.bar import WIDTH, segments
from conformance.report.cards import EXAMPLES, FINDINGS, WORDS
from conformance.report.page import setting
from conformance.report.record import Exchanges, read
from conformance.report.texts import spoken, texts
from conformance.report.view import View, view
from tests import samples_run as samples

NONE = Exchanges(Path(), {})


def seen(row: Json, exchanges: Exchanges = NONE, **changed: Json) -> View:
    """Arrange a profile of one requirement."""
    return view(spoken(samples.profile([row], **changed), "nl"), exchanges)


def recorded(folder: Path, *exchanges: Json) -> Exchanges:
    """Write exchanges and give them back as recorded."""
    return read(samples.write(folder, samples.passing(), exchanges)).exchanges


def failure(*findings: Json, **changed: Json) -> Json:
    """Give a failed requirement with these findings."""
    return samples.requirement(1, "failed", outcomes=[samples.outcome("failed", *findings, **changed)])


def test_the_smallest_exchange_comes_first(tmp_path: Path) -> None:
    exchanges = recorded(tmp_path, samples.exchange("1", answer="long " * 50), samples.exchange("2", answer="short"))
    row = failure(samples.finding(None), samples.finding("1"), samples.finding("2"))
    shown = [example.exchange and example.exchange.step.id for example in seen(row, exchanges).own[0].examples]
    assert shown == ["2", "1", None]


def test_a_failure_comes_before_a_warning(tmp_path: Path) -> None:
    exchanges = recorded(tmp_path, samples.exchange("1", answer="short"), samples.exchange("2", answer="long " * 50))
    row = failure(samples.finding("1", severity="warning"), samples.finding("2"))
    assert [example.findings[0]["severity"] for example in seen(row, exchanges).own[0].examples] == [
        "failure",
        "warning",
    ]


def test_findings_of_one_exchange_stay_together() -> None:
    card = seen(failure(*[samples.finding("1")] * (FINDINGS + 2))).own[0]
    assert [(len(example.findings), example.more) for example in card.examples] == [(FINDINGS, 2)]


def test_examples_beyond_the_limit_are_counted() -> None:
    card = seen(failure(*(samples.finding(str(number)) for number in range(EXAMPLES + 3)))).own[0]
    assert (len(card.examples), card.more) == (EXAMPLES, 3)


def test_a_failure_without_findings_shows_its_reason() -> None:
    card = seen(failure(reason=samples.both("Geen antwoord"))).own[0]
    assert [(example.reason, example.findings) for example in card.examples] == [("Geen antwoord", ())]


def test_a_passed_check_of_a_failed_requirement_gives_no_example() -> None:
    row = samples.requirement(1, "failed", outcomes=[samples.outcome(), samples.outcome("failed", samples.finding())])
    assert len(seen(row).own[0].examples) == 1


@pytest.mark.parametrize(
    ("names", "steps"), [(["1"], []), (["1", "2"], ["1", "2"]), (["1"] * 13, []), (["1", "9", "2"], ["1", "2"])]
)
def test_the_steps_of_a_short_check_are_shown(tmp_path: Path, names: list[str], steps: list[str]) -> None:
    exchanges = recorded(tmp_path, samples.exchange("1"), samples.exchange("2"))
    example = seen(failure(samples.finding("1"), exchanges=names), exchanges).own[0].examples[0]
    assert [step.id for step in example.steps] == steps


def test_cleaning_up_is_no_step_of_a_check(tmp_path: Path) -> None:
    tidied = {**samples.exchange("3"), "phase": "cleanup"}
    exchanges = recorded(tmp_path, samples.exchange("1"), samples.exchange("2"), tidied)
    example = seen(failure(samples.finding("1"), exchanges=["1", "2", "3"]), exchanges).own[0].examples[0]
    assert [step.id for step in example.steps] == ["1", "2"]


def test_a_long_value_is_cut() -> None:
    row = failure(samples.finding(None, actual=samples.both("x" * 5000)))
    assert seen(row).own[0].examples[0].findings[0]["actual"] == "x" * WORDS + " …"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"status": "blocked"}, 1),
        ({"status": "error"}, 1),
        ({"status": "not_tested"}, 1),
        ({"status": "not_applicable"}, 0),
        ({"status": "failed"}, 0),
        ({"status": "blocked", "level": "should"}, 0),
        ({"status": "not_tested", "declared": True}, 0),
    ],
)
def test_open_mandatory_requirements_are_undecided(changed: Json, expected: int) -> None:
    assert seen(samples.requirement(1, **{**changed, "outcomes": []})).undecided == expected


def test_requirements_are_grouped_by_reason() -> None:
    rows = [
        samples.unjudged(number, status) for number, status in ((1, "not_tested"), (2, "blocked"), (3, "not_tested"))
    ]
    groups = dict(view(spoken(samples.profile(rows), "nl"), NONE).open)[Status.NOT_TESTED]
    assert [(group.reason, len(group.requirements)) for group in groups] == [
        ("Deze toets heeft een andere API nodig", 2)
    ]


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ([], ""),
        ([samples.outcome("passed", reason=samples.both("niet deze"))], ""),
        ([samples.outcome("blocked", reason=samples.both("deze"))], "deze"),
    ],
)
def test_a_reason_may_come_from_a_check(outcomes: Json, reason: str) -> None:
    row = samples.requirement(1, "blocked", outcomes=outcomes)
    assert dict(seen(row).open)[Status.BLOCKED][0].reason == reason


def test_a_blocked_group_shows_the_last_call_before_cleaning_up(tmp_path: Path) -> None:
    tidied = {**samples.exchange("3"), "phase": "cleanup"}
    exchanges = recorded(tmp_path, samples.exchange("1"), samples.exchange("2"), tidied)
    row = samples.requirement(1, "blocked", outcomes=[samples.outcome("blocked", exchanges=["1", "2", "3"])])
    witness = dict(seen(row, exchanges).open)[Status.BLOCKED][0].exchange
    assert witness is not None
    assert witness.step.id == "2"


@pytest.mark.parametrize(
    ("themes", "title"),
    [
        ([], "Filter en zoek"),
        ([{"name": "filter-en_zoek", "title": samples.both("Zoeken")}], "Zoeken"),
        ([{"name": "filter-en_zoek", "profile": "common", "title": samples.both("Ander")}], "Filter en zoek"),
        ([{"name": "filter-en_zoek", "profile": "klanten", "title": samples.both("Eigen")}], "Eigen"),
    ],
)
def test_a_theme_is_shown_by_its_title(themes: Json, title: str) -> None:
    row = samples.requirement(1, theme="filter-en_zoek")
    assert [tally.name for tally in seen(row, themes=themes).themes] == [title]


def test_themes_of_two_profiles_stay_apart() -> None:
    rows = [samples.requirement(1), samples.requirement(2, profile="common")]
    assert [tally.total for tally in view(spoken(samples.profile(rows), "nl"), NONE).themes] == [1, 1]


@pytest.mark.parametrize(
    "counts",
    [
        {Status.PASSED: 1},
        {Status.PASSED: 999, Status.FAILED: 1},
        dict.fromkeys(Status, 5),
    ],
)
def test_a_bar_is_filled_from_end_to_end(counts: dict[Status, int]) -> None:
    last = segments(counts)[-1]
    assert last.x + last.width == pytest.approx(WIDTH, abs=0.2)


def test_a_bar_of_nothing_is_empty() -> None:
    assert segments({}) == ()


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "Geen"), (True, "Ja"), (False, "Nee"), (20, "20"), ("https://x", "https://x"), ({"a": [1]}, '{"a": [1]}')],
)
def test_a_setting_is_written_plainly(value: Json, said: str) -> None:
    assert setting(value, table=texts("nl")) == said
