"""Checks on the entrance of an API: who shows nothing, or shows it in the wrong place, does not get in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance import auth
from conformance.api import Api
from conformance.contract import Operation
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.library.attempts import (
    REFUSED,
    ask,
    expect_refusal,
    header,
    own_token,
    payload,
    plainly_refused,
    public_of,
    reader,
    signing,
    still_open,
    untired,
)
from conformance.library.minting import claims
from conformance.library.standing import listed, told
from conformance.model import Finding, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds, no_server_error

STRANGER = "https://kwaad.example"
ZGW_MEMBERS = ("code", "title", "detail", "instance")
OVERRIDES = ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method")
PROBLEMS = ("application/problem+json", "application/problem+xml")


def request_without_token_is_refused(api: Api, *, resource: str) -> None:
    """A request without a token is refused with an error that says what is wrong, and with 401 with a challenge."""
    listed(resource, api)
    reply = ask(resource, api, None).expects(has_status(REFUSED), problem_document(*ZGW_MEMBERS))
    if reply.status == 401:
        challenge = Text("header WWW-Authenticate", "header WWW-Authenticate")
        present = Text("aanwezig", "present")
        reply.prefers(holds(challenge, present, lambda one: one.headers.get("WWW-Authenticate", ""), bool))


def other_schemes_are_refused(api: Api, *, resource: str) -> None:
    """Credentials in another scheme than the declared one do not authenticate; a static token is no scheme at all."""
    access, full = api.run.target.row.access, api.run.target.full
    if access is not None and access.scheme == "static-token":
        what = Text("schema van toegang", "access scheme")
        wanted = Text("zgw-jwt, oauth-nlgov of mtls", "zgw-jwt, oauth-nlgov or mtls")
        actual = Text("een vast token of een sleutel", "a static token or a key")
        raise Mismatch([Finding(what, wanted, actual)])
    token = own_token(resource, api)
    listed(resource, api)
    for value in (auth.basic(full), f"Token {token}", f"Basic {token}", token):
        with api.continuing():
            expect_refusal(resource, api, ask(resource, api, value))
    still_open(resource, api)


def malformed_token_is_refused(api: Api, *, resource: str) -> None:
    """A bearer value that is broken in any way is refused, and is never a server error."""
    token = own_token(resource, api)
    listed(resource, api)
    lists, text = _no_claims(resource, api)
    odd = ["", "a", "a.b", "a.b.c", "a.b.c.d", "..", "null", "eyJhbGciOiJIUzI1NiJ9..", token[:-10], f"{token}.e30"]
    odd += [f"{token[:-6]}!*{token[-4:]}", f"{token[:20]}%0A{token[20:]}", f"Bearer {token}", lists, text]
    for value in odd[:4] if api.run.depth == "quick" else odd:
        with api.continuing():
            expect_refusal(resource, api, ask(resource, api, f"Bearer {value}"), 400)
    still_open(resource, api)


def token_in_query_is_refused(api: Api, *, resource: str) -> None:
    """A token as a query parameter, under any usual name, gives no access."""
    token = own_token(resource, api)
    listed(resource, api)
    for name in ("access_token", "token", "jwt", "bearer"):
        with api.continuing():
            expect_refusal(resource, api, ask(resource, api, None, query={name: token}), 400)


def token_in_other_place_is_refused(api: Api, *, resource: str) -> None:
    """A token in a cookie, in a header of another name or in a form gives no access."""
    token = own_token(resource, api)
    listed(resource, api)
    for place in ({"Cookie": f"access_token={token}"}, {"X-Access-Token": token}):
        with api.continuing():
            expect_refusal(resource, api, ask(resource, api, None, place), 400)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = api.anonymous().post(resource, f"access_token={token}".encode(), headers=form)
    reply.expects(status=(*REFUSED, 400, 415))


def second_token_has_no_influence(api: Api, *, resource: str) -> None:
    """A token in the query opens nothing that the token in the header, with fewer rights or none, does not open."""
    token = own_token(resource, api)
    listed(resource, api)
    plainly_refused(resource, api)
    with api.continuing():
        where = f"{api.url(resource)}?access_token={token}"
        reader(resource, api).post(where, api.sample(resource)).expects(status=(*REFUSED, 400))
    reply = ask(resource, api, "Bearer abc", query={"access_token": token})
    expect_refusal(resource, api, reply, 400)


def create_needs_a_known_client(api: Api, *, resource: str) -> None:
    """A create without a token, with one of an unknown client or with a wrong signature is refused."""
    token = own_token(resource, api)
    api.standing(resource)
    wrong = [None, f"Bearer {auth.flipped(token)}" if token.count(".") == 2 else f"Bearer {token}x"]
    if api.run.target.full.row.scheme == "zgw-jwt":
        unknown = api.word("bestaat-niet-")
        claims = payload(resource, api) | {"client_id": unknown, "iss": unknown}
        wrong.append(f"Bearer {auth.forged(claims, header=header(), secret=unknown)}")
    for value in wrong:
        with api.continuing():
            untired(api.post(resource, api.sample(resource), headers={"Authorization": value})).expects(status=REFUSED)
    still_open(resource, api)


def scheme_name_ignores_case(api: Api, *, resource: str) -> None:
    """The name of the scheme may be written in any case."""
    token = own_token(resource, api)
    listed(resource, api)
    for name in ("bearer", "BEARER"):
        with api.continuing():
            ask(resource, api, f"{name} {token}").expects(status=200)


def no_session_is_opened(api: Api, *, resource: str) -> None:
    """After a lawful request the same connection and the cookie of its answer give no access without a token."""
    listed(resource, api)
    first = api.get(resource, api.nothing(resource))
    cookie = first.headers.get("Set-Cookie", "").partition(";")[0]
    none = Text("geen cookie", "no cookie")
    first.prefers(holds(same("header Set-Cookie"), none, lambda one: bool(cookie), lambda there: not there))
    expect_refusal(resource, api, ask(resource, api, None, {"Cookie": cookie or None}))


def method_override_is_ignored(api: Api, *, resource: str) -> None:
    """A header or parameter that names another method does not let a reader remove anything."""
    made, caller = api.create(resource), reader(resource, api)
    for name in OVERRIDES:
        with api.continuing():
            caller.get(made["url"], headers={name: "DELETE"}).expects(no_server_error())
    with api.continuing():
        caller.get(made["url"], {"_method": "DELETE"}).expects(no_server_error())
    api.pause()
    api.get(made["url"]).expects(status=200)


def path_variants_stay_closed(api: Api, *, resource: str) -> None:
    """Another spelling of a path, or a header that names a path, shows nothing to a caller without a token."""
    facts, made = api.resource(resource), api.standing(resource)
    mark, root = told(made, facts.selector)[facts.selector], api.run.target.root(facts.api)
    if api.anonymous().get(made["url"]).ok:
        nl = "De resource wordt ook zonder token getoond; dat beoordeelt IAM-RS-AUTH-003."
        raise Blocked(nl, "The resource is shown without a token too; IAM-RS-AUTH-003 judges that.")
    tail = str(made["url"]).rpartition("/")[2]
    paths = [f"{facts.path}/{tail}{end}" for end in ("/", "//", ";x", ";x=1", ".json", "%20", "%2f", "%3f")]
    paths += [
        f"/{facts.path}/{tail}",
        f"{facts.path}//{tail}",
        f"{facts.path.upper()}/{tail}",
        f"{facts.path}%2f{tail}",
    ]
    nobody = api.anonymous()
    for path in paths[:5] if api.run.depth == "quick" else paths:
        with api.continuing():
            nobody.get(f"{root}{path}").expects(_shows_nothing(mark))
    for name in ("X-Original-URL", "X-Rewrite-URL"):
        with api.continuing():
            nobody.get(f"{root}/", headers={name: urlsplit(api.url(resource, tail)).path}).expects(_shows_nothing(mark))


def preflight_shows_nothing(api: Api, *, resource: str) -> None:
    """A question of a browser whether it may ask shows no data, and needs no server error."""
    facts, made = api.resource(resource), api.standing(resource)
    mark = told(made, facts.selector)[facts.selector]
    asks = {"Origin": STRANGER, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "accept"}
    for where in (made["url"], api.url(resource)):
        with api.continuing():
            reply = api.anonymous().request("OPTIONS", where, headers=asks)
            reply.expects(no_server_error(), _hides(mark))


def public_operations_are_read_only(api: Api, *, resource: str) -> None:
    """What the supplier calls public answers anyone, and only reads; writes beside it are refused."""
    names = public_of(resource, api)
    public = [one for one in api.contract(resource).operations.values() if one.operation_id in names]
    if not public:
        raise NotApplicable(
            "De leverancier geeft geen openbare operaties op (access.public).",
            "The supplier names no public operations (access.public).",
        )
    made, facts, nobody = api.standing(resource), api.resource(resource), api.anonymous()
    for operation in public:
        with api.continuing():
            _reads(operation)
            where = api.url(resource) if operation.path == facts.path else made["url"]
            query = {facts.selector: made[facts.selector]} if operation.path == facts.path else None
            nobody.get(where, query).expects(status=200)
    with api.continuing():
        nobody.post(resource, api.sample(resource)).expects(status=REFUSED)


def problem_document(*members: str) -> Claim:
    """Claim that a refusal says what is wrong in the form of the standard, with the same status as the answer."""
    filled = Text("tekst die niet leeg is", "text that is not empty")

    def claim(reply: Reply) -> Iterator[Found]:
        kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        kinds = ("application/problem+json",) if "code" in members else PROBLEMS
        if kind not in kinds:
            yield found(same("header Content-Type"), same(" / ".join(kinds)), same(kind or "-"))
        if kind == "application/problem+xml":
            return
        if type(reply["status"]) is not int or reply["status"] != reply.status:
            yield found(same("status"), same(str(reply.status)), same(str(reply["status"])))
        for name in members:
            if not isinstance(reply[name], str) or not reply[name]:
                yield found(same(name), filled, same(str(reply[name])))

    return claim


def _no_claims(resource: str, api: Api) -> tuple[str, ...]:
    """Give tokens with a good signature of which the content is a list, and no JSON."""
    grant = api.run.target.full.grant
    if grant is not None:
        return tuple(auth.access_token(grant, one) for one in ([claims(resource, api)], b"geen json"))
    own, secret = payload(resource, api), signing(api.run).secret
    return tuple(auth.forged(one, header=header(), secret=secret) for one in ([own], b"geen json"))


def _reads(operation: Operation) -> None:
    if operation.method not in {"GET", "HEAD"}:
        what = Text("openbare operatie", "public operation")
        raise Mismatch([Finding(what, same("GET"), same(f"{operation.method} {operation.path}"))])


def _shows_nothing(mark: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply.ok and mark in reply.text:
            what = Text("inhoud van het antwoord", "body of the answer")
            nothing = Text("geen gegevens van de resource", "no data of the resource")
            yield found(what, nothing, Text(f"gegevens ({reply.status})", f"data ({reply.status})"))

    return claim


def _hides(mark: str) -> Claim:
    what, nothing = Text("inhoud van het antwoord", "body of the answer"), Text("geen gegevens", "no data")
    return holds(what, nothing, lambda reply: reply.text, lambda text: mark not in text)
