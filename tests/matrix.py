"""Judges the reference supplier, its mutants, variants and nulls, and compares with what each is meant to be.

`python -m tests.matrix` writes reports/matrix.json; `--mutant NAME`, `--variant NAME` or `--null NAME` shows one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from requests.adapters import BaseAdapter

import fixtures
from conformance import contract, corpus, profile, register
from conformance.model import Requirement
from conformance.transport import WsgiAdapter

ROOT = Path(__file__).parent.parent
HERE = "http://reference.test"  # what answers in this process
PLUGINS = (
    *("--disable-plugin-autoload", "-p", "conformance.plugin", "-p", "no:cacheprovider", "-p", "no:terminal"),
    *("-c", "/dev/null", "-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:logging"),
)


def _once(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Remember what a function gives: hundreds of suppliers are judged by the same register in one process."""
    known: dict[str, Any] = {}

    def remembered(what: Any) -> Any:
        if getattr(what, "host", None) is not None:
            return function(what)  # what binds a guest depends on the target
        key = str(getattr(what, "folder", what))
        if key not in known:
            known[key] = function(what)
        return known[key]

    return remembered


for module, name in ((profile, "load"), (contract, "load"), (corpus, "load"), (register, "bind")):
    setattr(module, name, _once(getattr(module, name)))


@dataclass(frozen=True)
class Subject:
    """One supplier to judge; `kind` is reference, mutant, variant or null."""

    profile: str
    kind: str = "reference"
    name: str = ""
    only: frozenset[str] = frozenset()
    seed: int = 1
    depth: str = "standard"

    @property
    def chosen(self) -> dict[str, str]:
        """The mutant or the variant by name; nothing for any other supplier."""
        return {self.kind: self.name} if self.kind in {"mutant", "variant"} else {}


class Embedded:
    """Answers requests in this process, unless it has no application, and keeps the record of the run."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.record: dict[str, Any] = {}

    def pytest_conformance_adapter(self, config: pytest.Config) -> BaseAdapter | None:
        """Answer from the application."""
        return WsgiAdapter(self._application) if self._application else None

    def pytest_conformance_finished(self, record: dict[str, Any], folder: Path) -> None:
        """Keep the record."""
        self.record = record


def judged(subject: Subject, folder: Path, *, by: str = "", **settings: Any) -> dict[str, Any]:
    """Judge one supplier in this process, over a socket when it does TLS, and give its run record.

    `by` names another profile than that of the supplier to judge it by.
    """
    address = f"http://127.0.0.1:{free_port()}"
    application = _application(subject, {"neighbours_url": address, "timeout": 1, **settings})
    os.environ.update(fixtures.environment(subject.profile))
    with fixtures.secured(application, fixtures.chosen(subject.profile, **subject.chosen)) as place:
        root, parts = place or ("", {})
        content = fixtures.target(subject.profile, root or HERE, neighbours=address, parts=parts, **subject.chosen)
        target = folder / "target.yaml"
        target.write_text(yaml.safe_dump(content), encoding="utf-8")
        judge = Subject(by, seed=subject.seed) if by else subject
        return judged_on(judge, target, Embedded(None if root else application))


def judged_on(subject: Subject, target: Path, embedded: Embedded) -> dict[str, Any]:
    """Judge with this target file and give the record of the run."""
    arguments = [str(ROOT / "profiles" / subject.profile), f"--rootdir={ROOT}", "--target", str(target)]
    arguments += ["--run-dir", str(target.parent / "run"), "--seed", str(subject.seed), "--depth", subject.depth]
    if subject.only:
        arguments += ["--only", ",".join(sorted(subject.only))]
    if not _needs_chance(subject):
        arguments += ["-k", "not survives_odd_input"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = pytest.main([*PLUGINS, *arguments], plugins=[embedded])
    if not embedded.record:
        raise RuntimeError(f"{subject}: pytest ended with {code!r}\n{said.getvalue()}")
    return embedded.record


def built() -> list[str]:
    """Name the profiles whose every row is built; only these promise to be right about everyone."""
    names = (name for name in fixtures.profiles() if (ROOT / "profiles" / name / "profile.yaml").is_file())
    return [name for name in names if all(row.declared or not row.untested for row in _rows(name))]


def _rows(name: str) -> Sequence[Requirement]:
    loaded: profile.Profile = profile.load(ROOT / "profiles" / name)
    return loaded.requirements


def needs_chance(mutant: fixtures.Mutant) -> bool:
    """Tell whether random bodies are worth their time: a mutant that no odd input breaks is seen without them."""
    return "COM-ERR-012" in mutant.kills


def _needs_chance(subject: Subject) -> bool:
    known = fixtures.chosen(subject.profile, **subject.chosen)
    return needs_chance(known) if isinstance(known, fixtures.Mutant) else subject.depth != "quick"


def free_port() -> int:
    """Find a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def statuses(record: dict[str, Any]) -> dict[str, str]:
    """Give the status of every requirement of a run with one profile."""
    return {row["id"]: row["status"] for row in record["profiles"][0]["requirements"]}


def having(record: dict[str, Any], *wanted: str) -> list[str]:
    """List the requirements with one of these statuses."""
    return sorted(ident for ident, status in statuses(record).items() if status in wanted)


def subjects(profile: str) -> Iterator[Subject]:
    """Name every supplier of a profile, the reference first."""
    yield Subject(profile)
    yield from (Subject(profile, "mutant", one.name) for one in fixtures.mutants(profile))
    yield from (Subject(profile, "variant", one.name) for one in fixtures.variants(profile))
    yield from (Subject(profile, "null", name) for name in fixtures.nulls())


def _application(subject: Subject, settings: dict[str, Any]) -> Any:
    if subject.kind == "null":
        return fixtures.null(subject.name)
    return fixtures.supplier(subject.profile, **subject.chosen, **settings)


def row(subject: Subject) -> tuple[Subject, dict[str, Any]]:
    """Judge one supplier in a folder of its own; gives what the matrix tells of it."""
    sys.setswitchinterval(0.0005)  # the suite and its neighbours share this process and wait for one another
    with tempfile.TemporaryDirectory() as folder:
        record = judged(subject, Path(folder))
    told = {name: having(record, name) for name in ("failed", "passed", "error", "blocked", "warning")}
    return subject, {"profile": subject.profile, "name": subject.name, **told, "exchanges": record["exchanges"]}


def matrix(profiles: Sequence[str], workers: int = 2) -> dict[str, list[dict[str, Any]]]:
    """Judge every supplier of every profile."""
    everyone = [subject for profile in profiles for subject in subjects(profile)]
    meant = {(p, one.name): one for p in profiles for one in fixtures.mutants(p)}
    found: dict[str, list[dict[str, Any]]] = {"references": [], "mutants": [], "variants": [], "nulls": []}
    with ProcessPoolExecutor(workers) as pool:
        for subject, told in pool.map(row, everyone):
            if subject.kind == "mutant":
                mutant = meant[subject.profile, subject.name]
                told = {"kills": sorted(mutant.kills | mutant.together), "warns": sorted(mutant.warns), **told}
            found[f"{subject.kind}s"].append(told)
    return found


def faults(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Say where a supplier was judged otherwise than it is meant to be."""
    usual = {one["profile"]: set(one["warning"]) for one in found["references"]}
    for one in found["mutants"]:
        yield from _survived(one, usual[one["profile"]])
    for one in (*found["references"], *found["variants"]):
        if one["failed"] or one["error"]:
            yield f"{one['name'] or 'reference'}: failed {one['failed']}, error {one['error']}"
    for one in found["nulls"]:
        if one["passed"]:
            yield f"null {one['name']}: passed {one['passed']}"


def _survived(mutant: dict[str, Any], usual: set[str]) -> Iterator[str]:
    kills, failed, warned = set(mutant["kills"]), set(mutant["failed"]), set(mutant["warning"]) - usual
    if kills != failed:
        yield f"mutant {mutant['name']}: not failed {sorted(kills - failed)}, failed too {sorted(failed - kills)}"
    if unwarned := sorted(set(mutant["warns"]) - warned):
        yield f"mutant {mutant['name']}: does not warn {unwarned}"


def _show(subject: Subject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        record = judged(subject, Path(folder))
    for one in record["profiles"][0]["requirements"]:
        for outcome in one["outcomes"]:
            if outcome["status"] != "passed" or subject.only:
                print(one["id"], outcome["status"], outcome["check"], (outcome["reason"] or {}).get("en", ""))
                for seen in outcome["findings"]:
                    told = f"{seen['what']['en']}: expected {seen['expected']['en']}, got {seen['actual']['en']}"
                    print(f"    {seen['severity']} {told} (exchange {seen['exchange']})")
    for fault in record["configuration"]:
        print("configuration:", fault["en"])
    print(record["exchanges"], "exchanges; failed", having(record, "failed"), "error", having(record, "error"))


def main() -> int:
    """Write the matrix, or show one supplier."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profiles", nargs="*", default=built())
    parser.add_argument("--only", default="", help="comma separated requirement ids")
    parser.add_argument("--depth", default="standard")
    parser.add_argument("--seed", type=int, default=1)
    for kind in ("mutant", "variant", "null"):
        parser.add_argument(f"--{kind}")
    parser.add_argument("--reference", action="store_true")
    asked = parser.parse_args()
    only = frozenset(ident for ident in asked.only.split(",") if ident)
    for kind in ("mutant", "variant", "null"):
        if name := getattr(asked, kind):
            _show(Subject(asked.profiles[0], kind, name, only, asked.seed, asked.depth))
            return 0
    if asked.reference:
        _show(Subject(asked.profiles[0], only=only, seed=asked.seed, depth=asked.depth))
        return 0
    found = matrix(asked.profiles)
    path = ROOT / "reports" / "matrix.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    wrong = list(faults(found))
    print("\n".join(wrong))
    counts = ", ".join(f"{len(found[kind])} {kind}" for kind in ("mutants", "variants", "nulls"))
    print(f"{counts}: {len(wrong)} not as meant; {path}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
