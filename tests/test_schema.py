"""OpenAPI 3.0 schemas become JSON Schema with the same meaning."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schema import json_schema

TYPED = {"title": "A", "properties": {"t": {"enum": ["a"]}}}
OTHER = {"title": "Z", "type": "object"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"nullable": True, "enum": [{"nullable": True}]}, {"enum": [{"nullable": True}]}),
        ({"type": "string", "readOnly": True, "example": "x", "title": "t"}, {"type": "string"}),
        ({"properties": {"title": {"type": "null"}}}, {"properties": {"title": {"type": "null"}}}),
        ({"items": {"nullable": True, "type": "integer"}}, {"items": {"type": ["integer", "null"]}}),
        ({"oneOf": [{"type": "string"}]}, {"oneOf": [{"type": "string"}]}),
    ],
)
def test_annotations_go_and_nullable_becomes_a_type(before: Any, after: Any) -> None:
    assert json_schema(before) == after


@pytest.mark.parametrize(
    ("alternatives", "fallback"),
    [([TYPED, OTHER], {"type": "object"}), ([TYPED], {"required": ["t"], "properties": {"t": {"enum": ["a"]}}})],
)
def test_alternatives_with_a_discriminator_become_conditions(alternatives: list[Any], fallback: Any) -> None:
    chosen = {"oneOf": alternatives, "discriminator": {"propertyName": "t", "mapping": {"a": "#/components/schemas/A"}}}
    condition = {"required": ["t"], "properties": {"t": {"const": "a"}}}
    assert json_schema(chosen) == {"if": condition, "then": {"properties": {"t": {"enum": ["a"]}}}, "else": fallback}
