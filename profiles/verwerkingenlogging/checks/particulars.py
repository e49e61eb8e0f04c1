"""Checks on particulars of what an application logs: the user, the organisation, the persons and the names."""

from __future__ import annotations

import re

from conformance import Api, Blocked, NotApplicable, Text, application, done, same, shown

from .deeds import (
    CRITERIA,
    FILLED,
    USER,
    about_member,
    concludes,
    entries,
    logged,
    mildly,
    opened,
    organisation,
    searched,
    unless,
)
from .entries import employed, standard

NOTHING = Text("geen waarde", "no value")
KNOWN = (
    *("actieNaam", "verwerkingNaam", "verwerkingId", "verwerkingsactiviteitId", "verwerkingsactiviteitUrl"),
    *("bewaartermijn", "systeem", "gegevensbron"),
)


def known_members_are_filled(api: Api) -> None:
    """What an application knows of an action is in what it logs."""
    for entry in logged(opened(api)):
        concludes(
            api,
            (f for m in KNOWN for f in mildly(unless(bool(entry.text(m)), about_member(m), FILLED, "", entry.heard))),
        )


def user_is_a_meaningless_key(api: Api) -> None:
    """What is logged of the user tells nobody who that is."""
    found = [entry for deed in (opened(api), searched(api)) for entry in logged(deed) if entry.text("gebruiker")]
    if not found:
        raise NotApplicable("De applicatie logt geen gebruiker.", "The application logs no user.")
    parts = {part.lower() for value in USER.values() for part in re.split(r"[\s@]+", value)} | {USER["email"].lower()}
    wanted = Text("een sleutel van ten hoogste 40 tekens", "a key of at most 40 characters")
    for entry in found:
        value = entry.text("gebruiker")
        tells = "@" in value or any(part in value.lower() for part in parts)
        concludes(api, unless(not tells and len(value) <= 40, about_member("gebruiker"), wanted, value, entry.heard))


def criteria_are_not_logged(api: Api) -> None:
    """What somebody searched with is nowhere in what is logged."""
    what, wanted = Text("wat gelogd is", "what was logged"), Text("geen zoekcriteria", "no search criteria")
    for entry in logged(searched(api)):
        told = entry.whole.lower()
        seen = [value for value in CRITERIA.values() if value.lower() in told]
        concludes(api, unless(not seen, what, wanted, ", ".join(seen), entry.heard))


def activity_differs_by_organisation(api: Api) -> None:
    """The same action has another activity for another organisation."""
    other = organisation(api, other=True)
    here, there = logged(opened(api)), logged(opened(api, other))
    known = {entry.text("verwerkingsactiviteitId").lower() for entry in here} - {""}
    wanted = Text("een andere dan voor de eerste organisatie", "another than for the first organisation")
    for entry in there:
        value = entry.text("verwerkingsactiviteitId")
        fine = bool(value) and value.lower() not in known
        concludes(api, mildly(unless(fine, about_member("verwerkingsactiviteitId"), wanted, value, entry.heard)))


def executor_is_only_another(api: Api) -> None:
    """Uitvoerder is empty when the organisation does the work itself, and is the OIN of who does it otherwise."""
    what = about_member("uitvoerder")
    for entry in logged(opened(api)):
        value = entry.text("uitvoerder")
        concludes(api, mildly(unless(not value, what, NOTHING, value, entry.heard)))
    name = organisation(api, outsourced=True)
    wanted = str(application(api).organisations[name].uitvoerder)
    for entry in logged(opened(api, name)):
        value = entry.text("uitvoerder")
        concludes(api, mildly(unless(value == wanted, what, same(wanted), value, entry.heard)))


def technical_events_are_not_logged(api: Api, *, handelingen: list[str]) -> None:
    """Signing in and out, and a failed attempt, are no processing of personal data."""
    seen = 0
    logged(opened(api))  # what logs nothing at all proves nothing here
    for name in handelingen:
        try:
            found = entries(done(api, name, gebruiker=USER), taken=False)
        except NotApplicable as other:
            reason = other.reason
            continue
        seen += 1
        what, wanted = Text(f"gelogde acties bij {name}", f"logged actions of {name}"), same("0")
        with api.continuing():
            concludes(api, unless(not found, what, wanted, str(len(found)), found[0].heard if found else None))
    if not seen:
        raise NotApplicable(*reason)


def involvement_is_logged(api: Api) -> None:
    """Of several persons in an action it is said in which capacity each is there."""
    found = [entry for entry in logged(searched(api)) if len(entry.people) > 1]
    if not found:
        nl = "De zoekvraag leidde niet tot een actie met meer personen."
        raise Blocked(nl, "The search led to no action with several persons.")
    for entry in found:
        roles = [str(one.get("betrokkenheid") or "") for one in entry.people]
        concludes(api, mildly(unless(all(roles), about_member("betrokkenheid"), FILLED, shown(roles), entry.heard)))


def private_law_has_no_bsn(api: Api) -> None:
    """What is done under private law is logged with another identifier than a BSN."""
    number = application(api).persons[0]
    wanted = Text("geen BSN", "no BSN")
    for entry in logged(employed(api)):
        for one in entry.people:
            kind, value = str(one.get("soortObjectId")), str(one.get("objectId"))
            with api.continuing():
                concludes(api, unless(kind.upper() != "BSN", about_member("soortObjectId"), wanted, kind, entry.heard))
                concludes(api, unless(value != number, about_member("objectId"), wanted, value, entry.heard))


def names_are_verb_and_noun(api: Api) -> None:
    """The name of an action begins with an infinitive that a noun follows."""
    wanted = Text("een werkwoord en een zelfstandig naamwoord", "an infinitive and a noun")
    for entry in standard(api):
        words = entry.text("actieNaam").split()
        fine = len(words) > 1 and words[0].lower().endswith("n")
        if words:
            concludes(
                api, mildly(unless(fine, about_member("actieNaam"), wanted, entry.text("actieNaam"), entry.heard))
            )
