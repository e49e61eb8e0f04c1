"""Tests of sending one request: patient when told to wait, never redirected, told apart when nothing comes back."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from requests.adapters import BaseAdapter
from werkzeug import Request, Response

import fixtures
from conformance import transport
from conformance.transport import Answer, Transport, WsgiAdapter

URL = "http://test.example.nl/klanten"


def over(answers: Callable[[Request], Response], **settings: Any) -> Transport:
    """Give a transport that is answered in this process."""
    return Transport(adapter=lambda: WsgiAdapter(Request.application(answers)), **settings)


def get(sender: Transport, url: str = URL) -> Answer:
    """Send the simplest request."""
    return sender.send("GET", url, {}, None)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the list of what would have been slept."""
    taken: list[float] = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


@pytest.mark.parametrize(
    ("header", "nap"),
    [({"Retry-After": "7"}, 7.0), ({}, 1.0), ({"Retry-After": "soon"}, 1.0), ({"Retry-After": "9999"}, 30.0)],
)
def test_a_busy_target_is_asked_again_after_the_time_it_names(
    header: dict[str, str], nap: float, naps: list[float]
) -> None:
    answers = iter([Response("", 429, header), Response("", 200)])
    assert (get(over(lambda request: next(answers))).status, naps) == (200, [nap])


@pytest.mark.parametrize("header", ["-5", "nan", "Sat, 01 Jan 2000 00:00:00 GMT"])
def test_a_time_to_wait_that_makes_no_sense_is_a_second_or_nothing(header: str, naps: list[float]) -> None:
    answers = iter([Response("", 429, {"Retry-After": header}), Response("", 200)])
    assert get(over(lambda request: next(answers))).status == 200
    assert all(0 <= nap <= 1 for nap in naps)


def test_a_target_that_stays_busy_is_believed_after_three_times(naps: list[float]) -> None:
    assert (get(over(lambda request: Response("", 429))).status, len(naps)) == (429, 3)


@pytest.mark.parametrize("location", ["http://elsewhere.example/x", "/x", "http://a:b/", "ftp://x", ""])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_never_followed(status: int, location: str) -> None:
    asked: list[str] = []

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response(f"{status} Elsewhere", [("Location", location)])
        return [b""]

    assert (get(Transport(adapter=lambda: WsgiAdapter(answer))).status, len(asked)) == (status, 1)


def test_a_redirect_over_a_socket_is_not_followed() -> None:
    redirect = Request.application(lambda request: Response("", 302, {"Location": "/elders"}))
    with fixtures.serve(redirect) as root:
        answer = get(Transport(), f"{root}/klanten")
    assert (answer.status, answer.headers["Location"]) == (302, "/elders")


def test_a_cookie_is_not_sent_back() -> None:
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers.get("Cookie"))
        return Response("", 200, {"Set-Cookie": "sessie=1"})

    with fixtures.serve(Request.application(answer)) as root:
        sender = Transport()
        get(sender, root)
        get(sender, root)
    assert seen == [None, None]


def test_requests_are_paced(naps: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    sender = over(lambda request: Response(""), rate=4)
    for _ in range(3):
        get(sender)
    assert naps == [0.0, 0.25, 0.5]


@pytest.mark.parametrize("url", ["http://", "klanten", "http://[::1", "http://a b/", "http://test.example.nl:port/"])
def test_an_address_that_cannot_be_asked_has_a_reason(url: str) -> None:
    answer = get(Transport(), url)
    assert (answer.status, bool(answer.error)) == (None, True)


def test_a_header_that_cannot_be_sent_has_a_reason() -> None:
    with fixtures.serve(Request.application(lambda request: Response(""))) as root:
        answer = Transport().send("GET", root, {"X-Proef": "a\nb"}, None)
    assert (answer.status, bool(answer.error)) == (None, True)


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert get(Transport(), f"http://127.0.0.1:{port}/").error == "connection refused or closed"


@pytest.fixture
def silent() -> Iterator[str]:
    """Give the address of a server that accepts connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_nothing_in_time_is_told(silent: str) -> None:
    assert get(Transport(timeout=0.05), silent).error == "timeout"


@pytest.fixture
def garbled() -> Iterator[str]:
    """Give the address of a server that answers something that is no HTTP, or too little of it."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()

    def serve() -> None:
        for text in (b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", b""):
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(text)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    thread.join()
    server.close()


def test_what_is_no_http_is_told(garbled: str) -> None:
    answers = [get(Transport(), garbled) for _ in range(3)]
    assert [(answer.status, bool(answer.error)) for answer in answers] == [(None, True)] * 3


def test_plain_text_on_a_tls_address_is_told() -> None:
    with fixtures.serve(fixtures.null("Always200")) as root:
        answer = get(Transport(), root.replace("http:", "https:"))
    assert (answer.error or "").startswith("TLS:")


def test_every_thread_has_a_connection_of_its_own() -> None:
    made: list[BaseAdapter] = []

    def adapter() -> BaseAdapter:
        made.append(WsgiAdapter(fixtures.null("Always200")))
        return made[-1]

    sender = Transport(adapter=adapter)
    threads = [threading.Thread(target=lambda: (get(sender), get(sender))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3


def test_a_body_and_headers_arrive_as_they_were_sent() -> None:
    seen: dict[str, Any] = {}

    def answer(request: Request) -> Response:
        seen.update(body=request.get_data(), type=request.headers.get("Content-Type"), length=request.content_length)
        return Response("")

    over(answer).send("POST", URL, {"Content-Type": "application/json"}, '{"a": "é"}'.encode())
    assert seen == {"body": '{"a": "é"}'.encode(), "type": "application/json", "length": 11}


def test_a_request_without_a_media_type_has_none() -> None:
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers.get("Content-Type"))
        return Response("")

    over(answer).send("POST", URL, {}, b"{}")
    assert seen == [None]


def test_an_adapter_can_be_closed() -> None:
    WsgiAdapter(fixtures.null("Always200")).close()


@pytest.mark.parametrize("packed", [True, False])
def test_a_body_without_end_is_not_read(packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 1 << 20)
    body = b" " * (2 << 20)
    content, headers = (gzip.compress(body), {"Content-Encoding": "gzip"}) if packed else (body, {})
    answer = get(over(lambda request: Response(content, 200, headers)))
    assert (answer.status, answer.error) == (None, "ValueError: the body is larger than 1 MiB")


def test_a_packed_body_is_unpacked() -> None:
    packed = Response(gzip.compress(b"{}"), 200, {"Content-Encoding": "gzip"})
    assert get(over(lambda request: packed)).body == b"{}"


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_PATIENCE", 0)
    big = Response(b" " * (1 << 20), 200)
    assert get(over(lambda request: big, timeout=-1)).error == "timeout"
