"""One mistake hides no others: who demands more than the standard does is judged on nearly everything else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import fixtures
from conformance import profile as profiles
from conformance.model import Status
from tests.mutants import Bench

NAME = "verwerkingenlogging"
ROWS = [row.id for row in profiles.load(NAME).requirements]
MUTANTS = {one.name: one for one in fixtures.mutants(NAME)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Give what judges mutants in this process."""
    made = Bench(NAME, tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("TakesBsnOnly", 5),
        ("DemandsActivity", 10),
        ("DemandsPeriod", 5),
        ("EchoesRequestOnly", 45),
    ],
)
def test_a_log_with_this_mistake_is_judged_on_the_rest(name: str, most: int, bench: Bench) -> None:
    statuses = bench.statuses(MUTANTS[name], ROWS)
    assert sum(status is Status.BLOCKED for status in statuses.values()) <= most
    assert {ident for ident, status in statuses.items() if status is Status.FAILED} == MUTANTS[name].kills
