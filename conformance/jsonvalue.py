"""Reads, compares and shows JSON values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from conformance.model import Json

INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def member_of(body: Json, path: str) -> Json:
    """Give the value at a dotted path; None when it leads nowhere, the whole body for an empty path."""
    for step in path.split(".") if path else ():
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body


def leaves(body: Mapping[str, Json], above: str = "") -> Iterator[tuple[str, Json]]:
    """Walk over the dotted paths of an object whose values are not objects."""
    for name, value in body.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def equal(one: Json, other: Json) -> bool:
    """Compare two JSON values; a number is never a boolean, and date-times with an offset are compared as moments."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return type(one) is type(other) and (bool(one == other) or _same_instant(one, other))


def _same_instant(one: Json, other: Json) -> bool:
    """Tell whether two texts are date-times with an offset that stand for the same moment, however it is written."""
    if not (isinstance(one, str) and isinstance(other, str) and INSTANT.fullmatch(one) and INSTANT.fullmatch(other)):
        return False
    try:
        return datetime.fromisoformat(one.upper()) == datetime.fromisoformat(other.upper())
    except ValueError:
        return False


def differences(wanted: Json, actual: Json, path: str = "") -> Iterator[tuple[str, Json, Json]]:
    """Walk over the places where two JSON values differ."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        for key in sorted({*wanted, *actual}):
            yield from differences(wanted.get(key), actual.get(key), f"{path}.{key}" if path else key)
    elif not equal(wanted, actual):
        yield path or "body", wanted, actual


def is_empty(value: Json) -> bool:
    """Tell whether a value stands for no value."""
    if isinstance(value, dict):
        return all(is_empty(part) for part in value.values())
    return value is None or value in ("", [])


def shown(value: Json) -> str:
    """Show a JSON value in one line of at most 300 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 300 else f"{text[:297]}..."
