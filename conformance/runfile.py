"""Writes what is sent and seen to the run folder as it happens, without secrets."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from conformance.errors import RunError
from conformance.model import Json

HIDDEN = "[redacted]"
HEARD = "heard"
"""The phase of a call that the suite received: what an application asked, not what the suite sent."""
RECENT = 100
HIDDEN_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key"})
OWN_BSN = re.compile(r"9999[0-9]{5}")

_TOKEN = re.compile(  # or what is left of one, or one that is written as JSON
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?|eyJ[A-Za-z0-9_-]{99,}"
)
_NINE_DIGITS = re.compile(r"(?<![0-9A-Za-z-])[0-9]{9}(?![0-9A-Za-z-])")


@dataclass(frozen=True)
class Message:
    """One request or response as it went over the wire."""

    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; an answer that never came has an error instead.

    The caller is the name of a credential, "" for nobody, and None when the request carries another token on purpose.
    """

    id: str
    item: str
    phase: str
    at: str
    method: str
    url: str
    request: Message
    status: int | None = None
    response: Message | None = None
    seconds: float = 0.0
    error: str | None = None
    caller: str | None = None


class Redactor:
    """Takes secrets and other people's numbers out of what is written down."""

    def __init__(self, secrets: Iterable[str] = (), headers: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)
        self._headers = HIDDEN_HEADERS | {name.lower() for name in headers}

    def text(self, text: str) -> str:
        """Give the text without secrets and tokens."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        return _TOKEN.sub(HIDDEN, text) if "eyJ" in text else text

    def foreign(self, text: str, sent: str) -> str:
        """Give the text of a response without citizen service numbers that the suite did not send."""
        return _NINE_DIGITS.sub(lambda found: _shown_number(found.group(), sent), self.text(text))

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Give the headers without credentials."""
        return {name: HIDDEN if name.lower() in self._headers else self.text(value) for name, value in headers.items()}


class RunFolder:
    """The folder of one run: exchanges and the ledger of what was made, both lines of JSON.

    `recent` holds the last exchanges as they were written, for whoever shows an item while it is judged.
    """

    def __init__(self, path: Path, redactor: Redactor, worker: str = "") -> None:
        self.path, self._redactor, self._worker = path, redactor, worker
        self._lock = threading.Lock()
        self._count = 0
        self.recent: deque[Json] = deque(maxlen=RECENT)
        self._made: set[str] = set()
        suffix = f".{worker}" if worker else ""
        self._exchanges = _opened(path / f"exchanges{suffix}.jsonl")
        self._ledger = _opened(path / f"ledger{suffix}.jsonl")

    @property
    def count(self) -> int:
        """Count the exchanges written by this process."""
        return self._count

    def next_id(self) -> str:
        """Give the id of the next exchange; ids are in the order of sending."""
        with self._lock:
            self._count += 1
            return f"{self._worker}-{self._count}" if self._worker else str(self._count)

    def write(self, exchange: Exchange) -> None:
        """Append one exchange."""
        record = _line(exchange, self._redactor)
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            self.recent.append(record)
            self._exchanges.write(f"{line}\n")

    def made(self, api: str, url: str) -> None:
        """Note that a resource now exists because of this run; it is on disk before anything else is sent."""
        self._made.add(url)
        self._note({"made": url, "api": api})

    def gone(self, url: str) -> None:
        """Note that a resource is gone, when this run made it."""
        if url in self._made:
            self._made.remove(url)
            self._note({"gone": url})

    def close(self) -> None:
        """Finish the files; nothing can be written afterwards."""
        self._exchanges.close()
        self._ledger.close()

    def _note(self, entry: dict[str, str]) -> None:
        with self._lock:
            self._ledger.write(f"{json.dumps(entry)}\n")
            self._ledger.flush()


def leftovers(folder: Path) -> list[tuple[str, str]]:
    """List what a run made and did not remove, as (api, url), the last made first."""
    made: dict[str, str] = {}
    for path in sorted(folder.glob("ledger*.jsonl")):
        for entry in _lines(path):
            if "made" in entry:
                made[entry["made"]] = entry["api"]
            else:
                made.pop(entry["gone"], None)
    return [(api, url) for url, api in reversed(made.items())]


def tick_off(folder: Path, url: str) -> None:
    """Note in the ledger of a finished run that a resource is gone."""
    with (folder / "ledger.jsonl").open("a", encoding="utf-8") as ledger:
        ledger.write(f"{json.dumps({'gone': url})}\n")


def merge_workers(folder: Path) -> None:
    """Put the exchanges of parallel workers into one file, in the order of the workers."""
    parts = sorted(folder.glob("exchanges.*.jsonl"))
    with (folder / "exchanges.jsonl").open("a", encoding="utf-8") as whole:
        for part in parts:
            whole.write(part.read_text(encoding="utf-8"))
            part.unlink()


def count_exchanges(folder: Path) -> int:
    """Count the exchanges of a finished run."""
    with (folder / "exchanges.jsonl").open("rb") as lines:
        return sum(1 for _ in lines)


def write_json(path: Path, value: Json) -> None:
    """Write a JSON file whole or not at all."""
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def read_run(folder: Path) -> dict[str, Json]:
    """Read run.json of a run folder."""
    path = folder / "run.json"
    try:
        run: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(path, "does not exist", "name a folder that 'conformance run' made") from None
    except (OSError, ValueError) as fault:
        raise RunError(path, f"cannot be read: {fault}", "run again") from None
    return run


def _opened(path: Path) -> TextIOWrapper:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a", encoding="utf-8")
    except OSError as fault:
        raise RunError(path, f"cannot be written: {fault.strerror}", "choose another folder with --out") from None


def _lines(path: Path) -> Iterator[dict[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue  # a line cut off by a crash says nothing


def _line(exchange: Exchange, redactor: Redactor) -> dict[str, Json]:
    sent, url = redactor.text(_decoded(exchange.request.body)), redactor.text(exchange.url)
    if exchange.phase == HEARD:
        sent, url = redactor.foreign(sent, ""), redactor.foreign(url, "")
    response = None
    if exchange.response is not None:
        response = {
            "status": exchange.status,
            "headers": redactor.headers(exchange.response.headers),
            "body": redactor.foreign(_decoded(exchange.response.body), f"{url} {sent}"),
            "seconds": round(exchange.seconds, 6),
        }
    return {
        "id": exchange.id,
        "item": exchange.item,
        "phase": exchange.phase,
        "at": exchange.at,
        "caller": exchange.caller,
        "request": {
            "method": exchange.method,
            "url": url,
            "headers": redactor.headers(exchange.request.headers),
            "body": sent,
        },
        "response": response,
        "error": exchange.error,
    }


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(body).decode()}"


def _shown_number(number: str, sent: str) -> str:
    if OWN_BSN.fullmatch(number) or number in sent or not _passes_eleven(number):
        return number
    return "*********"


def _passes_eleven(number: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return number != "000000000" and sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11 == 0
