"""Makes requests that differ from a valid sample in one place only."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from conformance.model import Json

MISSING = object()


def steps(pointer: str) -> list[str]:
    """The names and positions in a JSON pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def at(body: Json, pointer: str) -> Json:
    """The value at a pointer, or MISSING."""
    for step in steps(pointer):
        if isinstance(body, dict) and step in body:
            body = body[step]
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return MISSING
    return body


def pointers(body: Json, above: str = "") -> Iterator[str]:
    """The pointers of all members, those of an object after the object itself."""
    for name, value in body.items() if isinstance(body, dict) else ():
        pointer = f"{above}/{name.replace('~', '~0').replace('/', '~1')}"
        yield pointer
        yield from pointers(value, pointer)


def through_lists(body: Json, pointer: str) -> str:
    """The pointer with the position of the first item wherever it passes a list without naming one."""
    found = []
    for step in steps(pointer):
        if isinstance(body, list) and not step.isdecimal():
            found.append("0")
            body = body[0] if body else MISSING
        found.append(step)
        body = at(body, f"/{step}")
    return "".join(f"/{step}" for step in found)


def grafted(sample: Json, pointer: str, value: Json) -> Json:
    """The sample with another value, or none, at the pointer."""
    if not pointer:
        return value
    body = copy.copy(sample)
    *above, last = steps(pointer)
    holder = body
    for step in above:
        place = step if isinstance(holder, dict) else int(step)
        held = holder.get(place, {}) if isinstance(holder, dict) else holder[place]
        holder[place] = copy.copy(held)  # what lies beside the way is shared, and changed by nobody
        holder = holder[place]
    if isinstance(holder, list):
        holder[:] = [value]
    elif value is MISSING:
        holder.pop(last, None)
    else:
        holder[last] = value
    return body


def restricted(sample: Json, pointer: str, names: Collection[str]) -> Json:
    """The sample in which the object at the pointer has only these members."""
    kept = {name: value for name, value in at(sample, pointer).items() if name in names}
    return grafted(sample, pointer, kept)


def kind(value: Json) -> str:
    """The JSON type of a value, with fraction apart from integer, and missing."""
    if value is MISSING:
        return "missing"
    if isinstance(value, float) and not value.is_integer():
        return "fraction"
    names = {bool: "boolean", int: "integer", float: "integer", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def formatted(schema: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, str]]:
    """The pointers of text members with a format, through all alternatives."""
    if isinstance(schema.get("format"), str):
        yield pointer, schema["format"]
    for name, child in schema.get("properties", {}).items():
        yield from formatted(child, f"{pointer}/{name}")
    branches = [schema[keyword] for keyword in ("then", "else") if keyword in schema]
    parts = [part for keyword in ("allOf", "anyOf") for part in schema.get(keyword, ())]
    for child in (*branches, *parts):
        yield from formatted(child, pointer)
