"""An exchange as a reader sees it: request, response, the steps before it and the curl command."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance.report.curl import curl
from conformance.report.wire import LIMIT, Body, body, cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json


class Message(NamedTuple):
    """The headers and the body of a request or a response."""

    headers: tuple[tuple[str, str], ...]
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


def shown(exchange: Json) -> Shown:
    """Give an exchange in full, with long parts cut."""
    response = exchange["response"]
    command = curl(exchange)
    return Shown(
        step=step(exchange),
        at=exchange["at"],
        seconds=response["seconds"] if response else None,
        request=_message(exchange["request"]),
        response=_message(response) if response else None,
        error=exchange["error"],
        curl=command if len(command) <= LIMIT else None,
    )


def _message(message: Mapping[str, Json]) -> Message:
    headers = tuple((name, cut(value).text) for name, value in message["headers"].items())
    return Message(headers, body(message["body"]) if message["body"] else None)
