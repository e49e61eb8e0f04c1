"""A caller of a log and the bodies that it sends."""

import time
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import Client, TestResponse

import fixtures

PROFILE = "verwerkingenlogging"
ACTIES = "/verwerkingenlogging/bewerking/api/v1/verwerkingsacties"
OBJECTEN = "/verwerkingenlogging/inzage/api/v1/verwerkte-objecten"
REGISTER = "/verwerkingenlogging/var/api/v1/verwerkingsactiviteiten"
ACTIVITEIT = "/verwerkingenlogging/var/api/v1/verwerkingsactiviteit"
PEOPLE = {"P": "999990019", "Q": "999990020", "R": "999990032"}
PROCESSING = {"V": "48086bf2-11b7-4603-9526-67d7c3bb6587", "W": "7a22eb38-bca6-463f-9955-54ab040287cb"}
ACTIVITY = {"A": "c83b2d4e-119b-4214-9567-8095e1d30eff", "B": "d94c3e5f-22ac-4325-8678-9196f2e41f00"}
UNKNOWN = "2e9a1f0c-9c0e-4c5e-8f57-0d7c7d6f1a11"
WINDOW = {"beginDatum": "2020-10-01", "eindDatum": "2020-12-01"}
OIN = "00000001821002193000"


@cache
def token(name: str, **claims: Any) -> str:
    """Return a token of an application of the sandbox."""
    secret = fixtures.environment(PROFILE)[f"CONFORMANCE_{name.upper().replace('-', '_')}"]
    own = {"client_id": f"conformance-{name}", "iat": int(time.time()) - 60}
    return jwt.encode({"alg": "HS256"}, {**own, **claims}, OctKey.import_key(secret))


def person(who: str = "P", **members: Any) -> dict[str, Any]:
    """Return a processed object."""
    body = {"objecttype": "persoon", "soortObjectId": "BSN", "objectId": PEOPLE.get(who, who), **members}
    return {name: value for name, value in body.items() if value is not ...}


def minimal(*who: str, **members: Any) -> dict[str, Any]:
    """Return the smallest action about these persons."""
    body = {
        "vertrouwelijkheid": "normaal",
        "tijdstip": "2020-11-01T12:00:00+01:00",
        "verwerkteObjecten": [person(one) for one in who or ("P",)],
        **members,
    }
    return {name: value for name, value in body.items() if value is not ...}


def full(**members: Any) -> dict[str, Any]:
    """Return an action with every member, about two persons."""
    body = {
        "actieNaam": "Raadplegen identiteit van José – één",
        "handelingNaam": "Intake",
        "verwerkingNaam": "Huwelijk",
        "verwerkingId": PROCESSING["V"],
        "verwerkingsactiviteitId": ACTIVITY["A"],
        "verwerkingsactiviteitUrl": f"https://var.example.nl/api/v1/verwerkingsactiviteit/{ACTIVITY['A']}",
        "bewaartermijn": "P10Y",
        "uitvoerder": OIN,
        "systeem": "FooBarApp 😀",
        "gebruiker": "123456789",
        "gegevensbron": "BRP Eigen Gemeente",
        "soortAfnemerId": "OIN",
        "afnemerId": "00000099123456780000",
        "verwerkingsactiviteitIdAfnemer": ACTIVITY["B"],
        "verwerkingsactiviteitUrlAfnemer": f"https://var.example.org/api/v1/verwerkingsactiviteit/{ACTIVITY['B']}",
        "verwerkingIdAfnemer": PROCESSING["W"],
        "verwerkteObjecten": [
            person(
                "P",
                betrokkenheid="Aanvrager",
                verwerkteSoortenGegevens=[{"soortGegeven": "BSN"}, {"soortGegeven": "Naam"}],
            ),
            person("Q", betrokkenheid="Getuige", verwerkteSoortenGegevens=[{"soortGegeven": "Nationaliteit"}]),
        ],
    }
    return minimal(**{**body, **members})


def again(action: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return the body of a PUT: what was read, with changes, without what the log itself sets."""
    kept = {name: value for name, value in action.items() if name not in ("url", "actieId", "tijdstipRegistratie")}
    return {name: value for name, value in {**kept, **members}.items() if value is not ...}


class Caller:
    """Calls one supplier in this process."""

    def __init__(self, **settings: Any) -> None:
        self.client = Client(fixtures.supplier(PROFILE, **settings))

    def send(self, method: str, path: str, body: Any = None, *, who: str = "alles", **parts: Any) -> TestResponse:
        """Send one request as an application of the sandbox."""
        headers = {"Authorization": f"Bearer {token(who)}"} if who else {}
        sent = {"json": body} if body is not None else {}
        headers |= parts.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **sent, **parts)

    def status(self, method: str, path: str, body: Any = None, **parts: Any) -> int:
        """Return the status of one request."""
        return self.send(method, path, body, **parts).status_code

    def made(self, body: dict[str, Any] | None = None, *, who: str = "alles") -> dict[str, Any]:
        """Log an action."""
        response = self.send("POST", ACTIES, body or minimal(), who=who)
        assert response.status_code == 201, response.text
        shown: dict[str, Any] = response.json or {}
        return shown

    def shown(self, path: str, *, who: str = "alles", **query: Any) -> Any:
        """Read something that is there."""
        response = self.send("GET", path, who=who, **({"query_string": query} if query else {}))
        assert response.status_code == 200, response.text
        return response.json

    def about(self, nummer: str = "P", *, who: str = "alles", path: str = ACTIES, **query: Any) -> list[Any]:
        """Search for a person and return the results."""
        results: list[Any] = self.shown(path, who=who, **{**person(nummer), **query})["results"]
        return results

    def inspected(self, nummer: str = "P", *, who: str = "alles", **query: Any) -> list[Any]:
        """Search for a person in inzage and return the results."""
        return self.about(nummer, who=who, path=OBJECTEN, **{**WINDOW, **query})

    def names(self, nummer: str = "P", **query: Any) -> set[str]:
        """Return the names of the actions about a person."""
        return {one["actieNaam"] for one in self.about(nummer, **query)}

    def lifted(self, body: dict[str, Any]) -> dict[str, Any]:
        """Log a confidential action and lift its confidentiality."""
        action = self.made({**body, "vertrouwelijkheid": "vertrouwelijk"})
        change = {"vertrouwelijkheid": "opgeheven"}
        assert self.status("PATCH", f"{ACTIES}?verwerkingId={body['verwerkingId']}", change) == 204
        read: dict[str, Any] = self.shown(action["url"])
        return read
