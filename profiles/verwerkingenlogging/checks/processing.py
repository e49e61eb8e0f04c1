"""Checks on PATCH: what it does not touch, and which version of an action it starts from."""

from __future__ import annotations

from conformance import Api, Claim, Json, Reply, Text, holds, named, same, shown

from .acties import ACTIES, complete, fresh, full, triple, where
from .asking import listing
from .claims import alike, answers, is_action, keeps, succeeds
from .patching import AFTER, BEFORE
from .versions import (
    Held,
    meant,
    patch,
    patched,
    patches,
    replaced_by,
    settled,
    shows,
    somebody,
    stored,
    unchanged,
    versions,
)

OLD_PATHS = {
    "wijzigBewaartermijnVerwerking": AFTER,
    "wijzigVertrouwelijkheidVerwerking": {"vertrouwelijkheid": "vertrouwelijk"},
}


def empty_patch_changes_nothing(api: Api) -> None:
    """A PATCH without term and vertrouwelijkheid is accepted or refused, and changes neither."""
    held = stored(api, **BEFORE)
    patches(api)
    reply = patch(api, held.processing, {})
    if not reply.ok:
        reply.expects(answers(400))
    settled(api, "PATCH")
    seen = shows(api, held, vertrouwelijkheid="normaal", **BEFORE)
    if reply.ok:
        seen.prefers(_kept_registration(held))


def other_members_have_no_effect(api: Api) -> None:
    """A PATCH with other members beside the term sets only the term, or is refused and sets nothing."""
    held = stored(api, **BEFORE)
    patches(api)
    reply = patch(api, held.processing, {**AFTER, "actieNaam": api.word("Anders "), "vervallen": True})
    if not reply.ok:
        reply.expects(answers(400))
    settled(api, "PATCH")
    shows(api, held, actieNaam=held.told["actieNaam"], **(AFTER if reply.ok else BEFORE))


def patch_starts_from_the_latest(api: Api) -> None:
    """After a PUT, a PATCH keeps what the PUT set and leaves one current version."""
    held, name = stored(api, **BEFORE), {"actieNaam": api.word("Nieuwe naam ")}
    now = replaced_by(api, held, **name)
    patch(api, held.processing, AFTER).expects(succeeds())
    shows(api, now, **name, **AFTER)
    listing(full(api), triple(held.one)).expects(versions(held.processing, 1, **name, **AFTER), status=200)


def processing_of_the_afnemer_does_not_match(api: Api) -> None:
    """A PATCH leaves an action that only names the processing as that of its afnemer."""
    first = stored(api, **BEFORE)
    second = stored(api, first.one, verwerkingIdAfnemer=first.processing, **BEFORE)
    patch(api, first.processing, AFTER).expects(succeeds())
    seen = listing(full(api), triple(first.one))
    with meant():
        seen.expects(versions(first.processing, 1, **AFTER), status=200)
    seen.expects(versions(second.processing, 1, **BEFORE), status=200)


def old_operations_are_closed(api: Api) -> None:
    """The operations of an older version are absent or ask for a scope; that they are there is a warning."""
    held = stored(api, **BEFORE)
    reader = api.client("read:normal", without=("update:normal", "update:confidential"))
    root = api.run.target.root("bewerking")
    body: dict[str, Json] = {"verwerkingId": held.processing}
    for name, change in OLD_PATHS.items():
        reader.post(f"{root}/{name}", {**body, **change})
    settled(api, "PATCH")
    unchanged(api, held, vertrouwelijkheid="normaal", **BEFORE)
    reply = api.post(f"{root}/wijzigBewaartermijnVerwerking", {**body, **AFTER})
    if reply.ok:
        reply.prefers(named("wijzigBewaartermijnVerwerking", answers(404, 405, 501)))


def current_processing_decides(api: Api) -> None:
    """An action that a PUT moved to another processing is not changed through the former one."""
    processing, moved = fresh(api), {"verwerkingId": fresh(api)}
    first, second = (stored(api, verwerkingId=processing, **BEFORE) for _ in range(2))
    now = replaced_by(api, first, **moved)
    patch(api, processing, AFTER).expects(succeeds())
    shows(api, second, **AFTER)
    unchanged(api, now, **moved, **BEFORE)


def later_action_has_its_own_term(api: Api) -> None:
    """An action that is logged after a PATCH of its processing has the term that it was logged with."""
    held = stored(api, **AFTER)
    change = {"bewaartermijn": "P20Y"}
    patched(api, held, change)
    made = api.post(ACTIES, complete(api, somebody(api), verwerkingId=held.processing, **BEFORE))
    made.expects(succeeds(), is_action())
    api.get(where(api, made.json)).expects(keeps(BEFORE), status=200)


def missing_term_is_recorded(api: Api) -> None:
    """A PATCH gives a term to actions that were logged without one."""
    processing, one = fresh(api), somebody(api)
    for _ in range(2):
        stored(api, one, verwerkingId=processing, bewaartermijn=...)
    patch(api, processing, BEFORE).expects(succeeds())
    listing(full(api), triple(one)).expects(versions(processing, 2, **BEFORE), status=200)


def _kept_registration(held: Held) -> Claim:
    """Claim the moment of registration that the action had, of an action or of the first in a list."""
    what = Text("waarde van tijdstipRegistratie", "value of tijdstipRegistratie")
    before = held.made.get("tijdstipRegistratie")

    def seen(reply: Reply) -> Json:
        return reply["tijdstipRegistratie"] or reply["results.0.tijdstipRegistratie"]

    return holds(what, same(shown(before)), seen, lambda now: alike("tijdstipRegistratie", before, now))
