"""A description that somebody else wrote is read whatever its form, and never harms the reader."""

from __future__ import annotations

import json

import pytest

from conformance.published import Published, Unreadable, parsed

BOMB = "openapi: 3.0.0\na0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


@pytest.mark.parametrize(
    "text",
    [
        '{"openapi": "3.0.3", "info": {"version": "1.0.0"}}',
        '\ufeff{"openapi": "3.1.0", "info": {"version": "1.0.0"}}',
        "openapi: 3.0.0\ninfo: {version: 1.0.0}",
        "openapi: 3.0\ninfo:\n  version: 1.0.0\n",
    ],
    ids=["JSON 3.0", "JSON 3.1 with a byte order mark", "YAML", "YAML with a number"],
)
def test_both_formats_and_versions_are_read(text: str) -> None:
    assert parsed(text.encode()).section("info") == {"version": "1.0.0"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<!doctype html><title>API</title>",
        b'{"swagger": "2.0"}',
        b"[1, 2]",
        b"\xff\xfe",
        b"openapi: 3.0.0\n!!python/object/apply:os.system [ls]: x",
        b"[" * 100_000,
        b"{a: " * 100_000,
        b"- " * 100_000,
        BOMB.encode(),
        b"openapi: 3.0.0\na: &a [*a]",
        b" " * (6 * 1024 * 1024),
    ],
    ids=[
        "nothing",
        "HTML",
        "Swagger",
        "a list",
        "not UTF-8",
        "a tag that builds objects",
        "deep JSON",
        "deep YAML",
        "deep YAML lists",
        "aliases that expand",
        "an alias in itself",
        "too large",
    ],
)
def test_what_is_no_description_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(text)


def test_names_and_dates_in_yaml_are_text() -> None:
    document = parsed(b"openapi: 3.0.0\nresponses:\n  200: {since: 2020-01-01}\n")
    assert document.content["responses"] == {"200": {"since": "2020-01-01"}}


@pytest.mark.parametrize(
    ("reference", "broken", "outside"),
    [
        ("#/components/schemas/Klant", [], []),
        ("#/components/schemas/Ontbreekt", ["#/components/schemas/Ontbreekt"], []),
        ("#anker", [], []),
        ("elders.yaml#/Klant", [], ["elders.yaml#/Klant"]),
    ],
)
def test_references_are_told_apart(reference: str, broken: list[str], outside: list[str]) -> None:
    document = Published({"a": {"$ref": reference}, "components": {"schemas": {"Klant": {}}}})
    assert (document.broken_references(), document.outside_references()) == (broken, outside)


def test_an_example_is_no_reference() -> None:
    document = Published({"example": {"$ref": "#/nergens"}, "properties": {"$ref": {"type": "string"}}})
    assert document.broken_references() == []


def test_a_reference_to_itself_ends() -> None:
    document = Published({"a": {"$ref": "#/a"}})
    assert document.follow({"$ref": "#/a"}) == {}


def test_operations_of_another_document_are_unknown() -> None:
    text = json.dumps({"openapi": "3.0.0", "paths": {"/klanten/{id}/": {"$ref": "elders.yaml"}}})
    assert ("PATCH", "/klanten/{}", None) in list(parsed(text.encode()).operations())
