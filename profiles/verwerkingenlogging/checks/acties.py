"""What the checks of this standard share: bodies to log, arranging them, and searching for them."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urljoin

from conformance import Api, Blocked, Claim, Json, Mismatch, NotApplicable, Reply, kept, shown

from .claims import alike, finds, has_version, keeps, rows
from .offering import writable

ACTIES, INZAGE, VAR = "verwerkingsacties", "verwerkte-objecten", "verwerkingsactiviteiten"
NORMAAL, VERTROUWELIJK, OPGEHEVEN = "normaal", "vertrouwelijk", "opgeheven"
SOORT = "Toetsnummer"
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
PAGES = 60


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


def minimal(log: Api, *people: Mapping[str, Json], **members: Json) -> dict[str, Json]:
    """Give an action with only what is required; a member that is `...` is left out."""
    objects = [dict(one) for one in people] or [person(log)]
    body = {"vertrouwelijkheid": NORMAAL, "tijdstip": moment(log), "verwerkteObjecten": objects, **members}
    return {name: value for name, value in body.items() if value is not ...}


def complete(log: Api, *people: Mapping[str, Json], **members: Json) -> dict[str, Json]:
    """Give an action with every member that a client sends, but an activity: a log may know its own ones only."""
    names = ("verwerkingId", "verwerkingsactiviteitIdAfnemer", "verwerkingIdAfnemer")
    own: dict[str, Json] = {name: fresh(log) for name in names} | {"tijdstip": moment(log)}
    own["verwerkteObjecten"] = [dict(one) for one in people or two_people(log)]
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
    writable(log)
    reply = open_for_writing(log.request("POST", ACTIES, dict(body), phase="arrange"))
    if not reply.ok or not isinstance(reply["actieId"], str):
        saw = f"{reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een actie loggen lukte niet ({saw}).", f"An action could not be logged ({saw}).")
    made: dict[str, Json] = reply.json
    if log.run.settle:
        arranged(full(log), made)
    return made


def posted(log: Api, body: Mapping[str, Json], *, named: bool = True) -> Reply:
    """Log an ordinary action and give the answer; raises Blocked when it is refused, or lacks the id that it needs."""
    writable(log)
    reply = open_for_writing(log.post(ACTIES, dict(body)))
    if not reply.ok or (named and not isinstance(reply["actieId"], str)):
        saw = f"{reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een gewone actie loggen lukte niet ({saw}).", f"An ordinary action was not logged ({saw}).")
    return reply


def twin(log: Api) -> dict[str, Json]:
    """Give an action with only what is required that was accepted, as a refusal needs for a twin; it is only read."""
    return _kept_action(log)["action"]


def someone(log: Api) -> dict[str, Json]:
    """Give the person that the twin is about."""
    return _kept_action(log)["person"]


def _kept_action(log: Api) -> dict[str, dict[str, Json]]:
    def made() -> dict[str, Json]:
        one = person(log)
        return {"person": one, "action": arranged(log, logged(full(log), minimal(log, one)))}

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


def changed(
    log: Api, processing: str, made: Mapping[str, Json], one: Mapping[str, Json], **values: Json
) -> dict[str, Json]:
    """Change a whole processing, and give its action about a person when it shows that; else raises Blocked."""
    reply = full(log).request("PATCH", ACTIES, values, query={"verwerkingId": processing}, phase="arrange")
    if not reply.ok:
        saw = f"{reply.status} {shown(reply.text[:160])}"
        raise Blocked(f"Een verwerking wijzigen lukte niet ({saw}).", f"A processing could not be changed ({saw}).")
    if full(log).request("GET", where(log, made), phase="arrange").status not in {404, 410}:
        return arranged(log, made, keeps(values))
    return current(log, processing, one, **values)


def current(log: Api, processing: str, one: Mapping[str, Json], **values: Json) -> dict[str, Json]:
    """Give the action of a processing as it is now; raises Blocked when it does not show these values.

    The log may give each version of an action an id of its own, so the action is looked for by its processing.
    """
    try:
        seen = listing(full(log), triple(one)).expects(has_version(processing, values), status=200)
    except Mismatch as mismatch:
        saw = f"{mismatch.findings[0].what.en}: {mismatch.findings[0].actual.en}"
        raise Blocked(f"De actie is er niet zoals bedoeld ({saw}).", f"The action is not as meant ({saw}).") from None
    return next(row for row in rows(seen) if alike("verwerkingId", processing, row.get("verwerkingId")))


def unless_gone(log: Api, made: Mapping[str, Json], values: dict[str, Json]) -> dict[str, Json]:
    """See that a change shows when the action is read, unless it has another id by now; else raises Blocked."""
    reply = full(log).request("GET", where(log, made), phase="arrange")
    if reply.status not in {404, 410}:
        arranged(log, made, keeps(values))
    return values


def states(log: Api) -> dict[str, dict[str, Json]]:
    """Give three actions about one person, one for each vertrouwelijkheid; the checks of a run only read them."""

    def made() -> dict[str, Json]:
        one, lifted = person(log), fresh(log)
        found = {value: _standing(log, one, value) for value in (NORMAAL, VERTROUWELIJK)}
        hidden = _standing(log, one, VERTROUWELIJK, verwerkingId=lifted)
        found[OPGEHEVEN] = changed(log, lifted, hidden, one, vertrouwelijkheid=OPGEHEVEN)
        arranged(log, found[OPGEHEVEN], keeps({"verwerkteObjecten": [one]}))
        return {"person": one, **found}

    return kept("states", ACTIES, log, made)


def _standing(log: Api, one: Mapping[str, Json], value: str, **more: Json) -> dict[str, Json]:
    """Log an action of which the name can be recognised in an answer that may not show it."""
    body = minimal(log, one, vertrouwelijkheid=value, actieNaam=log.word("Herkenbaar "), **more)
    return arranged(log, logged(full(log), body), keeps({"vertrouwelijkheid": value}))


def listing(log: Api, query: Mapping[str, Json], resource: str = ACTIES) -> Reply:
    """Search, and give one answer with the results of every page; raises Blocked when no search works at all."""
    if resource == ACTIES:
        kept("search", ACTIES, log, lambda: _searchable(log))
    return whole(log, log.get(resource, dict(query)))


def _searchable(log: Api) -> dict[str, Json]:
    """See, once in a run, that a search finds an action: when it does not, VL-W-LIST-001 and 010 tell."""
    reply, made = full(log).get(ACTIES, triple(someone(log))), twin(log)
    try:
        whole(full(log), reply).expects(finds(ident(made)), status=200)
    except Mismatch as mismatch:
        saw = f"{mismatch.findings[0].what.en}: {mismatch.findings[0].actual.en}"
        raise Blocked(f"Een zoekvraag vindt geen actie ({saw}).", f"A search finds no action ({saw}).") from None
    return {}


def whole(log: Api, first: Reply, headers: Mapping[str, str | None] | None = None) -> Reply:
    """Give the answer with the results of the pages after it; asking again asks for every page again."""
    pages, results = [first], list(_results(first))
    while len(pages) < PAGES and isinstance(pages[-1]["next"], str) and pages[-1].status == 200:
        try:
            pages.append(log.get(urljoin(pages[-1].url, pages[-1]["next"]), headers=headers))
        except Blocked:
            break
        results += _results(pages[-1])
    again: Callable[[], Iterator[Reply]] = lambda: (whole(log, one, headers) for one in first.again())  # noqa: E731
    if len(pages) == 1:
        return replace(first, again=again)
    return replace(first, body=json.dumps({**first.json, "results": results}).encode(), again=again)


def members_in(schema: Mapping[str, Json]) -> Iterator[str]:
    """Name the members in a schema and in the schemas that it is made of."""
    yield from schema.get("properties", {})
    for part in schema.get("allOf", ()):
        yield from members_in(part)


def _results(reply: Reply) -> list[Json]:
    results = reply["results"]
    return results if isinstance(results, list) else []
