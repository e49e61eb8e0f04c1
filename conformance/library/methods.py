"""Checks on what the methods of HTTP do, and on methods that a path does not have."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.api import Api
from conformance.calls import let_go
from conformance.contract import METHODS
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.library.description import published
from conformance.library.lists import arranged, includes
from conformance.library.operations import lists
from conformance.library.standing import forget, reading, removed, standing_body, told
from conformance.model import Json, Severity, Text, same
from conformance.published import anonymous, parsed
from conformance.reply import Claim, Found, Reply, equals, found, has_status, holds, member, members, problem

COOKIE = "sessionid=conformance"


def undescribed_methods_are_refused(api: Api, *, resource: str) -> None:
    """A method that a path does not have is refused and changes nothing."""
    made, body = api.create(resource), api.sample(resource)
    url, before = str(made["url"]), api.read(str(made["url"]))
    below = {"": resource, "/{uuid}": url}
    kept = {name: made[name] for name in body} if api.resource(resource).role == "link" else body
    for tail, where in below.items():
        for method in _undescribed(api, resource, tail):
            with api.continuing():
                sent = kept if where == url else body  # a product may lawfully offer more: then nothing changes
                reply = api.request(method, where, ... if method == "DELETE" else sent)
                _refused(api, reply, f"{api.resource(resource).path}{tail}")
    api.pause()
    after = api.get(url)
    if after.status in {404, 410}:
        api.run.standing.clear()  # a method that removed this one removed those too
        api.run.seen.clear()
    after.expects(has_status(200), equals(before))


def methods_are_not_offered(api: Api, *, resource: str, methods: list[str]) -> None:
    """A resource has none of these methods; what they send changes nothing, whatever becomes of it."""
    made = api.standing(resource)
    body = {name: made[name] for name in api.profile.samples[resource]["default"]}
    for method in methods:
        with api.continuing():
            reply = api.request(method, str(made["url"]), body)
            if reply.ok:
                forget(api, resource)
            _refused(api, reply, f"{api.resource(resource).path}/{{uuid}}")


def refused_method_names_the_allowed(api: Api, *, resource: str) -> None:
    """A 405 says in Allow which methods the path has."""
    known = {"GET", "POST"} - set(_undescribed(api, resource, ""))
    reply = api.put(resource, {})
    if reply.status != 405:
        raise NotApplicable("Het product antwoordt hier geen 405.", "The product answers no 405 here.")
    wanted = Text(f"ten minste {', '.join(sorted(known))}", f"at least {', '.join(sorted(known))}")
    reply.expects(
        holds(same("header Allow"), wanted, lambda seen: seen.headers.get("Allow", ""), lambda v: known <= _names(v))
    )


def reading_changes_nothing(api: Api, *, resource: str) -> None:
    """Two reads with a list in between give the same."""
    made, selector = api.standing(resource), api.resource(resource).selector
    first = standing_body(api, str(made["url"]))
    api.get(resource, {selector: made[selector]}).expects(has_status(200))
    api.get(str(made["url"])).expects(has_status(200), member("url", made["url"]), equals(first))


def put_is_idempotent(api: Api, *, resource: str) -> None:
    """The same PUT twice answers 200 twice and leaves one resource with those values."""
    selector, text, body = api.resource(resource).selector, api.resource(resource).text, api.sample(resource)
    url = str(api.add(resource, body)["url"])
    body[text] = api.word("vervangen ")
    for _ in range(2):
        api.put(url, body).expects(has_status(200), member("url", url), member(text, body[text]))
    found = arranged(api.get(resource, {selector: body[selector]}), includes({"url": url}))
    found.expects(lists(1, selector, body[selector]), lists(1, text, body[text]))


def second_delete_finds_nothing(api: Api, *, resource: str) -> None:
    """A second DELETE on the same address answers 404; 204 is tolerated."""
    api.operation("DELETE", resource, "/{uuid}")
    second = api.delete(removed(resource, api, lambda: _removed(api, resource)))
    second.expects(has_status((404, 410, 204)))
    second.prefers(has_status((404, 410)))


def each_request_stands_alone(api: Api, *, resource: str) -> None:
    """What one client makes another can read, and a cookie alone gives no access."""
    url = str(api.standing(resource)["url"])
    reply = reading(api, url).expects(has_status(200), member("url", url))
    cookie = reply.headers.get("Set-Cookie", "")
    reply.notes(holds(same("header Set-Cookie"), Text("afwezig", "absent"), lambda _: cookie, lambda value: not value))
    api.anonymous().get(url, headers={"Cookie": cookie.split(";")[0] or COOKIE}).expects(has_status((401, 403)))


def patch_changes_only_what_is_sent(api: Api, *, resource: str) -> None:
    """A PATCH of one member leaves every other member as it was."""
    text, body = api.resource(resource).text, api.sample(resource)
    made = api.add(resource, body)
    before, value = api.read(str(made["url"])), api.word("gewijzigd ")
    api.patch(str(made["url"]), {text: value}).expects(has_status(200))
    kept = {name: before.get(name) for name in body if name != text}
    api.get(str(made["url"])).expects(has_status(200), members({**kept, text: value}))


def empty_patch_is_accepted(api: Api, *, resource: str) -> None:
    """A PATCH without members answers 200 and changes nothing."""
    body = api.sample(resource)
    made = api.add(resource, body)
    kept = {name: made.get(name) for name in body}
    api.patch(str(made["url"]), {}).expects(has_status(200), member("url", made["url"]), members(kept))


def put_needs_every_required_member(api: Api, *, resource: str) -> None:
    """A PUT without a required member is refused and changes nothing; the same PUT with it is accepted."""
    required, text, body = api.resource(resource).rsin, api.resource(resource).text, api.sample(resource)
    if required is None:
        raise NotApplicable(f"{resource} heeft geen verplichte RSIN.", f"{resource} has no required RSIN.")
    made = api.add(resource, body)
    kept = told(made, text)
    url, changed = str(made["url"]), {**body, text: api.word("vervangen ")}
    with api.continuing():
        api.put(url, {name: v for name, v in changed.items() if name != required}).expects(problem(400, required))
    with api.continuing():
        api.pause()
        api.get(url).expects(has_status(200), members(kept))
    accepted = api.put(url, changed)
    if accepted.status != 200:
        raise Blocked(
            f"Ook de volledige PUT lukte niet ({accepted.status}).",
            f"The complete PUT did not succeed either ({accepted.status}).",
        )


def put_without_an_optional_member_succeeds(api: Api, *, resource: str) -> None:
    """A PUT may leave out an optional member; whether it is emptied or kept is recorded."""
    text, body = api.resource(resource).text, api.sample(resource)
    made = api.add(resource, body)
    rest = {name: value for name, value in body.items() if name != text}
    reply = api.put(str(made["url"]), rest)
    reply.expects(has_status(200), member("url", made["url"]))
    reply.notes(member(text, made.get(text)))


def _removed(api: Api, resource: str) -> dict[str, Json]:
    """Make a resource and remove it; raises Blocked when that does not give 204."""
    url = str(api.create(resource)["url"])
    let_go(api.run, api.world)
    first = api.delete(url)
    if first.status != 204:
        link = api.resource(resource).role == "link"
        reason = "De relatie bestaat nog." if link else "De eerste DELETE gaf geen 204 (zie COM-HTTP-005)."
        raise Blocked(reason, f"The first DELETE answered {first.status} (see COM-HTTP-005).")
    return {"url": url}


def _undescribed(target: Api, resource: str, tail: str) -> list[str]:
    path = anonymous(target.resource(resource).path + tail)
    known = {one.method for one in target.contract(resource).operations.values() if anonymous(one.path) == path}
    disposable = target.run.target.row.safety.disposable
    wanted = [method.upper() for method in METHODS if method not in {"get", "head"}]
    return [name for name in wanted if name not in known and (name != "DELETE" or tail or disposable)]


def _refused(target: Api, reply: Reply, path: str) -> None:
    if reply.ok and _own_extension(target, reply.method, path):
        reply.prefers(has_status(405))
        return
    reply.expects(_not_allowed())


def _own_extension(target: Api, method: str, path: str) -> bool:
    """Tell whether the supplier's own description has this method: then it is an extension (COM-OAS-005)."""
    try:
        document = parsed(published(target).body)
    except (Blocked, Mismatch):
        return False
    return any(m == method and template.endswith(anonymous(path)) for m, template, _ in document.operations())


def _not_allowed() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status != 405:
            what = Text(f"status van {reply.method} {reply.url}", f"status of {reply.method} {reply.url}")
            severity = Severity.WARNING if 400 <= reply.status < 500 else Severity.FAILURE
            yield found(what, same("405"), same(str(reply.status)), severity)

    return claim


def _names(allow: str) -> set[str]:
    return {name.strip().upper() for name in allow.split(",")}
