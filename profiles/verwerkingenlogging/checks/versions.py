"""Actions that a check changes: stored, replaced, changed with their processing, and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from conformance import Api, Blocked, Claim, Found, Json, Mismatch, Reply, found, is_empty, kept, same, shown

from .acties import ACTIES, OPGEHEVEN, VERTROUWELIJK, arranged, complete, fresh, full, logged, person, triple, where
from .arranging import current
from .asking import listing
from .claims import RESULTS, STATUS, alike, has_version, keeps, moment_of, rows

GONE = (404, 410)
SERVER = ("url", "actieId", "tijdstipRegistratie")
NAMED = ("url", "verwerktObjectId")


@dataclass(frozen=True)
class Held:
    """An action that a check may change: what was sent of it last, what the log answered, and what it holds of it.

    What a log changes in what it is sent is judged where actions are logged; after that, what it says counts.
    """

    body: dict[str, Json]
    made: dict[str, Json]
    told: dict[str, Json]

    @property
    def one(self) -> dict[str, Json]:
        """The first person that the action is about."""
        first: dict[str, Json] = self.body["verwerkteObjecten"][0]
        return first

    @property
    def processing(self) -> str:
        """The processing that the action belongs to."""
        return str(self.body["verwerkingId"])


def somebody(log: Api, **members: Json) -> dict[str, Json]:
    """Give a person of whom everything is told that can be told, so that a PUT leaves nothing out."""
    told = [{"soortGegeven": "BSN"}, {"soortGegeven": "Naam"}]
    return person(log, **{"betrokkenheid": log.word("Aanvrager "), "verwerkteSoortenGegevens": told, **members})


def stored(log: Api, *people: Mapping[str, Json], **members: Json) -> Held:
    """Log an action with every member, to be changed; raises Blocked when that fails."""
    body = complete(log, *(people or (somebody(log),)), **members)
    made = logged(log, body)
    listed = made.get("verwerkteObjecten")
    if not isinstance(listed, list) or len(listed) < len(body["verwerkteObjecten"]):
        made = arranged(log, made)
    lost = [name for name in ("verwerkingId", "tijdstip") if not _recognised(name, body.get(name), made.get(name))]
    if lost:
        nl = f"Het log gaf de actie een andere waarde voor {lost[0]}; dat beoordelen de rijen over loggen."
        raise Blocked(nl, f"The log gave the action another {lost[0]}; the rows on logging judge that.")
    return Held(body, made, {name: _kept(name, value, made) for name, value in body.items()})


def lifted(log: Api) -> Held:
    """Log a confidential action and lift its confidentiality; raises Blocked when that fails."""
    held = stored(log, vertrouwelijkheid=VERTROUWELIJK)
    change: dict[str, Json] = {"vertrouwelijkheid": OPGEHEVEN}
    patched(log, held, change)
    with meant():
        seen = shows(log, held, **change)
    made = seen.json if isinstance(seen["actieId"], str) else current(log, held.processing, held.one, **change)
    body = {**held.body, **change}
    return Held(body, made, {name: _kept(name, value, made) for name, value in body.items()})


def again(held: Held, **changes: Json) -> dict[str, Json]:
    """Give a body for PUT: everything that was sent, and how the log names each object; `...` leaves a member out."""
    listed = held.made.get("verwerkteObjecten")
    known = {one.get("objectId"): one for one in listed if isinstance(one, dict)} if isinstance(listed, list) else {}
    objects = [
        {**one, **{name: value for name, value in known.get(one["objectId"], {}).items() if name in NAMED}}
        for one in held.body["verwerkteObjecten"]
    ]
    body = {**held.body, "verwerkteObjecten": objects, **changes}
    return {name: value for name, value in body.items() if value is not ...}


def own(held: Held) -> dict[str, Json]:
    """Give what the log says of an action by itself."""
    return {name: held.made[name] for name in SERVER if name in held.made}


def demands_own(log: Api) -> bool:
    """Tell whether a PUT has to repeat what the log says by itself; raises Blocked when none is accepted.

    That one is accepted is the twin of every PUT that is refused; the checks of a run share it.
    """

    def made() -> dict[str, Json]:
        held = stored(full(log))
        for extra in ({}, own(held)):
            body = {**extra, **again(held)}
            reply = full(log).request("PUT", where(log, held.made), body, phase="arrange")
            if reply.ok:
                return {"own": bool(extra)}
        saw = f"{reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een gewone wijziging lukte niet ({saw}).", f"An ordinary change did not succeed ({saw}).")

    return bool(kept("put", ACTIES, log, made)["own"])


def put(who: Api, held: Held, **changes: Json) -> Reply:
    """Replace an action, with some members changed."""
    extra = own(held) if demands_own(who) else {}
    return who.put(where(who, held.made), {**extra, **again(held, **changes)})


def follow(held: Held, reply: Reply, changes: Mapping[str, Json]) -> Held:
    """Give the action as it is after a PUT, which may have given it another id."""
    made: dict[str, Json] = reply.json if isinstance(reply["actieId"], str) else held.made
    return Held({**held.body, **changes}, made, {**held.told, **changes})


def replaced_by(log: Api, held: Held, **changes: Json) -> Held:
    """Replace an action and wait until that shows; raises Blocked when it fails."""
    reply = put(full(log), held, **changes)
    if not reply.ok:
        raise Blocked(f"Wijzigen lukte niet ({reply.status}).", f"Changing did not succeed ({reply.status}).")
    now = follow(held, reply, changes)
    values = {name: value for name, value in changes.items() if name != "verwerkteObjecten"}
    if log.run.settle or reply.findings([keeps(values)]):
        with meant():
            shows(log, now, **values)
    return now


def patch(who: Api, processing: str, change: Mapping[str, Json]) -> Reply:
    """Change a whole processing, with a log that takes a PATCH at all; otherwise VL-W-PATCH-001 tells."""
    patches(who)
    return sent(who, processing, change)


def sent(who: Api, processing: str, change: Mapping[str, Json]) -> Reply:
    """Send a PATCH, whether or not the log is known to take any."""
    return who.request("PATCH", ACTIES, dict(change), query={"verwerkingId": processing})


def patched(log: Api, held: Held, change: Mapping[str, Json]) -> None:
    """Change a whole processing, and wait until that shows where the log may queue; raises Blocked when it fails."""
    reply = sent(full(log), held.processing, change)
    if not reply.ok:
        raise Blocked(f"Een PATCH lukte niet ({reply.status}).", f"A PATCH did not succeed ({reply.status}).")
    if log.run.settle:
        with meant():
            shows(log, held, **change)


def patches(log: Api) -> None:
    """See, once in a run, that a PATCH is accepted, which a refusal needs for a twin; else raises Blocked."""

    def made() -> dict[str, Json]:
        patched(log, stored(full(log)), {"bewaartermijn": "P99Y"})
        return {}

    kept("patch", ACTIES, log, made)


def deletes(log: Api) -> None:
    """See, once in a run, that a DELETE is accepted, which a refusal needs for a twin; else raises Blocked."""

    def made() -> dict[str, Json]:
        removed(log, stored(full(log)))
        return {}

    kept("delete", ACTIES, log, made)


def removed(log: Api, held: Held) -> None:
    """Delete an action, and wait until it is gone where the log may queue; raises Blocked when that fails."""
    reply = full(log).request("DELETE", where(log, held.made), phase="arrange")
    if not reply.ok:
        raise Blocked(f"Verwijderen lukte niet ({reply.status}).", f"It could not be deleted ({reply.status}).")
    if log.run.settle:
        with meant():
            full(log).get(where(log, held.made)).expects(gone())


def shows(log: Api, held: Held, **values: Json) -> Reply:
    """Expect that an action has these values now: by its id or, where that id is gone, in a search for its person."""
    reply = full(log).get(where(log, held.made)).expects(_is_or_gone(values))
    if reply.status in GONE:
        return listing(full(log), triple(held.one)).expects(has_version(held.processing, values), status=200)
    return reply


def unchanged(log: Api, held: Held, **values: Json) -> None:
    """Expect that an action is there under its own id, with these values, or else with all that it had."""
    full(log).get(where(log, held.made)).expects(keeps(values or held.told), status=200)


def settled(log: Api, method: str) -> None:
    """Let a lawful write of the same kind show first where the log may queue; an earlier one would show by then.

    It takes no longer than the log does, where a pause takes all the time that the target file allows.
    """
    if not log.run.settle:
        return
    held, term = stored(full(log)), {"bewaartermijn": "P99Y"}
    if method == "DELETE":
        removed(log, held)
    if method == "PUT":
        replaced_by(log, held, **term)
    if method == "PATCH":
        patched(log, held, term)


@contextmanager
def meant() -> Iterator[None]:
    """Take what does not hold in this block for a situation that could not be made."""
    try:
        yield
    except Mismatch as mismatch:
        what, saw = mismatch.findings[0].what, mismatch.findings[0].actual
        nl = f"De actie is er niet zoals bedoeld ({what.nl}: {saw.nl})."
        raise Blocked(nl, f"The action is not as meant ({what.en}: {saw.en}).") from None


def gone() -> Claim:
    """Claim that something is not there; which status says so is judged once, in VL-W-READ-007."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in (*GONE, 400, 401, 403):
            yield found(STATUS, same("404, 410"), same(str(reply.status)))

    return claim


def versions(processing: str, number: int, **values: Json) -> Claim:
    """Claim that a search shows so many actions of a processing, all with these values."""

    def claim(reply: Reply) -> Iterator[Found]:
        mine = [row for row in rows(reply) if alike("verwerkingId", processing, row.get("verwerkingId"))]
        seen = [{name: row.get(name) for name in values} for row in mine]
        if len(mine) != number or not all(alike(name, values[name], row[name]) for row in seen for name in values):
            yield found(RESULTS, same(f"{number} x {shown(dict(values))}"), same(f"{len(mine)} x {shown(seen)}"))

    return claim


def unknown(log: Api) -> Held:
    """Give an action as if it had been logged, under an id that nobody has."""
    one, place = fresh(log), fresh(log)
    body = complete(log, somebody(log))
    thing = {"url": f"https://log.invalid/verwerkte-objecten/{one}", "verwerktObjectId": one}
    made = {"url": log.url(ACTIES, place), "actieId": place, "tijdstipRegistratie": body["tijdstip"]}
    body["verwerkteObjecten"] = [{**body["verwerkteObjecten"][0], **thing}]
    return Held(body, made, body)


def _recognised(name: str, sent: Json, seen: Json) -> bool:
    """Tell whether an action can still be found by what was sent: its processing, and the instant of its moment."""
    at, now = moment_of(sent), moment_of(seen)
    if name == "tijdstip" and at is not None and now is not None:
        return at[0].replace(microsecond=0) == now[0].replace(microsecond=0)
    return is_empty(sent) or is_empty(seen) or alike(name, sent, seen)


def _kept(name: str, sent: Json, made: Mapping[str, Json]) -> Json:
    """Give what the log holds in a member: what was sent, or what the log made of it, without ids of its own."""
    seen = made.get(name)
    if name != "verwerkteObjecten" or alike(name, sent, seen) or not isinstance(seen, list):
        return seen if name != "verwerkteObjecten" and not alike(name, sent, seen) else sent
    known = [one for one in seen if isinstance(one, dict)]
    return [{key: value for key, value in one.items() if key not in NAMED} for one in known]


def _is_or_gone(values: Mapping[str, Json]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in (200, *GONE):
            yield found(STATUS, same("200"), same(str(reply.status)))
        elif reply.status == 200:
            yield from keeps(values)(reply)

    return claim
