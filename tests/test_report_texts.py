"""Tests of the words of the reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import resources
from string import Formatter

import pytest

from conformance import profile as profiles
from conformance.model import Json, Level, Severity, Status, Verdict
from conformance.report.texts import LANGUAGES, date, day, duration, number, spoken, table, texts

PACKAGE = resources.files("conformance.report")
SOURCES = "\n".join(
    path.read_text("utf-8")
    for folder in (PACKAGE, PACKAGE / "templates")
    for path in folder.iterdir()
    if path.name.endswith((".py", ".j2"))
)
COUNTED = re.compile(r'counted\((?:[^"\n]+, )?"(\w+)"')


def leaves(value: Json, path: str = "") -> Iterator[tuple[str, Json]]:
    """List every pair of texts with its place."""
    for key, member in value.items():
        if isinstance(member, dict) and not {"nl", "en"} & member.keys():
            yield from leaves(member, f"{path}{key}.")
        else:
            yield f"{path}{key}", member


def holes(text: str) -> set[str]:
    """List the names between braces in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


LEAVES = [(place, pair) for place, pair in leaves(table()) if place != "months"]


@pytest.mark.parametrize(("place", "pair"), LEAVES, ids=[place for place, _ in LEAVES])
def test_a_text_exists_in_both_languages_with_the_same_holes(place: str, pair: Json) -> None:
    assert pair.keys() == set(LANGUAGES)
    assert all(isinstance(text, str) and text.strip() for text in pair.values()), place
    assert holes(pair["nl"]) == holes(pair["en"])


def test_no_text_is_given_twice() -> None:
    names = re.findall(r"^(\w+):", PACKAGE.joinpath("texts.yaml").read_text("utf-8"), re.MULTILINE)
    assert [name for name, count in Counter(names).items() if count > 1] == []


MOST_WORDS, MOST_IN_TITLE, MOST_IN_QUESTION = 16, 12, 20
HARD = re.compile(
    r"\b(endpoint|payload|response|request|body|query|schema|null|parameter|geïmplementeerd|conform)\b", re.I
)


def sentences(text: str) -> list[str]:
    """Split a text into sentences."""
    return re.split(r"(?<=[.?!:;])\s+", text)


@pytest.mark.parametrize(("place", "pair"), LEAVES, ids=[place for place, _ in LEAVES])
def test_dutch_has_short_sentences_without_jargon(place: str, pair: Json) -> None:
    assert [one for one in sentences(pair["nl"]) if len(one.split()) > MOST_WORDS] == []
    assert HARD.findall(pair["nl"]) == []


@pytest.mark.parametrize("name", profiles.shipped())
def test_titles_and_questions_of_a_standard_are_short(name: str) -> None:
    profile = profiles.load(name)
    assert [row.id for row in profile.requirements if len(row.title.nl.split()) > MOST_IN_TITLE] == []
    asked = ((item.id, sentence) for item in profile.declarations for sentence in sentences(item.question.nl))
    assert [ident for ident, sentence in asked if len(sentence.split()) > MOST_IN_QUESTION] == []


def test_every_kind_of_requirement_has_a_consequence() -> None:
    kinds = {row.kind for name in profiles.shipped() for row in profiles.load(name).requirements}
    assert kinds <= table()["consequence"].keys()
    assert table()["consequence"].keys() == table()["theme_of"].keys()


def test_a_year_has_twelve_months_in_both_languages() -> None:
    assert {language: len(texts(language)["months"]) for language in LANGUAGES} == {"nl": 12, "en": 12}


def test_no_text_is_left_unused() -> None:
    used = set(re.findall(r"\bt\.(\w+)", SOURCES)) | set(re.findall(r'(?:table|texts\(language\))\["(\w+)"\]', SOURCES))
    used |= {f"{noun}_{form}" for noun in COUNTED.findall(SOURCES) for form in ("one", "many")}
    used |= {"yes_", "no_", "none"}  # chosen by a condition in `setting`
    assert used == table().keys()


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("status", Status),
        ("meaning", Status),
        ("level", Level),
        ("severity", Severity),
        ("verdict", Verdict),
        ("sentence", Verdict),
        ("depths", ("quick", "standard", "deep")),
        ("waiver_state", ("applied", "unused", "refused")),
        ("waiver_mark", ("applied", "unused", "refused")),
        ("blame", ("supplier", "reference", "standard", "suite", "settings", "open", "nobody")),
        ("caller", ("nobody", "no_scopes", "one_other", "others", "own", "all", "within", "outside")),
        ("caller_text", ("nobody", "no_scopes", "one_other", "others", "own", "all", "within", "outside")),
        ("access_seen", ("granted", "refused", "other", "untried")),
        ("access_mark", ("granted", "refused", "other", "untried")),
    ],
)
def test_a_group_has_a_text_for_every_word(group: str, words: Iterable[str]) -> None:
    assert table()[group].keys() == set(words)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"nl": "ja", "en": "yes"}, "ja"),
        ([{"nl": "ja", "en": "yes"}, 1], ["ja", 1]),
        ({"a": {"b": {"nl": "ja", "en": "yes"}}}, {"a": {"b": "ja"}}),
        ({"nl": "only"}, {"nl": "only"}),
        (None, None),
    ],
)
def test_a_pair_is_replaced_by_one_language(value: Json, said: Json) -> None:
    assert spoken(value, "nl") == said


@pytest.mark.parametrize(("language", "said"), [("nl", "1.234.567"), ("en", "1,234,567")])
def test_a_number_is_written_in_the_language(language: str, said: str) -> None:
    assert number(1234567, language) == said


@pytest.mark.parametrize(("language", "said"), [("nl", "2 maart 2026, 09:05 UTC"), ("en", "2 March 2026, 09:05 UTC")])
def test_a_date_is_written_in_the_language(language: str, said: str) -> None:
    assert date("2026-03-02T09:05:59.123Z", language) == said


@pytest.mark.parametrize(("language", "said"), [("nl", "1 maart 2027"), ("en", "1 March 2027")])
def test_a_day_is_written_in_the_language(language: str, said: str) -> None:
    assert day("2027-03-01", language) == said


@pytest.mark.parametrize(
    ("seconds", "language", "said"),
    [
        (0.0123, "nl", "12,3 ms"),
        (0.0123, "en", "12.3 ms"),
        (1.55, "en", "1.6 s"),
        (0, "nl", "0,0 ms"),
        (None, "nl", "–"),
    ],
)
def test_a_duration_is_written_in_the_language(seconds: float | None, language: str, said: str) -> None:
    assert duration(seconds, language) == said
