"""Checks on DELETE: what is gone, what stays, and who may delete what."""

from __future__ import annotations

from conformance import Api, Json, Text, holds, named, no_body, same

from .acties import ACTIES, INZAGE, VERTROUWELIJK, day, fresh, full, ident, known, person, triple, where
from .arranging import current
from .asking import listing
from .claims import answers, counts, finds, hides, is_action, keeps, misses, succeeds
from .inspection import look, look_at, own_id, shows_nothing
from .operations import offered
from .turning import HIDDEN
from .versions import (
    GONE,
    Held,
    again,
    deletes,
    gone,
    lifted,
    patched,
    removed,
    replaced_by,
    settled,
    somebody,
    stored,
    unchanged,
)

DELETE, DELETE_ALL = "delete:normal", "delete:confidential"


def delete_answers_204(api: Api) -> None:
    """A DELETE is answered with 204 and nothing else."""
    api.delete(where(api, stored(api).made)).expects(no_body(), status=204)


def deleted_action_is_nowhere(api: Api) -> None:
    """A deleted action is found in no search, and read by no id, whatever the scope; nor in inzage."""
    held = stored(api)
    thing = own_id(held.made)
    api.delete(where(api, held.made)).expects(succeeds())
    own = ident(held.made)
    api.get(where(api, held.made)).expects(answers(*GONE, tolerated=(400,)), hides(str(held.one["objectId"])))
    for more in ({}, {"vertrouwelijkheid": "normaal"}):
        query = triple(held.one, eindDatum=day(api, -1), **more)
        listing(api, query).expects(misses(own), counts(0), status=200)
    if offered(api, INZAGE):
        look(api, held.one).expects(shows_nothing(), status=200)
        if thing:
            look_at(api, thing).expects(gone(), hides(str(held.one["objectId"])))


def delete_takes_one_action(api: Api) -> None:
    """A DELETE leaves another action of the same processing and person as it was."""
    processing, one = fresh(api), somebody(api)
    first, second = (stored(api, one, verwerkingId=processing) for _ in range(2))
    removed(api, first)
    full(api).get(where(api, second.made)).expects(keeps(known(api, second.made)), status=200)


def unknown_action_is_not_deleted(api: Api) -> None:
    """A DELETE of an action that does not exist is refused."""
    deletes(api)
    api.delete(api.url(ACTIES, fresh(api))).expects(answers(400, 404))


def action_is_deleted_once(api: Api) -> None:
    """A second DELETE is refused, and does not bring the action back."""
    held = stored(api)
    removed(api, held)
    with api.continuing():
        api.delete(where(api, held.made)).expects(answers(400, 404, 410))
    settled(api, "DELETE")
    full(api).get(where(api, held.made)).expects(gone())


def delete_normal_takes_normal(api: Api) -> None:
    """With delete:normal a normal action is deleted."""
    held = stored(api)
    _remover(api).delete(where(api, held.made)).expects(succeeds())


def confidential_is_closed_to_delete_normal(api: Api) -> None:
    """A confidential action cannot be deleted with delete:normal; 400 and 404 are a warning."""
    _is_closed(api, stored(api, vertrouwelijkheid=VERTROUWELIJK))


def lifted_is_closed_to_delete_normal(api: Api) -> None:
    """A lifted action cannot be deleted with delete:normal; 400 and 404 are a warning."""
    _is_closed(api, lifted(api))


def delete_confidential_takes_all(api: Api) -> None:
    """With delete:confidential a normal, a confidential and a lifted action are deleted."""
    api.resource(ACTIES)
    client = api.client(DELETE_ALL, without=(DELETE,))
    for held in (stored(api), stored(api, vertrouwelijkheid=VERTROUWELIJK), lifted(api)):
        with api.continuing():
            reply = client.delete(where(api, held.made))
            reply.expects(named(str(held.body["vertrouwelijkheid"]), succeeds()))
            full(api).get(where(api, held.made)).expects(gone())


def odd_id_is_not_deleted(api: Api, *, values: list[str]) -> None:
    """A DELETE of an id that is not a UUID gives 400 or 404."""
    deletes(api)
    for value in values:
        with api.continuing():
            api.delete(api.url(ACTIES, value)).expects(named(value, answers(400, 404)))


def no_version_comes_back(api: Api) -> None:
    """A DELETE of an action that was changed hides every version of it, by every person that it was about."""
    held = stored(api)
    one, number = held.one, person(api)["objectId"]
    objects = [{**again(held)["verwerkteObjecten"][0], "objectId": number}]
    now = replaced_by(api, held, verwerkteObjecten=objects)
    change: dict[str, Json] = {"bewaartermijn": "P3650D"}
    patched(api, now, change)
    reply = api.delete(where(api, now.made))
    if reply.status in (*GONE, 400):
        reply = api.delete(where(api, current(api, held.processing, now.one, **change)))
    reply.expects(succeeds())
    for who in (now.one, one):
        listing(full(api), triple(who)).expects(finds(), status=200)
    full(api).get(where(api, held.made)).expects(gone())


def same_content_is_logged_again(api: Api) -> None:
    """After a DELETE the same content can be logged, as another action."""
    held = stored(api)
    removed(api, held)
    made = api.post(ACTIES, held.body).expects(succeeds(), is_action())
    own, before = ident(made.json), ident(held.made)
    made.expects(holds(same("actieId"), Text("een ander", "another"), lambda _: own, lambda seen: seen != before))
    listing(api, triple(held.one)).expects(finds(own, among=(before,)), status=200)


def _remover(log: Api) -> Api:
    return log.client(DELETE, without=(DELETE_ALL,))


def _is_closed(log: Api, held: Held) -> None:
    deletes(log)
    with log.continuing():
        _remover(log).delete(where(log, held.made)).expects(answers(403, tolerated=HIDDEN))
    settled(log, "DELETE")
    unchanged(log, held, actieNaam=held.told["actieNaam"])
