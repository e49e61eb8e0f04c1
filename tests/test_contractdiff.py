"""A published description is compared with the contract in what it promises, not in how it is written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import contract
from conformance.contract import Contract
from conformance.contractdiff import extras, shortfalls, unknown_members
from conformance.published import Published, parsed

ROOT = Path(__file__).parents[1]
OFFICIAL = ROOT.parent / "shared" / "standards" / "klanten" / "openapi.yaml"
PREFIX = "/klanten/api/v1"


@cache
def klanten() -> Contract:
    """Load the contract once."""
    return contract.load(ROOT / "profiles" / "klanten" / "contract.yaml")


@cache
def reference() -> Published:
    """Read the description of the reference supplier once."""
    return parsed((ROOT / "fixtures" / "klanten" / "openapi.yaml").read_bytes())


def changed(edit: Callable[[Any], Any]) -> Published:
    """Give the description of the reference supplier with one change."""
    content = copy.deepcopy(dict(reference().content))
    edit(content)
    return Published(content)


def test_the_reference_publishes_exactly_the_standard() -> None:
    assert [*shortfalls(klanten(), reference(), PREFIX), *extras(klanten(), reference(), PREFIX)] == []


@pytest.mark.skipif(not OFFICIAL.is_file(), reason="the official descriptions are not here")
def test_the_official_description_publishes_exactly_the_standard() -> None:
    document = parsed(OFFICIAL.read_bytes())
    assert [*shortfalls(klanten(), document, PREFIX), *extras(klanten(), document, PREFIX)] == []


def _prefixed(content: Any) -> None:
    content["paths"] = {f"/api/v1{path}/": item for path, item in content["paths"].items()}


def _renamed(content: Any) -> None:
    content["paths"] = {path.replace("uuid}", "id}"): item for path, item in content["paths"].items()}


def _ranged(content: Any) -> None:
    responses = content["paths"]["/klanten"]["post"]["responses"]
    responses["2XX"] = responses.pop("201")


def _read_only(content: Any) -> None:
    content["components"]["schemas"]["KlantDeel"]["required"] = ["url"]


def _wider(content: Any) -> None:
    content["components"]["schemas"]["KlantDeel"]["properties"]["subjectType"]["enum"].append("overig")


@pytest.mark.parametrize("edit", [_prefixed, _renamed, _ranged, _read_only, _wider])
def test_another_way_to_write_the_same_is_no_difference(edit: Callable[[Any], None]) -> None:
    assert list(shortfalls(klanten(), changed(edit), PREFIX)) == []


def _lost(content: Any) -> None:
    del content["paths"]["/klanten/{uuid}"]["patch"]


def _demanding(content: Any) -> None:
    content["components"]["schemas"]["KlantDeel"]["required"] = ["functie"]


def _demanding_below(content: Any) -> None:
    content["components"]["schemas"]["Adres"]["required"] = ["postcode"]


def _narrower(content: Any) -> None:
    content["components"]["schemas"]["NatuurlijkPersoon"]["properties"]["geslachtsaanduiding"]["enum"] = ["m", "v"]


def _other_status(content: Any) -> None:
    responses = content["paths"]["/klanten"]["post"]["responses"]
    responses["200"] = responses.pop("201")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_lost, "PATCH /klanten/{uuid}"),
        (_demanding, "POST /klanten: required member"),
        (_demanding_below, "POST /klanten: adres: required member"),
        (_narrower, "POST /klanten: subjectIdentificatie: geslachtsaanduiding: allowed values"),
        (_other_status, "POST /klanten: status of a successful answer"),
    ],
)
def test_what_is_taken_back_is_told(edit: Callable[[Any], None], told: str) -> None:
    assert told in [one.what.en for one in shortfalls(klanten(), changed(edit), PREFIX)]


def _extra_operation(content: Any) -> None:
    content["paths"]["/klanten/zoek"] = {"get": {"responses": {}}}


def _extra_parameter(content: Any) -> None:
    content["paths"]["/klanten"]["get"]["parameters"].append({"name": "expand", "in": "query"})


def _extra_member(content: Any) -> None:
    content["components"]["schemas"]["Adres"]["properties"]["wijk"] = {"type": "string"}


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_extra_operation, "GET /klanten/zoek"),
        (_extra_parameter, "GET /klanten: expand"),
        (_extra_member, "GET /klanten/{uuid} 200: adres.wijk"),
    ],
)
def test_what_is_added_is_told(edit: Callable[[Any], None], told: str) -> None:
    assert told in [one.actual.en for one in extras(klanten(), changed(edit), PREFIX)]


def test_a_schema_that_contains_itself_many_times_ends() -> None:
    self = {"$ref": "#/components/schemas/X"}
    schema = {"allOf": [self] * 100, "oneOf": [self] * 100, "properties": {"adres": self}, "required": ["x"]}
    post = {"requestBody": {"content": {"application/json": {"schema": self}}}, "responses": {"201": {}}}
    document = Published({"paths": {"/klanten": {"post": post}}, "components": {"schemas": {"X": schema}}})
    assert "POST /klanten: required member" in [one.what.en for one in shortfalls(klanten(), document, "")]


POST = ("paths", "/klanten", "post")
GET = ("paths", "/klanten", "get")
KLANT = ("components", "schemas", "KlantDeel")
PLACES: list[tuple[Any, ...]] = [
    ("paths",),
    POST[:2],
    POST,
    (*POST, "responses"),
    (*POST, "requestBody"),
    (*POST[:2], "parameters"),
    (*GET, "parameters"),
    (*GET, "parameters", 0),
    *((*KLANT, name) for name in ("required", "properties", "allOf", "enum", "items", "type")),
    (*KLANT, "properties", "adres"),
]
ODD: list[Any] = [None, 5, "x", [], [5], {}, {"$ref": 5}, {"$ref": "#/nergens"}, {"x": 5}, {"x": [{"y": None}]}]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_nonsense_in_any_place_is_survived(odd: Any) -> None:
    for where in PLACES:
        document = changed(partial(_put, where=where, value=odd))
        list(shortfalls(klanten(), document, PREFIX))
        list(extras(klanten(), document, PREFIX))
        document.broken_references()


def _put(holder: Any, where: tuple[Any, ...], value: Any) -> None:
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] = value


def test_members_of_an_answer_are_compared_at_every_depth() -> None:
    schema = klanten().operation("klant_read").responses[200].schema
    body = yaml.safe_load("{url: x, adres: {postcode: 1015CJ, wijk: Oost}, geverifieerd: true}")
    assert list(unknown_members(schema, body)) == ["adres.wijk", "geverifieerd"]
