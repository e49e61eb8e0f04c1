"""The reference supplier of the Autorisaties API does what the standard says."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import Client

import fixtures

ROOT = "/autorisaties/api/v1"
ZAAK = {"component": "zrc", "scopes": ["zaken.lezen"], "zaaktype": "https://example.com/1"}
BODY = {"clientIds": ["a", "b"], "label": "Taakapplicatie", "autorisaties": [{"component": "nrc", "scopes": ["x"]}]}


class Caller:
    """Calls one supplier as any of its applications."""

    def __init__(self) -> None:
        self.client = Client(fixtures.supplier("autorisaties"))
        self.secrets = fixtures.environment("autorisaties")
        self.credentials = fixtures.target("autorisaties", "http://localhost")["credentials"]

    def __call__(self, method: str, path: str, body: Any = None, who: str = "alles") -> Any:
        row = self.credentials[who]
        key = OctKey.import_key(self.secrets[row["secret"]["env"]])
        token = jwt.encode({"alg": "HS256"}, {"client_id": row["client_id"]}, key)
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.open(f"{ROOT}{path}", method=method, json=body, headers=headers)

    def made(self, **changes: Any) -> str:
        """Make an applicatie and give its path."""
        answer = self("POST", "/applicaties", {**BODY, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json["url"]).partition(ROOT)[2]


@pytest.fixture
def caller() -> Caller:
    return Caller()


def _told(answer: Any) -> list[tuple[str, str]]:
    return [(fault["name"], fault["code"]) for fault in answer.json["invalidParams"]]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"heeftAlleAutorisaties": True}, [("nonFieldErrors", "ambiguous-authorizations-specified")]),
        ({"autorisaties": []}, [("nonFieldErrors", "missing-authorizations")]),
        ({"autorisaties": None}, [("autorisaties", "null")]),
        ({"heeftAlleAutorisaties": "ja"}, [("heeftAlleAutorisaties", "invalid")]),
        ({"autorisaties": [ZAAK]}, [("autorisaties.0.maxVertrouwelijkheidaanduiding", "required")]),
        ({"autorisaties": [{"component": "brc"}]}, [("autorisaties.0.scopes", "required")]),
        ({"clientIds": ["conformance-alles"]}, [("clientIds", "clientId-exists")]),
    ],
)
def test_what_breaks_a_rule_is_refused(changes: dict[str, Any], told: list[tuple[str, str]], caller: Caller) -> None:
    answer = caller("POST", "/applicaties", {**BODY, **changes})
    assert (answer.status_code, _told(answer)) == (400, told)


def test_a_client_is_found_by_the_lookup_until_its_applicatie_is_gone(caller: Caller) -> None:
    path = caller.made()
    found = caller("GET", "/applicaties/consumer?clientId=b")
    assert (found.status_code, found.json["clientIds"]) == (200, ["a", "b"])
    assert caller("DELETE", path).status_code == 204
    assert caller("GET", "/applicaties/consumer?clientId=b").status_code == 404
    assert caller("GET", "/applicaties/consumer").status_code == 400
    assert _told(caller("GET", "/applicaties/consumer?clientID=b")) == [("nonFieldErrors", "unknown-parameters")]


@pytest.mark.parametrize(("query", "count"), [("a", 1), ("a,b", 1), ("a,c", 0), ("A", 0), ("", 8)])
def test_the_list_is_filtered_on_every_client_id(query: str, count: int, caller: Caller) -> None:
    caller.made()
    assert caller("GET", f"/applicaties?clientIds={query}").json["count"] == count


def test_an_applicatie_may_keep_its_own_client_ids(caller: Caller) -> None:
    path = caller.made()
    assert caller("PUT", path, {**BODY, "label": "Anders"}).json["label"] == "Anders"
    assert caller("PATCH", path, {"clientIds": ["b"]}).json["clientIds"] == ["b"]


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("alle-autorisaties", (200, 200)),
        ("geen", (403, 403)),
        ("alleen-autorisaties-lezen", (200, 403)),
        ("alleen-autorisaties-bijwerken", (403, 200)),
        ("ander-component", (403, 403)),
    ],
)
def test_the_register_says_what_its_own_callers_may_do(who: str, statuses: tuple[int, int], caller: Caller) -> None:
    path = caller.made()
    seen = caller("GET", path, who=who).status_code, caller("PATCH", path, {"label": "Anders"}, who).status_code
    assert seen == statuses


def test_a_changed_right_counts_at_once(caller: Caller) -> None:
    own = caller("GET", "/applicaties/consumer?clientId=conformance-alleen-autorisaties-lezen").json
    path = own["url"].partition(ROOT)[2]
    everything = {"heeftAlleAutorisaties": True, "autorisaties": []}
    assert caller("PATCH", path, everything).status_code == 200
    assert caller("PATCH", path, {"label": "Zelf"}, "alleen-autorisaties-lezen").status_code == 200
    assert caller("DELETE", path).status_code == 204
    assert caller("GET", "/applicaties", who="alleen-autorisaties-lezen").status_code == 403
