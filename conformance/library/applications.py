"""What an application that uses an API does when it is set to work; rows that look at the same deed share it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from conformance.api import Api
from conformance.applications import ApplicationsRow
from conformance.errors import Blocked, NotApplicable
from conformance.library.standing import kept
from conformance.model import Json, Text
from conformance.trigger import SILENT, Deed, provide, pull, told
from conformance.trigger import kept as heard

NAME = "applications"
NO_TRIGGER = Text(
    "Het doelbestand noemt geen applicatie die logt. Hoort die bij het product, zet dan in het doelbestand: "
    "applications: {trigger: {url: 'https://<applicatie>/<aanleiding>'}}; zie 'conformance init'.",
    "The target file names no application that logs. If the product has one, add to the target file: "
    "applications: {trigger: {url: 'https://<application>/<trigger>'}}; see 'conformance init'.",
)
NO_PROVIDER = Text(
    "Het doelbestand noemt geen applicatie die gegevens levert. Hoort die bij het product, zet dan in het doelbestand: "
    "applications: {provider: {url: 'https://<applicatie>/<gegevens>'}}; zie 'conformance init'.",
    "The target file names no application that provides data. If the product has one, add to the target file: "
    "applications: {provider: {url: 'https://<application>/<data>'}}; see 'conformance init'.",
)


def application(of: Api) -> ApplicationsRow:
    """Give what the target file says of the application; raises NotApplicable when it names none."""
    row = of.run.target.row.applications
    if row is None:
        raise NotApplicable(*NO_TRIGGER)
    return row


def done(of: Api, handeling: str, /, *, refusal: int = 0, **changes: Json) -> Deed:
    """Give what the application does when it is set to this work, while the log perhaps refuses everything.

    Raises NotApplicable when the target file has no trigger or leaves this out, and Blocked when nothing is ever heard.
    """
    row = application(of)
    if row.trigger is None:
        raise NotApplicable(*NO_TRIGGER)
    if row.handelingen is not None and handeling not in row.handelingen:
        nl = f"'applications.handelingen' noemt '{handeling}' niet."
        raise NotApplicable(nl, f"'applications.handelingen' does not name '{handeling}'.")
    deed = _deed(of, f"{handeling} {refusal} {sorted(changes.items())}", handeling, refusal, changes)
    if not deed.heard and not _wired(of, row):
        raise Blocked(*SILENT)
    return deed


def provided(of: Api, headers: Mapping[str, str], name: str) -> Deed:
    """Give what the application does when it is called for personal data with these headers."""
    row = of.run.target.row.applications
    call = row.call if row is not None else None
    if row is None or call is None:
        raise NotApplicable(*NO_PROVIDER)
    server = of.neighbour
    server.log.tell(_person(row))

    def act() -> Deed:
        return heard(of.run, of.world, server, lambda: provide(of.run, of.world, call, headers))

    return _shared(of, f"provider {name}", act)


def fresh(of: Api, name: str) -> str:
    """Give a UUID that is new in this run and the same for every row that names it so."""
    return str(uuid.UUID(bytes=uuid.uuid5(uuid.UUID(int=of.run.seed), name).bytes, version=4))


def offered(of: Api) -> str:
    """Name the first thing that the application does, with which a trigger is proven."""
    row, known = application(of), of.profile.row.handelingen
    return next((one for one in known if row.handelingen is None or one in row.handelingen), "")


def _wired(of: Api, row: ApplicationsRow) -> bool:
    first = offered(of)
    return bool(first and row.trigger and _deed(of, f"{first} 0 []", first, 0, {}).heard)


def _deed(of: Api, name: str, handeling: str, refusal: int, changes: Mapping[str, Json]) -> Deed:
    row, server = application(of), of.neighbour
    assert row.trigger is not None
    trigger = row.trigger
    server.log.tell(_person(row))
    body = told(of.run, row, {"handeling": handeling, **changes})

    def act() -> Deed:
        with server.log.refusing(refusal):
            return heard(of.run, of.world, server, lambda: pull(of.run, of.world, trigger, body))

    return _shared(of, name, act)


def _shared(of: Api, name: str, act: Callable[[], Deed]) -> Deed:
    """Do something once in a run; that it could not be done is remembered too."""
    known = (NAME, name) in of.run.standing
    found = kept(name, NAME, of, lambda: _tried(act))
    if "blocked" in found:
        raise Blocked(*found["blocked"])
    deed: Deed = found["deed"]
    if known:
        of.world.trace.exchanges.extend(deed.exchanges)
    return deed


def _tried(act: Callable[[], Deed]) -> dict[str, Json]:
    try:
        return {"deed": act()}
    except Blocked as blocked:
        return {"blocked": blocked.reason}


def _person(row: ApplicationsRow) -> Json:
    known = {"burgerservicenummer": row.persons[0], "persoon": row.persons[0], "personen": row.persons}
    return known if row.answer is None else row.answer
