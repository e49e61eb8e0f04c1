"""Listens on an address: the server under the neighbours."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from conformance.model import Text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SPELLED = "conformance.headers"


class Handler(WSGIRequestHandler):
    """Speaks HTTP/1.1 and keeps silent."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def make_environ(self) -> WSGIEnvironment:
        """Describe the request, with its headers as they were spelled."""
        return super().make_environ() | {SPELLED: [*self.headers.items()]}

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is given by werkzeug
        """Keep silent."""


def server(host: str, port: int, application: Callable[..., Iterable[bytes]]) -> BaseWSGIServer:
    """Bind here, because werkzeug ends the process when an address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(64)
        return make_server(host, port, application, threaded=True, request_handler=Handler, fd=bound.fileno())


def place_to_listen(listen: str | None, address: str) -> tuple[str, int]:
    """Give the host and port to listen on: those that were named, or else those of the address."""
    parts = urlsplit(f"//{listen}" if listen else address)
    return parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80)


def taken(place: str, fault: Exception) -> Text:
    """Say that nobody can listen at a place, and what would help."""
    return Text(
        f"De suite kan niet luisteren op {place} ({fault}). Zet een vrij adres van deze machine in "
        "'neighbours.listen'. Bij parallelle processen (-n) luistert er maar een; draai deze eisen zonder -n.",
        f"The suite cannot listen on {place} ({fault}). Put a free address of this machine in "
        "'neighbours.listen'. Of parallel processes (-n) only one listens; run these requirements without -n.",
    )
