"""Listens for a target: resources under unguessable paths, a receiver of notifications, and the APIs that are played.

One process listens on an address. Under pytest-xdist that is the first process; in every other one `fault` says so,
and the checks that need a neighbour are blocked there.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType

from werkzeug import Request, Response
from werkzeug.serving import BaseWSGIServer

from conformance.model import Json, Text
from conformance.neighbours.autorisaties import Autorisaties, asks, named
from conformance.neighbours.behind import Behind
from conformance.neighbours.callers import RECEIVER, Call, credentials, last, shown_headers
from conformance.neighbours.issuing import Issuing
from conformance.neighbours.listening import SPELLED, place_to_listen, server, taken
from conformance.neighbours.logging import Log
from conformance.neighbours.zaken import COLLECTIONS, Zaken

LARGEST = 1_000_000
PERSON: Mapping[str, Json] = MappingProxyType(
    {
        "burgerservicenummer": "999990019",
        "naam": {"voornamen": "Roos", "voorvoegsel": "van", "geslachtsnaam": "Voorbeeld"},
        "geslachtsaanduiding": "vrouw",
        "geboorte": {"datum": "1962-06-28"},
        "bronorganisatie": "000000000",
        "klantnummer": "VOORBEELD",
        "subjectType": "natuurlijk_persoon",
    }
)
ABSENT = Text(
    "De suite heeft geen adres dat het product kan ophalen of aanroepen. Zet in het doelbestand: "
    "neighbours: {address: 'http://<host van de suite>:8099', listen: '0.0.0.0:8099'}.",
    "The suite has no address that the product can fetch or call. Add to the target file: "
    "neighbours: {address: 'http://<host of the suite>:8099', listen: '0.0.0.0:8099'}.",
)


@dataclass(frozen=True)
class Placed:
    """What an address answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delay: float


class Neighbours:
    """A server that the target can reach, and the record of who called it."""

    def __init__(self, address: str, key: str, *, writable: bool = False) -> None:
        self.address = address.rstrip("/")
        self.autorisaties = Autorisaties(self.address)
        self.log = Log(self.address)
        self.issuing = Issuing()
        self.behind = Behind(self.address)
        self._zaken = Zaken(self.address, writable=writable)
        self.fault: Text | None = None
        self._server: BaseWSGIServer | None = None
        self._key, self._numbers = key, itertools.count()
        self._placed: dict[str, Placed] = {}
        self._calls: list[Call] = []
        self._arrived = threading.Condition()
        self._ended = threading.Event()
        self._refusing = False

    @classmethod
    def start(cls, listen: str | None, address: str, *, seed: int | None = None, writable: bool = False) -> Neighbours:
        """Begin to listen; when that is impossible the fault of what is returned says why."""
        made = cls(address, secrets.token_hex(16) if seed is None else f"{seed}", writable=writable)
        try:
            listening = server(*place_to_listen(listen, address), Request.application(made._answered))
        except (OSError, ValueError, OverflowError) as fault:
            made.fault = taken(listen or address, fault)
            return made
        made._server = listening
        # A daemon, so that a run that is cut short never waits for it.
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return made

    def __enter__(self) -> Neighbours:
        """Give the server itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.stop()

    def stop(self) -> None:
        """Answer nothing any more and let go of the port."""
        self._ended.set()
        listening, self._server = self._server, None
        if listening is not None:
            listening.shutdown()
            listening.server_close()

    def forget(self) -> None:
        """Begin anew for another target: nobody called yet and nothing is known against this server."""
        with self._arrived:
            self._calls.clear()
        for one in (self._zaken, self.log, self.behind):
            one.forget()
        self.fault, self._refusing = None, False

    # addresses

    def place(
        self,
        status: int = 200,
        *,
        body: Json = ...,
        headers: Mapping[str, str] | None = None,
        delay: float = 0,
        name: str | None = None,
    ) -> str:
        """Make an address that answers like this after some seconds; without a body 200 gives a plausible person."""
        name = name or self._name()
        url = f"{self.address}/bronnen/{name}"
        if body is ...:
            body = {"url": url, **PERSON} if status == 200 else b""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        self._placed[name] = Placed(status, sent, content, delay)
        return url

    def redirect(self, url: str, status: int = 302) -> str:
        """Make an address that redirects to another."""
        return self.place(status, headers={"Location": url})

    def zaak(self, *urls: str, **answers: Json) -> str:
        """Make a zaak that has a relation with each of these contactmomenten or verzoeken.

        `status` is what its address answers, `listed` what the lists of its relations answer, `length` that of its url;
        with a `body` it is no zaak.
        """
        url = self._zaken.place(self._name(), **answers)
        self._zaken.relate(url, *urls)
        return url

    def relate(self, zaak: str, *urls: str) -> None:
        """Let the Zaken API know of a relation of a zaak with each of these contactmomenten or verzoeken."""
        self._zaken.relate(zaak, *urls)

    def release(self, zaak: str) -> None:
        """Let the Zaken API forget every relation of a zaak; what is no zaak has none."""
        self._zaken.release(zaak)

    def closed(self) -> str:
        """Name an address where nothing listens: the first port of the machine that asks."""
        return f"http://127.0.0.1:1/bronnen/{self._name()}"

    def nowhere(self) -> str:
        """Name an address whose host does not exist, in a domain that is reserved for that."""
        return f"http://{self._name()}.invalid/bronnen"

    # what was seen

    def calls(self, url: str) -> tuple[Call, ...]:
        """List who asked for an address, in order."""
        with self._arrived:
            return tuple(call for call in self._calls if last(call.path) == last(url))

    def asked(self, zaak: str) -> tuple[Call, ...]:
        """List who asked the Zaken API for relations: those of this zaak, or those of any."""
        with self._arrived:
            lists = [call for call in self._calls if last(call.path) in COLLECTIONS]
        return tuple(call for call in lists if last(call.query.get("zaak", zaak)) == last(zaak))

    def lookups(self, client_id: str, since: int = 0) -> tuple[Call, ...]:
        """List who looked a client up in the Autorisaties API, or anything when it is empty, after so many calls."""
        with self._arrived:
            seen = [call for call in self._calls[since:] if asks(call.path)]
        return tuple(call for call in seen if not client_id or client_id in named(call.query))

    def messages(
        self,
        resource_url: str | None,
        since: float = 0.0,
        *,
        actions: tuple[str, ...] = (),
        count: int = 1,
        patience: float = 0.0,
    ) -> tuple[Call, ...]:
        """List the notifications about a resource (None: any) since a moment, waiting until there are so many."""

        def found() -> tuple[Call, ...]:
            wanted = None if resource_url is None else last(resource_url)
            return tuple(
                call
                for call in self._calls
                if call.at >= since
                and (call.about == wanted if wanted is not None else call.about)
                and (not actions or call.json.get("actie") in actions)
            )

        with self._arrived:
            self._arrived.wait_for(lambda: len(found()) >= count, timeout=patience)
            return found()

    def count(self) -> int:
        """Count the calls so far; what comes after it is given by `since`."""
        with self._arrived:
            return len(self._calls)

    def since(self, number: int, enough: Callable[[Call], bool], patience: float) -> tuple[Call, ...]:
        """List the calls to what a log or its applications ask, waiting until one of them is enough."""

        def found() -> tuple[Call, ...]:
            return tuple(call for call in self._calls[number:] if call.answer is not None)

        with self._arrived:
            self._arrived.wait_for(lambda: any(map(enough, found())), timeout=patience)
            return found()

    def coming(self) -> Iterator[Call]:
        """Give every call as it arrives, until the server stops."""
        seen = 0
        while not self._ended.is_set():
            with self._arrived:
                self._arrived.wait_for(lambda: len(self._calls) > seen, timeout=1)  # noqa: B023 - waits in this turn
                fresh, seen = self._calls[seen:], len(self._calls)
            yield from fresh

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Answer 500 to notifications for as long as the context lasts."""
        self._refusing = True
        try:
            yield
        finally:
            self._refusing = False

    # inside

    def _name(self) -> str:
        digest = hashlib.sha256(f"{self._key}/{next(self._numbers)}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def _answered(self, request: Request) -> Response:
        request.max_content_length = LARGEST
        kind, client = credentials(request.headers.get("Authorization", ""))
        call = Call(request.method, request.full_path.rstrip("?"), time.time(), kind, request.get_data(), client)
        told = shown_headers(request.environ.get(SPELLED) or request.headers.items())
        # What a log answers is known before the call is: who waits for the call sees both.
        call = replace(call, headers=told, answer=self.log.answer(call.method, request.path, call.json))
        with self._arrived:
            self._calls.append(call)
            self._arrived.notify_all()
        if (passed := self.behind.answer(request, call)) is not None:
            return passed
        if RECEIVER in request.path.split("/"):
            return self._received(call)
        if (played := self._played(request, call)) is not None:
            return played
        placed = self._placed.get(last(request.path))
        if placed is None:
            return _json(404, {"status": 404, "title": "Not Found"})
        self._ended.wait(placed.delay)
        return Response(placed.body, placed.status, dict(placed.headers))

    def _played(self, request: Request, call: Call) -> Response | None:
        query = request.args.to_dict()
        found = (
            self.issuing.answer(call.method, request.path, request.form.to_dict())
            or call.answer
            or self._zaken.answer((call.method, request.path, query, call.json))
        )
        if found is not None:
            return _json(*found)
        said = self.autorisaties.answer(request.path, query)
        return None if said is None else Response(said[1], said[0], content_type="application/json")

    def _received(self, call: Call) -> Response:
        if self._refusing:
            return _json(500, {"status": 500, "title": "Internal Server Error"})
        return Response(call.body, 201, content_type="application/json") if call.method == "POST" else _json(200, [])


def _json(status: int, body: Json) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
