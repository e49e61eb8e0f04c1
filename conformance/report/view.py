"""Arranges the facts of one profile the way a reader meets them: counts, cards and groups."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from conformance.model import Level, Severity, Status
from conformance.report.exchange import Shown, Step, shown, step
from conformance.report.wire import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.model import Json
    from conformance.report.record import Exchanges

EXAMPLES = 4
FINDINGS = 5
STEPS = 12
DEVIATING = (Status.FAILED, Status.WAIVED, Status.WARNING)
OPEN = (Status.BLOCKED, Status.ERROR, Status.NOT_TESTED, Status.NOT_APPLICABLE)
UNDECIDED = (Status.BLOCKED, Status.ERROR, Status.NOT_TESTED)
_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}


class Example(NamedTuple):
    """What one check found in one exchange."""

    check: str
    reason: str | None
    findings: tuple[Json, ...]
    more: int
    exchange: Shown | None
    steps: tuple[Step, ...]


class Card(NamedTuple):
    """A requirement that is not met, with its smallest example first."""

    requirement: Json
    examples: tuple[Example, ...]
    more: int


class Group(NamedTuple):
    """Requirements that were not judged for the same reason."""

    reason: str
    requirements: tuple[Json, ...]
    exchange: Shown | None


class Tally(NamedTuple):
    """The requirements of one level or theme, and how many have each status."""

    name: str
    requirements: tuple[Json, ...]
    counts: Counter[Status]

    @property
    def total(self) -> int:
        """Count all requirements."""
        return self.counts.total()

    @property
    def unjudged(self) -> int:
        """Count the requirements about which the run says nothing."""
        return sum(self.counts[status] for status in OPEN)


class View(NamedTuple):
    """One profile as the report shows it."""

    profile: Json
    levels: tuple[Tally, ...]
    themes: tuple[Tally, ...]
    own: tuple[Card, ...]
    shared: tuple[Card, ...]
    waived: tuple[Card, ...]
    warnings: tuple[Card, ...]
    notes: tuple[Card, ...]
    open: tuple[tuple[Status, tuple[Group, ...]], ...]
    undecided: int

    @property
    def carded(self) -> frozenset[str]:
        """Give the ids of the requirements that have a card."""
        cards = chain(self.own, self.shared, self.waived, self.warnings, self.notes)
        return frozenset(card.requirement["id"] for card in cards)

    @property
    def binding(self) -> Tally:
        """Give the tally of the mandatory requirements."""
        return self.levels[0]


def views(run: Json, exchanges: Exchanges) -> tuple[View, ...]:
    """Arrange the profiles of a run; none when nothing was judged."""
    return () if run["configuration"] else tuple(view(profile, exchanges) for profile in run["profiles"])


def view(profile: Json, exchanges: Exchanges) -> View:
    """Arrange one profile whose texts are in one language."""
    rows = profile["requirements"]
    cards = {status: _cards(rows, status, exchanges) for status in DEVIATING}
    failed = cards[Status.FAILED]
    return View(
        profile=profile,
        levels=tuple(_tally(level, [row for row in rows if row["level"] == level]) for level in Level),
        themes=tuple(_themes(profile)),
        own=tuple(card for card in failed if not card.requirement["shared_defect"]),
        shared=tuple(card for card in failed if card.requirement["shared_defect"]),
        waived=cards[Status.WAIVED],
        warnings=cards[Status.WARNING],
        notes=tuple(card for card in _cards(rows, Status.PASSED, exchanges) if card.examples),
        open=tuple((status, _groups(rows, status, exchanges)) for status in OPEN),
        undecided=_undecided(profile),
    )


def _tally(name: str, rows: Sequence[Json]) -> Tally:
    return Tally(name, tuple(rows), Counter(Status(row["status"]) for row in rows))


def _themes(profile: Json) -> Iterator[Tally]:
    themes: dict[tuple[str, str], list[Json]] = {}
    for row in profile["requirements"]:
        themes.setdefault((row["profile"], row["theme"]), []).append(row)
    for (owner, theme), rows in themes.items():
        yield _tally(_title(profile, owner, theme), rows)


def _title(profile: Json, owner: str, theme: str) -> str:
    titles = (
        known["title"]
        for known in profile.get("themes", ())
        if known["name"] == theme and known.get("profile", owner) == owner
    )
    return str(next(titles, "")) or theme.replace("_", " ").replace("-", " ").capitalize()


def _undecided(profile: Json) -> int:
    binding = (row for row in profile["requirements"] if row["level"] == Level.MUST and not row.get("declared"))
    return sum(row["status"] in UNDECIDED for row in binding)


def _cards(rows: Iterable[Json], status: Status, exchanges: Exchanges) -> tuple[Card, ...]:
    return tuple(_card(row, exchanges) for row in rows if row["status"] == status)


def _card(requirement: Json, exchanges: Exchanges) -> Card:
    found = sorted(chain.from_iterable(_evidence(outcome, exchanges) for outcome in requirement["outcomes"]), key=_rank)
    return Card(
        requirement,
        tuple(_example(outcome, findings, exchange, exchanges) for outcome, findings, exchange in found[:EXAMPLES]),
        sum(len(findings) for _, findings, _ in found[EXAMPLES:]),
    )


class _Evidence(NamedTuple):
    outcome: Json
    findings: tuple[Json, ...]
    exchange: Json | None


def _evidence(outcome: Json, exchanges: Exchanges) -> list[_Evidence]:
    if not outcome["findings"] and outcome["status"] not in DEVIATING:
        return []
    names = dict.fromkeys(finding["exchange"] for finding in outcome["findings"]) or {None: None}
    return [
        _Evidence(
            outcome,
            tuple(finding for finding in outcome["findings"] if finding["exchange"] == name),
            exchanges.find(name) if name is not None else None,
        )
        for name in names
    ]


def _rank(evidence: _Evidence) -> tuple[int, bool, int]:
    """Order by severity, then evidence before none, then the smallest exchange."""
    severity = min((_SEVERITIES[finding["severity"]] for finding in evidence.findings), default=len(_SEVERITIES))
    return severity, evidence.exchange is None, _size(evidence.exchange)


def _size(exchange: Json | None) -> int:
    messages = (exchange["request"], exchange["response"]) if exchange else ()
    return sum(len(message["body"] or "") for message in messages if message)


def _example(outcome: Json, findings: Sequence[Json], exchange: Json | None, exchanges: Exchanges) -> Example:
    return Example(
        outcome["check"],
        outcome["reason"],
        tuple({**finding, **_shortened(finding)} for finding in findings[:FINDINGS]),
        max(0, len(findings) - FINDINGS),
        shown(exchange) if exchange else None,
        _steps(outcome["exchanges"], exchanges) if exchange else (),
    )


def _shortened(finding: Json) -> dict[str, str]:
    parts = {part: cut(finding[part]) for part in ("what", "expected", "actual")}
    return {part: f"{kept.text} …" if kept.left_out else kept.text for part, kept in parts.items()}


def _steps(names: Sequence[str], exchanges: Exchanges) -> tuple[Step, ...]:
    if len(names) > STEPS:
        return ()
    steps = tuple(step(exchange) for exchange in map(exchanges.find, names) if exchange and not _tidies(exchange))
    return steps if len(steps) > 1 else ()


def _tidies(exchange: Json) -> bool:
    return bool(exchange["phase"] == "cleanup")


def _groups(rows: Iterable[Json], status: Status, exchanges: Exchanges) -> tuple[Group, ...]:
    reasons: dict[str, list[Json]] = {}
    for row in rows:
        if row["status"] == status:
            reasons.setdefault(_reason(row, status), []).append(row)
    return tuple(
        Group(reason, tuple(members), _witness(members[0], status, exchanges)) for reason, members in reasons.items()
    )


def _reason(row: Json, status: Status) -> str:
    reasons = (outcome["reason"] for outcome in row["outcomes"] if outcome["status"] == status and outcome["reason"])
    return str(row["reason"] or next(reasons, ""))


def _witness(row: Json, status: Status, exchanges: Exchanges) -> Shown | None:
    """Show the last call before a check gave up."""
    if status not in UNDECIDED:
        return None
    named = chain.from_iterable(outcome["exchanges"] for outcome in row["outcomes"] if outcome["status"] == status)
    found = (exchanges.find(name) for name in reversed(list(named)))
    return next((shown(exchange) for exchange in found if exchange and not _tidies(exchange)), None)
