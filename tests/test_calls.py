"""Tests of sending for a check: settling, the ledger, and what may be sent at all."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

import fixtures
from conformance.errors import Blocked, Mismatch
from conformance.library.standing import together
from conformance.reply import member
from conformance.runfile import leftovers
from conformance.transport import Answer, Transport
from tests.small import ADDRESS, Seen, answering, api_of, opened

KLANTEN = f"{ADDRESS}/klanten/api/v1/klanten"


@pytest.fixture
def supplier() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the list of what would have been slept, on a clock that moves only by sleeping."""
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    monkeypatch.setattr(time, "monotonic", lambda: sum(taken))
    return taken


def test_removal_is_in_reverse_order(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        made = [api.create("klanten")["url"] for _ in range(3)]
        api.clean()
    removed = [path for method, path, _ in supplier.requests if method == "DELETE"]
    assert removed == [url.removeprefix(ADDRESS) for url in reversed(made)]


def test_what_a_check_removed_itself_is_not_removed_again(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        api.delete(api.create("klanten")["url"]).expects(status=204)
        api.clean()
    assert [method for method, *_ in supplier.requests] == ["POST", "DELETE"]


def test_what_cannot_be_removed_stays_in_the_ledger(tmp_path: Path) -> None:
    with opened(tmp_path, answering((201, {"url": f"{KLANTEN}/1"}), (403, {}))) as run:
        api = api_of(run)
        api.create("klanten")
        api.clean()
    assert leftovers(tmp_path / "run") == [("klanten", f"{KLANTEN}/1")]


def test_the_ledger_is_on_disk_before_anything_else_is_sent(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        made = api_of(run).create("klanten")
        assert leftovers(tmp_path / "run") == [("klanten", made["url"])]


@pytest.mark.parametrize(
    "url",
    ["http://elders.example/klanten/api/v1/klanten/1", f"{ADDRESS}/klanten/api/v1/anders/1", KLANTEN, "", 7, None],
)
def test_what_is_not_below_the_collection_is_never_removed(url: Any, tmp_path: Path) -> None:
    target = Seen(answering((201, {"url": url}), (204, "")))
    with opened(tmp_path, target) as run:
        api = api_of(run)
        api.post("klanten", {})
        api.clean()
    removed = [path for method, path, _ in target.requests if method == "DELETE"]
    assert removed in ([], ["/klanten/api/v1/klanten/1"])  # an address by another name is reached at home
    assert bool(removed) is (url == "http://elders.example/klanten/api/v1/klanten/1")


def test_a_location_will_do_when_the_body_names_no_url(tmp_path: Path) -> None:
    @Request.application
    def answer(request: Request) -> Response:
        return Response("{}", 201, {"Location": "/klanten/api/v1/klanten/9"}, content_type="application/json")

    with opened(tmp_path, answer) as run:
        api_of(run).post("klanten", {})
    assert leftovers(tmp_path / "run") == [("klanten", f"{KLANTEN}/9")]


def test_a_reading_is_repeated_until_it_shows_the_write(tmp_path: Path, naps: list[float]) -> None:
    target = Seen(answering((404, {}), (404, {}), (200, {"naam": "oud"}), (200, {"naam": "nieuw"})))
    with opened(tmp_path, target, parts={"pace": {"settle": 5}}) as run:
        reply = api_of(run).get(f"{KLANTEN}/1").expects(member("naam", "nieuw"), status=200)
    assert (reply["naam"], len(target.requests), naps) == ("nieuw", 4, [0.1, 0.2, 0.3])


def test_a_reading_is_not_repeated_for_ever(tmp_path: Path, naps: list[float]) -> None:
    with opened(tmp_path, answering((404, {})), parts={"pace": {"settle": 2}}) as run, pytest.raises(Mismatch):
        api_of(run).get(f"{KLANTEN}/1").expects(status=200)
    assert 2 <= sum(naps) <= 2.5


def test_a_target_that_settles_at_once_is_asked_once_more_at_most(tmp_path: Path, naps: list[float]) -> None:
    target = Seen(answering((404, {})))
    with opened(tmp_path, target) as run, pytest.raises(Mismatch):
        api_of(run).get(f"{KLANTEN}/1").expects(status=200)
    assert len(target.requests) <= 2


@pytest.mark.parametrize("verb", ["post", "put", "patch"])
def test_only_a_reading_is_repeated(verb: str, tmp_path: Path, naps: list[float]) -> None:
    target = Seen(answering((500, {})))
    with opened(tmp_path, target, parts={"pace": {"settle": 5}}) as run, pytest.raises(Mismatch):
        getattr(api_of(run), verb)("klanten", {}).expects(status=200)
    assert (len(target.requests), naps) == (1, [])


def test_arranging_waits_until_the_resource_is_there(tmp_path: Path, naps: list[float]) -> None:
    target = Seen(answering((201, {"url": f"{KLANTEN}/1"}), (404, {}), (200, {"url": f"{KLANTEN}/1"})))
    with opened(tmp_path, target, parts={"pace": {"settle": 5}}) as run:
        api_of(run).create("klanten")
    assert [method for method, *_ in target.requests] == ["POST", "GET", "GET"]


@pytest.mark.parametrize(("settle", "expected"), [(0, []), (3, [3])])
def test_a_pause_is_as_long_as_the_target_may_take(
    settle: float, expected: list[float], tmp_path: Path, naps: list[float]
) -> None:
    with opened(tmp_path, answering((200, {})), parts={"pace": {"settle": settle}}) as run:
        api_of(run).pause()
    assert naps == expected


def test_reading_only_blocks_every_other_verb(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier, read_only=True) as run:
        api = api_of(run)
        for act in (api.post, api.put, api.patch):
            with pytest.raises(Blocked, match="may only read"):
                act("klanten", {})
        with pytest.raises(Blocked, match="may only read"):
            api.delete(KLANTEN)
        assert (api.get("klanten").status, api.request("HEAD", "klanten").status) == (200, 200)


def test_no_answer_blocks(tmp_path: Path) -> None:
    with (
        opened(tmp_path, answering((200, {})), transport=Transport(timeout=1)) as run,
        pytest.raises(Blocked, match="no answer"),
    ):
        api_of(run).get("klanten")


def test_a_query_and_headers_are_added(tmp_path: Path) -> None:
    seen: list[Request] = []

    @Request.application
    def answer(request: Request) -> Response:
        seen.append(request)
        return Response("{}")

    with opened(tmp_path, answer) as run:
        api = api_of(run)
        api.get("klanten", {"page": 2, "x": ["a", "b"]}, headers={"Accept": None, "X-Proef": "1"})
        api.get(f"{KLANTEN}?page=2", {"y": "é"})
        api.post("klanten", b"\xff", headers={"Content-Type": "text/plain"})
    assert seen[0].url == f"{KLANTEN}?page=2&x=a&x=b"
    assert (seen[0].headers.get("X-Proef"), seen[0].headers.get("Accept")) == ("1", None)
    assert seen[1].query_string == b"page=2&y=%C3%A9"
    assert (seen[2].content_type, seen[2].get_data()) == ("text/plain", b"\xff")


def test_several_bodies_are_sent_together_and_all_are_remembered(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        replies = together(api, "POST", "klanten", [api.sample("klanten") for _ in range(3)])
        api.clean()
    assert [reply.status for reply in replies] == [201] * 3
    assert leftovers(tmp_path / "run") == []


def test_an_exchange_is_recorded_with_its_phase(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run, "KLN-TST-001 check")
        api.get(api.create("klanten")["url"]).expects(status=200)
        api.clean()
    lines = [json.loads(line) for line in (tmp_path / "run" / "exchanges.jsonl").read_text("utf-8").splitlines()]
    assert [line["phase"] for line in lines] == ["arrange", "check", "cleanup"]
    assert {line["item"] for line in lines} == {"KLN-TST-001 check"}
    assert api.world.trace.exchanges == [line["id"] for line in lines]


class Mute:
    """A transport that gets no answer in time, but for the requests that it is told to answer."""

    def __init__(self, *answered: int) -> None:
        self.answered, self.asked = answered, 0

    def send(self, *_: object, **__: object) -> Answer:
        """Wait in vain, or not."""
        self.asked += 1
        answered = self.asked in self.answered
        return Answer(200, {}, b"{}", 0.0) if answered else Answer(None, {}, b"", 0.0, "timeout")


@pytest.mark.parametrize(("answered", "asked"), [((), 10), ((10,), 20), ((3, 9), 19)])
def test_a_silent_target_is_not_asked_for_ever(answered: tuple[int, ...], asked: int, tmp_path: Path) -> None:
    mute = Mute(*answered)
    with opened(tmp_path, fixtures.null("Always200"), transport=mute) as run:
        for _ in range(40):
            with contextlib.suppress(Blocked):
                api_of(run).get("klanten")
        with pytest.raises(Blocked, match="nothing more is asked"):
            api_of(run).get("klanten")
    assert mute.asked == asked
