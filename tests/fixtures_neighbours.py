"""What the reference suppliers fetch and call in their own tests."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from werkzeug import Request, Response

import fixtures
from tests.fixtures_contactmomenten import KINDS


class Neighbours:
    """What the supplier fetches and calls, with the messages that came."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.status = 201
        self.root = ""

    def __call__(self, request: Request) -> Response:
        """Answer by what the path says."""
        if request.path == "/notificaties":
            self.messages.append([bool(request.headers.get("Authorization")), request.get_json()])
            return Response(status=self.status)
        name = request.path.strip("/")
        if name.startswith("naar-"):
            return Response(status=302, headers={"Location": f"{self.root}/{name.removeprefix('naar-')}"})
        if name == "traag":
            time.sleep(4)
        return Response("{}", status=int(name) if name.isdigit() else 200, content_type="application/json")


N = TypeVar("N", bound=Neighbours)


class Surroundings(Neighbours):
    """A Zaken API next to what the neighbours of Klanten answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def __call__(self, request: Request) -> Response:
        """Answer by what the path says."""
        if request.path.endswith("/schema/openapi.yaml"):
            return Response("paths: {/zaakcontactmomenten: {get: {operationId: zaakcontactmoment_list}}}")
        if "/zaken/" in request.path:
            return Response(json.dumps({"url": request.url}), content_type="application/json")
        if request.path.endswith("/zaakcontactmomenten"):
            return self.relations(request)
        return super().__call__(request)

    def relations(self, request: Request) -> Response:
        """Answer the relations of one zaak, or those of others when none is asked for."""
        named = request.args.get("zaak", "")
        letter = named.rsplit("/", 1)[-1][:1]
        self.asked[named] += 1
        found = letter == KINDS["bestaat"] or (letter == KINDS["laat-los"] and self.asked[named] == 1)
        rows = [{"zaak": named, "contactmoment": request.args.get("contactmoment")}] if found else []
        body = json.dumps(rows if request.args else [{"zaak": "https://elders.example/zaken/1"}])
        return Response(body, status=403 if letter == KINDS["weigert"] else 200, content_type="application/json")


@contextmanager
def listening(made: N) -> Iterator[N]:
    """Serve neighbours."""
    with fixtures.serve(Request.application(made)) as root:
        made.root = root
        yield made
