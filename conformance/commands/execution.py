"""Runs a plan under pytest in this process and tells the user how it goes."""

from __future__ import annotations

import contextlib
import datetime
import io
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from conformance.errors import ProfileError, RunError, did_you_mean
from conformance.model import Outcome, Status, Verdict
from conformance.preflight import Proof
from conformance.profile import Profile, load, locate
from conformance.record import outcome_record
from conformance.report import write
from conformance.session import Session

PLUGINS = (
    *("--disable-plugin-autoload", "-p", "conformance.plugin", "-p", "no:cacheprovider", "-p", "no:terminal"),
    *("-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:logging"),  # these judge Python code
    *("-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", "-c", "/dev/null"),
)
EXITS = {
    Verdict.CONFORMS: 0,
    Verdict.CONFORMS_WITH_WAIVERS: 0,
    Verdict.FAILS: 1,
    Verdict.UNDECIDED: 2,
}
QUIET = frozenset({Status.PASSED, Status.NOT_APPLICABLE})
EXIT_OURS = 4


@dataclass(frozen=True)
class Order:
    """What the user asks the command line to run."""

    profiles: Sequence[str]
    target: Path
    only: Sequence[str] = ()
    depth: str = "standard"
    seed: int | None = None
    read_only: bool = False
    out: Path | None = None
    lines: bool = False
    language: str = "nl"


def execute(order: Order) -> int:
    """Run, write the reports, and give the exit code that belongs to the verdict."""
    folders = [locate(name) for name in order.profiles]
    _known(order.only, [load(folder) for folder in folders] if order.only else [])
    if order.out is not None and (order.out / "run.json").exists():
        raise RunError(order.out, "holds a run already", "name another folder with --out")
    observer = Lines() if order.lines else Screen(Console(stderr=False))
    arguments = [
        *map(str, folders),
        f"--rootdir={folders[0].parent}",
        "--target",
        str(order.target),
        "--depth",
        order.depth,
    ]
    arguments += ["--seed", str(order.seed)] if order.seed is not None else []
    folder = order.out or _fresh(Path("reports"))
    arguments += ["--run-dir", str(folder), "--html", str(folder / "log.html"), "--self-contained-html"]
    arguments += ["--only", ",".join(order.only)] if order.only else []
    arguments += ["--read-only"] if order.read_only else []
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = pytest.main([*PLUGINS, *arguments], plugins=[observer])
    observer.close()
    if observer.record is None or observer.faults:
        click.echo(_plainly(said.getvalue(), observer.faults), err=True)
        return 3 if code == pytest.ExitCode.USAGE_ERROR else EXIT_OURS
    return _finish(order, observer.record, observer.folder, observer)


class Observer:
    """Keeps the record of a run, and what went wrong inside pytest."""

    def __init__(self) -> None:
        self.record: dict[str, Any] | None = None
        self.folder = Path()
        self.faults: list[str] = []

    def pytest_conformance_finished(self, record: dict[str, Any], folder: Path) -> None:
        """Keep the record."""
        self.record, self.folder = record, folder

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Keep an error inside pytest."""
        self.faults.append(str(excrepr))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep an error in collecting."""
        if report.failed:
            self.faults.append(str(report.longrepr))

    def close(self) -> None:
        """Stop showing progress."""

    def conclude(self, record: dict[str, Any], folder: Path, reports: Sequence[Path]) -> None:
        """Tell the verdict and where the reports are."""


class Lines(Observer):
    """Tells every outcome as a line of JSON, for scripts."""

    def pytest_conformance_outcome(self, outcome: Outcome, session: Session) -> None:
        """Print one outcome."""
        click.echo(json.dumps({"requirement": outcome.requirement, **outcome_record(outcome)}, ensure_ascii=False))

    def conclude(self, record: dict[str, Any], folder: Path, reports: Sequence[Path]) -> None:
        """Print the verdict as the last line."""
        verdicts = {profile["name"]: profile["verdict"] for profile in record["profiles"]}
        faults = [fault["en"] for fault in record["configuration"]]
        paths = [str(path) for path in reports]
        click.echo(json.dumps({"verdict": verdicts, "run": str(folder), "reports": paths, "configuration": faults}))


class Screen(Observer):
    """Shows progress to a person: a bar on a terminal, plain lines elsewhere."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console, self._done, self._total = console, 0, 0
        self._rows: set[str] = set()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[requests]}"),
        )
        self._bar = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
        self._task = self._bar.add_task("checks", total=None, requests="")

    def pytest_conformance_proof(self, proof: Proof) -> None:
        """Show what could not be proven of the target."""
        if not proof.fine:
            self._console.print(f"! {proof.text.en}", markup=False, highlight=False, soft_wrap=True)

    def pytest_conformance_started(self, session: Session, planned: int) -> None:
        """Show that judging begins."""
        self._total = planned
        names = ", ".join(session.runs)
        self._console.print(
            f"Judging {names}: {planned} checks, seed {session.seed}, depth {session.depth}.", highlight=False
        )
        if self._console.is_terminal:
            self._bar.start()
            self._bar.update(self._task, total=planned)

    def pytest_conformance_outcome(self, outcome: Outcome, session: Session) -> None:
        """Show one more outcome."""
        self._done += 1
        self._rows.add(outcome.requirement)
        requests, seconds = session.folder.count, max(session.elapsed(), 0.001)
        told = f"{len(self._rows)} requirements, {requests} requests, {requests / seconds:.0f}/s"
        if self._console.is_terminal:
            self._bar.update(self._task, advance=1, requests=told)
        elif self._done % 50 == 0 or self._done == self._total:
            remaining = seconds / self._done * (self._total - self._done)
            self._console.print(f"{self._done}/{self._total} checks, {told}, {remaining:.0f} s to go", highlight=False)
        if outcome.status in {Status.FAILED, Status.ERROR}:
            seen = outcome.findings[0] if outcome.findings else None
            why = (
                f"{seen.what.en}: expected {seen.expected.en}, got {seen.actual.en}"
                if seen
                else outcome.reason and outcome.reason.en
            )
            self._console.print(
                f"{outcome.requirement} {outcome.status}: {why}", markup=False, highlight=False, soft_wrap=True
            )

    def close(self) -> None:
        """Take the bar away."""
        if self._console.is_terminal:
            self._bar.stop()

    def conclude(self, record: dict[str, Any], folder: Path, reports: Sequence[Path]) -> None:
        """Show the verdict, the counts and the reports."""
        for fault in record["configuration"]:
            self._say(f"Not judged: {fault['en']}")
        if record["interrupted"]:
            self._say("Interrupted: what was not reached is not tested.")
        for profile in record["profiles"]:
            counts: dict[str, int] = {}
            for row in profile["requirements"]:
                counts[row["status"]] = counts.get(row["status"], 0) + 1
            self._say(
                f"{profile['name']}: {profile['verdict']} ({', '.join(f'{n} {name}' for name, n in counts.items())})"
            )
            self._say_why(profile)
        for url in record["leftovers"]:
            self._say(f"Left behind: {url} (see 'conformance cleanup')")
        self._say_waivers(record["waivers"])
        self._say(f"{record['exchanges']} requests, run folder {folder}")
        for path in reports:
            self._say(f"Report: {path.resolve()}")

    def _say_waivers(self, waivers: Sequence[dict[str, Any]]) -> None:
        for waiver in waivers:
            if waiver["state"] != "applied":
                told = waiver["fault"]["en"] if waiver["fault"] else "It was not needed in this run."
                self._say(f"Waiver {waiver['state']}: {waiver['place']}: {waiver['requirement']}: {told}")

    def _say_why(self, profile: dict[str, Any]) -> None:
        if profile["verdict"] != Verdict.UNDECIDED:
            return
        open_rows = [row for row in profile["requirements"] if row["level"] == "must" and not row["declared"]]
        for status in ("error", "blocked", "not_tested"):
            rows = [row for row in open_rows if row["status"] == status]
            if rows:
                reason = rows[0]["reason"] and rows[0]["reason"]["en"]
                self._say(f"  undecided: {len(rows)} MUST {status}, first {rows[0]['id']}: {reason}")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def _finish(order: Order, record: dict[str, Any], folder: Path, observer: Observer) -> int:
    languages = (order.language, *({"nl", "en"} - {order.language}))
    reports = [write(folder, language=language, format="html") for language in languages]
    write(folder, language=order.language, format="junit")
    observer.conclude(record, folder, reports)
    return max(EXITS[Verdict(profile["verdict"])] for profile in record["profiles"]) if not _failed(record) else 1


def _fresh(parent: Path) -> Path:
    started = datetime.datetime.now(datetime.UTC)
    names = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    return next(path for name in names if not (path := parent / f"{started:%Y%m%d-%H%M%S}{name}").exists())


def _failed(record: dict[str, Any]) -> bool:
    return any(profile["verdict"] == Verdict.FAILS for profile in record["profiles"])


def _known(only: Sequence[str], profiles: Sequence[Profile]) -> None:
    known = {row.id for profile in profiles for row in profile.requirements}
    for ident in only:
        if ident not in known:
            raise ProfileError("--only", f"'{ident}' is not a requirement", did_you_mean(ident, known))


def _plainly(said: str, faults: Sequence[str]) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return (
        "\n".join([*(line.replace("ERROR: ", "Error: ") for line in lines), *faults])
        or "The run ended without a record."
    )
