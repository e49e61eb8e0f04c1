"""Checks on rights on a single object: its type and its level decide, whatever the scope allows."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.api import Api
from conformance.contract import Operation
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import REFUSED, refusals
from conformance.library.bounds import bounds, closed, made, mark, readable, standing
from conformance.library.standing import UNKNOWN
from conformance.model import Json, Severity, Text, same
from conformance.replay import named
from conformance.reply import Claim, Found, Reply, found, has_status, holds, members
from conformance.trust import LEVELS

ONE = "/{uuid}"
NO_LEVEL = (
    "Het doelbestand noemt geen lid met een vertrouwelijkheid (access: {objects: {level: …}}).",
    "The target file names no member with a level of confidentiality (access: {objects: {level: …}}).",
)
NO_TYPE = (
    "Het doelbestand noemt geen lid met een type of eigenaar (access: {objects: {type: …, other: …}}).",
    "The target file names no member with a type or an owner (access: {objects: {type: …, other: …}}).",
)


def object_of_other_type_is_closed(api: Api, *, resource: str) -> None:
    """An object of a type outside the rights of the caller is not read, replaced, changed or removed."""
    caller, limits = bounds(api, resource)
    cases = limits.outside()
    if "type" not in cases:
        raise NotApplicable(*NO_TYPE)
    readable(caller, standing(api, resource, limits)["low"]["url"])
    one, text = made(api, resource, cases["type"], limits), api.resource(resource).text
    hidden = mark(api, resource, one)
    replies = [caller.get(one["url"])]
    if _offers(api, resource, "PUT"):
        replies.append(caller.put(one["url"], api.sample(resource, **cases["type"])))
    if _offers(api, resource, "PATCH"):
        replies.append(caller.patch(one["url"], {text: api.word()}))
    if _offers(api, resource, "DELETE"):
        replies.append(caller.delete(one["url"]))
    for reply in replies:
        with api.continuing():
            reply.expects(named(reply.method, closed(limits, hidden)))
    if _offers(api, resource, "PUT"):
        with api.continuing():  # 400 is right when a type cannot be changed
            taken = caller.put(one["url"], api.sample(resource, **limits.low()))
            taken.expects(named("PUT", closed(limits, hidden, 400)))
    _stays(api, resource, one, *cases["type"])


def level_is_a_ceiling(api: Api, *, resource: str) -> None:
    """Of the eight levels those up to and including the maximum are read, and those above it are refused."""
    caller, limits = bounds(api, resource)
    if limits.row.level is None:
        raise NotApplicable(*NO_LEVEL)
    readable(caller, str(standing(api, resource, limits)["low"]["url"]))
    for number, level in enumerate(LEVELS):
        one = made(api, resource, limits.members(limits.own, number), limits)
        reply = caller.get(one["url"])
        claim = has_status(200) if number <= limits.highest(limits.own) else closed(limits, mark(api, resource, one))
        with api.continuing():
            reply.expects(named(level, claim))


def nested_data_is_closed(api: Api, *, resource: str) -> None:
    """What is below an object outside the rights of the caller, such as its audit trail, is refused too."""
    caller, limits = bounds(api, resource)
    known = standing(api, resource, limits)
    low = str(known["low"]["url"])
    open_below = [step for step in _steps(api, resource, low) if caller.get(f"{low}{step[0]}{step[1]}").status == 200]
    if not open_below:
        raise NotApplicable(
            "Onder een object is niets dat de beperkte toegang mag lezen.",
            "Below an object there is nothing that the limited credential may read.",
        )
    kinds = [step for step, _ in open_below]
    for name in (name for name in known if name != "low"):
        url = str(known[name]["url"])
        for step, line in (one for one in _steps(api, resource, url) if one[0] in kinds):
            reply = caller.get(f"{url}{step}{line}")
            with api.continuing():
                reply.expects(named(f"{name} {step}", closed(limits, mark(api, resource, known[name]))))


def creation_outside_is_refused(api: Api, *, resource: str) -> None:
    """An object of another type or above the maximum is not created, and one within the rights is."""
    caller, limits = bounds(api, resource)
    created(caller, resource, limits.low())
    facts = api.resource(resource)
    for name, changes in limits.outside().items():
        body = api.sample(resource, **changes)
        with api.continuing():
            reply = caller.post(resource, body)
            api.run.sides[reply.exchange] = False
            reply.expects(named(name, has_status(403)))
            code = holds(
                same("code"),
                same("permission_denied"),
                lambda one: one["code"],
                lambda seen: seen == "permission_denied",
            )
            reply.prefers(code)
        api.pause()
        if facts.search is None:
            with api.continuing():
                api.get(resource, {facts.selector: body[facts.selector]}).expects(named(name, _none()), status=200)


def change_stays_within_the_rights(api: Api, *, resource: str) -> None:
    """A change that moves an object out of the rights of the caller, or into them, is refused."""
    caller, limits = bounds(api, resource)
    if not _offers(api, resource, "PATCH"):
        raise NotApplicable("De API kent geen PATCH op een object.", "The API has no PATCH on an object.")
    own = made(api, resource, limits.members(limits.own, max(limits.highest(limits.own), 0)), limits)
    first = caller.patch(own["url"], {api.resource(resource).text: api.word()})
    if not first.ok:
        nl = f"De beperkte toegang mag ook een object binnen haar rechten niet wijzigen ({first.status})."
        raise Blocked(nl, f"The limited credential may not change an object within its rights either ({first.status}).")
    for name, changes in limits.outside().items():
        member = str(limits.row.type if name == "type" else limits.row.level)
        with api.continuing():
            caller.patch(own["url"], {member: changes[member]}).expects(named(f"{name} →", closed(limits, "", 400)))
        other = made(api, resource, changes, limits)
        with api.continuing():
            reply = caller.patch(other["url"], {member: limits.low()[member]})
            reply.expects(named(f"→ {name}", closed(limits, mark(api, resource, other), 400)))
        _stays(api, resource, other, member)
    _stays(api, resource, own, *limits.low())


def existence_is_hidden(api: Api, *, resource: str) -> None:
    """To a caller without a token or without a scope, an object that exists looks like one that does not."""
    known, unknown = str(api.standing(resource)["url"]), api.url(resource, UNKNOWN)
    for name, nobody in (("", api.anonymous()), ("[]", api.with_scopes())):
        first = nobody.get(known)
        if first.status not in refusals(nobody):
            nl = f"Een object wordt hier niet geweigerd ({first.status}); dat beoordelen andere rijen."
            raise Blocked(nl, f"An object is not refused here ({first.status}); other rows judge that.")
        with api.continuing():
            alike = Text("hetzelfde als bij een bestaand object", "the same as for an object that exists")
            what = Text(f"status en code {name}", f"status and code {name}")
            nobody.get(unknown).expects(holds(what, alike, _shown, _shown(first).__eq__))


def admin_functions_are_closed(api: Api, *, resource: str) -> None:
    """A function for administrators, such as the registration of credentials, does nothing for other callers."""
    access = api.run.target.row.access
    if access is None or not access.admin_paths:
        raise NotApplicable(
            "Het doelbestand noemt geen paden voor beheer (access: {admin_paths: [/jwtsecret/]}).",
            "The target file names no paths for administration (access: {admin_paths: [/jwtsecret/]}).",
        )
    root = api.run.target.root(api.resource(resource).api)
    reader = api.with_scopes(api.operation("GET", resource).scopes[0])
    for path in access.admin_paths:
        for name, caller in (("-", api.anonymous()), (api.operation("GET", resource).scopes[0], reader)):
            body = {"identifier": api.word("conformance-"), "secret": api.word("geheim-")}
            with api.continuing():
                caller.post(f"{root}{path}", body).expects(named(f"{path} {name}", _nothing_done()))


def created(caller: Api, resource: str, changes: dict[str, Json]) -> Reply:
    """Let an application create an object within its rights; raises Blocked when it is refused."""
    reply = caller.post(resource, caller.sample(resource, **changes))
    caller.run.sides[reply.exchange] = True
    if reply.status != 201:
        nl = f"De beperkte toegang mag ook binnen haar rechten niets aanmaken ({reply.status})."
        raise Blocked(nl, f"The limited credential may create nothing within its rights either ({reply.status}).")
    return reply


def _offers(api: Api, resource: str, method: str) -> bool:
    return api.contract(resource).find(method, f"{api.resource(resource).path}{ONE}") is not None


def _steps(api: Api, resource: str, url: str) -> Iterator[tuple[str, str]]:
    """Give what can be read below an object: the path, and the line of an audit trail where the path asks for one."""
    root = f"{api.resource(resource).path}/"
    for one in api.contract(resource).operations.values():
        below = [*one.path.removeprefix(root).split("/")[1:]] if one.path.startswith(root) else []
        if one.method != "GET" or not below:
            continue
        if not below[-1].startswith("{"):
            yield f"/{'/'.join(below)}", ""
        elif line := _line(api, one, f"{url}/{'/'.join(below[:-1])}"):
            yield f"/{'/'.join(below[:-1])}/", line


def _line(api: Api, operation: Operation, trail: str) -> str:
    rows = api.get(trail).json if operation.path.count("{") == 2 else None
    known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return str(known[0].get("uuid", "")) if known else ""


def _stays(api: Api, resource: str, one: dict[str, Json], *names: str) -> None:
    """Expect that an object is still there, with these members as they were."""
    selector = api.resource(resource).selector
    api.pause()
    with api.continuing():
        api.get(one["url"]).expects(members({name: one[name] for name in (selector, *names)}), status=200)


def _shown(reply: Reply) -> str:
    """Give what tells one refusal from another; texts may name the address."""
    return f"{reply.status} {reply['code'] if isinstance(reply.json, dict) else ''}"


def _nothing_done() -> Claim:
    wanted, status = same("401 / 403 / 404"), Text("status van het antwoord", "status of the answer")

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in {*REFUSED, 404, 405}:
            severity = Severity.FAILURE if reply.ok else Severity.WARNING
            yield found(status, wanted, same(str(reply.status)), severity)

    return claim


def _none() -> Claim:
    what, empty = Text("gevonden resources", "resources found"), Text("een lege lijst", "an empty list")
    return holds(what, empty, lambda reply: reply["results"], lambda seen: seen == [])
