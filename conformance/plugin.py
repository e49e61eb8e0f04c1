"""The pytest plugin: a profile folder is collected as items, one for each check of each requirement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from requests.adapters import BaseAdapter

from conformance.errors import ConfigurationError
from conformance.judge import judge, tidy
from conformance.model import Outcome, Severity, Status
from conformance.preflight import Proof, prove
from conformance.register import Bound
from conformance.run import DEPTHS, Run
from conformance.session import Plan, Session, begin
from conformance.turns import Overlap

OUTCOME = TypeAdapter(Outcome)
SESSION = pytest.StashKey[Session]()
AHEAD = pytest.StashKey[Overlap[Outcome]]()


class Hooks:
    """What other plugins may add to a run."""

    @pytest.hookspec(firstresult=True)
    def pytest_conformance_adapter(self, config: pytest.Config) -> BaseAdapter | None:
        """Answer the requests of this process in another way than over a socket."""

    def pytest_conformance_proof(self, proof: Proof) -> None:
        """Tell what was proven of the target before judging."""

    def pytest_conformance_started(self, session: Session, planned: int) -> None:
        """Tell that judging begins."""

    def pytest_conformance_outcome(self, outcome: Outcome, session: Session) -> None:
        """Tell what became of a check, as it happens."""

    def pytest_conformance_finished(self, record: dict[str, Any], folder: Path) -> None:
        """Tell that run.json is written."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make the hooks known."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("conformance", "conformance of an API to a standard")
    group.addoption("--target", default=None, help="the target file of the installation to judge")
    group.addoption("--seed", type=int, default=None, help="makes every random choice repeatable")
    group.addoption("--depth", choices=DEPTHS, default="standard", help="how many generated requests are sent")
    group.addoption("--run-dir", default=None, help="folder for exchanges and run.json")
    group.addoption("--read-only", action="store_true", help="send nothing that changes the target")
    group.addoption("--only", default="", help="comma separated ids of requirements")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Load the profiles and the target and open the run folder; a fault in them is a usage error.

    It comes first, so that a fault leaves no folder behind in which another plugin would write.
    """
    if config.getoption("target") is None:
        return
    try:
        config.stash[SESSION] = begin(_plan(config), lambda: config.hook.pytest_conformance_adapter(config=config))
    except ConfigurationError as fault:
        raise pytest.UsageError(str(fault)) from None
    if config.getoption("htmlpath", None):
        config.pluginmanager.import_plugin("conformance.report.htmllog")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(config), "conformance-collector")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker of xdist the same seed and folder."""
    session = node.config.stash.get(SESSION, None)
    if session is not None:
        node.workerinput["conformance"] = {"seed": session.seed, "folder": str(session.folder.path.resolve())}


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the folder of a profile that is being judged."""
    session = parent.config.stash.get(SESSION, None)
    if session is None or not any(run.profile.folder == path.resolve() for run in session.runs.values()):
        return None
    folder: pytest.Collector = ProfileFolder.from_parent(parent, path=path)
    return folder


class ProfileFolder(pytest.Directory):
    """A profile: its items are the checks of its requirements, in the order of the register."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give one item for each check."""
        session = self.config.stash[SESSION]
        run = next(run for run in session.runs.values() if run.profile.folder == self.path.resolve())
        only = {ident for ident in self.config.getoption("only").split(",") if ident}
        for bound in session.bound[run.profile.name]:
            if not only or bound.requirement.id in only:
                yield RequirementItem.from_parent(self, name=bound.name, run=run, bound=bound)


class RequirementItem(pytest.Item):
    """One check of one requirement."""

    def __init__(self, *, run: Run, bound: Bound, **rest: Any) -> None:
        super().__init__(**rest)
        self.run, self.bound = run, bound
        self.outcome: Outcome | None = None

    def runtest(self) -> None:
        """Judge, and tell pytest what became of it."""
        ahead = self.config.stash.get(AHEAD, None)
        outcome = self.outcome = ahead.result(self.nodeid) if ahead else judge(self.run, self.bound)
        sent = {"profile": self.run.profile.name, "outcome": OUTCOME.dump_python(outcome, mode="json")}
        self.user_properties.append(("conformance", sent))
        if outcome.status in {Status.FAILED, Status.ERROR}:
            raise NotPassed(outcome)
        if outcome.status in {Status.BLOCKED, Status.NOT_APPLICABLE, Status.NOT_TESTED}:
            pytest.skip(f"{outcome.status}: {outcome.reason.en if outcome.reason else ''}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what was expected and what was seen."""
        return str(excinfo.value) if isinstance(excinfo.value, NotPassed) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the row that the item stands for."""
        document, index = self.run.profile.places[self.bound.requirement.id]
        return document.path, document.line([index]) - 1, f"{self.bound.name}: {self.bound.requirement.title.en}"


class NotPassed(Exception):
    """A check that failed or went wrong, told in text."""

    def __init__(self, outcome: Outcome) -> None:
        lines = [f"{outcome.requirement} {outcome.status}: {outcome.check}"]
        lines += [f"  {outcome.reason.en}"] if outcome.reason else []
        for found in outcome.findings:
            if found.severity is not Severity.NOTE:
                seen = f"expected {found.expected.en}, got {found.actual.en}"
                lines.append(f"  {found.what.en}: {seen} (exchange {found.exchange})")
        super().__init__("\n".join(lines))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Prove the target before anything is judged; a fault in all of it ends the session without a verdict.

    Workers of xdist do not hear what was proven, so there any fault ends it.
    """
    running = session.config.stash.get(SESSION, None)
    if running is None or session.config.option.collectonly or hasattr(session.config, "workerinput"):
        return
    hook = session.config.hook
    for run in running.runs.values():
        for proof in prove(run):
            hook.pytest_conformance_proof(proof=proof)
            if proof.fatal:
                run.broken.append(proof.text)
    faults = [fault for run in running.runs.values() for fault in run.broken]
    apart = session.config.getoption("dist", "no") != "no"
    if all(run.broken for run in running.runs.values()) or (faults and apart):
        running.configuration += faults
        pytest.exit(running.configuration[0].en, returncode=int(pytest.ExitCode.INTERRUPTED))
    hook.pytest_conformance_started(session=running, planned=sum(map(len, running.bound.values())))
    if any(run.settle for run in running.runs.values()):
        items = [item for item in session.items if isinstance(item, RequirementItem)]
        tasks = {item.nodeid: partial(judge, item.run, item.bound) for item in items}
        session.config.stash[AHEAD] = Overlap(running.turns, tasks)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write run.json, also of a run that was cut short."""
    running = session.config.stash.get(SESSION, None)
    if running is None:
        return
    if AHEAD in session.config.stash:
        session.config.stash[AHEAD].stop()
    for run in running.runs.values():
        tidy(run)
    if session.config.option.collectonly or hasattr(session.config, "workerinput"):
        running.close()
        return
    cut_short = exitstatus == pytest.ExitCode.INTERRUPTED and not running.configuration
    record = running.finish(interrupted=cut_short)
    session.config.hook.pytest_conformance_finished(record=record, folder=running.folder.path)


class Collector:
    """Gathers the outcomes in the process that writes run.json."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome that an item sent along."""
        if report.when != "call":
            return
        running = self._config.stash[SESSION]
        for name, value in report.user_properties:
            if name == "conformance" and isinstance(value, dict):
                outcome = OUTCOME.validate_python(value["outcome"])
                running.outcomes.setdefault(value["profile"], []).append(outcome)
                self._config.hook.pytest_conformance_outcome(outcome=outcome, session=running)


def _plan(config: pytest.Config) -> Plan:
    given = getattr(config, "workerinput", {}).get("conformance", {})
    paths = dict.fromkeys((config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args)
    folder = given.get("folder") or config.getoption("run_dir")
    return Plan(
        profiles=tuple(path for path in paths if (path / "profile.yaml").is_file()),
        target=Path(config.getoption("target")),
        folder=Path(folder) if folder else None,
        seed=given.get("seed", config.getoption("seed")),
        depth=config.getoption("depth"),
        read_only=config.getoption("read_only"),
        worker=getattr(config, "workerinput", {}).get("workerid", ""),
    )
