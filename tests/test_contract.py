"""A contract knows its operations and says exactly what is wrong with a body."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance import contract
from conformance.contract import Contract, ContractError

KLANTEN = Path(__file__).parents[1] / "profiles/klanten/contract.yaml"
KLANT: dict[str, Any] = {
    "url": "https://example.nl/klanten/1",
    "bronorganisatie": "000000000",
    "klantnummer": "K1",
    "websiteUrl": "https://www.example.nl",
    "subject": "",
    "emailadres": "",
    "adres": None,
    "subjectType": "natuurlijk_persoon",
    "subjectIdentificatie": {"inpBsn": "999990019", "geslachtsaanduiding": "", "verblijfsadres": None},
}
HEAD = "info: {title: t, version: v}\ncomponents: {schemas: {}}\n"
FOUT: dict[str, Any] = {"code": "c", "title": "t", "status": 404, "detail": "d", "instance": "urn:uuid:1"}


@pytest.fixture(scope="module")
def klanten() -> Contract:
    return contract.load(KLANTEN)


def test_all_operations_are_there_with_method_path_scope_and_success(klanten: Contract) -> None:
    found = {o.operation_id: (o.method, o.path, o.scopes, o.success) for o in klanten.operations.values()}
    trail = "/klanten/{klant_uuid}/audittrail"
    assert found == {
        "klant_list": ("GET", "/klanten", ("klanten.lezen",), (200,)),
        "klant_create": ("POST", "/klanten", ("klanten.aanmaken",), (201,)),
        "klant_read": ("GET", "/klanten/{uuid}", ("klanten.lezen",), (200,)),
        "klant_update": ("PUT", "/klanten/{uuid}", ("klanten.bijwerken",), (200,)),
        "klant_partial_update": ("PATCH", "/klanten/{uuid}", ("klanten.bijwerken",), (200,)),
        "klant_delete": ("DELETE", "/klanten/{uuid}", ("klanten.verwijderen",), (204,)),
        "audittrail_list": ("GET", trail, ("audittrails.lezen",), (200,)),
        "audittrail_read": ("GET", trail + "/{uuid}", ("audittrails.lezen",), (200,)),
    }


def test_title_version_and_scopes_are_those_of_the_standard(klanten: Contract) -> None:
    assert (klanten.title, klanten.version, len(klanten.scopes)) == ("Klanten API", "1.0.0", 5)


def test_parameters_headers_and_media_types_are_known(klanten: Contract) -> None:
    create, listing = klanten.operation("klant_create"), klanten.operation("klant_list")
    assert create.responses[201].headers == ("Location", "API-version")
    assert (create.request_media_type, create.responses[400].media_type) == (
        "application/json",
        "application/problem+json",
    )
    assert [p.name for p in listing.parameters if p.location == "query"][-1] == "page"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"subjectType": "vestiging", "subjectIdentificatie": {"handelsnaam": ["x"]}}, []),
        ({"subjectType": None, "subjectIdentificatie": None}, []),
        ({"subjectType": ""}, []),
        ({"subjectType": ...}, []),
        ({"onbekend": 1}, []),
        ({"klantnummer": ...}, [("/klantnummer", "required")]),
        ({"klantnummer": "123456789"}, [("/klantnummer", "maxLength")]),
        ({"subjectType": "x"}, [("/subjectType", "enum")]),
        ({"subject": "geen-url"}, [("/subject", "format")]),
        ({"emailadres": "geen-email"}, [("/emailadres", "format")]),
        ({"websiteUrl": ""}, [("/websiteUrl", "format"), ("/websiteUrl", "minLength")]),
        ({"adres": {"huisnummer": -1}}, [("/adres/huisnummer", "minimum")]),
        ({"subjectIdentificatie": {"inpANummer": "1"}}, [("/subjectIdentificatie/inpANummer", "pattern")]),
        ({"subjectIdentificatie": {"inpBsn": 9}}, [("/subjectIdentificatie/inpBsn", "type")]),
        (
            {"subjectType": "vestiging", "subjectIdentificatie": {"handelsnaam": "x"}},
            [("/subjectIdentificatie/handelsnaam", "type")],
        ),
    ],
)
def test_a_klant_in_an_answer_is_judged_by_its_type(
    klanten: Contract, changes: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    body = {name: value for name, value in (copy.deepcopy(KLANT) | changes).items() if value is not ...}
    assert sorted((v.pointer, v.keyword) for v in klanten.violations("klant_read", 200, body)) == found


def test_a_klant_in_a_list_is_named_by_its_position(klanten: Contract) -> None:
    body = {"count": 2, "next": None, "previous": None, "results": [KLANT, KLANT | {"url": "x"}]}
    assert [v.pointer for v in klanten.violations("klant_list", 200, body)] == ["/results/1/url"]


@pytest.mark.parametrize(
    ("status", "body", "keyword"),
    [
        (418, {}, ["status"]),
        (204, None, []),
        (204, {}, ["body"]),
        (404, FOUT, []),
        (404, {**FOUT, "detail": ""}, ["minLength"]),
    ],
)
def test_statuses_without_klant_are_judged_too(klanten: Contract, status: int, body: Any, keyword: list[str]) -> None:
    assert [v.keyword for v in klanten.violations("klant_delete", status, body)] == keyword


def test_a_lone_surrogate_is_judged_as_one_character(klanten: Contract) -> None:
    found = klanten.violations("klant_read", 200, KLANT | {"functie": "\ud800" * 201, "voornaam": "\ud800"})
    assert [(v.pointer, v.keyword) for v in found] == [("/functie", "maxLength")]


@pytest.mark.parametrize("depth", [400, 100_000])
def test_a_body_that_is_nested_too_deep_is_a_violation(klanten: Contract, depth: int) -> None:
    body: list[Any] = []
    for _ in range(depth):
        body = [body]
    assert [v.keyword for v in klanten.violations("klant_list", 200, {"onbekend": body})][-1:] == ["json"]


def test_a_validatiefout_may_have_an_empty_detail(klanten: Contract) -> None:
    assert klanten.schema_violations("ValidatieFout", {**FOUT, "detail": "", "invalidParams": []}) == []


def test_an_audit_line_may_have_no_old_state(klanten: Contract) -> None:
    line = {"bron": "kc", "actie": "create", "resultaat": 201, "hoofdObject": "https://a.nl/1", "resource": "klant"}
    line |= {"resourceUrl": "https://a.nl/1", "resourceWeergave": "x", "wijzigingen": {"oud": None, "nieuw": {}}}
    assert klanten.schema_violations("AuditTrail", line | {"applicatieId": None, "toelichting": ""}) == []


@pytest.mark.parametrize(
    ("operation", "body", "found"),
    [
        ("klant_partial_update", {}, []),
        ("klant_partial_update", {"klantnummer": ""}, ["minLength"]),
        ("klant_create", {"subjectType": "vestiging"}, ["required"] * 3),
        ("klant_create", {**KLANT, "subjectType": None}, ["format", "enum"]),
        ("klant_read", None, []),
        ("klant_read", {}, ["body"]),
    ],
)
def test_requests_are_judged_more_strictly(klanten: Contract, operation: str, body: Any, found: list[str]) -> None:
    assert {v.keyword for v in klanten.request_violations(operation, body)} <= set(found)
    assert bool(klanten.request_violations(operation, body)) is bool(found)


def test_an_unknown_operation_or_schema_is_our_mistake_and_named(klanten: Contract) -> None:
    with pytest.raises(ContractError, match=r"klant_creat.*did you mean 'klant_create'"):
        klanten.operation("klant_creat")
    with pytest.raises(ContractError, match=r"no schema 'Faut'.*Fout"):
        klanten.schema_violations("Faut", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("paths: {}", "info is missing; write an OpenAPI 3.0 document"),
        ("info: {}\npaths: {}\ncomponents: {}", "info has no title and version"),
        (HEAD + "paths: {/x: {get: {responses: {}}}}", "paths /x get: 'operationId' is missing"),
        ("info: {$ref: '#/nergens'}", "#/nergens leads nowhere"),
        ("info: {$ref: '#/info'}", "#/info refers to itself"),
        ("info: {$ref: 'weg.yaml#/x'}", "does not exist"),
        ("info: [", "not valid YAML"),
    ],
)
def test_a_bad_contract_file_is_named_with_place_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "contract.yaml").write_text(text)
    with pytest.raises(ContractError, match=message):
        contract.load(tmp_path / "contract.yaml")


def test_loading_a_contract_does_not_load_the_generator() -> None:
    code = f"import sys; from conformance import contract, corpus; contract.load({str(KLANTEN)!r}); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"schemathesis", "hypothesis", "pytest"} & set(modules)
