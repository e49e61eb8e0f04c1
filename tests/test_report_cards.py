"""Tests of the cards: whose a deviation is, what is marked, and what is left out of a very large report."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Json, Status
from conformance.report.cards import FEW, FULL, blame, cards
from conformance.report.exchange import shown
from conformance.report.record import read
from conformance.report.texts import spoken
from tests import samples_run as samples


def row(status: str, **changed: Json) -> Json:
    """Give a row with this status."""
    return samples.requirement(1, status, **changed)


@pytest.mark.parametrize(
    ("judged", "whose"),
    [
        (row("failed"), "supplier"),
        (row("waived"), "supplier"),
        (row("failed", shared_defect="zo"), "reference"),
        (row("warning"), "standard"),
        (row("warning", level="should"), "supplier"),
        (row("warning", level="should", interpretation={"text": "zo", "warn_only": []}), "standard"),
        (row("error"), "suite"),
        (row("blocked", outcomes=[samples.outcome("blocked")]), "open"),
        (row("blocked", outcomes=[samples.outcome("blocked", exchanges=[])]), "settings"),
        (row("not_tested", outcomes=[]), "nobody"),
        (row("not_applicable", outcomes=[]), "nobody"),
    ],
)
def test_a_card_says_whose_it_is(judged: Json, whose: str) -> None:
    assert blame(judged) == whose


def about(what: str, expected: str = "iets anders", actual: str = "") -> Json:
    """Give a finding in one language."""
    return {"what": what, "expected": expected, "actual": actual}


@pytest.mark.parametrize(
    ("finding", "marked"),
    [
        (about("status van het antwoord", "400", "201"), [("201", "400")]),
        (about("status of the answer", "400", "201"), [("201", "400")]),
        (about("status van het antwoord", "400", "500"), []),
        (about("header content-type"), [("Content-Type: application/json", "iets anders")]),
        (about("waarde van adres.voornaam"), [('  "voornaam": "Anne"', "iets anders")]),
        (about("waarde van niets"), []),
        (about("waarde van voornaam", "x" * 80), [('  "voornaam": "Anne"', "x" * 59 + "…")]),
    ],
)
def test_the_line_that_differs_is_marked_with_what_was_expected(finding: Json, marked: list[tuple[str, str]]) -> None:
    response = shown(samples.exchange("1"), [finding]).response
    assert response is not None
    assert [(part.text, part.hint) for part in response.parts if part.hint is not None] == marked


def test_the_parts_of_a_message_are_the_whole_message() -> None:
    plain, marked = (shown(samples.exchange("1"), found).response for found in ((), (about("waarde van voornaam"),)))
    assert plain is not None
    assert marked is not None
    assert len(plain.parts) == 1
    assert "\n".join(part.text for part in marked.parts) == plain.parts[0].text


def test_a_message_may_end_with_a_marked_line() -> None:
    response = shown(samples.exchange("1", answer=""), [about("header content-type")]).response
    assert response is not None
    assert response.parts[-1].hint == "iets anders"


def test_a_run_with_many_deviations_shows_one_example_of_each_and_messages_of_the_first(tmp_path: Path) -> None:
    names = [str(number) for number in range(1, FULL + 3)]
    rows = [
        samples.requirement(int(name), "failed", outcomes=[samples.outcome("failed", *two(name))]) for name in names
    ]
    folder = samples.write(tmp_path, samples.run(samples.profile(rows)), [samples.exchange(name) for name in names])
    made = cards(spoken(samples.profile(rows), "nl"), read(folder).exchanges)[Status.FAILED]
    assert FULL > FEW
    assert {len(card.examples) for card in made} == {1}
    assert [card.examples[0].exchange is not None for card in made].index(False) == FULL
    assert made[-1].examples[0].kept is not None


def two(name: str) -> list[Json]:
    """Give a finding about an exchange, and one about none."""
    return [samples.finding(name), samples.finding(None)]
