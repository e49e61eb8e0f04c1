"""Checks on changing what is there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.api import Api
from conformance.jsonvalue import is_empty, member_of
from conformance.model import Json, Text
from conformance.reply import Claim, Reply, empty, holds, member, members, problem


def put_needs_members(api: Api, *, resource: str, required: list[str], generated: list[str]) -> None:
    """A PUT without a required member is refused; for a generated one the old value may be kept."""
    body, text = api.sample(resource), api.resource(resource).text
    where, kept = str(api.add(resource, body)["url"]), members({name: body[name] for name in required})
    api.put(where, body).expects(kept, status=200)
    changed, stays = {**body, text: api.word("Z ")}, [member(text, body[text])]
    for name in required:
        with api.continuing():
            reply = api.put(where, {key: value for key, value in changed.items() if key != name})
            if name in generated and reply.ok:
                stays = []
            reply.expects(kept if name in generated and reply.ok else problem(400, name))
    api.pause()
    api.get(where).expects(kept, *stays, status=200)


def values_are_judged_on_update(
    api: Api, *, resource: str, wrong: dict[str, Any], required: list[str] | None = None
) -> None:
    """PUT and PATCH refuse values that POST refuses, and PUT what is left out; at standard depth the two take turns."""
    body, text = api.sample(resource), api.resource(resource).text
    where = str(api.add(resource, body)["url"])
    for number, (path, value) in enumerate(wrong.items()):
        for method in ("PATCH", "PUT") if api.run.depth == "deep" else (("PATCH", "PUT")[number % 2],):
            with api.continuing():
                sent = {**_changed(body, path, value), text: api.word("Z ")}
                part = {name: sent[name] for name in (path.partition(".")[0], text)}
                api.request(method, where, sent if method == "PUT" else part).expects(problem(400, path))
    for name in required or ():
        with api.continuing():
            left = {key: value for key, value in body.items() if key != name}
            api.put(where, {**left, text: api.word("Z ")}).expects(problem(400, name))
    kept, name = [member(path, member_of(body, path)) for path in (*wrong, text)], next(iter(wrong)).partition(".")[0]
    with api.continuing():
        api.patch(where, {name: body[name]}).expects(*kept, status=200)
    api.put(where, body).expects(*kept, status=200)


def what_is_read_can_be_written(api: Api, *, resource: str, samples: list[str], unless_null: list[str]) -> None:
    """What a GET gives is a valid PUT body, and changes nothing; a deep run does this with every sample."""
    for sample in samples[: {"quick": 1, "standard": 2}.get(api.run.depth)]:
        with api.continuing():
            _written_back(api, resource, str(api.create(resource, sample)["url"]), unless_null)


def reference_can_be_written_back(api: Api, *, resource: str, unless_null: list[str]) -> None:
    """What a GET gives of a resource with a reference is a valid PUT body, and changes nothing."""
    made = api.add(resource, api.referring(resource, api.neighbour.place()))
    _written_back(api, resource, str(made["url"]), unless_null)


def unknown_is_not_updated(api: Api, *, resource: str) -> None:
    """PUT, PATCH and DELETE of what does not exist are answered with 404, and nothing is made."""
    fresh, selector = api.sample(resource), api.resource(resource).selector
    known = str(api.standing(resource)["url"])
    unknown = f"{known.rpartition('/')[0]}/{uuid.UUID(int=api.random.getrandbits(128), version=4)}"
    change = {api.resource(resource).text: api.word("Z ")}
    for method, sent in (("PUT", fresh), ("PATCH", change), ("DELETE", ...)):
        with api.continuing():
            api.request(method, unknown, sent).expects(problem(404))
    api.pause()
    api.get(resource, {selector: fresh[selector]}).expects(_none_with(selector, fresh[selector]), status=200)


def _written_back(api: Api, resource: str, where: str, unless_null: list[str]) -> None:
    """Write back the members of the contract; what a target adds of its own is not judged."""
    known = set(_properties(api.operation("PUT", resource, "/{uuid}").request or {})) - {"url"}
    whole = api.read(where)
    left_out = {name for name in unless_null if whole.get(name) is None}
    read = {name: value for name, value in whole.items() if name in known - left_out}
    kept = [empty(name) if is_empty(value) else members({name: value}) for name, value in read.items()]
    api.put(where, read).expects(*kept, status=200)


def _properties(schema: Mapping[str, Any]) -> Iterator[str]:
    """Name the members in a schema and in the schemas that it is made of."""
    yield from schema.get("properties", {})
    for keyword in {"then", "else"} & schema.keys():
        yield from _properties(schema[keyword])
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from _properties(part)


def _changed(body: Json, path: str, value: Json) -> dict[str, Json]:
    head, _, rest = path.partition(".")
    return {**body, head: _changed(body[head], rest, value) if rest else value}


def _none_with(name: str, value: Json) -> Claim:
    what, wanted = Text(f"resultaten met {name} {value}", f"results with {name} {value}"), Text("geen", "none")

    def seen(reply: Reply) -> list[Json]:
        return [row["url"] for row in reply["results"] if row[name] == value]

    return holds(what, wanted, seen, lambda found: found == [])
