"""Compares the suite with the command line of schemathesis on ten mistakes that both could find, over a socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import fixtures
from conformance import auth
from conformance import target as targets

PROFILE = "klanten"
SECONDS = 18


@dataclass(frozen=True)
class RestFault:
    """A mistake with the mutant that makes it and the requirement that sees it."""

    fault: str
    mutant: str
    row: str


FAULTS = tuple(RestFault(**row) for row in yaml.safe_load(Path(__file__).with_name("rest_faults.yaml").read_text()))


@dataclass(frozen=True)
class Tally:
    """What a tool found: how many of the faults, what it says of the lawful reference, and what it sent for that."""

    found: int
    false: int
    requests: int

    @property
    def truths(self) -> float:
        """Faults found for each thousand requests."""
        return 1000 * self.found / self.requests if self.requests else 0.0


Tool = Callable[[Path, Path], Iterable[tuple[str, ...]]]


class Counted:
    """Counts what an application is asked."""

    def __init__(self, application: Any) -> None:
        self.number = 0
        self._application = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Count and answer."""
        self.number += 1
        return self._application(environ, start_response)


def tally(tool: Tool) -> Tally:
    """Let a tool look at the reference and at each mutant; what it also says of the reference is no finding."""
    with _looked_at(tool, None) as (lawful, _):
        false = lawful
    found = requests = 0
    for fault in FAULTS:
        with _looked_at(tool, fault.mutant) as (seen, sent):
            found += bool(seen - false)
            requests += sent
    return Tally(found, len(false), requests)


@contextmanager
def _looked_at(tool: Tool, mutant: str | None) -> Iterator[tuple[set[tuple[str, ...]], int]]:
    os.environ.update(fixtures.environment(PROFILE))
    counted = Counted(fixtures.supplier(PROFILE, mutant=mutant))
    with fixtures.serve(counted) as root, tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "target.yaml"
        target.write_text(yaml.safe_dump(fixtures.target(PROFILE, root)), encoding="utf-8")
        yield set(tool(target, Path(folder))), counted.number


def schemathesis(description: Path) -> Tool:
    """Give the command line of schemathesis with a description of the API, all its phases and a limit in time."""

    def looked(path: Path, folder: Path) -> Iterator[tuple[str, ...]]:
        target = targets.load(path)
        token = auth.token(target.full, time.time())
        report = folder / "report.json"
        command = [str(Path(sys.executable).with_name("st")), "run", str(description), "--url", target.root(PROFILE)]
        command += ["--header", f"Authorization: Bearer {token}", "--seed", "1", "--no-shrink", "--continue-on-failure"]
        command += ["--max-time", str(SECONDS), "--report", "json", "--report-json-path", str(report)]
        subprocess.run(command, cwd=folder, check=False, capture_output=True, timeout=10 * SECONDS)
        for failure in json.loads(report.read_bytes())["failures"]:
            yield from ((failure["code"], operation) for operation in failure["operations"])

    return looked
