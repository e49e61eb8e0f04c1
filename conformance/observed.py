"""Reads back what a run saw of each operation: statuses, times, who got in, and what no standard knows."""

from __future__ import annotations

import json
import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from conformance.contract import Operation
from conformance.contractdiff import unknown_members
from conformance.model import Json
from conformance.run import Run
from conformance.runfile import HEARD

BODIES = 5
SLOWEST = 3


@dataclass
class Sight:
    """What a run saw of one operation of one API."""

    api: str
    operation: Operation
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    callers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    sides: dict[tuple[str, bool], list[tuple[int, str]]] = field(default_factory=dict)
    beyond: Counter[str] = field(default_factory=Counter)
    bodies: Counter[int] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """Name the operation as the register does."""
        return f"{self.operation.method} {self.operation.path}"


def exchanges(folder: Path) -> Iterator[Json]:
    """Walk over the recorded exchanges of a finished run."""
    with (folder / "exchanges.jsonl").open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):  # a crash can cut the last line short
                yield json.loads(line)


def sights(run: Run) -> list[Sight]:
    """Say of each operation of a profile what was seen of it, in the order of the contract."""
    found = [
        Sight(api, operation)
        for api, contract in run.contracts.items()
        if api in run.target.row.apis
        for operation in contract.operations.values()
    ]
    find = _finder(run, found)
    for exchange in exchanges(run.folder.path):
        sight = find(exchange)
        if sight is not None and exchange["response"] is not None:
            _note(sight, exchange)
            _side(run, sight, exchange)
    return found


def timing(folder: Path, elapsed: float) -> dict[str, Json]:
    """Compare the time that the target took with the time of the whole run."""
    taken: list[tuple[float, str, str]] = []
    for exchange in exchanges(folder):
        if exchange["response"] is not None and exchange["phase"] != HEARD:
            call = f"{exchange['request']['method']} {urlsplit(exchange['request']['url']).path}"
            taken.append((exchange["response"]["seconds"], exchange["id"], call))
    seconds = sorted(one for one, _, _ in taken)
    slowest = sorted(taken, key=lambda one: -one[0])[:SLOWEST]
    return {
        "elapsed": round(elapsed, 3),
        "answers": len(seconds),
        "waited": round(sum(seconds), 3),
        "median": median(seconds),
        "most": round(seconds[math.ceil(0.95 * len(seconds)) - 1], 6) if seconds else None,
        "slowest": [{"exchange": ident, "call": call, "seconds": one} for one, ident, call in slowest],
    }


def median(seconds: list[float]) -> float | None:
    """Give the middle of some durations; None when there are none."""
    return round(statistics.median(seconds), 6) if seconds else None


def _finder(run: Run, found: list[Sight]) -> Callable[[Json], Sight | None]:
    known = [
        (sight.operation.method, re.compile(_pattern(run.target.root(sight.api), sight.operation)), sight)
        for sight in found
    ]
    # A path without a hole is meant before one in which a hole takes the same text.
    known.sort(key=lambda one: one[2].operation.path.count("{"))

    def find(exchange: Json) -> Sight | None:
        method, url = exchange["request"]["method"], exchange["request"]["url"].partition("?")[0]
        return next((sight for name, path, sight in known if name == method and path.fullmatch(url)), None)

    return find


def _pattern(root: str, operation: Operation) -> str:
    steps = re.split(r"\{[^}]*\}", operation.path)
    return re.escape(root) + "[^/]+".join(map(re.escape, steps))


def _note(sight: Sight, exchange: Json) -> None:
    status = exchange["response"]["status"]
    sight.statuses[status] += 1
    sight.seconds.append(exchange["response"]["seconds"])
    if exchange.get("caller") is not None and exchange["phase"] == "check":
        sight.callers.setdefault(exchange["caller"], []).append((status, exchange["id"]))
    if status in sight.operation.success and sight.bodies[status] < BODIES:
        sight.bodies[status] += 1
        sight.beyond.update(dict.fromkeys(_beyond(sight.operation, status, exchange["response"]["body"]), 1))


def _side(run: Run, sight: Sight, exchange: Json) -> None:
    """Note what a caller got for an object of which it is known on which side of its rights it is."""
    url, ident = exchange["request"]["url"].partition("?")[0], exchange["id"]
    places = [ident, *("/".join(url.split("/")[:end]) for end in range(len(url.split("/")), 3, -1))]
    side = next((run.sides[place] for place in places if place in run.sides), None)
    if side is not None and exchange.get("caller") and exchange["phase"] == "check":
        sight.sides.setdefault((exchange["caller"], side), []).append((exchange["response"]["status"], ident))


def _beyond(operation: Operation, status: int, body: str | None) -> Iterator[str]:
    schema = operation.responses[status].schema
    try:
        content = json.loads(body or "null")
    except (ValueError, RecursionError):
        return
    if schema is not None:
        for name in unknown_members(schema, content):
            yield f"{operation.method} {operation.path} {status}: {name}"
