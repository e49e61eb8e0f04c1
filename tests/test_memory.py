"""Tests of telling a target that forgets from one that breaks a rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug import Request, Response

import fixtures
from conformance.api import Api
from conformance.judge import judge
from conformance.memory import forgotten
from conformance.model import Status
from conformance.reply import header, member, members
from conformance.run import Run
from conformance.runfile import leftovers
from tests.small import Application, Seen, answering, bound, opened

FORGETFUL = {"url": "http://reference.test/klanten/api/v1/iets", "achternaam": "string"}


def forgetful() -> Application:
    """Give a supplier that accepts whatever comes and remembers nothing."""
    return fixtures.supplier("klanten", mutant="RemembersNothing")


def random_mock() -> Application:
    """Give a supplier that makes up each answer, as a mock server does, at an address that is no resource."""

    def answer(request: Request) -> Response:
        if request.path != "/klanten/api/v1/klanten":
            return Response('{"title": "no such path"}', 404, content_type="application/problem+json")
        body = FORGETFUL if request.method == "POST" else {"count": 1, "results": [FORGETFUL]}
        return Response(json.dumps(body), 201 if request.method == "POST" else 200, content_type="application/json")

    return Request.application(answer)


def reads_back(api: Api) -> None:
    """Read what was made."""
    api.get(str(api.create("klanten")["url"])).expects(status=200)


def answers_what_was_sent(api: Api) -> None:
    """Make something and look at the answer only."""
    body = api.sample("klanten")
    api.post("klanten", body).expects(members(body), status=201)


def is_listed(api: Api) -> None:
    """Find what was made in a list."""
    body = api.sample("klanten")
    api.add("klanten", body)
    api.get("klanten", {"achternaam": body["achternaam"]}).expects(member("results.0.achternaam", body["achternaam"]))


def prefers_what_was_sent(api: Api) -> None:
    """Only prefer that what was made can be read."""
    api.get(str(api.create("klanten")["url"])).prefers(status=200)


def is_stuck(api: Api) -> None:
    """Need what was made to start from."""
    api.read(str(api.create("klanten")["url"]))


def sees_two_creates(api: Api) -> None:
    """Expect a refusal that only a supplier with a memory can give."""
    api.needs_memory()
    api.create("klanten")
    api.post("klanten", api.sample("klanten")).expects(status=400)


NEED_MEMORY = (reads_back, answers_what_was_sent, is_listed, prefers_what_was_sent, is_stuck, sees_two_creates)


def judges_reading_back(api: Api) -> None:
    """Judge that what was made is there."""
    api.judges_memory()
    reads_back(api)


def accepts_nonsense(api: Api) -> None:
    """Expect a refusal that needs no memory."""
    api.post("klanten", {"achternaam": 1}).expects(status=418)


def lacks_a_header(api: Api) -> None:
    """Expect a header that needs no memory."""
    api.post("klanten", api.sample("klanten")).expects(header("X-Nooit"))


def fails_twice(api: Api) -> None:
    """Find one thing that needs memory and one that does not."""
    for check in (reads_back, lacks_a_header):
        with api.continuing():
            check(api)


@pytest.mark.parametrize("check", NEED_MEMORY)
def test_what_needs_memory_is_blocked_with_what_was_sent_and_seen(check: Callable[[Api], None], tmp_path: Path) -> None:
    with opened(tmp_path, random_mock()) as run:
        outcome = judge(run, bound(check))
    assert (outcome.status, outcome.findings) == (Status.BLOCKED, ())
    assert outcome.reason is not None
    for text in outcome.reason:
        assert "POST http://reference.test/klanten/api/v1/klanten: 201" in text
        assert 'achternaam "Voorbeeld ' in text
        assert "200" in text
        assert "pace.settle" in text


@pytest.mark.parametrize("check", [judges_reading_back, accepts_nonsense, lacks_a_header, fails_twice])
def test_what_can_be_seen_without_memory_fails(check: Callable[[Api], None], tmp_path: Path) -> None:
    with opened(tmp_path, random_mock()) as run:
        outcome = judge(run, bound(check))
    assert (outcome.status, len(outcome.findings)) == (Status.FAILED, 1)


@pytest.mark.parametrize("check", [reads_back, is_listed])
def test_a_supplier_that_stores_nothing_is_forgetful_too(check: Callable[[Api], None], tmp_path: Path) -> None:
    with opened(tmp_path, forgetful()) as run:
        assert judge(run, bound(check)).status is Status.BLOCKED


def test_an_address_of_somebody_else_is_not_asked(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        body = json.dumps({**FORGETFUL, "url": "http://elsewhere.example/1"})
        return Response(body, 201 if request.method == "POST" else 200, content_type="application/json")

    with opened(tmp_path, Request.application(answer)) as run:
        outcome = judge(run, bound(answers_what_was_sent))
    assert outcome.status is Status.BLOCKED
    assert outcome.reason is not None
    assert "http://elsewhere.example/1 is somebody else's address" in outcome.reason.en


def test_a_server_error_fails_whatever_is_remembered(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.method == "POST":
            return Response(json.dumps({"url": "/klanten/api/v1/klanten/1"}), 201, content_type="application/json")
        return Response("{}", 500 if request.path.endswith("/1") else 200, content_type="application/json")

    with opened(tmp_path, Request.application(answer)) as run:
        assert not remembered(run)
        assert judge(run, bound(reads_back)).status is Status.FAILED


def test_memory_is_asked_for_once_and_only_after_a_difference(tmp_path: Path) -> None:
    supplier = Seen(forgetful())
    with opened(tmp_path, supplier) as run:
        judge(run, bound(lacks_a_header))
        before = len(supplier.requests)
        judge(run, bound(reads_back))
        first = len(supplier.requests) - before
        judge(run, bound(reads_back))
    assert (before, first, len(supplier.requests) - before - first) == (2, 7, 3)


def remembered(run: Run) -> bool:
    """Tell whether a run takes its target to remember."""
    return forgotten(run, "klanten") is None


@pytest.mark.parametrize(
    "mutant",
    [None, "ServesStaleKlant", "ServesStaleList", "ForgetsAdres", "LosesLocation", "RepeatsUrlOfPreviousResource"],
)
def test_a_supplier_that_only_breaks_a_rule_remembers(mutant: str | None, tmp_path: Path) -> None:
    with opened(tmp_path, fixtures.supplier("klanten", mutant=mutant)) as run:
        assert remembered(run)
        assert leftovers(run.folder.path) == []


def test_any_text_that_was_sent_proves_memory(tmp_path: Path) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        if request.method == "POST":
            seen.append(json.loads(request.get_data())["klantnummer"])
            return Response('{"url": "/klanten/api/v1/klanten/1"}', 201)
        return Response(json.dumps({"nummer": seen[-1].lower()}), 200)

    with opened(tmp_path, Request.application(answer)) as run:
        assert remembered(run)


@pytest.mark.parametrize(("status", "body"), [(500, {}), (400, {}), (403, {})])
def test_nothing_is_known_of_a_supplier_that_makes_nothing(status: int, body: object, tmp_path: Path) -> None:
    with opened(tmp_path, answering((status, body))) as run:
        assert remembered(run)


def test_nothing_is_known_in_a_run_that_may_only_read(tmp_path: Path) -> None:
    with opened(tmp_path, random_mock(), read_only=True) as run:
        assert remembered(run)


def test_a_supplier_that_settles_is_given_its_time(tmp_path: Path) -> None:
    supplier = fixtures.supplier("klanten", lag=0.4)
    with opened(tmp_path, supplier, parts={"pace": {"settle": 1, "timeout": 10}}) as run:
        assert remembered(run)
