"""Plays what an application that logs its processing calls: the log, an API with personal data, and inzage."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from conformance.model import Json

LOG, SOURCE, INZAGE = "log", "bron", "inzage"
ACTIONS = "verwerkingsacties"


class Log:
    """Takes every entry as a log does, or refuses every one; what an application asks elsewhere is always given."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._actions: dict[str, dict[str, Json]] = {}
        self._person: Json = {}
        self._refusal = 0
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Have no actions, and refuse nothing."""
        with self._lock:
            self._actions.clear()
            self._refusal = 0

    def tell(self, person: Json) -> None:
        """Decide what the API with personal data answers."""
        self._person = person

    def place(self, body: Mapping[str, Json], name: str = "") -> str:
        """Have an action with this content and give its actieId, which may be chosen."""
        ident = name or str(uuid.uuid4())
        with self._lock:
            self._actions[ident] = self._complete(ident, body)
        return ident

    @contextmanager
    def refusing(self, status: int) -> Iterator[None]:
        """Answer this to everything that the log is asked, for as long as the context lasts."""
        self._refusal = status
        try:
            yield
        finally:
            self._refusal = 0

    def answer(self, method: str, path: str, body: Json) -> tuple[int, Json] | None:
        """Answer what is asked of the three; None when it is asked of another."""
        own = path.removeprefix(urlsplit(self.address).path)
        kind, *steps = [step for step in own.split("/") if step] or [""]
        if kind == SOURCE:
            return 200, self._person
        if kind == INZAGE:
            return 200, {"count": 0, "next": None, "previous": None, "results": []}
        if kind != LOG:
            return None
        if self._refusal:
            return self._refusal, {"status": self._refusal, "title": "De suite weigert dit met opzet."}
        return self._logged(method, tuple(steps), body)

    def _logged(self, method: str, steps: tuple[str, ...], body: Json) -> tuple[int, Json]:
        match method, steps:
            case "POST", (str(name),) if name == ACTIONS and isinstance(body, dict):
                ident = self.place(body)
                return 201, self._actions[ident]
            case "GET", (str(name),) if name == ACTIONS:
                return 200, {"count": 0, "next": None, "previous": None, "results": []}
            case "PATCH", (str(name),) if name == ACTIONS and isinstance(body, dict):
                return 200, body
            case (("GET" | "PUT" | "DELETE"), (str(name), ident)) if name == ACTIONS and ident in self._actions:
                return 200, self._actions[ident]
        return 404, {"status": 404, "title": "Not Found"}

    def _complete(self, ident: str, body: Mapping[str, Json]) -> dict[str, Json]:
        url = f"{self.address}/{LOG}/{ACTIONS}/{ident}"
        things = body.get("verwerkteObjecten")
        known = (
            [{**one, **self._named()} for one in things if isinstance(one, dict)] if isinstance(things, list) else []
        )
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"url": url, "actieId": ident, **body, "verwerkteObjecten": known, "tijdstipRegistratie": now}

    def _named(self) -> dict[str, Json]:
        ident = str(uuid.uuid4())
        return {"url": f"{self.address}/{INZAGE}/verwerkte-objecten/{ident}", "verwerktObjectId": ident}
