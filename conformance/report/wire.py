"""Makes text from the wire safe and readable: hidden characters visible, JSON indented, long bodies cut."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from conformance.model import Json

LIMIT = 4000
DEEPEST = 20
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NONCHARACTER = re.compile("[\ufdd0-\ufdef]|[\ufffe\uffff]")
_PLAIN = re.compile(r"[\n\t\x20-\x7e\xa0-\xac\xae-\u02ff]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')
_OPEN, _CLOSE = "{[", "}]"


class Body(NamedTuple):
    """A body as shown, and how many characters were left out."""

    text: str
    left_out: int


def hidden(character: str) -> bool:
    """Tell whether a reader cannot see a character, or sees others in another order because of it."""
    if character in "\n\t":
        return False
    return unicodedata.category(character) in _HIDDEN or bool(_NONCHARACTER.match(character))


def visible(text: str) -> str:
    """Write control, bidirectional and other hidden characters as U+202E between brackets."""
    text = text.replace("\r\n", "\n")
    if _PLAIN.fullmatch(text):
        return text
    return "".join(f"⟨U+{ord(character):04X}⟩" if hidden(character) else character for character in text)


def legible(value: Json) -> Json:
    """Make every text in a JSON value visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): legible(member) for key, member in value.items()}
    return [legible(member) for member in value] if isinstance(value, list | tuple) else value


def body(text: str) -> Body:
    """Show a body: indented when it is JSON, cut when it is long."""
    return cut(indented(text) if len(text) <= 10 * LIMIT else text)


def cut(text: str, most: int = LIMIT) -> Body:
    """Keep the first part of a long text."""
    return Body(text[:most], max(0, len(text) - most))


def indented(text: str) -> str:
    """Indent JSON without decoding it, so that double members, numbers and escapes stay as sent."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    parts: list[str] = []
    depth = 0
    before = ""
    for piece in _TOKEN.findall(text):
        depth -= piece in _CLOSE
        parts.append(_space(before, piece, depth) + piece)
        depth += piece in _OPEN
        before = piece
    return "".join(parts)


def _space(before: str, piece: str, depth: int) -> str:
    if before == ":":
        return " "
    closes = piece in _CLOSE and before not in _OPEN
    starts = piece not in _CLOSE and before != "" and before in "{[,"
    return "\n" + "  " * min(depth, DEEPEST) if (closes or starts) and piece not in ":," else ""
