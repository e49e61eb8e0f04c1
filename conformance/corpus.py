"""The frozen corpus: requests made at development time, each with its requirement and what must come of it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from conformance.errors import ConfigurationError
from conformance.model import Json

DEPTHS = ("quick", "standard", "deep")


class CorpusError(ConfigurationError):
    """A corpus file cannot be used."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request, made from the sample `given`. Path parameters that are absent are bound to a resource like it.

    Of an accepted or refused case, `status` lists what passes and `tolerated` what passes with a warning. What the
    refusal of an unnamed case names is not judged.
    """

    id: str
    requirement: str
    operation: str
    expect: str
    keyword: str
    pointer: str
    description: str
    method: str
    path: str
    depth: str = "deep"
    given: str | None = None
    status: tuple[int, ...] = ()
    tolerated: tuple[int, ...] = ()
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    has_body: bool = False
    body: Json = None
    media_type: str | None = None
    unnamed: bool = False


def load(path: Path | str) -> tuple[Case, ...]:
    """Read a corpus file."""
    path = Path(path)
    try:
        lines = [line.decode("utf-8") for line in gzip.decompress(path.read_bytes()).splitlines()]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise CorpusError(path, f"cannot be read: {error}", "freeze it again") from error
    if not lines:
        raise CorpusError(path, "holds no cases", "freeze it again")
    return tuple(_case(path, number, line) for number, line in enumerate(lines, start=1))


def _case(path: Path, number: int, line: str) -> Case:
    try:
        record: dict[str, Any] = json.loads(line)
        record |= {name: tuple(record[name]) for name in ("status", "tolerated") if name in record}
        return Case(**record)
    except (ValueError, TypeError) as error:
        raise CorpusError(f"{path}:{number}", f"is not a case: {error}", "freeze the corpus again") from error


def select(
    cases: Iterable[Case], *, requirement: str | None = None, operation: str | None = None, depth: str = "deep"
) -> tuple[Case, ...]:
    """The cases of a requirement, of an operation, and at most as deep as asked."""
    shallow = DEPTHS[: DEPTHS.index(depth) + 1]
    return tuple(
        case
        for case in cases
        if requirement in (None, case.requirement) and operation in (None, case.operation) and case.depth in shallow
    )


def digest(path: Path | str) -> str:
    """The SHA-256 of a corpus file, in hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def dump(cases: Iterable[Case]) -> bytes:
    """A corpus file with these cases: the same cases always give the same bytes."""
    lines = sorted(json.dumps(_record(case), ensure_ascii=False, sort_keys=True) for case in cases)
    return gzip.compress("".join(f"{line}\n" for line in lines).encode("utf-8"), mtime=0)


def _record(case: Case) -> dict[str, Any]:
    absent = {one.name: _absent(one) for one in fields(Case)}
    return {name: value for name in absent if (value := getattr(case, name)) != absent[name]}


def _absent(one: Field[Any]) -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()
