"""Each lawful oddity of a log still logs, shows, changes and forgets actions, and each row of data fits."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

import fixtures
from fixtures.breakers import breakers_of
from fixtures.verwerkingenlogging import misusing, telling
from fixtures.verwerkingenlogging.mistakes import MISTAKES
from tests.fixtures_verwerkingenlogging import PEOPLE, PROCESSING, PROFILE, WINDOW, again, full, minimal, person, token

V = PROCESSING["V"]
REGISTERED = "5d0b5cf4-4a7c-4b0e-9c3a-8f0f2a6f1b27"
READ_ONLY = {"OffersReadingOnly", "OffersInzageOnly", "OffersRegisterOnly"}
APPLICATIONS = set(breakers_of(misusing)) | set(breakers_of(telling))
HEADERS = {
    "OIN": "00000001821002193000",
    "VerwerkingId": PROCESSING["W"],
    "VerwerkingsactiviteitId": "c83b2d4e-119b-4214-9567-8095e1d30eff",
    "VerwerkingsactiviteitUrl": "https://var.example.nl/api/v1/verwerkingsactiviteit/1",
}
USERS = {one.name for one in fixtures.variants(PROFILE) if {c.breaker for c in one.changes} & APPLICATIONS}
BOTH = [one for one in fixtures.variants(PROFILE) if one.name not in READ_ONLY | USERS]


class Visitor:
    """Uses a log as its target file says, and waits as long as that allows."""

    def __init__(self, *, mutant: str | None = None, variant: str | None = None) -> None:
        self.target = fixtures.target(PROFILE, "http://localhost", mutant=mutant, variant=variant)
        self.client = Client(fixtures.supplier(PROFILE, mutant=mutant, variant=variant))
        self.secrets = fixtures.environment(PROFILE)

    def headers(self, who: str) -> dict[str, str]:
        """Return the credentials of an application, in the scheme of the target file."""
        row = self.target["credentials"][who]
        secret = self.secrets[row["secret"]["env"]]
        if row["scheme"] == "api-key":
            return {row["header"]: secret}
        return {"Authorization": f"Bearer {token(who) if row['scheme'] == 'zgw-jwt' else secret}"}

    def send(
        self, method: str, api: str, path: str, body: Any = None, *, who: str = "alles", **query: Any
    ) -> TestResponse:
        """Send one request."""
        root = self.target["apis"][api]["url"].removeprefix("http://localhost")
        sent = {"json": body} if body is not None else {}
        headers = {**self.headers(who), **HEADERS}
        return self.client.open(f"{root}{path}", method=method, headers=headers, query_string=query, **sent)

    def settled(self, holds: Callable[[], bool]) -> bool:
        """Tell whether something holds within the time that the target file allows."""
        until = time.monotonic() + float(self.target["pace"]["settle"])
        while not holds():
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def found(self, api: str = "bewerking", nummer: str = "P", **query: Any) -> list[Any]:
        """Return everything about a person, over all pages."""
        path = "/verwerkingsacties" if api == "bewerking" else "/verwerkte-objecten"
        response = self.send("GET", api, path, **{**person(nummer), **WINDOW, **query})
        results: list[Any] = []
        while True:
            assert response.status_code == 200, response.text
            results += (response.json or {})["results"]
            following = (response.json or {}).get("next")
            if not following:
                return results
            response = self.client.get(following, headers={**self.headers("alles"), **HEADERS})


@pytest.mark.parametrize("name", [one.name for one in BOTH])
def test_an_oddity_lives_like_the_reference(name: str) -> None:
    log = Visitor(variant=name)
    if "bewerking" not in log.target["apis"]:
        pytest.skip("nothing can be logged here")
    body = full(verwerkingsactiviteitId=REGISTERED)
    made = log.send("POST", "bewerking", "/verwerkingsacties", body)
    assert made.status_code == 201, made.text
    uuid = (made.json or {})["actieId"]
    place = f"/verwerkingsacties/{uuid}"
    assert log.settled(lambda: log.send("GET", "bewerking", place).status_code == 200)
    assert log.settled(lambda: len(log.found()) == 1)
    read = log.send("GET", "bewerking", place).json or {}
    assert {name: read[name] for name in ("actieNaam", "bewaartermijn")} == {
        name: body[name] for name in ("actieNaam", "bewaartermijn")
    }
    assert sorted(one["objectId"] for one in read["verwerkteObjecten"]) == [PEOPLE["P"], PEOPLE["Q"]]
    (found,) = log.found()
    assert [one["objectId"] for one in found["verwerkteObjecten"]] == [PEOPLE["P"]]
    if "inzage" in log.target["apis"]:
        (occurrence,) = log.found("inzage")
        assert occurrence["objectId"] == PEOPLE["P"]
        assert "FooBarApp" not in str(occurrence)
    changed = again(read, actieNaam="Verbeterd")
    answers = [log.send("PUT", "bewerking", place, one) for one in (changed, {**read, "actieNaam": "Verbeterd"})]
    assert 200 in [one.status_code for one in answers]
    latest = next(one.json or {} for one in answers[::-1] if one.status_code == 200)
    assert log.settled(lambda: [one["actieNaam"] for one in log.found()] == ["Verbeterd"])
    patched = log.send("PATCH", "bewerking", "/verwerkingsacties", {"bewaartermijn": "P7Y"}, verwerkingId=V)
    assert patched.status_code == 204
    assert log.settled(lambda: [one["bewaartermijn"] for one in log.found()] == ["P7Y"])
    place = f"/verwerkingsacties/{log.found()[0]['actieId']}"
    assert latest["actieNaam"] == "Verbeterd"
    assert log.send("DELETE", "bewerking", place).status_code == 204
    assert log.settled(lambda: not log.found())
    assert log.send("GET", "bewerking", place).status_code in (404, 410)


@pytest.mark.parametrize("name", [one.name for one in BOTH])
def test_an_oddity_keeps_confidential_actions_to_itself(name: str) -> None:
    log = Visitor(variant=name)
    if "bewerking" not in log.target["apis"]:
        pytest.skip("nothing can be logged here")
    for level in ("normaal", "vertrouwelijk"):
        made = log.send("POST", "bewerking", "/verwerkingsacties", minimal(actieNaam=level, vertrouwelijkheid=level))
        assert made.status_code == 201
    assert log.settled(lambda: {one["actieNaam"] for one in log.found()} == {"normaal", "vertrouwelijk"})
    query = {**person(), **WINDOW, "vertrouwelijkheid": "normaal"}
    seen = log.send("GET", "bewerking", "/verwerkingsacties", who="alleen-read-normal", **query)
    assert [one["actieNaam"] for one in (seen.json or {})["results"]] == ["normaal"]
    assert log.send("GET", "bewerking", "/verwerkingsacties", who="alleen-read-normal", **person()).status_code == 403
    if "inzage" in log.target["apis"]:
        assert len(log.found("inzage")) == 1
    refused = log.send("POST", "bewerking", "/verwerkingsacties", minimal(tijdstip="gisteren"))
    assert refused.status_code == 400
    assert (refused.json or {})["invalidParams"]


@pytest.mark.parametrize(
    ("name", "api", "path", "query"),
    [
        ("OffersReadingOnly", "bewerking", "/verwerkingsacties", person("vreemd-3")),
        (
            "OffersReadingOnly",
            "inzage",
            "/verwerkte-objecten",
            {**person("vreemd-3"), "beginDatum": "2019-01-01", "eindDatum": "2020-01-01"},
        ),
        (
            "OffersInzageOnly",
            "inzage",
            "/verwerkte-objecten",
            {**person("vreemd-3"), "beginDatum": "2019-01-01", "eindDatum": "2020-01-01"},
        ),
        ("OffersRegisterOnly", "var", "/verwerkingsactiviteiten", {}),
    ],
)
def test_a_log_for_readers_has_something_to_read(name: str, api: str, path: str, query: dict[str, str]) -> None:
    response = Visitor(variant=name).send("GET", api, path, **query)
    assert (response.status_code, (response.json or {})["count"] > 0) == (200, True)


def test_a_mistake_may_come_with_its_own_target_file() -> None:
    log = Visitor(mutant="TakesApiKeyOnly")
    assert log.target["credentials"]["alles"]["scheme"] == "api-key"
    assert log.send("POST", "bewerking", "/verwerkingsacties", minimal()).status_code == 201
    bare = Visitor(mutant="LeavesVersionOutOfPath")
    assert {row["url"] for row in bare.target["apis"].values()} == {"http://localhost/verwerkingenlogging/api"}
    assert bare.send("POST", "bewerking", "/verwerkingsacties", minimal()).status_code == 201


def test_names_are_used_once() -> None:
    for rows in (fixtures.mutants(PROFILE), fixtures.variants(PROFILE)):
        assert len({row.name for row in rows}) == len(rows)


def test_every_breaker_of_the_log_is_used() -> None:
    judged = (PROFILE, "iam")  # the judge of access visits a log too
    rows: list[Any] = [row for name in judged for row in (*fixtures.mutants(name), *fixtures.variants(name))]
    used = {change.breaker for row in rows for change in row.changes}
    assert sorted(set(MISTAKES) - used) == []


def test_a_mistake_may_be_in_the_target_file_alone() -> None:
    log = Visitor(mutant="KnowsDottedScopesOnly")
    assert log.target["credentials"]["gewoon"]["scopes"] == [
        "create.normal",
        "read.normal",
        "update.normal",
        "delete.normal",
    ]
    assert log.send("POST", "bewerking", "/verwerkingsacties", minimal(), who="gewoon").status_code == 201
