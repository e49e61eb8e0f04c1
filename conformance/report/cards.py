"""Arranges what was found of one requirement: the smallest example first, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from conformance.model import Level, Severity, Status
from conformance.report.exchange import Shown, Step, shown, step
from conformance.report.wire import cut

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.report.record import Exchanges

EXAMPLES = 4
FINDINGS = 5
STEPS = 12
FEW = 60
FULL = 100
WORDS = 600
DEVIATING = (Status.FAILED, Status.WAIVED, Status.WARNING)
_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}


class Example(NamedTuple):
    """What one check found in one exchange."""

    check: str
    reason: str | None
    findings: tuple[Json, ...]
    more: int
    exchange: Shown | None
    steps: tuple[Step, ...]
    kept: str | None


class Card(NamedTuple):
    """A requirement that is not met, with its smallest example first; its waiver may have been refused."""

    requirement: Json
    examples: tuple[Example, ...]
    more: int
    blame: str
    waiver: Json | None


class Evidence(NamedTuple):
    """The findings of one check about one exchange."""

    outcome: Json
    findings: tuple[Json, ...]
    name: str | None
    exchange: Json | None


def cards(profile: Json, exchanges: Exchanges, waivers: Iterable[Json] = ()) -> dict[Status, tuple[Card, ...]]:
    """Give the cards of each status; in a run with many, each has one example and only the first show messages."""
    known = {waiver["requirement"]: waiver for waiver in waivers}
    order = (*DEVIATING, Status.PASSED)
    deviating = [row for status in order for row in profile["requirements"] if _shows(row, status)]
    most = EXAMPLES if len(deviating) <= FEW else 1
    made: dict[Status, list[Card]] = {status: [] for status in order}
    for place, row in enumerate(deviating):
        found = sorted(chain.from_iterable(_evidence(one, exchanges) for one in row["outcomes"]), key=_rank)
        examples = tuple(_example(one, exchanges, full=place < FULL) for one in found[:most])
        more = sum(len(one.findings) for one in found[most:])
        made[Status(row["status"])].append(Card(row, examples, more, blame(row), known.get(row["id"])))
    return {status: tuple(each) for status, each in made.items()}


def blame(row: Mapping[str, Json]) -> str:
    """Say where the cause lies: supplier, reference, standard, suite, settings, not known yet (open) or nobody."""
    status = row["status"]
    if status in {Status.FAILED, Status.WAIVED}:
        return "reference" if row["shared_defect"] else "supplier"
    if status == Status.WARNING:
        return "standard" if row["level"] == Level.MUST or row["interpretation"] else "supplier"
    if status == Status.ERROR:
        return "suite"
    if status != Status.BLOCKED:
        return "nobody"
    return "open" if any(outcome["exchanges"] for outcome in row["outcomes"]) else "settings"


def _shows(row: Json, status: Status) -> bool:
    noted = status is not Status.PASSED or any(outcome["findings"] for outcome in row["outcomes"])
    return row["status"] == status and noted


def _evidence(outcome: Json, exchanges: Exchanges) -> list[Evidence]:
    if not outcome["findings"] and outcome["status"] not in DEVIATING:
        return []
    names = dict.fromkeys(finding["exchange"] for finding in outcome["findings"]) or {None: None}
    return [
        Evidence(
            outcome,
            tuple(finding for finding in outcome["findings"] if finding["exchange"] == name),
            name,
            exchanges.find(name) if name is not None else None,
        )
        for name in names
    ]


def _rank(evidence: Evidence) -> tuple[int, bool, int]:
    """Order by severity, then evidence before none, then the smallest exchange."""
    severity = min((_SEVERITIES[finding["severity"]] for finding in evidence.findings), default=len(_SEVERITIES))
    return severity, evidence.exchange is None, _size(evidence.exchange)


def _size(exchange: Json | None) -> int:
    messages = (exchange["request"], exchange["response"]) if exchange else ()
    return sum(len(message["body"] or "") for message in messages if message)


def _example(evidence: Evidence, exchanges: Exchanges, *, full: bool) -> Example:
    outcome, findings, name, exchange = evidence
    shows = exchange is not None and full
    return Example(
        outcome["check"],
        outcome["reason"],
        tuple({**finding, **_shortened(finding)} for finding in findings[:FINDINGS]),
        max(0, len(findings) - FINDINGS),
        shown(exchange, findings) if shows else None,
        _steps(outcome["exchanges"], exchanges) if shows else (),
        name if exchange is not None and not full else None,
    )


def _shortened(finding: Json) -> dict[str, str]:
    parts = {part: cut(finding[part], WORDS) for part in ("what", "expected", "actual")}
    return {part: f"{kept.text} …" if kept.left_out else kept.text for part, kept in parts.items()}


def _steps(names: Sequence[str], exchanges: Exchanges) -> tuple[Step, ...]:
    if len(names) > STEPS:
        return ()
    found = (exchanges.find(name) for name in names)
    steps = tuple(step(exchange) for exchange in found if exchange and exchange["phase"] != "cleanup")
    return steps if len(steps) > 1 else ()
