"""Lays runs side by side: what is new, solved or unchanged for one product, or how several products differ."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from conformance.model import Status
from conformance.report.page import asset, digest, page
from conformance.report.record import ReportError, read
from conformance.report.texts import spoken, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from conformance.model import Json

_RANKS = {
    Status.PASSED: 0,
    Status.NOT_APPLICABLE: 0,
    Status.WARNING: 1,
    Status.WAIVED: 2,
    Status.FAILED: 3,
}
FEW = 2


class Change(StrEnum):
    """What became of a requirement between the last run and the one before it, or over runs with the same facts."""

    NEW = "new"
    FLAKY = "flaky"
    LOST = "lost"
    UNCHANGED = "unchanged"
    SOLVED = "solved"


class Line(NamedTuple):
    """A requirement with its status in each run; None where the run does not know it."""

    requirement: Json
    statuses: tuple[Status | None, ...]
    change: Change | None


class Compared(NamedTuple):
    """One standard in all runs; of its requirements those that a reader wants to see."""

    profile: Json
    verdicts: tuple[str, ...]
    counts: tuple[Counter[Status], ...]
    lines: tuple[Line, ...]

    def having(self, change: Change | None) -> list[Line]:
        """List the requirements with this change."""
        return [line for line in self.lines if line.change is change]


class Comparison(NamedTuple):
    """Runs in the order in which they were started, with the facts in which they differ."""

    runs: tuple[Json, ...]
    one_product: bool
    differing: tuple[str, ...]
    profiles: tuple[Compared, ...]

    @property
    def worse(self) -> bool:
        """Tell whether the last run has a deviation that the one before it had not."""
        return any(profile.having(Change.NEW) for profile in self.profiles)


def compare(paths: Iterable[Path], language: str = "nl") -> Comparison:
    """Compare run folders, or all runs in a folder; runs of other standards are refused."""
    found = [(path, read(path).run) for path in _folders(paths)]
    found.sort(key=lambda one: (one[1]["started"], one[1]["number"]))
    _comparable(found)
    runs = tuple(spoken(run, language) for _, run in found)
    one_product = len({_product(run) for run in runs}) == 1
    groups = _repeated(runs)
    return Comparison(
        runs,
        one_product,
        tuple(_differing(runs)),
        tuple(_compared(runs, place, groups, one_product=one_product) for place in _names(runs[0])),
    )


def render(comparison: Comparison, language: str) -> bytes:
    """Render a comparison as one page that needs no other file."""
    style = asset("style.css")
    policy = f"default-src 'none'; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    values = {"comparison": comparison, "changes": tuple(Change), "warning": warned(comparison, language)}
    return page("compare.html.j2", language, **values, style=style, policy=policy)


def warned(comparison: Comparison, language: str) -> str:
    """Say in which facts the runs differ; empty when they are alike."""
    table = texts(language)
    labels = {
        "suite": table["suite"],
        "seed": table["seed"],
        "depth": table["depth"],
        "register": table["register_list"],
        "interrupted": table["was_interrupted"],
        "read_only": table["read_only"],
    }
    facts = ", ".join(labels[fact] for fact in comparison.differing)
    return str(table["differing"].format(facts=facts)) if facts else ""


def _folders(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        within = sorted(one.parent for one in path.glob("*/run.json")) if not (path / "run.json").exists() else []
        yield from within or [path]


def _comparable(found: Sequence[tuple[Path, Json]]) -> None:
    if len(found) < FEW:
        raise ReportError("compare", f"needs at least two runs, found {len(found)}", "name two run folders or more")
    for path, run in found:
        if run["configuration"]:
            raise ReportError(path, "judged nothing, so there is nothing to compare", "leave this run out")
        if _standards(run) != _standards(found[0][1]):
            what = f"judged {_standards(run)}, but {found[0][0]} judged {_standards(found[0][1])}"
            raise ReportError(path, what, "compare runs of the same standards")


def _standards(run: Json) -> str:
    return ", ".join(sorted(f"{profile['name']} {profile['version']}" for profile in run["profiles"])) or "no standard"


def _names(run: Json) -> list[str]:
    return [profile["name"] for profile in run["profiles"]]


def _product(run: Json) -> tuple[str, str]:
    return run["target"]["product"]["supplier"], run["target"]["product"]["name"]


def _facts(run: Json) -> dict[str, Json]:
    return {
        "suite": (run["suite"]["name"], run["suite"]["version"]),
        "seed": run["seed"],
        "depth": run["depth"],
        "register": tuple(sorted((profile["name"], profile["register"]) for profile in run["profiles"])),
        "interrupted": run["interrupted"],
        "read_only": run["read_only"],
    }


def _differing(runs: Sequence[Json]) -> Iterator[str]:
    every = [_facts(run) for run in runs]
    yield from (fact for fact in every[0] if len({facts[fact] for facts in every}) > 1)


def _repeated(runs: Sequence[Json]) -> list[list[int]]:
    """Group the places of runs that should have the same outcome; two runs cannot tell a flaky one from a change."""
    groups: dict[Json, list[int]] = {}
    for place, run in enumerate(runs):
        same = (*_product(run), run["target"]["product"]["version"], run["target"]["digest"], *_facts(run).values())
        groups.setdefault(same, []).append(place)
    products = Counter(_product(run) for run in runs)
    return [group for group in groups.values() if len(group) > 1 and products[_product(runs[group[0]])] > FEW]


def _compared(runs: Sequence[Json], name: str, groups: Sequence[Sequence[int]], *, one_product: bool) -> Compared:
    profiles = [next(profile for profile in run["profiles"] if profile["name"] == name) for run in runs]
    known = [{row["id"]: row for row in profile["requirements"]} for profile in profiles]
    rows = {ident: row for table in reversed(known) for ident, row in table.items()}
    order = dict.fromkeys(ident for table in (known[-1], *known) for ident in table)
    lines = []
    for ident in order:
        statuses = tuple(Status(table[ident]["status"]) if ident in table else None for table in known)
        change = _change(statuses, groups) if one_product else None
        if change is not None or (not one_product and _telling(statuses)):
            lines.append(Line(rows[ident], statuses, change))
    return Compared(
        profiles[-1],
        tuple(profile["verdict"] for profile in profiles),
        tuple(Counter(Status(row["status"]) for row in profile["requirements"]) for profile in profiles),
        tuple(lines),
    )


def _change(statuses: Sequence[Status | None], groups: Iterable[Sequence[int]]) -> Change | None:
    if any(len({statuses[place] for place in group} - {Status.NOT_TESTED, None}) > 1 for group in groups):
        return Change.FLAKY
    before, after = statuses[-2:]
    if after not in _RANKS:
        return Change.LOST if before in _RANKS and after is not None else None
    was, now = _RANKS.get(before, 0), _RANKS[after]  # type: ignore[arg-type] # what was not judged was no deviation
    if now == was:
        return Change.UNCHANGED if now else None
    return Change.NEW if now > was else Change.SOLVED


def _telling(statuses: Iterable[Status | None]) -> bool:
    seen = set(statuses)
    return len(seen) > 1 or not seen <= {Status.PASSED, Status.NOT_APPLICABLE}
