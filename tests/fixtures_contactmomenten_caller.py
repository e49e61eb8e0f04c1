"""A caller of the reference supplier for Contactmomenten, for its tests."""

import json
from typing import Any

from werkzeug.test import Client, TestResponse

import fixtures
from tests.fixtures_contactmomenten import POST, PROFILE, ROOT, moment, token
from tests.fixtures_neighbours import Surroundings


class Caller:
    """Sends requests with a token; names between angle brackets stand for what was made before."""

    def __init__(self, near: Surroundings, **settings: Any) -> None:
        self.app: Any = fixtures.supplier(PROFILE, **settings)
        self.client = Client(self.app, use_cookies=False)
        self.near = near
        self.names = {"near": near.root, "root": f"http://localhost{ROOT}"}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send one request; an underscore in a header name stands for a hyphen."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent.setdefault("Authorization", f"Bearer {token('alles')}")
        path = self.filled(path)
        place = path.split("/", 3)[-1] if path.startswith("http") else f"{ROOT}{path}".lstrip("/")
        data = None if body is None else self.filled(json.dumps(body)).encode()
        media_type = {} if data is None else {"Content-Type": "application/json"}
        return self.client.open(f"/{place}", method=method, headers={**media_type, **sent}, data=data)

    def filled(self, text: str) -> str:
        """Fill in the names."""
        for name, value in self.names.items():
            text = text.replace(f"<{name}>", value)
        return text

    def made(self, name: str, path: str = POST, body: Any = None, **members: Any) -> str:
        """Make a resource, give it a name and return its address."""
        response = self("POST", path, moment(**members) if body is None else body)
        assert response.status_code == 201, response.text
        self.names[name] = str(response.get_json()["url"])
        return self.names[name]

    def shown(self, path: str) -> Any:
        """Return what a path shows."""
        return self("GET", path).get_json()

    def refused(self, method: str, path: str, body: Any = None) -> set[tuple[str, str]]:
        """Return the names and codes of the faults for which a request is refused."""
        response = self(method, path, body)
        assert response.status_code == 400, response.text
        return {(fault["name"], fault["code"]) for fault in response.get_json()["invalidParams"]}
