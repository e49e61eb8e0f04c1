"""What the judge of the Autorisaties API does beside the matrix: read only, visit, and give back what it took."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures
from conformance import profile as profiles
from conformance.model import Level
from tests.matrix import PLUGINS, ROOT, Embedded, free_port, having

NAME = "autorisaties"


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
