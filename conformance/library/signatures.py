"""Checks on the signature of an access token: only the key of the issuer vouches, in the one way that was agreed."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from conformance import auth, jose
from conformance.api import Api
from conformance.errors import Mismatch
from conformance.library.minting import (
    all_invalid,
    claims,
    headed,
    header,
    invalid,
    let_in,
    minted,
    minter,
    present,
    server,
)
from conformance.library.standing import listed
from conformance.model import Finding, Text

UNSIGNED = ("none", "None", "NONE", "nOnE")
NAMES = ("../../../../etc/passwd", "x' OR '1'='1", "/dev/null")


def access_token_is_accepted(api: Api, *, resource: str) -> None:
    """A token as the profile describes it gives access, also without what the profile does not list."""
    listed(resource, api)
    let_in(resource, api, minted(resource, api))
    present(resource, api, minted(resource, api, client_id=None)).prefers(status=200)


def unsigned_access_token_is_refused(api: Api, *, resource: str) -> None:
    """A token that says in any case of letters that it has no algorithm, and has no signature, is refused."""
    own = claims(resource, api)
    forged = [auth.forged(own, header=header(api, alg=name)) for name in UNSIGNED]
    all_invalid(resource, api, (one for token in forged for one in (token, token.removesuffix("."))))


def missing_signature_is_refused(api: Api, *, resource: str) -> None:
    """A token of which the signature is empty or gone is refused."""
    signed = minted(resource, api).rpartition(".")[0]
    all_invalid(resource, api, (f"{signed}.", signed))


def altered_access_token_is_refused(api: Api, *, resource: str) -> None:
    """A token of which a claim, the header or a bit of the signature was changed after signing is refused."""
    own, word = claims(resource, api), api.word("ander-")
    changes = ({"azp": word, "client_id": word}, {"sub": word}, {"scope": f"{own['scope']} {word}"})
    more = ({"exp": own["exp"] + 60}, {"aud": [own["aud"], word]})
    signed = minted(resource, api)
    altered = [auth.altered(signed, own | change) for change in (*changes, *more)]
    other = f"{jose.encoded(jose.content(header(api, cty='JWT')))}.{signed.partition('.')[2]}"
    all_invalid(resource, api, (*altered, other, auth.flipped(signed)))


def unknown_key_is_refused(api: Api, *, resource: str) -> None:
    """A token that was signed with another key and names the key of the issuer is refused."""
    all_invalid(resource, api, [headed(resource, api, key=_stranger())])


def public_key_is_no_secret(api: Api, *, resource: str) -> None:
    """A token with an HMAC of which the secret is the public key of the issuer, in any spelling, is refused."""
    own, key = claims(resource, api), minter(api)[1].issuer.key
    secrets = (*key.spellings, json.dumps(key.public, separators=(",", ":")).encode())
    all_invalid(resource, api, (auth.forged(own, header=header(api, alg="HS256"), secret=one) for one in secrets))


def unknown_kid_is_refused(api: Api, *, resource: str) -> None:
    """A token that names a key that was not published is refused; with a good signature that is a recommendation."""
    names = (api.word("sleutel-"), *NAMES, None)
    all_invalid(resource, api, (headed(resource, api, key=_stranger(), kid=name) for name in names))
    genuine = present(resource, api, headed(resource, api, kid=api.word("sleutel-")))
    if genuine.ok:
        genuine.prefers(status=401)
    else:
        invalid(resource, api, genuine)


def key_in_the_token_is_not_trusted(api: Api, *, resource: str) -> None:
    """A token that brings its own key, or says where it is, is refused, and nothing is fetched from there."""
    own, key, played = minter(api)[1].issuer.key.kid, _stranger(), server(api)
    published = played.place(body={"keys": [key.public]})
    certificate = played.place(body=_certificate(key)[1])
    brought = ({"jwk": key.public}, {"x5c": [_certificate(key)[0]]}, {"jku": published}, {"x5u": certificate})
    names = (own, key.kid, None)
    rows = [{**one, "kid": name} for one in brought for name in names]
    all_invalid(resource, api, (headed(resource, api, key=key, **row) for row in rows))
    api.pause()
    asked = [*played.calls(published), *played.calls(certificate)]
    if asked:
        what = Text("adres in de header van het token", "address in the header of the token")
        wanted, seen = Text("niet opgevraagd", "not asked for"), Text("opgevraagd", "asked for")
        raise Mismatch([Finding(what, wanted, seen)])


def critical_header_is_not_ignored(api: Api, *, resource: str) -> None:
    """A token with a critical member in its header that nobody knows is refused, however good its signature is."""
    all_invalid(resource, api, [headed(resource, api, crit=["x_suite"], x_suite=True)])


def only_compact_tokens_are_read(api: Api, *, resource: str) -> None:
    """A token that is written as JSON is refused, as it is and in the letters of a token."""
    all_invalid(resource, api, _as_json(minted(resource, api)))


def both_algorithms_are_accepted(api: Api, *, resource: str) -> None:
    """Tokens that are signed with RS256 are accepted, and with PS256 as well."""
    listed(resource, api)
    grant, own = minter(api)[1], claims(resource, api)
    tokens = {
        name: auth.access_token(grant, own, header=header(api, alg=name), algorithm=name) for name in jose.PADDINGS
    }
    with api.continuing():
        present(resource, api, tokens["RS256"]).expects(status=200)
    present(resource, api, tokens["PS256"]).prefers(status=200)


def _as_json(token: str) -> Iterator[str]:
    protected, payload, signature = token.split(".")
    one = {"protected": protected, "signature": signature}
    for whole in ({"payload": payload, **one}, {"payload": payload, "signatures": [one]}):
        yield jose.encoded(jose.content(whole))
        yield jose.content(whole).decode()


@lru_cache(maxsize=1)
def _stranger() -> jose.Key:
    """Give a key that nobody published."""
    return jose.Key.made()


@lru_cache(maxsize=1)
def _certificate(key: jose.Key) -> tuple[str, bytes]:
    """Give a certificate that a key signed for itself, as it stands in a token and as a file."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "conformance.invalid")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .sign(key.private, hashes.SHA256())
    )
    raw = made.public_bytes(serialization.Encoding.DER)
    # x5c is the only member of a token in ordinary base64
    plain = jose.encoded(raw).replace("-", "+").replace("_", "/")
    return plain + "=" * (-len(plain) % 4), made.public_bytes(serialization.Encoding.PEM)
