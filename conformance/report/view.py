"""Arranges the facts of one profile the way a reader meets them: counts, cards and groups."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from conformance.model import Level, Status
from conformance.report.cards import Card, blame, cards
from conformance.report.exchange import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.model import Json
    from conformance.report.record import Exchanges

OPEN = (Status.BLOCKED, Status.ERROR, Status.NOT_TESTED, Status.NOT_APPLICABLE)
UNDECIDED = (Status.BLOCKED, Status.ERROR, Status.NOT_TESTED)
LISTED = 6
WITNESSES = 50
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class Group(NamedTuple):
    """Requirements that were not judged for the same reason."""

    reason: str
    requirements: tuple[Json, ...]
    exchange: Shown | None
    blame: str


class Consequence(NamedTuple):
    """Deviations with the same consequence for who uses the product; the first of them are listed."""

    kind: str
    requirements: tuple[Json, ...]
    more: int

    @property
    def total(self) -> int:
        """Count all of them."""
        return len(self.requirements) + self.more


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
    def shared(self) -> int:
        """Count the failures that the publisher's own reference has too."""
        return sum(row["status"] == Status.FAILED and bool(row["shared_defect"]) for row in self.requirements)

    @property
    def unjudged(self) -> int:
        """Count the requirements about which the run says nothing."""
        return sum(self.counts[status] for status in OPEN)


class View(NamedTuple):
    """One profile as the report shows it."""

    profile: Json
    levels: tuple[Tally, ...]
    themes: tuple[Tally, ...]
    consequences: tuple[Consequence, ...]
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
        made = chain(self.own, self.shared, self.waived, self.warnings, self.notes)
        return frozenset(card.requirement["id"] for card in made)

    @property
    def binding(self) -> Tally:
        """Give the tally of the mandatory requirements."""
        return self.levels[0]


def views(run: Json, exchanges: Exchanges) -> tuple[View, ...]:
    """Arrange the profiles of a run; none when nothing was judged."""
    waivers = run.get("waivers", ())
    return () if run["configuration"] else tuple(view(profile, exchanges, waivers) for profile in run["profiles"])


def view(profile: Json, exchanges: Exchanges, waivers: Iterable[Json] = ()) -> View:
    """Arrange one profile whose texts are in one language."""
    rows = profile["requirements"]
    made = cards(profile, exchanges, waivers)
    failed = made[Status.FAILED]
    own = tuple(card for card in failed if not card.requirement["shared_defect"])
    return View(
        profile=profile,
        levels=tuple(_tally(level, [row for row in rows if row["level"] == level]) for level in Level),
        themes=tuple(_themes(profile)),
        consequences=_consequences(own),
        own=own,
        shared=tuple(card for card in failed if card.requirement["shared_defect"]),
        waived=made[Status.WAIVED],
        warnings=made[Status.WARNING],
        notes=made[Status.PASSED],
        open=tuple((status, _groups(rows, status, exchanges)) for status in OPEN),
        undecided=_undecided(profile),
    )


def _consequences(failed: Iterable[Card]) -> tuple[Consequence, ...]:
    kinds: dict[str, list[Json]] = {}
    for card in failed:
        kinds.setdefault(card.requirement["kind"], []).append(card.requirement)
    found = (Consequence(kind, tuple(rows[:LISTED]), max(0, len(rows) - LISTED)) for kind, rows in kinds.items())
    return tuple(sorted(found, key=lambda one: -one.total))


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


def _groups(rows: Iterable[Json], status: Status, exchanges: Exchanges) -> tuple[Group, ...]:
    reasons: dict[str, list[Json]] = {}
    for row in rows:
        if row["status"] == status:
            reasons.setdefault(_UUID.sub("…", _reason(row, status)), []).append(row)
    return tuple(
        Group(
            reason,
            tuple(members),
            _witness(members[0], status, exchanges) if place < WITNESSES else None,
            blame(members[0]),
        )
        for place, (reason, members) in enumerate(reasons.items())
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
    return next((shown(exchange) for exchange in found if exchange and exchange["phase"] != "cleanup"), None)
