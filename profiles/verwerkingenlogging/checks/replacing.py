"""Checks on PUT: the answer, what is refused, and that a refused change has no effect."""

from __future__ import annotations

from typing import Any

from conformance import Api, Blocked, Finding, Json, Mismatch, Reply, Text, grafted, named, same, shown

from .acties import ACTIES, full, logged, minimal, triple, where
from .asking import listing
from .claims import alike, answers, finds, is_action, keeps, succeeds
from .versions import (
    NAMED,
    SERVER,
    Held,
    again,
    demands_own,
    follow,
    gone,
    own,
    put,
    removed,
    settled,
    shows,
    somebody,
    stored,
    unchanged,
    unknown,
)

ADDRESS = "https://www.example.nl/"
REQUIRED = ("vertrouwelijkheid", "tijdstip", "verwerkteObjecten")


def put_answers_the_new_action(api: Api) -> None:
    """A PUT with everything is answered with 200 and the action as it is now.

    That only a body which repeats what the log says by itself is accepted, is a warning.
    """
    held, name = stored(api), api.word("Nieuwe naam ")
    reply = api.put(where(api, held.made), again(held, actieNaam=name))
    if reply.status == 400:
        repeated = api.put(where(api, held.made), {**own(held), **again(held, actieNaam=name)})
        if repeated.ok:
            reply.prefers(status=200)
            reply = repeated
    reply.expects(is_action(), keeps({**_faithful(held), "actieNaam": name}), status=200)


def incomplete_put_is_refused(api: Api) -> None:
    """A PUT that leaves out something that has a value is refused; leaving out a part of an object is a warning."""
    held = stored(api)
    for name in ("actieNaam", "bewaartermijn"):
        with api.continuing():
            put(api, held, **{name: ...}).expects(named(f"{name} -", answers(400)))
    settled(api, "PUT")
    with api.continuing():
        unchanged(api, held)
    for name in ("betrokkenheid", "verwerkteSoortenGegevens"):
        objects = [
            {member: value for member, value in one.items() if member != name}
            for one in again(held)["verwerkteObjecten"]
        ]
        with api.continuing():
            reply = put(api, held, verwerkteObjecten=objects)
            reply.expects(named(f"{name} -", answers(400, tolerated=_if_accepted(reply))))


def put_without_required_is_refused(api: Api) -> None:
    """A PUT that lacks a required member, or everything, is refused."""
    held = stored(api)
    for name in REQUIRED:
        with api.continuing():
            put(api, held, **{name: ...}).expects(named(f"{name} -", answers(400)))
    with api.continuing():
        api.put(where(api, held.made), {}).expects(named("{}", answers(400)))


def put_without_object_ids_is_refused(api: Api) -> None:
    """A PUT of which the objects lack url and verwerktObjectId is refused."""
    held = stored(api)
    put(api, held, verwerkteObjecten=held.body["verwerkteObjecten"]).expects(answers(400))


def own_representation_is_accepted(api: Api) -> None:
    """What is read of an action can be sent back, with or without what the log says of it by itself."""
    sent, replies = minimal(api), []
    held = Held(sent, logged(full(api), sent), sent)
    for extra in (False, True):
        body = _read(api, held)
        whole = {name: value for name, value in body.items() if extra or name not in SERVER}
        replies.append(api.put(where(api, held.made), whole))
        if replies[-1].ok:
            held = follow(held, replies[-1], {})
            before = {name: body.get(name) for name in sent if name != "verwerkteObjecten"}
            full(api).get(where(api, held.made)).expects(keeps({**before, **_people(body)}), status=200)
    refused = [reply for reply in replies if not reply.ok]
    if len(refused) == len(replies):
        what = Text("status van het antwoord", "status of the answer")
        seen = same(", ".join(str(reply.status) for reply in refused))
        raise Mismatch([Finding(what, same("200"), seen, refused[0].exchange)])
    for reply in refused:
        reply.prefers(succeeds())


def put_on_unknown_is_refused(api: Api) -> None:
    """A PUT on an action that does not exist is refused and makes none; 404 is a warning."""
    held = unknown(api)
    put(api, held).expects(answers(400, tolerated=(404,)))
    settled(api, "PUT")
    full(api).get(where(api, held.made)).expects(gone())
    listing(full(api), triple(held.one)).expects(finds(), status=200)


def put_on_deleted_is_refused(api: Api) -> None:
    """A PUT on a deleted action is refused and does not bring it back; 404 and 410 are a warning."""
    held = stored(api)
    demands_own(api)
    removed(api, held)
    put(api, held).expects(answers(400, tolerated=(404, 410)))
    settled(api, "PUT")
    full(api).get(where(api, held.made)).expects(gone())
    listing(full(api), triple(held.one)).expects(finds(), status=200)


def put_on_odd_id_is_refused(api: Api, *, values: list[str]) -> None:
    """A PUT on an id that is not a UUID gives 400 or 404."""
    demands_own(api)
    for value in values:
        with api.continuing():
            api.put(api.url(ACTIES, value), again(unknown(api))).expects(named(value, answers(400, 404)))


def put_values_are_refused(api: Api, *, cases: list[dict[str, Any]]) -> None:
    """A PUT with a value that a create may not have either is refused, and the action stays as it is.

    A case has the places, the values, and the longest length of a text that is one letter longer.
    """
    held = stored(api, somebody(api), somebody(api))
    extra = own(held) if demands_own(api) else {}
    for case in cases:
        values = [*case.get("values", ()), *([ADDRESS.ljust(case["longest"] + 1, "a")] if "longest" in case else ())]
        for pointer, value in ((pointer, value) for pointer in case["at"] for value in values):
            with api.continuing():
                body = {**extra, **grafted(again(held), pointer, value)}
                reply = api.put(where(api, held.made), body)
                reply.expects(named(f"{pointer} {shown(value)}", answers(400)))
    settled(api, "PUT")
    unchanged(api, held)


def either_scope_changes(api: Api) -> None:
    """A normal action that stays normal can be changed with update:normal, and with update:confidential."""
    held = stored(api)
    clients = (
        api.client("update:normal", without=("update:confidential",)),
        api.client("update:confidential", without=("update:normal",)),
    )
    for number, client in enumerate(clients):
        with api.continuing():
            changes: dict[str, Json] = {"actieNaam": api.word("Nieuwe naam ")}
            reply = put(client, held, **changes).expects(named(f"client {number + 1}", succeeds()))
            held = follow(held, reply, changes)
            shows(api, held, **changes)


def _read(log: Api, held: Held) -> dict[str, Json]:
    reply = full(log).request("GET", where(log, held.made), phase="arrange")
    if reply.status != 200 or not isinstance(reply.json, dict):
        raise Blocked(f"Lezen lukte niet ({reply.status}).", f"Reading did not succeed ({reply.status}).")
    return dict(reply.json)


def _faithful(held: Held) -> dict[str, Json]:
    """Give the members that the log held as they were sent; what it did to the others is judged elsewhere."""
    return {name: value for name, value in held.body.items() if alike(name, value, held.told.get(name))}


def _people(body: dict[str, Json]) -> dict[str, Json]:
    """Give the objects of an action without the ids that a change may renew."""
    objects = [one for one in body.get("verwerkteObjecten") or [] if isinstance(one, dict)]
    kept = [{name: value for name, value in one.items() if name not in NAMED} for one in objects]
    return {"verwerkteObjecten": kept}


def _if_accepted(reply: Reply) -> tuple[int, ...]:
    return (reply.status,) if reply.ok else ()
