"""Remembers who asked for what: of a token only its kind and the application that it names are kept."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from conformance.model import Json

RECEIVER = "notificaties"
HIDDEN = "[redacted]"
KEYS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"})


@dataclass(frozen=True)
class Call:
    """One request that somebody made; of the credentials only their kind and client_id are kept."""

    method: str
    path: str
    at: float
    authorization: str
    body: bytes = field(repr=False)
    client: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: tuple[int, Json] | None = None

    @property
    def json(self) -> Json:
        """The body as JSON; None when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def query(self) -> dict[str, str]:
        """The parameters in the address; of one that is there twice the last."""
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def about(self) -> str:
        """The last part of the resourceUrl of a notification; empty when it is none."""
        message = self.json if self.method == "POST" and RECEIVER in self.path.split("/") else None
        return last(str(message.get("resourceUrl", ""))) if isinstance(message, dict) else ""


def credentials(header: str) -> tuple[str, str]:
    """Give the kind of a header Authorization and the client_id in its token, which is not verified."""
    kind, _, token = header.partition(" ")
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(f"{part}{'=' * (-len(part) % 4)}"))
    except (IndexError, ValueError):
        return kind, ""
    return kind, str(claims.get("client_id") or claims.get("iss") or "") if isinstance(claims, dict) else ""


def shown_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give headers as they were spelled, without what is in those that hold a key."""
    return {name: HIDDEN if name.lower() in KEYS else value for name, value in headers}


def last(url: str) -> str:
    """Give the last part of the path of a URL, in small letters: hosts and roots may be spelled otherwise."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
