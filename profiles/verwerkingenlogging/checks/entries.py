"""Checks on what an application logs of its own actions."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator

from conformance import (
    Api,
    Blocked,
    Deed,
    Finding,
    Json,
    NotApplicable,
    Text,
    application,
    done,
    fresh,
    same,
)

from .deeds import (
    AN_UUID,
    FILLED,
    TERM,
    UUID,
    Entry,
    about_member,
    concludes,
    entries,
    investigated,
    logged,
    mildly,
    opened,
    searched,
    unless,
    visited,
)

CONSUMER = "00000003123456780000"
CASED = ("vertrouwelijkheid",)
LATE = datetime.timedelta(seconds=60)


def _transaction(api: Api) -> Deed:
    return done(api, "transactie", zaak=fresh(api, "transactie"), bewaartermijn=TERM)


def _delivered(api: Api) -> Deed:
    return done(api, "verstrekken", afnemer=CONSUMER)


def _at_counter(api: Api) -> Deed:
    return done(api, "balie", afnemer=application(api).persons[0])


def employed(api: Api) -> Deed:
    """Let an employee be looked up, which is done under private law."""
    return done(api, "personeel")


def standard(api: Api) -> list[Entry]:
    """List what is logged of everything that the application does."""
    deeds = (opened, searched, visited, investigated, _transaction, _delivered, _at_counter, employed)
    found: list[Entry] = []
    for deed in deeds:
        try:
            found += entries(deed(api), taken=False)
        except NotApplicable as other:
            reason = other.reason
    if application(api).trigger is None:
        raise NotApplicable(*reason)
    if not found:
        raise Blocked(
            "De applicatie logde niets; dat beoordelen andere rijen.",
            "The application logged nothing; other rows judge that.",
        )
    return found


def logged_actions_are_valid(api: Api) -> None:
    """Everything that an application logs fits the contract of the log."""
    contract = api.run.contracts["bewerking"]
    for entry in standard(api):
        plain, capitals = _lowered(dict(entry.body))
        with api.continuing():
            concludes(api, _capitals(entry, capitals))
            wrong = contract.request_violations("verwerkingsactie_create", plain)
            fits = Text("past op het contract", "fits the contract")
            concludes(
                api,
                (
                    Finding(same(one.pointer or "/"), fits, same(f"{one.message}"[:200]), entry.heard.exchange)
                    for one in wrong
                ),
            )


def _lowered(body: dict[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """Write in small letters what has a fixed list of values, and name what was written otherwise."""
    found = [name for name in CASED if isinstance(body.get(name), str) and body[name] != body[name].lower()]
    things = body.get("verwerkteObjecten")
    if isinstance(things, list):
        body["verwerkteObjecten"] = [_lowered_object(one, found) for one in things]
    return {**body, **{name: body[name].lower() for name in found if name in CASED}}, found


def _lowered_object(thing: Json, found: list[str]) -> Json:
    kind = thing.get("objecttype") if isinstance(thing, dict) else None
    if not isinstance(kind, str) or kind == kind.lower():
        return thing
    found.append("objecttype")
    return {**thing, "objecttype": kind.lower()}


def _capitals(entry: Entry, members: Iterable[str]) -> Iterator[Finding]:
    """Note that values which the standard writes in small letters have capitals."""
    for name in dict.fromkeys(members):
        value = entry.text(name) or name
        yield from mildly(
            unless(False, about_member(name), Text("kleine letters", "small letters"), value, entry.heard)
        )


def steps_are_logged_apart(api: Api) -> None:
    """Searching, opening and saving are each logged, at a moment of their own."""
    deed = visited(api)
    found = entries(deed)
    what, wanted = Text("gelogde acties van het bezoek", "actions of the visit that were logged"), same("3")
    different = {entry.whole for entry in found}
    with api.continuing():
        seen = found[-1].heard if found else None
        concludes(api, unless(len(found) >= 3, what, wanted, str(len(found)), seen))
        # The same entry, taken and sent again, is no step; more steps than three are for the application to decide.
        concludes(api, unless(len(different) == len(found), what, wanted, str(len(found)), seen))
        concludes(api, mildly(unless(len(different) <= 3, what, wanted, str(len(different)), seen)))
    concludes(api, _moments_differ(found))


def _moments_differ(found: list[Entry]) -> Iterator[Finding]:
    """Claim that moments differ; within one whole second they may be equal when they are told in whole seconds."""
    wanted = Text("een eigen moment voor elke actie", "a moment of its own for each action")
    moments = [(one, one.moment) for one in found if one.moment is not None]
    for (one, moment), (other, again) in itertools.pairwise(moments):
        apart = abs(other.heard.call.at - one.heard.call.at) > 1
        equal = moment == again and (apart or (moment is not None and moment.microsecond > 0))
        fine = not equal or one.whole == other.whole  # an entry that is sent again is judged apart
        yield from unless(fine, about_member("tijdstip"), wanted, other.text("tijdstip"), other.heard)


def actions_share_processing(api: Api) -> None:
    """The actions of a case have one verwerkingId, and those of another case have another."""
    cases = [logged(visited(api, case)) for case in ("eerste zaak", "tweede zaak")]
    if any(len(case) < 2 for case in cases):
        nl = "Er zijn geen twee acties van een zaak; dat beoordeelt VL-H-LOG-005."
        raise Blocked(nl, "There are no two actions of a case; VL-H-LOG-005 judges that.")
    what, minimal = about_member("verwerkingId"), application(api).minimal
    for entry in (one for case in cases for one in case):
        value = entry.text("verwerkingId")
        found = [*unless(UUID.fullmatch(value) is not None, what, AN_UUID, value, entry.heard)]
        with api.continuing():
            concludes(api, mildly(found) if minimal and not value else found)
    first, second = ({one.text("verwerkingId").lower() for one in case} - {""} for case in cases)
    one_each, other = (
        Text("een voor de zaak", "one for the case"),
        Text("een andere in elke zaak", "another in each case"),
    )
    with api.continuing():
        for known, case in ((first, cases[0]), (second, cases[1])):
            concludes(api, unless(len(known) <= 1, what, one_each, ", ".join(sorted(known)), case[-1].heard))
    both = first & second
    concludes(api, unless(not both, what, other, ", ".join(sorted(both)), cases[1][-1].heard))


def moment_is_start_of_action(api: Api) -> None:
    """Each action has the moment at which it began, not that of the transaction or the day."""
    found = logged(_transaction(api))
    for entry in found:
        with api.continuing():
            concludes(api, _moment(entry, queue=application(api).queue))
    concludes(api, _moments_differ(found))


def _moment(entry: Entry, *, queue: bool) -> Iterator[Finding]:
    moment, seen = entry.moment, datetime.datetime.fromtimestamp(entry.heard.call.at, datetime.UTC)
    what, value = about_member("tijdstip"), entry.text("tijdstip")
    timed = moment is not None and moment.tzinfo is not None
    yield from unless(timed, what, Text("een moment met tijdzone", "a moment with a time zone"), value, entry.heard)
    if moment is not None and timed:
        late = LATE * 10 if queue else LATE
        wanted = Text(f"binnen een minuut voor {seen.isoformat()}", f"within a minute before {seen.isoformat()}")
        yield from unless(-LATE <= seen - moment <= late, what, wanted, value, entry.heard)


def deliveries_name_the_consumer(api: Api) -> None:
    """A delivery says to which organisation or to which person it was."""
    rows = ((_delivered, "OIN", CONSUMER), (_at_counter, "BSN", application(api).persons[0]))
    seen = 0
    for deed, kind, ident in rows:
        try:
            found = deed(api)
        except NotApplicable as other:
            reason = other.reason
            continue
        seen += 1
        with api.continuing():
            concludes(api, _named(found, kind, ident))
    if not seen:
        raise NotApplicable(*reason)


def _named(deed: Deed, kind: str, ident: str) -> Iterator[Finding]:
    found = entries(deed)
    if not found:
        what = Text("gelogde acties van de verstrekking", "logged actions of the delivery")
        yield Finding(what, Text("een of meer", "one or more"), same("0"), deed.exchange)
    for entry in found:
        told = entry.text("soortAfnemerId")
        yield from unless(told.upper() == kind, about_member("soortAfnemerId"), same(kind), told, entry.heard)
        value = entry.text("afnemerId")
        yield from unless(value == ident, about_member("afnemerId"), same(ident), value, entry.heard)


def confidential_processing_is_logged_so(api: Api) -> None:
    """Each action of a confidential processing is logged as confidential, with the processing."""
    deed = investigated(api)
    found = entries(deed)
    if not found:
        what = Text("gelogde acties van het onderzoek", "logged actions of the investigation")
        concludes(api, [Finding(what, Text("een of meer", "one or more"), same("0"), deed.exchange)])
    for entry in found:
        level, own = entry.text("vertrouwelijkheid"), entry.text("verwerkingId")
        with api.continuing():
            what, wanted = about_member("vertrouwelijkheid"), same("vertrouwelijk")
            concludes(api, unless(level.lower() == "vertrouwelijk", what, wanted, level, entry.heard))
            concludes(api, unless(bool(own), about_member("verwerkingId"), FILLED, own, entry.heard))
