"""An exchange as a reader sees it: request, response, the difference marked, and the curl command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from conformance.report.curl import curl
from conformance.report.wire import LIMIT, Body, body, cut

if TYPE_CHECKING:
    from conformance.model import Json

HINT = 60
_STATUS = re.compile(r"\bstatus\b")
_HEADER = re.compile(r"\bheader ([\w-]+)")
_WORD = re.compile(r"[\w-]+")
_MEMBER = re.compile(r'\s*"((?:[^"\\]|\\.)*)":')


class Part(NamedTuple):
    """Some lines of a message; what differs from what was expected has a hint that says what that was."""

    text: str
    hint: str | None = None


class Message(NamedTuple):
    """A request or a response as text, and how much of its body was left out."""

    parts: tuple[Part, ...]
    body: Body | None


class Step(NamedTuple):
    """One call in a line: which exchange, what was asked, and the status that came back."""

    id: str
    call: str
    status: int | None


class Shown(NamedTuple):
    """An exchange ready to be printed; without a curl command when that is too long."""

    step: Step
    at: str
    seconds: float | None
    request: Message
    response: Message | None
    error: str | None
    curl: str | None


def step(exchange: Json) -> Step:
    """Give an exchange in one line."""
    request, response = exchange["request"], exchange["response"]
    call = f"{request['method']} {cut(request['url']).text}"
    return Step(exchange["id"], call, response["status"] if response else None)


def shown(exchange: Json, findings: Iterable[Mapping[str, Json]] = ()) -> Shown:
    """Give an exchange in full, with long parts cut and the lines marked that the findings are about."""
    response = exchange["response"]
    command = curl(exchange)
    line = step(exchange)
    return Shown(
        step=line,
        at=exchange["at"],
        seconds=response["seconds"] if response else None,
        request=_message(line.call, exchange["request"], ()),
        response=_message(str(line.status), response, tuple(findings)) if response else None,
        error=exchange["error"],
        curl=command if len(command) <= LIMIT else None,
    )


def _message(first: str, message: Mapping[str, Json], findings: tuple[Mapping[str, Json], ...]) -> Message:
    content = body(message["body"]) if message["body"] else None
    headers, members = _hints(findings)
    lines = [(first, _status_hint(first, findings))]
    lines += [(f"{name}: {cut(value).text}", headers.get(name.lower())) for name, value in message["headers"].items()]
    if content is not None:
        lines.append(("", None))
        lines += [(line, _member_hint(line, members)) for line in content.text.split("\n")]
    return Message(tuple(_joined(lines)), content)


def _status_hint(status: str, findings: Iterable[Mapping[str, Json]]) -> str | None:
    about = (one for one in findings if one["actual"] == status and _STATUS.search(one["what"]))
    return next((_brief(one["expected"]) for one in about), None)


def _hints(findings: Iterable[Mapping[str, Json]]) -> tuple[dict[str, str], dict[str, str]]:
    """Say for the headers and for the members that findings speak of what was expected there."""
    headers: dict[str, str] = {}
    members: dict[str, str] = {}
    for one in findings:
        hint = _brief(one["expected"])
        named = _HEADER.search(one["what"])
        if named:
            headers.setdefault(named[1].lower(), hint)
        elif not _STATUS.search(one["what"]):
            for word in _WORD.findall(one["what"]):
                members.setdefault(word, hint)
    return headers, members


def _member_hint(line: str, members: Mapping[str, str]) -> str | None:
    member = _MEMBER.match(line) if members else None
    return members.get(member[1]) if member else None


def _joined(lines: Iterable[tuple[str, str | None]]) -> Iterator[Part]:
    """Keep lines without a hint together."""
    plain: list[str] = []
    for text, hint in lines:
        if hint is None:
            plain.append(text)
            continue
        if plain:
            yield Part("\n".join(plain))
            plain = []
        yield Part(text, hint)
    if plain:
        yield Part("\n".join(plain))


def _brief(text: str) -> str:
    return text if len(text) <= HINT else f"{text[: HINT - 1]}…"
