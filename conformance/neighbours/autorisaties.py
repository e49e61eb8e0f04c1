"""Plays an Autorisaties API: the applicaties of the target file, with the rights that it says they have."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence

from conformance.credentials import Credential
from conformance.model import Json

ROOT = ("autorisaties", "api", "v1")
NAMESPACE = uuid.UUID("3f1a5c1e-6a0b-4c8e-8f5e-2f6c2d2a9b10")
STRANGER = "zrc"
TYPES = ("zaaktype", "informatieobjecttype", "besluittype")


class Autorisaties:
    """The applicaties, which may change during a run, and whether the API answers at all."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._told: tuple[dict[str, Json], ...] = ()
        self._rows: tuple[dict[str, Json], ...] = ()
        self._fault: tuple[int, bytes] | None = None
        self._lock = threading.Lock()

    def tell(self, rows: Iterable[dict[str, Json]]) -> None:
        """Decide which applicaties there are."""
        self._told = tuple(rows)
        self.restore()

    def restore(self) -> None:
        """Have the applicaties as they were told, and answer again."""
        with self._lock:
            self._rows, self._fault = self._told, None

    def place(self, client_id: str) -> str:
        """Give the url of the applicatie of a client."""
        label = next((row["label"] for row in self._told if client_id in row["clientIds"]), client_id)
        return f"{self.address}/{'/'.join(ROOT)}/applicaties/{uuid.uuid5(NAMESPACE, label)}"

    def change(self, client_id: str, **members: Json) -> None:
        """Give the applicatie of a client other members, until the applicaties are restored."""
        with self._lock:
            self._rows = tuple({**row, **members} if client_id in row["clientIds"] else row for row in self._rows)

    def remove(self, client_id: str) -> None:
        """Take the applicatie of a client away, until the applicaties are restored."""
        with self._lock:
            self._rows = tuple(row for row in self._rows if client_id not in row["clientIds"])

    def fail(self, status: int, body: bytes) -> None:
        """Answer this to everything, until the applicaties are restored."""
        with self._lock:
            self._fault = status, body

    def answer(self, path: str, query: Mapping[str, str]) -> tuple[int, bytes] | None:
        """Answer what is asked of this API; None when it is asked of another."""
        steps = tuple(step for step in path.split("/") if step)
        if steps[: len(ROOT)] != ROOT:
            return None
        with self._lock:
            if self._fault is not None:
                return self._fault
            status, body = self._answered(steps[len(ROOT) :], query)
        return status, json.dumps(body).encode()

    def _answered(self, steps: tuple[str, ...], query: Mapping[str, str]) -> tuple[int, Json]:
        shown = [{"url": self.place(row["clientIds"][0]), **row} for row in self._rows]
        match steps:
            case ("applicaties",):
                wanted = named(query)
                found = [one for one in shown if not wanted or wanted & set(one["clientIds"])]
                return 200, {"count": len(found), "next": None, "previous": None, "results": found}
            case ("applicaties", "consumer"):
                found = [one for one in shown if named(query) & set(one["clientIds"])]
            case ("applicaties", name):
                found = [one for one in shown if one["url"].endswith(f"/{name}")]
            case _:
                found = []
        return (200, found[0]) if found else (404, {"status": 404, "title": "Not Found"})


def named(query: Mapping[str, str]) -> set[str]:
    """Give the clients about whom a query asks."""
    listed = [*query.get("clientIds", "").split(","), query.get("clientIds", ""), query.get("clientId", "")]
    return {one for one in listed if one}


def asks(path: str) -> bool:
    """Tell whether a path, with or without a query, is one at which applicaties are looked up."""
    return f"/{'/'.join(ROOT)}/applicaties" in path


def applicaties(
    credentials: Iterable[Credential], components: Mapping[str, Sequence[str]], kind: str | None = None
) -> tuple[dict[str, Json], ...]:
    """Tell of each credential with a client_id which rights it has; `all` stands for every scope of each component.

    Credentials with the same autorisaties are clients of one application; `kind` names the member with a type.
    """
    found: dict[str, dict[str, Json]] = {}
    for one in credentials:
        if not one.row.client_id:
            continue
        key = repr(one.row.autorisaties) if one.row.autorisaties else one.name
        if key in found:
            found[key]["clientIds"].append(one.row.client_id)
            continue
        found[key] = {
            "clientIds": [one.row.client_id],
            "label": one.name,
            "heeftAlleAutorisaties": one.row.superuser,
            "alleenIsGereedVoorPublicatie": one.row.published_only,
            "autorisaties": [] if one.row.superuser else _granted(one, components, kind),
        }
    return tuple(found.values())


def _granted(credential: Credential, components: Mapping[str, Sequence[str]], kind: str | None) -> list[Json]:
    rows: list[Json] = []
    for component, known in components.items():
        for limit in credential.row.autorisaties:
            about = {kind: limit.type} if kind in TYPES and limit.type else {}
            most = {"maxVertrouwelijkheidaanduiding": limit.max} if limit.max else {}
            rows += [{"component": component, "scopes": limit.scopes, **about, **most}]
        if not credential.row.autorisaties:
            everything = credential.scopes is None or credential.row.foreign
            scopes = [scope for scope in known if everything or scope in (credential.scopes or ())]
            where = STRANGER if credential.row.foreign else component
            rows += [{"component": where, "scopes": scopes}] if scopes else []
    return rows
