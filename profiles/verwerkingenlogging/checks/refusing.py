"""Checks on what is refused when an action is logged, and that a refused action is not kept."""

from __future__ import annotations

from typing import Any

from conformance import (
    MISSING,
    Api,
    Blocked,
    Json,
    Reply,
    frozen,
    grafted,
    named,
    reading,
    shown,
)

from .absence import nothing_about
from .acties import ACTIES, ident, minimal, person, someone, triple, twin
from .claims import answers, hides
from .offering import writable

CREATE = "verwerkingsactie_create"


def corpus(api: Api, *, operation: str = CREATE) -> None:
    """Every frozen request to this operation gets its answer, where a create is one that the log offers to others."""
    if operation == CREATE:
        writable(api)
    frozen(None, operation, api)


def action_values_are_refused(
    api: Api, *, at: list[str], values: list[Any], tolerated: list[Any] | None = None
) -> None:
    """An action with one of these values at one of these places is refused, and nothing of it is kept.

    Accepting a value that is tolerated is a warning.
    """
    twin(api)
    one = person(api)
    for pointer in at:
        for value in [*values, *(tolerated or ())]:
            with api.continuing():
                body = grafted(minimal(api, one), pointer, value)
                _refused(api.post(ACTIES, body), f"{pointer} {shown(value)}", value in (tolerated or ()))
    if not any(pointer.startswith("/verwerkteObjecten") for pointer in at) and not tolerated:
        nothing_about(api, one)


def action_without_member_is_refused(api: Api, *, at: list[str]) -> None:
    """An action that lacks the member at one of these places is refused."""
    twin(api)
    for pointer in at:
        with api.continuing():
            body = grafted(minimal(api), pointer, MISSING)
            _refused(api.post(ACTIES, body), f"{pointer} -", tolerant=False)


def action_without_vertrouwelijkheid_is_refused(api: Api) -> None:
    """An action without vertrouwelijkheid is refused; taking it as normaal is a warning."""
    twin(api)
    reply = api.post(ACTIES, minimal(api, vertrouwelijkheid=...))
    tolerated = (reply.status,) if reply.ok and reply["vertrouwelijkheid"] == "normaal" else ()
    reply.expects(answers(400, tolerated=tolerated))


def incomplete_objects_are_refused(api: Api) -> None:
    """An action with an incomplete object is refused, also beside a complete one, and nothing of it is kept."""
    twin(api)
    people = []
    for name in ("objecttype", "soortObjectId", "objectId"):
        one, other = person(api), person(api)
        people.append(one)
        lacking = {key: value for key, value in other.items() if key != name}
        for label, objects in ((f"0/{name}", [lacking]), (f"1/{name}", [one, lacking])):
            with api.continuing():
                _refused(api.post(ACTIES, minimal(api, *objects)), f"/verwerkteObjecten/{label} -", tolerant=False)
    nothing_about(api, people[0])


def wrong_json_types_are_refused(api: Api) -> None:
    """A member of another JSON type is refused; a number of which the same text is kept is a warning."""
    twin(api)
    for pointer, value, name in (
        ("/actieNaam", 5, "actieNaam"),
        ("/actieNaam", {}, ""),
        ("/verwerkteObjecten/0/objectId", int(api.citizen()), "verwerkteObjecten.0.objectId"),
        ("/verwerkteObjecten/0/verwerkteSoortenGegevens", {}, ""),
        ("/verwerkteObjecten", [[]], ""),
    ):
        with api.continuing():
            reply = api.post(ACTIES, grafted(minimal(api), pointer, value))
            lenient = bool(name) and reply.ok and reply[name] == str(value)
            _refused(reply, f"{pointer} {shown(value)}", lenient)


def action_is_refused_whole(api: Api, *, pointer: str, values: list[Any]) -> None:
    """A wrong value inside a good object makes the whole action be refused."""
    twin(api)
    for value in values:
        one = person(api, verwerkteSoortenGegevens=[{"soortGegeven": "Naam"}])
        with api.continuing():
            _refused(api.post(ACTIES, grafted(minimal(api, one), pointer, value)), f"{pointer} {shown(value)}", False)


def odd_parameters_are_refused(
    api: Api, *, wrong: list[dict[str, Any]], tolerated: list[dict[str, Any]] | None = None
) -> None:
    """A search with wrong parameters is refused and shows nothing; without the mistake it is answered."""
    good = _answered(api)
    for change in [*wrong, *(tolerated or ())]:
        query = {name: value for name, value in {**good, **change}.items() if value is not None}
        allowed = (200,) if change in (tolerated or ()) else ()
        with api.continuing():
            reply = api.get(ACTIES, _pairs(query))
            reply.expects(named(shown(change), answers(400, tolerated=allowed)), hides(ident(twin(api))))


def search_without_parameters_is_refused(api: Api) -> None:
    """A search without any parameter is refused and shows nothing."""
    _answered(api)
    api.get(ACTIES).expects(answers(400), hides(ident(twin(api))))


def _answered(log: Api) -> dict[str, Json]:
    """Give the parameters of a search that finds an action; raises Blocked when it is not answered."""
    query = triple(someone(log))
    reply = reading(log, ACTIES, query)
    if reply.status != 200:
        raise Blocked(f"Een goede zoekvraag gaf {reply.status}.", f"A good search gave {reply.status}.")
    return query


def _pairs(query: dict[str, Json]) -> list[tuple[str, Json]]:
    return [(name, one) for name, value in query.items() for one in (value if isinstance(value, list) else [value])]


def _refused(reply: Reply, label: str, tolerant: bool) -> None:
    """Expect 400; a success that is tolerated is a warning."""
    reply.expects(named(label, answers(400, tolerated=(reply.status,) if tolerant and reply.ok else ())))
