"""Relations of contactmomenten with klanten and zaken in the reference supplier."""

from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.sources import Unclear
from tests.fixtures_contactmomenten import CASES, LINKS, POST, UNKNOWN, case, relation, token
from tests.fixtures_contactmomenten_caller import Caller
from tests.fixtures_neighbours import Surroundings, listening


@pytest.fixture(scope="module")
def near() -> Iterator[Surroundings]:
    """Serve the neighbours."""
    with listening(Surroundings()) as made:
        yield made


@pytest.fixture
def call(near: Surroundings) -> Caller:
    """Return a caller of a fresh reference supplier with two contactmomenten."""
    near.asked.clear()
    made = Caller(near)
    made.made("a")
    made.made("c", tekst="alleen")
    return made


@pytest.mark.parametrize(
    ("members", "name", "code"),
    [
        ({"contactmoment": ...}, "contactmoment", "required"),
        ({"contactmoment": f"<root>{POST}/{UNKNOWN}"}, "contactmoment", "does_not_exist"),
        ({"contactmoment": "<near>/404"}, "contactmoment", "no_match"),
        ({"contactmoment": "<k>"}, "contactmoment", "incorrect_match"),
        ({"klant": "<near>/404"}, "klant", "bad-url"),
        ({"klant": "<near>/naar-404"}, "klant", "bad-url"),
        ({"klant": None}, "klant", "null"),
        ({"rol": ""}, "rol", "blank"),
        ({"rol": "Belanghebbende"}, "rol", "invalid_choice"),
        ({}, "nonFieldErrors", "unique"),
    ],
)
def test_an_invalid_klantcontactmoment_is_refused(call: Caller, members: dict[str, Any], name: str, code: str) -> None:
    """A relation names an existing contactmoment, a klant that answers and a role, and is the only one."""
    call.made("k", LINKS, relation())
    assert (name, code) in call.refused("POST", LINKS, relation(**members))


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (case(objectType="besluit"), "objectType", "invalid_choice"),
        (case(contactmoment="<near>/404"), "contactmoment", "no_match"),
        (case(object="<near>/404"), "object", "bad-url"),
        (case(object="<near>/200"), "object", "invalid-resource"),
        (case("ontbreekt"), "nonFieldErrors", "inconsistent-relation"),
        (case("weigert"), "nonFieldErrors", "relation-validation-error"),
        (case(), "nonFieldErrors", "unique"),
    ],
)
def test_an_invalid_objectcontactmoment_is_refused(call: Caller, body: Any, name: str, code: str) -> None:
    """A relation with a zaak exists at its source first, and is the only one."""
    call.made("o", CASES, case())
    assert call.refused("POST", CASES, body) == {(name, code)}


def test_a_relation_stays_as_long_as_its_source_has_it(call: Caller) -> None:
    """Only what the Zaken API has let go of is deleted."""
    call.made("o", CASES, case())
    call.made("p", CASES, case("laat-los"))
    assert call.refused("DELETE", "<o>") == {("nonFieldErrors", "remote-relation-exists")}
    assert [call(method, "<p>").status_code for method in ("DELETE", "GET")] == [204, 404]
    assert call("GET", "<o>").status_code == 200


@pytest.mark.parametrize(
    "url", ["https://zrc.example/zaken", "<near>/404/zaken/a0000001-1111-4111-8111-111111111111/x", "<near>/kaal"]
)
def test_a_source_that_cannot_be_found_is_unclear(call: Caller, url: str) -> None:
    """An address without collection and identifier leads to no Zaken API."""
    with pytest.raises(Unclear):
        call.app.resources.source.relations("zaakcontactmoment_list", call.filled(url))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("path", "body"), [(LINKS, relation()), (CASES, case())])
def test_a_relation_cannot_be_changed(call: Caller, method: str, path: str, body: Any) -> None:
    """There is no such method, and Allow says which there are."""
    response = call(method, call.made("x", path, body), body)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, DELETE, HEAD")


def test_relations_go_with_their_contactmoment(call: Caller) -> None:
    """A contactmoment takes its relations along, and no others."""
    call.made("k", LINKS, relation())
    call.made("l", LINKS, relation(contactmoment="<c>"))
    call.made("o", CASES, case())
    assert call("DELETE", "<a>").status_code == 204
    assert [call("GET", path).status_code for path in ("<k>", "<l>", "<o>")] == [404, 200, 404]


def test_relations_are_told_in_the_audit_trail_of_their_contactmoment(call: Caller) -> None:
    """Their creation and their end are lines of the main object."""
    link = call.made("k", LINKS, relation())
    call("DELETE", "<k>")
    made, begun, ended = call.shown("<a>/audittrail")
    assert (made["resource"], made["bron"], made["resourceUrl"]) == ("contactmoment", "cmc", call.names["a"])
    told = [(line["actie"], line["resource"], line["resourceUrl"], line["hoofdObject"]) for line in (begun, ended)]
    assert told == [(act, "klantcontactmoment", link, call.names["a"]) for act in ("create", "destroy")]
    assert (begun["wijzigingen"]["oud"], ended["wijzigingen"]["nieuw"], ended["resultaat"]) == (None, None, 204)


def test_only_contactmomenten_are_published(near: Surroundings) -> None:
    """A message has the channel and its characteristics; relations have none."""
    call = Caller(near, notifications_url=f"{near.root}/notificaties")
    near.messages, near.status = [], 201
    url = call.made("a")
    call.made("k", LINKS, relation())
    (_, message), *others = near.messages
    assert (message["kanaal"], message["resourceUrl"], others) == ("contactmomenten", url, [])
    assert message["kenmerken"] == {"bronorganisatie": "000000000", "kanaal": "telefoon"}


@pytest.mark.parametrize("name", ["alleen-contactmomenten-lezen", "alleen-audittrails-lezen", "ander-component"])
def test_a_relation_needs_the_scope_of_creation(call: Caller, name: str) -> None:
    """Relations have no scopes of their own."""
    assert call("POST", LINKS, relation(), Authorization=f"Bearer {token(name)}").status_code == 403
