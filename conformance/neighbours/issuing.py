"""Plays authorization servers: their metadata, the keys that they publish, and whether a token is still good."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from conformance.jose import Key, decoded
from conformance.model import Json
from conformance.trust import Issuer

WELL_KNOWN = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


class Issuing:
    """The authorization servers of a run: what each publishes, and which tokens it took back."""

    def __init__(self, issuers: Iterable[Issuer] = ()) -> None:
        self._keys: dict[str, tuple[Key, ...]] = {issuer.url: (issuer.key,) for issuer in issuers}
        self._revoked: set[str] = set()
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def publishing(self, issuer: Issuer, key: Key) -> Iterator[None]:
        """Publish another key beside that of an issuer for as long as the context lasts."""
        with self._lock:
            self._keys[issuer.url] = (issuer.key, key)
        try:
            yield
        finally:
            with self._lock:
                self._keys[issuer.url] = (issuer.key,)

    def revoke(self, token: str) -> None:
        """Take a token back: from now on it is not active."""
        with self._lock:
            self._revoked.add(token)

    def introspected(self, token: str) -> bool:
        """Tell whether somebody asked whether this token is active."""
        with self._lock:
            return token in self._asked

    def answer(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, Json] | None:
        """Answer what is asked of one of the servers; None when it is asked of nobody here."""
        with self._lock:
            for url, keys in self._keys.items():
                own = urlsplit(url).path
                if path in {place for known in WELL_KNOWN for place in (f"{own}{known}", f"{known}{own}")}:
                    return 200, metadata(url)
                if path == f"{own}/jwks":
                    return 200, {"keys": [key.public for key in keys]}
                if method == "POST" and path in {f"{own}/introspect", f"{own}/revoke"}:
                    return self._asked_about(path.rpartition("/")[2], form.get("token", ""), (url, keys))
        return None

    def _asked_about(self, what: str, token: str, server: tuple[str, tuple[Key, ...]]) -> tuple[int, Json]:
        claims = _claims(token, server)
        if what == "revoke":
            if claims is not None:
                self._revoked.add(token)
            return 200, {}
        self._asked.add(token)
        good = claims is not None and token not in self._revoked and claims.get("exp", 0) > time.time()
        return 200, {**claims, "active": True, "token_type": "Bearer"} if claims and good else {"active": False}


def metadata(url: str) -> dict[str, Json]:
    """Give what an authorization server says of itself."""
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
        "introspection_endpoint": f"{url}/introspect",
        "revocation_endpoint": f"{url}/revoke",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["PS256", "RS256"],
        "id_token_signing_alg_values_supported": ["PS256", "RS256"],
    }


def _claims(token: str, server: tuple[str, tuple[Key, ...]]) -> dict[str, Json] | None:
    """Give the claims of a token that this server signed; None of any other."""
    url, keys = server
    text, _, signature = token.rpartition(".")
    try:
        made = any(key.signed(text, decoded(signature)) for key in keys)
        claims = json.loads(decoded(text.partition(".")[2])) if made else None
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) and claims.get("iss") == url else None
