"""Measures the suite as ratios within one run and writes reports/bench.json."""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

import fixtures
from conformance.commands.execution import PLUGINS
from tests import bench_report
from tests.comparison import FAULTS, schemathesis, tally
from tests.matrix import built, statuses

OFFICIAL = "KLANTEN_OPENAPI"
SETTLE = 2.0
REQUESTS = {"klanten": 1_000, "contactmomenten": 1_200, "verwerkingenlogging": 1_500}
ROOT = Path(__file__).parent.parent
SERVER = """
import sys, time
import fixtures
with fixtures.serve(fixtures.supplier(sys.argv[1], lag=float(sys.argv[2]))) as root:
    print(root, flush=True)
    sys.stdin.read()
"""


class Stopwatch:
    """Measures the processor time of judging, without starting up and writing reports."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0
        self.record: dict[str, Any] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin."""
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End, before run.json is written."""
        self.cpu, self.wall = time.process_time() - self.cpu, time.perf_counter() - self.wall

    def pytest_conformance_finished(self, record: dict[str, Any], folder: Path) -> None:
        """Keep the record."""
        self.record = record


@contextlib.contextmanager
def served(profile: str, lag: float = 0) -> Iterator[str]:
    """Serve the reference supplier from another process, so that its time is not ours."""
    command = [sys.executable, "-c", SERVER, profile, str(lag)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield server.stdout.readline().strip()
        server.stdin.close()
        server.wait(10)


def judged(profile: str, target: Path, folder: Path) -> Stopwatch:
    """Judge once under pytest in this process."""
    watch = Stopwatch()
    arguments = [str(ROOT / "profiles" / profile), f"--rootdir={ROOT}", "--target", str(target)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main([*PLUGINS, *arguments, "--run-dir", str(folder), "--seed", "1"], plugins=[watch])
    return watch


def bare(folder: Path) -> tuple[int, float]:
    """Send what the run sent in a plain loop; gives the number of requests and the processor time."""
    lines = (folder / "exchanges.jsonl").read_bytes().splitlines()  # bytes, as text also ends lines at U+2028
    sent = [json.loads(line)["request"] for line in lines]
    with requests.Session() as session:
        started = time.process_time()
        for one in sent:
            headers = {name: value for name, value in one["headers"].items() if value != "[redacted]"}
            body = one["body"].encode() or None
            with contextlib.suppress(requests.RequestException):
                session.request(
                    one["method"], one["url"], headers=headers, data=body, timeout=30, allow_redirects=False
                )
        return len(sent), time.process_time() - started


def overhead(profile: str, rounds: int = 5) -> list[dict[str, Any]]:
    """Compare judging with a bare loop over the same requests; the least of some rounds is disturbed least."""
    os.environ.update(fixtures.environment(profile))
    ours, theirs, seconds, counts = [], [], [], []
    with served(profile) as root, tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / "target.yaml"
        target.write_text(yaml.safe_dump(fixtures.target(profile, root)), encoding="utf-8")
        for number in range(rounds):
            folder = Path(temporary) / f"run-{number}"
            watch = judged(profile, target, folder)
            count, cpu = bare(folder)
            ours.append(watch.cpu)
            theirs.append(cpu)
            assert count == watch.record["exchanges"]
            seconds.append(watch.wall)
            counts.append(watch.record["exchanges"])
    return [
        figure(
            f"{profile}: harness CPU per exchange against a bare requests loop", min(ours) / min(theirs), "ratio", 1.5
        ),
        figure(f"{profile}: requests of a standard run", statistics.median(counts), "requests", REQUESTS.get(profile)),
        figure(f"{profile}: wall time of a standard run, server included", statistics.median(seconds), "s", None),
    ]


def settling(profile: str) -> Iterator[dict[str, Any]]:
    """Compare a run on storage that shows a write after two seconds with one on storage that shows it at once."""
    os.environ.update(fixtures.environment(profile))
    taken, verdicts = {}, {}
    for settle in (0.0, SETTLE):
        with served(profile, lag=0.95 * settle) as root, tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "target.yaml"
            described = fixtures.target(profile, root)
            pace = described.get("pace", {}) | {"settle": settle}
            target.write_text(yaml.safe_dump(described | {"pace": pace}), encoding="utf-8")
            watch = judged(profile, target, Path(folder) / "run")
        taken[settle], verdicts[settle] = watch.wall, statuses(watch.record)
    extra, late = taken[SETTLE] - taken[0], f"when writes show after {SETTLE:g} s"
    other = sum(verdicts[SETTLE][ident] != status for ident, status in verdicts[0].items())
    yield figure(f"{profile}: requirements judged otherwise {late}", other, "requirements", 0)
    yield figure(f"{profile}: extra wall time {late}", extra, "s", 60)


def help_time() -> dict[str, Any]:
    """Time `conformance --help` as a whole process."""
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "conformance", "--help"], check=True, capture_output=True, cwd=ROOT)
        taken.append(time.perf_counter() - started)
    return figure("conformance --help", min(taken), "s", 0.3)


def peak_memory(profile: str) -> dict[str, Any]:
    """Measure the largest memory that a whole demo takes, its server included."""
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "conformance", "demo", profile, "--out", f"{temporary}/run"]
        subprocess.run(command, check=False, capture_output=True, cwd=ROOT)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return figure(f"{profile}: peak memory of a demo", peak, "MB", 300)


def truths() -> Iterator[dict[str, Any]]:
    """Compare with the command line of schemathesis, which is given the file that the standard publishes."""

    def suite(target: Path, folder: Path) -> Iterator[tuple[str, ...]]:
        rows = judged("klanten", target, folder / "run").record["profiles"][0]["requirements"]
        yield from ((row["id"],) for row in rows if row["status"] == "failed")

    tools = {"the suite": tally(suite)}
    official = Path(os.environ.get(OFFICIAL, "")).resolve()
    if official.is_file():
        tools["schemathesis"] = tally(schemathesis(official))
    else:
        print(f"schemathesis left out: set {OFFICIAL} to the openapi.yaml that the Klanten standard publishes")
    for name, seen in tools.items():
        ours = name == "the suite"
        yield figure(f"faults found by {name}, of {len(FAULTS)}", seen.found, "faults", len(FAULTS) if ours else None)
        yield figure(f"findings of {name} on the reference", seen.false, "findings", 0 if ours else None)
        yield figure(f"requests of {name} for that", seen.requests, "requests", None)
        yield figure(f"truths of {name} per 1,000 requests", seen.truths, "truths", None)


def measured() -> Iterator[dict[str, Any]]:
    """Measure one thing after another."""
    yield help_time()
    for name in built():
        yield from overhead(name)
        yield peak_memory(name)
        if name in REQUESTS:
            yield from settling(name)
    yield from truths()
    yield from bench_report.figures()


def figure(name: str, value: float, unit: str, goal: float | None) -> dict[str, Any]:
    """Give one figure as it is written."""
    return {"name": name, "value": round(value, 3), "unit": unit, "goal": goal}


def main() -> None:
    """Measure and write."""
    figures = []
    for one in measured():
        figures.append(one)
        print(f"{one['name']}: {one['value']} {one['unit']} (goal {one['goal']})", flush=True)
    machine = (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}"
    )
    path = ROOT / "reports" / "bench.json"
    path.write_text(json.dumps({"machine": machine, "figures": figures}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
