"""What the checks on TLS see: servers that no run gets past, servers that speak as old ones did, and the real nginx."""

from __future__ import annotations

import base64
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

import fixtures
from conformance import profile as profiles
from conformance import register
from conformance import target as targets
from conformance.errors import Blocked
from conformance.guest import seated
from conformance.handshake import Place, offered, speaks_ssl2
from conformance.judge import judge
from conformance.model import Status, worst
from conformance.neighbours import Neighbours
from conformance.preflight import prove
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.suites import EPHEMERAL, WEAK
from conformance.transport import Transport
from fixtures.tls import Tls, certified, serve_tls
from tests import nginx
from tests.matrix import ROOT, free_port

ROWS = [f"IAM-TLS-{number:03}" for number in range(1, 12)]
TLS12 = 0x0303
SUITE = next(iter(EPHEMERAL))


@cache
def _profile() -> profiles.Profile:
    return profiles.load(ROOT / "profiles" / "iam")


def run_on(
    root: str,
    tls: dict[str, Any],
    folder: Path,
    *,
    variant: str | None = None,
    parts: Any = MappingProxyType({}),
    neighbours: Neighbours | None = None,
) -> Run:
    """Begin a run of the profile about access on a server with TLS; `parts` go into the target file."""
    address = neighbours.address if neighbours else None
    content = fixtures.target("iam", root, variant=variant, neighbours=address, parts=parts)
    content |= {"tls": tls, "access": {**content["access"], "components": ["resource-server", "gateway"]}}
    content["pace"] |= {"timeout": 5}
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    target = targets.load(path, fixtures.environment("iam"))
    transport = Transport(timeout=5, verify=tls.get("ca", True))
    record = RunFolder(folder / "run", Redactor(), "")
    return Run(seated(_profile(), target), target, transport, record, seed=1, neighbours=neighbours)


def statuses(run: Run, *rows: str) -> dict[str, Status]:
    """Judge these rows."""
    try:
        known = [bound for bound in register.bind(run.profile) if bound.requirement.id in rows]
        return {row: worst(judge(run, bound).status for bound in known if bound.requirement.id == row) for row in rows}
    finally:
        run.folder.close()


@pytest.mark.parametrize(
    ("options", "row"),
    [
        ({"days": -1}, "IAM-TLS-007"),
        ({"host": "elders.example"}, "IAM-TLS-007"),
        ({"between": True, "sends_chain": False}, "IAM-TLS-007"),
        ({"key": "RSA 1024"}, "IAM-TLS-008"),
        ({"key": "EC 224"}, "IAM-TLS-008"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value)),
)
def test_a_bad_certificate_fails_its_row(options: dict[str, Any], row: str, tmp_path: Path) -> None:
    with serve_tls(fixtures.supplier("iam"), Tls(**options)) as (root, tls):
        assert statuses(run_on(root, tls, tmp_path), row) == {row: Status.FAILED}


def test_a_certificate_that_cannot_be_trusted_is_told_before_judging(tmp_path: Path) -> None:
    with serve_tls(fixtures.supplier("iam"), Tls(days=-1)) as (root, tls):
        run = run_on(root, tls, tmp_path)
        faults = [proof.text.en for proof in prove(run) if proof.fatal]
        run.folder.close()
    assert any("certificate" in fault for fault in faults), faults


def test_a_server_of_tls_1_3_only_passes(tmp_path: Path) -> None:
    with serve_tls(fixtures.supplier("iam"), Tls(between=True, oldest="TLSv1_3")) as (root, tls):
        assert statuses(run_on(root, tls, tmp_path), *ROWS) == dict.fromkeys(ROWS, Status.PASSED)


def hello(
    *, version: int = TLS12, suite: int = SUITE, compression: int = 0, extensions: bytes = b"", certificate: bytes = b""
) -> bytes:
    """Give the hello of a server, its certificate, and the message that ends its turn."""
    body = struct.pack("!H", version) + bytes(32) + b"\x00" + struct.pack("!HB", suite, compression)
    body += struct.pack("!H", len(extensions)) + extensions
    chain = len(certificate).to_bytes(3, "big") + certificate
    sent = len(chain).to_bytes(3, "big") + chain
    messages = b"".join(
        bytes([kind]) + len(content).to_bytes(3, "big") + content
        for kind, content in ((2, body), (11, sent), (14, b""))
    )
    return struct.pack("!BHH", 22, version, len(messages)) + messages


@contextmanager
def scripted(answer: bytes | Callable[[bytes], bytes]) -> Iterator[Place]:
    """Listen, and answer each connection with the same bytes, or with what is made of its first message."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                said = connection.recv(1 << 16)
                connection.sendall(answer(said) if callable(answer) else answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Place("127.0.0.1", listening.getsockname()[1], 2)
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


SHA_1 = base64.b64decode(  # a certificate of a throw-away authority, signed with SHA-1; no library makes these any more
    "MIIBHzCBxgIURX9Sknw9m573SzuUeF+IMCHnM/QwCQYHKoZIzj0EATAWMRQwEgYDVQQDDAtXZWd3ZXJwcm9vdDAeFw0yNjExMjYxMTA1Mzda"
    "Fw0zNjExMjMxMTA1MzdaMBAxDjAMBgNVBAMMBVNIQS0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEdzf1tkJEev37iUJPCdtFG/fbuzhG"
    "0IuA9ejqmbeCTkrCXEiAIZSohHRXKA0NjZ1bwDgrm/RkTfhmL8InJeODkDAJBgcqhkjOPQQBA0kAMEYCIQC0/WwHEQsEdm4e4cbflJumZeDU"
    "+XO3ryKN13uvE1m7JQIhAJS8UfGybHagqLzsmjjPt6FZj2OYbi8eOvP1TxupSfi1"
)


def test_a_signature_with_sha_1_fails(tmp_path: Path) -> None:
    with scripted(hello(certificate=SHA_1)) as place:
        run = run_on(f"https://{place.host}:{place.port}", {}, tmp_path)
        assert statuses(run, "IAM-TLS-008") == {"IAM-TLS-008": Status.FAILED}


SECURE = b"\xff\x01\x00\x01\x00"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (hello(extensions=SECURE), Status.PASSED),
        (hello(extensions=SECURE, compression=1), Status.WARNING),
        (hello(), Status.WARNING),
        (b"", Status.PASSED),
    ],
    ids=["safe", "compression", "insecure renegotiation", "refused"],
)
def test_dangerous_options(answer: bytes, expected: Status, tmp_path: Path) -> None:
    with scripted(answer) as place:
        run = run_on(f"https://{place.host}:{place.port}", {}, tmp_path)
        assert statuses(run, "IAM-TLS-009") == {"IAM-TLS-009": expected}


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302], ids=["SSL 3.0", "TLS 1.0", "TLS 1.1"])
def test_each_old_version_is_seen(version: int, tmp_path: Path) -> None:
    with scripted(hello(version=version)) as place:
        run = run_on(f"https://{place.host}:{place.port}", {}, tmp_path)
        assert statuses(run, "IAM-TLS-003") == {"IAM-TLS-003": Status.FAILED}


def test_a_server_of_ssl_2_is_seen(tmp_path: Path) -> None:
    def answer(said: bytes) -> bytes:
        return b"\x80\x0b\x04" + bytes(10) if said[:1] == b"\x80" else b""

    with scripted(answer) as place:
        assert speaks_ssl2(place)
        run = run_on(f"https://{place.host}:{place.port}", {}, tmp_path)
        assert statuses(run, "IAM-TLS-003") == {"IAM-TLS-003": Status.FAILED}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x16\x03\x03\x00\x04\x02\xff\xff\xff",
        b"\x16\x03\x03\xff\xff" + bytes(100),
        hello(suite=0x1234),
        hello(version=0x0301),
        b"\x16\x03\x03\x00\x05\x02\x00\x00\x01\x03",
        (b"\x16\x03\x03\x40\x00" + bytes(0x4000)) * 20,
    ],
    ids=["nothing", "http", "alert", "long", "cut off", "other suite", "other version", "short hello", "endless"],
)
def test_what_is_no_handshake_is_a_refusal(answer: bytes) -> None:
    with scripted(answer) as place:
        assert offered(place, TLS12, [*EPHEMERAL]) is None
        assert not speaks_ssl2(place)


def test_nobody_listening_is_not_judged() -> None:
    with pytest.raises(Blocked):
        offered(Place("127.0.0.1", free_port(), 2), TLS12, [*WEAK])


def test_plain_http_on_the_port_for_tls_fails(tmp_path: Path) -> None:
    def answer(said: bytes) -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" if said.startswith(b"GET") else b""

    with scripted(answer) as place:
        run = run_on(f"https://{place.host}:{place.port}", {"plain_url": "http://127.0.0.1:1"}, tmp_path)
        assert statuses(run, "IAM-TLS-001") == {"IAM-TLS-001": Status.FAILED}


@pytest.mark.parametrize("row", ROWS)
def test_without_tls_on_a_private_network_nothing_is_judged(row: str, tmp_path: Path) -> None:
    with fixtures.serve(fixtures.supplier("iam")) as root:
        assert statuses(run_on(root, {}, tmp_path), row) == {row: Status.NOT_APPLICABLE}


PROXY = """
server {{
  listen 127.0.0.1:{port} ssl;
  ssl_certificate {folder}/server.pem;
  ssl_certificate_key {folder}/server.pem;
  {settings}
  location / {{
    proxy_pass {root};
    proxy_set_header Host $http_host;
  }}
}}
server {{ listen 127.0.0.1:{plain}; {plainly} }}
"""
MODERN = 'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers "ECDHE+AESGCM"; ssl_session_tickets off;'
LAX = 'ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers "ALL:@SECLEVEL=0"; ssl_prefer_server_ciphers on;'


@pytest.mark.skipif(nginx.PATH is None, reason=nginx.WHY)
@pytest.mark.parametrize(
    ("settings", "plainly", "public", "wrong"),
    [
        (MODERN, "return 301 https://$host$request_uri;", True, {"IAM-TLS-002": Status.WARNING}),
        (MODERN, "return 403;", True, {}),
        (MODERN, "return 403;", False, {"IAM-TLS-011": Status.FAILED}),
        (MODERN, "return 200 open;", True, {"IAM-TLS-001": Status.FAILED, "IAM-TLS-002": Status.WARNING}),
        (
            LAX,
            "return 403;",
            True,
            {"IAM-TLS-003": Status.FAILED, "IAM-TLS-004": Status.WARNING, "IAM-TLS-005": Status.FAILED},
        ),
    ],
    ids=["redirects", "as it should be", "does not know its own address", "open without TLS", "lax"],
)
def test_nginx(settings: str, plainly: str, public: bool, wrong: dict[str, Status], tmp_path: Path) -> None:
    port, plain = free_port(), free_port()
    address = f"https://localhost:{port}"
    app = fixtures.supplier("iam", **({"public_url": address} if public else {}))
    certified(Tls(key="RSA 2048"), tmp_path)
    with fixtures.serve(app) as root:
        servers = PROXY.format(port=port, plain=plain, folder=tmp_path, root=root, settings=settings, plainly=plainly)
        with nginx.serving(servers, tmp_path, port, plain):
            tls = {"ca": str(tmp_path / "authority.pem"), "plain_url": f"http://127.0.0.1:{plain}"}
            seen = statuses(run_on(address, tls, tmp_path), *ROWS)
    assert {row: status for row, status in seen.items() if status is not Status.PASSED} == wrong
