"""A small standard, suppliers to judge with it, and ways to run that: in this process, or as a command."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from requests.adapters import BaseAdapter
from werkzeug import Request, Response

import fixtures
from conformance import profile as profiles
from conformance import register
from conformance import target as targets
from conformance.api import Api
from conformance.calls import World
from conformance.model import CheckCall, Level, Requirement, Status, Text
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.transport import Transport, WsgiAdapter

ROOT = Path(__file__).parent.parent
KLEIN = Path(__file__).parent / "klein"
WRONG = Path(__file__).parent / "wrong"
ADDRESS = "http://reference.test"
PLUGINS = ("--disable-plugin-autoload", "-p", "conformance.plugin", "-p", "no:terminal", "-c", "/dev/null")
Application = Callable[..., Any]


@dataclass
class Seen:
    """What a WSGI application was asked, in order."""

    application: Application
    requests: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Note the request and let the application answer it."""
        asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_AUTHORIZATION", ""))
        self.requests.append(asked)
        return self.application(environ, start_response)


def answering(*answers: tuple[int, Any]) -> Application:
    """Give an application that answers these statuses and bodies in turn, the last one for ever."""
    turns = list(answers)

    def answer(request: Request) -> Response:
        status, body = turns.pop(0) if len(turns) > 1 else turns[0]
        return Response(body if isinstance(body, str) else json.dumps(body), status, content_type="application/json")

    return Request.application(answer)


def described(root: str = ADDRESS, **parts: Any) -> dict[str, Any]:
    """Give the content of a target file for the reference supplier, with some parts replaced."""
    return {**fixtures.target("klanten", root), **parts}


def target_file(folder: Path, root: str = ADDRESS, **parts: Any) -> Path:
    """Write a target file for the reference supplier; its secrets are in the environment afterwards."""
    os.environ.update(fixtures.environment("klanten"))
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(described(root, **parts), sort_keys=False), encoding="utf-8")
    return path


def copied(folder: Path, *, only: tuple[str, ...] = ()) -> Path:
    """Copy the small standard, or some rows of it, to a folder in which it can be changed."""
    copy = folder / "klein"
    shutil.copytree(KLEIN, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (copy / "requirements").glob("*.yaml") if only else ():
        rows = [row for row in yaml.safe_load(path.read_text("utf-8")) if row["id"] in only]
        path.write_text(yaml.safe_dump(rows), "utf-8")
        if not rows:
            path.unlink()
            profile = copy / "profile.yaml"
            lines = profile.read_text("utf-8").splitlines()
            profile.write_text("\n".join(line for line in lines if f"name: {path.stem}" not in line), "utf-8")
    return copy


@contextlib.contextmanager
def opened(folder: Path, application: Application, **changes: Any) -> Iterator[Run]:
    """Give a run of the small standard against an application in this process."""
    parts = changes.pop("parts", {})
    target = targets.load(target_file(folder, **parts))
    store = RunFolder(folder / "run", Redactor(target.secrets()))
    settings = {"seed": 1, **changes}
    transport = settings.pop("transport", None) or Transport(adapter=lambda: WsgiAdapter(application))
    try:
        yield Run(profiles.load(settings.pop("profile", KLEIN)), target, transport, store, **settings)
    finally:
        store.close()


def api_of(run: Run, item: str = "a test") -> Api:
    """Give what a check would talk to."""
    return Api(run, World(item), run.target.full)


def bound(check: Any, level: Level = Level.MUST, name: str = "KLN-TST-001 check", **arguments: Any) -> register.Bound:
    """Join a function to a row that exists only here."""
    row = Requirement(name.partition(" ")[0], level, "rule", Text("Proef", "Trial"), "A trial.", "this suite")
    return register.Bound(name, row, CheckCall(check.__name__, arguments), check)


@dataclass
class Ran:
    """What came of a run under pytest in this process."""

    code: int
    folder: Path
    record: dict[str, Any] = field(default_factory=dict)
    proofs: list[Any] = field(default_factory=list)
    said: str = ""

    def statuses(self) -> dict[str, str]:
        """Give the status of each requirement by the end of its id."""
        return {row["id"][4:]: row["status"] for row in self.record["profiles"][0]["requirements"]}

    def exchanges(self) -> list[dict[str, Any]]:
        """Give the recorded exchanges."""
        return [json.loads(line) for line in (self.folder / "exchanges.jsonl").read_text("utf-8").splitlines()]


class Embedded:
    """Answers in this process, and keeps what the run tells."""

    def __init__(self, application: Application | None, ran: Ran) -> None:
        self._application, self._ran = application, ran

    def pytest_conformance_adapter(self, config: pytest.Config) -> BaseAdapter | None:
        """Answer from the application, when there is one."""
        return WsgiAdapter(self._application) if self._application else None

    def pytest_conformance_proof(self, proof: Any) -> None:
        """Keep what was proven."""
        self._ran.proofs.append(proof)

    def pytest_conformance_finished(self, record: dict[str, Any]) -> None:
        """Keep the record."""
        self._ran.record = record


def under_pytest(folder: Path, application: Application | None, *arguments: str, **parts: Any) -> Ran:
    """Judge with plain pytest in this process; `parts` replace parts of the target file, or name another profile."""
    profile = parts.pop("profile", KLEIN)
    target = parts.pop("target", None) or target_file(folder, **parts)
    ran = Ran(-1, folder / "run")
    given = [str(profile), f"--rootdir={folder}", "-o", f"cache_dir={folder / 'cache'}", "--target", str(target)]
    given += ["--run-dir", str(ran.folder), "--seed", "7"]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        ran.code = int(pytest.main([*PLUGINS, *given, *arguments], plugins=[Embedded(application, ran)]))
    ran.said = out.getvalue() + err.getvalue()
    return ran


def having(ran: Ran, status: Status) -> list[str]:
    """List the requirements with this status."""
    return [ident for ident, found in ran.statuses().items() if found == status]
