"""Checks on what an application that provides personal data logs of the one that asked."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator

from conformance import Api, Blocked, Deed, Finding, NotApplicable, Text, application, is_empty, provided, same, shown

from .deeds import FILLED, Entry, about_member, asked, concludes, entries, mildly, opened, unless

CONSUMER = "00000003123456780000"
ACTIVITY_URL = "https://register.example.nl/api/v1/verwerkingsactiviteit/"
AFNEMER = ("afnemerId", "verwerkingIdAfnemer", "verwerkingsactiviteitIdAfnemer", "verwerkingsactiviteitUrlAfnemer")


def _headers(api: Api, level: str) -> dict[str, str]:
    """Give the six headers of a call, with values that nobody else has."""
    dice = random.Random(f"{api.run.seed}/provider/{level}")  # noqa: S311 - must be repeatable, guards nothing
    own, activity = (str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(2))
    return {
        "OIN": CONSUMER,
        "VerwerkingId": own,
        "VerwerkingsactiviteitId": activity,
        "VerwerkingsactiviteitUrl": f"{ACTIVITY_URL}{activity}",
        "Vertrouwelijkheid": level,
        "Bewaartermijn": "P3Y",
    }


def _called(api: Api, level: str = "normaal") -> tuple[dict[str, str], Entry]:
    """Call the provider and give its entry: the one that names the processing, or else the only one."""
    _proven(api)
    headers = _headers(api, level)
    deed = provided(api, headers, level)
    found = entries(deed, taken=False)
    own = [one for one in found if one.text("verwerkingIdAfnemer").lower() == headers["VerwerkingId"]]
    if not own and len(found) != 1:
        concludes(api, [_unlogged(deed, len(found))])
    return headers, (own or found)[0]


def _proven(api: Api) -> None:
    """See that a call with all headers is served, and that some call is logged where the suite can see it."""
    deed, bare = provided(api, _headers(api, "normaal"), "normaal"), provided(api, {}, "zonder headers")
    if not deed.succeeded:
        saw = shown(deed.shown)
        nl = f"De aanbieder geeft ook met alle headers geen gegevens ({saw}); zie 'applications.provider'."
        raise Blocked(nl, f"With all headers the provider gives no data either ({saw}); see 'applications.provider'.")
    if not deed.heard and not bare.heard:
        nl = (
            "De aanbieder logt geen enkele aanroep bij de suite. Laat hem loggen op <adres>/log ('neighbours.address')."
        )
        raise Blocked(nl, "The provider logs no call at the suite. Let it log at <address>/log ('neighbours.address').")


def _unlogged(deed: Deed, number: int) -> Finding:
    what = Text("acties die de aanbieder logt", "actions that the provider logs")
    wanted = Text("een actie over deze aanroep", "an action about this call")
    return Finding(what, wanted, same(f"{number} ({shown(deed.shown)})"), deed.exchange)


def _equal(entry: Entry, member: str, wanted: str) -> Iterator[Finding]:
    value = entry.text(member)
    yield from unless(value.lower() == wanted.lower(), about_member(member), same(wanted), value, entry.heard)


def consumer_is_logged(api: Api) -> None:
    """The organisation in the header is logged as afnemer."""
    headers, entry = _called(api)
    kind = entry.text("soortAfnemerId")
    with api.continuing():
        concludes(api, _equal(entry, "afnemerId", headers["OIN"]))
    found = unless(kind.upper() == "OIN", about_member("soortAfnemerId"), same("OIN"), kind, entry.heard)
    concludes(api, found if kind else mildly(found))


def activity_of_consumer_is_logged(api: Api) -> None:
    """The activity in the headers is logged as that of the afnemer."""
    headers, entry = _called(api)
    with api.continuing():
        concludes(api, _equal(entry, "verwerkingsactiviteitIdAfnemer", headers["VerwerkingsactiviteitId"]))
    concludes(api, _equal(entry, "verwerkingsactiviteitUrlAfnemer", headers["VerwerkingsactiviteitUrl"]))


def processing_of_consumer_is_logged(api: Api) -> None:
    """The processing in the header is logged as that of the afnemer, and not as the provider's own."""
    headers, entry = _called(api)
    with api.continuing():
        concludes(api, _equal(entry, "verwerkingIdAfnemer", headers["VerwerkingId"]))
    concludes(api, _own(entry, "verwerkingId", headers["VerwerkingId"]))


def _own(entry: Entry, member: str, other: str) -> Iterator[Finding]:
    value, wanted = entry.text(member), Text("niet die van de afnemer", "not that of the consumer")
    yield from unless(value.lower() != other.lower(), about_member(member), wanted, value, entry.heard)


def confidentiality_is_taken_over(api: Api) -> None:
    """What the consumer calls confidential is logged as confidential, and what is normal as normal."""
    for level in ("normaal", "vertrouwelijk"):
        with api.continuing():
            _, entry = _called(api, level)
            concludes(api, _equal(entry, "vertrouwelijkheid", level))


def term_is_taken_over(api: Api) -> None:
    """The term in the header is logged, or one of the provider itself."""
    headers, entry = _called(api)
    concludes(api, mildly(_equal(entry, "bewaartermijn", headers["Bewaartermijn"])))


def provider_has_its_own_activity(api: Api) -> None:
    """The activity of the consumer is not logged as that of the provider."""
    headers, entry = _called(api)
    concludes(api, _own(entry, "verwerkingsactiviteitId", headers["VerwerkingsactiviteitId"]))


def both_sides_log(api: Api) -> None:
    """A call is logged by who asks and by who provides, each with its own processing."""
    seen = 0
    for judge in (_consumer_logs, _provider_logs):
        try:
            with api.continuing():
                judge(api)
            seen += 1
        except NotApplicable as other:
            reason = other.reason
    if not seen:
        raise NotApplicable(*reason)


def _consumer_logs(api: Api) -> None:
    deed = opened(api)
    calls = asked(api, deed)
    what, wanted = (
        Text("acties die de afnemer logt", "actions that the consumer logs"),
        Text("een of meer", "one or more"),
    )
    concludes(api, unless(bool(entries(deed)), what, wanted, "0", calls[0]))


def _provider_logs(api: Api) -> None:
    headers, entry = _called(api)
    concludes(api, _equal(entry, "verwerkingIdAfnemer", headers["VerwerkingId"]))
    concludes(api, _own(entry, "verwerkingId", headers["VerwerkingId"]))


def call_without_headers_is_logged(api: Api) -> None:
    """A call without the six headers is served and logged, with nothing about an afnemer."""
    _proven(api)
    deed = provided(api, {}, "zonder headers")
    what, wanted = Text("antwoord van de aanbieder", "answer of the provider"), Text("200 tot en met 299", "200 to 299")
    with api.continuing():
        if not deed.succeeded:
            concludes(api, [Finding(what, wanted, same(shown(deed.shown)), deed.exchange)])
    found = entries(deed, taken=False)
    if not found:
        concludes(api, [_unlogged(deed, 0)])
    person = application(api).persons[0]
    own = [one for one in found if any(str(thing.get("objectId")) == person for thing in one.people)]
    if not own and len(found) > 1:
        nl = "Er zijn meer acties en geen is over deze persoon; zet de persoon in 'applications.persons'."
        raise Blocked(nl, "There are more actions and none is about this person; name it in 'applications.persons'.")
    concludes(api, _without_consumer((own or found)[0]))


def _without_consumer(entry: Entry) -> Iterator[Finding]:
    for member in AFNEMER:
        value = entry.body.get(member)
        yield from unless(
            is_empty(value), about_member(member), Text("geen waarde", "no value"), shown(value), entry.heard
        )
    level = entry.text("vertrouwelijkheid")
    yield from unless(bool(level), about_member("vertrouwelijkheid"), FILLED, level, entry.heard)
