"""Checks on which values a member takes, and what comes back of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from conformance import graft
from conformance.api import Api
from conformance.errors import NotApplicable
from conformance.model import Json, Text, same
from conformance.replay import came_back
from conformance.reply import Claim, Found, Reply, found, has_status, holds, invalid_names, member, problem

# Two bytes in UTF-8, and without a decomposed form.
LETTER = "ø"
ALONE = 4
WITHOUT = {"absent": ..., "null": None, "empty": ""}


def required_members_count(
    api: Api, *, resource: str, without: Literal["absent", "null", "empty"], exempt: list[str]
) -> None:
    """A body in which a required member is absent, null or empty is refused under its name."""
    api.standing(resource)
    for name in required_of(api, resource):
        if name not in exempt:
            with api.continuing():
                api.post(resource, api.sample(resource, **{name: WITHOUT[without]})).expects(problem(400, name))


def values_are_refused(api: Api, *, resource: str, pointer: str, values: list[Any], sample: str = "default") -> None:
    """A body that is good but for one of these values is refused under the name of the member."""
    api.standing(resource, sample)
    for value in values:
        with api.continuing():
            body = graft.grafted(api.sample(resource, sample), pointer, value)
            api.post(resource, body).expects(problem(400, ".".join(graft.steps(pointer))))


def values_are_accepted(api: Api, *, resource: str, pointer: str, values: list[Any], sample: str = "default") -> None:
    """Each of these values is accepted and comes back unchanged."""
    for value in values:
        with api.continuing():
            body = graft.grafted(api.sample(resource, sample), pointer, value)
            api.post(resource, body).expects(came_back(body, pointer), status=201)


def rsins_are_accepted(api: Api, *, resource: str, values: list[str]) -> None:
    """Every valid RSIN is accepted; a target that takes only some names them in the target file."""
    own = api.run.target.row.data.rsin
    pointer = f"/{api.resource(resource).rsin}"
    known = values if set(own) <= set(values) else own
    values_are_accepted(api, resource=resource, pointer=pointer, values=list(known))


def rsins_are_judged(api: Api, *, resource: str, values: list[str]) -> None:
    """A value that is not a valid RSIN is refused."""
    values_are_refused(api, resource=resource, pointer=f"/{api.resource(resource).rsin}", values=values)


def enumerations_are_closed(api: Api, *, resource: str) -> None:
    """A value outside an enumeration, or a known one in upper case, is refused."""
    body = api.sample(resource)
    chosen = [name for name, schema in members_of(api, resource).items() if "enum" in schema and body.get(name)]
    if not chosen:
        raise NotApplicable(f"{resource} heeft geen opsomming.", f"{resource} has no enumeration.")
    api.standing(resource)
    for name in chosen:
        for value in ("onbekend", str(body[name]).upper()):
            with api.continuing():
                api.post(resource, api.sample(resource, **{name: value})).expects(problem(400, name))


def urls_are_urls(api: Api, *, resource: str, values: list[str]) -> None:
    """A member for a URL refuses text that is no absolute URL; the first such member gets every value."""
    api.standing(resource)
    names = [name for name, schema in members_of(api, resource).items() if _is_url(schema) and name != "url"]
    for number, name in enumerate(names):
        for value in values if number == 0 or api.run.depth == "deep" else values[:1]:
            with api.continuing():
                api.post(resource, api.sample(resource, **{name: value})).expects(problem(400, name))


def limits_count_characters(api: Api, *, resource: str, exempt: list[str]) -> None:
    """Text of exactly as many letters of two bytes as allowed is kept in full; one more is refused."""
    seen: set[str] = set()
    for sample in api.profile.samples[resource]:
        body = api.sample(resource, sample)
        known = {path: limit for path, limit in limited(api, resource, body) if not path.endswith(tuple(exempt))}
        new = {path: limit for path, limit in known.items() if path not in seen}
        if new and sample != "by_reference":
            with api.continuing():
                _kept_in_full(api, resource, body, new)
            for paths in ([path for path in new if "." not in path], [path for path in new if "." in path]):
                _one_too_many(api, resource, sample, paths)
            seen |= new.keys()


def part_fits_its_limits(api: Api, *, resource: str, name: str) -> None:
    """In one part of a body, text of exactly as many letters as allowed is kept in full; one more is refused."""
    body = api.sample(resource)
    limits = {path: limit for path, limit in limited(api, resource, body) if path.startswith(f"{name}.")}
    with api.continuing():
        _kept_in_full(api, resource, body, limits, "x")
    _one_too_many(api, resource, "default", list(limits), "x")


def number_without_value_is_refused(api: Api, *, resource: str, name: str) -> None:
    """Null or empty text for a number that the client gives is refused, or a number is made."""
    given = api.standing(resource)[name]
    what, wanted = Text(f"waarde van {name}", f"value of {name}"), Text("een nieuw nummer", "a new number")
    made = holds(what, wanted, lambda reply: reply[name], lambda v: isinstance(v, str) and v not in ("", given))
    for value in (None, ""):
        with api.continuing():
            reply = api.post(resource, api.sample(resource, **{name: value}))
            reply.expects(made if reply.status == 201 else problem(400, name))


def number_is_text(api: Api, *, resource: str, name: str) -> None:
    """A number with leading zeros and letters comes back, and is found, as it was sent."""
    value = f"00A{api.word()[:5]}"
    made = api.post(resource, api.sample(resource, **{name: value})).expects(has_status(201), member(name, value))
    api.get(str(made["url"])).expects(has_status(200), member(name, value))
    what = Text(f"gevonden met {name} {value}", f"found with {name} {value}")
    rows = holds(
        what, same(str(made["url"])), lambda reply: [row["url"] for row in reply["results"]], lambda v: made["url"] in v
    )
    api.get(resource, {name: value}).expects(has_status(200), rows)


def described(schema: Mapping[str, Any], body: Json, above: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Walk over the dotted paths that a schema knows, in every object that the body has."""
    found_here: dict[str, Mapping[str, Any]] = {}
    for part in _parts(schema, body):
        for name, child in part.get("properties", {}).items():
            found_here.setdefault(name, child)
    for name, child in found_here.items():
        yield f"{above}{name}", child
        if isinstance(body.get(name), dict):
            yield from described(child, body[name], f"{above}{name}.")


def members_of(api: Api, resource: str) -> dict[str, Mapping[str, Any]]:
    """Give the members of the body that creates a resource, with their schemas."""
    return {path: child for path, child in described(_request(api, resource), _raw(api, resource)) if "." not in path}


def required_of(api: Api, resource: str) -> list[str]:
    """Name the members without which a body is refused, but for one that only tells alternatives apart."""
    parts = [part for part in _parts(_request(api, resource), _raw(api, resource)) if "then" not in part]
    one_way = {
        n for part in parts for n, child in part.get("properties", {}).items() if len(child.get("enum", "ab")) == 1
    }
    return [name for part in parts for name in part.get("required", ()) if name not in one_way]


def limited(api: Api, resource: str, body: Json) -> list[tuple[str, int]]:
    """List the free texts of a body with the number of characters that they may have."""
    rows = described(_request(api, resource), body)
    bound_otherwise = {"format", "pattern", "enum"}
    return [
        (path, child["maxLength"])
        for path, child in rows
        if "maxLength" in child and not bound_otherwise & child.keys()
    ]


def longer_than(api: Api, resource: str, body: Json, path: str, letter: str = "x") -> Json:
    """Give the body with one character too many in this text."""
    return graft.grafted(body, _pointer(path), letter * (dict(limited(api, resource, body))[path] + 1))


def _request(api: Api, resource: str) -> Mapping[str, Any]:
    return api.operation("POST", resource).request or {}


def _raw(api: Api, resource: str) -> dict[str, Json]:
    return dict(api.profile.samples[resource]["default"])


def _parts(schema: Mapping[str, Any], body: Json) -> Iterator[Mapping[str, Any]]:
    """Walk over the schemas of which a schema is made, as far as they are about this body."""
    yield schema
    if "if" in schema:
        rules = schema["if"]["properties"].items()
        meets = all(
            body.get(name) in [rule["const"]] if "const" in rule else body.get(name) in rule["enum"]
            for name, rule in rules
        )
        yield from _parts(schema.get("then" if meets else "else", {}), body)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from _parts(part, body)


def _is_url(schema: Mapping[str, Any]) -> bool:
    return any(part.get("format") == "uri" for part in _parts(schema, {}))


def _pointer(path: str) -> str:
    return "/" + path.replace(".", "/")


def _kept_in_full(api: Api, resource: str, body: Json, limits: Mapping[str, int], letter: str = LETTER) -> None:
    for path, limit in limits.items():
        body = graft.grafted(body, _pointer(path), letter * limit)
    kept = [member(path, letter * limit) for path, limit in limits.items()]
    api.post(resource, body).expects(_made(), *kept)


def _one_too_many(api: Api, resource: str, sample: str, paths: list[str], letter: str = LETTER) -> None:
    """Expect all these texts to be refused at once; one that is not named then goes on its own."""
    if not paths:
        return
    named: list[str] = []
    with api.continuing():
        reply = api.post(resource, _longer(api, resource, sample, paths, letter))
        named = [_plain(name) for name in invalid_names(reply.json)]
        reply.expects(problem(400))
    unnamed = [path for path in paths if not {_plain(path), _plain(path.rpartition(".")[2])} & {*named}]
    for path in unnamed if api.run.depth == "deep" else unnamed[:ALONE]:
        with api.continuing():
            api.post(resource, _longer(api, resource, sample, [path], letter)).expects(problem(400, path))


def _longer(api: Api, resource: str, sample: str, paths: list[str], letter: str) -> Json:
    body: Json = api.sample(resource, sample)
    for path in paths:
        body = longer_than(api, resource, body, path, letter)
    return body


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _made() -> Claim:
    """Claim that the resource was made; else show which members were not accepted."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply.status != 201:
            saw = " ".join([str(reply.status), *invalid_names(reply.json)])
            yield found(Text("status van het antwoord", "status of the answer"), same("201"), same(saw))

    return claim
