"""Says where an OpenAPI document that somebody else published differs from a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from conformance.contract import Contract, Operation
from conformance.model import Json, Text, same
from conformance.published import Published, anonymous, listed

MAX_DEPTH = 12
ALTERNATIVES = ("oneOf", "anyOf")


class Difference(NamedTuple):
    """One place where a document differs from what was expected of it."""

    what: Text
    expected: Text
    actual: Text


def prefix(contract: Contract, document: Published, root: str) -> str:
    """Find which end of the root's path the document repeats in front of every path."""
    wanted = {anonymous(operation.path) for operation in contract.operations.values()}
    given = {template for _, template, _ in document.operations()}
    steps = root.rstrip("/").split("/")
    ends = ["", *("/" + "/".join(steps[start:]) for start in range(1, len(steps)))]
    return max(ends, key=lambda end: len({path.removeprefix(end) for path in given if path.startswith(end)} & wanted))


def shortfalls(contract: Contract, document: Published, root: str) -> Iterator[Difference]:
    """Walk over what the contract promises and the document takes back."""
    given = {(m, path): node for m, path, node in document.operations(prefix(contract, document, root))}
    for operation in contract.operations.values():
        place, key = f"{operation.method} {operation.path}", (operation.method, anonymous(operation.path))
        if key not in given:
            yield Difference(same(place), Text("beschreven", "described"), Text("ontbreekt", "missing"))
            continue
        node = given[key]
        if node is not None:
            yield from _statuses(operation, document, node, place)
            yield from _demands(contract, operation, document, node)


def extras(contract: Contract, document: Published, root: str) -> Iterator[Difference]:
    """Walk over what the document has and the contract does not."""
    known = {(one.method, anonymous(one.path)): one for one in contract.operations.values()}
    for method, path, node in document.operations(prefix(contract, document, root)):
        operation = known.get((method, path))
        if operation is None:
            if method not in {"HEAD", "OPTIONS"} and node is not None:
                yield _extra(f"{method} {path}", Text("operatie", "operation"))
        elif node is not None:
            names = {parameter.name for parameter in operation.parameters}
            for parameter in map(document.follow, node["parameters"]):
                if parameter.get("in") == "query" and str(parameter.get("name")) not in names:
                    yield _extra(f"{method} {path}: {parameter.get('name')}", Text("parameter", "parameter"))
            yield from _response_extras(operation, document, node)


def unknown_members(schema: Json, body: Json) -> Iterator[str]:
    """Walk over the dotted paths of members of a body that a schema does not know."""
    known = members(Published({}), [schema])
    for one in body if isinstance(body, list) else [body]:
        for name, value in one.items() if isinstance(one, dict) else ():
            if name not in known:
                yield name
            elif members(Published({}), known[name]):
                yield from (f"{name}.{below}" for part in known[name][:1] for below in _deeper(known[name], value))


def _deeper(schemas: list[Json], value: Json) -> Iterator[str]:
    return unknown_members({"allOf": schemas}, value)


def _statuses(operation: Operation, document: Published, node: Mapping[str, Json], place: str) -> Iterator[Difference]:
    given = {str(status).upper() for status in document.follow(node.get("responses"))}
    successes = {status for status in given if status.startswith("2")} or given & {"DEFAULT"}
    for status in operation.success:
        if not successes & {str(status), "2XX", "DEFAULT"}:
            what = Text(f"{place}: status van een geslaagd antwoord", f"{place}: status of a successful answer")
            yield Difference(what, same(str(status)), same(", ".join(sorted(successes)) or "-"))


def _demands(
    contract: Contract, operation: Operation, document: Published, node: Mapping[str, Json]
) -> Iterator[Difference]:
    place = f"{operation.method} {operation.path}"
    for parameter in map(document.follow, node["parameters"]):
        ours = next((one for one in operation.parameters if one.name == parameter.get("name")), None)
        if ours is not None and parameter.get("in") == "query":
            yield from _lost_values(document, [ours.schema], [parameter.get("schema")], f"{place} ?{ours.name}")
    theirs = document.follow(node.get("requestBody"))
    if operation.request is not None and (schema := _body(document, theirs)) is not None:
        # The published descriptions reuse the full schema for PATCH, so what PUT demands may be there too.
        allowed = [one.request for one in contract.operations.values() if _counterpart(one, operation)]
        yield from _narrowed(document, [operation.request, *allowed], [schema], place, 0)


def _counterpart(one: Operation, operation: Operation) -> bool:
    return operation.method == "PATCH" and (one.method, one.path) == ("PUT", operation.path)


def _narrowed(
    document: Published, ours: list[Json], theirs: list[Json], place: str, depth: int
) -> Iterator[Difference]:
    mine, given = members(document, ours), members(document, theirs)
    allowed = {name for schema in ours for part in _parts(document, schema) for name in listed(part.get("required"))}
    for name in sorted(_required(document, theirs, {}) - allowed):
        if not all(document.follow(one).get("readOnly") is True for one in given.get(name, [None])):
            what = Text(f"{place}: verplicht lid", f"{place}: required member")
            yield Difference(what, Text(f"{name} is niet verplicht", f"{name} is optional"), same(name))
    for name in mine.keys() & given.keys() if depth < MAX_DEPTH else ():
        yield from _lost_values(document, mine[name], given[name], f"{place}: {name}")
        if members(document, mine[name]):
            yield from _narrowed(document, mine[name], given[name], f"{place}: {name}", depth + 1)


def _lost_values(document: Published, ours: list[Json], theirs: list[Json], place: str) -> Iterator[Difference]:
    wanted, given = _values(document, ours, {}), _values(document, theirs, {})
    if wanted is None or given is None:
        return
    lost = sorted(wanted - given - {"", "null"})
    if lost:
        what = Text(f"{place}: toegestane waarden", f"{place}: allowed values")
        yield Difference(what, same(", ".join(lost)), Text("ontbreekt", "missing"))


def _response_extras(operation: Operation, document: Published, node: Mapping[str, Json]) -> Iterator[Difference]:
    responses = document.follow(node.get("responses"))
    for status in operation.success:
        schema = _body(document, document.follow(responses.get(str(status))))
        ours = operation.responses[status].schema
        if schema is not None and ours is not None:
            for name in _beyond(document, [ours], [schema], 0):
                yield _extra(f"{operation.method} {operation.path} {status}: {name}", Text("lid", "member"))


def _beyond(document: Published, ours: list[Json], theirs: list[Json], depth: int) -> Iterator[str]:
    mine, given = members(document, ours), members(document, theirs)
    for name in given:
        if name not in mine:
            yield name
        elif depth < MAX_DEPTH and members(document, mine[name]):
            yield from (f"{name}.{below}" for below in _beyond(document, mine[name], given[name], depth + 1))


def _extra(place: str, kind: Text) -> Difference:
    what = Text(f"{kind.nl} buiten de standaard", f"{kind.en} beyond the standard")
    return Difference(what, Text("geen", "none"), same(place))


def members(document: Published, schemas: Iterable[Json]) -> dict[str, list[Json]]:
    """Give the members that schemas know, in any alternative and in the items of a list."""
    found: dict[str, list[Json]] = {}
    for schema in schemas:
        for part in _parts(document, schema):
            properties = part.get("properties")
            for name, one in properties.items() if isinstance(properties, Mapping) else ():
                found.setdefault(name, []).append(one)
    return found


def _parts(document: Published, schema: Json) -> Iterator[dict[str, Json]]:
    """Walk once over a schema and everything it is composed of."""
    seen: set[int | str] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        part, mark = document.follow(node), _mark(node)
        if mark in seen or not part:
            continue
        seen.add(mark)
        yield part
        for key in ("allOf", *ALTERNATIVES):
            waiting += listed(part.get(key))
        waiting += [part[key] for key in ("items", "then", "else") if key in part]


def _mark(node: Json) -> int | str:
    return node["$ref"] if isinstance(node, dict) and isinstance(node.get("$ref"), str) else id(node)


def _required(document: Published, schemas: list[Json], known: dict[int | str, set[str]]) -> set[str]:
    """Give the members that every one of these schemas demands; `known` ends what refers to itself."""
    sets = [_required_by(document, schema, known) for schema in schemas]
    return set.intersection(*sets) if sets else set()


def _required_by(document: Published, node: Json, known: dict[int | str, set[str]]) -> set[str]:
    mark = _mark(node)
    if mark in known:
        return known[mark]
    known[mark] = set()
    schema = document.follow(node)
    names = {name for name in listed(schema.get("required")) if isinstance(name, str)}
    for part in listed(schema.get("allOf")):
        names |= _required_by(document, part, known)
    for key in ALTERNATIVES:
        if branches := [one for one in listed(schema.get(key)) if document.follow(one).get("type") != "null"]:
            names |= _required(document, branches, known)
    known[mark] = names
    return names


def _values(document: Published, schemas: list[Json], known: dict[int | str, set[str] | None]) -> set[str] | None:
    """Give the values that these alternatives allow; None when some alternative sets no limit."""
    found: set[str] = set()
    for schema in schemas:
        given = _values_of(document, schema, known)
        if given is None:
            return None
        found |= given
    return found


def _values_of(document: Published, node: Json, known: dict[int | str, set[str] | None]) -> set[str] | None:
    mark, schema = _mark(node), document.follow(node)
    if isinstance(schema.get("enum"), list):
        return {"null" if value is None else str(value) for value in schema["enum"]}
    if "const" in schema or schema.get("type") == "null":
        return {str(schema.get("const", "null"))}
    if mark not in known:
        known[mark] = None
        branches = next((listed(schema[key]) for key in (*ALTERNATIVES, "allOf") if listed(schema.get(key))), [])
        known[mark] = _values(document, branches, known) if branches else None
    return known[mark]


def _body(document: Published, holder: Mapping[str, Json]) -> Json:
    content = document.follow(holder.get("content"))
    chosen = next((name for name in content if "json" in name), None)
    return document.follow(content[chosen]).get("schema") if chosen else None
