"""The suite finds the ten mistakes that studies of REST test tools plant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fixtures
from conformance.model import Status
from tests.comparison import FAULTS, PROFILE, Tally, tally
from tests.mutants import Bench

NAMED = {mutant.name: mutant for mutant in fixtures.mutants(PROFILE)}


def test_ten_of_ten_are_found(tmp_path: Path) -> None:
    bench = Bench(PROFILE, tmp_path)
    seen = {fault.fault: bench.statuses(NAMED[fault.mutant], {fault.row})[fault.row] for fault in FAULTS}
    bench.close()
    assert seen == {fault.fault: Status.FAILED for fault in FAULTS}
    assert len(seen) == 10


def test_a_finding_on_the_reference_is_no_finding_on_a_mutant() -> None:
    def tool(target: Path, folder: Path) -> Any:
        return [("always",)]

    assert tally(tool) == Tally(found=0, false=1, requests=0)


def test_truths_are_counted_per_thousand_requests() -> None:
    assert Tally(found=8, false=2, requests=4000).truths == 2.0
    assert Tally(found=0, false=0, requests=0).truths == 0.0
