"""Tests of setting an application to work and keeping what it then asks of the suite."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug import Request, Response

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.library.applications import done, fresh, offered, provided
from conformance.neighbours import Neighbours
from conformance.preflight import Proof, prove
from conformance.report.exchange import shown
from conformance.trigger import Deed
from tests.small import Application, answering, api_of, opened
from tests.test_neighbours import free_port

TRIGGER = "http://app.example/aanleiding"
ENTRY = {"vertrouwelijkheid": "normaal", "verwerkteObjecten": [{"objectId": "123456782"}, {"objectId": "999990019"}]}


@contextmanager
def applied(folder: Path, application: Application, **changes: Any) -> Iterator[Api]:
    """Give what a check talks to when the target file has an application."""
    settings: dict[str, Any] = {"trigger": {"url": TRIGGER}, "patience": 0.2, **changes.pop("row", {})}
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as server:
        parts = {"applications": settings, **changes.pop("parts", {})}
        profile = "verwerkingenlogging"
        with opened(folder, application, profile=profile, parts=parts, neighbours=server, **changes) as run:
            yield api_of(run)


class App:
    """Logs and asks as it is told, and answers its trigger."""

    def __init__(self, status: int = 200, answer: Any = None, *, calls: int = 1, late: float = 0) -> None:
        self.status, self.answer, self.calls, self.late = status, answer, calls, late
        self.asked: list[dict[str, Any]] = []
        self.timers: list[threading.Timer] = []

    def __call__(self, environ: Any, start: Any) -> Any:
        """Answer the trigger."""
        request = Request(environ)
        self.asked.append(request.get_json(silent=True) or {})
        if self.late:
            self.timers.append(threading.Timer(self.late, self.work, [self.asked[-1]]))
            self.timers[-1].start()
        else:
            self.work(self.asked[-1])
        return Response(json.dumps(self.answer), self.status, content_type="application/json")(environ, start)

    def work(self, told: dict[str, Any]) -> None:
        """Log so many times."""
        for _ in range(self.calls):
            url = f"{told['adressen']['log']}/verwerkingsacties?over=123456782"
            requests.post(url, json=ENTRY, headers={"Authorization": "Bearer sesam", "OIN": "1"}, timeout=5)


def exchanges(api: Api) -> list[dict[str, Any]]:
    """Read what was written down."""
    api.run.folder._exchanges.flush()
    return [json.loads(line) for line in (api.run.folder.path / "exchanges.jsonl").read_text("utf-8").splitlines()]


def test_a_deed_is_done_once_and_shared(tmp_path: Path) -> None:
    app = App(answer={"gelukt": True, "getoond": [1]})
    with applied(tmp_path, app, row={"organisations": {"a": {"oin": "0" * 20}}}) as api:
        deeds = [done(api, "openen", zaak="z"), done(api_of(api.run), "openen", zaak="z")]
        trace = api.world.trace.exchanges
    assert (len(app.asked), deeds[0], [one.place for one in deeds[1].heard]) == (1, deeds[1], ["log"])
    assert (deeds[0].to("log", "POST"), deeds[0].to("bron"), deeds[0].heard[0].taken) == ([*deeds[0].heard], [], True)
    assert (deeds[0].succeeded, deeds[0].shown, trace) == (True, [1], ["1", "2"])
    told = app.asked[0]
    assert (told["handeling"], told["zaak"], told["gemeente"], told["persoon"]) == ("openen", "z", "a", "999990019")


def test_what_was_heard_is_evidence_without_keys_and_numbers_of_others(tmp_path: Path) -> None:
    with applied(tmp_path, App()) as api:
        (heard,) = done(api, "openen").heard
        rows = exchanges(api)
    row = next(one for one in rows if one["id"] == heard.exchange)
    assert (row["phase"], row["request"]["method"], row["response"]["status"]) == ("heard", "POST", 201)
    assert (row["request"]["headers"]["Authorization"], row["request"]["headers"]["OIN"]) == ("[redacted]", "1")
    assert ("123456782" in str(row), "999990019" in str(row)) == (False, True)
    assert shown(row).step.call.endswith("/log/verwerkingsacties?over=*********")


@pytest.mark.parametrize(
    ("status", "answer", "succeeded"),
    [(200, None, True), (502, {"gelukt": False}, False), (500, None, False), (200, {"gelukt": "ja"}, True)],
)
def test_whether_it_succeeded_is_in_the_answer_or_its_status(
    tmp_path: Path, status: int, answer: Any, succeeded: bool
) -> None:
    with applied(tmp_path, App(status, answer)) as api:
        assert done(api, "openen").succeeded is succeeded


def test_what_an_application_does_later_is_waited_for(tmp_path: Path) -> None:
    app = App(202, late=0.1, calls=2)
    with applied(tmp_path, app, row={"patience": 1}) as api:
        deed = done(api, "openen")
        app.timers[0].join()
    assert (deed.succeeded, len(deed.heard)) == (None, 2)


def test_entries_in_a_queue_are_waited_for(tmp_path: Path) -> None:
    app = App(late=0.1)
    with applied(tmp_path, app, row={"patience": 1, "queue": True}) as api:
        deed = done(api, "openen")
        app.timers[0].join()
    assert len(deed.heard) == 1


@pytest.mark.parametrize("status", [400, 404, 501])
def test_a_trigger_that_does_not_work_blocks_once_for_all(tmp_path: Path, status: int) -> None:
    app = App(status, calls=0)
    with applied(tmp_path, app) as api:
        for _ in range(2):
            with pytest.raises(Blocked, match="does not work"):
                done(api, "openen")
    assert len(app.asked) == 1


def test_an_application_that_is_never_heard_blames_nobody(tmp_path: Path) -> None:
    with applied(tmp_path, App(calls=0)) as api, pytest.raises(Blocked, match="led to no call to the suite"):
        done(api, "zoeken")


def test_what_calls_nothing_is_judged_when_another_deed_was_heard(tmp_path: Path) -> None:
    app = App(calls=1)
    with applied(tmp_path, app) as api:
        done(api, "openen")
        app.calls = 0
        assert done(api, "aanmelden").heard == ()


@pytest.mark.parametrize(
    ("row", "says"),
    [({"handelingen": ["opslaan"]}, "does not name 'openen'"), ({"trigger": None}, "names no application that logs")],
)
def test_what_an_application_does_not_do_does_not_apply(tmp_path: Path, row: dict[str, Any], says: str) -> None:
    row = {"provider": {"url": TRIGGER}, **row}
    with applied(tmp_path, App(), row=row) as api, pytest.raises(NotApplicable, match=says):
        done(api, "openen")


def test_without_an_application_nothing_applies(tmp_path: Path) -> None:
    with opened(tmp_path, App(), profile="verwerkingenlogging") as run:
        with pytest.raises(NotApplicable, match="names no application that logs"):
            done(api_of(run), "openen")
        with pytest.raises(NotApplicable, match="names no application that provides data"):
            provided(api_of(run), {}, "kaal")


def test_without_neighbours_it_is_blocked(tmp_path: Path) -> None:
    parts = {"applications": {"trigger": {"url": TRIGGER}}}
    with (
        opened(tmp_path, App(), profile="verwerkingenlogging", parts=parts) as run,
        pytest.raises(Blocked, match="no address that the product can fetch or call"),
    ):
        done(api_of(run), "openen")


def test_a_run_that_may_only_read_sets_nothing_to_work(tmp_path: Path) -> None:
    app = App()
    with applied(tmp_path, app, read_only=True) as api, pytest.raises(Blocked, match="may only read"):
        done(api, "openen")
    assert app.asked == []


@pytest.mark.parametrize(("method", "body"), [("POST", {"persoon": "999990019"}), ("GET", {})])
def test_a_provider_is_called_with_the_headers(tmp_path: Path, method: str, body: dict[str, Any]) -> None:
    seen: list[tuple[str, Any, str | None, str | None]] = []

    def answer(request: Request) -> Response:
        headers = request.headers
        seen.append((request.method, request.get_json(silent=True) or {}, headers.get("OIN"), headers.get("X-Sleutel")))
        return Response("{}", content_type="application/json")

    row = {"provider": {"url": TRIGGER, "method": method, "headers": {"X-Sleutel": "s"}}, "answer": {"anders": 1}}
    with applied(tmp_path, Request.application(answer), row=row) as api:
        deeds = [provided(api, {"OIN": "7"}, "een"), provided(api, {"OIN": "7"}, "een")]
    assert (seen, deeds[0].succeeded, deeds[0].shown) == ([(method, body, "7", "s")], True, 200)


def test_a_fresh_uuid_is_the_same_for_the_same_name(tmp_path: Path) -> None:
    with applied(tmp_path, App()) as api:
        names = [fresh(api, "a"), fresh(api, "a"), fresh(api, "b")]
    assert (names[0] == names[1], names[1] == names[2], names[0][14]) == (True, False, "4")


# a command


def commanded(folder: Path, code: str, **parts: Any) -> Iterator[Deed]:
    """Do something by a command in Python."""
    script = folder / "aanleiding.py"
    script.write_text(code, "utf-8")
    row = {"trigger": {"command": [sys.executable, script.name]}}
    with applied(folder, App(), row=row, parts=parts) as api:
        yield done(api, "openen")


LOGGING = """
import json, sys, urllib.request
told = json.load(sys.stdin)
url = told["adressen"]["log"] + "/verwerkingsacties"
urllib.request.urlopen(urllib.request.Request(url, b"{}", {"Content-Type": "application/json"}))
"""


@pytest.mark.parametrize(
    ("more", "succeeded", "seen"),
    [("", True, None), ("sys.exit(3)", False, None), ('print(\'{"gelukt": false, "getoond": [1]}\')', False, [1])],
)
def test_a_command_gets_json_and_tells_whether_it_succeeded(
    tmp_path: Path, more: str, succeeded: bool, seen: Any
) -> None:
    (deed,) = commanded(tmp_path, LOGGING + more)
    assert (deed.succeeded, deed.shown, deed.exchange, len(deed.heard)) == (succeeded, seen, None, 1)


def test_a_command_gets_no_secrets(tmp_path: Path) -> None:
    telling = LOGGING + "import os\nprint(json.dumps({'getoond': sorted(os.environ)}))"
    (deed,) = commanded(tmp_path, telling)
    assert "CONFORMANCE_ALLES" in os.environ
    assert [name for name in deed.shown if "CONFORMANCE" in name] == []


def test_a_command_that_takes_too_long_or_does_not_exist_blocks(tmp_path: Path) -> None:
    with pytest.raises(Blocked, match="TimeoutExpired"):
        list(commanded(tmp_path, "import time\ntime.sleep(60)", pace={"timeout": 0.5}))
    row = {"trigger": {"command": ["./bestaat-niet"]}}
    with applied(tmp_path, App(), row=row) as api, pytest.raises(Blocked, match="FileNotFoundError"):
        done(api, "openen")


# by hand


class Terminal(io.StringIO):
    """A terminal at which somebody does what it says."""

    def __init__(self, act: Any) -> None:
        super().__init__()
        self.act = act

    def isatty(self) -> bool:
        """Be a terminal."""
        return True

    def flush(self) -> None:
        """Do what was asked."""
        self.act(json.loads(self.getvalue().partition(": ")[2]))


def test_by_hand_somebody_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App()
    monkeypatch.setattr(sys, "__stdin__", Terminal(app.work))
    monkeypatch.setattr(sys, "__stderr__", Terminal(app.work))
    with applied(tmp_path, app, row={"trigger": {"manual": True}}) as api:
        deed = done(api, "openen")
    assert (deed.succeeded, deed.exchange, len(deed.heard)) == (None, None, 1)


def test_by_hand_without_a_terminal_is_blocked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdin__", None)
    row = {"trigger": {"manual": True}}
    with applied(tmp_path, App(), row=row) as api, pytest.raises(Blocked, match="no terminal"):
        done(api, "openen")


# proven beforehand


def last_proof(api: Api) -> Proof:
    """Prove the target and give what is said last."""
    return list(prove(api.run))[-1]


def both(app: App) -> Application:
    """Answer an empty list to whoever asks for one, and let the application answer its trigger."""

    def answer(environ: Any, start: Any) -> Any:
        empty = answering((200, '{"count": 0, "results": []}'))
        return (app if "aanleiding" in environ["PATH_INFO"] else empty)(environ, start)

    return answer


APIS = {"apis": {"bewerking": {"url": "http://reference.test/bewerking/api/v1"}}}


def test_a_trigger_that_leads_to_a_call_is_proven(tmp_path: Path) -> None:
    with applied(tmp_path, both(App()), parts=APIS) as api:
        proof = last_proof(api)
    assert (proof.subject, proof.fine, proof.text.en) == ("application", True, "The trigger leads to 1 call(s).")


def test_a_trigger_that_leads_to_nothing_names_its_line(tmp_path: Path) -> None:
    with applied(tmp_path, both(App(calls=0)), parts=APIS) as api:
        proof = last_proof(api)
    assert (proof.subject, proof.fine, proof.fatal, "target.yaml:" in proof.text.en) == (
        "application",
        False,
        False,
        True,
    )


def test_an_unknown_handeling_is_a_fault(tmp_path: Path) -> None:
    row = {"handelingen": ["openen", "openne"]}
    with applied(tmp_path, both(App()), row=row, parts=APIS) as api:
        proof = last_proof(api)
        assert offered(api) == "openen"
    assert (proof.fatal, "'openne' is no handeling; known are openen" in proof.text.en) == (True, True)


def test_a_provider_alone_has_no_trigger_to_prove(tmp_path: Path) -> None:
    row = {"trigger": None, "provider": {"url": TRIGGER}}
    with applied(tmp_path, both(App()), row=row, parts=APIS) as api:
        assert "application" not in [proof.subject for proof in prove(api.run)]
