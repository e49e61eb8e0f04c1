"""Plays what stands behind a gateway: the policy engine that it asks, and the API to which it forwards."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlsplit

from werkzeug import Request, Response

from conformance.model import Json
from conformance.neighbours.callers import Call

ENGINE, UPSTREAM = "access", "upstream"
EVALUATION = f"/{ENGINE}/v1/evaluation"
OTHER_ENGINE = f"/{ENGINE}/elders/v1/evaluation"
METADATA = "/.well-known/authzen-configuration"
JSON_TYPE = MappingProxyType({"Content-Type": "application/json"})


@dataclass(frozen=True)
class Shown:
    """What the engine or the API answers: after some seconds, or never when it hangs up."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: JSON_TYPE)
    delay: float = 0
    hangs_up: bool = False


def shown(body: Json, status: int = 200) -> Shown:
    """Give an answer with a JSON body."""
    return Shown(status, json.dumps(body).encode())


# The first is understood by whoever asks when no check says what to answer: an engine that is asked more permits.
PERMIT = shown({"decision": True, "result": True})
NOTHING = shown({"count": 0, "next": None, "previous": None, "results": []})


@dataclass(frozen=True)
class Arrival:
    """A request that came through a gateway; the numbers tell the order in which all of them came and were answered.

    Of each header a digest is kept as well, because what a key is may not be remembered.
    """

    place: str
    call: Call
    came: int
    answered: int | None = None
    digests: Mapping[str, str] = field(default_factory=dict)


def digest(value: str) -> str:
    """Give what tells two keys apart without showing them."""
    return hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()


class Behind:
    """The engine and the API behind a gateway, as a check lets them answer, and what they were asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._engine, self._api = PERMIT, NOTHING
        self._arrivals: list[Arrival] = []
        self._events = 0
        self._over = threading.Event()
        self._lock = threading.Lock()

    @contextmanager
    def answering(self, engine: Shown, api: Shown) -> Iterator[None]:
        """Let both answer like this for as long as the context lasts; who still waits for an answer is let go."""
        with self._lock:
            self._engine, self._api, self._over = engine, api, threading.Event()
        try:
            yield
        finally:
            self._over.set()
            with self._lock:
                self._engine, self._api = PERMIT, NOTHING

    def count(self) -> int:
        """Count what came so far; what comes after it is given by `since`."""
        with self._lock:
            return len(self._arrivals)

    def since(self, number: int) -> tuple[Arrival, ...]:
        """List what came after so many, in order."""
        with self._lock:
            return tuple(self._arrivals[number:])

    def answer(self, request: Request, call: Call) -> Response | None:
        """Answer what a gateway asks of one of the two; None when it is asked of another."""
        own = request.path.removeprefix(urlsplit(self.address).path)
        place = own.split("/")[1] if own.startswith("/") else ""
        if own == METADATA:
            told = {"policy_decision_point": self.address, "access_evaluation_endpoint": f"{self.address}{EVALUATION}"}
            return Response(json.dumps(told), content_type="application/json")
        if place not in {ENGINE, UPSTREAM}:
            return None
        with self._lock:
            said = self._api if place == UPSTREAM else PERMIT if own == OTHER_ENGINE else self._engine
            over, at = self._over, len(self._arrivals)
            self._arrivals.append(self._noted(place, request, replace(call, answer=(said.status, _told(said.body)))))
        if said.delay:
            over.wait(said.delay)
        with self._lock:
            self._events += 1
            if at < len(self._arrivals) and self._arrivals[at].call.at == call.at:
                self._arrivals[at] = replace(self._arrivals[at], answered=self._events)
        if said.hangs_up:
            _hang_up(request)
        return Response(said.body, said.status, dict(said.headers))

    def forget(self) -> None:
        """Let nobody have come."""
        with self._lock:
            self._arrivals.clear()

    def _noted(self, place: str, request: Request, call: Call) -> Arrival:
        """Keep a request with its path as it was sent, which a server decodes."""
        self._events += 1
        raw = str(request.environ.get("REQUEST_URI") or call.path)
        digests = {name.lower(): digest(value) for name, value in request.headers.items()}
        return Arrival(place, replace(call, path=raw), self._events, digests=digests)


def _told(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _hang_up(request: Request) -> None:
    """Break off the connection, so that no answer comes."""
    line = request.environ.get("werkzeug.socket")
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
