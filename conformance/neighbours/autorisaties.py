"""Plays an Autorisaties API: the applicaties of the target file, with the scopes that it says they have."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from conformance.model import Json
from conformance.target import Credential

ROOT = ("autorisaties", "api", "v1")
NAMESPACE = uuid.UUID("3f1a5c1e-6a0b-4c8e-8f5e-2f6c2d2a9b10")
STRANGER = "zrc"


def applicaties(
    credentials: Iterable[Credential], components: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Json], ...]:
    """Tell of each credential with a client_id which scopes it has; `all` stands for every scope of each component."""
    return tuple(
        {
            "clientIds": [one.row.client_id],
            "label": one.name,
            "heeftAlleAutorisaties": one.row.superuser,
            "autorisaties": [] if one.row.superuser else _granted(one, components),
        }
        for one in credentials
        if one.row.client_id
    )


def _granted(credential: Credential, components: Mapping[str, Sequence[str]]) -> list[Json]:
    rows = []
    for component, known in components.items():
        everything = credential.scopes is None or credential.row.foreign
        scopes = [scope for scope in known if everything or scope in (credential.scopes or ())]
        where = STRANGER if credential.row.foreign else component
        rows += [{"component": where, "scopes": scopes}] if scopes else []
    return rows


def answer(address: str, rows: Iterable[Json], asked: tuple[str, Mapping[str, str]]) -> tuple[int, Json] | None:
    """Answer what is asked of this API; None when it is asked of another."""
    path, query = asked
    steps = tuple(step for step in path.split("/") if step)
    if steps[: len(ROOT)] != ROOT:
        return None
    known = {str(uuid.uuid5(NAMESPACE, row["label"])): row for row in rows}
    shown = [{"url": f"{address}/{'/'.join(ROOT)}/applicaties/{name}", **row} for name, row in known.items()]
    match steps[len(ROOT) :]:
        case ("applicaties",):
            wanted = {one for one in query.get("clientIds", "").split(",") if one}
            found = [one for one in shown if not wanted or wanted & set(one["clientIds"])]
            return 200, {"count": len(found), "next": None, "previous": None, "results": found}
        case ("applicaties", "consumer"):
            found = [one for one in shown if query.get("clientId") in one["clientIds"]]
        case ("applicaties", name):
            found = [one for one in shown if one["url"].endswith(f"/{name}")]
        case _:
            found = []
    return (200, found[0]) if found else (404, {"status": 404, "title": "Not Found"})
