"""The audit trail of one resource as checks see it, and what can be claimed of its lines."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from conformance.api import Api
from conformance.errors import Blocked, Mismatch
from conformance.jsonvalue import equal, is_empty, leaves, member_of, shown
from conformance.library.standing import once
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, holds
from conformance.run import split

READS = ("list", "retrieve")
PATCHED = ("partial_update", "update")
LINES = Text("regels in de audittrail", "lines in the audit trail")


@dataclass(frozen=True)
class Trail:
    """The audit trail of a resource; a line is picked by actie and resourceUrl, never by its place.

    One that lasts, as nothing is written to its resource any more, is read once in a run.
    """

    api: Api
    resource: str
    url: str
    lasting: bool = False

    @property
    def path(self) -> str:
        """Where the trail is read."""
        return f"{self.url}/audittrail"

    def shown(self, *claims: Claim) -> Reply:
        """Read the trail and judge its lines; raises Blocked when it is no list, which COM-AUD-001 judges."""
        what = Text("inhoud van het antwoord", "body of the answer")
        array = holds(what, same("[…]"), lambda reply: reply.json, lambda body: isinstance(body, list))
        try:
            read = partial(self.api.get, self.path)
            reply = (once(self.path, self.api, read) if self.lasting else read()).expects(array, status=200)
        except Mismatch:
            raise Blocked("De audittrail is geen lijst (COM-AUD-001).", "The trail is no list (COM-AUD-001).") from None
        return reply.expects(*claims)

    def seen(self, *acties: str) -> Reply:
        """Read the trail with a line of one of these acties; raises Blocked when there is none."""
        try:
            return self.shown(self.shows(*acties))
        except Mismatch:
            raise _unseen(acties) from None

    def line(self, *acties: str) -> Reply:
        """Give a line with one of these acties, the first that is named first; raises Blocked when there is none."""
        return self.picked(self.seen(*acties), *acties)

    def shows(self, *acties: str, least: int = 1, most: int | None = None) -> Claim:
        """Claim that the trail has so many lines of this resource with one of these acties."""

        def claim(reply: Reply) -> Iterator[Found]:
            count = len(self._own(reply, *acties))
            if count < least or (most is not None and count > most):
                what, limit = f"actie {' / '.join(acties)}", most if most == least else f"≥ {least}"
                yield found(Text(f"regels met {what}", f"lines with {what}"), same(str(limit)), same(str(count)))

        return claim

    def picked(self, reply: Reply, *acties: str) -> Reply:
        """Give a line of a trail that was read as a reply of its own, so that it can be judged like one."""
        lines = [line for actie in acties for line in self._own(reply, actie)]
        if not lines:
            raise _unseen(acties)
        return replace(reply, body=json.dumps(lines[0]).encode(), again=lambda: iter(()))

    def successes(self, reply: Reply) -> list[Json]:
        """List the acties of the lines that say that a write of this resource succeeded."""
        return [
            line.get("actie")
            for line in rows(reply.json)
            if self._mine(line) and line.get("actie") not in READS and line.get("resultaat") in range(200, 300)
        ]

    def points_here(self, name: str) -> Claim:
        """Claim that a member is the URL of the resource; under which host it was asked is of no importance."""
        what = Text(f"waarde van {name}", f"value of {name}")
        return holds(what, same(self.url), lambda line: line[name], lambda value: _path(value) == _path(self.url))

    def _own(self, reply: Reply, *acties: str) -> list[dict[str, Json]]:
        return [line for line in rows(reply.json) if line.get("actie") in acties and self._mine(line)]

    def _mine(self, line: Mapping[str, Json]) -> bool:
        return _path(line.get("resourceUrl")) == _path(self.url)


def rows(body: Json) -> list[dict[str, Json]]:
    """List the objects in an array; anything else has none."""
    return [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []


def represents(name: str, body: Mapping[str, Json]) -> Claim:
    """Claim that a member of a line is this representation; more may be there, and no value has many spellings."""

    def claim(line: Reply) -> Iterator[Found]:
        for path, wanted in leaves(body):
            actual = member_of(line.json, f"{name}.{path}")
            if not _alike(wanted, actual):
                where = f"{name}.{path}"
                yield found(Text(f"waarde van {where}", f"value of {where}"), same(shown(wanted)), same(shown(actual)))

    return claim


def selects_nothing(*statuses: int, tolerant: bool = False) -> Claim:
    """Claim one of these statuses; an empty list, or when tolerant whatever shows no line, is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status in statuses:
            return
        shows = any("actie" in row for row in rows([reply.json, *rows(reply.json)]))
        mild = (reply.status == 200 and reply.json == []) or (tolerant and reply.status < 500 and not shows)
        nl, en = " of ".join(map(str, statuses)), " or ".join(map(str, statuses))
        saw = same(f"{reply.status} {shown(reply.text[:120])}")
        what = Text("status en inhoud van het antwoord", "status and body of the answer")
        yield found(what, Text(nl, en), saw, Severity.WARNING if mild else Severity.FAILURE)

    return claim


def filled(name: str) -> Claim:
    """Claim that a member is there and not empty."""
    what = Text(f"waarde van {name}", f"value of {name}")
    wanted = Text("aanwezig en niet leeg", "present and not empty")
    return holds(what, wanted, lambda line: line[name], lambda value: not is_empty(value))


def instant(value: Json) -> datetime.datetime | None:
    """Read a date-time; None when it is none, or names no time zone."""
    try:
        moment = datetime.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _unseen(acties: tuple[str, ...]) -> Blocked:
    nl, en = " of ".join(acties), " or ".join(acties)
    return Blocked(
        f"De audittrail toont geen regel met actie {nl}; dat beoordelen COM-AUD-001 tot en met 004.",
        f"The audit trail shows no line with actie {en}; COM-AUD-001 to 004 judge that.",
    )


def _alike(wanted: Json, actual: Json) -> bool:
    if equal(wanted, actual) or (is_empty(wanted) and is_empty(actual)):
        return True
    if isinstance(wanted, str) and "://" in wanted:
        return _path(wanted) == _path(actual)
    moment = instant(wanted)
    return moment is not None and moment == instant(actual)


def _path(url: Json) -> str | None:
    return split(url).path if isinstance(url, str) and url else None
