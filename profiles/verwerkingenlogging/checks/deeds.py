"""What an application is set to do, and how what it then asked of the suite is judged."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conformance import (
    LOG,
    SOURCE,
    Api,
    Blocked,
    Deed,
    Finding,
    Heard,
    Json,
    Mismatch,
    NotApplicable,
    Severity,
    Text,
    application,
    done,
    fresh,
    same,
    shown,
)

TERM = "P5Y"
USER = {"naam": "Test Gebruiker", "login": "tgebruiker", "email": "test.gebruiker@example.org"}
CRITERIA = {"geslachtsnaam": "Zwaluwstaartje", "postcode": "9999ZZ"}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
OIN = re.compile(r"[0-9]{20}")
DURATION = re.compile(r"P(?=[0-9]|T[0-9])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+[HMS])+)?")
FILLED = Text("aanwezig en niet leeg", "present and not empty")
AN_UUID = Text("een UUID", "a UUID")


@dataclass(frozen=True)
class Entry:
    """One action that an application logs, with the call in which it did."""

    heard: Heard
    body: Mapping[str, Json]

    def text(self, member: str) -> str:
        """Give the value of a member as text; empty when it has none."""
        value = self.body.get(member)
        return value if isinstance(value, str) else "" if value is None else shown(value)

    @property
    def whole(self) -> str:
        """Give everything that was logged as one text."""
        return json.dumps(self.body, ensure_ascii=False, sort_keys=True)

    @property
    def people(self) -> list[dict[str, Json]]:
        """List the objects that were processed."""
        things = self.body.get("verwerkteObjecten")
        return [one for one in things if isinstance(one, dict)] if isinstance(things, list) else []

    @property
    def moment(self) -> datetime.datetime | None:
        """Give tijdstip; None when it is no moment."""
        try:
            return datetime.datetime.fromisoformat(self.text("tijdstip").replace("z", "Z").replace("Z", "+00:00"))
        except ValueError:
            return None


def opened(api: Api, organisation: str = "") -> Deed:
    """Let a person be opened, in a processing of which the term is known."""
    changes: dict[str, Json] = {"gemeente": organisation} if organisation else {}
    return done(api, "openen", bewaartermijn=TERM, gebruiker=USER, zaak=fresh(api, "openen"), **changes)


def searched(api: Api, *, refusal: int = 0) -> Deed:
    """Let the application search for persons, while the log perhaps refuses."""
    return done(api, "zoeken", refusal=refusal, criteria=CRITERIA, gebruiker=USER)


def visited(api: Api, case: str = "eerste zaak") -> Deed:
    """Let the application search, open and save within one case."""
    return done(api, "bezoek", zaak=fresh(api, case), bewaartermijn=TERM, gebruiker=USER)


def investigated(api: Api) -> Deed:
    """Let the application open and save within a confidential investigation of which the term is not known yet."""
    return done(api, "onderzoek", zaak=fresh(api, "onderzoek"), vertrouwelijkheid="vertrouwelijk")


def asked(api: Api, deed: Deed) -> list[Heard]:
    """List what the application asked of the API with personal data; raises Blocked when that is nothing."""
    if not application(api).source:
        nl = "De applicatie vraagt volgens het doelbestand geen gegevens aan een ander (applications.source)."
        raise NotApplicable(nl, "By the target file the application asks no other for data (applications.source).")
    if not deed.to(SOURCE):
        nl = "De applicatie vroeg niets op <adres>/bron. Vraagt zij nooit iets aan een ander, zet dan 'source: false'."
        raise Blocked(nl, "The application asked nothing at <address>/bron. If it never does, write 'source: false'.")
    return deed.to(SOURCE)


def entries(deed: Deed, *, taken: bool = True) -> list[Entry]:
    """List the actions that were logged; with `taken` only those that the log took."""
    heard = [one for one in deed.to(LOG, "POST") if one.taken or not taken]
    return [Entry(one, one.call.json) for one in heard if isinstance(one.call.json, dict)]


def logged(deed: Deed) -> list[Entry]:
    """List the actions that were logged; raises Blocked when there are none, which other rows judge."""
    found = entries(deed)
    if not found:
        nl = "De applicatie logde niets; dat beoordelen VL-H-LOG-002, VL-H-LOG-004 en VL-H-LOG-005."
        raise Blocked(nl, "The application logged nothing; VL-H-LOG-002, VL-H-LOG-004 and VL-H-LOG-005 judge that.")
    return found


def header(heard: Heard, name: str) -> str:
    """Give the value of a header, whatever its case; empty when it is not there."""
    headers = {key.lower(): value for key, value in heard.call.headers.items()}
    return headers.get(name.lower(), "").strip()


def organisation(api: Api, *, outsourced: bool = False, other: bool = False) -> str:
    """Name an organisation of the target file; raises NotApplicable when it names none of this kind."""
    known = application(api).organisations
    own = [name for name, row in known.items() if (row.uitvoerder is not None) == outsourced]
    found = own[1:] if other else own
    if not found:
        nl = "Het doelbestand noemt zo'n organisatie niet; zie 'applications.organisations'."
        raise NotApplicable(nl, "The target file names no such organisation; see 'applications.organisations'.")
    return found[0]


def unless(fine: bool, what: Text, expected: Text, actual: str, heard: Heard | None) -> Iterator[Finding]:
    """Give a finding when something is not fine."""
    if not fine:
        seen = Text("niets", "nothing") if actual == "" else same(actual)
        yield Finding(what, expected, seen, heard.exchange if heard else None)


def mildly(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Give findings as warnings."""
    for one in findings:
        yield Finding(one.what, one.expected, one.actual, one.exchange, Severity.WARNING)


def concludes(api: Api, findings: Iterable[Finding]) -> None:
    """Note the warnings, and raise a Mismatch with every failure."""
    found = list(dict.fromkeys(findings))
    for one in found:
        if one.severity is not Severity.FAILURE:
            api.warn(one)
    failures = [one for one in found if one.severity is Severity.FAILURE]
    if failures:
        raise Mismatch(failures)


def about_header(name: str) -> Text:
    """Say that a finding is about a header."""
    return same(f"header {name}")


def about_member(name: str) -> Text:
    """Say that a finding is about a member of what is logged."""
    return Text(f"waarde van {name}", f"value of {name}")
