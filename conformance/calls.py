"""The calls of one check: prepared, recorded, repeated while the target settles, and noted in the ledger."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from conformance.certificates import Certificate
from conformance.credentials import Credential
from conformance.errors import Arranged, Blocked, Mismatch
from conformance.jsonvalue import shown
from conformance.model import Finding, Json
from conformance.reply import Reply, Trace
from conformance.run import Run, joined
from conformance.runfile import Message

Query = Mapping[str, Any] | list[tuple[str, Any]]
SETTLE_STEPS = (0.1, 0.2, 0.3, 0.5)
SILENCES = 10
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Request:
    """One request as it will be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    phase: str
    caller: str | None = None
    certificate: Certificate | None = None
    patient: bool = True


class Seen(NamedTuple):
    """What was asked in one exchange, and with which status it was answered."""

    method: str
    url: str
    status: int


@dataclass
class World:
    """What one check has made and seen; `apart` gives its relations something of their own to belong to."""

    item: str
    trace: Trace = field(default_factory=Trace)
    made: list[tuple[str, str]] = field(default_factory=list)
    new: dict[str, tuple[str, list[tuple[str, str]]]] = field(default_factory=dict)
    zaken: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    seen: dict[str, Seen] = field(default_factory=dict)
    judges_memory: bool = False
    needs_memory: bool = False
    apart: bool = False


def addressed(run: Run, where: str, query: Query | None, collection: Callable[[str], str]) -> str:
    """Give the address, with a query, for a URL, a path below the root of the main API, or the name of a collection.

    The target may have said where; what it said need not be an address, and raises Blocked.
    """
    known = isinstance(where, str) and ("://" in where or where.startswith("/") or where in run.profile.resources)
    if not known:
        raise Blocked(f"{shown(where)} is geen adres.", f"{shown(where)} is no address.")
    main = run.profile.main.api
    url = where if "://" in where else f"{run.target.root(main)}{where}" if "/" in where else collection(where)
    url = run.home(run.at_home(url) or main, url)
    return url + ("&" if "?" in url else "?") + urlencode(query, doseq=True, quote_via=quote) if query else url


def prepared(
    access: Mapping[str, str],
    method: str,
    url: str,
    body: Json,
    *,
    headers: Mapping[str, str | None] | None = None,
    phase: str = "check",
) -> Request:
    """Make a request; bytes are sent as they are, `...` is no body, and a header that is None is left out."""
    given: dict[str, str | None] = {"Accept": "application/json", **access}
    if body is not ...:
        given["Content-Type"] = "application/json"
    if body is ...:
        body = b""
    elif not isinstance(body, bytes):
        body = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    given |= headers or {}
    return Request(method, url, {name: value for name, value in given.items() if value is not None}, body, phase)


def let_go(run: Run, world: World) -> None:
    """Let the Zaken API that is played forget the relations that a check gave it: then they may end in the target."""
    for zaak in world.zaken:
        if run.neighbours is not None:
            run.neighbours.release(zaak)


def told_by(credential: Credential | None, access: Mapping[str, str], request: Request) -> Request:
    """Say who sends a request, as far as its headers are what that credential lawfully sends."""
    lawful = all(request.headers.get(name) == value for name, value in access.items())
    named = credential.name if credential else "" if "Authorization" not in request.headers else None
    return replace(request, caller=named if lawful else None)


def send(run: Run, world: World, request: Request) -> Reply:
    """Send a request and remember what it made or removed; raises Blocked when no answer comes."""
    if run.read_only and request.method not in SAFE:
        raise Blocked("De run mag alleen lezen (--read-only).", "The run may only read (--read-only).")
    if not run.knows(request.url):
        raise Blocked(
            f"{request.url} is een adres van iemand anders; daar wordt niets heen gestuurd.",
            f"{request.url} is somebody else's address; nothing is sent there.",
        )
    reply = _once(run, world, request)
    if request.method == "POST" and reply.ok:
        _made(run, world, request, reply)
    if request.method == "DELETE" and (reply.ok or reply.status in {404, 410}):
        run.folder.gone(request.url)
        world.made[:] = [(api, url) for api, url in world.made if url != request.url]
    return reply


def _once(run: Run, world: World, request: Request) -> Reply:
    if len(run.unanswered) >= SILENCES:
        raise Blocked(
            f"Het product gaf {SILENCES} keer na elkaar geen antwoord binnen de tijd; er wordt niets meer gevraagd.",
            f"The product gave no answer in time, {SILENCES} times in a row; nothing more is asked.",
        )
    message = Message(request.headers, request.body)
    sent = (request.method, request.url, message)
    ident, answer = run.exchange(
        world.item,
        request.phase,
        sent,
        caller=request.caller,
        certificate=request.certificate,
        patient=request.patient,
    )
    world.trace.exchanges.append(ident)
    if answer.status is not None:
        run.unanswered.clear()
    elif answer.error == "timeout":
        run.unanswered.append(ident)
    if answer.status is None:
        raise Blocked(
            f"{request.method} {request.url}: geen antwoord ({answer.error}).",
            f"{request.method} {request.url}: no answer ({answer.error}).",
        )
    world.seen[ident] = Seen(request.method, request.url, answer.status)
    return Reply(
        ident,
        request.method,
        request.url,
        answer.status,
        answer.headers,
        answer.body,
        world.trace,
        lambda: _again(run, world, request),
    )


def existing(url: str, reply: Reply) -> dict[str, Json]:
    """Give the members of what must be there; raises Blocked when it is not, or is no object."""
    try:
        body = reply.expects(status=200).json
    except Mismatch:
        raise Blocked(f"{url}: lezen lukte niet.", f"{url}: could not be read.") from None
    if not isinstance(body, dict):
        raise Blocked(f"{url}: het antwoord is geen object.", f"{url}: the answer is not an object.")
    return Arranged(body)


def _again(run: Run, world: World, request: Request) -> Iterator[Reply]:
    if request.method not in SAFE:
        return
    end = time.monotonic() + run.settle
    for step in itertools.chain(SETTLE_STEPS, itertools.repeat(SETTLE_STEPS[-1])):
        if (left := end - time.monotonic()) <= 0:
            return
        run.turns.rest(min(step, left))
        yield _once(run, world, request)


def _made(run: Run, world: World, request: Request, reply: Reply) -> None:
    url = reply["url"] if isinstance(reply["url"], str) else reply.headers.get("Location")
    api = run.at_home(request.url)
    if not url or not api:
        return
    url = run.home(api, joined(request.url, url))
    run.named.add(url)
    if url.startswith(f"{request.url.partition('?')[0]}/"):
        world.made.append((api, url))
        run.folder.made(api, url)
