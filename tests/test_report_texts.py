"""Tests of the words of the reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import resources
from string import Formatter

import pytest

from conformance.model import Json, Level, Severity, Status, Verdict
from conformance.report.texts import LANGUAGES, date, number, spoken, table, texts

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
