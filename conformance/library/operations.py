"""Checks on what the operations of a standard answer when everything is right."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.api import Api
from conformance.calls import let_go
from conformance.contract import Contract
from conformance.contractdiff import members as known_members
from conformance.errors import Blocked
from conformance.jsonvalue import differences, equal, shown
from conformance.library.lists import misses
from conformance.library.references import created
from conformance.library.standing import owner, reading, removed, standing_body, told
from conformance.model import Json, Text, same
from conformance.published import Published
from conformance.reply import (
    Claim,
    Found,
    Reply,
    empty,
    found,
    has_status,
    holds,
    member,
    members,
    no_body,
    no_server_error,
)
from conformance.run import joined


def every_operation_exists(api: Api, *, resource: str) -> None:
    """No operation of the standard is unknown on a resource that exists."""
    facts, body = api.resource(resource), api.sample(resource)
    offered = {one.method for one in api.contract(resource).operations.values() if one.path == f"{facts.path}/{{uuid}}"}
    made = api.post(resource, body).expects(_exists(f"POST {api.url(resource)}"))
    if not made.ok or not isinstance(made["url"], str):
        raise Blocked(f"Aanmaken lukte niet ({made.status}).", f"The create did not succeed ({made.status}).")
    url = made["url"]
    standing = api.standing(resource)
    _available(api, reading(api, resource, told(standing, facts.selector)))
    _available(api, reading(api, str(standing["url"])))
    if "PUT" in offered:
        _available(api, api.put(url, body))
    if "PATCH" in offered:
        _available(api, api.patch(url, {facts.text: api.word("aangepast ")}))
    trail = _available(api, api.get(f"{url}/audittrail")) if facts.audited else None
    if trail is not None and isinstance(trail.json, list) and (line := trail["0.uuid"]):
        _available(api, api.get(f"{url}/audittrail/{line}"))
    let_go(api.run, api.world)
    _available(api, api.delete(url))


def create_answers_the_whole_resource(api: Api, *, resource: str) -> None:
    """A create answers 201, the Location of the resource and everything that was sent."""
    api.judges_memory()
    contract, (body, reply) = api.contract(resource), created(resource, api)
    reply.expects(
        has_status(201),
        _located(),
        members(body),
        fits(contract, api.operation("POST", resource).operation_id),
    )


def list_answers_whole_resources(api: Api, *, resource: str) -> None:
    """A filtered list has the resource as its own address shows it."""
    selector, contract, made = api.resource(resource).selector, api.contract(resource), api.standing(resource)
    known = known_members(Published({}), [api.operation("GET", resource, "/{uuid}").responses[200].schema])
    whole = {name: value for name, value in standing_body(api, str(made["url"])).items() if name in known}
    reading(api, resource, {selector: made[selector]}).expects(
        has_status(200), fits(contract, api.operation("GET", resource).operation_id), _lists_as(whole)
    )


def no_match_gives_an_empty_page(api: Api, *, resource: str, filter: str) -> None:  # noqa: A002 - the word of the standard
    """A filter that nothing fits gives 200 with an empty page, although there is a resource."""
    api.standing(resource)
    api.get(resource, {filter: api.word("X")}).expects(
        has_status(200), member("count", 0), member("results", []), empty("next"), empty("previous")
    )


def detail_equals_what_was_created(api: Api, *, resource: str) -> None:
    """A read gives what the create answered."""
    api.judges_memory()
    made = api.standing(resource)
    known = known_members(Published({}), [api.operation("GET", resource, "/{uuid}").responses[200].schema])
    same_members = (_is(name, value) for name, value in made.items() if name in known)
    reading(api, str(made["url"])).expects(has_status(200), member("url", made["url"]), *same_members)


def full_update_answers_the_new_state(api: Api, *, resource: str) -> None:
    """A PUT answers 200 with the new values under the same address, and they are stored."""
    text, body = api.resource(resource).text, api.sample(resource)
    url = api.add(resource, body)["url"]
    body[text] = api.word("aangepast ")
    claims = (has_status(200), member("url", url), members(body))
    with api.continuing():
        api.put(url, body).expects(*claims)
    api.get(url).expects(*claims)


def partial_update_answers_the_new_state(api: Api, *, resource: str) -> None:
    """A PATCH with one member answers 200 with only that member changed, and it is stored."""
    text, body = api.resource(resource).text, api.sample(resource)
    made = api.add(resource, body)
    value = api.word("aangepast ")
    kept = {name: made[name] for name in body if name in made and name != text}
    claims = (has_status(200), member("url", made["url"]), members({**kept, text: value}))
    with api.continuing():
        api.patch(made["url"], {text: value}).expects(*claims)
    api.get(made["url"]).expects(*claims)


def delete_removes_the_resource(api: Api, *, resource: str) -> None:
    """A DELETE answers 204 without a body; the resource is not found and not listed any more.

    What a relation belongs to can be deleted, or is kept, while it has another relation: that is no server error.
    """
    api.world.apart = True
    found_by, of = api.resource(resource), owner(resource, api)
    api.operation("DELETE", resource, "/{uuid}")
    made = api.create(resource)
    reply = api.delete(str(made["url"]))
    if api.world.zaken and reply.status == 400:
        let_go(api.run, api.world)
        reply = api.delete(str(made["url"]))
    if found_by.role == "link" and reply.status == 400:
        raise Blocked(
            "De relatie bestaat nog aan de andere kant; verwijderen is dan niet nodig.",
            "The relation still exists on the other side; it need not be deleted then.",
        )
    with api.continuing():
        reply.expects(has_status(204), no_body())
    with api.continuing():
        api.get(str(made["url"])).expects(has_status((404, 410)))
    api.get(resource, {found_by.selector: made[found_by.selector]}).expects(
        has_status(200), lists(0, "url", made["url"])
    )
    if of:
        api.add(resource, api.sample(resource, **{of: made[of]}))
        api.delete(str(made[of])).expects(no_server_error())
    if reply.status == 204:
        removed(resource, api, lambda: {"url": made["url"]})


def life_cycle_is_consistent(
    api: Api, *, resource: str, relation: str | None = None, within: str | None = None
) -> None:
    """Each step of a life, from create to delete, sees the result of the step before; a relation lives within it."""
    api.judges_memory()
    text, selector, body = api.resource(resource).text, api.resource(resource).selector, api.sample(resource)
    made = api.post(resource, body).expects(has_status(201), members(body))
    url = str(made["url"])
    related = _related(api, relation, {within: url}) if relation and within else None
    api.get(resource, {selector: body[selector]}).expects(has_status(200), lists(1, selector, body[selector]))
    api.get(url).expects(has_status(200), member("url", url), members(body))
    body[text] = api.word("vervangen ")
    api.put(url, body).expects(has_status(200), member("url", url), member(text, body[text]))
    api.get(url).expects(has_status(200), members(body))
    body[text] = api.word("gewijzigd ")
    api.patch(url, {text: body[text]}).expects(has_status(200), member("url", url), member(text, body[text]))
    api.get(url).expects(has_status(200), members(body))
    if relation and within and related:
        api.get(resource, {selector: body[selector]}).expects(has_status(200), lists(1, text, body[text]))
        api.delete(related).expects(has_status(204))
        api.get(relation, {within: url}).expects(misses({"url": related}))
    let_go(api.run, api.world)
    api.delete(url).expects(has_status(204))
    api.get(url).expects(has_status((404, 410)))


def fits(contract: Contract, operation_id: str) -> Claim:
    """Claim that a successful body fits the contract of the operation."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status in contract.operation(operation_id).success:
            for one in contract.violations(operation_id, reply.status, reply.json)[:25]:
                what = Text(f"lid {one.pointer or '/'} ({one.keyword})", f"member {one.pointer or '/'} ({one.keyword})")
                yield found(what, Text("volgens de standaard", "as the standard says"), same(one.message[:300]))

    return claim


def lists(times: int, name: str, value: Json) -> Claim:
    """Claim that a list has so many items with this value in a member."""
    what = Text(f"resources in de lijst met {name} {shown(value)}", f"resources in the list with {name} {shown(value)}")

    def found_in(reply: Reply) -> int:
        return sum(isinstance(item, dict) and equal(item.get(name), value) for item in items(reply.json))

    return holds(what, same(str(times)), found_in, lambda count: count == times)


def items(body: Json) -> list[Json]:
    """Give the items of a page or of a plain list; anything else is a ValueError."""
    found = body.get("results") if isinstance(body, dict) else body
    if not isinstance(found, list):
        raise ValueError("not a list")
    return found


def _related(api: Api, relation: str, within: dict[str, Json]) -> str:
    """Make a relation of a resource, see it in its list, and give its address."""
    made = api.post(relation, api.sample(relation, **within)).expects(has_status(201), members(within))
    api.get(relation, within).expects(has_status(200), lists(1, "url", made["url"]))
    return str(made["url"])


def _located() -> Claim:
    """Claim that Location leads to the resource; that it is relative is judged in COM-URL-001."""

    def claim(reply: Reply) -> Iterator[Found]:
        url, location = str(reply["url"]), reply.headers.get("Location", "")
        if not location or joined(url, location) != url:
            yield found(same("header Location"), same(url), same(location) if location else Text("geen", "none"))

    return claim


def _lists_as(whole: dict[str, Json]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        items = reply["results"] if isinstance(reply["results"], list) else []
        item = next((one for one in items if isinstance(one, dict) and one.get("url") == whole["url"]), None)
        if item is None:
            what = Text("resource in de lijst", "resource in the list")
            yield found(what, same(whole["url"]), Text("ontbreekt", "missing"))
            return
        for name, value in whole.items():
            for path, wanted, actual in differences(value, item.get(name), name):
                what = Text(f"{path} in de lijst", f"{path} in the list")
                yield found(what, same(shown(wanted)), same(shown(actual)))

    return claim


def _is(name: str, value: Json) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for path, wanted, actual in differences(value, reply[name], name):
            yield found(Text(f"waarde van {path}", f"value of {path}"), same(shown(wanted)), same(shown(actual)))

    return claim


def _available(target: Api, reply: Reply) -> Reply:
    with target.continuing():
        return reply.expects(_exists(f"{reply.method} {reply.url}"))
    return reply


def _exists(operation: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status in {404, 405, 501}:
            yield found(same(operation), Text("beschikbaar", "available"), same(str(reply.status)))

    return claim
