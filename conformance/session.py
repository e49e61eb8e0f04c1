"""One judging session: the profiles, the target and the run folder that its checks share."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from requests.adapters import BaseAdapter

from conformance import __version__, register, runfile
from conformance import profile as profiles
from conformance import target as targets
from conformance import waivers as waived
from conformance.accessmatrix import access
from conformance.errors import ConfigurationError, ProfileError
from conformance.guest import seated
from conformance.model import Json, Outcome, Text
from conformance.neighbours import Issuing, Neighbours, applicaties
from conformance.observed import sights, timing
from conformance.profile import Profile
from conformance.record import judged, profile_record, text, waivers_record
from conformance.register import Bound
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.target import Target
from conformance.threeway import comparison
from conformance.transport import Transport
from conformance.turns import Turns
from conformance.waivers import Waiver

Adapter = Callable[[], BaseAdapter | None]


@dataclass(frozen=True)
class Plan:
    """What the user asks of a run."""

    profiles: tuple[Path, ...]
    target: Path
    folder: Path | None = None
    seed: int | None = None
    depth: str = "standard"
    read_only: bool = False
    worker: str = ""


@dataclass
class Session:
    """A run in progress: what it judges, and what was seen so far."""

    target: Target
    folder: RunFolder
    seed: int
    depth: str
    read_only: bool
    started: datetime.datetime
    number: str
    runs: dict[str, Run] = field(default_factory=dict)
    bound: dict[str, tuple[Bound, ...]] = field(default_factory=dict)
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    configuration: list[Text] = field(default_factory=list)
    neighbours: Neighbours | None = None
    waivers: tuple[Waiver, ...] = ()
    turns: Turns = field(default_factory=Turns)

    def elapsed(self) -> float:
        """Give the seconds since the run began."""
        return (_now() - self.started).total_seconds()

    def record(self, *, interrupted: bool) -> dict[str, Json]:
        """Give run.json: every fact and outcome of the run so far."""
        described = [self._profile(name) for name in self.runs]
        return {
            "schema": "run-1",
            "suite": {"name": "vng-conformance", "version": __version__},
            "number": self.number,
            "seed": self.seed,
            "depth": self.depth,
            "started": _stamp(self.started),
            "finished": _stamp(_now()),
            "interrupted": interrupted,
            "read_only": self.read_only,
            "target": self.target.summary(),
            "timing": timing(self.folder.path, self.elapsed()),
            "exchanges": runfile.count_exchanges(self.folder.path),
            "configuration": [text(fault) for fault in self.configuration],
            "leftovers": [url for _, url in runfile.leftovers(self.folder.path)],
            "waivers": waivers_record(self.waivers, described),
            "profiles": described,
        }

    def close(self) -> None:
        """Let go of the files and of the port, without writing run.json."""
        if self.neighbours is not None:
            self.neighbours.stop()
        self.folder.close()

    def finish(self, *, interrupted: bool) -> dict[str, Json]:
        """Close the run folder and write run.json."""
        self.close()
        runfile.merge_workers(self.folder.path)
        record = self.record(interrupted=interrupted)
        runfile.write_json(self.folder.path / "run.json", record)
        return record

    def _profile(self, name: str) -> dict[str, Json]:
        profile = self.runs[name].profile
        planned = frozenset(bound.requirement.id for bound in self.bound[name])
        rows = judged(profile, self.outcomes.get(name, ()), planned, self.waivers)
        record = profile_record(profile, rows, self.target, self.runs[name].corpus_facts())
        seen = sights(self.runs[name])
        return record | {"access": access(self.runs[name], seen), "comparison": comparison(self.runs[name], seen)}


def begin(plan: Plan, adapter: Adapter | None = None) -> Session:
    """Load everything a run needs and open its folder; raises ProfileError, TargetError or RunError."""
    shipped = [_judging(profiles.load(path)) for path in plan.profiles]
    target = targets.load(plan.target)
    loaded = [seated(profile, target) for profile in shipped]
    bound = {profile.name: register.bind(profile) for profile in loaded}
    started = _now()
    waivers = _waivers(target, loaded, started.date())
    seed = random.SystemRandom().randrange(2**31) if plan.seed is None else plan.seed
    number = f"{started:%Y%m%d-%H%M%S}-{'-'.join(bound)}-{seed:x}"
    redactor = Redactor(target.secrets(), _auth_headers(target))
    folder = RunFolder(plan.folder or Path("reports") / number, redactor, plan.worker)
    read_only = plan.read_only or target.row.safety.read_only
    neighbours = _neighbours(target, seed)
    session = Session(target, folder, seed, plan.depth, read_only, started, number, bound=bound, waivers=waivers)
    session.neighbours = neighbours
    transport = _transport(target, adapter)
    for profile in loaded:
        session.runs[profile.name] = Run(
            profile,
            target,
            transport,
            folder,
            seed,
            plan.depth,
            read_only,
            neighbours,
            siblings=session.runs,
            turns=session.turns,
        )
    try:
        read_contracts(session.runs.values())
    except ConfigurationError:
        session.close()
        raise
    return session


def _waivers(target: Target, loaded: Iterable[Profile], today: datetime.date) -> tuple[Waiver, ...]:
    """Load the waivers of a target; one file may serve several standards, so every shipped row is known."""
    if target.row.waivers is None:
        return ()
    every = [*loaded, *map(profiles.load, profiles.shipped())]
    known = {row.id for profile in every for row in profile.requirements}
    return waived.load(target.document.path.parent / target.row.waivers, today, known)


def read_contracts(runs: Iterable[Run]) -> None:
    """Read every contract now, so that a fault in one is told before anything is sent, and tell who may do what."""
    scopes: dict[str, tuple[str, ...]] = {}
    for run in runs:
        for name, contract in run.contracts.items():
            scopes[run.profile.row.apis[name].component] = tuple(contract.scopes)
    for run in runs:
        access = run.target.row.access
        kind = access.objects.type if access and access.objects else None
        if run.neighbours is not None:
            run.neighbours.autorisaties.tell(applicaties(run.target.credentials.values(), scopes, kind))


def _judging(profile: Profile) -> Profile:
    if profile.row.abstract:
        raise ProfileError(
            profile.folder, "is only included by other profiles", f"run one of {', '.join(profiles.shipped())}"
        )
    return profile


def _transport(target: Target, adapter: Adapter | None) -> Transport:
    row = target.row
    verify = str(target.document.path.parent / row.tls.ca) if row.tls.ca else True
    return Transport(timeout=row.pace.timeout, rate=row.pace.requests_per_second, verify=verify, adapter=adapter)


def _neighbours(target: Target, seed: int) -> Neighbours | None:
    row = target.row.neighbours
    if row is None:
        return None
    started = Neighbours.start(row.listen, row.address, seed=seed)
    started.issuing = Issuing(target.issuers)
    return started


def _auth_headers(target: Target) -> Iterable[str]:
    own = target.row.applications.header_names() if target.row.applications else ()
    gateway = target.row.access.gateway if target.row.access else None
    keys = [gateway.key_header] if gateway else []
    return [*own, *keys, *(credential.header for credential in target.row.credentials.values() if credential.header)]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _stamp(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
