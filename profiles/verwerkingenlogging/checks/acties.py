"""What the checks of this standard share: bodies to log, logging them and reading them."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance import Api, Blocked, Claim, Json, Mismatch, NotApplicable, Reply, joined, kept, shown

from .offering import writable

ACTIES, INZAGE, VAR = "verwerkingsacties", "verwerkte-objecten", "verwerkingsactiviteiten"
NORMAAL, VERTROUWELIJK, OPGEHEVEN = "normaal", "vertrouwelijk", "opgeheven"
SOORT, OTHER_SOORT = "Toetsnummer", "Personeelsnummer"
OWN_OIN, OTHER_OIN = "00000001000000000000", "00000099000000001000"
PAST = -200
OBJECT = (
    "url",
    "verwerktObjectId",
    "objecttype",
    "soortObjectId",
    "objectId",
    "betrokkenheid",
    "verwerkteSoortenGegevens",
)
REQUIRED = ("vertrouwelijkheid", "tijdstip", "verwerkteObjecten")
TOGETHER = (
    *(("actieNaam",), ("handelingNaam",), ("verwerkingNaam",), ("verwerkingId",), ("bewaartermijn",), ("uitvoerder",)),
    *(("systeem",), ("gebruiker",), ("gegevensbron",), ("soortAfnemerId", "afnemerId"), ("verwerkingIdAfnemer",)),
    ("verwerkingsactiviteitIdAfnemer", "verwerkingsactiviteitUrlAfnemer"),
    ("verwerkingsactiviteitId", "verwerkingsactiviteitUrl"),
)  # the optional members, with those together that say one thing


def full(log: Api) -> Api:
    """Give the log as the application that may do everything."""
    return replace(log, credential=log.run.target.full)


def fresh(log: Api) -> str:
    """Give a UUID that nobody else has."""
    return str(uuid.UUID(bytes=hashlib.sha256(log.word().encode()).digest()[:16], version=4))


def day(log: Api, days: int = PAST) -> str:
    """Give the date so many days from today."""
    today = datetime.datetime.fromtimestamp(log.run.now(), datetime.UTC).date()
    return (today + datetime.timedelta(days=days)).isoformat()


def moment(log: Api, days: int = PAST, clock: str = "12:00:00", offset: str = "+01:00") -> str:
    """Give a moment so many days from today; noon, so that no time zone makes it another date."""
    return f"{day(log, days)}T{clock}{offset}"


def just_now(log: Api, seconds: float = 0) -> str:
    """Give the moment so many seconds from now, in whole seconds."""
    at = datetime.datetime.fromtimestamp(log.run.now() + seconds, datetime.UTC)
    return at.isoformat(timespec="seconds")


def person(log: Api, **members: Json) -> dict[str, Json]:
    """Give a verwerkt object about nobody that exists, with a number of its own, of the kind that this log takes."""
    return {**log.fill({"objecttype": "persoon", "soortObjectId": SOORT, "objectId": {"$uniek": "P"}}), **members}


def citizen(log: Api) -> dict[str, Json]:
    """Give a verwerkt object with a BSN of the test series, which is never issued."""
    return person(log, soortObjectId="BSN", objectId=log.citizen())


def any_kind(log: Api, kind: str) -> dict[str, str]:
    """Give a kind of identifier, unless the log takes none but those that it knows (VL-W-POST-041 tells)."""
    return {} if log.swaps() else {"soortObjectId": kind}


def bare(log: Api, *people: Mapping[str, Json], **members: Json) -> dict[str, Json]:
    """Give an action with only what is required; a member that is `...` is left out."""
    objects = [dict(one) for one in people] or [person(log)]
    body = {"vertrouwelijkheid": NORMAAL, "tijdstip": moment(log), "verwerkteObjecten": objects, **members}
    return {name: value for name, value in body.items() if value is not ...}


def minimal(log: Api, *people: Mapping[str, Json], **members: Json) -> dict[str, Json]:
    """Give an action with only what this log demands; a member that is `...` is left out."""
    return bare(log, *people, **(_beside(log) | members))


def demanded(log: Api) -> list[str]:
    """Name what this log demands beside what is required; most demand nothing, of others VL-W-POST-001 tells."""
    names: list[str] = kept("demanded", ACTIES, log, lambda: {"names": _demanded(full(log))})["names"]
    return names


def _beside(log: Api) -> dict[str, Json]:
    """Give what this log demands with a value for each, which costs nothing where it demands nothing."""
    filled = optional(log) if (names := demanded(log)) else {}
    return {name: filled[name] for name in names}


def _demanded(log: Api) -> list[str]:
    """Find the smallest number of optional members with which an action is accepted, when it is refused without."""

    def takes(*groups: tuple[str, ...]) -> bool:
        filled = optional(log)
        sent = {name: filled[name] for names in groups for name in names}
        return log.request("POST", ACTIES, bare(log, **sent), phase="arrange").status not in {400, 422}

    needed = list(TOGETHER)
    try:
        if takes() or not takes(*needed):
            return []
        for names in TOGETHER:
            left = [one for one in needed if one != names]
            needed = left if takes(*left) else needed
    except (Blocked, NotApplicable):
        return []
    return [name for names in needed for name in names]


def optional(log: Api) -> dict[str, Json]:
    """Give a value for each optional member of an action."""
    names = ("verwerkingId", "verwerkingsactiviteitId", "verwerkingsactiviteitIdAfnemer", "verwerkingIdAfnemer")
    own: dict[str, Json] = {name: fresh(log) for name in names}
    own["verwerkingsactiviteitUrl"] = f"https://var.example.nl/api/v1/verwerkingsactiviteit/{own[names[1]]}"
    return {name: value for name, value in log.sample(ACTIES).items() if name not in REQUIRED} | own


def complete(log: Api, *people: Mapping[str, Json], **members: Json) -> dict[str, Json]:
    """Give an action with every member that a client sends, but an activity: a log may know its own ones only."""
    names = ("verwerkingId", "verwerkingsactiviteitIdAfnemer", "verwerkingIdAfnemer")
    own: dict[str, Json] = {name: fresh(log) for name in names} | {"tijdstip": moment(log)}
    own["verwerkteObjecten"] = [dict(one) for one in people or two_people(log)]
    own |= _beside(log)
    return log.sample(ACTIES, **(own | members))


def two_people(log: Api) -> tuple[dict[str, Json], dict[str, Json]]:
    """Give two people who differ in everything that is kept of them."""
    first = [{"soortGegeven": "BSN"}, {"soortGegeven": "Naam"}]
    return (
        person(log, betrokkenheid="Aanvrager", verwerkteSoortenGegevens=first),
        person(log, betrokkenheid="Getuige", verwerkteSoortenGegevens=[{"soortGegeven": "Nationaliteit"}]),
    )


def triple(one: Mapping[str, Json], **more: Json) -> dict[str, Json]:
    """Give the parameters that search for a person, with more parameters beside them."""
    return {name: one[name] for name in ("objecttype", "soortObjectId", "objectId")} | more


def ident(made: Mapping[str, Json]) -> str:
    """Give the actieId of an action."""
    return str(made.get("actieId") or "").lower()


def name_of(made: Mapping[str, Json]) -> str:
    """Give the name of an action, by which it is recognised in an answer that may not show it; perhaps empty."""
    return str(made.get("actieNaam") or "")


def known(log: Api, body: Mapping[str, Json]) -> dict[str, Json]:
    """Give the members of an action that the description knows: what a log adds of its own is not judged."""
    names = {*members_in(log.operation("POST", ACTIES).responses[201].schema or {})}
    listed = body.get("verwerkteObjecten")
    objects = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    own = [{name: value for name, value in one.items() if name in OBJECT} for one in objects]
    return {name: value for name, value in body.items() if name in names} | {"verwerkteObjecten": own}


def where(log: Api, made: Mapping[str, Json]) -> str:
    """Give the address of an action under the address in the target file."""
    return log.url(ACTIES, str(made["actieId"]))


def open_for_writing(reply: Reply) -> Reply:
    """Give the answer to a create; a log that is part of one application may take none (VL-G-PROFILE-001)."""
    if reply.status in {404, 405, 501}:
        nl = f"Het log neemt geen acties van anderen aan ({reply.status} op POST)."
        raise NotApplicable(nl, f"The log takes no actions of others ({reply.status} on POST).")
    return reply


def logged(log: Api, body: Mapping[str, Json]) -> dict[str, Json]:
    """Log an action and wait until it can be read; raises Blocked when that fails."""
    return _logged(log, body)[1]


def _logged(log: Api, body: Mapping[str, Json]) -> tuple[Reply, dict[str, Json]]:
    """Log an action and give the answer with the action, which is read when the answer only says where it is."""
    writable(log)
    reply = open_for_writing(log.request("POST", ACTIES, dict(body), phase="arrange"))
    made: dict[str, Json] = reply.json if isinstance(reply["actieId"], str) else _at_location(log, reply)
    if not reply.ok or not isinstance(made.get("actieId"), str):
        saw = f"{reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een actie loggen lukte niet ({saw}).", f"An action could not be logged ({saw}).")
    if log.run.settle:
        arranged(full(log), made)
    return reply, made


def _at_location(log: Api, reply: Reply) -> dict[str, Json]:
    """Read what the answer to a create does not show but says where it is; other rows judge that answer."""
    place = reply.headers.get("Location")
    if not reply.ok or not place:
        return {}
    found = full(log).request("GET", joined(reply.url, place), phase="arrange").json
    return found if isinstance(found, dict) else {}


def posted(log: Api, body: Mapping[str, Json], *, named: bool = True) -> Reply:
    """Log an ordinary action and give the answer; raises Blocked when it is refused, or lacks the id that it needs."""
    writable(log)
    reply = open_for_writing(log.post(ACTIES, dict(body)))
    if not reply.ok or (named and not isinstance(reply["actieId"], str)):
        saw = f"{reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een gewone actie loggen lukte niet ({saw}).", f"An ordinary action was not logged ({saw}).")
    return reply


def twin(log: Api, *, shown: bool = False) -> dict[str, Json]:
    """Give an action with only what is required that was accepted, as a refusal needs for a twin; it is only read.

    Raises Blocked for who needs that an answer shows what was logged, when none does (VL-W-POST-002 tells).
    """
    known = _kept_action(log)
    if shown and not known["answer"]:
        nl = "Het antwoord op het loggen laat de actie niet zien; dat beoordelen andere rijen."
        raise Blocked(nl, "The answer to a create does not show the action; other rows judge that.")
    return known["action"]


def someone(log: Api) -> dict[str, Json]:
    """Give the person that the twin is about."""
    return _kept_action(log)["person"]


def _kept_action(log: Api) -> dict[str, dict[str, Json]]:
    def made() -> dict[str, Json]:
        one = person(log)
        reply, made = _logged(full(log), minimal(log, one))
        answer = {"actieId": reply["actieId"]} if isinstance(reply["actieId"], str) else {}
        return {"person": one, "action": arranged(log, made), "answer": answer}

    return kept("minimal", ACTIES, log, made)


def arranged(log: Api, made: Mapping[str, Json], *claims: Claim) -> dict[str, Json]:
    """Read an action that must be there and must be like this, as far as it is described; else raises Blocked."""
    reply = full(log).request("GET", where(log, made), phase="arrange")
    try:
        body: dict[str, Json] = reply.expects(*claims, status=200).json
    except Mismatch as mismatch:
        saw = f"{mismatch.findings[0].what.en}: {mismatch.findings[0].actual.en}"
        nl, en = (
            f"Actie {ident(made)} is er niet zoals bedoeld ({saw}).",
            f"Action {ident(made)} is not as meant ({saw}).",
        )
        raise Blocked(nl, en) from None
    if not isinstance(body, dict):
        raise Blocked("De gelezen actie is geen object.", "The action that was read is no object.")
    return known(log, body)


def members_in(schema: Mapping[str, Json]) -> Iterator[str]:
    """Name the members in a schema and in the schemas that it is made of."""
    yield from schema.get("properties", {})
    for part in schema.get("allOf", ()):
        yield from members_in(part)
