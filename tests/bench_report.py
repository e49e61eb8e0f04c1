"""Measures the compliance report of a very large run: writing, size, memory, opening and searching."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from conformance.model import Json
from tests import chromium
from tests import samples_run as samples

ROOT = Path(__file__).parent.parent
FAILURES, MESSAGES = 1_000, 10
BODY = "x" * 3_000
WRITE = r"""
import re, sys, time
from pathlib import Path
from conformance.report import write
started = time.perf_counter()
write(Path(sys.argv[1]))
taken = time.perf_counter() - started
# What getrusage says of a process includes its parent before exec.
print(taken, int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""
WRITE_ALL = """
import sys, time
from pathlib import Path
from conformance.report import FORMS, write_all
for form in FORMS:
    started = time.perf_counter()
    write_all(Path(sys.argv[1]), format=form, out=Path(sys.argv[2]))
    print(form, time.perf_counter() - started)
"""


def large() -> tuple[Json, list[Json]]:
    """Give a run of a thousand failures, each with a finding in each of its ten exchanges."""
    rows = []
    for number in range(FAILURES):
        names = [str(number * MESSAGES + place) for place in range(MESSAGES)]
        found = [samples.finding(name, actual=samples.both(BODY)) for name in names]
        rows.append(
            samples.requirement(number, "failed", outcomes=[samples.outcome("failed", *found, exchanges=names)])
        )
    exchanges = [samples.exchange(str(number), answer=BODY) for number in range(FAILURES * MESSAGES)]
    return samples.run(samples.profile(rows, "voldoet niet"), exchanges=len(exchanges)), exchanges


def figures() -> list[dict[str, Any]]:
    """Measure, and give each figure with its goal."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = samples.write(Path(temporary), *large())
        told = subprocess.run(
            [sys.executable, "-c", WRITE, str(folder)], check=True, capture_output=True, text=True, cwd=ROOT
        )
        seconds, memory = map(float, told.stdout.split())
        report = folder / "report.nl.html"
        size = report.stat().st_size / 1_000_000
        found = [
            _figure("report of 1,000 failures in 10,000 exchanges: written", seconds, "s", 5),
            _figure("report of 1,000 failures in 10,000 exchanges: size", size, "MB", 15),
            _figure("report of 1,000 failures in 10,000 exchanges: peak memory", memory, "MB", 300),
        ]
        return found + _forms(folder) + (_opened(report) if chromium.PATH else [])


def _forms(folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", WRITE_ALL, str(folder), str(folder / "forms")]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.splitlines()
    taken = [(line.split()[0], float(line.split()[1])) for line in told]
    return [_figure(f"the same run as {form}: written", seconds, "s", 5) for form, seconds in taken]


def _opened(report: Path) -> list[dict[str, Any]]:
    with chromium.browser() as started:
        with chromium.opened(started, report):
            pass  # so that the time of starting the browser does not count
        begun = time.perf_counter()
        with chromium.opened(started, report) as seen:
            seen.page.locator(".filter input").fill("KL-FILT-505")
            assert seen.page.locator(".filter output").inner_text() == "1"
            taken = time.perf_counter() - begun
    return [_figure("report of 1,000 failures in 10,000 exchanges: opened and searched", taken, "s", 2)]


def _figure(name: str, value: float, unit: str, goal: float) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "goal": goal}


if __name__ == "__main__":
    for one in figures():
        print(f"{one['name']}: {one['value']} {one['unit']} (goal {one['goal']})")
