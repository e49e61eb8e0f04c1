"""Occurrences of people in the log that the checks of inzage share, and what is claimed of how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from conformance import Api, Blocked, Claim, Found, Json, Reply, Severity, Text, found, is_empty, kept, same, shown

from .acties import INZAGE, OTHER_SOORT, day, full, ident, person
from .claims import BODY, RESULTS, alike, is_uuid, rows
from .inspection import Mark, action_of, look_at, marked, telling
from .operations import activity
from .versions import Held, meant, somebody, stored

WITHHELD = ("systeem", "gebruiker", "gegevensbron")
OBJECT = ("url", "verwerktObjectId", "objecttype", "soortObjectId", "objectId")
ACTION = ("url", "actieId", "vertrouwelijkheid", "tijdstip", "tijdstipRegistratie")
READ, READ_ALL = "read:normal", "read:confidential"


def occurrences(log: Api) -> dict[str, Held]:
    """Give actions about a person, with others and without; the checks of a run only read them.

    `whole` says everything and has a witness, `other` is under another activity, `twice` holds the person twice, and
    `else` is about somebody else. `mixed` is about one number of each of two kinds, where the log takes both.
    """

    def made() -> dict[str, Json]:
        log.resource(INZAGE)
        one, witness = somebody(log), somebody(log, betrokkenheid=log.word("Getuige "))
        again = [{**one, "betrokkenheid": log.word(role)} for role in ("Partner ", "Aanvrager ", "Getuige ")]
        other = person(log, soortObjectId=OTHER_SOORT)
        secret = {"systeem": log.word("Systeem "), "gebruiker": log.word("g-"), "gegevensbron": log.word("Bron ")}
        held = {
            "whole": acting(log, one, witness, **secret),
            "other": acting(log, again[0]),
            "twice": stored(log, *again[1:]),
            "else": stored(log, somebody(log)),
        }
        with suppress(Blocked):
            held["mixed"] = stored(log, person(log), other)
        return held

    return kept("occurrences", INZAGE, log, made)


def acting(log: Api, *people: Mapping[str, Json], **members: Json) -> Held:
    """Log an action under an activity, or under none where the log takes its own activities only (VL-W-POST-047)."""
    try:
        return stored(log, *people, **activity(log), **members)
    except Blocked:
        return stored(log, *people, **members)


def readable(log: Api) -> None:
    """See, once in a run, that an occurrence in a normal action is read by its id; VL-R-READ-001 tells when not."""

    def made() -> dict[str, Json]:
        held = occurrences(log)["whole"]
        with meant():
            look_at(full(log), marked(held.made, held.one).own).expects(status=200)
        return {}

    kept("readable", INZAGE, log, made)


def marks(held: Mapping[str, Held]) -> list[Mark]:
    """List by what the four occurrences of the person are recognised, that in `whole` first."""
    whole, other, twice = held["whole"], held["other"], held["twice"]
    return [
        marked(whole.made, whole.one),
        marked(other.made, other.one),
        *(marked(twice.made, one) for one in twice.body["verwerkteObjecten"]),
    ]


def reader(log: Api) -> Api:
    """Give an application that may read normal actions only."""
    return log.client(READ, without=(READ_ALL,))


def withholds() -> Claim:
    """Claim that no member which inzage withholds is anywhere in the answer; one without a value is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        for name, value in _members(reply.json):
            if name in WITHHELD:
                severity = Severity.WARNING if value is None else Severity.FAILURE
                yield found(
                    Text(f"lid {name}", f"member {name}"), Text("afwezig", "absent"), same(shown(value)), severity
                )

    return claim


def secrets(held: Held) -> tuple[str, ...]:
    """List the values of an action that inzage withholds."""
    return tuple(str(held.told[name] or "") for name in WITHHELD)


def searched(log: Api) -> dict[str, Json]:
    """Give the parameters of a search about nobody that inzage answers; raises Blocked when it does not."""
    query = {**log.nothing(INZAGE), "beginDatum": day(log, -260), "eindDatum": day(log, -140)}
    reply = log.get(INZAGE, query, headers=telling(log))
    if reply.status != 200 or not isinstance(reply["results"], list):
        raise Blocked(f"Een goede zoekvraag gaf {reply.status}.", f"A good search gave {reply.status}.")
    return query


def has(mark: Mark, one: Mapping[str, Json]) -> Claim:
    """Claim a result with every required member about this occurrence, with the number as it was logged."""

    def claim(reply: Reply) -> Iterator[Found]:
        row = next((row for row in rows(reply) if row.get("objectId") == one["objectId"] and mark.fits(row)), {})
        lacking = [name for name in OBJECT if is_empty(row.get(name))]
        if lacking:
            what = Text("leden die ontbreken", "members that are missing")
            yield found(what, Text("geen", "none"), same(", ".join(lacking)))

    return claim


def only(*wanted: Mark) -> Claim:
    """Claim that every result is one of these occurrences."""

    def claim(reply: Reply) -> Iterator[Found]:
        for row in rows(reply):
            if not any(mark.fits(row) for mark in wanted):
                what = Text("voorkomen van een ander", "occurrence of another")
                yield found(what, Text("geen", "none"), same(shown(row.get("objectId"))))

    return claim


def number_of(number: int) -> Claim:
    """Claim so many results: the person was made by the suite, and inzage is asked about the past only."""

    def claim(reply: Reply) -> Iterator[Found]:
        if len(rows(reply)) != number:
            yield found(RESULTS, same(str(number)), same(str(len(rows(reply)))))

    return claim


def no_results() -> Claim:
    """Claim that the answer has no results."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply["results"] is not None:
            yield found(BODY, Text("geen gegevens", "no data"), same("results"))

    return claim


def distinct() -> Claim:
    """Claim that each result has a verwerktObjectId of its own."""

    def claim(reply: Reply) -> Iterator[Found]:
        seen = [str(row.get("verwerktObjectId")).lower() for row in rows(reply)]
        if len(set(seen)) != len(seen):
            yield found(same("verwerktObjectId"), Text("verschillend", "different"), same(shown(seen)))

    return claim


def embeds(mark: Mark, held: Held) -> Claim:
    """Claim that the result about an occurrence has its action, with what each has."""

    def claim(reply: Reply) -> Iterator[Found]:
        row = next((row for row in rows(reply) if mark.fits(row)), {})
        action = action_of(row)
        lacking = [name for name in ACTION if is_empty(action.get(name))]
        what = Text("lid verwerkingsactie", "member verwerkingsactie")
        if lacking:
            wanted = Text("een actie met alle verplichte leden", "an action with every required member")
            yield found(what, wanted, same(f"- {', '.join(lacking)}"))
        elif ident(action) != ident(held.made):
            yield found(what, same(ident(held.made)), same(ident(action)))

    return claim


def embeds_only(one: Mapping[str, Json]) -> Claim:
    """Claim that no action in the results names anybody but this person."""

    def claim(reply: Reply) -> Iterator[Found]:
        for row in (row for row in rows(reply) if row.get("objectId") in (None, one["objectId"])):
            listed = action_of(row).get("verwerkteObjecten") or []
            others = [
                thing for thing in listed if not isinstance(thing, dict) or thing.get("objectId") != one["objectId"]
            ]
            if others:
                what = Text("verwerkteObjecten in de actie", "verwerkteObjecten in the action")
                yield found(what, same(shown(one["objectId"])), same(str(len(others))))

    return claim


def as_logged(mark: Mark, held: Held) -> Claim:
    """Claim that the result about an occurrence has all that was logged, but for what inzage withholds.

    That the action is absent is judged once, in VL-R-LIST-015, and the number of the person in VL-R-LIST-001.
    """
    one = {name: value for name, value in held.one.items() if name != "objectId"}
    own = {name: value for name, value in held.told.items() if name not in ("verwerkteObjecten", *WITHHELD)}

    def claim(reply: Reply) -> Iterator[Found]:
        row = next((row for row in rows(reply) if mark.fits(row)), {})
        action = row.get("verwerkingsactie")
        parts = [(one, row), *([(own, action_of(row))] if action is not None else [])]
        for sent, seen in parts:
            for name in (name for name in sent if not alike(name, sent[name], seen.get(name))):
                what = Text(f"waarde van {name}", f"value of {name}")
                yield found(what, same(shown(sent[name])), same(shown(seen.get(name))))

    return claim


def same_ids(mark: Mark, held: Held) -> Claim:
    """Claim that the result about an occurrence has the ids that bewerking gave to object and action."""

    def claim(reply: Reply) -> Iterator[Found]:
        row = next((row for row in rows(reply) if mark.fits(row)), {})
        action = action_of(row)
        seen = {"verwerktObjectId": str(row.get("verwerktObjectId", "")).lower(), "actieId": ident(action)}
        wanted = {"verwerktObjectId": mark.own, "actieId": ident(held.made)}
        for name in ("verwerktObjectId", *(["actieId"] if action else [])):
            if not is_uuid(seen[name]) or seen[name] != wanted[name]:
                yield found(Text(f"waarde van {name}", f"value of {name}"), same(wanted[name]), same(seen[name]))

    return claim


def _members(body: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(body, dict):
        yield from body.items()
    for part in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _members(part)
