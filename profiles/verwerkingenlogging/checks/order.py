"""Checks on when an application logs, what it does when it cannot, and how it changes what was logged."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import (
    LOG,
    SOURCE,
    Api,
    Blocked,
    Deed,
    Finding,
    Heard,
    Json,
    Text,
    application,
    done,
    fresh,
    is_empty,
    same,
    shown,
)

from .deeds import (
    DURATION,
    TERM,
    USER,
    UUID,
    asked,
    concludes,
    entries,
    mildly,
    opened,
    searched,
    unless,
)

FIRST = Text("eerst gelogd, dan uitgevoerd", "logged first, then done")
NOT_DONE = Text("niet uitgevoerd als loggen mislukt", "not done when logging fails")
OWN = ("url", "actieId", "tijdstipRegistratie")


def logged_before_done(api: Api) -> None:
    """Opening a person is logged before the data are asked for."""
    deed = opened(api)
    first = asked(api, deed)[0]
    order = [one.exchange for one in deed.heard]
    before = [one for one in entries(deed) if order.index(one.heard.exchange) < order.index(first.exchange)]
    what = Text("volgorde van loggen en opvragen", "order of logging and asking")
    seen = "eerst opgevraagd / asked first" if entries(deed) else "niets gelogd / nothing logged"
    found = unless(bool(before), what, FIRST, seen, first)
    concludes(api, mildly(found) if application(api).queue and entries(deed) else found)


def nothing_is_done_unlogged(api: Api) -> None:
    """When the log refuses, a person is neither opened nor changed, and the user sees that it failed."""
    queue = application(api).queue
    for handeling, status in (("openen", 503), ("opslaan", 500), ("openen", 401)):
        deed = done(api, handeling, refusal=status, bewaartermijn=TERM, gebruiker=USER)
        found = [*_done_anyway(deed, handeling, status)]
        if not deed.heard:
            nl = "De applicatie probeerde niet te loggen en vroeg niets op."
            raise Blocked(nl, "The application did not try to log and asked for nothing.")
        with api.continuing():
            concludes(api, mildly(found) if queue else found)


def _done_anyway(deed: Deed, handeling: str, status: int) -> Iterator[Finding]:
    what = Text(f"{handeling} terwijl het log {status} antwoordt", f"{handeling} while the log answers {status}")
    for one in deed.to(SOURCE):
        yield Finding(what, NOT_DONE, same(f"{one.call.method} {one.call.path}"), one.exchange)
    if deed.succeeded or not is_empty(deed.shown):
        wanted = Text("de gebruiker ziet dat het mislukt is", "the user sees that it failed")
        yield Finding(what, wanted, same(shown(deed.shown)), deed.exchange)


def found_people_are_logged(api: Api) -> None:
    """A search is logged with everyone it found, and shows nothing when it cannot be logged."""
    deed = searched(api)
    wanted = {str(one) for one in _found(api)}
    with api.continuing():
        concludes(api, _all_found(deed, wanted))
    refused = searched(api, refusal=503)
    if refused.succeeded is None:
        nl = "Wat de gebruiker ziet is niet te zien: de aanleiding antwoordt niet met 'gelukt' en 'getoond'."
        raise Blocked(nl, "What the user sees cannot be seen: the trigger does not answer 'gelukt' and 'getoond'.")
    if refused.succeeded or not is_empty(refused.shown):
        what, nothing = Text("wat de gebruiker ziet", "what the user sees"), Text("geen resultaat", "no result")
        concludes(api, [Finding(what, nothing, same(shown(refused.shown)), refused.exchange)])


def _found(api: Api) -> list[str]:
    answer = application(api).answer
    people = application(api).persons if answer is None else answer.get("personen")
    return people if isinstance(people, list) else application(api).persons


def _all_found(deed: Deed, wanted: set[str]) -> Iterator[Finding]:
    what, found = Text("gelogde personen van de zoekvraag", "logged persons of the search"), entries(deed)
    # Whom else the application named is nobody's business here.
    there = {str(one.get("objectId")) for entry in found for one in entry.people} & wanted
    place: str | None = found[-1].heard.exchange if found else deed.exchange
    if wanted - there:
        yield Finding(what, same(", ".join(sorted(wanted))), same(", ".join(sorted(there)) or "-"), place)


def changes_are_patches(api: Api) -> None:
    """A later term and the end of confidentiality are told with PATCH, by processing, and nothing else with it."""
    rows = (("termijn", "bewaartermijn", {"bewaartermijn": TERM}), ("opheffen", "vertrouwelijkheid", {}))
    for handeling, member, changes in rows:
        deed = done(api, handeling, zaak=fresh(api, "wijziging"), actie=_placed(api), **changes)
        with api.continuing():
            concludes(api, _patched(deed, handeling, member))


def _patched(deed: Deed, handeling: str, member: str) -> Iterator[Finding]:
    what = Text(f"aanroep van het log bij {handeling}", f"call of the log for {handeling}")
    wanted = Text(f"PATCH ?verwerkingId=<UUID> met alleen {member}", f"PATCH ?verwerkingId=<UUID> with only {member}")
    calls = [one for one in deed.to(LOG) if one.call.method != "GET" and not _is_entry(one)]
    if not calls:
        yield Finding(what, wanted, Text("geen aanroep", "no call"), deed.exchange)
    for one in calls:
        fine = one.call.method == "PATCH" and _by_processing(one) and _says(one.call.json, member)
        seen = f"{one.call.method} {one.call.path} {shown(one.call.json)}"
        yield from unless(fine, what, wanted, seen, one)


def _is_entry(heard: Heard) -> bool:
    """Tell whether a call logs an action: an application may log that somebody changes what was logged."""
    return heard.call.method == "POST" and heard.call.path.partition("?")[0].endswith("/verwerkingsacties")


def _by_processing(heard: Heard) -> bool:
    query = heard.call.query
    right = heard.call.path.partition("?")[0].endswith("/verwerkingsacties")
    return right and set(query) == {"verwerkingId"} and UUID.fullmatch(query["verwerkingId"]) is not None


def _says(body: Json, member: str) -> bool:
    if not isinstance(body, dict) or set(body) != {member}:
        return False
    value = str(body[member])
    return DURATION.fullmatch(value) is not None if member == "bewaartermijn" else value.lower() == "opgeheven"


def _placed(api: Api) -> str:
    """Have an action in the log that the application can read, and correct."""
    name = fresh(api, "actie in het log")
    person = {"objecttype": "persoon", "soortObjectId": "BSN", "objectId": application(api).persons[0]}
    body = {
        "actieNaam": "Opvragen persoonsgegevens",
        "handelingNaam": "Behandelen aanvraag",
        "verwerkingNaam": "Bijstand",
        "verwerkingId": fresh(api, "wijziging"),
        "verwerkingsactiviteitId": fresh(api, "activiteit"),
        "vertrouwelijkheid": "normaal",
        "bewaartermijn": TERM,
        "systeem": "Zaaksysteem",
        "gegevensbron": "BRP",
        "tijdstip": "2020-11-24T14:00:00+01:00",
        "verwerkteObjecten": [{**person, "betrokkenheid": "Aanvrager"}],
    }
    return api.neighbour.log.place(body, name)


def corrections_are_complete(api: Api) -> None:
    """A correction of an action says everything of it again, also what stays the same."""
    deed = done(api, "corrigeren", actie=_placed(api))
    before: dict[str, Json] = {}
    puts = deed.to(LOG, "PUT")
    for one in deed.to(LOG, "GET"):
        if isinstance(one.call.answer, tuple) and isinstance(one.call.answer[1], dict):
            before = one.call.answer[1]
    what, wanted = Text("correctie met PUT", "correction with PUT"), Text("een aanroep", "a call")
    if not puts:
        concludes(api, [Finding(what, wanted, Text("geen aanroep", "no call"), deed.exchange)])
    for one in puts:
        known = before or (one.call.answer[1] if one.call.answer and one.taken else {})
        concludes(api, _complete(one, known))


def _complete(put: Heard, known: dict[str, Json]) -> Iterator[Finding]:
    sent = put.call.json if isinstance(put.call.json, dict) else {}
    gone = [
        name for name, value in known.items() if name not in OWN and not is_empty(value) and is_empty(sent.get(name))
    ]
    what, wanted = (
        Text("elementen van de correctie", "members of the correction"),
        Text("alle elementen", "all members"),
    )
    yield from unless(not gone, what, wanted, f"zonder / without {', '.join(gone)}", put)
