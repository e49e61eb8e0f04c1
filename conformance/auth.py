"""Makes the headers that authenticate a request, lawful and deliberately broken ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from conformance.target import Credential

IAT_MARGIN = 60


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
    if credential is None or credential.row.scheme == "none":
        return {}
    if credential.row.scheme == "zgw-jwt":
        return {"Authorization": f"Bearer {token(credential, now)}"}
    if credential.row.scheme == "bearer":
        return {"Authorization": f"Bearer {credential.secret}"}
    return {str(credential.row.header): credential.secret}


def token(credential: Credential, now: float, **changes: Any) -> str:
    """Sign a ZGW token; `changes` replace claims, and a claim that is None is left out."""
    payload = {name: value for name, value in (claims(credential, now) | changes).items() if value is not None}
    return _signed(json.dumps(payload), credential.secret)


def forged(payload: Any, *, header: Mapping[str, Any], secret: str | None = None, digest: str = "sha256") -> str:
    """Put a token together by hand, in ways that a library refuses: any header and payload, any or no signature."""
    signed = f"{_segment(header)}.{_segment(payload)}"
    if secret is None:
        return f"{signed}."
    signature = hmac.new(secret.encode(), signed.encode(), getattr(hashlib, digest)).digest()
    return f"{signed}.{_encoded(signature)}"


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
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    return f"{text}.{_encoded(bytes([raw[0] ^ 1]) + raw[1:])}"


def basic(credential: Credential) -> str:
    """Give the header value that shows an identity and its secret as they are, which no scheme here allows."""
    pair = f"{credential.row.client_id or credential.name}:{credential.secret}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _segment(value: Any) -> str:
    return _encoded(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
