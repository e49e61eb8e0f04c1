"""Checks on PATCH and vertrouwelijkheid: who may change what of a processing, and what then may be seen of it."""

from __future__ import annotations

from conformance import Api, Json, has_status, named

from .acties import INZAGE, NORMAAL, OPGEHEVEN, VERTROUWELIJK, fresh, triple, where
from .asking import listing
from .claims import answers, hides, succeeds
from .inspection import look, shows_nothing, shows_something
from .operations import offered
from .patching import AFTER, BEFORE
from .turning import HIDDEN, READ, READ_ALL, UPDATE, UPDATE_ALL
from .versions import Held, gone, lifted, patch, patches, settled, shows, somebody, stored, unchanged, versions


def processing_becomes_confidential(api: Api) -> None:
    """With update:confidential a processing becomes confidential: read:normal and inzage show none of its actions."""
    processing, one, change = fresh(api), somebody(api), {"vertrouwelijkheid": VERTROUWELIJK}
    held = [stored(api, one, verwerkingId=processing) for _ in range(2)]
    patch(api, processing, change).expects(succeeds())
    reader = api.client(READ, without=(READ_ALL,))
    listing(api, triple(one, **change)).expects(versions(processing, 2, **change), status=200)
    listing(reader, triple(one, vertrouwelijkheid=NORMAAL)).expects(versions(processing, 0), status=200)
    reader.get(where(api, held[0].made)).expects(gone(), hides(str(one["objectId"])))
    for client in (reader, api) if offered(api, INZAGE) else ():
        look(client, one).expects(shows_nothing(), status=200)


def either_scope_sets_the_term(api: Api) -> None:
    """The term of a normal processing can be changed with update:normal, and with update:confidential."""
    held = stored(api, **BEFORE)
    with api.continuing():
        patch(_updater(api), held.processing, AFTER).expects(named(UPDATE, succeeds()))
        shows(api, held, **AFTER)
    with api.continuing():
        client = api.client(UPDATE_ALL, without=(UPDATE,))
        patch(client, held.processing, BEFORE).expects(named(UPDATE_ALL, succeeds()))
        shows(api, held, **BEFORE)


def update_normal_sets_the_term_only(api: Api) -> None:
    """With update:normal a PATCH that names another vertrouwelijkheid is forbidden, and changes not even the term."""
    held = stored(api, **BEFORE)
    patches(api)
    hide: dict[str, Json] = {"vertrouwelijkheid": VERTROUWELIJK}
    for change in (hide, {"vertrouwelijkheid": OPGEHEVEN}, {**AFTER, **hide}):
        with api.continuing():
            # A normal action may be one that cannot be lifted at all, and which of two refusals comes is not said.
            tolerated = (400, 409) if change == {"vertrouwelijkheid": OPGEHEVEN} else ()
            reply = patch(_updater(api), held.processing, change)
            reply.expects(named(str(change), answers(403, tolerated=tolerated)))
    _stays(api, held)


def confidential_processing_is_closed(api: Api) -> None:
    """A confidential processing cannot be changed with update:normal; 400 and 404 are a warning."""
    held = stored(api, vertrouwelijkheid=VERTROUWELIJK, **BEFORE)
    patches(api)
    patch(_updater(api), held.processing, AFTER).expects(answers(403, tolerated=HIDDEN))
    _stays(api, held)


def mixed_processing_is_closed(api: Api) -> None:
    """A processing with a confidential action cannot be changed with update:normal; its normal part alone warns."""
    processing, one = fresh(api), somebody(api)
    normal, hidden = (
        stored(api, one, verwerkingId=processing, vertrouwelijkheid=value, **BEFORE)
        for value in (NORMAAL, VERTROUWELIJK)
    )
    patches(api)
    reply = patch(_updater(api), processing, AFTER)
    settled(api, "PATCH")
    with api.continuing():
        unchanged(api, hidden, **BEFORE)
    if reply.ok:
        shows(api, normal, **AFTER)
        reply.expects(answers(403, tolerated=(reply.status,)))
    else:
        reply.expects(answers(403))
        unchanged(api, normal, **BEFORE)


def lifted_processing_is_closed(api: Api) -> None:
    """A lifted processing cannot be changed with update:normal; 400 and 404 are a warning."""
    held = lifted(api)
    patch(_updater(api), held.processing, AFTER).expects(answers(403, tolerated=HIDDEN))
    _stays(api, held)


def confidentiality_is_lifted(api: Api) -> None:
    """A confidential processing becomes opgeheven, and is found as that, by those who may."""
    held, change = stored(api, vertrouwelijkheid=VERTROUWELIJK), {"vertrouwelijkheid": OPGEHEVEN}
    patch(api, held.processing, change).expects(succeeds())
    reader, number = api.client(READ, without=(READ_ALL,)), held.processing
    listing(api, triple(held.one, **change)).expects(versions(number, 1, **change), status=200)
    listing(api, triple(held.one, vertrouwelijkheid=VERTROUWELIJK)).expects(versions(number, 0), status=200)
    listing(reader, triple(held.one, vertrouwelijkheid=NORMAAL)).expects(versions(number, 0), status=200)
    if offered(api, INZAGE):
        look(api, held.one).expects(shows_something(), status=200)
        look(reader, held.one).expects(shows_nothing(tolerated=OPGEHEVEN), status=200)


def lifted_becomes_confidential(api: Api) -> None:
    """A lifted processing becomes confidential again, and inzage does not show it any more."""
    held, change = lifted(api), {"vertrouwelijkheid": VERTROUWELIJK}
    patch(api, held.processing, change).expects(succeeds())
    shows(api, held, **change)
    if offered(api, INZAGE):
        look(api, held.one).expects(shows_nothing(), status=200)


def normal_may_be_lifted(api: Api) -> None:
    """A normal processing becomes opgeheven, or that is refused."""
    held, change = stored(api), {"vertrouwelijkheid": OPGEHEVEN}
    patches(api)
    reply = patch(api, held.processing, change)
    if not 400 <= reply.status < 500:
        reply.expects(succeeds())
    reply.notes(has_status(204))


def _updater(log: Api) -> Api:
    return log.client(UPDATE, without=(UPDATE_ALL,))


def _stays(log: Api, held: Held) -> None:
    """Expect that a refused change had no effect."""
    settled(log, "PATCH")
    unchanged(log, held, **{name: held.told[name] for name in ("bewaartermijn", "vertrouwelijkheid")})
