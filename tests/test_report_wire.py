"""Tests of showing text from the wire."""

from __future__ import annotations

import json

import pytest

from conformance.report.wire import LIMIT, body, hidden, indented, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë\n\tÀ", "Zoë\n\tÀ"),
        ("één 漢字 😀", "één 漢字 😀"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("a\x00b\x1b[31m", "a⟨U+0000⟩b⟨U+001B⟩[31m"),
        ("a\r\nb\rc", "a\nb⟨U+000D⟩c"),
        ("\ud800", "⟨U+D800⟩"),
        ("\ufffe\ufdd0", "⟨U+FFFE⟩⟨U+FDD0⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("soft\u00adhyphen\u2028line", "soft⟨U+00AD⟩hyphen⟨U+2028⟩line"),
    ],
)
def test_hidden_characters_are_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("character", ["\n", "\t", " ", "a", "é", "\u00a0"])
def test_an_ordinary_character_is_not_hidden(character: str) -> None:
    assert not hidden(character)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a":1,"b":[1,2]}', '{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ]\n}'),
        ('{ "a" : {} , "b":[ ] }', '{\n  "a": {},\n  "b": []\n}'),
        ('{"a":1,"a":2.50}', '{\n  "a": 1,\n  "a": 2.50\n}'),
        (r'"\u202e {,}"', r'"\u202e {,}"'),
        ("12345678901234567890.10", "12345678901234567890.10"),
        ("[[]]", "[\n  []\n]"),
        ('{"a":', '{"a":'),
        ("<html>", "<html>"),
        ("", ""),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_json_is_indented_as_it_was_sent(text: str, shown: str) -> None:
    assert indented(text) == shown


def test_indenting_keeps_the_value() -> None:
    value = {"lijst": [1, {"x": None, "y": [True, 'a"b\\', []]}], "leeg": {}}
    assert json.loads(indented(json.dumps(value))) == value


@pytest.mark.parametrize(("length", "left_out"), [(LIMIT, 0), (LIMIT + 1, 1), (100 * LIMIT, 99 * LIMIT)])
def test_a_long_body_is_cut(length: int, left_out: int) -> None:
    shown = body("x" * length)
    assert (len(shown.text), shown.left_out) == (LIMIT, left_out)
