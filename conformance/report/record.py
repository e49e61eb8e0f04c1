"""Reads a run folder: run.json as a whole, exchanges.jsonl one named exchange at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import jsonschema_rs

from conformance.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.model import Json

AGAIN = "run the suite again or name the folder of another run"


class ReportError(RunError, ValueError):
    """A report cannot be made; says where, what is wrong, and what would be right."""


@dataclass(frozen=True)
class Exchanges:
    """The recorded exchanges; only the place of each line is held in memory."""

    path: Path
    places: Mapping[str, int]

    def find(self, exchange: str) -> Json | None:
        """Read one exchange; None when the run did not record it."""
        place = self.places.get(exchange)
        if place is None:
            return None
        with self.path.open("rb") as file:
            file.seek(place)
            found = _decoded(file.readline(), self.path)
        _fit(found, "exchange", self.path)
        return found


@dataclass(frozen=True)
class Record:
    """What a run left behind."""

    raw: bytes
    run: Json
    exchanges: Exchanges


def read(run_dir: Path) -> Record:
    """Read a run folder and refuse one that is absent or damaged."""
    path = run_dir / "run.json"
    try:
        raw = path.read_bytes()
    except OSError:
        raise ReportError(run_dir, "holds no readable run.json", "name the folder of a finished run") from None
    run = _decoded(raw, path)
    _fit(run, "run", path)
    return Record(raw, run, _exchanges(run_dir / "exchanges.jsonl", expected=run["exchanges"] > 0))


def _exchanges(path: Path, *, expected: bool) -> Exchanges:
    if not path.is_file():
        if expected:
            raise ReportError(path, "is absent although the run sent requests", AGAIN)
        return Exchanges(path, {})
    return Exchanges(path, dict(_places(path)))


def _places(path: Path) -> Iterator[tuple[str, int]]:
    place = 0
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):  # a crash can cut the last line short
                yield _identity(line, path), place
            place += len(line)


def _identity(line: bytes, path: Path) -> str:
    exchange = _decoded(line, path)
    if isinstance(exchange, dict) and isinstance(exchange.get("id"), str):
        return str(exchange["id"])
    raise ReportError(path, "has a line without an id", AGAIN)


def _decoded(raw: bytes, path: Path) -> Json:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise ReportError(path, "is damaged: it is not valid JSON", AGAIN) from None


def _fit(value: Json, shape: str, path: Path) -> None:
    for error in _validator(shape).iter_errors(value):
        place = "/".join(str(step) for step in error.instance_path) or "(root)"
        problem = error.message if len(error.message) <= 200 else f"{error.message[:200]}…"
        raise ReportError(path, f"is damaged at {place}: {problem}", AGAIN)


@cache
def _validator(shape: str) -> jsonschema_rs.Draft202012Validator:
    schema = json.loads(resources.files("conformance").joinpath("schemas/run.schema.json").read_bytes())
    if shape != "run":
        schema = {"$ref": f"#/$defs/{shape}", "$defs": schema["$defs"]}
    return jsonschema_rs.Draft202012Validator(schema)
