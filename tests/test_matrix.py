"""The judge is right about every supplier that we know the truth about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import fixtures
from tests.matrix import Subject, built, having, judged
from tests.mutants import chunks, misjudged


def _sampled(rows: list[Any], step: int) -> list[Any]:
    """Leave all but a few rows to `pytest -m matrix`, which has no build to wait for it."""
    marks = [() if number % step == 0 else pytest.mark.matrix for number in range(len(rows))]
    return [
        pytest.param(profile, row, marks=mark, id=row.name) for (profile, row), mark in zip(rows, marks, strict=True)
    ]


EVERY = [(profile, one) for profile in built() for one in fixtures.mutants(profile)]
MUTANTS = _sampled(EVERY[::400], 1)  # `make matrix` judges every one
NAMED = [
    pytest.param(profile, chunk, id=f"{profile}-{chunk[0].name}") for profile in built() for chunk in chunks(profile)
]
PROMPT = [(p, one) for p in built() for one in fixtures.variants(p) if one.target.get("pace", {}).get("settle", 0) < 2]
VARIANTS = _sampled(PROMPT, 48)  # to wait for those that settle takes minutes; `make matrix` does
NULLS = [(profile, name) for profile in built() for name in fixtures.nulls()]


@pytest.mark.parametrize("seed", [pytest.param(1, marks=pytest.mark.matrix), 2, 3])  # others run with 1
@pytest.mark.parametrize("profile", built())
def test_the_reference_fails_nothing(profile: str, seed: int, tmp_path: Path) -> None:
    assert _wrong(judged(Subject(profile, seed=seed), tmp_path)) == []


@pytest.mark.parametrize("depth", ["quick", "deep"])
@pytest.mark.parametrize("profile", built())
def test_the_reference_fails_nothing_at_any_depth(profile: str, depth: str, tmp_path: Path) -> None:
    assert _wrong(judged(Subject(profile, depth=depth), tmp_path)) == []


@pytest.mark.parametrize("profile", built())
def test_foreign_data_changes_nothing(profile: str, tmp_path: Path) -> None:
    assert _wrong(judged(Subject(profile), tmp_path, foreign=5000)) == []


@pytest.mark.parametrize(("profile", "chunk"), NAMED)
def test_each_mutant_fails_what_it_names(profile: str, chunk: Sequence[fixtures.Mutant], tmp_path: Path) -> None:
    assert misjudged(profile, chunk, tmp_path) == []


@pytest.mark.parametrize(("profile", "mutant"), MUTANTS)
def test_a_mutant_fails_nothing_else(profile: str, mutant: fixtures.Mutant, tmp_path: Path) -> None:
    record = judged(Subject(profile, "mutant", mutant.name), tmp_path)
    assert having(record, "failed") == sorted(mutant.kills | mutant.together)
    assert set(having(record, "warning")) >= mutant.warns


@pytest.mark.parametrize(("profile", "variant"), VARIANTS)
def test_a_lawful_oddity_fails_nothing(profile: str, variant: fixtures.Variant, tmp_path: Path) -> None:
    assert _wrong(judged(Subject(profile, "variant", variant.name), tmp_path)) == []


@pytest.mark.parametrize(("profile", "null"), NULLS)
def test_a_supplier_that_does_nothing_passes_nothing(profile: str, null: str, tmp_path: Path) -> None:
    record = judged(Subject(profile, "null", null, depth="quick"), tmp_path)
    assert having(record, "passed", "error") == []
    assert record["profiles"][0]["verdict"] in {"voldoet niet", "niet vast te stellen"}


def _wrong(record: dict[str, Any]) -> list[str]:
    assert record["configuration"] == []
    return having(record, "failed", "error")
