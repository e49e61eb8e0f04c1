"""Arranging actions: changed, in each state of vertrouwelijkheid, or still reachable after a change."""

from __future__ import annotations

from collections.abc import Mapping

from conformance import Api, Blocked, Json, Mismatch, kept, shown

from .acties import (
    ACTIES,
    NORMAAL,
    OPGEHEVEN,
    VERTROUWELIJK,
    arranged,
    fresh,
    full,
    logged,
    minimal,
    person,
    triple,
    where,
)
from .asking import listing
from .claims import alike, has_version, keeps, rows


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
