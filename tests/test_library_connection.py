"""What the checks on the connection see of servers with a good, a bad, and no certificate."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug import Request, Response

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
from fixtures.tls import Tls, certified, serve_tls


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
def test_a_good_connection_passes(requirement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PLAIN_PORT", 1)
    with serve_tls(fixtures.supplier("klanten"), Tls()) as (root, tls):
        seen = outcome(requirement, root, tmp_path, ca=tls["ca"])
    assert seen.status is Status.PASSED, seen


@pytest.mark.parametrize("options", [Tls(days=-1), Tls(host="elders.example")], ids=["expired", "another host"])
def test_a_bad_certificate_fails(options: Tls, tmp_path: Path) -> None:
    with serve_tls(answers(200), options) as (root, tls):
        seen = outcome("COM-TLS-002", root, tmp_path, ca=tls["ca"])
    assert seen.status is Status.FAILED, seen


@pytest.mark.parametrize("named", [True, False], ids=["another authority", "the authorities of the world"])
def test_an_unknown_authority_fails(named: bool, tmp_path: Path) -> None:
    certified(Tls(), tmp_path)
    other = {"ca": str(tmp_path / "authority.pem")} if named else {}
    with serve_tls(answers(200), Tls()) as (root, _):
        seen = outcome("COM-TLS-002", root, tmp_path, **other)
    assert seen.status is Status.FAILED, seen


def test_a_closed_port_is_not_a_bad_certificate(tmp_path: Path) -> None:
    certified(Tls(), tmp_path)
    seen = outcome("COM-TLS-002", "https://localhost:1", tmp_path, ca=str(tmp_path / "authority.pem"))
    assert seen.status is Status.BLOCKED


def test_an_old_version_is_a_warning(tmp_path: Path) -> None:
    with serve_tls(answers(200), Tls(oldest="TLSv1")) as (root, tls):
        place = Place("localhost", int(root.rpartition(":")[2]), 5)
        if connection.handshake_fault(place, connection.only(ssl.TLSVersion.TLSv1)) is not None:
            pytest.skip("this OpenSSL cannot speak TLS 1.0")
        seen = outcome("COM-TLS-003", root, tmp_path, ca=tls["ca"])
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
def test_plain_http_beside_tls(plain: Any, expected: Status, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_tls(fixtures.supplier("klanten"), Tls()) as (root, tls), fixtures.serve(plain) as beside:
        monkeypatch.setattr(connection, "PLAIN_PORT", int(beside.rpartition(":")[2]))
        seen = outcome("COM-TLS-001", root, tmp_path, ca=tls["ca"])
    assert seen.status is expected, seen


def test_urls_without_tls_are_a_warning(tmp_path: Path) -> None:
    with serve_tls(fixtures.supplier("klanten", public_url="http://localhost"), Tls()) as (root, tls):
        seen = outcome("COM-TLS-004", root, tmp_path, ca=tls["ca"])
    assert seen.status is Status.WARNING, seen


@pytest.mark.parametrize("requirement", ["COM-TLS-001", "COM-TLS-002", "COM-TLS-003", "COM-TLS-004"])
@pytest.mark.parametrize("tls", [{}, {"private_network": True}], ids=["loopback", "declared"])
def test_a_test_installation_is_not_judged(requirement: str, tls: dict[str, Any], tmp_path: Path) -> None:
    seen = outcome(requirement, "http://127.0.0.1:1", tmp_path, **tls)
    assert seen.status is Status.NOT_APPLICABLE, seen


def test_a_public_root_without_tls_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "is_private", lambda host: False)
    with fixtures.serve(fixtures.supplier("klanten")) as root:
        seen = outcome("COM-TLS-001", root, tmp_path)
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
