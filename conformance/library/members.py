"""Checks on members that may be absent, unknown or empty, and on parts of a body."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance import graft
from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import is_empty, shown
from conformance.library.values import described, members_of, required_of
from conformance.model import Json, Severity, Text, same
from conformance.replay import came_back
from conformance.reply import Claim, Found, Reply, empty, found, has_status, holds, member, members, problem


def unknown_members_are_ignored(api: Api, *, resource: str, name: str) -> None:
    """A member that the description does not know is not stored, and does not make the request fail."""
    body = api.sample(resource)
    text = api.resource(resource).text
    reply = api.post(resource, {**body, name: 1}).expects(has_status(201), member(text, body[text]), empty(name))
    api.get(str(reply["url"])).expects(has_status(200), member(text, body[text]), empty(name))


def every_member_is_there(api: Api, *, resource: str) -> None:
    """A resource with only what is required shows every member of its schema."""
    made = api.standing(resource, _least(api, resource))
    schema = api.operation("GET", resource, "/{uuid}").responses[200].schema or {}
    wanted = sorted({path for path, _ in described(schema, made) if "." not in path})
    what, expected = Text("leden die ontbreken", "members that are missing"), Text("geen", "none")

    def missing(reply: Reply) -> list[str]:
        return [name for name in wanted if name not in reply.json]

    api.get(str(made["url"])).expects(
        has_status(200), member("url", made["url"]), holds(what, expected, missing, lambda names: names == [])
    )


def unset_members_are_empty(api: Api, *, resource: str, filled: list[str]) -> None:
    """A member that was not set is absent, null, empty text, an empty list or an object of such; never invented."""
    body, made = _bare(api, resource), api.standing(resource, _least(api, resource))
    reply = api.get(str(made["url"]))
    reply.expects(has_status(200), member("url", made["url"]), _invents_nothing(api, resource, body, filled))


def optional_members_may_be_absent(api: Api, *, resource: str, required: list[str], filled: list[str]) -> None:
    """A resource with only these members is accepted and read back, and the others have no value."""
    body = {name: value for name, value in api.sample(resource).items() if name in required}
    reply = api.post(resource, body).expects(has_status(201), members(_flat(body)))
    api.get(str(reply["url"])).expects(
        has_status(200), members(_flat(body)), _invents_nothing(api, resource, body, filled)
    )


def members_may_be_empty(api: Api, *, resource: str, names: list[str]) -> None:
    """The empty text is accepted for these members."""
    body = api.sample(resource, **dict.fromkeys(names, ""))
    kept = {name: value for name, value in body.items() if name in required_of(api, resource)}
    api.post(resource, body).expects(has_status(201), members(kept), *map(empty, names))


def parts_may_be_absent(api: Api, *, resource: str, pointers: list[str], null: bool = False) -> None:
    """A nested part may be left out, or be null where that is asked, and then has no value."""
    for value in (graft.MISSING, None) if null else (graft.MISSING,):
        body: Json = api.sample(resource)
        for pointer in pointers:
            body = graft.grafted(body, pointer, value)
        with api.continuing():
            text = api.resource(resource).text
            parts = [_no_part(".".join(graft.steps(pointer))) for pointer in pointers]
            reply = api.post(resource, body).expects(has_status(201), member(text, body[text]), *parts)
            if not null:
                api.get(str(reply["url"])).expects(has_status(200), member(text, body[text]), *parts)


def part_is_kept(api: Api, *, resource: str, name: str) -> None:
    """A nested object comes back with every member, when it is made and when it is read."""
    body = api.sample(resource)
    made = api.post(resource, body).expects(has_status(201), came_back(body, f"/{name}"))
    api.get(str(made["url"])).expects(has_status(200), came_back(body, f"/{name}"))


def part_is_added_and_changed(api: Api, *, resource: str, name: str, member_changed: str, value: str) -> None:
    """A PATCH adds a nested object to a resource that has none, and changes one that is there."""
    body, part = _bare(api, resource), api.sample(resource)[name]
    text, where = api.resource(resource).text, str(api.add(resource, body)["url"])
    api.patch(where, {name: part}).expects(has_status(200), members({name: part, text: body[text]}))
    changed = f"{name}.{member_changed}"
    api.patch(where, {name: {member_changed: value}}).expects(has_status(200), member(changed, value))
    api.get(where).expects(has_status(200), member(changed, value), member(text, body[text]))


def part_may_be_removed(api: Api, *, resource: str, name: str) -> None:
    """A PATCH with null removes a nested object; what happens is recorded only."""
    where = str(api.create(resource)["url"])
    reply = api.patch(where, {name: None})
    if not reply.ok:
        raise Blocked(f"{name} null werd geweigerd ({reply.status}).", f"{name} null was refused ({reply.status}).")
    reply.expects(member("url", api.read(where)["url"])).notes(empty(name))


def date_times_keep_their_instant(api: Api, *, resource: str, values: list[str]) -> None:
    """A date-time with any offset is accepted and denotes the same instant when it is read back."""
    for name in _date_times(api, resource):
        for value in values:
            with api.continuing():
                made = api.post(resource, api.sample(resource, **{name: value}))
                made.expects(has_status(201), _instant(name, value))
                api.get(str(made["url"])).expects(has_status(200), _instant(name, value))


def date_time_without_offset_is_recorded(api: Api, *, resource: str, value: str) -> None:
    """A date-time without offset may be accepted; recorded only."""
    for name in _date_times(api, resource):
        api.standing(resource)
        reply = api.post(resource, api.sample(resource, **{name: value}))
        if reply.status not in {201, 400}:
            raise Blocked(f"{name} {value}: {reply.status}.", f"{name} {value}: {reply.status}.")
        reply.notes(has_status(201))


def wrong_date_times_are_refused(api: Api, *, resource: str, values: list[str]) -> None:
    """Text that is not a date-time is refused under the name of the member."""
    for name in _date_times(api, resource):
        api.standing(resource)
        for value in values:
            with api.continuing():
                api.post(resource, api.sample(resource, **{name: value})).expects(problem(400, name))


def date_times_are_utc(api: Api, *, resource: str, audit: str) -> None:
    """Date-times in an answer, of the resource or else of its audit trail, are in UTC."""
    made = api.create(resource)
    names = _timed(api.operation("GET", resource, "/{uuid}").responses[200].schema or {})
    if names:
        claims = [_utc(name, lambda reply, name=name: [reply[name]]) for name in names if made.get(name)]
        api.get(str(made["url"])).expects(has_status(200), member("url", made["url"]), *claims)
    elif api.resource(resource).audited:
        lines = api.get(f"{made['url']}/audittrail")
        lines.expects(has_status(200), _utc(audit, lambda reply: [row[audit] for row in reply.json]))
    else:
        raise NotApplicable(f"{resource} heeft geen datumtijd.", f"{resource} has no date-time.")


def _date_times(api: Api, resource: str) -> list[str]:
    names = [name for name, schema in members_of(api, resource).items() if schema.get("format") == "date-time"]
    if not names:
        raise NotApplicable(f"{resource} heeft geen datumtijd in een verzoek.", f"{resource} takes no date-time.")
    return names


def _timed(schema: Mapping[str, Any]) -> list[str]:
    """List the members that are a date-time; one that may be empty too is described as a choice."""
    choices = {name: [child, *child.get("anyOf", ())] for name, child in described(schema, {})}
    return [name for name, parts in choices.items() if any(one.get("format") == "date-time" for one in parts)]


def _instant(name: str, value: str) -> Claim:
    wanted = datetime.datetime.fromisoformat(value)

    def same_instant(seen: Json) -> bool:
        return datetime.datetime.fromisoformat(seen) == wanted

    return holds(Text(f"waarde van {name}", f"value of {name}"), same(value), lambda reply: reply[name], same_instant)


def _utc(name: str, values: Any) -> Claim:
    def in_utc(seen: list[str]) -> bool:
        return bool(seen) and all(re.search(r"(Z|[+]00:00)$", value) for value in seen)

    return holds(
        Text(f"waarde van {name}", f"value of {name}"), Text("UTC (Z of +00:00)", "UTC (Z or +00:00)"), values, in_utc
    )


def _bare(api: Api, resource: str) -> dict[str, Json]:
    """Give a body with little more than what is required."""
    return api.sample(resource, _least(api, resource))


def _least(api: Api, resource: str) -> str:
    return "minimal" if "minimal" in api.profile.samples[resource] else "default"


def _flat(body: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in body.items() if not is_empty(value)}


def _invents_nothing(api: Api, resource: str, body: Json, filled: list[str]) -> Claim:
    """Claim that what the schema knows and the body does not have is empty, but for what the server fills in."""
    sent = {
        path
        for path, _ in described(api.operation("POST", resource).request or {}, body)
        if graft.at(body, "/" + path.replace(".", "/")) is graft.MISSING
    }

    def claim(reply: Reply) -> Iterator[Found]:
        for path in sorted(sent - set(filled)):
            yield from empty(path)(reply)

    return claim


def _no_part(path: str) -> Claim:
    """Claim that a part has no value; an object with only empty members is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        value = reply[path]
        if value is not None:
            severity = Severity.WARNING if isinstance(value, dict) and is_empty(value) else Severity.FAILURE
            wanted = Text("geen (null of afwezig)", "none (null or absent)")
            yield found(Text(f"waarde van {path}", f"value of {path}"), wanted, same(shown(value)), severity)

    return claim
