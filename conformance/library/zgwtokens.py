"""Checks on the token of the ZGW scheme: each faulty token beside the lawful one from which it differs in one thing."""

from __future__ import annotations

from conformance import auth
from conformance.api import Api
from conformance.credentials import Credential
from conformance.errors import Blocked, Mismatch
from conformance.library.attempts import (
    OPEN,
    REFUSED,
    accepted,
    all_refused,
    ask,
    header,
    moment,
    payload,
    refused,
    signing,
    still_open,
    unbroken,
)
from conformance.library.standing import listed
from conformance.library.tokens import HOUR, OTHER_SECRET
from conformance.model import Finding, Text, same
from conformance.trust import AccessRow

DAY = 24 * HOUR
BEYOND = 60
SMALL_DRIFT = 5
STRONG = 32
WEAK = ("secret", "sosecret", "letmein", "password", "test", "changeme")


def lawful_token_is_accepted(api: Api, *, resource: str) -> None:
    """A token with exactly the claims of the scheme gives access, and a name of the client in its header is no harm."""
    listed(resource, api)
    credential = signing(api.run)
    claims = payload(resource, api) | {"iat": moment(resource, api), "user_representation": "Zoë de Tester"}
    plain = auth.forged(claims, header=header(), secret=credential.secret)
    ask(resource, api, f"Bearer {plain}").expects(status=200)
    named = header(client_identifier=credential.row.client_id)
    old = auth.forged(claims, header=named, secret=credential.secret)
    ask(resource, api, f"Bearer {old}").prefers(status=200)


def wrong_secret_is_refused(api: Api, *, resource: str) -> None:
    """A token that is signed with another secret, an empty one or the same letters in another case is refused."""
    own, secret = payload(resource, api), signing(api.run).secret
    wrong = [one for one in (OTHER_SECRET, "", secret.swapcase()) if one != secret]
    all_refused(resource, api, *(auth.forged(own, header=header(), secret=one) for one in wrong))


def secret_of_another_client_is_refused(api: Api, *, resource: str) -> None:
    """A token of one client that is signed with the secret of another is refused."""
    other = _other(api)
    accepted(resource, api, auth.token(signing(api.run), moment(resource, api)))
    all_refused(resource, api, auth.forged(payload(resource, api), header=header(), secret=other.secret))


def unregistered_client_is_refused(api: Api, *, resource: str) -> None:
    """A token of a client that nobody registered is refused, whatever secret signs it."""
    unknown = api.word("bestaat-niet-")
    claims = payload(resource, api) | {"client_id": unknown, "iss": unknown}
    secrets = (signing(api.run).secret, OTHER_SECRET, "")
    all_refused(resource, api, *(auth.forged(claims, header=header(), secret=one) for one in secrets))


def nameless_client_is_refused(api: Api, *, resource: str) -> None:
    """A token without a client_id that is a name is refused, also when iss or the header names the client."""
    own, credential = payload(resource, api), signing(api.run)
    bare = {name: value for name, value in own.items() if name != "client_id"}
    rows = [(bare, header()), (bare, header(client_identifier=credential.row.client_id))]
    rows += [(bare, header(kid=credential.row.client_id))]
    rows += [(bare | {"client_id": odd}, header()) for odd in (None, "", 1, [credential.row.client_id])]
    tokens = [auth.forged(claims, header=head, secret=credential.secret) for claims, head in rows]
    all_refused(resource, api, *tokens)


def other_algorithm_is_refused(api: Api, *, resource: str) -> None:
    """A token with another algorithm than HS256 in its header is refused; a stronger HMAC is tolerated."""
    own, secret = payload(resource, api), signing(api.run).secret
    odd = [auth.forged(own, header=header(name), secret=secret) for name in ("", "HS2", "hs256", ["HS256"])]
    foreign = [auth.forged(own, header=header(name), secret=OTHER_SECRET) for name in ("RS256", "ES256")]
    all_refused(resource, api, *odd, *foreign)
    for size in ("384", "512"):
        token = auth.forged(own, header=header(f"HS{size}"), secret=secret, digest=f"sha{size}")
        reply = ask(resource, api, f"Bearer {token}")
        with api.continuing():
            (reply.prefers if reply.status == 200 else reply.expects)(status=REFUSED)


def altered_token_is_refused(api: Api, *, resource: str) -> None:
    """A token of which a claim or one bit of the signature was changed after signing is refused."""
    credential, now = signing(api.run), moment(resource, api)
    signed, own = auth.token(credential, now), payload(resource, api)
    reader = auth.token(_other(api), now)
    changes = ({"user_id": api.word()}, {"iat": now})
    altered = [auth.altered(signed, own | change) for change in changes]
    all_refused(resource, api, *altered, auth.altered(reader, own), auth.flipped(signed))


def past_exp_is_refused(api: Api, *, resource: str) -> None:
    """A token of which exp is over is refused; the same token with an exp to come is accepted."""
    credential, now = signing(api.run), moment(resource, api)
    accepted(resource, api, auth.token(credential, now, exp=now + HOUR))
    all_refused(resource, api, auth.token(credential, now, exp=now - _policy(api).clock_skew - BEYOND))


def coming_nbf_is_refused(api: Api, *, resource: str) -> None:
    """A token that is not valid yet is refused; within the tolerance of clocks it is accepted."""
    credential, now, skew = signing(api.run), moment(resource, api), _policy(api).clock_skew
    accepted(resource, api, auth.token(credential, now, nbf=now - HOUR))
    all_refused(resource, api, auth.token(credential, now, nbf=now + skew + BEYOND))
    ask(resource, api, f"Bearer {auth.token(credential, now, nbf=now + skew // 2)}").prefers(status=200)


def old_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that was issued longer ago than the declared age, thirty days ago or in 1970 is refused."""
    credential, now, age = signing(api.run), moment(resource, api), _policy(api).max_age
    moments = [*([now - age - BEYOND] if age else []), now - 30 * DAY, 0]
    all_refused(resource, api, *(auth.token(credential, now, iat=one) for one in moments))


def undated_token_is_refused(api: Api, *, resource: str) -> None:
    """A token without iat, or with a text for it, is refused."""
    credential, now = signing(api.run), moment(resource, api)
    all_refused(resource, api, *(auth.token(credential, now, iat=one) for one in (None, "gisteren")))


def future_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that was issued an hour from now is refused."""
    now = moment(resource, api)
    all_refused(resource, api, auth.token(signing(api.run), now, iat=now + HOUR))


def small_drift_is_tolerated(api: Api, *, resource: str) -> None:
    """A token of a client whose clock is a few seconds ahead is accepted."""
    listed(resource, api)
    now = moment(resource, api)
    drift = min(_policy(api).clock_skew, SMALL_DRIFT)
    ask(resource, api, f"Bearer {auth.token(signing(api.run), now, iat=now + drift)}").expects(status=200)


def user_claims_are_optional(api: Api, *, resource: str) -> None:
    """A token of a system without an end user is accepted."""
    listed(resource, api)
    token = auth.token(signing(api.run), moment(resource, api), user_id=None, user_representation=None)
    ask(resource, api, f"Bearer {token}").expects(status=200)


def issuer_is_as_declared(api: Api, *, resource: str) -> None:
    """Another issuer or an audience is refused when the supplier says that it is checked, and else accepted."""
    listed(resource, api)
    credential, now = signing(api.run), moment(resource, api)
    other = auth.token(credential, now, iss=api.word("andere-uitgever-"))
    if _policy(api).issuer is not None:
        refused(resource, api, f"Bearer {other}")
        return
    for token in (other, auth.token(credential, now, aud="een-andere-api")):
        with api.continuing():
            ask(resource, api, f"Bearer {token}").expects(status=200)


def secrets_are_strong(api: Api, *, resource: str) -> None:
    """Each secret in the target file, which guards something, has at least 32 bytes and is in no well-known list."""
    listed(resource, api)
    if ask(resource, api, None).status not in REFUSED:
        raise Blocked(*OPEN)
    wanted = Text("ten minste 32 bytes, niet uit een bekende lijst", "at least 32 bytes, in no well-known list")
    weak = [one for one in _clients(api) if len(one.secret.encode()) < STRONG or one.secret in {*WEAK, one.name}]
    if weak:
        what = Text("geheimen in het doelbestand", "secrets in the target file")
        names = same(", ".join(one.name for one in weak))
        raise Mismatch([Finding(what, wanted, names)])


def odd_token_is_no_server_error(api: Api, *, resource: str) -> None:
    """No token leads to a server error: times, algorithms, names and contents of every odd kind."""
    credential, now, own = signing(api.run), moment(resource, api), payload(resource, api)
    times = ({"exp": now - HOUR}, {"nbf": now + HOUR}, {"iat": now + HOUR}, {"iat": "gisteren"}, {"exp": True})
    tokens = [auth.token(credential, now, **change) for change in times]
    algorithms = ("HS384", "RS256", "ES256", "XX1", "", None, ["HS256"], {"a": 1})
    tokens += [auth.forged(own, header=header(name), secret=credential.secret) for name in algorithms]
    contents = ([1], "tekst", None, b"{", own | {"client_id": {"a": 1}}, own | {"client_id": ["a"]})
    tokens += [auth.forged(one, header=header(), secret=credential.secret) for one in contents]
    tokens += [auth.forged(own | {"client_id": api.word()}, header=header(), secret=OTHER_SECRET)]
    unbroken(resource, api, *tokens)
    still_open(resource, api)


def _policy(api: Api) -> AccessRow:
    return api.run.target.row.access or AccessRow(scheme="zgw-jwt")


def _clients(api: Api) -> list[Credential]:
    return [one for one in api.run.target.credentials.values() if one.row.scheme == "zgw-jwt"]


def _other(api: Api) -> Credential:
    """Give another client than the one with all rights, with a secret of its own."""
    full = signing(api.run)
    for one in _clients(api):
        if one.row.client_id != full.row.client_id and one.secret != full.secret:
            return one
    raise Blocked(
        "Het doelbestand heeft geen tweede client met een eigen geheim.",
        "The target file has no second client with a secret of its own.",
    )
