"""The reference supplier for Klanten obeys the standard."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

import fixtures
from fixtures.formats import email, uri, weighted
from tests.fixtures_bodies import ROOT, linked, person, token
from tests.fixtures_neighbours import Neighbours, listening

UNKNOWN = "/klanten/2e9a1f0c-9c0e-4c5e-8f57-0d7c7d6f1a11"


class Caller:
    """Sends requests with a token."""

    def __init__(self, **settings: Any) -> None:
        self.app: Any = fixtures.supplier("klanten", **settings)
        self.client = Client(self.app, use_cookies=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send one request; an underscore in a header name stands for a hyphen."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("Authorization", f"Bearer {token('alles')}")
        place = path.split("/", 3)[-1] if path.startswith("http") else f"{ROOT}{path}".lstrip("/")
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        media_type = {} if data is None else {"Content-Type": "application/json"}
        return self.client.open(f"/{place}", method=method, headers={**media_type, **sent}, data=data)

    def made(self, number: str = "1", **members: Any) -> str:
        """Make a klant and return its address."""
        response = self("POST", "/klanten", person(number, **members))
        assert response.status_code == 201, response.text
        return str(response.get_json()["url"])


@pytest.fixture
def call() -> Caller:
    """Return a caller of a fresh reference supplier."""
    return Caller()


@pytest.fixture(scope="module")
def near() -> Iterator[Neighbours]:
    """Serve neighbours."""
    with listening(Neighbours()) as made:
        yield made


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "code"),
    [
        ("GET", "/klanten", None, {}, 200, None),
        ("GET", "/klanten", None, {"Authorization": ""}, 401, "not_authenticated"),
        ("GET", "/klanten", None, {"Accept": "application/xml"}, 406, "not_acceptable"),
        ("GET", "/klanten/", None, {}, 404, "not_found"),
        ("GET", "/klanten?onbekend=1", None, {}, 400, "invalid"),
        ("GET", "/klanten?page=0", None, {}, 404, "not_found"),
        ("GET", "/klanten?page=2", None, {}, 404, "not_found"),
        ("GET", "/klanten?subjectType=x", None, {}, 400, "invalid"),
        ("DELETE", "/klanten", None, {}, 405, "method_not_allowed"),
        ("POST", "/klanten", b"{", {}, 400, "parse_error"),
        ("POST", "/klanten", b"\xff", {}, 400, "parse_error"),
        ("POST", "/klanten", b'{"a": 1e400}', {}, 400, "parse_error"),
        ("POST", "/klanten", b'{"a": NaN}', {}, 400, "parse_error"),
        ("POST", "/klanten", b"[" * 100000, {}, 400, "parse_error"),
        ("POST", "/klanten", b"[]", {}, 400, "invalid"),
        ("POST", "/klanten", b"{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ("GET", UNKNOWN, None, {}, 404, "not_found"),
        ("GET", "/klanten/abc", None, {}, 404, "not_found"),
        ("PUT", UNKNOWN, person("1"), {}, 404, "not_found"),
        ("DELETE", UNKNOWN, None, {}, 404, "not_found"),
        ("GET", f"{UNKNOWN}/audittrail", None, {}, 404, "not_found"),
        ("GET", "/elders", None, {}, 404, "not_found"),
    ],
)
def test_a_request_gets_its_status(
    call: Caller, method: str, path: str, body: Any, headers: dict[str, str], status: int, code: str | None
) -> None:
    """Each request is answered with its status, and an error with its problem document."""
    response = call(method, path, body, **headers)
    assert (response.status_code, response.get_json().get("code")) == (status, code)
    assert response.headers["API-version"] == "1.0.0"
    if code:
        assert response.mimetype == "application/problem+json"
        assert response.get_json()["status"] == status
        assert response.get_json()["instance"].startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("members", "name", "code"),
    [
        ({"bronorganisatie": ...}, "bronorganisatie", "required"),
        ({"bronorganisatie": None}, "bronorganisatie", "null"),
        ({"bronorganisatie": ""}, "bronorganisatie", "blank"),
        ({"bronorganisatie": "123456789"}, "bronorganisatie", "invalid"),
        ({"bronorganisatie": "12345678A"}, "bronorganisatie", "only-digits"),
        ({"bronorganisatie": "12345678"}, "bronorganisatie", "invalid-length"),
        ({"klantnummer": ...}, "klantnummer", "required"),
        ({"klantnummer": "123456789"}, "klantnummer", "max_length"),
        ({"achternaam": "é" * 201}, "achternaam", "max_length"),
        ({"achternaam": "\0"}, "achternaam", "null_characters_not_allowed"),
        ({"achternaam": "\ud800"}, "achternaam", "surrogate_characters_not_allowed"),
        ({"achternaam": {}}, "achternaam", "invalid"),
        ({"websiteUrl": "geen-url"}, "websiteUrl", "invalid"),
        ({"emailadres": "@b.nl"}, "emailadres", "invalid"),
        ({"adres": {"huisnummer": -1}}, "adres.huisnummer", "min_value"),
        ({"adres": {"huisnummer": 100000}}, "adres.huisnummer", "max_value"),
        ({"adres": {"huisnummer": 1.5}}, "adres.huisnummer", "invalid"),
        ({"adres": {"postcode": "12345678"}}, "adres.postcode", "max_length"),
        ({"subjectType": "VESTIGING"}, "subjectType", "invalid_choice"),
        ({"subjectType": ...}, "subjectType", "required"),
        ({"subjectIdentificatie": {}}, "nonFieldErrors", "invalid-subject"),
        ({"subjectIdentificatie": {"inpANummer": "0123456789"}}, "subjectIdentificatie.inpANummer", "invalid"),
        (
            {"subjectIdentificatie": {"verblijfsadres": {"aoaIdentificatie": "1"}}},
            "subjectIdentificatie.verblijfsadres.gorOpenbareRuimteNaam",
            "required",
        ),
        (
            {"subjectType": "vestiging", "subjectIdentificatie": {"handelsnaam": ["x" * 626]}},
            "subjectIdentificatie.handelsnaam.0",
            "max_length",
        ),
        ({"subject": "http://127.0.0.1:1/"}, "subject", "bad-url"),
    ],
)
def test_invalid_input_is_refused_by_name_and_code(call: Caller, members: dict[str, Any], name: str, code: str) -> None:
    """Each fault is reported with the name of the member and the reference code."""
    response = call("POST", "/klanten", person("1", **members))
    assert response.status_code == 400
    assert (name, code) in {(fault["name"], fault["code"]) for fault in response.get_json()["invalidParams"]}
    assert call("GET", "/klanten").get_json()["count"] == 0


def test_every_fault_is_reported_at_once(call: Caller) -> None:
    """A body with two faults gives two items."""
    response = call("POST", "/klanten", person("1", emailadres="geen", websiteUrl="geen"))
    assert [fault["name"] for fault in response.get_json()["invalidParams"]] == ["websiteUrl", "emailadres"]


def test_a_klant_lives_from_create_to_delete(call: Caller) -> None:
    """Each step sees the result of the one before."""
    created = call("POST", "/klanten", person("1"))
    url = created.headers["Location"]
    assert call("GET", url).get_json() == created.get_json()
    assert call("PUT", url, person("1", functie="a")).get_json()["functie"] == "a"
    assert call("PATCH", url, {"functie": "b"}).get_json()["functie"] == "b"
    assert call("GET", "/klanten?functie=b") is not None
    statuses = [call(method, url).status_code for method in ("DELETE", "GET", "DELETE")]
    assert statuses == [204, 404, 404]


def test_a_patch_merges_nested_objects(call: Caller) -> None:
    """What a PATCH leaves out keeps its value, at every depth."""
    url = call.made()
    body = call("PATCH", url, {"subjectIdentificatie": {"verblijfsadres": {"aoaPostcode": "1"}}}).get_json()
    assert body["subjectIdentificatie"]["verblijfsadres"]["gorOpenbareRuimteNaam"] == "Dam"
    assert body["subjectIdentificatie"]["inpBsn"] == "999990019"


def test_what_is_read_can_be_put_back(call: Caller) -> None:
    """A representation without its url is a valid body and changes nothing."""
    url = call.made(adres=...)
    before = call("GET", url).get_json()
    after = call("PUT", url, {name: value for name, value in before.items() if name != "url"})
    assert (after.status_code, after.get_json()) == (200, before)


@pytest.mark.parametrize(
    ("wanted", "status"), [("{tag}", 304), ('"x", {tag}', 304), ("W/{tag}", 304), ("*", 304), ('"x"', 200), ("x", 200)]
)
def test_a_conditional_request_is_answered_by_its_tag(call: Caller, wanted: str, status: int) -> None:
    """304 when one of the values is current, and the representation otherwise."""
    url = call.made()
    tag = call("GET", url).headers["ETag"]
    response = call("GET", url, If_None_Match=wanted.format(tag=tag))
    assert (response.status_code, response.headers["ETag"]) == (status, tag)
    assert (response.get_data() == b"") == (status == 304)


def test_the_audit_trail_tells_what_changed(call: Caller) -> None:
    """Each write has its line, with the explanation and the user."""
    created = call("POST", "/klanten", person("1"), X_Audit_Toelichting="nieuw")
    url = created.headers["Location"]
    call("PATCH", url, {"functie": "x"})
    call("PATCH", url, {"functie": None})
    first, second = call("GET", f"{url}/audittrail").get_json()
    assert (first["actie"], first["toelichting"], first["gebruikersId"]) == ("create", "nieuw", "u-1")
    assert first["wijzigingen"] == {"oud": None, "nieuw": created.get_json()}
    assert (second["actie"], second["wijzigingen"]["nieuw"]["functie"]) == ("partial_update", "x")
    assert call("GET", f"{url}/audittrail/{first['uuid']}").get_json() == first
    assert call("GET", f"{call.made('2')}/audittrail/{first['uuid']}").status_code == 404


@pytest.mark.parametrize("name", ["alleen-klanten-lezen", "zonder-klanten-bijwerken", "ander-component", "geen"])
def test_a_write_needs_its_scope(call: Caller, name: str) -> None:
    """Without klanten.bijwerken nothing is changed, whatever else the application may."""
    url = call.made()
    response = call("PATCH", url, {"functie": "x"}, Authorization=f"Bearer {token(name)}")
    assert (response.status_code, call("GET", url).get_json()["functie"]) == (403, "chef & co")


@pytest.mark.parametrize(
    ("path", "status"), [("200", 201), ("naar-200", 201), ("404", 400), ("naar-404", 400), ("500", 400), ("403", 400)]
)
def test_a_subject_must_end_in_200(call: Caller, near: Neighbours, path: str, status: int) -> None:
    """The subject is fetched, through redirects."""
    assert call("POST", "/klanten", linked("1", f"{near.root}/{path}")).status_code == status


def test_a_write_is_published_and_survives_a_failing_receiver(near: Neighbours) -> None:
    """A message has the channel and its characteristics; a receiver that fails changes nothing."""
    call = Caller(notifications_url=f"{near.root}/notificaties")
    near.messages, near.status = [], 500
    url = call.made()
    near.status = 201
    call("DELETE", url)
    told = [(message["kanaal"], message["actie"], message["resourceUrl"]) for _, message in near.messages]
    assert told == [("klanten", "create", url), ("klanten", "destroy", url)]
    assert near.messages[0][1]["kenmerken"] == {"subjectType": "natuurlijk_persoon"}


def test_pages_keep_the_filters() -> None:
    """next leads to the following page of the same selection."""
    call = Caller(page_size=2)
    for number in range(3):
        call.made(str(number), bedrijfsnaam="A&B é")
    first = call("GET", "/klanten?bedrijfsnaam=A%26B+%C3%A9").get_json()
    second = call("GET", first["next"]).get_json()
    assert (first["count"], len(first["results"]), len(second["results"]), second["next"]) == (3, 2, 1, None)
    assert call("GET", second["previous"]).get_json() == first


def test_readers_lag_behind_when_the_store_settles_late() -> None:
    """A read does not see a write that has not settled yet."""
    call = Caller(lag=60)
    assert call("GET", call.made()).status_code == 404


def test_a_database_file_keeps_its_klanten(tmp_path: Path) -> None:
    """What is stored survives the supplier."""
    path = tmp_path / "klanten.sqlite"
    url = Caller(database=str(path)).made()
    assert Caller(database=str(path))("GET", url).status_code == 200
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM resources").fetchone() == (1,)
    connection.close()


def test_foreign_klanten_are_there_from_the_start() -> None:
    """Preloaded klanten are counted and found."""
    call = Caller(foreign=250)
    assert call("GET", "/klanten").get_json()["count"] == 250
    assert call("GET", "/klanten?klantnummer=X0000249").get_json()["count"] == 1


def test_the_clock_can_be_set_apart() -> None:
    """A supplier whose clock is behind refuses a token of now."""
    assert Caller(clock_offset=-600)("GET", "/klanten").status_code == 401


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("https://a.nl", True),
        ("http://a.nl:80/b?c=d#e", True),
        ("http://[::1]/", True),
        ("ftp://a.nl", False),
        ("https://", False),
        ("https://a b", False),
        ("https://a.nl/%zz", False),
        ("www.example.nl", False),
    ],
)
def test_a_url_is_absolute(value: str, good: bool) -> None:
    """Only absolute http and https URLs are URLs here."""
    assert (uri(value) == []) == good


@pytest.mark.parametrize(
    ("value", "good"), [("a+b@c.nl", True), ("a@localhost", True), ("a@", False), ("@b.nl", False)]
)
def test_an_email_address_has_two_parts(value: str, good: bool) -> None:
    """An address has something on both sides of the at sign."""
    assert (email(value) == []) == good


@pytest.mark.parametrize("value", ["000000000", "100000009", "423182687", "950428139", "999990019"])
def test_test_numbers_pass_the_eleven_test(value: str) -> None:
    """The numbers that tests use are valid."""
    assert weighted(value)
