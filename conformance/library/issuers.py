"""Checks on how an API follows its issuer: new keys, keys that are gone, and tokens that were taken back."""

from __future__ import annotations

import time
from collections.abc import Callable

from conformance import jose
from conformance.api import Api
from conformance.errors import NotApplicable
from conformance.library.attempts import accepted, still_open
from conformance.library.minting import headed, invalid, minted, minter, policy, present, server
from conformance.library.standing import listed
from conformance.reply import Reply

STEP = 0.5
MARGIN = 1
LONGEST = 5


def rotated_keys_are_followed(api: Api, *, resource: str) -> None:
    """A key that the issuer adds is good within the declared time, and after it is gone it is good no more."""
    issuer, played, key = minter(api)[1].issuer, server(api), jose.Key.made()
    patience = policy(api)[1].jwks_refresh
    listed(resource, api)
    with played.issuing.publishing(issuer, key):
        accepted(resource, api, minted(resource, api))
        reply = _until(lambda: _with_key(resource, api, key), lambda one: one.status == 200, patience)
        reply.expects(status=200)
    reply = _until(lambda: _with_key(resource, api, key), lambda one: not one.ok, patience)
    accepted(resource, api, minted(resource, api))
    invalid(resource, api, reply)
    still_open(resource, api)


def inactive_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that the issuer took back is refused after the declared time, where the API asks the issuer."""
    minter(api)
    oauth = policy(api)[1]
    if oauth.token_validation == "jwt":  # noqa: S105 - a way of reading, no secret
        nl = "De API controleert alleen het token zelf en ziet een intrekking niet (access.oauth.token_validation)."
        en = "The API only validates the token itself and cannot see a revocation (access.oauth.token_validation)."
        raise NotApplicable(nl, en)
    played = server(api)
    listed(resource, api)
    token = minted(resource, api, jti=api.word("in-te-trekken-"))
    accepted(resource, api, token)
    played.issuing.revoke(token)
    reply = _until(lambda: present(resource, api, token), lambda one: not one.ok, oauth.introspection_cache)
    accepted(resource, api, minted(resource, api))
    invalid(resource, api, reply)


def _with_key(resource: str, api: Api, key: jose.Key) -> Reply:
    return present(resource, api, headed(resource, api, key=key, kid=key.kid))


def _until(again: Callable[[], Reply], good: Callable[[Reply], bool], patience: float) -> Reply:
    """Ask until the answer is good or the time is over; gives the last answer."""
    end, step = time.monotonic() + patience + MARGIN, STEP
    reply = again()
    while not good(reply) and time.monotonic() < end:
        time.sleep(min(step, max(end - time.monotonic(), 0)))
        step = min(2 * step, LONGEST)
        reply = again()
    return reply
