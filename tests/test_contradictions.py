"""Each contradiction of Verwerkingenlogging is proven on both sides: a lawful reading passes, another one is seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures

ROWS = yaml.safe_load(Path(__file__).with_name("contradictions.yaml").read_text("utf-8"))
MUTANTS = {one.name: one for one in fixtures.mutants("verwerkingenlogging")}
VARIANTS = {one.name: one for one in fixtures.variants("verwerkingenlogging")}


def test_no_contradiction_is_left_out() -> None:
    assert [row["id"] for row in ROWS] == [f"VL-C-{number:02}" for number in range(1, 53)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_each_reading_that_passes_is_shown(row: dict[str, Any]) -> None:
    shown = set(row["passes"].values())
    citing = {name for name, variant in VARIANTS.items() if row["id"] in re.findall(r"VL-C-\d+", variant.why)}
    assert (shown - {"reference", *VARIANTS}, citing - shown) == (set(), set())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_each_reading_that_does_not_pass_is_seen(row: dict[str, Any]) -> None:
    seen = {
        name: (MUTANTS[name].kills | MUTANTS[name].together | MUTANTS[name].warns) for name, _ in row["fails"].values()
    }
    assert [name for name, ident in row["fails"].values() if ident not in seen[name]] == []
    assert seen
