"""Puts signed tokens together by hand, also in ways that a library refuses, and makes the keys for it."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BITS = 2048
PADDINGS: Mapping[str, padding.AsymmetricPadding] = {
    "RS256": padding.PKCS1v15(),
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), 32),
}


@dataclass(frozen=True)
class Key:
    """A pair of keys with the name under which the public one is published."""

    kid: str
    private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def made(cls) -> Key:
        """Make a new pair with a name that nobody has used."""
        return cls(uuid.uuid4().hex, rsa.generate_private_key(65537, BITS))

    @property
    def public(self) -> dict[str, str]:
        """The public key in the form in which it is published."""
        numbers = self.private.public_key().public_numbers()
        return {"kty": "RSA", "use": "sig", "kid": self.kid, "n": _number(numbers.n), "e": _number(numbers.e)}

    @property
    def spellings(self) -> tuple[bytes, ...]:
        """The public key as the texts that a careless server takes for a secret: PEM, DER and JSON."""
        public, form = self.private.public_key(), serialization.PublicFormat.SubjectPublicKeyInfo
        pem, der = (public.public_bytes(one, form) for one in (serialization.Encoding.PEM, serialization.Encoding.DER))
        return pem, pem.strip(), der, json.dumps(self.public).encode()

    def signature(self, text: str, algorithm: str) -> bytes:
        """Sign a text."""
        return self.private.sign(text.encode(), PADDINGS[algorithm], hashes.SHA256())

    def signed(self, text: str, signature: bytes) -> bool:
        """Tell whether this key made a signature."""
        for one in PADDINGS.values():
            try:
                self.private.public_key().verify(signature, text.encode(), one, hashes.SHA256())
            except InvalidSignature:
                continue
            return True
        return False


@lru_cache(maxsize=128)  # many requests are sent within the second that a token names
def signed(key: Key, header: bytes, payload: bytes, algorithm: str) -> str:
    """Give a token with this header and payload, signed with a key whatever its header says."""
    text = f"{encoded(header)}.{encoded(payload)}"
    return f"{text}.{encoded(key.signature(text, algorithm))}"


def content(value: Any) -> bytes:
    """Give a header or payload as the bytes that are signed; bytes stay as they are."""
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def encoded(raw: bytes) -> str:
    """Give bytes in the letters of a token."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    """Give the bytes of a part of a token; raises ValueError when they are none."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
