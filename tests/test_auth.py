"""Tests of the headers that authenticate a request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from conformance import auth
from conformance.credentials import Credential, CredentialRow

NOW = 1_700_000_000.9
SECRET = "een-geheim-van-meer-dan-32-tekens-lang"


def credential(scheme: str = "zgw-jwt", **row: Any) -> Credential:
    """Give a credential with some scheme."""
    needed = {"secret": {"env": "X"}, "client_id": "proef", "header": "X-Api-Key"} if scheme != "none" else {}
    return Credential(
        "proef", CredentialRow.model_validate({"scheme": scheme, "scopes": "all", **needed, **row}), SECRET
    )


def decoded(segment: str) -> Any:
    """Give a part of a token as JSON."""
    return json.loads(base64.urlsafe_b64decode(segment + "=="))


def is_signed(token: str, secret: str = SECRET, digest: str = "sha256") -> bool:
    """Tell whether a token has the signature that belongs to a secret."""
    signed, _, signature = token.rpartition(".")
    right = hmac.new(secret.encode(), signed.encode(), getattr(hashlib, digest)).digest()
    return hmac.compare_digest(base64.urlsafe_b64decode(signature + "=="), right)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, {}),
        (credential("none"), {}),
        (credential("bearer"), {"Authorization": f"Bearer {SECRET}"}),
        (credential("api-key"), {"X-Api-Key": SECRET}),
    ],
    ids=["nobody", "none", "bearer", "api-key"],
)
def test_each_scheme_has_its_header(given: Credential | None, expected: dict[str, str]) -> None:
    assert auth.headers(given, NOW) == expected


def test_a_zgw_token_has_the_claims_of_the_standard() -> None:
    kind, _, token = auth.headers(credential(), NOW)["Authorization"].partition(" ")
    header, payload, _ = map(str, token.split("."))
    assert (kind, decoded(header)) == ("Bearer", {"alg": "HS256", "typ": "JWT"})
    assert decoded(payload) == {
        "iss": "proef",
        "iat": int(NOW) - auth.IAT_MARGIN,
        "client_id": "proef",
        "user_id": "conformance",
        "user_representation": "Conformance suite",
    }
    assert is_signed(token)


def test_the_same_moment_gives_the_same_token() -> None:
    assert auth.token(credential(), NOW) == auth.token(credential(), NOW)


def test_a_claim_can_be_changed_and_left_out() -> None:
    payload = decoded(auth.token(credential(), NOW, iss="ander", user_id=None).split(".")[1])
    assert (payload["iss"], "user_id" in payload) == ("ander", False)


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_a_forged_token_is_signed_as_asked(digest: str) -> None:
    token = auth.forged({"a": 1}, header={"alg": "x"}, secret="ander", digest=digest)
    assert is_signed(token, "ander", digest)
    assert [decoded(part) for part in token.split(".")[:2]] == [{"alg": "x"}, {"a": 1}]


def test_a_forged_token_may_have_no_signature() -> None:
    assert auth.forged({"a": 1}, header={"alg": "none"}).endswith(".")


def test_an_altered_token_keeps_the_signature_of_the_other() -> None:
    signed = auth.token(credential(), NOW)
    other = auth.altered(signed, {"client_id": "ander"})
    assert (other.split(".")[2], decoded(other.split(".")[1])) == (signed.split(".")[2], {"client_id": "ander"})
    assert not is_signed(other)
