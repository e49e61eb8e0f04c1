"""Tests of the log, the API with personal data and inzage that the suite plays for applications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from conformance.neighbours import Neighbours
from tests.test_neighbours import free_port

ENTRY = {"vertrouwelijkheid": "normaal", "verwerkteObjecten": [{"objectId": "999990019"}, "geen object"]}


@pytest.fixture(scope="module")
def server() -> Iterator[Neighbours]:
    """Give a server below a path, as behind a proxy."""
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}/suite", seed=1) as made:
        yield made


def asked(server: Neighbours, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    """Ask something of the server."""
    return requests.request(method, f"{server.address}{path}", json=body, headers=headers, timeout=5)


def test_an_entry_is_taken_and_can_be_read_and_replaced(server: Neighbours) -> None:
    made = asked(server, "POST", "/log/verwerkingsacties", ENTRY)
    url = made.json()["url"]
    assert (made.status_code, url) == (201, f"{server.address}/log/verwerkingsacties/{made.json()['actieId']}")
    assert [one["objectId"] for one in made.json()["verwerkteObjecten"]] == ["999990019"]
    read = [requests.request(method, url, json={}, timeout=5).json() for method in ("GET", "PUT", "DELETE")]
    assert read == [made.json()] * 3


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/log/verwerkingsacties", None, 200),
        ("PATCH", "/log/verwerkingsacties?verwerkingId=1", {"bewaartermijn": "P1Y"}, 200),
        ("POST", "/log/verwerkingsacties", ["geen object"], 404),
        ("POST", "/log/wijzigBewaartermijn", {}, 404),
        ("GET", "/log/verwerkingsacties/onbekend", None, 404),
        ("GET", "/inzage/verwerkte-objecten", None, 200),
        ("GET", "/elders", None, 404),
        ("GET", "", None, 404),
    ],
)
def test_what_is_asked_is_answered_as_a_log_does(
    server: Neighbours, method: str, path: str, body: Any, status: int
) -> None:
    assert asked(server, method, path, body).status_code == status


def test_an_entry_without_objects_is_taken_too(server: Neighbours) -> None:
    assert asked(server, "POST", "/log/verwerkingsacties", {}).json()["verwerkteObjecten"] == []


def test_an_action_can_be_placed_under_a_name_and_is_forgotten_for_another_target() -> None:
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as server:
        name = server.log.place(ENTRY, "een-naam")
        there = [asked(server, "GET", f"/log/verwerkingsacties/{name}").status_code]
        server.forget()
        there.append(asked(server, "GET", f"/log/verwerkingsacties/{name}").status_code)
    assert (name, there) == ("een-naam", [200, 404])


def test_only_the_log_refuses_and_only_for_a_while(server: Neighbours) -> None:
    server.log.tell({"personen": ["999990019"]})
    with server.log.refusing(503):
        seen = [asked(server, "POST", path, {}).status_code for path in ("/log/verwerkingsacties", "/bron/personen")]
    seen.append(asked(server, "POST", "/log/verwerkingsacties", {}).status_code)
    assert seen == [503, 200, 201]
    assert asked(server, "GET", "/bron").json() == {"personen": ["999990019"]}


def test_a_call_is_kept_with_its_headers_as_spelled_and_without_keys(server: Neighbours) -> None:
    number = server.count()
    asked(server, "GET", "/bron/personen?a=b", OIN="1", verwerkingId="2", Authorization="Bearer sesam")
    asked(server, "GET", "/bronnen/iets")
    (call,) = server.since(number, lambda call: True, 1)
    assert (call.headers["OIN"], call.headers["verwerkingId"], call.query) == ("1", "2", {"a": "b"})
    assert (call.headers["Authorization"], "sesam" in repr(call)) == ("[redacted]", False)
    assert call.answer == (200, {"personen": ["999990019"]})
