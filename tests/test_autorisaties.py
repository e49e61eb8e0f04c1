"""The judge of the Autorisaties API is right about every supplier that we know the truth about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures
from conformance import profile as profiles
from conformance.model import Level
from tests.matrix import PLUGINS, ROOT, Embedded, Subject, free_port, having, judged
from tests.mutants import chunks, misjudged

NAME = "autorisaties"


def _sampled(rows: Sequence[Any], step: int) -> list[Any]:
    marks = [() if number % step == 0 else pytest.mark.matrix for number in range(len(rows))]
    return [pytest.param(row, marks=mark, id=row.name) for row, mark in zip(rows, marks, strict=True)]


@pytest.mark.parametrize("depth", ["quick", "standard", "deep"])
def test_the_reference_fails_nothing_at_any_depth(depth: str, tmp_path: Path) -> None:
    record = judged(Subject(NAME, depth=depth), tmp_path)
    assert having(record, "failed", "error", "blocked", "warning") == []
    assert len(having(record, "passed")) >= 28


@pytest.mark.parametrize("chunk", chunks(NAME), ids=lambda chunk: chunk[0].name)
def test_each_mutant_fails_what_it_names(chunk: Sequence[fixtures.Mutant], tmp_path: Path) -> None:
    assert misjudged(NAME, chunk, tmp_path) == []


@pytest.mark.parametrize("mutant", _sampled(fixtures.mutants(NAME), 25))
def test_a_mutant_fails_nothing_else(mutant: fixtures.Mutant, tmp_path: Path) -> None:
    record = judged(Subject(NAME, "mutant", mutant.name), tmp_path)
    assert having(record, "failed") == sorted(mutant.kills)
    assert having(record, "error") == []


@pytest.mark.parametrize("variant", _sampled(fixtures.variants(NAME), 8))
def test_a_lawful_oddity_fails_nothing(variant: fixtures.Variant, tmp_path: Path) -> None:
    record = judged(Subject(NAME, "variant", variant.name), tmp_path)
    assert having(record, "failed", "error") == []


@pytest.mark.parametrize("null", fixtures.nulls())
def test_a_supplier_that_does_nothing_passes_nothing(null: str, tmp_path: Path) -> None:
    assert having(judged(Subject(NAME, "null", null, depth="quick"), tmp_path), "passed", "error") == []


def test_every_built_row_has_a_mistake_that_it_sees() -> None:
    built = {row.id for row in profiles.load(NAME).own if row.checks and row.level is not Level.MAY}
    assert {ident for mutant in fixtures.mutants(NAME) for ident in mutant.kills | mutant.warns} == built


def test_a_run_that_may_only_read_sends_nothing_else(tmp_path: Path) -> None:
    record, methods = _judged(tmp_path, NAME, "--read-only")
    assert (methods, having(record, "failed", "error")) == ({"GET"}, [])
    assert "IAM-AC-001" in having(record, "passed")


def test_the_judge_of_access_visits_the_register_of_applicaties(tmp_path: Path) -> None:
    access = {"scheme": "zgw-jwt", "clock_skew": 60, "max_age": 3600}
    record, _ = _judged(tmp_path, "iam", access=access)
    assert having(record, "failed", "error", "blocked", "warning") == []
    assert {"IAM-AC-012", "IAM-ZGW-JWT-010"} <= set(having(record, "passed"))


def test_rights_that_were_taken_are_given_back(tmp_path: Path) -> None:
    supplier: Any = fixtures.supplier(NAME, mutant="ClientsEditThemselves")
    reader = "conformance-alleen-autorisaties-lezen"
    before = dict(supplier.applicaties.having(reader))
    _judged(tmp_path, NAME, "--only", "IAM-AC-004", supplier=supplier)
    assert dict(supplier.applicaties.having(reader)) == before


def _judged(
    folder: Path, profile: str, *arguments: str, supplier: Any = None, **parts: Any
) -> tuple[dict[str, Any], set[str]]:
    """Judge a supplier of the Autorisaties API by any profile; gives its record and the methods that were sent."""
    address = f"http://127.0.0.1:{free_port()}"
    asked: set[str] = set()
    application = supplier or fixtures.supplier(NAME, neighbours_url=address, timeout=1, max_age=3600)

    def noting(environ: dict[str, Any], start_response: Any) -> Any:
        asked.add(environ["REQUEST_METHOD"])
        return application(environ, start_response)

    content = {**fixtures.target(NAME, "http://reference.test", neighbours=address), **parts}
    (folder / "target.yaml").write_text(yaml.safe_dump(content), "utf-8")
    os.environ.update(fixtures.environment(NAME))
    embedded = Embedded(noting)
    given = [str(ROOT / "profiles" / profile), f"--rootdir={ROOT}", "--target", str(folder / "target.yaml")]
    given += ["--run-dir", str(folder / "run"), "--seed", "1", *arguments]
    pytest.main([*PLUGINS, *given], plugins=[embedded])
    return embedded.record, asked
