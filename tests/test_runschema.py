"""Tests of the JSON Schema of run.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

import conformance
from conformance.model import Json, Level, Severity, Status, Verdict
from tests import samples_run as samples

SCHEMA = json.loads((Path(conformance.__file__).parent / "schemas" / "run.schema.json").read_text("utf-8"))


def fits(content: Json) -> bool:
    """Tell whether a value fits the schema."""
    return jsonschema_rs.Draft202012Validator(SCHEMA).is_valid(content)


def test_the_schema_is_a_json_schema() -> None:
    assert jsonschema_rs.meta.is_valid(SCHEMA)


@pytest.mark.parametrize(
    "sample",
    [
        samples.passing,
        samples.failing,
        samples.waiving,
        samples.blocking,
        samples.interrupted,
        samples.misconfigured,
        samples.noting,
        samples.two_profiles,
    ],
)
def test_a_sample_fits(sample: Callable[[], Json]) -> None:
    assert fits(sample())


@pytest.mark.parametrize("line", samples.EXCHANGES, ids=lambda line: str(line["id"]))
def test_an_exchange_fits(line: Json) -> None:
    schema = {"$ref": "#/$defs/exchange", "$defs": SCHEMA["$defs"]}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(line)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("schema", "run-2"),
        ("number", ""),
        ("seed", "1"),
        ("depth", "extreme"),
        ("started", "yesterday"),
        ("exchanges", -1),
        ("configuration", ["no translation"]),
        ("profiles", None),
    ],
)
def test_a_damaged_run_does_not_fit(name: str, words: Json) -> None:
    assert not fits(samples.run(**{name: words}))


def test_a_run_without_a_member_does_not_fit() -> None:
    content = samples.passing()
    del content["target"]["digest"]
    assert not fits(content)


@pytest.mark.parametrize("name", ["KL 001", "", '"><script>', "../KL"])
def test_an_id_that_is_not_a_word_does_not_fit(name: str) -> None:
    assert not fits(samples.run(samples.profile([samples.requirement(id=name)])))


def test_an_unknown_member_fits() -> None:
    assert fits(samples.run(leftover="a later version may say more"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (SCHEMA["$defs"]["status"]["enum"], list(Status)),
        (SCHEMA["$defs"]["requirement"]["properties"]["level"]["enum"], list(Level)),
        (SCHEMA["$defs"]["finding"]["properties"]["severity"]["enum"], list(Severity)),
        (SCHEMA["$defs"]["profile"]["properties"]["verdict"]["enum"], list(Verdict)),
    ],
)
def test_the_words_are_those_of_the_model(words: list[str], expected: list[str]) -> None:
    assert words == expected
