"""Checks on relations: resources that tie one of the main resources to something elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from conformance.api import Api
from conformance.calls import World, let_go
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import shown
from conformance.library.lists import misses
from conformance.library.notifications import QUIET, receiver
from conformance.library.standing import gone, kept, owner, reading, spoiled
from conformance.model import Json, Severity, Text, same
from conformance.reply import (
    Claim,
    Found,
    Reply,
    found,
    has_status,
    holds,
    invalid_names,
    member,
    members,
    no_body,
    no_server_error,
    problem,
)

UNUSED = "https://example.com/"


def relation_needs_its_members(api: Api, *, resource: str, names: list[str]) -> None:
    """A relation without these members, or with null or the empty text for them, is refused under their names.

    All of them are wrong at once; one that the refusal does not name then is wrong on its own.
    """
    body = spoilable(resource, api)
    for value in (..., None, ""):
        told: list[str] = []
        with api.continuing():
            reply = api.post(resource, _with(body, dict.fromkeys(names, value)))
            told = invalid_names(reply.json)
            reply.expects(problem(400))
        for name in sorted({*names} - {*told}):
            with api.continuing():
                api.post(resource, _with(body, {name: value})).expects(problem(400, name))


def relation_refuses_values(api: Api, *, resource: str, name: str, values: list[Any]) -> None:
    """A relation that is good but for one of these values is refused under the name of the member."""
    body = spoilable(resource, api)
    for value in values:
        with api.continuing():
            api.post(resource, {**body, name: value}).expects(problem(400, name))


def relation_belongs_to_what_exists(api: Api, *, resource: str) -> None:
    """A relation of what is unknown, gone, something else or on another host is refused; another host may pass."""
    body, name = spoilable(resource, api), owner(resource, api)
    own = str(body[name])
    away = api.neighbour.place().replace("/bronnen/", f"/{api.profile.main.name}/")
    unknown = f"{own.rpartition('/')[0]}/{uuid.UUID(int=api.random.getrandbits(128), version=4)}"
    for url in (unknown, *gone(api.profile.main.name, api), str(api.standing(resource)["url"]), away):
        with api.continuing():
            _known_elsewhere(api, body, url)
            api.post(resource, {**body, name: url}).expects(problem(400, name))
    host = f"{api.neighbour.address}{urlsplit(own).path}"
    api.post(resource, {**body, name: host}).expects(no_server_error()).prefers(problem(400, name))


def relations_are_many(api: Api, *, resource: str) -> None:
    """One main resource has two relations, and what one of them refers to has another main resource."""
    api.world.apart = True
    first, name = api.create(resource), owner(resource, api)
    second = api.post(resource, api.sample(resource, **{name: first[name]})).expects(status=(200, 201))
    main = str(api.create(api.profile.main.name)["url"])
    _known_elsewhere(api, first, main)
    third = api.post(resource, {**_sent(resource, api, first), name: main}).expects(status=(200, 201))
    _all_there(api, first, second.json, third.json)
    if not api.world.findings:
        _share(api, resource, main, [first, second.json])


def other_value_is_another_relation(api: Api, *, resource: str, name: str, value: str) -> None:
    """The same relation with another value of this member is a second relation beside the first."""
    first = api.create(resource)
    again = {**_sent(resource, api, first), name: value}
    second = api.post(resource, again).expects(status=(200, 201))
    _all_there(api, first, second.json)
    reading(api, str(second["url"])).expects(members(again), status=200)


def relation_is_found(api: Api, *, resource: str, parameter: str, other: str | None = None) -> None:
    """A filter finds the relation by its value and not by another; a known value goes beside the main resource."""
    made, name = api.standing(resource), owner(resource, api)
    beside = {name: made[name]} if other else {}
    another = str(api.standing(api.profile.main.name)["url"]) if parameter == name else f"{UNUSED}{_uuid(api)}"
    with api.continuing():
        listing(reading(api, resource, {**beside, parameter: made[parameter]})).expects(_finds(made, parameter))
    api.get(resource, {**beside, parameter: other or another}).expects(misses(made))


def relation_ends(api: Api, *, resource: str) -> None:
    """A DELETE answers 204; the relation is not found and not listed, and the main resource is still there."""
    api.world.apart = True
    made, name = api.create(resource), owner(resource, api)
    listing(api.get(resource, {name: made[name]}))
    let_go(api.run, api.world)
    with api.continuing():
        api.delete(str(made["url"])).expects(no_body(), status=204)
    with api.continuing():
        api.get(str(made["url"])).expects(status=(404, 410))
    with api.continuing():
        listing(api.get(resource, {name: made[name]})).expects(has_status(200), misses(made))
    kept_on = api.get(str(made[name]))
    if not kept_on.ok:
        api.run.standing.pop((api.profile.main.name, f"with {resource}"), None)
    kept_on.expects(member("url", made[name]), status=200)


def relations_go_with_their_owner(api: Api, *, resource: str) -> None:
    """When the main resource is deleted its relations are gone as well."""
    api.world.apart = True
    made, name = api.create(resource), owner(resource, api)
    let_go(api.run, api.world)
    api.delete(str(made[name])).expects(status=204)
    with api.continuing():
        api.get(str(made["url"])).expects(status=(404, 410))
    api.get(resource, {name: made[name]}).expects(misses(made))


def relation_is_not_published(api: Api, *, resource: str) -> None:
    """That relations begin and end, in this check and before it, is told in no message."""
    server, row = receiver(api), api.run.target.row.neighbours
    url = str(api.standing(resource)["url"])
    server.messages(url, patience=min(QUIET, row.patience if row else 0))
    place = urlsplit(api.url(resource)).path
    told = [call for call in server.messages(None) if place in urlsplit(str(call.json["resourceUrl"])).path]
    what = Text("berichten over relaties in deze run", "messages about relations in this run")
    reading(api, url).expects(holds(what, same("0"), lambda _: len(told), lambda count: count == 0))


def own_resource_is_accepted(api: Api, *, resource: str, kind: str) -> None:
    """A relation with what the product itself has in another API is accepted; refusing it is a warning."""
    other = api.run.beside(kind)
    if other is None:
        raise NotApplicable(
            f"Deze run heeft geen API met {kind} van het product zelf.", f"This run has no API with own {kind}."
        )
    name, url = api.reference(resource), Api(other, World(api.world.item), other.target.full).standing(kind)["url"]
    reply = api.post(resource, api.sample(resource, **{name: url})).expects(no_server_error())
    reply.prefers(member(name, url), status=201)


def listing(reply: Reply) -> Reply:
    """Give the reply when it is a list or a refusal; raises Blocked when there is no such list to look in."""
    if reply.status in {404, 405, 501} or (reply.ok and not isinstance(reply["results"], list)):
        saw = f"({reply.status})"
        raise Blocked(f"Er is geen lijst om in te kijken {saw}.", f"There is no list to look in {saw}.")
    return reply


def spoilable(resource: str, api: Api) -> dict[str, Json]:
    """Give a valid body that is to be spoiled: the relation that stands proves that such a body is accepted."""
    main = api.profile.main.name
    api.standing(resource)
    return api.sample(resource, **{owner(resource, api): spoiled(main, api)["url"]})


def others(body: dict[str, Json], made: list[Json], name: str) -> Claim:
    """Claim that a list has no relation of the same main resource but these, whatever else is in it."""
    what, known = Text("andere relaties in de lijst", "other relations in the list"), [one["url"] for one in made]

    def seen(reply: Reply) -> list[Json]:
        rows = [row for row in reply["results"] or [] if isinstance(row, dict)]
        return [row.get("url") for row in rows if row.get(name) == body[name] and row.get("url") not in known]

    return holds(what, same("[]"), seen, lambda found: not found)


def _share(api: Api, resource: str, main: str, made: list[Json]) -> None:
    """Keep what was made for the checks to come: two of one main resource, and one that takes theirs."""
    name = owner(resource, api)
    alike = "alike" if api.resource(resource).selector == name else "of one owner"
    kept(alike, resource, api, lambda: {"query": {name: made[0][name]}, "made": made})
    kept(f"with {resource}", api.profile.main.name, api, lambda: {"url": main})


def _all_there(api: Api, *made: Json) -> None:
    """Expect that each of these is at an address of its own."""
    urls = [str(one["url"]) for one in made]
    what, wanted = Text("verschillende urls", "different urls"), same(str(len(made)))
    for url in urls:
        claim = holds(what, wanted, lambda _: len({*urls}), lambda number: number == len(made))
        reading(api, url).expects(member("url", url), claim, status=200)


def _with(body: dict[str, Json], changes: dict[str, Json]) -> dict[str, Json]:
    return {name: sent for name, sent in {**body, **changes}.items() if sent is not ...}


def _sent(resource: str, api: Api, made: dict[str, Json]) -> dict[str, Json]:
    return {name: made[name] for name in api.profile.samples[resource]["default"]}


def _known_elsewhere(api: Api, body: dict[str, Json], url: str) -> None:
    """Let a zaak in a body have a relation with this URL too, so that nothing but the URL itself is wrong."""
    for zaak in api.world.zaken:
        if zaak in body.values():
            api.neighbour.relate(zaak, url)


def _uuid(api: Api) -> str:
    return str(uuid.UUID(int=api.random.getrandbits(128), version=4))


def _finds(made: dict[str, Json], name: str) -> Claim:
    """Claim a list with this relation in it, of which every other has the same value."""

    def claim(reply: Reply) -> Iterator[Found]:
        yield from has_status(200)(reply)
        rows = [row for row in reply["results"] or [] if isinstance(row, dict)]
        urls, others = (
            [row.get("url") for row in rows],
            [row[name] for row in rows if row.get(name, made[name]) != made[name]],
        )
        if reply.status == 200 and made["url"] not in urls:
            what = Text("gevonden relaties", "relations found")
            yield found(what, same(str(made["url"])), same(shown(urls)), Severity.FAILURE)
        if others:
            what = Text(f"{name} van de gevonden relaties", f"{name} of the relations found")
            yield found(what, same(shown(made[name])), same(shown(others)), Severity.FAILURE)

    return claim
