"""Tests of what a check talks to: it arranges, acts, settles, remembers and cleans up."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

import fixtures
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.model import Finding, Text, same
from conformance.reply import member
from conformance.runfile import leftovers
from conformance.transport import Transport
from tests.small import ADDRESS, Application, Seen, api_of, described, opened

KLANTEN = f"{ADDRESS}/klanten/api/v1/klanten"


@pytest.fixture
def supplier() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


def answering(*answers: tuple[int, Any]) -> Application:
    """Give an application that answers these statuses and bodies in turn, the last one for ever."""
    turns = list(answers)

    def answer(request: Request) -> Response:
        status, body = turns.pop(0) if len(turns) > 1 else turns[0]
        return Response(body if isinstance(body, str) else json.dumps(body), status, content_type="application/json")

    return Request.application(answer)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the list of what would have been slept, on a clock that moves only by sleeping."""
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    monkeypatch.setattr(time, "monotonic", lambda: sum(taken))
    return taken


def test_what_is_created_can_be_read_and_is_removed_at_the_end(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        made = api.create("klanten")
        assert api.read(made["url"])["klantnummer"] == made["klantnummer"]
        api.clean()
        assert api.get(made["url"]).status == 404
    assert leftovers(tmp_path / "run") == []


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


@pytest.mark.parametrize(
    "answer", [(400, {}), (500, "broken"), (201, []), (201, {}), (201, {"url": 1}), (200, "no json"), (204, "")]
)
def test_a_resource_that_cannot_be_made_blocks(answer: tuple[int, Any], tmp_path: Path) -> None:
    with opened(tmp_path, answering(answer)) as run, pytest.raises(Blocked, match="could not be created"):
        api_of(run).create("klanten")


@pytest.mark.parametrize(("answer", "says"), [((404, {}), "could not be read"), ((200, []), "not an object")])
def test_a_resource_that_cannot_be_read_blocks(answer: tuple[int, Any], says: str, tmp_path: Path) -> None:
    with opened(tmp_path, answering(answer)) as run, pytest.raises(Blocked, match=says):
        api_of(run).read(f"{KLANTEN}/1")


# settling


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


# credentials


def test_a_token_goes_to_the_target_only(tmp_path: Path) -> None:
    target = Seen(answering((200, {})))
    with opened(tmp_path, target) as run:
        api = api_of(run)
        for url in (
            KLANTEN,
            f"{ADDRESS}/elders",
            "http://other.example/x",
            "https://reference.test/klanten/api/v1/klanten",
        ):
            api.get(url)
        api.anonymous().get(KLANTEN)
    assert [bool(token) for *_, token in target.requests] == [True, True, False, True, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://reference.test.evil.example/x",
        "http://reference.test:8080/x",
        "http://reference.test@evil.example/x",
        "//evil.example/x",
        "http://evil.example/?http://reference.test/klanten/api/v1/",
        "ftp://reference.test/x",
    ],
)
def test_an_address_that_resembles_the_target_gets_no_token(url: str, tmp_path: Path) -> None:
    with opened(tmp_path, answering((200, {}))) as run:
        assert run.credentials(run.target.full, url) == {}


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("http://intern:8080/klanten/api/v1/klanten/1?a=b", f"{KLANTEN}/1?a=b"),
        ("https://reference.test/klanten/api/v1", f"{ADDRESS}/klanten/api/v1"),
        ("http://intern/elders/1", "http://intern/elders/1"),
        ("http://intern/klanten/api/v10/x", "http://intern/klanten/api/v10/x"),
        ("/klanten/api/v1/klanten", "/klanten/api/v1/klanten"),
    ],
)
def test_an_address_by_another_name_is_reached_at_home(url: str, home: str, tmp_path: Path) -> None:
    with opened(tmp_path, answering((200, {}))) as run:
        assert run.home("klanten", url) == home


def test_credentials_are_chosen_by_scope(tmp_path: Path, supplier: Seen) -> None:
    only = ["klanten.aanmaken", "klanten.verwijderen"]  # of the small standard, which has no other scopes
    credentials = described()["credentials"]
    credentials["zonder-klanten-lezen"]["scopes"] = only
    with opened(tmp_path, supplier, parts={"credentials": credentials}) as run:
        api = api_of(run)
        chosen = [
            api.with_scopes("klanten.lezen"),
            api.without_scope("klanten.lezen"),
            api.superuser(),
            api.foreigner(),
        ]
        statuses = [one.get("klanten").status for one in chosen]
    names = [one.credential.name for one in chosen if one.credential]
    assert names == ["alleen-klanten-lezen", "zonder-klanten-lezen", "alle-autorisaties", "ander-component"]
    assert statuses == [200, 403, 200, 403]


def test_a_credential_that_is_not_there_blocks(tmp_path: Path, supplier: Seen) -> None:
    only = {"alles": described()["credentials"]["alles"]}
    with opened(tmp_path, supplier, parts={"credentials": only}) as run:
        api = api_of(run)
        with pytest.raises(Blocked, match=r"has no credential with scopes \[klanten\.aanmaken, klanten\.verwijderen\]"):
            api.without_scope("klanten.lezen")
        for choose in (api.superuser, api.foreigner):
            with pytest.raises(Blocked, match="has no credential with scopes"):
                choose()


def test_tokens_that_the_suite_does_not_sign_are_not_judged(tmp_path: Path, supplier: Seen) -> None:
    credentials = fixtures.target("klanten", ADDRESS, variant="BearerTokens")["credentials"]
    with opened(tmp_path, supplier, parts={"credentials": credentials}) as run, pytest.raises(NotApplicable):
        api_of(run).jwt_credential()
    with opened(tmp_path, supplier) as run:
        assert api_of(run).jwt_credential().name == "alles"


# words and samples


def test_the_same_seed_gives_the_same_words(tmp_path: Path, supplier: Seen) -> None:
    words = []
    for seed in (1, 1, 2):
        with opened(tmp_path, supplier, seed=seed) as run:
            api = api_of(run)
            words.append([api.word("K"), api.word("K"), api.random.random()])
    assert words[0] == words[1]
    assert not {str(word) for word in words[0]} & {str(word) for word in words[2]}
    assert words[0][0] != words[0][1]
    assert all(len(str(word)) == 8 for word in words[0][:2])


def test_another_check_gets_other_words(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        assert api_of(run, "one").word() != api_of(run, "other").word()


def test_a_sample_can_be_changed_and_shortened(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        body = api_of(run).sample("klanten", achternaam="Anders", websiteUrl=...)
    assert body["achternaam"] == "Anders"
    assert "websiteUrl" not in body
    assert str(body["klantnummer"]).startswith("K")


# the rest


def test_reading_only_blocks_every_other_verb(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier, read_only=True) as run:
        api = api_of(run)
        for act in (api.post, api.put, api.patch):
            with pytest.raises(Blocked, match="may only read"):
                act("klanten", {})
        with pytest.raises(Blocked, match="may only read"):
            api.delete(KLANTEN)
        assert (api.get("klanten").status, api.head("klanten").status) == (200, 200)


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
        replies = api.together("POST", "klanten", [api.sample("klanten") for _ in range(3)])
        api.clean()
    assert [reply.status for reply in replies] == [201] * 3
    assert leftovers(tmp_path / "run") == []


def test_a_check_can_go_on_after_a_mismatch(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        for status in (418, 419):
            with api.continuing():
                api.get("klanten").expects(status=status)
    assert [finding.expected.en for finding in api.world.findings] == ["418", "419"]


def test_a_warning_is_kept(tmp_path: Path, supplier: Seen) -> None:
    finding = Finding(Text("a", "b"), same("c"), same("d"))
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        api.warn(finding)
    assert api.world.trace.findings == [finding]


def test_what_the_standard_or_the_target_does_not_have_is_not_applicable(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run)
        assert api.operation("GET", "klanten", "/{id}").operation_id == "klant_read"
        with pytest.raises(NotApplicable, match="PATCH /klanten is not in the standard"):
            api.operation("PATCH", "klanten")
        with pytest.raises(NotApplicable, match="refers to nothing elsewhere"):
            api.reference("klanten")
    with (
        opened(tmp_path, supplier, parts={"apis": {"zaken": {"url": ADDRESS}}}) as run,
        pytest.raises(NotApplicable, match="The API klanten is not offered"),
    ):
        api_of(run).url("klanten")


def test_without_a_neighbour_the_check_is_blocked(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run, pytest.raises(Blocked, match="has no address"):
        _ = api_of(run).neighbour


def test_scopes_are_those_of_the_contract(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        assert api_of(run).scopes == ("klanten.lezen", "klanten.aanmaken", "klanten.verwijderen")


def test_an_exchange_is_recorded_with_its_phase(tmp_path: Path, supplier: Seen) -> None:
    with opened(tmp_path, supplier) as run:
        api = api_of(run, "KLN-TST-001 check")
        api.get(api.create("klanten")["url"]).expects(status=200)
        api.clean()
    lines = [json.loads(line) for line in (tmp_path / "run" / "exchanges.jsonl").read_text("utf-8").splitlines()]
    assert [line["phase"] for line in lines] == ["arrange", "check", "cleanup"]
    assert {line["item"] for line in lines} == {"KLN-TST-001 check"}
    assert api.world.trace.exchanges == [line["id"] for line in lines]
