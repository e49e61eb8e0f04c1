"""Checks on relations that another API owns: they begin after they exist there, and end after they are gone there."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.api import Api
from conformance.library.references import confirmed, looked_up
from conformance.library.relations import listing, others, spoilable
from conformance.library.standing import owner
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, member, problem

CODE = "inconsistent-relation"


def relation_with_what_is_absent_is_refused(api: Api, *, resource: str) -> None:
    """A relation with what answers 404 is refused under the name of the member, and nothing is made."""
    api.world.apart = True
    api.standing(resource)
    body, name, of = api.sample(resource), api.reference(resource), owner(resource, api)
    absent = _zaak(api, str(body[of]), status=404) if api.world.zaken else api.neighbour.place(404)
    with api.continuing():
        looked_up(api.post(resource, {**body, name: absent}), api, absent).expects(problem(400, name))
    _nothing_was_made(api, resource, body)


def something_else_is_refused(api: Api, *, resource: str) -> None:
    """A relation with what answers 200 but is no zaak is refused."""
    body, name, of = spoilable(resource, api), api.reference(resource), owner(resource, api)
    thing = _zaak(api, str(body[of]), body={"naam": "geen zaak"})
    looked_up(api.post(resource, {**body, name: thing}), api, thing).expects(problem(400))


def unconfirmed_relation_is_refused(api: Api, *, resource: str) -> None:
    """A relation that its source does not have is refused, also when the source has another, and nothing is made."""
    api.world.apart = True
    other = str(api.standing(resource)[owner(resource, api)])
    body, name = api.sample(resource), api.reference(resource)
    for zaak in (_zaak(api), _zaak(api, other)):
        with api.continuing():
            reply = confirmed(api.post(resource, {**body, name: zaak}), api, zaak)
            reply.expects(problem(400)).prefers(_names_the_code(CODE))
    with api.continuing():
        api.post(resource, {**body, name: _zaak(api, listed=403)}).expects(_is_not_made())
    _nothing_was_made(api, resource, body)


def failing_source_gives_400(api: Api, *, resource: str, statuses: list[int]) -> None:
    """A relation of which the source cannot be asked is refused with 400."""
    body, name = spoilable(resource, api), api.reference(resource)
    for status in statuses:
        with api.continuing():
            zaak = _zaak(api, listed=status)
            confirmed(api.post(resource, {**body, name: zaak}), api, zaak).expects(problem(400))


def relation_stays_while_its_source_has_it(api: Api, *, resource: str) -> None:
    """As long as the source has the relation a DELETE is refused, and the relation is still there."""
    made = api.create(resource)
    url = str(made["url"])
    with api.continuing():
        api.delete(url).expects(status=400)
    api.get(url).expects(member("url", url), status=200)


def long_reference_is_kept(api: Api, *, resource: str, lengths: list[int], limit: int) -> None:
    """A URL of each of these lengths is stored as it was sent, and one over the limit is refused."""
    api.standing(resource)
    body, name, of = api.sample(resource), api.reference(resource), owner(resource, api)
    for length in lengths:
        with api.continuing():
            zaak = _zaak(api, str(body[of]), length=length)
            api.post(resource, {**body, name: zaak}).expects(member(name, zaak), status=201)
    longer = _zaak(api, str(body[of]), length=limit + 1)
    api.post(resource, {**body, name: longer}).expects(problem(400, name))


def _zaak(api: Api, *urls: str, **answers: Json) -> str:
    """Make a zaak that forgets its relations at the end of the check."""
    api.world.zaken.append(api.neighbour.zaak(*urls, **answers))
    return api.world.zaken[-1]


def _nothing_was_made(api: Api, resource: str, body: dict[str, Json]) -> None:
    api.pause()
    name = owner(resource, api)
    listing(api.get(resource, {name: body[name]})).expects(others(body, [], name))


def _is_not_made() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.ok:
            what = Text("status van het antwoord", "status of the answer")
            yield found(what, Text("een weigering", "a refusal"), same(str(reply.status)))

    return claim


def _names_the_code(code: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        rows = reply["invalidParams"] if isinstance(reply["invalidParams"], list) else []
        codes = [str(row.get("code")) for row in rows if isinstance(row, dict)]
        if code not in codes:
            what = Text("codes in invalidParams", "codes in invalidParams")
            yield found(what, same(code), same(", ".join(codes) or "-"), Severity.WARNING)

    return claim
