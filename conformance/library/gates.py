"""Requests through a gateway between two parts that the suite plays, and what is expected of what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from conformance import auth
from conformance.api import Api
from conformance.calls import prepared, send
from conformance.credentials import Credential
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.library.attempts import moment
from conformance.library.standing import kept
from conformance.model import Finding, Json, Text, same
from conformance.neighbours import Arrival, Neighbours, Shown
from conformance.neighbours.behind import ENGINE, EVALUATION, NOTHING, UPSTREAM, shown
from conformance.reply import Claim, Found, Reply, found, has_status
from conformance.trigger import written
from conformance.trust import GatewayRow

WORDS: Mapping[str, str] = {"authzen": "decision", "opa": "result"}
REFUSED = (403, 500, 502, 503, 504)
DENIED = 403
API = Text("API achter de gateway", "API behind the gateway")
NO_GATEWAY = (
    "Het doelbestand noemt geen route van de gateway die de suite als engine en als API gebruikt. Zet daarin: access: "
    "{gateway: {url: 'https://…/proef'}}.",
    "The target file names no route of the gateway that has the suite as its engine and as its API. Add to it: access: "
    "{gateway: {url: 'https://…/proef'}}.",
)


@dataclass(frozen=True)
class Sent:
    """A request for a gateway: what differs from a plain read with the full credential."""

    method: str = "GET"
    body: Json = ...
    path: str = ""
    query: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    credential: Credential | None = None
    token: str | None = None


@dataclass(frozen=True)
class Passage:
    """What became of a request: its answer, what the engine was asked about it, and what reached the API."""

    reply: Reply
    asked: tuple[Arrival, ...]
    forwarded: tuple[Arrival, ...]

    @property
    def question(self) -> Json:
        """What the engine was asked first, as JSON; None when it is not JSON or nothing was asked."""
        return self.asked[0].call.json if self.asked else None


def gate(api: Api) -> GatewayRow:
    """Give what the target file says of the gateway; raises NotApplicable when it says nothing."""
    access = api.run.target.row.access
    if access is None or access.gateway is None:
        raise NotApplicable(*NO_GATEWAY)
    return access.gateway


def permit(row: GatewayRow, context: Mapping[str, Json] | None = None) -> Shown:
    """Give the answer with which the engine permits, in the language of the gateway."""
    return _decided(row, True, context)


def deny(row: GatewayRow, context: Mapping[str, Json] | None = None) -> Shown:
    """Give the answer with which the engine denies, in the language of the gateway."""
    return _decided(row, False, context)


def through(api: Api, sent: Sent | None = None, engine: Shown | None = None, answer: Shown = NOTHING) -> Passage:
    """Send a request through the gateway, while the engine and the API answer like this.

    A decision that the gateway may use again is no longer in its memory.
    """
    if (row := gate(api)).cache:
        time.sleep(row.cache + 0.1)
    return at_once(api, sent, engine, answer)


def at_once(api: Api, sent: Sent | None = None, engine: Shown | None = None, answer: Shown = NOTHING) -> Passage:
    """Send a request through the gateway without waiting until it forgets earlier decisions."""
    row, server, one = gate(api), api.neighbour, sent or Sent()
    number = server.behind.count()
    with _watched(api, server, number), server.behind.answering(engine or permit(row), answer):
        access = _access(api, one)
        request = prepared(access, one.method, _url(api, row, one), one.body, headers=one.headers)
        who = None if one.token == "" else (one.credential or api.run.target.full).certificate
        reply = replace(send(api.run, api.world, replace(request, certificate=who)), again=lambda: iter(()))
    arrivals = server.behind.since(number)
    asked, forwarded = (tuple(a for a in arrivals if a.place == place) for place in (ENGINE, UPSTREAM))
    return Passage(reply, asked, forwarded)


def opened(api: Api) -> None:
    """See, once in a run, that what the engine permits comes through; raises Blocked when it does not."""
    gate(api)
    kept("gateway", api.profile.main.name, api, lambda: _opened(api))


def stopped(api: Api, engine: Shown, *statuses: int) -> Passage:
    """Expect that a read is refused and does not reach the API when the engine answers like this.

    Raises Blocked when the gateway does not ask the engine, because then what it answers says nothing.
    """
    opened(api)
    passage = through(api, engine=engine)
    evaluated(passage)
    expect_stopped(passage, *statuses)
    return passage


def expect_stopped(passage: Passage, *statuses: int) -> None:
    """Expect a refusal with one of these statuses, of which the API sees nothing."""
    passage.reply.expects(has_status(statuses or REFUSED), reaches_nobody(passage))


def reaches_nobody(passage: Passage) -> Claim:
    """Claim that the API behind the gateway saw nothing of a request."""

    def claim(reply: Reply) -> Iterator[Found]:
        for one in passage.forwarded[:1]:
            yield found(API, Text("geen verzoek", "no request"), same(f"{one.call.method} {below(one)}"))

    return claim


def reached(passage: Passage) -> Arrival:
    """Give what reached the API of a request that was permitted; raises Blocked when nothing did."""
    if not passage.forwarded:
        status = passage.reply.status
        nl = f"De gateway stuurt dit verzoek niet door, hoewel de engine het toestaat ({status})."
        raise Blocked(nl, f"The gateway does not forward this request although the engine permits it ({status}).")
    return passage.forwarded[0]


def evaluated(passage: Passage) -> Arrival:
    """Give what the engine was asked about a request; raises Blocked when it was asked nothing."""
    if not passage.asked:
        nl = "De engine is niets gevraagd; dat beoordeelt IAM-RS-PEP-002."
        raise Blocked(nl, "The engine was asked nothing; IAM-RS-PEP-002 judges that.")
    return passage.asked[0]


def enforced(passage: Passage) -> None:
    """See that what the engine denied was refused; raises Blocked when it was not."""
    if passage.forwarded or passage.reply.ok:
        nl = "Wat de engine weigert gaat toch door; dat beoordeelt IAM-RS-PEP-003."
        raise Blocked(nl, "What the engine denies goes through all the same; IAM-RS-PEP-003 judges that.")


def below(arrival: Arrival) -> str:
    """Give the path of a request as the API got it, with its query, without the place where the suite plays it."""
    return arrival.call.path.partition(f"/{UPSTREAM}")[2]


def fault(what: Text, expected: Text, actual: Text, seen: Passage | Reply | None = None) -> Mismatch:
    """Make a mismatch of one finding, with the exchange that shows it."""
    reply = seen.reply if isinstance(seen, Passage) else seen
    return Mismatch([Finding(what, expected, actual, reply.exchange if reply else None)])


def speaks_authzen(api: Api) -> GatewayRow:
    """Give what is told of a gateway that speaks AuthZEN; raises NotApplicable when it speaks otherwise."""
    if (row := gate(api)).language != "authzen":
        nl = f"De gateway spreekt geen AuthZEN met de engine (access.gateway.language: {row.language})."
        raise NotApplicable(nl, f"The gateway does not speak AuthZEN (access.gateway.language: {row.language}).")
    return row


def _decided(row: GatewayRow, decision: bool, context: Mapping[str, Json] | None) -> Shown:
    told = {"context": dict(context)} if context else {}
    if row.language == "status":
        return shown(told, 200 if decision else DENIED)
    return shown({WORDS[row.language]: decision, **told})


def _access(api: Api, sent: Sent) -> dict[str, str]:
    if sent.token is not None:
        return {"Authorization": f"Bearer {sent.token}"} if sent.token else {}
    now = moment(api.profile.main.name, api)
    return auth.headers(sent.credential or api.run.target.full, now)


def _url(api: Api, row: GatewayRow, sent: Sent) -> str:
    """Give the address on the route of the gateway: by default the main collection, with a query that finds nothing."""
    main, query = api.profile.main, sent.query
    if query is None and not sent.path and sent.method in {"GET", "HEAD"}:
        query = urlencode(api.nothing(main.name), doseq=True, quote_via=quote)
    return f"{row.url}{sent.path or main.path}" + (f"?{query}" if query else "")


@contextmanager
def _watched(api: Api, server: Neighbours, number: int) -> Iterator[None]:
    """Write down what came through the gateway, as evidence, also when no answer came back."""
    try:
        yield
    finally:
        for one in server.behind.since(number):
            ident = written(api.run, api.world.item, server.address, one.call)
            api.world.trace.exchanges.append(ident)


def _opened(api: Api) -> dict[str, Any]:
    passage = through(api)
    if not passage.reply.ok or not passage.forwarded:
        row, address, status = gate(api), api.neighbour.address, passage.reply.status
        nl = (
            f"Een verzoek dat de engine toestaat komt niet bij de API van de suite ({status}). Laat {row.url} "
            f"doorsturen naar {address}/{UPSTREAM} en beslissingen vragen aan {address}{EVALUATION}."
        )
        en = (
            f"A request that the engine permits does not reach the API of the suite ({status}). Let {row.url} forward "
            f"to {address}/{UPSTREAM} and ask {address}{EVALUATION} for decisions."
        )
        raise Blocked(nl, en)
    return {}
