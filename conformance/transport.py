"""Sends one request: paced, timed, never redirected, one connection per thread."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

MAX_PATIENCE = 30.0
MAX_BODY, CHUNK = 64 << 20, 1 << 16
PATIENCE = 4
CERTIFICATE = "SSL_CLIENT_CERT"
Files = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back: a response, or the reason why there is none."""

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    error: str | None = None


class Transport:
    """The one place that touches the network."""

    def __init__(
        self,
        *,
        timeout: float = 30,
        rate: float = 0,
        verify: str | bool = True,
        adapter: Callable[[], BaseAdapter | None] | None = None,
    ) -> None:
        self._timeout, self._verify = timeout, verify
        self._adapter = adapter or (lambda: None)
        self._threads = threading.local()
        self._interval = 1 / rate if rate else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        cert: Files | None = None,
        *,
        patient: bool = True,
    ) -> Answer:
        """Send a request and wait for its answer; who is patient asks again, later, when told to slow down (429).

        `cert` names the files of a client certificate and its key.
        """
        prepared = requests.PreparedRequest()
        try:
            prepared.prepare_method(method)
            prepared.prepare_url(url, None)
            prepared.headers = CaseInsensitiveDict(headers)
            prepared.prepare_body(body, None)
        except (requests.RequestException, UnicodeError) as fault:
            return Answer(None, {}, b"", 0.0, f"{type(fault).__name__}: {fault}")
        answer = self._once(prepared, cert)
        for _ in range(3 if patient else 0):
            if answer.status != requests.codes.too_many_requests:
                break
            time.sleep(_patience(answer.headers))
            answer = self._once(prepared, cert)
        return answer

    def _once(self, prepared: requests.PreparedRequest, cert: Files | None) -> Answer:
        self._wait()
        started = time.perf_counter()
        try:
            # Not through a session, which follows a redirect in thought and breaks on one that is malformed.
            connection = self._connection()
            response = connection.send(prepared, timeout=self._timeout, verify=self._verify, stream=True, cert=cert)
            body = self._body(response, started)
        except (requests.RequestException, HTTPError, OSError, ValueError) as fault:
            return Answer(None, {}, b"", time.perf_counter() - started, _reason(fault))
        return Answer(response.status_code, response.headers, body, time.perf_counter() - started)

    def _body(self, response: requests.Response, started: float) -> bytes:
        """Read a body as far as it is reasonable: packed, it may be endless, and so may the time that it takes."""
        parts: list[bytes] = []
        for part in response.iter_content(CHUNK):
            parts.append(part)
            if len(parts) * CHUNK > MAX_BODY:
                response.close()
                raise ValueError(f"the body is larger than {MAX_BODY >> 20} MiB")
            if time.perf_counter() - started > max(PATIENCE * self._timeout, MAX_PATIENCE):
                response.close()
                raise requests.Timeout
        return b"".join(parts)

    def _connection(self) -> BaseAdapter:
        adapter: BaseAdapter | None = getattr(self._threads, "adapter", None)
        if adapter is None:
            adapter = self._threads.adapter = self._adapter() or HTTPAdapter(max_retries=0)
        return adapter

    def _wait(self) -> None:
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._interval
        time.sleep(turn - now)


class WsgiAdapter(BaseAdapter):
    """Answers from a WSGI application in this process instead of over a socket."""

    def __init__(self, application: Any) -> None:
        super().__init__()
        self._application = application

    def send(self, request: requests.PreparedRequest, *args: Any, cert: Any = None, **kwargs: Any) -> requests.Response:
        """Call the application with the request, and with the text of the client certificate as a server passes it."""
        body = request.body or b""
        builder = EnvironBuilder(
            method=str(request.method),
            base_url="{0.scheme}://{0.netloc}/".format(urlsplit(str(request.url))),
            path=str(request.url),
            headers=list(request.headers.items()),
            data=body.encode() if isinstance(body, str) else body,
        )
        environ = builder.get_environ()
        if not any(name.lower() == "content-type" for name in request.headers):
            environ.pop("CONTENT_TYPE", None)
        if cert:
            environ[CERTIFICATE] = Path(cert[0]).read_text("ascii")
        answer, status, headers = run_wsgi_app(self._application, environ, buffered=True)
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response.headers = CaseInsensitiveDict(dict(headers))
        response.raw = HTTPResponse(
            body=io.BytesIO(b"".join(answer)),
            headers=dict(headers),
            preload_content=False,
            enforce_content_length=False,
        )
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Do nothing: there is no connection."""


def _patience(headers: Mapping[str, str]) -> float:
    try:
        asked = float(headers.get("Retry-After", "1"))
    except ValueError:
        return 1.0
    return min(asked, MAX_PATIENCE) if asked >= 0 else 1.0


def _reason(fault: Exception) -> str:
    if isinstance(fault, requests.Timeout):
        return "timeout"
    if isinstance(fault, requests.exceptions.SSLError):
        return f"TLS: {fault}"
    if isinstance(fault, requests.ConnectionError):
        return "connection refused or closed"
    return f"{type(fault).__name__}: {fault}"
