"""Checks on PUT and vertrouwelijkheid: who may change what, and what then may be seen of it."""

from __future__ import annotations

from conformance import Api, Json, Reply, has_status, named

from .acties import INZAGE, NORMAAL, OPGEHEVEN, VERTROUWELIJK, ident, triple, where
from .asking import listing
from .claims import answers, finds, hides, misses, succeeds
from .inspection import look, shows_nothing
from .operations import offered
from .versions import Held, follow, gone, lifted, put, settled, shows, stored, unchanged

UPDATE, UPDATE_ALL = "update:normal", "update:confidential"
READ, READ_ALL = "read:normal", "read:confidential"
HIDDEN = (400, 404)


def confidential_is_closed_to_update_normal(api: Api) -> None:
    """A confidential action cannot be changed with update:normal, whatever it would become; 400 and 404 warn."""
    held, client = stored(api, vertrouwelijkheid=VERTROUWELIJK), _updater(api)
    for value in (VERTROUWELIJK, NORMAAL):
        with api.continuing():
            reply = put(client, held, vertrouwelijkheid=value, actieNaam=api.word("Anders "))
            reply.expects(named(value, answers(403, tolerated=HIDDEN)))
    _stays(api, held)


def lifted_is_closed_to_update_normal(api: Api) -> None:
    """A lifted action cannot be changed with update:normal, kept or made normal; 400 and 404 are a warning."""
    held = lifted(api)
    for value in (OPGEHEVEN, NORMAAL):
        with api.continuing():
            reply = put(_updater(api), held, vertrouwelijkheid=value, actieNaam=api.word("Anders "))
            reply.expects(named(value, answers(403, tolerated=HIDDEN)))
    _stays(api, held)


def update_normal_hides_nothing(api: Api) -> None:
    """A normal action cannot be made confidential with update:normal."""
    held = stored(api)
    put(_updater(api), held, vertrouwelijkheid=VERTROUWELIJK, actieNaam=api.word("Anders ")).expects(answers(403))
    _stays(api, held)


def normal_becomes_confidential(api: Api) -> None:
    """With update:confidential an action becomes confidential: read:normal and inzage do not show it any more."""
    held, changes = stored(api), {"vertrouwelijkheid": VERTROUWELIJK}
    now = follow(held, put(api, held, **changes).expects(succeeds()), changes)
    own, reader = ident(now.made), api.client(READ, without=(READ_ALL,))
    listing(api, triple(held.one, **changes)).expects(finds(own), status=200)
    query = triple(held.one, vertrouwelijkheid=NORMAAL)
    listing(reader, query).expects(misses(own, ident(held.made)), status=200)
    reader.get(where(api, now.made)).expects(gone(), hides(str(held.one["objectId"])))
    if offered(api, INZAGE):
        look(api, held.one).expects(shows_nothing(), status=200)


def confidential_becomes_normal(api: Api) -> None:
    """With update:confidential a confidential action becomes normal."""
    held, changes = stored(api, vertrouwelijkheid=VERTROUWELIJK), {"vertrouwelijkheid": NORMAAL}
    shows(api, follow(held, put(api, held, **changes).expects(succeeds()), changes), **changes)


def confidential_is_corrected(api: Api) -> None:
    """With update:confidential a confidential action is corrected, and stays confidential."""
    held, changes = stored(api, vertrouwelijkheid=VERTROUWELIJK), {"actieNaam": api.word("Nieuwe naam ")}
    now = follow(held, put(api.client(UPDATE_ALL), held, **changes).expects(succeeds()), changes)
    shows(api, now, vertrouwelijkheid=VERTROUWELIJK, **changes)
    query = triple(held.one, vertrouwelijkheid=NORMAAL)
    listing(api.client(READ, without=(READ_ALL,)), query).expects(misses(ident(now.made)), status=200)


def put_lifts_nothing(api: Api) -> None:
    """No scope lets a PUT make an action opgeheven, confidential or normal."""
    hidden, normal = stored(api, vertrouwelijkheid=VERTROUWELIJK), stored(api)
    for client, held in ((api, hidden), (api, normal), (_updater(api), normal)):
        with api.continuing():
            put(client, held, vertrouwelijkheid=OPGEHEVEN).expects(answers(403))
    _stays(api, hidden)
    _stays(api, normal)


def lifted_may_be_corrected(api: Api) -> None:
    """A PUT that keeps opgeheven is accepted, and then keeps it, or it is refused; a refusal but 403 is a warning."""
    held, changes = lifted(api), {"actieNaam": api.word("Nieuwe naam ")}
    reply = put(api, held, **changes)
    reply.notes(has_status(200))
    if reply.ok:
        shows(api, follow(held, reply, changes), vertrouwelijkheid=OPGEHEVEN, **changes)
    else:
        reply.expects(answers(403, tolerated=_refusal(reply)))


def _updater(log: Api) -> Api:
    return log.client(UPDATE, without=(UPDATE_ALL,))


def _refusal(reply: Reply) -> tuple[int, ...]:
    return (reply.status,) if 400 <= reply.status < 500 else ()


def _stays(log: Api, held: Held) -> None:
    """Expect that a refused change had no effect."""
    values: dict[str, Json] = {name: held.told[name] for name in ("actieNaam", "vertrouwelijkheid")}
    settled(log, "PUT")
    unchanged(log, held, **values)
