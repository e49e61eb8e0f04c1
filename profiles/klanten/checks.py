"""Checks that only the Klanten API needs."""

from __future__ import annotations

from typing import Any

from conformance import (
    Api,
    Json,
    Reply,
    Text,
    empty,
    holds,
    is_empty,
    member,
    members,
    no_server_error,
    problem,
)

SUBJECT, TYPE, IDENTIFICATION = "subject", "subjectType", "subjectIdentificatie"


def subject_url_is_kept(api: Api) -> None:
    """A klant with a subject URL has that subject and its type, and no subjectIdentificatie."""
    body = api.referring("klanten", api.neighbour.place())
    kept = members({SUBJECT: body[SUBJECT], TYPE: body[TYPE]})
    made = api.post("klanten", body).expects(kept, empty(IDENTIFICATION), status=201)
    api.get(made["url"]).expects(kept, empty(IDENTIFICATION), status=200).prefers(member(IDENTIFICATION, None))


def identification_is_kept(api: Api, *, sample: str) -> None:
    """A subjectIdentificatie is returned as it was sent, when it is made and when it is read."""
    body = api.sample("klanten", sample)
    sent = _filled({IDENTIFICATION: body[IDENTIFICATION]})
    made = api.post("klanten", body).expects(members(sent), empty(SUBJECT), status=201)
    api.get(made["url"]).expects(members(sent), empty(SUBJECT), status=200)


def unknown_type_is_refused(api: Api, *, values: list[str]) -> None:
    """A subjectType that the standard does not know is refused."""
    api.standing("klanten")
    for value in values:
        with api.continuing():
            api.post("klanten", api.sample("klanten", **{TYPE: value})).expects(problem(400, TYPE))


def missing_type_is_answered(api: Api) -> None:
    """A klant with a subjectIdentificatie but without subjectType is accepted or refused, and the server survives."""
    api.standing("klanten")
    reply = api.post("klanten", api.sample("klanten", **{TYPE: ...}))
    reply.expects(no_server_error(), status=(201, 400))


def missing_type_with_subject_is_answered(api: Api) -> None:
    """A klant with a subject URL but without subjectType is accepted or refused, and the server survives."""
    api.standing("klanten")
    reply = api.post("klanten", api.referring("klanten", api.neighbour.place(), **{TYPE: ...}))
    reply.expects(no_server_error(), status=(201, 400))


def null_type_is_kept(api: Api) -> None:
    """A klant with a subject URL and subjectType null can be made and changed."""
    null, body = member(TYPE, None), api.referring("klanten", api.neighbour.place(), **{TYPE: None})
    made = api.post("klanten", body).expects(_is_klant, null, status=201)
    api.patch(made["url"], {"functie": api.word("Z ")}).expects(_is_klant, null, status=200)


def foreign_member_is_left_out(api: Api, *, sample: str, identification: dict[str, Any], foreign: str) -> None:
    """A member of another subject type is refused, or left out of what is kept."""
    reply = api.post("klanten", api.sample("klanten", sample, **{IDENTIFICATION: identification}))
    if reply.status == 400:
        api.standing("klanten", sample)
        return
    made = reply.expects(_is_klant, empty(f"{IDENTIFICATION}.{foreign}"), status=201)
    api.get(made["url"]).expects(_is_klant, empty(f"{IDENTIFICATION}.{foreign}"), status=200)


def subject_is_needed(api: Api) -> None:
    """A klant without subject and with no or an empty subjectIdentificatie is refused."""
    api.standing("klanten")
    nothing: tuple[Json, ...] = (..., {})
    for value in nothing:
        with api.continuing():
            api.post("klanten", api.sample("klanten", **{IDENTIFICATION: value})).expects(problem(400))


def subject_and_identification_are_kept(api: Api) -> None:
    """A klant can have a subject and a subjectIdentificatie at once, and both are returned."""
    identification = api.sample("klanten")[IDENTIFICATION]
    body = api.referring("klanten", api.neighbour.place(), **{IDENTIFICATION: identification})
    kept = members({SUBJECT: body[SUBJECT], IDENTIFICATION: identification})
    api.post("klanten", body).expects(kept, status=201)


def type_is_fixed(api: Api, *, other: str) -> None:
    """The subjectType of a klant cannot be changed, with PATCH or with PUT."""
    klant = api.create("klanten")
    own = {name: klant[name] for name in ("bronorganisatie", "klantnummer")}
    for method, sent in (("PATCH", {TYPE: other}), ("PUT", api.sample("klanten", other, **own))):
        with api.continuing():
            api.request(method, klant["url"], sent).expects(problem(400, TYPE))
    api.patch(klant["url"], {"functie": api.word("Z ")}).expects(member(TYPE, klant[TYPE]), status=200)


def identification_is_changed(api: Api, *, sample: str, method: str, changes: dict[str, Any]) -> None:
    """A PATCH or PUT changes members of subjectIdentificatie, also in its parts; what is left out is not judged."""
    body = api.sample("klanten", sample)
    where = str(api.add("klanten", body)["url"])
    sent = {IDENTIFICATION: changes if method == "PATCH" else {**body[IDENTIFICATION], **changes}}
    reply = api.request(method, where, sent if method == "PATCH" else {**body, **sent})
    reply.expects(members({IDENTIFICATION: changes}), status=200)
    api.get(where).expects(members({IDENTIFICATION: changes}), status=200)


def identification_can_be_added(api: Api, *, sample: str) -> None:
    """A klant that only had a subject gets a subjectIdentificatie in its place."""
    body = api.sample("klanten", sample)
    klant = api.add("klanten", api.referring("klanten", api.neighbour.place(), **{TYPE: body[TYPE]}))
    sent = _filled({IDENTIFICATION: body[IDENTIFICATION]})
    api.patch(klant["url"], {SUBJECT: "", **sent}).expects(members(sent), empty(SUBJECT), status=200)


def _filled(body: dict[str, Json]) -> dict[str, Json]:
    """Give what has a value, at every depth: how an empty value is returned is judged elsewhere."""
    kept = {name: _filled(value) if isinstance(value, dict) else value for name, value in body.items()}
    return {name: value for name, value in kept.items() if not is_empty(value)}


def _is_klant(reply: Reply) -> Any:
    """Claim that this is a klant: it has a url and a klantnummer."""
    what = Text("url en klantnummer", "url and klantnummer")
    yield from holds(
        what, Text("gevuld", "filled"), lambda one: [one["url"], one["klantnummer"]], lambda found: all(found)
    )(reply)
