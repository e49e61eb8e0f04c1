"""Looking into the log with inzage, as an organisation that says who it is, and what is claimed of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance import Api, Blocked, Claim, Found, Json, Reply, Severity, Text, found, kept, same, shown

from .acties import INZAGE, OTHER_OIN, fresh, full, name_of, triple
from .asking import whole
from .claims import RESULTS, alike, rows
from .operations import period
from .versions import Held

Headers = Mapping[str, str | None]


@dataclass(frozen=True)
class Mark:
    """By what an occurrence of a person is recognised: the role, the name of the action, and the id of the object."""

    role: str
    name: str
    own: str

    def fits(self, row: Mapping[str, Json]) -> bool:
        """Tell whether a result of inzage is this occurrence; what it does not show is not compared."""
        if self.role and row.get("betrokkenheid"):
            return bool(row["betrokkenheid"] == self.role)
        name = action_of(row).get("actieNaam") or row.get("actieNaam")
        if self.name and name:
            return bool(name == self.name)
        return str(row.get("verwerktObjectId", "")).lower() == self.own


def consumer(log: Api) -> dict[str, str | None]:
    """Give the headers with which an organisation tells who looks into the log, and for what."""
    activity = fresh(log)
    return {
        "OIN": OTHER_OIN,
        "VerwerkingsactiviteitId": activity,
        "VerwerkingsactiviteitUrl": f"https://var.example.org/api/v1/verwerkingsactiviteit/{activity}",
        "VerwerkingId": fresh(log),
    }


def telling(log: Api) -> Headers:
    """Give the headers for a call to inzage: none where it refuses an organisation that the suite makes up.

    Where inzage answers no search at all, VL-R-LIST-001 tells.
    """
    return consumer(log) if kept("inzage", INZAGE, log, lambda: _answering(log))["told"] else {}


def _answering(log: Api) -> dict[str, Json]:
    for headers in (consumer(log), {}):
        reply = found_by(full(log), log.nothing(INZAGE), headers)
        if reply.status == 200 and isinstance(reply["results"], list):
            return {"told": bool(headers)}
    nl = f"Inzage geeft geen lijst ({reply.status}); dat beoordeelt VL-R-LIST-001."
    raise Blocked(nl, f"Inzage gives no list ({reply.status}); VL-R-LIST-001 judges that.")


def look(log: Api, one: Mapping[str, Json], headers: Headers | None = None, **more: Json) -> Reply:
    """Search for a person with inzage, where it answers a search at all."""
    told = telling(log)
    return found_by(log, one, told if headers is None else headers, **more)


def found_by(log: Api, one: Mapping[str, Json], headers: Headers, **more: Json) -> Reply:
    """Search for a person with inzage in the period of the checks, and give the results of every page."""
    query = triple(one, **period(log)) | more
    return whole(log, log.get(INZAGE, query, headers=headers), headers)


def look_at(log: Api, thing: str, headers: Headers | None = None) -> Reply:
    """Read one occurrence with inzage."""
    return log.get(log.url(INZAGE, thing), headers=telling(log) if headers is None else headers)


def action_of(row: Mapping[str, Json]) -> dict[str, Json]:
    """Give the action in a result of inzage; empty when it shows none."""
    action = row.get("verwerkingsactie")
    return action if isinstance(action, dict) else {}


def marked(made: Mapping[str, Json], one: Mapping[str, Json]) -> Mark:
    """Give by what the occurrence of a person in an action is recognised."""
    role = str(one.get("betrokkenheid") or "")
    listed = made.get("verwerkteObjecten")
    known = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    fitting = [row for row in known if row.get("objectId") == one.get("objectId")]
    exact = [row for row in fitting if row.get("betrokkenheid") == role] or fitting or [{}]
    return Mark(role, name_of(made), str(exact[0].get("verwerktObjectId", "")).lower())


def own_id(made: Mapping[str, Json], one: Mapping[str, Json] | None = None) -> str:
    """Give the verwerktObjectId of a person in an action, or of the only one; empty when the log told none."""
    listed = made.get("verwerkteObjecten")
    known = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    fitting = [row for row in known if one is None or row.get("objectId") == one.get("objectId")]
    return str(fitting[0].get("verwerktObjectId") or "").lower() if fitting else ""


def occurs(*wanted: Mark, among: tuple[Mark, ...] = (), tolerated: tuple[Mark, ...] = ()) -> Claim:
    """Claim that of these occurrences exactly the wanted are shown, each once; one that is tolerated is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        for mark in (*wanted, *among):
            times = sum(mark.fits(row) for row in rows(reply))
            meant = 1 if mark in wanted else 0
            if times != meant:
                severity = Severity.WARNING if mark in tolerated else Severity.FAILURE
                what = Text(f"voorkomens in {mark.name or mark.role}", f"occurrences in {mark.name or mark.role}")
                yield found(what, same(str(meant)), same(str(times)), severity)

    return claim


def shows_nothing(tolerated: str = "") -> Claim:
    """Claim that nothing is shown; an action with the vertrouwelijkheid that is tolerated is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        for row in rows(reply):
            level = str(action_of(row).get("vertrouwelijkheid") or tolerated).lower()
            severity = Severity.WARNING if tolerated and level == tolerated else Severity.FAILURE
            yield found(RESULTS, same("[]"), same(shown(row.get("verwerktObjectId"))), severity)

    return claim


def shows_something() -> Claim:
    """Claim that something is shown."""

    def claim(reply: Reply) -> Iterator[Found]:
        if not rows(reply):
            yield found(RESULTS, Text("een voorkomen", "an occurrence"), same("[]"))

    return claim


def tells_only(held: Held, **values: Json) -> Claim:
    """Claim that one occurrence is shown, with these values of its action when it shows the action at all."""

    def claim(reply: Reply) -> Iterator[Found]:
        seen = rows(reply)
        if len(seen) != 1:
            yield found(RESULTS, Text("één voorkomen", "one occurrence"), same(str(len(seen))))
        for action in (action_of(row) for row in seen[:1]):
            for name in (name for name in values if action and not alike(name, values[name], action.get(name))):
                what = Text(f"waarde van {name}", f"value of {name}")
                yield found(what, same(shown(values[name])), same(shown(action.get(name))))

    return claim
