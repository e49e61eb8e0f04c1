"""Tests of tokens that are put together by hand: a library accepts the lawful ones and refuses the others."""

from __future__ import annotations

import pytest
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from conformance import jose

KEY, OTHER = jose.Key.made(), jose.Key.made()


def read(token: str, key: jose.Key = KEY, algorithm: str = "RS256") -> bytes:
    """Read a token as a careful server does."""
    payload: bytes = jws.deserialize_compact(
        token, RSAKey.import_key(key.private.public_key()), algorithms=[algorithm]
    ).payload
    return payload


def signed(algorithm: str = "RS256", key: jose.Key = KEY) -> str:
    """Sign a small token."""
    return jose.signed(key, jose.content({"alg": algorithm, "kid": key.kid}), b'{"a":1}', algorithm)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_library_verifies_what_is_signed(algorithm: str) -> None:
    assert read(signed(algorithm), algorithm=algorithm) == b'{"a":1}'


@pytest.mark.parametrize(("token", "key", "algorithm"), [(signed(), OTHER, "RS256"), (signed("PS256"), KEY, "RS256")])
def test_a_library_refuses_another_key_and_algorithm(token: str, key: jose.Key, algorithm: str) -> None:
    with pytest.raises((JoseError, ValueError)):
        read(token, key, algorithm)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_key_knows_its_own_signatures(algorithm: str) -> None:
    text, _, signature = signed(algorithm).rpartition(".")
    assert KEY.signed(text, jose.decoded(signature))
    assert not OTHER.signed(text, jose.decoded(signature))


def test_a_published_key_has_nothing_private() -> None:
    assert set(KEY.public) == {"kty", "use", "kid", "n", "e"}
    assert "private" not in repr(KEY)
    assert KEY.kid != OTHER.kid


def test_content_that_is_bytes_stays_as_it_is() -> None:
    assert (jose.content(b"{"), jose.content({"a": [1]})) == (b"{", b'{"a":[1]}')
