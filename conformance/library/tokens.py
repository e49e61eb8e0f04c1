"""Checks on tokens: only a lawful token, in its own place, identifies a caller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance import auth
from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.library.standing import listed
from conformance.model import Text
from conformance.reply import Reply, holds, no_server_error

REFUSED = (401, 403)
HOUR = 3600
OTHER_SECRET = "een-ander-geheim-dat-niemand-heeft-uitgegeven"  # noqa: S105 - known to nobody, so it guards nothing


def unreadable_token_is_refused(api: Api, *, resource: str) -> None:
    """A value that is no token, half a token and no token at all are refused."""
    own = _own_token(api)
    _all_refused(api, resource, "abc", own[:-10], "")


def wrong_signature_is_refused(api: Api, *, resource: str) -> None:
    """A token that is signed with another secret, or was altered after signing, is refused."""
    credential, payload = api.jwt_credential(), _payload(api)
    altered = auth.altered(auth.token(credential, api.run.now()), payload | {"user_id": api.word()})
    _all_refused(api, resource, auth.forged(payload, header=_header("HS256"), secret=OTHER_SECRET), altered)


def unsigned_token_is_refused(api: Api, *, resource: str) -> None:
    """A token with algorithm none and without a signature is refused, however none is spelled."""
    payload = _payload(api)
    tokens = [auth.forged(payload, header=_header(algorithm)) for algorithm in ("none", "None", "NONE")]
    _all_refused(api, resource, *tokens)


def unknown_client_is_refused(api: Api, *, resource: str) -> None:
    """A token of a client that is not registered, or that names no client, is refused."""
    credential, unknown = api.jwt_credential(), api.word("bestaat-niet-")
    named = auth.token(credential, api.run.now(), client_id=unknown, iss=unknown)
    _all_refused(api, resource, named, auth.token(credential, api.run.now(), client_id=None))


def expired_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that expired an hour ago is refused."""
    token = auth.token(api.jwt_credential(), api.run.now(), exp=int(api.run.now()) - HOUR)
    _all_refused(api, resource, token)


def challenge_names_the_scheme(api: Api, *, resource: str) -> None:
    """An answer with status 401 names the scheme Bearer."""
    listed(resource, api)
    reply = _ask(api, resource, None)
    if reply.status != 401:
        raise NotApplicable(
            f"Zonder token antwoordt de API met {reply.status} en niet met 401.",
            f"Without a token the API answers {reply.status}, not 401.",
        )
    named = Text("noemt het schema Bearer", "names the scheme Bearer")
    challenge = re.compile(r"(^|,)\s*bearer\b", re.IGNORECASE)
    header = Text("header WWW-Authenticate", "header WWW-Authenticate")
    reply.expects(holds(header, named, lambda one: one.headers.get("WWW-Authenticate", ""), _found_by(challenge)))


def token_elsewhere_is_refused(api: Api, *, resource: str) -> None:
    """A token with another scheme, without a scheme or in the query gives no access."""
    own = _own_token(api)
    listed(resource, api)
    for value in (f"Basic {own}", own):
        with api.continuing():
            _refused(api, resource, value)
    _refused(api, resource, None, 400, access_token=own)


def faulty_token_is_no_server_error(api: Api, *, resource: str) -> None:
    """A token with a time or an algorithm that the server does not accept leads to no server error."""
    credential, now = api.jwt_credential(), int(api.run.now())
    listed(resource, api)
    times = ({"exp": now - HOUR}, {"nbf": now + HOUR}, {"iat": now + HOUR})
    tokens = [auth.token(credential, now, **changes) for changes in times]
    for number in ("384", "512"):
        header = _header(f"HS{number}")
        tokens += [auth.forged(_payload(api), header=header, secret=credential.secret, digest=f"sha{number}")]
    for token in tokens:
        with api.continuing():
            _ask(api, resource, f"Bearer {token}").expects(no_server_error())
    unknown = auth.forged(_payload(api), header=_header("XX1"), secret=credential.secret)
    _refused(api, resource, f"Bearer {unknown}")


def _ask(api: Api, resource: str, authorization: str | None, **more: str) -> Reply:
    """Ask for a list in which nothing is, with this Authorization header."""
    query = {**api.search(resource), **more}
    return api.get(resource, query, headers={**_others(api), "Authorization": authorization})


def _others(api: Api) -> dict[str, str | None]:
    """Leave out the header in which this product takes its credentials, whatever its name is."""
    return dict.fromkeys(auth.headers(api.credential, api.run.now()))


def _all_refused(api: Api, resource: str, *tokens: str) -> None:
    """Expect that each token is refused, of which a quick run sends the first."""
    listed(resource, api)
    for token in tokens[:1] if api.run.depth == "quick" else tokens:
        with api.continuing():
            _refused(api, resource, f"Bearer {token}")


def _refused(api: Api, resource: str, authorization: str | None, *also: int, **more: str) -> None:
    """Expect a refusal; a list that is not refused without a token says nothing about tokens."""
    reply = _ask(api, resource, authorization, **more)
    if reply.status not in {*REFUSED, *also} and _ask(api, resource, None).status not in REFUSED:
        nl = "De lijst wordt ook zonder token niet geweigerd; dat beoordeelt COM-AUTH-001."
        raise Blocked(nl, "The list is not refused without a token either; COM-AUTH-001 judges that.")
    reply.expects(status=(*also, *REFUSED))


def _own_token(api: Api) -> str:
    value = auth.headers(api.credential, api.run.now()).get("Authorization", "")
    if not value.startswith("Bearer "):
        raise NotApplicable("Het product gebruikt geen tokens.", "The product uses no tokens.")
    return value.removeprefix("Bearer ")


def _payload(api: Api) -> dict[str, Any]:
    return auth.claims(api.jwt_credential(), api.run.now())


def _header(algorithm: str) -> Mapping[str, str]:
    return {"alg": algorithm, "typ": "JWT"}


def _found_by(pattern: re.Pattern[str]) -> Any:
    return lambda value: pattern.search(value) is not None
