"""What the checks on the connection see of servers with a good, a bad, and no certificate."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug import Request, Response
from werkzeug.serving import make_server

import fixtures
from conformance import profile as profiles
from conformance import register
from conformance import target as targets
from conformance.handshake import Place
from conformance.judge import judge
from conformance.library import connection
from conformance.model import Outcome, Status
from conformance.profile import Profile
from conformance.register import Bound
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.transport import Transport

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.UTC)
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """A certificate authority that exists only in this test."""

    key: Key
    certificate: x509.Certificate
    path: Path

    def server(self, folder: Path, name: str, *, host: str = "localhost", until: datetime.datetime = NOW + DAY) -> Path:
        """Write a key and a certificate for a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        made = _certificate(host, key, self.certificate.subject, until).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
        made = made.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        path = folder / f"{name}.pem"
        path.write_bytes(_pem(key) + made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return path


def _pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(name: str, key: Key, issuer: x509.Name | None, until: datetime.datetime) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(until)
    )


def _authority(folder: Path, name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        _certificate(name, key, None, NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.ca.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(key, certificate, path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for keys."""
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    """Give the authority that the target file names."""
    return _authority(folder, "wegwerp")


@contextmanager
def served(app: Any, certificate: Path | None = None, *, oldest: ssl.TLSVersion | None = None) -> Iterator[int]:
    """Serve an application on the loopback address, with TLS when there is a certificate; gives the port."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if oldest is not None:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            with pytest.warns(DeprecationWarning, match="TLSVersion.TLSv1"):
                context.minimum_version = oldest
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
    server.log = lambda *_: None  # type: ignore[method-assign] # the test output stays readable
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@cache
def klanten() -> tuple[Profile, dict[str, Bound]]:
    """Load the profile once, with its checks on the connection."""
    profile = profiles.load("klanten")
    checks = {one.requirement.id: one for one in register.bind(profile) if one.requirement.theme == "tls"}
    return profile, checks


def outcome(requirement: str, url: str, folder: Path, **tls: Any) -> Outcome:
    """Judge one requirement against the reference supplier at an address."""
    content = fixtures.target("klanten", url) | {"tls": tls}
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    profile, checks = klanten()
    target = targets.load(path, fixtures.environment("klanten"))
    verify = str(tls["ca"]) if "ca" in tls else True
    run = Run(profile, target, Transport(verify=verify), RunFolder(folder / "run", Redactor(), ""), seed=1)
    try:
        return judge(run, checks[requirement])
    finally:
        run.folder.close()


def answers(status: int, location: str = "") -> Callable[..., Any]:
    """Make an application that always answers the same."""
    headers = {"Location": location} if location else {}
    return Request.application(lambda request: Response("{}", status=status, headers=headers))


@pytest.mark.parametrize("requirement", ["COM-TLS-001", "COM-TLS-002", "COM-TLS-003", "COM-TLS-004"])
def test_a_good_connection_passes(
    requirement: str, authority: Authority, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PLAIN_PORT", 1)
    with served(fixtures.supplier("klanten"), authority.server(folder, "goed")) as port:
        seen = outcome(requirement, f"https://localhost:{port}", tmp_path, ca=str(authority.path))
    assert seen.status is Status.PASSED, seen


@pytest.mark.parametrize(
    ("name", "host", "until"),
    [("verlopen", "localhost", NOW - DAY), ("andere-host", "elders.example", NOW + DAY)],
)
def test_a_bad_certificate_fails(
    name: str, host: str, until: datetime.datetime, authority: Authority, folder: Path, tmp_path: Path
) -> None:
    with served(answers(200), authority.server(folder, name, host=host, until=until)) as port:
        seen = outcome("COM-TLS-002", f"https://localhost:{port}", tmp_path, ca=str(authority.path))
    assert seen.status is Status.FAILED, seen


@pytest.mark.parametrize("named", [True, False], ids=["another authority", "the authorities of the world"])
def test_an_unknown_authority_fails(named: bool, authority: Authority, folder: Path, tmp_path: Path) -> None:
    other = {"ca": str(_authority(folder, "ander").path)} if named else {}
    with served(answers(200), authority.server(folder, "goed")) as port:
        seen = outcome("COM-TLS-002", f"https://localhost:{port}", tmp_path, **other)
    assert seen.status is Status.FAILED, seen


def test_a_closed_port_is_not_a_bad_certificate(authority: Authority, tmp_path: Path) -> None:
    seen = outcome("COM-TLS-002", "https://localhost:1", tmp_path, ca=str(authority.path))
    assert seen.status is Status.BLOCKED


def test_an_old_version_is_a_warning(authority: Authority, folder: Path, tmp_path: Path) -> None:
    with served(answers(200), authority.server(folder, "oud"), oldest=ssl.TLSVersion.TLSv1) as port:
        place = Place("localhost", port, 5)
        if connection.handshake_fault(place, connection.only(ssl.TLSVersion.TLSv1)) is not None:
            pytest.skip("this OpenSSL cannot speak TLS 1.0")
        seen = outcome("COM-TLS-003", f"https://localhost:{port}", tmp_path, ca=str(authority.path))
    assert seen.status is Status.WARNING, seen


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (answers(200), Status.FAILED),
        (answers(301, "https://localhost/"), Status.PASSED),
        (answers(404), Status.PASSED),
        (answers(302, "https://localhost/"), Status.WARNING),
        (answers(503), Status.WARNING),
    ],
    ids=["data", "moved", "not found", "found", "unavailable"],
)
def test_plain_http_beside_tls(
    plain: Any,
    expected: Status,
    authority: Authority,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with (
        served(fixtures.supplier("klanten"), authority.server(folder, "goed")) as port,
        served(plain) as beside,
    ):
        monkeypatch.setattr(connection, "PLAIN_PORT", beside)
        seen = outcome("COM-TLS-001", f"https://localhost:{port}", tmp_path, ca=str(authority.path))
    assert seen.status is expected, seen


def test_urls_without_tls_are_a_warning(authority: Authority, folder: Path, tmp_path: Path) -> None:
    app = fixtures.supplier("klanten", public_url="http://localhost")
    with served(app, authority.server(folder, "goed")) as port:
        seen = outcome("COM-TLS-004", f"https://localhost:{port}", tmp_path, ca=str(authority.path))
    assert seen.status is Status.WARNING, seen


@pytest.mark.parametrize("requirement", ["COM-TLS-001", "COM-TLS-002", "COM-TLS-003", "COM-TLS-004"])
@pytest.mark.parametrize("tls", [{}, {"private_network": True}], ids=["loopback", "declared"])
def test_a_test_installation_is_not_judged(requirement: str, tls: dict[str, Any], tmp_path: Path) -> None:
    seen = outcome(requirement, "http://127.0.0.1:1", tmp_path, **tls)
    assert seen.status is Status.NOT_APPLICABLE, seen


def test_a_public_root_without_tls_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_private", lambda host: False)
    with served(fixtures.supplier("klanten")) as port:
        seen = outcome("COM-TLS-001", f"http://127.0.0.1:{port}", tmp_path)
    assert seen.status is Status.FAILED, seen


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("192.168.1.1", True),
        ("::1", True),
        ("klanten", True),
        ("reference.test", True),
        ("api.gemeente.internal", True),
        ("8.8.8.8", False),
        ("2606:4700::1111", False),
    ],
)
def test_private_hosts(host: str, expected: bool) -> None:
    assert connection.is_private(host) is expected
