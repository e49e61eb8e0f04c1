"""Checks on how a refusal looks: its form, what it gives away, and what stands on the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from conformance import auth
from conformance.api import Api
from conformance.errors import Blocked
from conformance.library.attempts import (
    OPEN,
    REFUSED,
    ask,
    header,
    moment,
    own_token,
    payload,
    protected,
    reader,
    signing,
    turned_away,
)
from conformance.library.entrance import ZGW_MEMBERS, problem_document
from conformance.library.minting import minted
from conformance.library.standing import listed
from conformance.library.tokens import OTHER_SECRET
from conformance.model import Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds

INTERNALS = re.compile(
    r"Traceback \(most recent|\bat (java|org|com|sun|nl)\.[a-z.]+\w*\(|\.(py|java|cs|php|rb)\"?, line \d+|"
    r"\bSELECT .+ FROM |BEGIN [A-Z ]*PRIVATE KEY|\b(PyJWT|jose|django|spring|express|jsonwebtoken)[ /]v?\d|"
    r"/(usr|home|opt|var|srv)/[\w./-]+\.(py|java|class|jar|php|rb|cs|js)\b",
    re.IGNORECASE,
)
VERSIONED = re.compile(r"\d+\.\d+")
SECURITY_HEADERS = {
    "Cache-Control": re.compile(r"\b(no-store|no-cache|private)\b", re.IGNORECASE),
    "Content-Security-Policy": re.compile(r"frame-ancestors\s+'none'", re.IGNORECASE),
    "X-Content-Type-Options": re.compile(r"^nosniff$", re.IGNORECASE),
    "X-Frame-Options": re.compile(r"^deny$", re.IGNORECASE),
    "Content-Type": re.compile(r"."),
}
OVER_TLS = {"Strict-Transport-Security": re.compile(r"max-age\s*=", re.IGNORECASE)}
HTML = ("text/html", "application/xml")


def access_errors_are_problem_details(api: Api, *, resource: str) -> None:
    """A refusal without a token, by a wrong one and for lack of a scope says what is wrong in the form of a problem."""
    for reply in _refusals(api, resource):
        with api.continuing():
            reply.expects(problem_document("title", "detail"))


def zgw_errors_have_their_members(api: Api, *, resource: str) -> None:
    """A refusal has code, title, status, detail and an instance that is a URI and differs each time."""
    nobody = api.with_scopes()
    replies = [nobody.get(resource, api.nothing(resource)) for _ in "12"]
    if any(reply.status not in REFUSED for reply in replies):
        raise Blocked("De scope wordt niet gevraagd.", "The scope is not asked for.")
    first, again = (str(reply["instance"]) for reply in replies)
    replies[0].expects(problem_document(*ZGW_MEMBERS))
    other = Text("een andere waarde dan de vorige keer", "another value than the time before")
    replies[1].prefers(holds(same("instance"), other, lambda _: again, lambda value: value != first))
    replies[0].prefers(_uri("instance"))
    if "type" in (replies[0].json if isinstance(replies[0].json, dict) else {}):
        replies[0].expects(_uri("type"))


def access_codes_are_stable(api: Api, *, resource: str) -> None:
    """A missing right has code permission_denied, and missing credentials that or not_authenticated."""
    listed(resource, api)
    nobody = ask(resource, api, None)
    if nobody.status in REFUSED:
        with api.continuing():
            nobody.expects(_code("not_authenticated", "permission_denied"))
    powerless = api.with_scopes().get(resource, api.nothing(resource))
    if powerless.status == 403:
        powerless.expects(_code("permission_denied"))


def refusals_reveal_nothing(api: Api, *, resource: str) -> None:
    """A refusal shows nothing of the inside: no trace, path, query, version of a library, and not the token."""
    token = own_token(resource, api)[:-8]
    broken = ask(resource, api, f"Bearer {token}")
    for reply in (*_refusals(api, resource), broken):
        with api.continuing():
            reply.expects(_nothing_inside(), _no_echo(token))
    broken.prefers(_no_version("Server"), _no_version("X-Powered-By"))


def access_precedes_validation(api: Api, *, resource: str) -> None:
    """A caller without credentials, and one without the scope, learns nothing of what is wrong with its input."""
    api.standing(resource)
    anonymous, (where, _) = api.anonymous(), protected(resource, api)
    refused = turned_away(api, anonymous.post(resource, api.sample(resource)))
    if anonymous.get(where).ok:
        raise Blocked(*OPEN)
    for reply in (
        anonymous.post(resource, {}),
        anonymous.post(resource, b"{"),
        anonymous.get(where, {"onbekend": "1"}),
    ):
        with api.continuing():
            reply.expects(status=refused)
    known = reader(resource, api).post(resource, {})
    (known.prefers if known.status in {400, 422} else known.expects)(status=403)


def client_and_signature_look_alike(api: Api, *, resource: str) -> None:
    """An unknown client and a wrong signature get the same status, code and title."""
    listed(resource, api)
    own, unknown = payload(resource, api), api.word("bestaat-niet-")
    replies = []
    for claims in (own, own | {"client_id": unknown, "iss": unknown}):
        token = auth.forged(claims, header=header(), secret=OTHER_SECRET)
        replies.append(ask(resource, api, f"Bearer {token}"))
    seen = [(reply.status, reply["code"], reply["title"]) for reply in replies]
    if any(status not in REFUSED for status, _, _ in seen):
        raise Blocked("Niet allebei geweigerd; dat beoordelen de rijen over tokens.", "Not both were refused.")
    what = Text("status, code en title", "status, code and title")
    replies[1].expects(holds(what, same(str(seen[0])), lambda _: str(seen[1]), lambda value: value == str(seen[0])))


def refusal_ignores_accept(api: Api, *, resource: str) -> None:
    """Whatever representation is asked for, a caller without a token is refused."""
    listed(resource, api)
    refused = turned_away(api, ask(resource, api, None))
    for wanted in ("text/html", "*/*", "application/xml", None):
        with api.continuing():
            reply = ask(resource, api, None, {"Accept": wanted})
            reply.expects(status=(*refused, *((406,) if wanted in HTML else ())))


def secrets_stay_inside(api: Api, *, resource: str) -> None:
    """No answer has a secret in it: not a reading, not a list and not a refusal."""
    made, facts = api.standing(resource), api.resource(resource)
    readings = (api.get(made["url"]), api.get(resource, {facts.selector: str(made[facts.selector])}))
    secrets = api.run.target.secrets()
    for reply in (*readings, *_refusals(api, resource)):
        with api.continuing():
            reply.expects(_has_none_of(secrets))


def answers_carry_security_headers(api: Api, *, resource: str) -> None:
    """A list, a refusal and an absent resource carry every header that asks browsers and caches for care."""
    unknown = f"{api.url(resource)}/{api.word()}"
    secure = api.url(resource).startswith("https://")
    wanted = SECURITY_HEADERS | (OVER_TLS if secure else {})
    listing = api.get(resource, api.nothing(resource))
    for reply in (listing, ask(resource, api, None), api.get(unknown)):
        with api.continuing():
            reply.expects(*(_header(name, pattern) for name, pattern in wanted.items()))


def protected_data_is_not_shared(api: Api, *, resource: str) -> None:
    """Data behind access is not for shared caches: who is refused at first is refused after somebody else has read."""
    made = api.standing(resource)
    with api.continuing():
        api.get(made["url"]).expects(has_status(200), _not_public())
    where, query = protected(resource, api)
    refused = turned_away(api, api.anonymous().get(where, query))
    api.get(where, query).expects(status=200)
    api.anonymous().get(where, query).expects(status=refused)


def addresses_hold_no_secret(api: Api, *, resource: str) -> None:
    """The addresses that the API hands out have no token or secret in them."""
    shown = auth.headers(api.credential, api.run.now())
    made = api.post(resource, api.sample(resource), headers=shown)
    if not isinstance(made["url"], str) and "Location" not in made.headers:
        raise Blocked("Het aanmaken gaf geen adres.", "The create gave no address.")
    listing = api.get(resource, api.nothing(resource), headers=shown)
    for reply in (made, listing):
        with api.continuing():
            values = (value.removeprefix("Bearer ") for value in shown.values())
            reply.expects(_clean_addresses((*api.run.target.secrets(), *values)))


def _refusals(api: Api, resource: str) -> list[Reply]:
    """Provoke refusals without a token, by a wrong signature and for lack of a scope; those that are none are left."""
    listed(resource, api)
    replies = [ask(resource, api, None)]
    if api.run.target.full.row.scheme == "zgw-jwt":
        wrong = auth.forged(payload(resource, api), header=header(), secret=OTHER_SECRET)
        expired = auth.token(signing(api.run), moment(resource, api), exp=moment(resource, api) - 3600)
        replies += [ask(resource, api, f"Bearer {token}") for token in (wrong, expired)]
    if api.run.target.full.grant is not None:
        signed = minted(resource, api)
        old = minted(resource, api, exp=moment(resource, api) - 3600)
        replies += [ask(resource, api, f"Bearer {token}") for token in (auth.flipped(signed), old)]
    replies.append(api.with_scopes().get(resource, api.nothing(resource)))
    refused = [reply for reply in replies if reply.status in REFUSED]
    if not refused:
        raise Blocked("Er werd niets geweigerd.", "Nothing was refused.")
    return refused


def _texts(reply: Reply) -> str:
    return "\n".join([*(f"{name}: {value}" for name, value in reply.headers.items()), reply.text])


def _nothing_inside() -> Claim:
    wanted = Text("niets over de binnenkant", "nothing of the inside")
    what = Text("inhoud van de weigering", "content of the refusal")

    def claim(reply: Reply) -> Iterator[Found]:
        if match := INTERNALS.search(_texts(reply)):
            yield found(what, wanted, same(match[0][:60]))

    return claim


def _no_echo(token: str) -> Claim:
    what, wanted = Text("inhoud van de weigering", "content of the refusal"), Text("niet het token", "not the token")
    seen = Text("het token", "the token")

    def claim(reply: Reply) -> Iterator[Found]:
        if token in _texts(reply):
            yield found(what, wanted, seen)

    return claim


def _has_none_of(secrets: tuple[str, ...]) -> Claim:
    what, wanted = Text("inhoud van het antwoord", "content of the answer"), Text("geen geheim", "no secret")

    def claim(reply: Reply) -> Iterator[Found]:
        if any(secret in _texts(reply) for secret in secrets):
            yield found(what, wanted, Text("een geheim uit het doelbestand", "a secret of the target file"))

    return claim


def _clean_addresses(secrets: tuple[str, ...]) -> Claim:
    what, wanted = Text("adressen in het antwoord", "addresses in the answer"), Text("geen geheim", "no secret")

    def claim(reply: Reply) -> Iterator[Found]:
        body = reply.json if isinstance(reply.json, dict) else {}
        given = [reply.headers.get("Location", ""), *(body.get(name) for name in ("url", "next", "previous"))]
        if any(secret in json.dumps(given) for secret in secrets):
            yield found(what, wanted, Text("een token of geheim", "a token or secret"))

    return claim


def _uri(name: str) -> Claim:
    pattern = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
    return holds(
        same(name), Text("een URI", "a URI"), lambda reply: str(reply[name]), lambda v: pattern.match(v) is not None
    )


def _code(*wanted: str) -> Claim:
    return holds(same("code"), same(" / ".join(wanted)), lambda reply: reply["code"], lambda value: value in wanted)


def _header(name: str, pattern: re.Pattern[str]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        value = reply.headers.get(name, "")
        if not pattern.search(value) and (name != "Content-Type" or reply.body):
            what = Text(f"header {name} bij status {reply.status}", f"header {name} with status {reply.status}")
            yield found(what, same(pattern.pattern), same(value or "-"))

    return claim


def _no_version(name: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if VERSIONED.search(reply.headers.get(name, "")):
            none = Text("geen versie", "no version")
            yield found(same(f"header {name}"), none, same(reply.headers[name]), Severity.WARNING)

    return claim


def _not_public() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        value = reply.headers.get("Cache-Control", "")
        if re.search(r"\b(public|s-maxage)\b", value, re.IGNORECASE):
            wanted = Text("geen public of s-maxage", "no public or s-maxage")
            yield found(same("header Cache-Control"), wanted, same(value))

    return claim
