"""The bounds of an application that may do what it may for some objects only, and objects on both sides of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.library.access import known_by
from conformance.library.callers import limited
from conformance.library.standing import kept, told
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found
from conformance.trust import LEVELS, AutorisatieRow, ObjectsRow

FORBIDDEN, ABSENT = 403, 404


@dataclass(frozen=True)
class Bounds:
    """What the supplier says that an application may do with objects of which type, and up to which level."""

    row: ObjectsRow
    rows: tuple[AutorisatieRow, ...]
    reading: str
    creating: str

    @property
    def own(self) -> str | None:
        """The type that the application may do most with."""
        return max(self.types, key=lambda one: len(self.scopes(one)), default=None)

    @property
    def types(self) -> list[str | None]:
        """The types that it may do something with, in the order of the target file."""
        return list(dict.fromkeys(one.type for one in self.rows))

    def scopes(self, kind: str | None) -> set[str]:
        """Give what it may do with objects of a type."""
        return {scope for one in self.rows if one.type == kind for scope in one.scopes}

    def highest(self, kind: str | None) -> int:
        """Give the number of the strictest level at which it may read objects of a type."""
        reached = [LEVELS.index(one.max or LEVELS[-1]) for one in self.rows if self._reads(one) and one.type == kind]
        return max(reached, default=-1)

    def members(self, kind: str | None, level: int) -> dict[str, Json]:
        """Give the members of an object of a type at a level."""
        named = {self.row.type: kind} if self.row.type else {}
        return {**named, **({self.row.level: LEVELS[level]} if self.row.level else {})}

    def permits(self, item: dict[str, Json]) -> bool | None:
        """Tell whether it may read an object; None when the object does not say enough."""
        kind = item.get(self.row.type) if self.row.type else None
        level = item.get(self.row.level) if self.row.level else LEVELS[0]
        if level not in LEVELS or (self.row.type and kind is None):
            return None
        return LEVELS.index(level) <= self.highest(kind)

    def low(self) -> dict[str, Json]:
        """Give the members of an object well within the bounds."""
        return self.members(self.own, 0)

    def outside(self) -> dict[str, dict[str, Json]]:
        """Give the members of objects outside the bounds in one way each: by their type, and by their level."""
        cases = {"type": self.members(self.row.other, 0)} if self.row.type else {}
        if self.row.level and self.highest(self.own) + 1 < len(LEVELS):
            cases["level"] = self.members(self.own, self.highest(self.own) + 1)
        return cases

    def _reads(self, row: AutorisatieRow) -> bool:
        return self.reading in row.scopes


def bounds(api: Api, resource: str) -> tuple[Api, Bounds]:
    """Give an application whose rights are limited to objects, and its bounds; not applicable without either."""
    access = api.run.target.row.access
    row = access.objects if access else None
    if row is None:
        raise NotApplicable(
            "Het doelbestand zegt niet waarvan rechten op een object afhangen"
            " (access: {objects: {type: …, other: …, level: …}}).",
            "The target file does not say what rights on an object depend on"
            " (access: {objects: {type: …, other: …, level: …}}).",
        )
    caller = limited(api)
    rows = tuple(caller.credential.row.autorisaties) if caller.credential else ()
    scopes = [api.operation(method, resource).scopes for method in ("GET", "POST")]
    reading, creating = (one[0] if one else "" for one in scopes)
    return caller, Bounds(row, rows, reading, creating)


def made(api: Api, resource: str, members: dict[str, Json], limits: Bounds | None = None) -> dict[str, Json]:
    """Make an object with these members, on a side of the bounds; raises Blocked when the API keeps others."""
    one = api.create(resource, **members)
    if limits is not None:
        api.run.sides[str(one["url"])] = limits.permits(members) is True
    for name, value in members.items():
        if one.get(name) != value:
            nl = f"De API bewaart bij {name} niet wat er is gestuurd ({value}); controleer access.objects."
            raise Blocked(nl, f"The API does not keep what was sent as {name} ({value}); check access.objects.")
    return one


def standing(api: Api, resource: str, limits: Bounds) -> dict[str, dict[str, Json]]:
    """Give objects within and outside the bounds that the checks of a run only read."""

    def make() -> dict[str, Json]:
        sides = {"low": limits.low(), **limits.outside()}
        return {name: made(api, resource, members, limits) for name, members in sides.items()}

    return kept("bounds", resource, api, make)


def readable(caller: Api, url: str) -> None:
    """See that an object within the bounds can be read; raises Blocked when it cannot."""
    if (status := caller.get(url).status) != 200:
        nl = f"De beperkte toegang kan ook een object binnen haar rechten niet lezen ({status})."
        raise Blocked(nl, f"The limited credential cannot read an object within its rights either ({status}).")


def mark(api: Api, resource: str, one: dict[str, Json]) -> str:
    """Give the text by which an object, and nothing else, is known."""
    selector = api.resource(resource).selector
    return known_by(api, resource, told(one, selector)[selector])


def closed(limits: Bounds, hidden: str = "", *also: int) -> Claim:
    """Claim that an object is refused and that nothing of it is shown; 404 is a warning unless it is declared."""
    wanted, status = Text("403 of 404 volgens opgave", "403, or 404 when declared"), Text("status", "status")

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status == ABSENT and ABSENT not in also and not limits.row.hides_existence:
            yield found(status, wanted, same(str(reply.status)), Severity.WARNING)
        elif reply.status not in {FORBIDDEN, ABSENT, *also}:
            yield found(status, wanted, same(str(reply.status)))
        if hidden and hidden in reply.text:
            what, none = Text("inhoud van de weigering", "content of the refusal"), Text("niets", "nothing")
            yield found(what, none, Text("gegevens van het object", "data of the object"))

    return claim
