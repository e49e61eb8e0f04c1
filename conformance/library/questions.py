"""Checks on what a gateway asks its policy engine: whether it is true, complete, traceable and its own question."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlencode

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import member_of
from conformance.jsonvalue import shown as told
from conformance.library.attempts import own_token
from conformance.library.entrance import OVERRIDES
from conformance.library.gates import (
    Passage,
    Sent,
    below,
    evaluated,
    fault,
    gate,
    opened,
    reached,
    speaks_authzen,
    through,
)
from conformance.library.minting import minted, minter
from conformance.model import Json, Text, same
from conformance.neighbours import Arrival
from conformance.neighbours.behind import ENGINE, EVALUATION, digest

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
LEVEL = "http://eidas.europa.eu/LoA/substantial"
PERSON = "conformance-medewerker"
QUESTION = Text("beslisvraag", "question to the engine")
ABSENT = Text("afwezig", "absent")
TEXTS = ("subject.type", "subject.id", "action.name", "resource.type", "resource.id")
OBJECTS = ("subject.properties", "action.properties", "resource.properties", "context")
Fact = tuple[Text, Text, Text]


def question_is_authzen(api: Api) -> None:
    """Each question is a POST of JSON with a subject, an action and a resource of the right types."""
    speaks_authzen(api)
    opened(api)
    main = api.profile.main
    sent = [Sent(), Sent(path=f"{main.path}/{api.word()}")]
    if not api.run.read_only and api.contract(main.name).find("POST", main.path) is not None:
        sent.append(Sent("POST", api.sample(main.name)))
    passages = [through(api, one) for one in sent]
    evaluated(passages[0])
    for passage in passages:  # of which the gateway may refuse some by itself
        for asked in passage.asked[:1]:
            _all(api, passage, _authzen_faults(asked))


def question_is_about_the_request(api: Api) -> None:
    """The client, the method and the path in the question are those of the token and of what the API gets."""
    row = gate(api)
    if row.question == type(row.question)():
        nl = "Zeg in het doelbestand waar client, methode en pad in de vraag staan: access: {gateway: {question: {…}}}."
        en = "Say where client, method and path are in the question: access: {gateway: {question: {…}}}."
        raise NotApplicable(nl, en)
    opened(api)
    main, word = api.profile.main, api.word()
    query = urlencode(api.nothing(main.name), doseq=True)
    paths = [f"{main.path}/{word}{end}" for end in ("", "/", ";x=1", "%2fgeheim", "%3fgeheim", "//geheim")]
    paths += [f"/{main.path}/{word}", f"{main.path}%2f{word}", f"{main.path.upper()}/{word}"]
    requests = [Sent(path=path, query="") for path in (paths[:3] if api.run.depth == "quick" else paths)]
    requests += [Sent(path=main.path, query=query, headers={name: "DELETE"}) for name in OVERRIDES]
    for one in requests:
        passage = through(api, one)
        if passage.asked and passage.forwarded:
            with api.continuing():
                _all(api, passage, _differences(api, passage))


def question_names_the_identity(api: Api) -> None:
    """The question tells who issued the token, who it is about, for which client, and with which level."""
    speaks_authzen(api)
    credential, grant = minter(api)
    opened(api)
    passage = through(api, Sent(token=minted(api.profile.main.name, api, sub=PERSON, acr=LEVEL)))
    if not passage.reply.ok:
        nl = f"Een token voor een gebruiker, met een niveau, wordt niet aangenomen ({passage.reply.status})."
        raise Blocked(nl, f"A token for a user, with a level, is not accepted ({passage.reply.status}).")
    evaluated(passage)
    known = {str(value) for value in _values(passage.question)}
    wanted = {"iss": grant.issuer.url, "sub": PERSON, "azp": str(credential.row.client_id), "acr": LEVEL}
    absent = [name for name, value in wanted.items() if value not in known]
    moment = member_of(passage.question, "context.time")
    faults = [(Text(f"{name} in de vraag", f"{name} in the question"), same(wanted[name]), ABSENT) for name in absent]
    if moment is not None and not _is_moment(moment):
        faults.append((same("context.time"), same("RFC 3339"), same(told(moment))))
    _all(api, passage, iter(faults))


def question_has_an_identifier(api: Api) -> None:
    """The question carries an identifier of the request that can be found again."""
    speaks_authzen(api)
    opened(api)
    passage = through(api, Sent(headers={"traceparent": PARENT}))
    asked = evaluated(passage)
    if not _traces(asked) and not _header(asked, "X-Request-ID"):
        given = member_of(asked.call.json, "context.traceparent") or _header(asked, "traceparent")
        wanted = same("context.traceparent / traceparent / X-Request-ID")
        raise fault(QUESTION, wanted, same(told(given)) if given else ABSENT, passage)


def trace_is_kept(api: Api) -> None:
    """The trace that a request belongs to is the same at the engine and at the API."""
    opened(api)
    passage = through(api, Sent(headers={"traceparent": PARENT}))
    for what, one in ((QUESTION, evaluated(passage)), (Text("verzoek bij de API", "request at the API"), None)):
        traces = _traces(one if one is not None else reached(passage))
        if TRACE not in traces:
            with api.continuing():
                raise fault(what, same(f"trace-id {TRACE}"), same(", ".join(traces)) if traces else ABSENT, passage)


def gateway_shows_its_own_key(api: Api) -> None:
    """The gateway shows the engine a key of its own, and not the token of the caller."""
    name = gate(api).key_header.lower()
    opened(api)
    token = own_token(api.profile.main.name, api)
    passage = through(api, Sent(token=token))
    asked = evaluated(passage)
    own = {digest(text) for text in (f"Bearer {token}", token)}
    wanted = Text("een sleutel van de gateway zelf", "a key of the gateway itself")
    if own & set(asked.digests.values()):
        what = Text("sleutel bij de engine", "key at the engine")
        raise fault(what, wanted, Text("het token van de beller", "the token of the caller"), passage)
    if name not in asked.digests:
        raise fault(same(f"header {gate(api).key_header}"), wanted, ABSENT, passage)


def _all(api: Api, passage: Passage, facts: Iterator[Fact]) -> None:
    for what, wanted, actual in facts:
        with api.continuing():
            raise fault(what, wanted, actual, passage)


def _authzen_faults(asked: Arrival) -> Iterator[Fact]:
    call, body = asked.call, asked.call.json
    path = call.path.partition("?")[0]
    kind = next((value for name, value in call.headers.items() if name.lower() == "content-type"), "")
    facts = [
        (Text("methode", "method"), "POST", call.method),
        (Text("einde van het pad", "end of the path"), EVALUATION, path[-len(EVALUATION) :]),
    ]
    facts.append((same("Content-Type"), "application/json", kind.partition(";")[0].strip().lower()))
    yield from ((what, same(wanted), same(actual or "-")) for what, wanted, actual in facts if wanted != actual)
    if not isinstance(body, dict):
        yield QUESTION, Text("een JSON-object", "a JSON object"), same(told(body))
        return
    for place in TEXTS:
        value = member_of(body, place)
        if not isinstance(value, str) or not value:
            yield same(place), Text("tekst die niet leeg is", "text that is not empty"), same(told(value))
    for place in OBJECTS:
        above, _, name = place.rpartition(".")
        holder = member_of(body, above)
        if isinstance(holder, dict) and name in holder and not isinstance(holder[name], dict):
            yield same(place), Text("een JSON-object", "a JSON object"), same(told(holder[name]))


def _differences(api: Api, passage: Passage) -> Iterator[Fact]:
    """Compare the question with what the API got; a question about a path may be decoded, but not less than that."""
    row, arrived, client = gate(api).question, reached(passage), api.run.target.full.row.client_id
    path = _spelled(below(arrived).partition("?")[0])
    facts: list[tuple[str | None, list[str], Callable[[str, str], bool]]] = [
        (row.client if client else None, [str(client)], lambda given, wanted: wanted in given),
        (row.method, [arrived.call.method], lambda given, wanted: given.upper() == wanted),
        (row.path, [path, unquote(path)], _same_path),
    ]
    for place, wanted, fits in facts:
        given = member_of(passage.question, place) if place else None
        if place and not (isinstance(given, str) and any(fits(given, one) for one in wanted)):
            yield same(place), same(" / ".join(dict.fromkeys(wanted))), same(told(given))


def _same_path(given: str, wanted: str) -> bool:
    """Tell whether a path in a question is that of a request; it may have its query and another root."""
    known = (_spelled(given), _spelled(given.partition("?")[0]))
    return any(_ends(own, wanted) or _ends(wanted, own) for own in known)


def _ends(whole: str, part: str) -> bool:
    """Tell whether a path is another one, or that one below a root."""
    return bool(part) and whole.endswith(part) and not whole.removesuffix(part).endswith("/")


def _spelled(path: str) -> str:
    """Give a path with its escapes in capitals, which mean the same."""
    return re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), path)


def _traces(arrival: Arrival) -> list[str]:
    """Give the ids of the traces that a question or a request says it belongs to, wherever it says so."""
    told = arrival.call.json if arrival.place == ENGINE else None
    given = [*_values(told), _header(arrival, "traceparent")]
    return [one.split("-")[1] for one in given if isinstance(one, str) and TRACEPARENT.fullmatch(one)]


def _header(arrival: Arrival, name: str) -> str:
    return next((value for known, value in arrival.call.headers.items() if known.lower() == name.lower()), "")


def _values(body: Any) -> Iterator[Any]:
    """Walk over every value in a question, however deep."""
    left = [body]
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            left.extend(one.values() if isinstance(one, dict) else one)
        else:
            yield one


def _is_moment(value: Json) -> bool:
    try:
        return "T" in value.upper() and datetime.datetime.fromisoformat(value).tzinfo is not None
    except (ValueError, AttributeError):
        return False
