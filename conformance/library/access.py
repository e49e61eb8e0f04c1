"""Checks on who may do what: each scope opens its own operations, and nobody else gets in."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from conformance.api import Api
from conformance.calls import let_go
from conformance.contract import Operation
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import REFUSED, public_of, refusals
from conformance.library.references import informed
from conformance.library.standing import listed, once, reading, told
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds, members, problem
from conformance.samples import UNIQUE

STATUS = Text("status van het antwoord", "status of the answer")


@dataclass(frozen=True)
class Place:
    """The resource that operations work on, with one of its audit lines."""

    resource: str
    url: str
    mark: str
    line: str


def needs_scope(api: Api, *, resource: str, operation: str) -> None:
    """The operation succeeds with only its own scope and is forbidden with all the others."""
    asked = api.contract(resource).operation(operation)
    place = _place(api, resource, asked)
    if _depth(asked) > 2 and not place.line:
        raise Blocked("De audittrail toont geen regel.", "The audit trail shows no line.")
    body = api.sample(resource) if asked.method in {"POST", "PUT"} else None
    _send(without_scope(api, asked.scopes[0]), asked, place, body).expects(problem(403))
    if asked.method == "DELETE":
        let_go(api.run, api.world)
    reply = _send(api.with_scopes(asked.scopes[0]), asked, place, body)
    if asked.method == "POST" and body is not None:
        informed(reply, resource, api, body)
    reply.expects(_granted())


def closed_without_credentials(api: Api, *, resource: str) -> None:
    """No operation answers a caller without credentials, or shows anything of a resource."""
    public = public_of(resource, api)
    operations = [one for one in _operations(api, resource) if one.operation_id not in public]
    place, nobody = _place(api, resource, *operations), api.anonymous()
    for operation in operations:
        reply = _send(nobody, operation, place)
        if reply.status in {404, 405} and _send(api, operation, place).status == reply.status:
            continue  # not offered to anyone, which other rows judge
        with api.continuing():
            reply.expects(has_status(refusals(nobody)), _hides(place.mark))


def closed_without_scope(
    api: Api, *, resource: str, everywhere: bool = False, excepted: tuple[str, ...] | list[str] = ()
) -> None:
    """A known application without any scope of this component is forbidden to list, read and create, or everything."""
    known = _operations(api, resource)
    operations = [one for one in known if everywhere or (one.method in {"GET", "POST"} and _depth(one) < 2)]
    place = _place(api, resource, *operations)
    for operation in (one for one in operations if one.operation_id not in excepted):
        with api.continuing():
            _send(api.with_scopes(), operation, place).expects(problem(403), _hides(place.mark))


def scopes_stay_apart(api: Api, *, resource: str) -> None:
    """A single scope opens no operation of another scope that is closed to an application without any scope."""
    operations = _one_for_each_scope(api, resource)
    place = _place(api, resource, *operations)
    reach = {"quick": 2, "standard": 3}.get(api.run.depth, len(operations))
    pairs = [
        (one.scopes[0], other)
        for number, one in enumerate(operations)
        for other in (operations[number + 1 :] + operations[:number])[: reach - 1]
    ]
    for scope, operation in sorted(pairs, key=lambda pair: pair[1].method == "DELETE"):
        reply = _send(api.with_scopes(scope), operation, place)
        if reply.ok and _send(api.with_scopes(), operation, place).status in REFUSED:
            with api.continuing():
                reply.expects(problem(403))


def superuser_may_do_everything(api: Api, *, resource: str) -> None:
    """An application with heeftAlleAutorisaties may use every scope."""
    caller = _offered(lambda: superuser(api))
    operations = _one_for_each_scope(api, resource)
    place = _place(api, resource, *operations)
    for operation in operations:
        with api.continuing():
            _send(caller, operation, place).expects(_not_refused())


def refused_writes_change_nothing(api: Api, *, resource: str, anonymous: bool = False) -> None:
    """A write without the scope, or without credentials, leaves the resource as it was and adds nothing."""
    made = api.create(resource)
    facts = api.resource(resource)
    body = api.sample(resource, **{facts.text: api.word()})
    nobody = api.anonymous() if anonymous else api.with_scopes()
    _was_refused(nobody, nobody.post(resource, body))
    _was_refused(nobody, nobody.put(made["url"], api.sample(resource)))
    _was_refused(nobody, nobody.patch(made["url"], {facts.text: body[facts.text]}))
    _was_refused(nobody, nobody.delete(made["url"]))
    api.pause()
    kept = {name: made[name] for name in told(made, facts.text, facts.selector)}
    api.get(made["url"]).expects(members(kept), status=200)
    if facts.search is None:  # a list that demands other parameters cannot be asked for this one alone
        query = {facts.selector: body[facts.selector]}
        api.get(resource, query).expects(_results(lambda results: results == []), status=200)


def access_is_judged_first(api: Api, *, resource: str) -> None:
    """Without the scope an unknown resource and a faulty body are forbidden, not absent or invalid."""
    unknown = api.url(resource, _random(api))
    if api.get(unknown).status != 404:
        raise Blocked("Een onbekende resource gaf geen 404.", "An unknown resource did not give 404.")
    nobody = api.with_scopes()
    body = api.sample(resource)
    for reply in (nobody.get(unknown), nobody.put(unknown, body), nobody.delete(unknown), nobody.post(resource, {})):
        with api.continuing():
            reply.expects(status=REFUSED)


def foreign_scopes_do_not_count(api: Api, *, resource: str) -> None:
    """Scopes that an application has for another component give no access."""
    foreigner = _offered(api.foreigner)
    listed(resource, api)
    foreigner.get(resource, api.nothing(resource)).expects(problem(403))


def head_needs_the_same_right(api: Api, *, resource: str, anonymous: bool | None = None) -> None:
    """HEAD on a list, a resource and an audit trail is closed to those for whom GET is closed."""
    facts, made = api.resource(resource), api.standing(resource)
    known = reading(api, made["url"]).headers.get("ETag")
    places = [(api.url(resource), told(made, facts.selector)), (made["url"], None)]
    places += [(f"{made['url']}/audittrail", None)] if facts.audited else []
    callers = {True: (api.anonymous,), False: (api.with_scopes,), None: (api.anonymous, api.with_scopes)}[anonymous]
    for caller in (one() for one in callers):
        for url, query in places:
            reply = caller.request("HEAD", url, query=query, headers={"If-None-Match": known})
            if (reply.ok or reply.status == 304) and caller.get(url, query).ok:
                continue  # GET is open too, which the rows on GET judge
            with api.continuing():
                reply.expects(_head_refused(refusals(caller)))


def without_scope(api: Api, scope: str) -> Api:
    """Give the API as an application that has every scope of the standard but this one."""
    others = frozenset(api.scopes) - {scope}
    return api.application(lambda c: c.scopes == others and c.row.plain, f"[{', '.join(sorted(others))}]")


def superuser(api: Api) -> Api:
    """Give the API as an application with heeftAlleAutorisaties."""
    return api.application(lambda c: c.row.superuser, "all, with 'superuser: true'")


def known_by(api: Api, resource: str, value: str) -> str:
    """Give the text by which a resource is known; what others may have too, or the target made up, may be anywhere."""
    sent = api.profile.samples[resource]["default"].get(api.resource(resource).selector)
    sent = sent[0] if isinstance(sent, list) and sent else sent
    if isinstance(sent, dict) and UNIQUE not in sent:
        return value
    ours = str(sent[UNIQUE] if isinstance(sent, dict) else sent)
    return value if value.casefold().startswith(ours.casefold()) else api.word()


def _operations(api: Api, resource: str) -> list[Operation]:
    """List the operations on a collection and below it, the removal last."""
    root = api.resource(resource).path
    below = [
        one
        for one in api.contract(resource).operations.values()
        if one.method != "HEAD" and (one.path == root or one.path.startswith(f"{root}/"))
    ]
    return sorted(below, key=lambda one: one.method == "DELETE")


def _one_for_each_scope(api: Api, resource: str) -> list[Operation]:
    first: dict[str, Operation] = {}
    for operation in _operations(api, resource):
        first.setdefault(operation.scopes[0], operation)
    return list(first.values())


def _depth(operation: Operation) -> int:
    return operation.path.count("/") - 1


def _random(api: Api) -> str:
    return str(uuid.UUID(int=api.random.getrandbits(128), version=4))


def _place(api: Api, resource: str, *operations: Operation) -> Place:
    """Give what these operations work on, and no more than that: what is only read is shared."""
    depth = max(map(_depth, operations))
    if depth == 0:
        return Place(resource, "", api.word(), "")
    read = all(one.method == "GET" or not _depth(one) for one in operations)
    made = api.standing(resource) if read else api.create(resource)
    line = ""
    if depth > 2:
        where = f"{made['url']}/audittrail"
        trail = once(where, api, lambda: api.get(where)).json
        known = [one for one in trail if isinstance(one, dict)] if isinstance(trail, list) else []
        line = str(known[0].get("uuid", "")) if known else ""
    selector = api.resource(resource).selector
    return Place(resource, made["url"], known_by(api, resource, told(made, selector)[selector]), line)


def _send(api: Api, operation: Operation, place: Place, body: Json = None) -> Reply:
    """Do an operation of the contract on what was made; without a body a valid one is made for it."""
    facts = api.resource(place.resource)
    first, *below = operation.path.removeprefix(f"{facts.path}/").split("/") if _depth(operation) else ("",)
    steps = [place.line or _random(api) if step.startswith("{") else step for step in below]
    root = place.url if first.startswith("{") else api.url(place.resource, first)
    where = "/".join([root, *steps]) if _depth(operation) else place.resource
    if operation.method in {"POST", "PUT"}:
        return api.request(operation.method, where, body or api.sample(place.resource))
    if operation.method == "PATCH":
        return api.patch(where, {facts.text: api.word()})
    found = {facts.selector: place.mark} if place.url else api.nothing(place.resource)
    query = found if not _depth(operation) else None
    if operation.method == "DELETE":
        let_go(api.run, api.world)
    return api.request(operation.method, where, query=query)


def _offered(credential: Callable[[], Api]) -> Api:
    try:
        return credential()
    except Blocked as absent:
        nl = "Zulke autorisaties bestaan alleen met een Autorisaties API; het doelbestand noemt ze niet."
        en = "Such authorizations exist only with an Autorisaties API; the target file names none."
        raise NotApplicable(nl, en) from absent


def _was_refused(caller: Api, reply: Reply) -> None:
    if reply.status not in refusals(caller):
        nl = f"{reply.method} zonder recht gaf {reply.status} en geen weigering; dat beoordelen andere rijen."
        en = f"{reply.method} without the right gave {reply.status}, no refusal; other rows judge that."
        raise Blocked(nl, en)


def _granted() -> Claim:
    return holds(STATUS, Text("200 tot en met 299", "200 to 299"), lambda reply: reply.status, lambda s: 200 <= s < 300)


def _not_refused() -> Claim:
    wanted = Text("geen 401, 403 of serverfout", "no 401, 403 or server error")
    return holds(STATUS, wanted, lambda reply: reply.status, lambda s: s not in REFUSED and s < 500)


def _head_refused(refusals: tuple[int, ...]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status not in {*refusals, 405}:
            severity = Severity.WARNING if 300 <= reply.status < 500 and reply.status != 304 else Severity.FAILURE
            yield found(STATUS, Text("401, 403 of 405", "401, 403 or 405"), same(str(reply.status)), severity)

    return claim


def _hides(mark: str) -> Claim:
    wanted = Text("geen gegevens van een resource", "no data of a resource")
    return holds(
        Text("inhoud van het antwoord", "body of the answer"), wanted, lambda r: r.text, lambda t: mark not in t
    )


def _results(test: Callable[[object], bool]) -> Claim:
    wanted = Text("een lege lijst", "an empty list")
    return holds(Text("gevonden resources", "resources found"), wanted, lambda reply: reply["results"], test)
