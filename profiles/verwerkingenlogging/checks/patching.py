"""Checks on PATCH: which actions of a processing it changes, in what, and what is refused."""

from __future__ import annotations

import time
from typing import Any

from conformance import Api, Blocked, Json, NotApplicable, named, no_body

from .acties import ACTIES, NORMAAL, VERTROUWELIJK, fresh, full, ident, known, triple, where
from .arranging import current
from .asking import listing
from .claims import answers, finds, keeps, misses, succeeds
from .succession import STEP, renewed
from .versions import (
    Held,
    gone,
    meant,
    patch,
    patches,
    removed,
    sent,
    settled,
    shows,
    somebody,
    stored,
    unchanged,
    versions,
)

# In days, which a log that computes with years keeps as they are; years are judged in VL-W-PATCH-001.
BEFORE, AFTER = {"bewaartermijn": "P1825D"}, {"bewaartermijn": "P3650D"}


def patch_sets_the_term(api: Api) -> None:
    """A PATCH with a new bewaartermijn is answered with 204 and nothing else, and sets it."""
    api.needs_memory()
    held, change = stored(api, bewaartermijn="P5Y"), {"bewaartermijn": "P10Y"}
    reply = sent(api, held.processing, change).expects(succeeds())
    with api.continuing():
        reply.expects(no_body(), status=204)
    shows(api, held, **change)


def patch_reaches_every_action(api: Api) -> None:
    """A PATCH changes every action of the processing, whoever logged it and whomever it is about."""
    processing, one, other = fresh(api), somebody(api), somebody(api)
    for number, who in enumerate((one, one, one, other)):
        stored(_somebody_else(api) if number % 2 else api, who, verwerkingId=processing, **BEFORE)
    patch(api, processing, AFTER).expects(succeeds())
    for who, number in ((one, 3), (other, 1)):
        listing(full(api), triple(who)).expects(versions(processing, number, **AFTER), status=200)


def patch_reaches_no_other_action(api: Api) -> None:
    """A PATCH leaves actions of another processing and actions without one as they were."""
    processing, one = fresh(api), somebody(api)
    held = stored(api, one, verwerkingId=processing, **BEFORE)
    others = [_under(api, processing, one), stored(api, one, verwerkingId=..., **BEFORE)]
    patch(api, processing, AFTER).expects(succeeds())
    with meant():
        shows(api, held, **AFTER)
    claims = [keeps(known(api, action.made), ident=ident(action.made)) for action in others]
    listing(full(api), triple(one)).expects(*claims, status=200)


def two_elements_change_together(api: Api) -> None:
    """A PATCH with a term and a vertrouwelijkheid sets both, for every action of the processing."""
    processing, one = fresh(api), somebody(api)
    for _ in range(2):
        stored(api, one, verwerkingId=processing, **BEFORE)
    change = {**AFTER, "vertrouwelijkheid": VERTROUWELIJK}
    patch(api, processing, change).expects(succeeds())
    listing(full(api), triple(one)).expects(versions(processing, 2, **change), status=200)


def patch_keeps_the_rest(api: Api) -> None:
    """A PATCH of the term leaves every other member as it was."""
    held = stored(api, somebody(api), somebody(api), **BEFORE)
    patch(api, held.processing, AFTER).expects(succeeds())
    seen = shows(api, held, **AFTER)
    now = seen.json if isinstance(seen["actieId"], str) else current(api, held.processing, held.one, **AFTER)
    full(api).get(where(api, now)).expects(keeps({**held.told, **AFTER}), status=200)


def patch_renews_registration(api: Api) -> None:
    """A PATCH gives the action a new moment of registration, and leaves the moment of the action."""
    held = stored(api, **BEFORE)
    time.sleep(STEP)
    patch(api, held.processing, AFTER).expects(succeeds())
    if api.run.settle:
        with meant():
            shows(api, held, **AFTER)
    seen = listing(full(api), triple(held.one)).expects(status=200)
    seen.expects(renewed(api, held.made), versions(held.processing, 1, tijdstip=held.told["tijdstip"]))


def one_element_leaves_the_other(api: Api) -> None:
    """A PATCH of the term leaves vertrouwelijkheid, and one of vertrouwelijkheid leaves the term."""
    held = stored(api, vertrouwelijkheid=VERTROUWELIJK, **BEFORE)
    patch(api, held.processing, AFTER).expects(succeeds())
    shows(api, held, vertrouwelijkheid=VERTROUWELIJK, **AFTER)
    patch(api, held.processing, {"vertrouwelijkheid": NORMAAL}).expects(succeeds())
    shows(api, held, vertrouwelijkheid=NORMAAL, **AFTER)


def patch_needs_a_processing(api: Api) -> None:
    """A PATCH without a processing is refused and changes nothing; it is only sent where nothing can be harmed."""
    if not api.run.target.row.safety.disposable:
        raise NotApplicable(
            "Het doelbestand zegt niet dat de inhoud mag worden beschadigd (safety: disposable).",
            "The target file does not say that the content may be damaged (safety: disposable).",
        )
    held = stored(api, **BEFORE)
    patches(api)
    for query in ({}, {"verwerkingId": ""}):
        with api.continuing():
            reply = api.request("PATCH", ACTIES, {"bewaartermijn": "P100Y"}, query=query)
            reply.expects(named(str(query), answers(400)))
    settled(api, "PATCH")
    unchanged(api, held, **BEFORE)


def odd_processing_is_refused(api: Api, *, values: list[str]) -> None:
    """A PATCH of a processing whose id is not a UUID is refused."""
    patches(api)
    for value in values:
        with api.continuing():
            patch(api, value, AFTER).expects(named(value, answers(400)))


def unknown_processing_is_refused(api: Api) -> None:
    """A PATCH of a processing that nobody logged is refused; 404 is a warning."""
    patches(api)
    patch(api, fresh(api), AFTER).expects(answers(400, tolerated=(404,)))


def deleted_processing_is_refused(api: Api) -> None:
    """A PATCH of a processing of which every action was deleted is refused and brings none back; 404 and 410 warn."""
    held = stored(api, **BEFORE)
    patches(api)
    removed(api, held)
    patch(api, held.processing, AFTER).expects(answers(400, tolerated=(404, 410)))
    settled(api, "PATCH")
    full(api).get(where(api, held.made)).expects(gone())
    listing(full(api), triple(held.one)).expects(finds(), status=200)


def deleted_action_stays_deleted(api: Api) -> None:
    """A PATCH of a processing with a deleted action changes the others; refusing it whole is a warning."""
    processing, one = fresh(api), somebody(api)
    first, _ = (stored(api, one, verwerkingId=processing, **BEFORE) for _ in range(2))
    removed(api, first)
    reply = patch(api, processing, AFTER)
    if not reply.ok:
        reply.expects(answers(204, tolerated=(400,)))
        settled(api, "PATCH")
    values = AFTER if reply.ok else BEFORE
    seen = listing(full(api), triple(one))
    seen.expects(versions(processing, 1, **values), misses(ident(first.made)), status=200)


def invalid_changes_are_refused(api: Api, *, changes: list[dict[str, Any]]) -> None:
    """A PATCH with a value that is no term or no vertrouwelijkheid is refused, and changes nothing."""
    held = stored(api, **BEFORE)
    patches(api)
    for change in changes:
        with api.continuing():
            patch(api, held.processing, change).expects(named(str(change), answers(400)))
    settled(api, "PATCH")
    unchanged(api, held, vertrouwelijkheid=NORMAAL, **BEFORE)


def _under(log: Api, number: str, one: dict[str, Json]) -> Held:
    """Log an action under an activity with this number, or under none where the log takes its own activities only."""
    try:
        return stored(log, one, verwerkingsactiviteitId=number, **BEFORE)
    except Blocked:
        return stored(log, one, **BEFORE)


def _somebody_else(log: Api) -> Api:
    """Give another application that may log, or the same when there is none."""
    try:
        return log.client("create:normal", without=("create:confidential",))
    except Blocked:
        return log
