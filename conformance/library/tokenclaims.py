"""Checks on the claims of an access token: who issued it, for whom, of what kind, and for how long it is good."""

from __future__ import annotations

from typing import Any

from conformance import auth, jose
from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import ask, moment, still_open
from conformance.library.minting import (
    NO_ENTRY,
    all_invalid,
    claims,
    closed,
    headed,
    header,
    invalid,
    let_in,
    minted,
    minter,
    policy,
    present,
)
from conformance.library.standing import listed
from conformance.reply import no_server_error

HOUR = 3600
BEYOND = 60
JUST_OVER = 5
OVER = 30
LIMITS = (400, 401, 403, 413, 431)
DEPTH = 2500
KILOBYTES = (16, 64)
MEGABYTE = 1024
OTHER_API = "https://andere-api.voorbeeld.invalid/api"


def expired_access_token_is_refused(api: Api, *, resource: str) -> None:
    """A token of which exp is over, by more than the declared tolerance of clocks, is refused."""
    now, skew = moment(resource, api), policy(api)[0].clock_skew
    times = (now - skew - JUST_OVER, now - HOUR - skew, 0)
    all_invalid(resource, api, (minted(resource, api, exp=one) for one in times))


def endless_token_is_refused(api: Api, *, resource: str) -> None:
    """A token without exp is refused."""
    all_invalid(resource, api, [minted(resource, api, exp=None)])


def early_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that is not valid yet is refused; one that has been valid since a moment ago is accepted."""
    now, skew = moment(resource, api), policy(api)[0].clock_skew
    listed(resource, api)
    let_in(resource, api, minted(resource, api, nbf=now - BEYOND))
    all_invalid(resource, api, [minted(resource, api, nbf=now + skew + BEYOND)])


def token_from_the_future_is_refused(api: Api, *, resource: str) -> None:
    """A token that was issued an hour from now is refused."""
    now = moment(resource, api)
    all_invalid(resource, api, [minted(resource, api, iat=now + HOUR, exp=now + 2 * HOUR)])


def other_issuer_is_refused(api: Api, *, resource: str) -> None:
    """A token of another issuer, or of none, is refused, however much its name is like that of the trusted one."""
    own = claims(resource, api)["iss"]
    names: list[Any] = ["https://kwaad.voorbeeld.invalid", f"{own}/", own.swapcase(), f"{own}x", [own], None]
    all_invalid(resource, api, (minted(resource, api, iss=one) for one in names))


def issuer_vouches_for_itself_only(api: Api, *, resource: str) -> None:
    """With two trusted issuers, the key of one does not vouch for a token of the other."""
    grant, issuers = minter(api)[1], api.run.target.issuers
    if len(issuers) < 2:
        nl = "Het doelbestand noemt geen tweede issuer (access.oauth.second_issuer)."
        raise NotApplicable(nl, "The target file names no second issuer (access.oauth.second_issuer).")
    other, own = issuers[1], claims(resource, api, iss=issuers[1].url)
    head = header(api, kid=other.key.kid)
    listed(resource, api)
    if not present(resource, api, auth.access_token(grant, own, header=head, key=other.key)).ok:
        nl = "Een goed token van de tweede issuer wordt niet aangenomen."
        raise Blocked(nl, "A lawful token of the second issuer is not accepted.")
    crossed = claims(resource, api)
    rows = [(own, header(api), grant.issuer.key), (own, head, grant.issuer.key), (crossed, head, other.key)]
    all_invalid(resource, api, (auth.access_token(grant, body, header=name, key=key) for body, name, key in rows))


def other_audience_is_refused(api: Api, *, resource: str) -> None:
    """A token for another API is refused, however much its name is like that of this one."""
    own = minter(api)[1].audience
    names: list[Any] = [OTHER_API, ["other"], own[:-1], f"{own}x", own[len(own) // 2 :], ""]
    all_invalid(resource, api, (minted(resource, api, aud=one) for one in names))


def token_for_nobody_is_refused(api: Api, *, resource: str) -> None:
    """A token that names no API is refused."""
    all_invalid(resource, api, [minted(resource, api, aud=None)])


def audience_may_be_a_list(api: Api, *, resource: str) -> None:
    """A token gives access when this API is the audience, and when it is one of several."""
    own = minter(api)[1].audience
    listed(resource, api)
    let_in(resource, api, *(minted(resource, api, aud=one) for one in (own, [OTHER_API, own], [own, OTHER_API])))


def token_of_another_kind_is_refused(api: Api, *, resource: str) -> None:
    """A token that the issuer signed for another purpose is refused: an ID token, a logout, a proof of a client."""
    grant, own = minter(api)[1], claims(resource, api)
    client, now = own["client_id"], moment(resource, api)
    identity = own | {"aud": client, "nonce": api.word(), "auth_time": now - BEYOND}
    event: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    logout = {name: own[name] for name in ("iss", "sub", "iat", "exp", "jti")} | {"aud": client, "events": event}
    proof = own | {"iss": client, "sub": client, "aud": f"{grant.issuer.url}/token"}
    rows = [(identity, "JWT"), (logout, "logout+jwt"), (proof, "JWT")]
    tokens = (auth.access_token(grant, body, header=header(api, typ=kind)) for body, kind in rows)
    all_invalid(resource, api, tokens)


def kind_of_token_is_read(api: Api, *, resource: str) -> None:
    """A token that calls itself an access token is accepted, and one that calls itself a proof of a key is refused."""
    listed(resource, api)
    let_in(resource, api, headed(resource, api, typ="at+jwt"))
    present(resource, api, headed(resource, api, typ="application/at+jwt")).prefers(status=200)
    plain = present(resource, api, headed(resource, api, typ="JWT"))
    if plain.ok:
        plain.prefers(status=401)
    else:
        invalid(resource, api, plain)
    all_invalid(resource, api, [headed(resource, api, typ="dpop+jwt")])


def odd_time_is_refused(api: Api, *, resource: str) -> None:
    """A token of which exp is no number, or a number that no clock knows, is refused and is never a server error."""
    own, grant = claims(resource, api), minter(api)[1]
    odd: list[Any] = ["2099-01-01T00:00:00Z", "morgen", {"a": 1}, [own["exp"]], -1]
    huge = jose.content(own | {"exp": 0}).replace(b'"exp":0', b'"exp":1e400')
    tokens = [minted(resource, api, exp=one) for one in odd]
    all_invalid(resource, api, (*tokens, auth.access_token(grant, huge)))
    for near in ("9999999999", True):
        with api.continuing():
            reply = present(resource, api, minted(resource, api, exp=near))
            (reply.prefers if reply.ok else reply.expects)(status=401 if reply.ok else (400, 401, 403))


def large_token_is_no_server_error(api: Api, *, resource: str) -> None:
    """A token that is far too large or far too deep gets a refusal, and the next lawful request an answer."""
    listed(resource, api)
    grant, own = minter(api)[1], claims(resource, api)
    sizes = (*KILOBYTES, *((MEGABYTE,) if api.run.target.row.safety.disposable else ()))
    for size in sizes:
        with api.continuing():
            _too_large(resource, api, "a" * (size * 1024))
    deep = jose.content(own | {"x": 0}).replace(b'"x":0', b'"x":' + b"[" * DEPTH + b"]" * DEPTH)
    with api.continuing():
        present(resource, api, auth.access_token(grant, deep)).expects(no_server_error())
    still_open(resource, api)


def tolerance_of_clocks_is_as_declared(api: Api, *, resource: str) -> None:
    """A token that expired longer ago than the declared tolerance is refused; within it both answers are lawful."""
    now, skew = moment(resource, api), policy(api)[0].clock_skew
    listed(resource, api)
    within = present(resource, api, minted(resource, api, exp=now - max(skew - 2, 0)))
    within.expects(no_server_error())
    all_invalid(resource, api, [minted(resource, api, exp=now - skew - OVER)])


def bound_token_is_no_bearer_token(api: Api, *, resource: str) -> None:
    """A token that is bound to a key of the client is refused without a proof of that key."""
    minter(api)
    if policy(api)[1].sender_constrained != "dpop":
        nl = "De API kent geen DPoP (access.oauth.sender_constrained)."
        raise NotApplicable(nl, "The API does not know DPoP (access.oauth.sender_constrained).")
    token = minted(resource, api, cnf={"jkt": jose.encoded(bytes(range(32)))})
    all_invalid(resource, api, [token])
    ask(resource, api, f"DPoP {token}").expects(status=NO_ENTRY)


def unknown_client_of_the_issuer_is_refused(api: Api, *, resource: str) -> None:
    """A token of a client that the API does not know is refused, even when the issuer vouches for it."""
    name = api.word("bestaat-niet-")
    listed(resource, api)
    let_in(resource, api, minted(resource, api))
    reply = present(resource, api, minted(resource, api, azp=name, client_id=name, sub=name))
    (closed(resource, api, reply).prefers if reply.ok else reply.expects)(status=(401, 403))
    still_open(resource, api)


def _too_large(resource: str, api: Api, value: str) -> None:
    """Send far too much; a server that hangs up on it refuses it too."""
    try:
        reply = present(resource, api, value)
    except Blocked:
        return
    closed(resource, api, reply).expects(status=LIMITS)
