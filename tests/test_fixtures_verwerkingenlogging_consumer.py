"""The two applications that use a log do as the standard says, the odd ones too."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.test import Client

import fixtures
from fixtures.breakers import breakers_of
from fixtures.verwerkingenlogging import misusing, telling
from tests.fixtures_verwerkingenlogging import ACTIVITY, OIN, PEOPLE, PROCESSING, PROFILE, full

APPLICATIONS = set(breakers_of(misusing)) | set(breakers_of(telling))
TRIGGER = "/verwerkingenlogging/toepassing/handelingen"
BRON = "/verwerkingenlogging/bron/personen"
NAMES = (
    "OIN",
    "VerwerkingsactiviteitId",
    "VerwerkingsactiviteitUrl",
    "VerwerkingId",
    "Vertrouwelijkheid",
    "Bewaartermijn",
)
P, Q, V, W = PEOPLE["P"], PEOPLE["Q"], PROCESSING["V"], PROCESSING["W"]
USER = {"naam": "Test Gebruiker", "login": "tgebruiker", "email": "test.gebruiker@example.org"}
CRITERIA = {"geslachtsnaam": "Zwaluwstaart", "postcode": "9999ZZ"}
HEADERS = {
    "OIN": OIN,
    "VerwerkingId": W,
    "VerwerkingsactiviteitId": ACTIVITY["B"],
    "VerwerkingsactiviteitUrl": "https://var.example.nl/api/v1/verwerkingsactiviteit/1",
    "Vertrouwelijkheid": "vertrouwelijk",
    "Bewaartermijn": "P3Y",
}


class Stubs:
    """Plays log, provider and inzage, and remembers in order what was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 201

    def __call__(self, environ: Any, start: Any) -> Any:
        """Answer one request."""
        request = Request(environ)
        body = request.get_json(silent=True)
        told = {name: value for name, value in request.headers.items() if name.lower() not in {"host", "user-agent"}}
        path = f"{request.path}?{request.query_string.decode()}".rstrip("?")
        self.asked.append({"method": request.method, "path": path, "headers": told, "body": body})
        status = self.status if request.path.startswith("/log") else 200
        shown: Any = {"personen": [P, Q]} if "zoeken" in path else {"count": 0, "results": []}
        if request.method == "GET" and request.path.startswith("/log"):
            shown = {**full(), "actieId": V, "url": "https://x.nl/1", "tijdstipRegistratie": "2020-11-01T12:00:00Z"}
        return Response(json.dumps(shown), status=status, content_type="application/json")(environ, start)

    def to(self, place: str) -> list[dict[str, Any]]:
        """Return what was asked of one of the three."""
        return [one for one in self.asked if one["path"].startswith(f"/{place}")]

    @property
    def entries(self) -> list[Any]:
        """Return what was logged."""
        return [one["body"] for one in self.to("log") if one["method"] == "POST"]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Stubs, str]]:
    """Serve the stubs."""
    stubs = Stubs()
    with fixtures.serve(stubs) as address:
        yield stubs, address


class User:
    """Triggers the application and calls the provider."""

    def __init__(self, served: tuple[Stubs, str], **row: str) -> None:
        self.stubs, address = served
        self.stubs.asked.clear()
        self.stubs.status = 201
        self.client = Client(fixtures.supplier(PROFILE, neighbours_url=address, timeout=2, **row))

    def does(self, handeling: str, **told: Any) -> Any:
        """Trigger the application; return its status and what it shows."""
        self.stubs.asked.clear()
        sent = {"handeling": handeling, "persoon": P, "zaak": V, "bewaartermijn": "P5Y", "gebruiker": USER, **told}
        response = self.client.post(TRIGGER, json=sent)
        return response.status_code, (response.json or {})["getoond"]

    def calls(self, **headers: str) -> int:
        """Call the provider for a person."""
        self.stubs.asked.clear()
        return self.client.post(BRON, json={"persoon": P}, headers=headers).status_code


@pytest.fixture
def user(served: tuple[Stubs, str]) -> User:
    """Return a user of a fresh application."""
    return User(served)


def told(one: dict[str, Any]) -> dict[str, str]:
    """Return the logging headers of a request by the names that the standard gives them."""
    lower = {name.lower(): value for name, value in one["headers"].items()}
    return {name: lower[name.lower()] for name in NAMES if name.lower() in lower}


@pytest.mark.parametrize("level", ["normaal", "vertrouwelijk"])
def test_a_consumer_tells_its_provider_what_it_logs(user: User, level: str) -> None:
    assert user.does("openen", vertrouwelijkheid=level)[0] == 200
    logged, asked = user.stubs.asked
    entry = logged["body"]
    assert (logged["path"], asked["path"]) == ("/log/verwerkingsacties", "/bron/personen")
    assert told(asked) == {
        "OIN": OIN,
        "VerwerkingsactiviteitId": entry["verwerkingsactiviteitId"],
        "VerwerkingsactiviteitUrl": entry["verwerkingsactiviteitUrl"],
        "VerwerkingId": entry["verwerkingId"],
        "Vertrouwelijkheid": entry["vertrouwelijkheid"],
        "Bewaartermijn": entry["bewaartermijn"],
    }
    assert (entry["verwerkingId"], entry["vertrouwelijkheid"]) == (V, level)
    assert asked["body"] == {"persoon": P}


def test_what_is_logged_is_a_valid_action(user: User) -> None:
    log = Client(fixtures.supplier(PROFILE, scheme="bearer"))
    secret = fixtures.environment(PROFILE)["CONFORMANCE_ALLES"]
    for handeling in ("openen", "opslaan", "zoeken", "verstrekken", "balie", "personeel", "onderzoek"):
        user.does(handeling, afnemer=P if handeling == "balie" else OIN)
        for entry in user.stubs.entries:
            path = "/verwerkingenlogging/bewerking/api/v1/verwerkingsacties"
            response = log.post(path, json=entry, headers={"Authorization": f"Bearer {secret}"})
            assert response.status_code == 201, response.text
            assert USER["login"] not in str(entry)


def test_nothing_is_done_that_could_not_be_logged(user: User) -> None:
    for status in (500, 503, 401):
        user.stubs.status = status
        for handeling in ("openen", "opslaan"):
            assert user.does(handeling) == (502, [])
            assert user.stubs.to("bron") == []
        assert user.does("zoeken", criteria=CRITERIA) == (502, [])
    user.does("openen", adressen={"log": "http://127.0.0.1:9"})
    assert user.stubs.asked == []


def test_a_search_is_logged_with_everyone_found(user: User) -> None:
    status, shown = user.does("zoeken", criteria=CRITERIA)
    (entry,) = user.stubs.entries
    assert (status, [one["persoon"] for one in shown]) == (200, [P, Q])
    assert [one["objectId"] for one in entry["verwerkteObjecten"]] == [P, Q]
    assert all(one["betrokkenheid"] for one in entry["verwerkteObjecten"])
    assert not any(value in str(entry) for value in CRITERIA.values())


def test_each_step_of_a_visit_is_logged(user: User) -> None:
    user.does("bezoek", criteria=CRITERIA)
    entries = user.stubs.entries
    assert [one["actieNaam"].split()[0] for one in entries] == ["Zoeken", "Opvragen", "Opslaan"]
    assert len({one["tijdstip"] for one in entries}) == 3
    assert {one["verwerkingId"] for one in entries} == {V}


@pytest.mark.parametrize(
    ("handeling", "parts", "found"),
    [
        ("verstrekken", {"afnemer": OIN}, {"soortAfnemerId": "OIN", "afnemerId": OIN}),
        ("balie", {"afnemer": P}, {"soortAfnemerId": "BSN", "afnemerId": P}),
        ("onderzoek", {}, {"vertrouwelijkheid": "vertrouwelijk", "verwerkingId": V}),
        ("openen", {"gemeente": "uitbesteed"}, {"uitvoerder": "00000099123456780000"}),
        ("openen", {"gemeente": "b"}, {"verwerkingsactiviteitId": "3c2d8a51-7f0b-4f6e-8a3f-2b1d9c7e5f40"}),
        ("openen", {}, {"uitvoerder": None, "soortAfnemerId": None}),
    ],
)
def test_an_entry_tells_what_is_known(user: User, handeling: str, parts: dict[str, str], found: dict[str, Any]) -> None:
    user.does(handeling, **parts)
    for entry in user.stubs.entries:
        assert {name: entry.get(name) for name in found} == found


def test_employees_have_no_bsn(user: User) -> None:
    user.does("personeel")
    (thing,) = user.stubs.entries[0]["verwerkteObjecten"]
    assert (thing["soortObjectId"], P in str(thing)) == ("Personeelsnummer", False)


@pytest.mark.parametrize("handeling", ["aanmelden", "afmelden", "weigeren"])
def test_technical_events_are_not_logged(user: User, handeling: str) -> None:
    assert (user.does(handeling)[0], user.stubs.asked) == (200, [])


@pytest.mark.parametrize(
    ("handeling", "body"), [("termijn", {"bewaartermijn": "P5Y"}), ("opheffen", {"vertrouwelijkheid": "opgeheven"})]
)
def test_later_changes_are_patches_of_the_processing(user: User, handeling: str, body: dict[str, str]) -> None:
    user.does(handeling)
    (asked,) = user.stubs.asked
    assert (asked["method"], asked["path"]) == ("PATCH", f"/log/verwerkingsacties?verwerkingId={V}")
    assert asked["body"] == body


def test_a_correction_says_everything_again(user: User) -> None:
    user.does("corrigeren", actie=V)
    read, put = user.stubs.asked
    assert (read["method"], put["method"], put["path"]) == ("GET", "PUT", f"/log/verwerkingsacties/{V}")
    assert {**put["body"], "actieNaam": full()["actieNaam"]} == full()


def test_an_inspection_tells_who_asks_and_states_a_period(user: User) -> None:
    user.does("inzage")
    (asked,) = user.stubs.to("inzage")
    assert list(told(asked)) == ["OIN", "VerwerkingsactiviteitId", "VerwerkingsactiviteitUrl", "VerwerkingId"]
    begin, end = re.findall(r"Datum=(\d{4}-\d\d-\d\d)", asked["path"])
    assert begin < end


def test_a_provider_logs_for_itself(user: User) -> None:
    assert user.calls(**HEADERS) == 200
    (entry,) = user.stubs.entries
    assert {name: entry[name] for name in entry if "Afnemer" in name or name in ("afnemerId", "vertrouwelijkheid")} == {
        "soortAfnemerId": "OIN",
        "afnemerId": OIN,
        "verwerkingIdAfnemer": W,
        "verwerkingsactiviteitIdAfnemer": ACTIVITY["B"],
        "verwerkingsactiviteitUrlAfnemer": HEADERS["VerwerkingsactiviteitUrl"],
        "vertrouwelijkheid": "vertrouwelijk",
    }
    assert (entry["verwerkingId"] != W, entry["verwerkingsactiviteitId"] != ACTIVITY["B"]) == (True, True)
    assert entry["bewaartermijn"] == "P3Y"


def test_a_call_without_headers_is_served_and_logged(user: User) -> None:
    assert user.calls() == 200
    (entry,) = user.stubs.entries
    assert (entry["vertrouwelijkheid"], [name for name in entry if "fnemer" in name]) == ("normaal", [])
    user.stubs.status = 503
    assert user.calls(**HEADERS) == 502


SCENES: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("openen", {"vertrouwelijkheid": level}) for level in ("normaal", "vertrouwelijk")),
    ("opslaan", {"gemeente": "uitbesteed"}),
    ("bezoek", {"criteria": CRITERIA}),
    *((name, {"afnemer": OIN}) for name in ("onderzoek", "transactie", "verstrekken", "balie", "personeel")),
    *((name, {"actie": V}) for name in ("inzage", "termijn", "opheffen", "corrigeren", "aanmelden")),
)


def transcript(user: User) -> str:
    """Return everything that the two applications ask and answer, with fresh values made comparable."""
    lines: list[Any] = []
    for status in (201, 503):
        user.stubs.status = status
        for handeling, parts in SCENES:
            lines += [user.does(handeling, **parts), [dict(one) for one in user.stubs.asked]]
        for headers in (HEADERS, {**HEADERS, "Vertrouwelijkheid": "normaal"}, {}):
            lines += [user.calls(**headers), [dict(one) for one in user.stubs.asked]]
    text, seen = json.dumps(lines), dict[str, str]()
    text = re.sub(r"20[2-9]\d-\d\d-\d\dT00:00:00[^\"]*", "<midnight>", text)
    text = re.sub(
        r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda m: seen.setdefault(m[0], f"<{len(seen)}>"), text
    )
    moment = r"20(?:2[5-9]|[3-9]\d)-\d\d-\d\dT[0-9:.]+"
    text = re.sub(moment, lambda m: seen.setdefault(m[0], f"<t{len(seen)}>"), text)
    return re.sub(r'"(Content-Length|Traceparent)": "[^"]*"', "", text)


@pytest.fixture(scope="module")
def lawful(served: tuple[Stubs, str]) -> str:
    """Return what the applications of the reference do."""
    found = transcript(User(served))
    assert transcript(User(served)) == found
    return found


ODD = [one.name for one in fixtures.variants(PROFILE) if {c.breaker for c in one.changes} & APPLICATIONS]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_application_still_logs_and_tells(served: tuple[Stubs, str], lawful: str, name: str) -> None:
    user = User(served, variant=name)
    assert user.does("openen") == (200, [{"count": 0, "results": []}])
    (entry,) = user.stubs.entries
    assert (entry["verwerkingId"], entry["verwerkteObjecten"][0]["objectId"]) == (V, P)
    assert told(user.stubs.to("bron")[0])["VerwerkingId"] == V
    assert user.calls(**HEADERS) == 200
    assert user.stubs.entries[0]["verwerkingIdAfnemer"] == W
    same = transcript(User(served, variant=name)) == lawful
    assert same == (name == "SpellsHeadersInLowerCase")  # a server does not see how a header was spelled
