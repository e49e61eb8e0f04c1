"""Tests of the server that plays what a target fetches or calls."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

import fixtures
from conformance.commands.neighbours import serve
from conformance.errors import Blocked, ConfigurationError
from conformance.neighbours import Call, Neighbours
from conformance.preflight import prove
from tests.matrix import ROOT
from tests.small import api_of, opened, under_pytest

KLANTEN = ROOT / "profiles" / "klanten"


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server() -> Iterator[Neighbours]:
    """Give a server on a free port."""
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as made:
        yield made


def message(server: Neighbours, url: str, action: str = "create") -> requests.Response:
    """Post a notification about a resource."""
    body = {"actie": action, "resourceUrl": url}
    return requests.post(
        f"{server.address}/notificaties", json=body, headers={"Authorization": "Bearer geheim"}, timeout=5
    )


def test_a_placed_address_gives_a_subject_with_its_own_url(server: Neighbours) -> None:
    url = server.place()
    found = requests.get(url, timeout=5).json()
    assert (found["url"], found["burgerservicenummer"]) == (url, "999990019")


@pytest.mark.parametrize("status", [403, 404, 410, 500])
def test_a_placed_address_answers_its_status(server: Neighbours, status: int) -> None:
    assert requests.get(server.place(status), timeout=5).status_code == status


@pytest.mark.parametrize(("body", "content"), [({}, b"{}"), ([1], b"[1]"), (b"<p>hallo</p>", b"<p>hallo</p>")])
def test_a_placed_address_gives_the_body_that_was_asked_for(server: Neighbours, body: object, content: bytes) -> None:
    assert requests.get(server.place(body=body), timeout=5).content == content


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_leads_to_the_other_address(server: Neighbours, status: int) -> None:
    answer = requests.get(server.redirect(server.place(), status), timeout=5)
    assert ([one.status_code for one in answer.history], answer.status_code) == ([status], 200)


def test_an_address_that_was_not_placed_is_absent(server: Neighbours) -> None:
    assert requests.get(f"{server.address}/bronnen/1", timeout=5).status_code == 404


def test_nobody_answers_at_the_closed_port(server: Neighbours) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(server.closed(), timeout=5)


def test_the_host_that_does_not_exist_is_in_the_reserved_domain(server: Neighbours) -> None:
    assert server.nowhere().removesuffix("/bronnen").endswith(".invalid")


def test_the_same_seed_names_the_same_addresses(server: Neighbours) -> None:
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as other:
        assert server.place().rpartition("/")[2] == other.place().rpartition("/")[2]


def test_a_call_is_remembered_with_the_kind_of_its_credentials_only(server: Neighbours) -> None:
    url = server.place()
    requests.get(f"{url}?deel=1", headers={"Authorization": "Bearer geheim"}, timeout=5)
    (call,) = server.calls(url)
    assert (call.method, call.path.endswith("?deel=1"), call.authorization) == ("GET", True, "Bearer")
    assert "geheim" not in repr(call)


def test_a_message_is_received_and_found_by_its_resource(server: Neighbours) -> None:
    answers = [message(server, f"https://elders.example/klanten/{name}").status_code for name in ("A", "b")]
    found = server.messages("http://hier.example/klanten/a")
    assert (answers, [call.json["resourceUrl"][-1] for call in found]) == ([201, 201], ["A"])


def test_messages_are_found_by_action_and_moment(server: Neighbours) -> None:
    message(server, "https://elders.example/klanten/a", "create")
    since = time.time()
    message(server, "https://elders.example/klanten/a", "update")
    found = [server.messages(None), server.messages(None, since), server.messages(None, actions=("create",))]
    assert [[call.json["actie"] for call in calls] for calls in found] == [["create", "update"], ["update"], ["create"]]


def test_a_message_that_comes_later_is_waited_for(server: Neighbours) -> None:
    later = threading.Timer(0.05, message, (server, "https://elders.example/klanten/a"))
    later.start()
    assert len(server.messages("https://elders.example/klanten/a", patience=30)) == 1
    later.join()


@pytest.mark.parametrize("content", [b"", b"geen JSON", b"[]", b'{"actie": "create"}'])
def test_what_names_no_resource_is_no_message(server: Neighbours, content: bytes) -> None:
    requests.post(f"{server.address}/notificaties", data=content, timeout=5)
    assert server.messages(None) == ()


def test_the_receiver_fails_only_as_long_as_it_is_told_to(server: Neighbours) -> None:
    with server.refusing():
        during = message(server, "https://elders.example/klanten/a").status_code
    assert (during, message(server, "https://elders.example/klanten/a").status_code) == (500, 201)


def test_the_receiver_answers_who_looks_for_channels(server: Neighbours) -> None:
    assert requests.get(f"{server.address}/notificaties/kanaal", timeout=5).json() == []


def test_stopping_does_not_wait_for_a_slow_address(server: Neighbours) -> None:
    asking = threading.Thread(target=requests.get, args=(server.place(delay=600),), kwargs={"timeout": 60})
    asking.start()
    server.messages("-", patience=0.2)
    server.stop()
    asking.join(30)
    assert not asking.is_alive()


def test_stopping_twice_is_harmless(server: Neighbours) -> None:
    server.stop()
    server.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.place(), timeout=5)


@pytest.mark.parametrize("listen", ["{taken}", "127.0.0.1:99999", "host.invalid:80"])
def test_an_address_where_it_cannot_listen_is_told_and_raises_nothing(server: Neighbours, listen: str) -> None:
    place = listen.format(taken=server.address.removeprefix("http://"))
    with Neighbours.start(place, server.address) as second:
        assert second.fault is not None
        assert place in second.fault.en


def test_the_server_on_its_own_tells_its_addresses_and_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def interrupted(server: Neighbours) -> Iterator[Call]:
        requests.get(server.place(name="bestaat"), timeout=5)
        yield from server.calls(f"{server.address}/bronnen/bestaat")
        raise KeyboardInterrupt

    monkeypatch.setattr(Neighbours, "coming", interrupted)
    address = f"127.0.0.1:{free_port()}"
    serve(address, said.append)
    assert said[0] == f"200 http://{address}/bronnen/bestaat"
    assert said[-1].startswith("GET /bronnen/bestaat")


def test_the_server_on_its_own_refuses_a_taken_address(server: Neighbours) -> None:
    with pytest.raises(ConfigurationError, match="choose another port"):
        serve(server.address.removeprefix("http://"), print)


def test_calls_are_given_as_they_come_until_the_end(server: Neighbours) -> None:
    requests.get(server.place(), timeout=5)
    coming = server.coming()
    first = next(coming)
    server.stop()
    assert (first.method, list(coming)) == ("GET", [])


def test_without_neighbours_a_check_is_blocked_with_the_lines_to_add(tmp_path: Path) -> None:
    with opened(tmp_path, fixtures.supplier("klanten"), profile=KLANTEN) as run, pytest.raises(Blocked) as blocked:
        _ = api_of(run).neighbour
    assert "neighbours: {address:" in blocked.value.reason.nl


def test_a_target_that_reaches_the_server_is_proven(tmp_path: Path, server: Neighbours) -> None:
    application = fixtures.supplier("klanten", neighbours_url=server.address)
    parts = {"neighbours": {"address": server.address}}
    with opened(tmp_path, application, profile=KLANTEN, neighbours=server, parts=parts) as run:
        proof = list(prove(run))[-1]
        made = requests.codes.ok if server.fault is None else None
    assert (proof.subject, proof.fine, made) == ("neighbours", True, 200)


def test_a_target_that_refuses_without_asking_blocks_the_checks(tmp_path: Path, server: Neighbours) -> None:
    application = fixtures.supplier("klanten")
    application.resources.fetcher.exists = lambda url: False  # type: ignore[attr-defined]
    parts = {"neighbours": {"address": server.address}}
    with opened(tmp_path, application, profile=KLANTEN, neighbours=server, parts=parts) as run:
        proof = list(prove(run))[-1]
        with pytest.raises(Blocked, match="did not ask"):
            _ = api_of(run).neighbour
    assert (proof.fine, proof.fatal, "target.yaml:" in proof.text.en) == (False, False, True)


def test_a_target_that_accepts_without_asking_is_told_and_still_judged(tmp_path: Path, server: Neighbours) -> None:
    application = fixtures.supplier("klanten")
    application.resources.fetcher.exists = lambda url: True  # type: ignore[attr-defined]
    parts = {"neighbours": {"address": server.address}}
    with opened(tmp_path, application, profile=KLANTEN, neighbours=server, parts=parts) as run:
        proof = list(prove(run))[-1]
        assert (proof.fine, proof.fatal, api_of(run).neighbour) == (False, False, server)


def test_a_taken_port_is_told_before_judging(tmp_path: Path, server: Neighbours) -> None:
    second = Neighbours.start(None, server.address)
    parts = {"neighbours": {"address": server.address}}
    application = fixtures.supplier("klanten")
    with opened(tmp_path, application, profile=KLANTEN, neighbours=second, parts=parts) as run:
        proof = list(prove(run))[-1]
    assert (proof.subject, proof.fine, proof.fatal) == ("neighbours", False, False)


@pytest.mark.parametrize("configured", [False, True])
def test_rows_that_need_the_server_are_blocked_when_it_is_not_there(
    tmp_path: Path, server: Neighbours, configured: bool
) -> None:
    parts = {"neighbours": {"address": server.address, "notifications": True}} if configured else {}
    only = "COM-REF-001,COM-NOT-001,KL-REF-001"
    ran = under_pytest(tmp_path, fixtures.supplier("klanten"), "--only", only, profile=KLANTEN, **parts)
    rows = {row["id"]: row for row in ran.record["profiles"][0]["requirements"] if row["id"] in only.split(",")}
    assert {row["status"] for row in rows.values()} == {"blocked"}
    assert ("neighbours.listen" if configured else "address:") in rows["COM-REF-001"]["reason"]["nl"]


def test_a_run_lets_go_of_the_port_when_it_ends(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    application = fixtures.supplier("klanten", neighbours_url=address)
    ran = under_pytest(tmp_path, application, "--only", "KL-REF-001", profile=KLANTEN, neighbours={"address": address})
    statuses = {row["id"]: row["status"] for row in ran.record["profiles"][0]["requirements"]}
    with Neighbours.start(None, address) as again:
        assert (statuses["KL-REF-001"], again.fault) == ("passed", None)
