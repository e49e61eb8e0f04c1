"""A grafted body differs from the sample in one place."""

from __future__ import annotations

from typing import Any

import pytest

from conformance import graft
from conformance.graft import MISSING

SAMPLE: dict[str, Any] = {"a": 1, "b": {"c": 2, "d": 3}, "e": [4]}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("", SAMPLE), ("/a", 1), ("/b/c", 2), ("/e/0", 4), ("/e/1", MISSING), ("/x", MISSING), ("/a/b", MISSING)],
)
def test_at_gives_the_value_at_a_pointer(pointer: str, value: Any) -> None:
    assert graft.at(SAMPLE, pointer) == value


@pytest.mark.parametrize(
    ("pointer", "value", "body"),
    [
        ("", 5, 5),
        ("/a", None, SAMPLE | {"a": None}),
        ("/a", MISSING, {"b": {"c": 2, "d": 3}, "e": [4]}),
        ("/b/c", "x", SAMPLE | {"b": {"c": "x", "d": 3}}),
        ("/e/0", {}, SAMPLE | {"e": [{}]}),
        ("/n/m", 1, SAMPLE | {"n": {"m": 1}}),
    ],
)
def test_grafted_changes_only_that_place(pointer: str, value: Any, body: Any) -> None:
    assert graft.grafted(SAMPLE, pointer, value) == body


@pytest.mark.parametrize(
    ("pointer", "fitted"),
    [
        ("/e", "/e"),
        ("/e/0", "/e/0"),
        ("/f/g", "/f/0/g"),
        ("/f/g/h", "/f/0/g/0/h"),
        ("/n/m", "/n/m"),
        ("/l/m", "/l/0/m"),
    ],
)
def test_a_pointer_passes_a_list_by_its_first_item(pointer: str, fitted: str) -> None:
    assert graft.through_lists(SAMPLE | {"f": [{"g": [{"h": 1}]}], "l": []}, pointer) == fitted


def test_grafting_leaves_the_sample_alone() -> None:
    graft.grafted(SAMPLE, "/b/c", "other")
    assert SAMPLE["b"]["c"] == 2


def test_restricted_keeps_only_some_members() -> None:
    assert graft.restricted(SAMPLE, "/b", {"d", "x"}) == SAMPLE | {"b": {"d": 3}}


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (True, "boolean"), (1, "integer"), (1.0, "integer"), (1.5, "fraction"), ("", "string"),
     ([], "array"), ({}, "object"), (MISSING, "missing")],
)  # fmt: skip
def test_kinds_are_told_apart(value: Any, kind: str) -> None:
    assert graft.kind(value) == kind


def test_formats_are_found_through_conditions_and_alternatives() -> None:
    uri = {"format": "uri"}
    schema = {"then": {"properties": {"a": uri}}, "else": {"allOf": [{"properties": {"b": {"anyOf": [uri, {}]}}}]}}
    assert [*graft.formatted(schema)] == [("/a", "uri"), ("/b", "uri")]
