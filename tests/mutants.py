"""Judges mutants on exactly the rows that each names, without pytest; what is the same for all of them is shared."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

import fixtures
from conformance import profile as profiles
from conformance import register
from conformance import target as targets
from conformance.guest import seated
from conformance.judge import judge
from conformance.model import Status, worst
from conformance.neighbours import Issuing, Neighbours
from conformance.preflight import prove
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.session import read_contracts
from conformance.target import Target
from conformance.transport import Transport, WsgiAdapter
from tests.matrix import HERE, ROOT, free_port, needs_chance

CHUNK = 20


class Bench:
    """One profile and one server of neighbours, before which mutants appear one after another."""

    def __init__(self, profile: str, folder: Path) -> None:
        sys.setswitchinterval(0.0005)  # the suite and its neighbours share this process and wait for one another
        os.environ.update(fixtures.environment(profile))
        self._address = f"http://127.0.0.1:{free_port()}"
        self._folder = folder
        self._name = profile
        self._target = self._loaded(None)
        self._profile = seated(profiles.load(ROOT / "profiles" / profile), self._target)
        self._bound = register.bind(self._profile)
        self._neighbours = Neighbours.start(None, self._address, seed=1)
        self._redactor = Redactor(self._target.secrets())

    def close(self) -> None:
        """Stop the neighbours."""
        self._neighbours.stop()

    def statuses(self, mutant: fixtures.Mutant, only: Iterable[str]) -> dict[str, Status]:
        """Give what these rows say of a mutant; a target that cannot be proven is a RuntimeError."""
        name, address = self._profile.name, self._address
        application = fixtures.supplier(name, mutant=mutant.name, neighbours_url=address, timeout=1)
        with fixtures.secured(application, mutant) as place:
            return self._statuses(mutant, application, place, frozenset(only))

    def _statuses(
        self, mutant: fixtures.Mutant, application: Any, place: tuple[str, dict[str, Any]] | None, only: frozenset[str]
    ) -> dict[str, Status]:
        name = self._profile.name
        self._neighbours.forget()
        folder = RunFolder(self._folder / "run", self._redactor)
        own = mutant.settings or mutant.target or mutant.host
        target = self._loaded(mutant.name, place) if own else self._target
        served = place is not None and place[0]
        reached = {"verify": target.row.tls.ca} if served else {"adapter": lambda: WsgiAdapter(application)}
        transport = Transport(timeout=10, **reached)
        self._neighbours.issuing = Issuing(target.issuers)
        anew = target.row.access != self._target.row.access or mutant.host or place
        profile = seated(profiles.load(ROOT / "profiles" / name), target) if anew else self._profile
        run = Run(profile, target, transport, folder, seed=1, neighbours=self._neighbours)
        read_contracts([run])
        try:
            if fatal := [proof.text.en for proof in prove(run) if proof.fatal]:
                raise RuntimeError(f"{mutant.name}: {fatal[0]}")
            bound = self._bound if profile is self._profile else register.bind(profile)
            return dict(self._judged(run, bound, only, chance=needs_chance(mutant)))
        finally:
            folder.close()

    def _loaded(self, mutant: str | None, place: tuple[str, dict[str, Any]] | None = None) -> Target:
        path = self._folder / "target.yaml"
        root, parts = place or ("", {})
        content = fixtures.target(self._name, root or HERE, mutant=mutant, neighbours=self._address, parts=parts)
        content["neighbours"]["patience"] = 0.2  # who answers in this process has told its neighbours by then
        if "applications" in content:
            content["applications"]["patience"] = 0.2
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return targets.load(path)

    def _judged(
        self, run: Run, known: Iterable[register.Bound], only: frozenset[str], *, chance: bool
    ) -> Iterator[tuple[str, Status]]:
        seen: dict[str, list[Status]] = {}
        for bound in known:
            if bound.requirement.id in only and (chance or bound.call.name != "survives_odd_input"):
                seen.setdefault(bound.requirement.id, []).append(judge(run, bound).status)
        for ident, found in seen.items():
            yield ident, worst(found)


def chunks(profile: str) -> list[Sequence[fixtures.Mutant]]:
    """Divide the mutants of a profile over tests, because most of them take less time than a test does."""
    known = fixtures.mutants(profile)
    return [known[start : start + CHUNK] for start in range(0, len(known), CHUNK)]


def misjudged(profile: str, mutants: Iterable[fixtures.Mutant], folder: Path) -> list[str]:
    """Say of which mutants a row that they name was judged otherwise than it is meant to be."""
    bench, wrong = Bench(profile, folder), []
    try:
        for mutant in mutants:
            seen = bench.statuses(mutant, mutant.kills | mutant.warns)
            missed = sorted(ident for ident in mutant.kills if seen.get(ident) is not Status.FAILED)
            silent = sorted(ident for ident in mutant.warns if seen.get(ident) is not Status.WARNING)
            too_much = sorted(ident for ident in mutant.warns if seen.get(ident) is Status.FAILED)
            if missed or silent or too_much:
                wrong.append(f"{mutant.name}: not failed {missed}, not warned {silent}, failed {too_much}")
    finally:
        bench.close()
    return wrong
