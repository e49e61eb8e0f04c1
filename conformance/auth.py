"""Makes the headers that authenticate a request, lawful and deliberately broken ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from conformance import jose
from conformance.credentials import Credential
from conformance.trust import Grant

IAT_MARGIN = 60
LIFETIME = 600


def claims(credential: Credential, now: float) -> dict[str, Any]:
    """Give the ZGW claims of a credential, issued a minute ago so that small clock differences do not matter."""
    row = credential.row
    return {
        "iss": row.client_id,
        "iat": int(now) - IAT_MARGIN,
        "client_id": row.client_id,
        "user_id": row.user_id,
        "user_representation": row.user_representation,
    }


def headers(credential: Credential | None, now: float) -> dict[str, str]:
    """Give the headers that a lawful request with this credential has; none without one."""
    if credential is None or credential.row.scheme in {"none", "mtls"}:
        return {}
    if credential.row.scheme == "zgw-jwt":
        return {"Authorization": f"Bearer {token(credential, now)}"}
    if credential.grant is not None:
        return {"Authorization": f"Bearer {access_token(credential.grant, access_claims(credential, now))}"}
    if credential.row.scheme == "bearer":
        return {"Authorization": f"Bearer {credential.secret}"}
    return {str(credential.row.header): credential.secret}


def token(credential: Credential, now: float, **changes: Any) -> str:
    """Sign a ZGW token; `changes` replace claims, and a claim that is None is left out."""
    payload = {name: value for name, value in (claims(credential, now) | changes).items() if value is not None}
    return _signed(json.dumps(payload), credential.secret)


def access_claims(credential: Credential, now: float, **changes: Any) -> dict[str, Any]:
    """Give the claims of an access token of a client; `changes` replace claims, and one that is None is left out."""
    grant, client = _granted(credential), credential.row.client_id
    own = {
        "iss": grant.issuer.url,
        "sub": client,
        "azp": client,
        "client_id": client,
        "aud": grant.audience,
        "scope": grant.scope,
        "iat": int(now) - IAT_MARGIN,
        "exp": int(now) + LIFETIME,
        "jti": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{grant.issuer.key.kid}/{client}/{int(now)}")),
        **grant.claims,
    }
    return {name: value for name, value in (own | changes).items() if value is not None}


def access_header(grant: Grant, **changes: Any) -> dict[str, Any]:
    """Give the header of an access token; `changes` replace members, and one that is None is left out."""
    own = {"alg": grant.algorithm, "typ": "at+jwt", "kid": grant.issuer.key.kid}
    return {name: value for name, value in (own | changes).items() if value is not None}


def access_token(
    grant: Grant, payload: Any, *, header: Any = None, key: jose.Key | None = None, algorithm: str | None = None
) -> str:
    """Sign an access token with the key of its issuer, or with another one; header and payload may be anything."""
    head = access_header(grant) if header is None else header
    used = key or grant.issuer.key
    return jose.signed(used, jose.content(head), jose.content(payload), algorithm or grant.algorithm)


def _granted(credential: Credential) -> Grant:
    if credential.grant is None:
        raise ValueError(f"the suite signs no tokens for {credential.name}")
    return credential.grant


def forged(
    payload: Any, *, header: Mapping[str, Any], secret: str | bytes | None = None, digest: str = "sha256"
) -> str:
    """Put a token together by hand, in ways that a library refuses: any header and payload, any or no signature."""
    signed = f"{_segment(header)}.{_segment(payload)}"
    if secret is None:
        return f"{signed}."
    key = secret.encode() if isinstance(secret, str) else secret
    return f"{signed}.{jose.encoded(hmac.new(key, signed.encode(), getattr(hashlib, digest)).digest())}"


def altered(signed: str, payload: Mapping[str, Any]) -> str:
    """Replace the payload of a signed token and keep its signature."""
    header, _, signature = signed.split(".")
    return f"{header}.{_segment(payload)}.{signature}"


@lru_cache(maxsize=32)  # many requests are sent within the second that a token names
def _signed(payload: str, secret: str) -> str:
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, json.loads(payload), OctKey.import_key(secret))


def flipped(signed: str) -> str:
    """Change one bit of the signature, in its first byte: the last letter of a token has bits that nobody reads."""
    text, _, signature = signed.rpartition(".")
    raw = jose.decoded(signature)
    return f"{text}.{jose.encoded(bytes([raw[0] ^ 1]) + raw[1:])}"


def basic(credential: Credential) -> str:
    """Give the header value that shows an identity and its secret as they are, which no scheme here allows."""
    pair = f"{credential.row.client_id or credential.name}:{credential.secret}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _segment(value: Any) -> str:
    return jose.encoded(jose.content(value))
