"""Freezes the corpus of a profile; the only module that leans on the undocumented side of schemathesis."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from schemathesis.generation.coverage import GenerationSession
from schemathesis.generation.meta import CoveragePhaseData

from conformance import corpus, generate, workshop
from conformance.attribution import FreezeError
from conformance.contract import Contract
from conformance.corpus import Case
from conformance.workshop import Seen

SHOWN = 40


def coverage(contract: Contract) -> Iterator[Seen]:
    """Every request of the coverage phase; a second call gives the same requests."""
    schema, session = generate.schema(contract), GenerationSession()
    for described in generate.operations(schema, contract):
        for case in schema.iter_coverage_cases(
            described,
            generation_modes=list(GenerationMode),
            generation_config=schema.config.generation_for(operation=described),
            session=session,
        ):
            yield _seen(described.definition.raw["operationId"], case)


def _seen(operation_id: str, case: schemathesis.Case[Any]) -> Seen:
    data = case.meta.phase.data if case.meta else None
    if case.meta is None or not isinstance(data, CoveragePhaseData):
        raise FreezeError(operation_id, "a case does not say what it covers", "adapt freeze.py to this schemathesis")
    return Seen(
        operation=operation_id,
        mode=case.meta.generation.mode.value,
        scenario=data.scenario.value,
        description=str(data.description or ""),
        place=data.parameter_location.value if data.parameter_location else "",
        parameter=data.parameter,
        location=str(data.location or ""),
        method=case.method,
        path_parameters=dict(case.path_parameters or {}),
        query=dict(case.query or {}),
        media_type=dict(case.headers or {}).get("Content-Type"),
        body=None if isinstance(case.body, NotSet) else case.body,
    )


def cases(folder: Path) -> list[Case]:
    """The cases of a profile folder, made afresh."""
    shop = workshop.load(folder)
    return shop.cases(coverage(shop.contract))


def main(arguments: list[str] | None = None) -> int:
    """Write the corpus of a profile folder, or tell whether it is up to date."""
    parser = argparse.ArgumentParser(prog="python -m conformance.freeze", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder of the profile")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is out of date")
    options = parser.parse_args(arguments)
    path = options.folder / "corpus.jsonl.gz"
    fresh = cases(options.folder)
    if options.check:
        return _checked(path, fresh)
    path.write_bytes(corpus.dump(fresh))
    sys.stdout.write(f"{path}: {len(fresh)} cases\n")
    return 0


def _checked(path: Path, fresh: list[Case]) -> int:
    kept = corpus.load(path) if path.exists() else ()
    if sorted(kept, key=_by_id) == sorted(fresh, key=_by_id):
        sys.stdout.write(f"{path}: up to date, {len(fresh)} cases\n")
        return 0
    lines = list(difflib.unified_diff(_lines(kept), _lines(fresh), "kept", "fresh", lineterm="", n=0))
    text = [f"{path}: out of date; freeze it again", *lines[:SHOWN], f"{len(lines)} lines of difference", ""]
    sys.stdout.write("\n".join(text))
    return 1


def _by_id(case: Case) -> str:
    return case.id


def _lines(some: Iterable[Case]) -> list[str]:
    return sorted(
        f"{one.requirement} {one.operation} {one.expect} {one.status} {one.pointer} {one.keyword} {one.depth} {one.id}"
        for one in some
    )


if __name__ == "__main__":  # pragma: no cover - the tests call main
    sys.exit(main())
