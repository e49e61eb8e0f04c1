"""Client certificates: those of a target file are read, and odd ones are made for as long as a check needs them."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from conformance import jose

DAY = datetime.timedelta(days=1)
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True)
class Certificate:
    """The files of a certificate and its private key, which are the same file when that has both."""

    path: Path
    key: Path

    @classmethod
    def beside(cls, document: Path, certificate: str, key: str | None) -> Certificate:
        """Give the files that a document beside them names; without a key the certificate's file has both."""
        return cls(document.parent / certificate, document.parent / (key or certificate))

    @property
    def files(self) -> tuple[str, str]:
        """Give the files as the HTTP library takes them."""
        return str(self.path), str(self.key)

    def read(self) -> x509.Certificate:
        """Give the certificate itself, the first of its file."""
        return x509.load_pem_x509_certificates(self.path.read_bytes())[0]

    def pem(self) -> str:
        """Give the text of the certificate, without what comes after it."""
        return self.read().public_bytes(Encoding.PEM).decode("ascii")

    def thumbprint(self) -> str:
        """Give the SHA-256 digest of the certificate in the letters of a token (RFC 8705 section 3.1)."""
        return jose.encoded(self.read().fingerprint(hashes.SHA256()))

    def fault(self) -> str | None:
        """Say why these files cannot be used; None when they can."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(self.path, self.key, password=str)
        except (OSError, ssl.SSLError) as fault:
            return str(getattr(fault, "reason", None) or getattr(fault, "strerror", None) or fault)
        return None


@dataclass(frozen=True)
class Authority:
    """Who signs a certificate: a name and a key."""

    name: x509.Name
    key: CertificateIssuerPrivateKeyTypes

    @classmethod
    def imitating(cls, certificate: x509.Certificate) -> Authority:
        """Give an authority with the name of the one that signed this certificate, and a key of its own."""
        return cls(certificate.issuer, ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def of(cls, files: Certificate) -> Authority:
        """Give the authority whose certificate and key are in these files."""
        key = load_pem_private_key(files.key.read_bytes(), None)
        return cls(files.read().subject, key)  # type: ignore[arg-type] # a key of another kind signs nothing


@dataclass(frozen=True)
class Order:
    """What a certificate that is made says."""

    subject: x509.Name
    begins: datetime.timedelta = -DAY
    ends: datetime.timedelta = DAY
    usage: x509.ObjectIdentifier = CLIENT

    def expired(self) -> Order:
        """Give the same, no longer valid."""
        return replace(self, begins=-30 * DAY, ends=-DAY)

    def future(self) -> Order:
        """Give the same, not yet valid."""
        return replace(self, begins=7 * DAY, ends=30 * DAY)


@contextmanager
def made(order: Order, by: Authority | None, now: float) -> Iterator[Certificate]:
    """Make a certificate that exists within this block; nobody but itself signs it when there is no authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    moment = datetime.datetime.fromtimestamp(now, datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(order.subject)
        .issuer_name(by.name if by else order.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment + order.begins)
        .not_valid_after(moment + order.ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([order.usage]), critical=False)
    )
    signed = builder.sign(by.key if by else key, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "client.pem"
        path.touch(0o600)
        path.write_bytes(secret + signed.public_bytes(Encoding.PEM))
        yield Certificate(path, path)
