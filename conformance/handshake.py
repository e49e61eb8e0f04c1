"""Shakes hands with a TLS server by hand, to offer what the TLS library of this machine no longer offers.

Only the first answer is read; no key is agreed and nothing is sent over the connection. Source of the messages:
RFC 5246 sections 6 and 7, RFC 8422, RFC 5746, and for SSL 2.0 RFC 6101 appendix E.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from conformance.errors import Blocked
from conformance.suites import FINITE

VERSIONS = {"SSL 3.0": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302, "TLS 1.2": 0x0303}
GROUPS = (29, 23, 24, 25, 30)  # x25519, P-256, P-384, P-521, x448
RECORD, HELLO, CERTIFICATE, EXCHANGE, DONE = 22, 2, 11, 12, 14
RENEGOTIATION, ENOUGH = 0xFF01, 1 << 17
SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202)


@dataclass(frozen=True)
class Place:
    """Where a server listens, and how its certificate is judged."""

    host: str
    port: int
    timeout: float
    authorities: Path | None = None


@dataclass(frozen=True)
class Hello:
    """What a server chose, as far as it says so in the clear."""

    version: int
    suite: int
    compression: int = 0
    extensions: frozenset[int] = frozenset()
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    group: int | None = None
    prime_bits: int | None = None


def offered(
    place: Place,
    version: int,
    suites: Sequence[int],
    *,
    groups: Sequence[int] = GROUPS,
    compression: Sequence[int] = (0,),
) -> Hello | None:
    """Offer only this; gives what the server chose, or None when it refuses. Raises Blocked when nobody listens."""
    hello = _client_hello(place.host, version, suites, groups, compression)
    messages: dict[int, bytes] = {}
    for kind, body in _answers(place, hello):
        messages.setdefault(kind, body)
        if kind == DONE:
            break
    if HELLO not in messages:
        return None
    chosen = _server_hello(messages[HELLO])
    if chosen is None or chosen.suite not in suites or chosen.version != version:
        return None
    group, bits = _exchange(messages.get(EXCHANGE, b""), chosen.suite)
    certificates = tuple(_certificates(messages.get(CERTIFICATE, b"")))
    return replace(chosen, chain=certificates, group=group, prime_bits=bits)


def speaks_ssl2(place: Place) -> bool:
    """Tell whether a server takes the hello of SSL 2.0. Raises Blocked when nobody listens."""
    suites = b"\x01\x00\x80\x02\x00\x80\x03\x00\x80\x04\x00\x80\x05\x00\x80\x06\x00\x40\x07\x00\xc0"
    body = b"\x01\x00\x02" + struct.pack("!HHH", len(suites), 0, 16) + suites + os.urandom(16)
    with connected(place) as connection:
        try:
            connection.sendall(struct.pack("!H", 0x8000 | len(body)) + body)
            answer = connection.recv(3)
        except OSError:
            return False
    return len(answer) == 3 and answer[0] & 0x80 != 0 and answer[2] == 4


def _client_hello(
    host: str, version: int, suites: Sequence[int], groups: Sequence[int], compression: Sequence[int]
) -> bytes:
    body = struct.pack("!H", version) + os.urandom(32) + b"\x00"
    body += _sized(_packed(suites)) + bytes([len(compression), *compression])
    if version > VERSIONS["SSL 3.0"]:
        body += _sized(b"".join(_extensions(host, version, groups)))
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    return struct.pack("!BHH", RECORD, min(version, VERSIONS["TLS 1.0"]), len(message)) + message


def _extensions(host: str, version: int, groups: Sequence[int]) -> Iterator[bytes]:
    if not host.replace(".", "").isdigit() and ":" not in host:
        yield _extension(0, _sized(b"\x00" + _sized(host.encode("idna"))))
    yield _extension(10, _sized(_packed(groups)))
    yield _extension(11, b"\x01\x00")
    if version >= VERSIONS["TLS 1.2"]:
        yield _extension(13, _sized(_packed(SIGNATURES)))
    yield _extension(RENEGOTIATION, b"\x00")


def _extension(number: int, content: bytes) -> bytes:
    return struct.pack("!H", number) + _sized(content)


def _packed(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"!{len(numbers)}H", *numbers)


def _sized(content: bytes) -> bytes:
    return struct.pack("!H", len(content)) + content


def connected(place: Place) -> socket.socket:
    """Connect, without TLS yet; raises Blocked when nobody listens."""
    try:
        return socket.create_connection((place.host, place.port), timeout=place.timeout)
    except OSError as fault:
        where = f"{place.host}:{place.port}"
        raise Blocked(f"{where} is niet bereikbaar ({fault}).", f"{where} cannot be reached ({fault}).") from None


def _answers(place: Place, hello: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the handshake messages that come back, until an alert, the end, or too much."""
    with connected(place) as connection:
        try:
            connection.sendall(hello)
            yield from _messages(connection, time.monotonic() + place.timeout)
        except OSError:
            return


def _messages(connection: socket.socket, until: float) -> Iterator[tuple[int, bytes]]:
    waiting, total = b"", 0
    while total < ENOUGH:
        head = _exactly(connection, 5, until)
        if len(head) < 5 or head[0] != RECORD:
            return
        waiting += _exactly(connection, struct.unpack("!H", head[3:])[0], until)
        total += len(waiting)
        while len(waiting) >= 4 and len(waiting) >= 4 + (size := int.from_bytes(waiting[1:4], "big")):
            yield waiting[0], waiting[4 : 4 + size]
            waiting = waiting[4 + size :]


def _exactly(connection: socket.socket, size: int, until: float) -> bytes:
    parts = b""
    while len(parts) < size:
        connection.settimeout(max(until - time.monotonic(), 0.001))
        part = connection.recv(size - len(parts))
        if not part:
            break
        parts += part
    return parts


def _server_hello(body: bytes) -> Hello | None:
    try:
        after = 35 + body[34]
        version, (suite, compression) = struct.unpack("!H", body[:2])[0], struct.unpack("!HB", body[after : after + 3])
    except (IndexError, struct.error):
        return None
    return Hello(version, suite, compression, frozenset(_numbers(body[after + 5 :])))


def _numbers(extensions: bytes) -> Iterator[int]:
    while len(extensions) >= 4:
        number, size = struct.unpack("!HH", extensions[:4])
        yield number
        extensions = extensions[4 + size :]


def _certificates(body: bytes) -> Iterator[bytes]:
    rest = body[3:]
    while len(rest) > 3:
        size = int.from_bytes(rest[:3], "big")
        yield rest[3 : 3 + size]
        rest = rest[3 + size :]


def _exchange(body: bytes, suite: int) -> tuple[int | None, int | None]:
    """Read which named group, or a prime of how many bits, a server agrees keys with."""
    if len(body) > 4 and body[0] == 3 and suite not in FINITE:
        return struct.unpack("!H", body[1:3])[0], None
    if len(body) > 2 and suite in FINITE:
        size = struct.unpack("!H", body[:2])[0]
        return None, int.from_bytes(body[2 : 2 + size], "big").bit_length()
    return None, None
