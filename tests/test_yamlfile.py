"""Tests of reading YAML: lines, places and suggestions; whole files are tested with targets and profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import yamlfile
from conformance.errors import ConfigurationError, did_you_mean
from conformance.yamlfile import Document, Strict


class Inner(Strict):
    """A shape within a shape."""

    word: str
    number: int = 1


class Outer(Strict):
    """A shape with everything that a shape can have."""

    inner: Inner | None = None
    named: dict[str, Inner] = {}
    listed: list[Inner] = []


def read(folder: Path, text: str) -> Document:
    """Write a file and read it."""
    path = folder / "file.yaml"
    path.write_text(text, "utf-8")
    return yamlfile.load(path)


@pytest.mark.parametrize(
    ("place", "line"),
    [((), 1), (("a",), 1), (("a", "b"), 2), (("c",), 3), (("c", 0), 4), (("c", 1, "d"), 5), (("c", 9), 3), (("z",), 1)],
)
def test_a_place_has_a_line(place: tuple[str | int, ...], line: int, tmp_path: Path) -> None:
    assert read(tmp_path, "a:\n  b: 1\nc:\n- x\n- d: 2\n").line(place) == line


def test_a_row_is_named_by_its_id(tmp_path: Path) -> None:
    document = read(tmp_path, "rows:\n- id: X-1\n  text: a\n- text: b\n")
    said = [str(document.fault(["rows", number, "text"], "is odd", "mend it")) for number in (0, 1)]
    assert [one.rpartition("yaml:")[2] for one in said] == [
        "3: rows.X-1.text: is odd; mend it",
        "4: rows[1].text: is odd; mend it",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("inner: {wrod: a}", "inner.wrod: unknown key; did you mean 'word'?"),
        ("named: {x: {word: a, nummer: 1}}", "named.x.nummer: unknown key; did you mean 'number'?"),
        ("listed: [{word: a, nmber: 1}]", "listed[0].nmber: unknown key; did you mean 'number'?"),
        ("innr: 1", "innr: unknown key; did you mean 'inner'?"),
        ("listed: [{word: a, number: true}]", "listed[0].number: Input should be a valid integer; found True"),
        (f"named: {{x: {{word: a, number: '{'1' * 99}'}}}}", "...'"[:3]),
    ],
)
def test_a_misfit_names_the_place_and_what_would_fit(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, text).parse(Outer)
    assert says in str(raised.value)
    assert len(str(raised.value).rpartition("found ")[2]) <= 60 or "found" not in str(raised.value)


def test_what_fits_is_given_as_values(tmp_path: Path) -> None:
    fitted = read(tmp_path, "named: {x: {word: a}}\nlisted: [{word: b, number: 2}]\n").parse(Outer)
    assert fitted == Outer(named={"x": Inner(word="a")}, listed=[Inner(word="b", number=2)])


def test_an_alias_that_is_used_twice_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, "a: &a [1]\nb: *a\nc: {<<: {d: 1}}\n".replace("c: {<<: {d: 1}}\n", "")).data["b"] == [1]


@pytest.mark.parametrize(
    ("word", "known", "says"),
    [
        ("klnaten", ["klanten", "zaken"], "did you mean 'klanten'?"),
        ("x", ["klanten", "zaken"], "known are klanten, zaken"),
        ("x", [], "nothing is known here"),
    ],
)
def test_a_misspelt_word_gets_the_nearest_one(word: str, known: list[str], says: str) -> None:
    assert did_you_mean(word, known) == says
