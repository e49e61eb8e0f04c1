"""Checks on values that only one resource may have."""

from __future__ import annotations

from collections.abc import Callable

from conformance.api import Api
from conformance.errors import Blocked
from conformance.jsonvalue import member_of
from conformance.library.references import informed
from conformance.library.relations import listing, others
from conformance.library.standing import owner, together
from conformance.model import Json, Text, same
from conformance.reply import Claim, Reply, has_status, holds, members, problem


def unique_together(api: Api, *, resource: str, names: list[str]) -> None:
    """A second resource with the same values for these members is refused, and the first stays the only one."""
    api.needs_memory()
    first = api.create(resource)  # its own, because a duplicate may take its place
    again = api.sample(resource, **{name: first[name] for name in names})
    api.post(resource, again).expects(problem(400))
    api.pause()
    query = {name: first[name] for name in names}
    api.get(resource, query).expects(has_status(200), _only(query, [first["url"]]))


def unique_within(api: Api, *, resource: str, member: str, within: str) -> None:
    """The same value is fine within another organisation."""
    first = api.standing(resource)
    there = next(rsin for rsin in api.run.target.row.data.rsin if rsin != first[within])
    body = api.sample(resource, **{within: there, member: first[member]})
    other = api.post(resource, body).expects(members({within: there, member: first[member]}), status=201)
    api.get(str(first["url"])).expects(members({name: first[name] for name in (within, member)}), status=200)
    other.expects(_other_than(first["url"]))


def unique_on_put(api: Api, *, resource: str, names: list[str]) -> None:
    """A PUT that makes a duplicate is refused; a PUT with its own values is not."""
    first, body = api.create(resource), api.sample(resource)
    where, own = str(api.add(resource, body)["url"]), {name: body[name] for name in names}
    with api.continuing():
        api.put(where, {**body, **{name: first[name] for name in names}}).expects(problem(400))
    api.put(where, body).expects(members(own), status=200)


def unique_on_patch(api: Api, *, resource: str, member: str, within: str) -> None:
    """A PATCH of one of the two values that makes a duplicate is refused, and nothing changes."""
    here, there = api.run.target.row.data.rsin[:2]
    first = api.create(resource, **{within: here})
    neighbour = api.create(resource, **{within: here})
    stranger = api.create(resource, **{within: there, member: first[member]})
    for other, name in ((neighbour, member), (stranger, within)):
        with api.continuing():
            api.patch(str(other["url"]), {name: first[name]}).expects(problem(400))
    own = members({within: here, member: neighbour[member]})
    api.patch(str(neighbour["url"]), {api.resource(resource).text: api.word("Z ")}).expects(own, status=200)


def left_out_number_is_refused_or_made(api: Api, *, resource: str, member: str, limit: int) -> None:
    """Without its number a resource is refused, or gets a number that no other has."""
    first = api.post(resource, api.sample(resource, **{member: ...}))
    if first.status == 400:
        first.expects(problem(400, member))
        api.standing(resource)
        return
    second = api.post(resource, api.sample(resource, **{member: ...}))
    for reply in (first, second):
        reply.expects(_number(member, limit), status=201)
    second.expects(_differs(member, first[member]))


def one_of_many_succeeds(api: Api, *, resource: str, names: list[str], times: int) -> None:
    """Of several creates at the same time with the same values exactly one succeeds; the others are refused."""
    api.needs_memory()
    if api.run.target.row.pace.parallel < 2:
        raise Blocked(
            "Het doelbestand staat geen gelijktijdige verzoeken toe.", "The target file allows one at a time."
        )
    shared = {name: value for name, value in api.sample(resource).items() if name in names}
    number = min(times, api.run.target.row.pace.parallel) if api.run.depth != "deep" else times
    replies = together(api, "POST", resource, [api.sample(resource, **shared) for _ in range(number)])
    with api.continuing():
        for reply in replies:
            reply.expects(has_status((201, 400)))
    api.pause()
    made = [reply["url"] for reply in replies if reply.status == 201]
    api.get(resource, shared).expects(has_status(200), _only(shared, made), _count(made, 1))


def relation_is_unique(api: Api, *, resource: str, times: int) -> None:
    """Of the same relation, sent several times at once and once more, exactly one is made; the others are refused."""
    api.world.apart = True
    body = api.sample(resource)
    number = max(1, min(times, api.run.target.row.pace.parallel))
    replies = together(api, "POST", resource, [body] * number) if number > 1 else [api.post(resource, body)]
    if not any(reply.ok for reply in replies):
        saw = informed(replies[0], resource, api, body).status
        raise Blocked(f"{resource}: aanmaken lukte niet ({saw}).", f"{resource}: could not be created ({saw}).")
    with api.continuing():
        for reply in replies:
            reply.expects(has_status((200, 201, 400)))
    with api.continuing():
        api.post(resource, body).expects(problem(400)).prefers(problem(400, "nonFieldErrors"))
    api.pause()
    made, name = [reply.json for reply in replies if reply.ok and reply["url"]], owner(resource, api)
    listing(api.get(resource, {name: body[name]})).expects(others(body, made, name), _count(made, 1))


def number_is_free_after_removal(api: Api, *, resource: str, names: list[str]) -> None:
    """After a removal the values can be used again."""
    body = api.sample(resource)
    first = api.add(resource, body)
    api.delete(str(first["url"])).expects(status=204)
    api.pause()
    own = {name: body[name] for name in names}
    api.post(resource, api.sample(resource, **own)).expects(members(own), status=201)


def _only(query: dict[str, Json], urls: list[Json]) -> Claim:
    """Claim that these are the resources with the values that were asked for, whatever else is listed."""
    what = Text(f"gevonden met {', '.join(query)}", f"found with {', '.join(query)}")

    def seen(reply: Reply) -> list[Json]:
        return [row["url"] for row in reply["results"] if all(member_of(row, k) == v for k, v in query.items())]

    return holds(what, same(", ".join(map(str, urls))), seen, lambda listed: sorted(listed) == sorted(urls))


def _count(made: list[Json], wanted: int) -> Claim:
    what = Text("aantal geslaagde verzoeken", "number of requests that succeeded")
    return holds(what, same(str(wanted)), lambda reply: len(made), lambda count: count == wanted)


def _other_than(url: Json) -> Claim:
    what = Text("url van de tweede", "url of the second")
    return holds(what, Text("een andere dan van de eerste", "other than of the first"), _of("url"), lambda v: v != url)


def _number(name: str, limit: int) -> Claim:
    what, wanted = Text(f"waarde van {name}", f"value of {name}"), Text("een nieuw nummer", "a new number")
    return holds(what, wanted, _of(name), lambda value: isinstance(value, str) and 0 < len(value) <= limit)


def _differs(name: str, other: Json) -> Claim:
    what = Text(f"waarde van {name}", f"value of {name}")
    return holds(what, Text(f"niet {other}", f"not {other}"), _of(name), lambda value: value != other)


def _of(name: str) -> Callable[[Reply], Json]:
    return lambda reply: reply[name]
