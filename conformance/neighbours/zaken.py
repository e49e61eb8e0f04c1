"""Plays a Zaken API: zaken, and the relations that it has with contactmomenten and verzoeken, as plain arrays.

What is asked for below any root that ends in `zaken/api/v1` is answered, so a root can be as long as a check needs.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from conformance.model import Json
from conformance.neighbours.callers import last

ROOT = ("zaken", "api", "v1")
NAMESPACE = uuid.UUID("c4f2a6b0-3d3f-4a0e-9f0c-1b2a3c4d5e6f")
COLLECTIONS = MappingProxyType({"zaakcontactmomenten": "contactmoment", "zaakverzoeken": "verzoek"})
DESCRIPTIONS = ("openapi.yaml", "openapi.json")
ZAAK: Mapping[str, Json] = MappingProxyType(
    {
        "bronorganisatie": "000000000",
        "omschrijving": "Aanvraag van een voorbeeld",
        "zaaktype": "https://catalogi.example/catalogi/api/v1/zaaktypen/8d6bd0ab-1d5b-4a6c-9a1b-5f1b6a1f0c11",
        "registratiedatum": "2020-01-01",
        "verantwoordelijkeOrganisatie": "000000000",
        "startdatum": "2020-01-01",
        "vertrouwelijkheidaanduiding": "openbaar",
    }
)
Answered = tuple[int, Json]
Asked = tuple[str, str, Mapping[str, str], Json]


@dataclass
class Zaak:
    """A zaak: what its address answers, what the lists of its relations answer, and its relations."""

    status: int
    listed: int
    body: Json
    relations: dict[tuple[str, str], Json] = field(default_factory=dict)


class Zaken:
    """The zaken of one Zaken API; a relation can be added and removed at any moment."""

    def __init__(self, address: str, *, writable: bool = False) -> None:
        self.address, self._writable = address.rstrip("/"), writable
        self._zaken: dict[str, Zaak] = {}
        self._lock = threading.Lock()

    def place(self, name: str, *, status: int = 200, listed: int = 200, length: int = 0, body: Json = None) -> str:
        """Make a zaak under this name, or something else with a body; `length` is that of its address."""
        url = f"{self.address}/{'/'.join((*ROOT, 'zaken', name))}"
        if length:
            root = f"{self.address}/"
            url = f"{root}{'lang'.ljust(length - len(url) - 1, 'g')}/{url.removeprefix(root)}"
        self._zaken[name] = Zaak(status, listed, body)
        return url

    def relate(self, zaak: str, *urls: str) -> None:
        """Let a zaak have a relation with each of these contactmomenten or verzoeken."""
        with self._lock:
            relations = self._zaken[last(zaak)].relations
            for url in urls:
                for collection, member in COLLECTIONS.items():
                    if member in urlsplit(url).path.lower():
                        own = str(uuid.uuid5(NAMESPACE, f"{last(zaak)}/{last(url)}"))
                        address = "/".join((self.address, *ROOT, collection, own))
                        relations[collection, last(url)] = {"url": address, "uuid": own, "zaak": zaak, member: url}

    def forget(self) -> None:
        """Let there be no zaak any more."""
        with self._lock:
            self._zaken.clear()

    def release(self, zaak: str) -> None:
        """Let a zaak have no relation any more; one that is not there has none."""
        with self._lock:
            if found := self._zaken.get(last(zaak)):
                found.relations.clear()

    def answer(self, asked: Asked) -> Answered | None:
        """Answer what is asked of this API; None when it is asked of another."""
        method, path, query, body = asked
        steps = [step for step in path.split("/") if step]
        places = [at for at in range(len(steps)) if tuple(steps[at : at + len(ROOT)]) == ROOT]
        match steps[places[-1] + len(ROOT) :] if places else []:
            case ["schema", name] if name in DESCRIPTIONS:
                return 200, self.description("/".join(steps[: places[-1]]))
            case ["zaken", name]:
                found = self._zaken.get(name.lower())
                return self._shown(f"{self.address}{path}", name, found) if found else _absent()
            case [collection, *below] if collection in COLLECTIONS:
                return self._relations(method, collection, below, query, body)
            case [_, *_]:
                return _absent()
        return None

    def description(self, above: str = "") -> Json:
        """Describe this API as far as it is played, with the operation ids that clients look up."""
        paths = {"/zaken": _operation("zaak_list"), "/zaken/{uuid}": _operation("zaak_read", "uuid", place="path")}
        for collection, member in COLLECTIONS.items():
            one = collection.removesuffix("en")
            paths[f"/{collection}"] = _operation(f"{one}_list", "zaak", member)
            paths[f"/{collection}/{{uuid}}"] = _operation(f"{one}_read", "uuid", place="path")
        root = "/".join((self.address, *([above] if above else []), *ROOT))
        info = {"title": "Zaken API (gespeeld)", "version": "1.5.1"}
        return {"openapi": "3.0.0", "info": info, "servers": [{"url": root}], "paths": paths}

    def _shown(self, url: str, name: str, zaak: Zaak) -> Answered:
        if zaak.status != 200:
            return zaak.status, {"status": zaak.status, "title": "Zaak"}
        if zaak.body is not None:
            return 200, zaak.body
        return 200, {"url": url, "uuid": name, "identificatie": f"ZAAK-{name[:8]}", **ZAAK}

    def _relations(
        self, method: str, collection: str, below: list[str], query: Mapping[str, str], body: Json
    ) -> Answered:
        member = COLLECTIONS[collection]
        if method in {"POST", "DELETE"} and self._writable:
            return self._written(method, collection, below, body)
        if unknown := sorted(query.keys() - {"zaak", member, "page"}):
            wrong = [{"name": name, "code": "unknown-parameters", "reason": ""} for name in unknown]
            return 400, {"status": 400, "title": "Bad Request", "invalidParams": wrong}
        with self._lock:
            asked = self._zaken.get(last(query.get("zaak", "")))
            if asked is not None and asked.listed != 200:
                return asked.listed, {"status": asked.listed, "title": "Zaakrelaties"}
            rows = [
                row
                for name, zaak in self._zaken.items()
                for (kind, ident), row in zaak.relations.items()
                if kind == collection
                and ("zaak" not in query or last(query["zaak"]) == name)
                and (member not in query or last(query[member]) == ident)
                and (not below or below == [row["uuid"]])
            ]
        if below:
            return (200, rows[0]) if rows else _absent()
        return 200, rows

    def _written(self, method: str, collection: str, below: list[str], body: Json) -> Answered:
        member = COLLECTIONS[collection]
        if method == "POST":
            zaak = last(str(body.get("zaak"))) if isinstance(body, dict) else ""
            if zaak not in self._zaken or not isinstance(body.get(member), str):
                return 400, {"status": 400, "title": "Bad Request"}
            self.relate(body["zaak"], body[member])
            return 201, body
        with self._lock:
            for known in self._zaken.values():
                for place, row in known.relations.items():
                    if below == [row["uuid"]]:
                        del known.relations[place]
                        return 204, None
        return _absent()


def _operation(name: str, *parameters: str, place: str = "query") -> Json:
    rows = [{"name": one, "in": place, "required": place == "path", "schema": {"type": "string"}} for one in parameters]
    return {"get": {"operationId": name, "parameters": rows, "responses": {"200": {"description": "OK"}}}}


def _absent() -> Answered:
    return 404, {"status": 404, "title": "Not Found"}
