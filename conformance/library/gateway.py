"""Checks on a gateway that enforces what a policy engine decides: nothing passes without a lawful permit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode

from conformance import auth
from conformance.api import Api
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import shown as told
from conformance.library.attempts import own_token
from conformance.library.entrance import problem_document
from conformance.library.gates import (
    API,
    DENIED,
    REFUSED,
    Passage,
    Sent,
    at_once,
    below,
    deny,
    enforced,
    evaluated,
    expect_stopped,
    fault,
    gate,
    opened,
    permit,
    reached,
    reaches_nobody,
    stopped,
    through,
)
from conformance.library.minting import minted
from conformance.model import Finding, Json, Severity, Text, same
from conformance.neighbours import Arrival, Shown
from conformance.neighbours.behind import JSON_TYPE, OTHER_ENGINE, shown
from conformance.reply import Claim, Found, Reply, found, has_status

UNAUTHENTICATED = (401, 403)
ENGINE = Text("beslisvraag aan de engine", "question to the engine")
SLOW = 0.3
BEYOND = 3
HOUR = 3600
HIDDEN = (403, 404)
DENIALS = (401, 403)
PROBLEM = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Dit antwoord is van de suite."}
ODD = "Renée & Zn. 100%/a+b"


def unauthenticated_stays_out(api: Api) -> None:
    """Without a token, or with one that is not good, the engine is asked nothing and the API sees nothing."""
    opened(api)
    name = api.run.target.full.row.client_id
    for token in ("", *_bad_tokens(api)):
        passage = _tried(api, token)
        if passage is None:
            continue
        with api.continuing():
            expect_stopped(passage, *UNAUTHENTICATED)
        with api.continuing():
            for one in passage.asked[:1]:
                _asked_in_vain(api, passage, one, name if token else None)


def every_request_is_evaluated(api: Api) -> None:
    """The engine is asked about each request that is authenticated, and answers before the API sees it."""
    opened(api)
    for _ in range(2):
        row = gate(api)
        said = permit(row)
        slow = Shown(said.status, said.body, delay=min(SLOW, row.timeout / 3))
        passage = through(api, engine=slow)
        forwarded = reached(passage)
        if not passage.asked:
            raise fault(
                ENGINE, Text("een vraag voor het doorsturen", "a question before it is forwarded"), NONE, passage
            )
        first = passage.asked[0]
        if first.answered is None or first.answered > forwarded.came:
            early = Text("doorgestuurd voor het antwoord van de engine", "forwarded before the engine answered")
            raise fault(
                ENGINE, Text("eerst een antwoord van de engine", "an answer of the engine first"), early, passage
            )


def denial_is_enforced(api: Api) -> None:
    """What the engine denies gets 403, and the API never sees it."""
    stopped(api, deny(gate(api)), DENIED).reply.prefers(problem_document("title", "detail"))
    for sent in _writes(api):
        passage = through(api, sent, deny(gate(api)))
        if passage.asked or passage.forwarded:
            expect_stopped(passage, DENIED)


def permit_forwards_once(api: Api) -> None:
    """What the engine permits reaches the API once and as it was sent, and its answer comes back as it is."""
    opened(api)
    main = api.profile.main
    plain = main.free is None or main.search is not None
    query = urlencode(api.nothing(main.name) if plain else {main.selector: ODD}, doseq=True, quote_via=quote)
    conflict = replace(shown(PROBLEM, 409), headers={"Content-Type": "application/problem+json"})
    for sent in (Sent(query=query), *_writes(api)):
        for answer in (shown({"url": "https://api.voorbeeld.nl/1", "naam": "Renée"}), conflict):
            with api.continuing():
                passage = through(api, sent, answer=answer)
                _arrives(api, passage, sent)
                passage.reply.expects(has_status(answer.status), _same_content(answer))
                passage.reply.prefers(_same_bytes(answer))
    for sent in _writes(api):
        with api.continuing():
            _arrives(api, through(api, sent, answer=shown(PROBLEM | {"status": 503}, 503)), sent)


def absent_engine_means_no_access(api: Api) -> None:
    """An engine that hangs up, or answers too late, gives no access."""
    said = permit(gate(api))
    late = Shown(said.status, said.body, delay=gate(api).timeout + BEYOND)
    for engine in (Shown(hangs_up=True), *((late,) if api.run.depth != "quick" else ())):
        with api.continuing():
            stopped(api, engine).reply.notes(has_status((503,)))


def unusable_decision_means_no_access(api: Api) -> None:
    """Whatever is not exactly a permit is a refusal."""
    odd = _odd_answers(api)
    for engine in odd[:3] if api.run.depth == "quick" else odd:
        with api.continuing():
            stopped(api, engine)
    passage = through(api, engine=permit(gate(api), {"uitleg": "x" * 3_000_000}))
    evaluated(passage)
    if not passage.reply.ok:
        passage.reply.expects(has_status(REFUSED), reaches_nobody(passage))


def refusal_of_the_gateway_is_no_decision(api: Api) -> None:
    """When the engine refuses the key of the gateway, the caller is refused and is not told that its token is bad."""
    challenge = {**JSON_TYPE, "WWW-Authenticate": 'Bearer error="invalid_token"'}
    engine = Shown(401, b'{"title": "Unauthorized", "status": 401}', challenge)
    passage = stopped(api, engine, 401, *REFUSED)
    passage.reply.prefers(has_status(REFUSED))


def decisions_are_taken_anew(api: Api) -> None:
    """A decision that changed holds for the next request, and no decision is used for another one."""
    opened(api)
    row, main = gate(api), api.profile.main
    through(api, engine=permit(row))
    refused = through(api, engine=deny(row))
    with api.continuing():
        _anew(refused)
    if refused.asked:
        enforced(refused)
    others = [Sent(path=f"{main.path}/{api.word()}"), *(Sent(credential=one) for one in _others(api))]
    for sent in (*others, *_writes(api)):
        reached(through(api))
        passage = at_once(api, sent)
        with api.continuing():
            _anew(passage)


def unknown_route_stays_closed(api: Api) -> None:
    """A path that the API has and the gateway does not publish is not forwarded, whatever the engine says."""
    path = gate(api).unpublished
    if path is None:
        nl = "Zet in het doelbestand een pad dat de gateway niet publiceert: access: {gateway: {unpublished: /…}}."
        en = "Add a path that the gateway does not publish to the target file: access: {gateway: {unpublished: /…}}."
        raise NotApplicable(nl, en)
    opened(api)
    expect_stopped(through(api, Sent(path=path)), *HIDDEN)


NONE = Text("geen vraag", "no question")


def _tried(api: Api, token: str) -> Passage | None:
    """Try to get in; None when a gateway that wants a certificate hangs up on who shows none."""
    try:
        return through(api, Sent(token=token))
    except Blocked:
        if token or api.run.target.full.certificate is None:
            raise
        return None


def _bad_tokens(api: Api) -> list[str]:
    """Give tokens of the full credential that are not good: over, and with a wrong signature."""
    main, full = api.profile.main.name, api.run.target.full
    over = int(api.run.now()) - 2 * HOUR
    if full.grant is not None:
        return [minted(main, api, iat=over - HOUR, exp=over), auth.flipped(own_token(main, api))]
    if full.row.scheme == "zgw-jwt":
        return [auth.token(full, over, exp=over), auth.flipped(own_token(main, api))]
    return [] if full.certificate else ["geen-token"]


def _anew(passage: Passage) -> None:
    """Expect that what went through was asked about; what the gateway itself refuses need not be."""
    if not passage.asked and (passage.forwarded or passage.reply.ok):
        raise fault(
            ENGINE, Text("een eigen vraag voor elk verzoek", "a question of its own for each request"), NONE, passage
        )


def _asked_in_vain(api: Api, passage: Passage, one: Arrival, name: str | None) -> None:
    """Report a question about somebody who is not authenticated; naming who the token claims to be is wrong."""
    wanted = Text("geen vraag voor wie niet is geauthenticeerd", "no question about who is not authenticated")
    if name and name.encode() in one.call.body:
        known = Text("een vraag met de naam uit het token", "a question with the name in the token")
        raise fault(ENGINE, wanted, known, passage)
    actual = Text("een vraag zonder die naam", "a question without that name")
    api.warn(Finding(ENGINE, wanted, actual, passage.reply.exchange, Severity.NOTE))


def _writes(api: Api) -> list[Sent]:
    """Give a create, where the API has one and the run may write."""
    main = api.profile.main
    if api.run.read_only or api.contract(main.name).find("POST", main.path) is None:
        return []
    return [Sent("POST", api.sample(main.name))]


def _others(api: Api) -> list[Credential]:
    """Give another client that may read, when the target file has one."""
    try:
        scope = api.operation("GET", api.profile.main.name).scopes[:1]
        found_one = api.with_scopes(*scope).credential
    except Blocked:
        return []
    return [found_one] if found_one else []


def _odd_answers(api: Api) -> list[Shown]:
    row = gate(api)
    elsewhere = f"{api.neighbour.address}{OTHER_ENGINE}"
    odd = [Shown(500), Shown(302, headers={"Location": elsewhere}), shown({"title": "Not Found", "status": 404}, 404)]
    if row.language == "status":
        return odd
    word = "decision" if row.language == "authzen" else "result"
    bodies: list[Json] = [{word: "true"}, {word: 1}, {}, {word.title(): True}, {word: None}, [True], {word: [True]}]
    plain = {"Content-Type": "text/html"}
    texts = [Shown(), Shown(body=b"<p>true</p>", headers=plain), Shown(body=f'{{"{word}": true'.encode())]
    return [shown(bodies[0]), *odd, *map(shown, bodies[1:]), *texts]


def _arrives(api: Api, passage: Passage, sent: Sent) -> None:
    """Expect one request at the API, with the method, path, query and body that were sent."""
    if not passage.forwarded and passage.reply.status in range(400, 500) and passage.reply.status not in DENIALS:
        reached(passage)
    if (times := len(passage.forwarded)) != 1:
        raise fault(API, Text("één verzoek", "one request"), Text(f"{times} verzoeken", f"{times} requests"), passage)
    arrived = passage.forwarded[0]
    path, _, query = below(arrived).partition("?")
    own, _, asked = passage.reply.url.removeprefix(gate(api).url).partition("?")
    facts: list[tuple[Text, Json, Json]] = [
        (Text("methode bij de API", "method at the API"), sent.method, arrived.call.method),
        (Text("einde van het pad bij de API", "end of the path at the API"), own, path[-len(own) :]),
        (Text("query bij de API", "query at the API"), _read(asked), _read(query)),
        (Text("inhoud bij de API", "content at the API"), None if sent.body is ... else sent.body, arrived.call.json),
    ]
    for what, wanted, actual in facts:
        if wanted != actual:
            with api.continuing():
                raise fault(what, same(told(wanted)), same(told(actual)), passage)


def _read(query: str) -> list[list[str]]:
    return sorted([*pair] for pair in parse_qsl(query, keep_blank_values=True))


def _same_content(answer: Shown) -> Claim:
    wanted = Text("het antwoord van de API", "the answer of the API")

    def claim(reply: Reply) -> Iterator[Found]:
        own = Reply("", "", "", 0, {}, answer.body, reply.trace, reply.again)
        if reply.body != answer.body and (reply.json is None or reply.json != own.json):
            yield found(Text("inhoud van het antwoord", "body of the answer"), wanted, same(told(reply.text[:200])))

    return claim


def _same_bytes(answer: Shown) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.body != answer.body:
            what = Text("bytes van het antwoord", "bytes of the answer")
            yield found(what, same(f"{len(answer.body)}"), same(f"{len(reply.body)}"))
        kinds = [one.get("Content-Type", "").partition(";")[0].strip() for one in (answer.headers, reply.headers)]
        if kinds[0] != kinds[1]:
            yield found(same("header Content-Type"), same(kinds[0]), same(kinds[1] or "-"))

    return claim
