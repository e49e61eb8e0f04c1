"""Tests of a run that somebody ends: what was seen is kept, and what was made is removed or listed."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import conformance
import fixtures
from conformance.model import Verdict
from conformance.runfile import leftovers
from tests.conftest import Command
from tests.small import KLEIN, ROOT, Seen, target_file

INTERRUPTIBLE = """
import signal, sys
from conformance.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started this in the background
main()
"""
SCHEMA = json.loads((Path(conformance.__file__).parent / "schemas" / "run.schema.json").read_text("utf-8"))
EXCHANGE = {"$ref": "#/$defs/exchange", "$defs": SCHEMA["$defs"]}


class Holding:
    """Holds up the answer to one request, so that somebody can act while it is awaited."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.held, self.free = threading.Event(), threading.Event()
        self.keeps = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Let the application answer, later when the request asks for it; nothing is removed once it is told so."""
        if environ.get("HTTP_X_HOLD"):
            self.held.set()
            self.free.wait(30)
        if self.keeps and environ["REQUEST_METHOD"] == "DELETE":
            start_response("503 Service Unavailable", [("Content-Type", "application/json")])
            return [b"{}"]
        return self._application(environ, start_response)


@dataclass(frozen=True)
class Ended:
    """What is there after a run was ended."""

    supplier: Seen
    target: Path
    out: Path
    code: int
    said: str

    @property
    def record(self) -> dict[str, Any]:
        """Give run.json, which fits its schema as every exchange does."""
        record: dict[str, Any] = json.loads((self.out / "run.json").read_text("utf-8"))
        jsonschema_rs.Draft202012Validator(SCHEMA).validate(record)
        for line in (self.out / "exchanges.jsonl").read_text("utf-8").splitlines():
            jsonschema_rs.Draft202012Validator(EXCHANGE).validate(json.loads(line))
        return record

    def present(self) -> set[str]:
        """Name what was made and not removed, as the supplier saw it."""
        return {path for _, url in leftovers(self.out) for path in ["/" + url.split("/", 3)[3]]}


@contextlib.contextmanager
def ended(folder: Path, how: signal.Signals, *, keeps: bool = False, settle: float = 0) -> Iterator[Ended]:
    """Start a run of the small standard, and end it while an answer is awaited."""
    holding = Holding(fixtures.supplier("klanten"))
    holding.keeps = keeps
    supplier = Seen(holding)
    with fixtures.serve(supplier) as root:
        target, out = target_file(folder, root, pace={"settle": settle, "timeout": 4 if settle else 10}), folder / "run"
        given = ["run", str(KLEIN), "--target", str(target), "--out", str(out), "--json"]
        called = subprocess.Popen(
            [sys.executable, "-c", INTERRUPTIBLE, *given], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert holding.held.wait(60)
        called.send_signal(how)
        said, _ = called.communicate(timeout=60)
        holding.free.set()
        holding.keeps = False
        yield Ended(supplier, target, out, called.returncode, said)


def test_an_interrupted_run_is_complete_and_leaves_nothing(tmp_path: Path, command: Command) -> None:
    with ended(tmp_path, signal.SIGINT) as run:
        pass
    statuses = {row["id"][4:]: row["status"] for row in run.record["profiles"][0]["requirements"]}
    assert (run.record["interrupted"], run.record["leftovers"], leftovers(run.out)) == (True, [], [])
    assert (statuses["REG-011"], statuses["REG-012"]) == ("passed", "not_tested")
    assert run.code == 1  # a MUST failed before the interruption
    assert json.loads(run.said.splitlines()[-1])["verdict"] == {"klein": Verdict.FAILS}
    made = [path for method, path, _ in run.supplier.requests if method == "POST" and path.endswith("/klanten")]
    removed = [path for method, path, _ in run.supplier.requests if method == "DELETE"]
    assert len(removed) >= len(made) - 1
    assert command("report", run.out, "--format", "md").code == 0
    assert command("cleanup", run.out, "--target", run.target).out == "Nothing was left behind.\n"


def test_an_interrupted_run_in_which_checks_wait_together_leaves_nothing(tmp_path: Path, command: Command) -> None:
    with ended(tmp_path, signal.SIGINT, settle=1) as run:
        pass
    assert (run.record["interrupted"], run.record["leftovers"], leftovers(run.out)) == (True, [], [])
    assert command("cleanup", run.out, "--target", run.target).out == "Nothing was left behind.\n"


def test_what_an_interrupted_run_cannot_remove_is_listed_and_removed_later(tmp_path: Path, command: Command) -> None:
    with ended(tmp_path, signal.SIGINT, keeps=True) as run:
        left = [url for _, url in leftovers(run.out)]
        assert (run.record["leftovers"], bool(left)) == (left, True)
        assert command("report", run.out, "--format", "html").code == 0
        told = command("cleanup", run.out, "--target", run.target)
        assert (told.code, told.out) == (0, f"Removed {len(left)} of {len(left)}.\n")
    removed = [path for method, path, _ in run.supplier.requests if method == "DELETE"][-len(left) :]
    assert [url.endswith(path) for url, path in zip(left, removed, strict=True)] == [True] * len(left)
    assert leftovers(run.out) == []


def test_a_killed_run_leads_cleanup_to_what_it_made(tmp_path: Path, command: Command) -> None:
    with ended(tmp_path, signal.SIGKILL) as run:
        made = run.present()
        assert (run.code, bool(made), (run.out / "run.json").exists()) == (-signal.SIGKILL, True, False)
        told = command("cleanup", run.out, "--target", run.target)
        assert (told.code, told.out) == (0, f"Removed {len(made)} of {len(made)}.\n")
        assert made <= {path for method, path, _ in run.supplier.requests if method == "DELETE"}
        assert command("cleanup", run.out, "--target", run.target).out == "Nothing was left behind.\n"


def test_a_killed_run_has_no_report_and_says_what_to_do(tmp_path: Path, command: Command) -> None:
    with ended(tmp_path, signal.SIGKILL) as run:
        told = command("report", run.out)
    assert (told.code, told.err.count("\n"), "run.json" in told.err) == (3, 1, True), told.err


@pytest.fixture(autouse=True)
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C work in the test itself, also where a shell started it in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
