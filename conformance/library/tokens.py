"""Checks on tokens: only a lawful token, in its own place, identifies a caller."""

from __future__ import annotations

import re
from typing import Any

from conformance import auth
from conformance.api import Api
from conformance.errors import NotApplicable
from conformance.library.attempts import (
    all_refused,
    ask,
    expect_refusal,
    header,
    moment,
    own_token,
    payload,
    refused,
    signing,
    unbroken,
)
from conformance.library.standing import listed
from conformance.model import Text
from conformance.reply import holds

HOUR = 3600
OTHER_SECRET = "een-ander-geheim-dat-niemand-heeft-uitgegeven"  # noqa: S105 - known to nobody, so it guards nothing


def unreadable_token_is_refused(api: Api, *, resource: str) -> None:
    """A value that is no token, half a token and no token at all are refused."""
    own = own_token(resource, api)
    all_refused(resource, api, "abc", own[:-10], "")


def wrong_signature_is_refused(api: Api, *, resource: str) -> None:
    """A token that is signed with another secret, or was altered after signing, is refused."""
    credential, own = signing(api.run), payload(resource, api)
    altered = auth.altered(auth.token(credential, moment(resource, api)), own | {"user_id": api.word()})
    all_refused(resource, api, auth.forged(own, header=header(), secret=OTHER_SECRET), altered)


def unsigned_token_is_refused(api: Api, *, resource: str) -> None:
    """A token with algorithm none and without a signature is refused, however none is spelled."""
    own = payload(resource, api)
    all_refused(resource, api, *(auth.forged(own, header=header(name)) for name in ("none", "None", "NONE")))


def unknown_client_is_refused(api: Api, *, resource: str) -> None:
    """A token of a client that is not registered, or that names no client, is refused."""
    credential, unknown, now = signing(api.run), api.word("bestaat-niet-"), moment(resource, api)
    named = auth.token(credential, now, client_id=unknown, iss=unknown)
    all_refused(resource, api, named, auth.token(credential, now, client_id=None))


def expired_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that expired an hour ago is refused."""
    now = moment(resource, api)
    all_refused(resource, api, auth.token(signing(api.run), now, exp=now - HOUR))


def challenge_names_the_scheme(api: Api, *, resource: str) -> None:
    """An answer with status 401 names the scheme Bearer."""
    listed(resource, api)
    reply = ask(resource, api, None)
    if reply.status != 401:
        raise NotApplicable(
            f"Zonder token antwoordt de API met {reply.status} en niet met 401.",
            f"Without a token the API answers {reply.status}, not 401.",
        )
    named = Text("noemt het schema Bearer", "names the scheme Bearer")
    challenge = re.compile(r"(^|,)\s*bearer\b", re.IGNORECASE)
    what = Text("header WWW-Authenticate", "header WWW-Authenticate")
    reply.expects(holds(what, named, lambda one: one.headers.get("WWW-Authenticate", ""), _found_by(challenge)))


def token_elsewhere_is_refused(api: Api, *, resource: str) -> None:
    """A token with another scheme, without a scheme or in the query gives no access."""
    own = own_token(resource, api)
    listed(resource, api)
    for value in (f"Basic {own}", own):
        with api.continuing():
            refused(resource, api, value)
    expect_refusal(resource, api, ask(resource, api, None, query={"access_token": own}), 400)


def faulty_token_is_no_server_error(api: Api, *, resource: str) -> None:
    """A token with a time or an algorithm that the server does not accept leads to no server error."""
    credential, now = signing(api.run), moment(resource, api)
    times = ({"exp": now - HOUR}, {"nbf": now + HOUR}, {"iat": now + HOUR})
    tokens = [auth.token(credential, now, **changes) for changes in times]
    own = payload(resource, api)
    for number in ("384", "512"):
        tokens += [auth.forged(own, header=header(f"HS{number}"), secret=credential.secret, digest=f"sha{number}")]
    unbroken(resource, api, *tokens)
    refused(resource, api, f"Bearer {auth.forged(own, header=header('XX1'), secret=credential.secret)}")


def _found_by(pattern: re.Pattern[str]) -> Any:
    return lambda value: pattern.search(value) is not None
