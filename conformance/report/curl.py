"""Writes an exchange as a curl command that can be pasted in a shell."""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING

from conformance.report.wire import hidden

if TYPE_CHECKING:
    from conformance.model import Json

REDACTED = "[redacted]"
_OURS = frozenset({"accept-encoding", "connection", "content-length"})  # curl sets these itself
_GLOB = re.compile(r"[\[\]{}]")
_DOTS = re.compile(r"/\.{1,2}(/|$|\?)")


def curl(exchange: Json) -> str:
    """Give the curl command that sends the request of an exchange again; `$TOKEN` stands for the credential."""
    request = exchange["request"]
    words = [f"curl {_method(request['method'])}{_url_flags(request['url'])} --url {_quoted(request['url'])}"]
    words += [f"--header {_quoted(line)}" for line in _headers(request)]
    if _has_body(request):
        words.append(f"--data-raw {_quoted(request['body'])}")
    return " \\\n  ".join(words)


def _has_body(request: Json) -> bool:
    """Tell whether something is sent after the headers; what is recorded as empty may never have been there."""
    return bool(request["body"]) or (request["body"] is not None and request["method"] in {"POST", "PUT", "PATCH"})


def _method(method: str) -> str:
    return "--head" if method == "HEAD" else f"--request {_quoted(method)}"


def _url_flags(url: str) -> str:
    without_redacted = url.replace(REDACTED, "")
    globbed = " --globoff" if _GLOB.search(without_redacted) else ""
    return globbed + (" --path-as-is" if _DOTS.search(without_redacted) else "")


def _headers(request: Json) -> list[str]:
    sent = {name: value for name, value in request["headers"].items() if name.lower() not in _OURS}
    lines = [_header(name, value) for name, value in sent.items()]
    if _has_body(request) and "content-type" not in {name.lower() for name in sent}:
        lines.append("Content-Type:")  # else curl claims that the body is a form
    return lines


def _header(name: str, value: str) -> str:
    if name.lower() == "authorization" and value == REDACTED:
        value = f"Bearer {REDACTED}"
    return f"{name}: {value}" if value else f"{name};"


def _quoted(text: str) -> str:
    parts = [_literal(part) if part else "" for part in text.split(REDACTED)]
    return '"$TOKEN"'.join(parts) or "''"


def _literal(text: str) -> str:
    if not any(hidden(character) for character in text):
        return quote(text)
    return "$'" + "".join(_escaped(character) for character in text) + "'"


def _escaped(character: str) -> str:
    if character in "\\'":
        return "\\" + character
    if not hidden(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
