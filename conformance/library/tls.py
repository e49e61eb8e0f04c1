"""Checks on how a server does TLS: versions, suites, keys, certificates and options, as the NCSC advises."""

from __future__ import annotations

import datetime
import hashlib
import ssl
from collections.abc import Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from conformance.api import Api
from conformance.errors import Mismatch
from conformance.handshake import RENEGOTIATION, VERSIONS, Hello, Place, connected, offered, speaks_ssl2
from conformance.library.connection import (
    NEW,
    handshake_fault,
    judge_plain,
    only,
    plain_answer,
    plain_place,
    tls_place,
    trusting,
)
from conformance.library.standing import absent, empty_list
from conformance.model import Finding, Severity, Text, same
from conformance.reply import holds
from conformance.run import split
from conformance.suites import EDITION, EPHEMERAL, FINITE, WEAK

TLS12 = VERSIONS["TLS 1.2"]
WEAK_GROUPS = {1: "sect163k1", 3: "sect163r2", 15: "secp160k1", 16: "secp160r1", 18: "secp192k1", 19: "secp192r1"}
YEAR, FORTNIGHT = 31_536_000, datetime.timedelta(days=14)
PRIME_BITS, RSA_BITS, CURVE_BITS = 2048, 2048, 256
WEAK_HASHES = {"md5", "sha1"}
REFUSED = Text("geweigerd", "refused")


def tls_port_gives_nothing_without_tls(api: Api) -> None:
    """On the port for TLS a request without TLS gets no data."""
    place = tls_place(api)
    root = split(api.run.target.root(api.profile.main.api)).path
    answer = plain_answer(place, f"{root}{api.profile.main.path}")
    if answer is not None:
        judge_plain(api, f"http://{place.host}:{place.port}", *answer)


def credentials_without_tls_are_refused(api: Api) -> None:
    """A request without TLS that has a token, which is a made-up one, gets no data and no redirect."""
    tls_place(api)
    root, place = split(api.run.target.root(api.profile.main.api)).path, plain_place(api)
    token = hashlib.sha256(str(api.random.random()).encode()).hexdigest()
    answer = plain_answer(place, f"{root}{api.profile.main.path}", Authorization=f"Bearer {token}")
    if answer is None or 400 <= answer[0] < 500:
        return
    severity = Severity.FAILURE if 200 <= answer[0] < 300 else Severity.WARNING
    what = Text("antwoord op een verzoek met token zonder TLS", "answer to a request with a token without TLS")
    wanted = Text("geen antwoord, of 4xx", "no answer, or 4xx")
    _tell(api, what, wanted, f"{answer[0]} {answer[1][:200]}".strip(), severity)


def versions_before_tls_1_2_are_refused(api: Api) -> None:
    """SSL 2.0, SSL 3.0, TLS 1.0 and TLS 1.1 are each refused, also with the suites of their time."""
    place = tls_place(api)
    suites = [*EPHEMERAL, *FINITE, *WEAK]
    old = [name for name, version in VERSIONS.items() if version < TLS12 and offered(place, version, suites)]
    old = ["SSL 2.0", *old] if speaks_ssl2(place) else old
    if old:
        what = Text("uitgefaseerde versies van TLS", "phased-out versions of TLS")
        _tell(api, what, REFUSED, ", ".join(old), _excused(api))


def a_current_version_is_spoken(api: Api) -> None:
    """TLS 1.2 or 1.3 works; without 1.3 that is a warning."""
    place = tls_place(api)
    spoken = [name for name, version in NEW.items() if handshake_fault(place, only(version)) is None]
    what = Text("versies van TLS", "versions of TLS")
    if not spoken:
        _tell(api, what, same("TLS 1.2 / TLS 1.3"), "-", Severity.FAILURE)
    if "TLS 1.3" not in spoken:
        _tell(api, what, same("TLS 1.3"), ", ".join(spoken), Severity.WARNING)


def weak_suites_are_refused(api: Api) -> None:
    """Each known cipher suite that the NCSC calls insufficient or to be phased out is refused."""
    place = tls_place(api)
    taken = [WEAK[hello.suite] for hello in _taken(place)]
    if taken:
        what = Text(f"cipher suites die {EDITION} afraadt", f"cipher suites that {EDITION} advises against")
        _tell(api, what, REFUSED, ", ".join(taken), _excused(api))


def keys_are_ephemeral(api: Api) -> None:
    """Keys are agreed anew for each connection, in a group that is large enough."""
    place = tls_place(api)
    usual = offered(place, TLS12, [*EPHEMERAL, *FINITE, *WEAK])
    if usual is not None and usual.suite in WEAK:
        what = Text("cipher suite die de server kiest", "cipher suite that the server chooses")
        _tell(api, what, same("(EC)DHE"), WEAK[usual.suite], Severity.FAILURE)
    finite = offered(place, TLS12, [*FINITE])
    if finite is not None and (finite.prime_bits or PRIME_BITS) < PRIME_BITS:
        what = Text("lengte van het priemgetal bij DHE", "size of the prime of DHE")
        _tell(api, what, same(f">= {PRIME_BITS}"), str(finite.prime_bits), Severity.FAILURE)
    curve = offered(place, TLS12, [*EPHEMERAL], groups=[*WEAK_GROUPS])
    if curve is not None and curve.group in WEAK_GROUPS:
        what = Text("kromme bij ECDHE", "curve of ECDHE")
        _tell(api, what, same(f">= {CURVE_BITS} bits"), WEAK_GROUPS[curve.group], Severity.FAILURE)


def certificate_lasts(api: Api) -> None:
    """The certificate is not about to expire."""
    certificate = _chain(tls_place(api))[0]
    left = certificate.not_valid_after_utc - datetime.datetime.fromtimestamp(api.run.now(), datetime.UTC)
    if left < FORTNIGHT:
        what = Text("dagen dat het certificaat nog geldig is", "days that the certificate is still valid")
        _tell(api, what, same(f">= {FORTNIGHT.days}"), str(left.days), Severity.WARNING)


def certificates_are_strong(api: Api) -> None:
    """Keys in the chain are long enough, and what is signed is signed with a strong hash."""
    for number, certificate in enumerate(_chain(tls_place(api)), 1):
        name = certificate.subject.rfc4514_string()[:200]
        what = Text(f"certificaat {number} van de keten ({name})", f"certificate {number} of the chain ({name})")
        for wanted, seen in _weaknesses(certificate):
            with api.continuing():
                _tell(api, what, same(wanted), seen, Severity.FAILURE)


def dangerous_options_are_off(api: Api) -> None:
    """Compression is off, and a connection can only be renegotiated in the safe way."""
    place = tls_place(api)
    hello = offered(place, TLS12, [*EPHEMERAL, *FINITE], compression=(1, 0))
    if hello is None:
        return  # TLS 1.3 has neither
    for wrong, what in (
        (hello.compression, Text("compressie", "compression")),
        (RENEGOTIATION not in hello.extensions, Text("onveilige renegotiation", "insecure renegotiation")),
    ):
        if wrong:
            with api.continuing():
                _tell(api, what, Text("uit", "off"), "aan / on", Severity.FAILURE)


def transport_security_lasts_a_year(api: Api, *, resource: str) -> None:
    """Over https a list and an error tell the client to keep using https for at least a year."""
    tls_place(api)
    name, wanted = same("header Strict-Transport-Security"), same(f"max-age >= {YEAR}")
    claim = holds(name, wanted, lambda reply: reply.headers["Strict-Transport-Security"], _lasts)
    for reply in (empty_list(api, resource), absent(api, resource)):
        with api.continuing():
            reply.expects(claim)


def _lasts(value: str | None) -> bool:
    ages = [
        part.strip().partition("=")[2].strip('" ') for part in (value or "").split(";") if "max-age" in part.lower()
    ]
    return bool(ages) and ages[0].isdigit() and int(ages[0]) >= YEAR


def _taken(place: Place) -> Iterator[Hello]:
    """Give each weak suite that a server takes: what it took is left out of the next offer."""
    left = list(WEAK)
    while left and (hello := offered(place, TLS12, left)):
        yield hello
        left.remove(hello.suite)


def _chain(place: Place) -> list[x509.Certificate]:
    """Give the certificates that a server sends; with TLS 1.3 only, the first alone can be seen."""
    hello = offered(place, TLS12, [*EPHEMERAL, *FINITE, *WEAK])
    sent = hello.chain if hello else ()
    if not sent:
        context = trusting(place.authorities)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if fault := handshake_fault(place, context):
            raise Mismatch([Finding(Text("handshake", "handshake"), Text("lukt", "succeeds"), same(fault))])
        with connected(place) as raw, context.wrap_socket(raw, server_hostname=place.host) as connection:
            sent = (connection.getpeercert(binary_form=True) or b"",)
    return [x509.load_der_x509_certificate(one) for one in sent]


def _weaknesses(certificate: x509.Certificate) -> Iterator[tuple[str, str]]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS:
        yield f"RSA >= {RSA_BITS} bits", f"RSA {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < CURVE_BITS:
        yield f"EC >= {CURVE_BITS} bits", f"EC {key.curve.key_size} bits"
    if not isinstance(
        key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
    ):
        yield "RSA, EC, Ed25519, Ed448", type(key).__name__
    try:
        used = certificate.signature_hash_algorithm
        name = used.name if used else ""
    except UnsupportedAlgorithm:
        name = "md5"
    if name in WEAK_HASHES and certificate.issuer != certificate.subject:
        yield "SHA-256", name.upper()


def _excused(api: Api) -> Severity:
    """Tell how bad a setting is that is being phased out: with a published schedule it is a warning."""
    return Severity.WARNING if api.run.target.row.tls.phase_out else Severity.FAILURE


def _tell(api: Api, what: Text, wanted: Text, seen: str, severity: Severity) -> None:
    finding = Finding(what, wanted, same(seen), None, severity)
    if severity is Severity.FAILURE:
        raise Mismatch([finding])
    api.warn(finding)
