"""Tests of the Zaken API and the Autorisaties API that the suite plays, and of what it remembers of its callers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from conformance.credentials import Credential, CredentialRow, SecretRow
from conformance.neighbours import Neighbours, applicaties
from tests.test_neighbours import free_port

OWN = "https://hier.example/contactmomenten/api/v1/contactmomenten/"
MOMENT, OTHER = f"{OWN}0B1C2D3E-4f50-4a6b-8c7d-8e9f0a1b2c3d", f"{OWN}1b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d"
VERZOEK = "https://hier.example/verzoeken/api/v1/verzoeken/2b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d"
COMPONENTS = {"cmc": ("contactmomenten.lezen", "contactmomenten.aanmaken"), "kc": ("klanten.lezen",)}


@pytest.fixture(scope="module")
def server() -> Iterator[Neighbours]:
    """Give a server on a free port."""
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", seed=1) as made:
        yield made


def listed(server: Neighbours, kind: str = "zaakcontactmomenten", **query: str) -> Any:
    """Ask for relations as a client of a Zaken API does: the root from the zaak, the path from the description."""
    root = query.get("zaak", server.zaak()).rpartition("/zaken/")[0]
    described = requests.get(f"{root}/schema/openapi.yaml", timeout=5).json()
    wanted = f"{kind.removesuffix('en')}_list"
    path = next(path for path, row in described["paths"].items() if row["get"]["operationId"] == wanted)
    return requests.get(f"{root}{path}", params=query, timeout=5).json()


def test_a_zaak_is_there_and_looks_like_one(server: Neighbours) -> None:
    url = server.zaak()
    found = requests.get(url, timeout=5).json()
    assert found["url"] == url
    assert {"bronorganisatie", "zaaktype", "verantwoordelijkeOrganisatie", "startdatum"} <= found.keys()


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_zaak_answers_the_status_that_was_asked_for(server: Neighbours, status: int) -> None:
    assert requests.get(server.zaak(status=status), timeout=5).status_code == status


def test_a_zaak_nobody_made_is_absent(server: Neighbours) -> None:
    assert requests.get(f"{server.zaak()}0", timeout=5).status_code == 404


def test_the_address_of_a_zaak_is_as_long_as_asked_and_its_api_is_found_from_it(server: Neighbours) -> None:
    url = server.zaak(MOMENT, length=800)
    assert (len(url), requests.get(url, timeout=5).json()["url"]) == (800, url)
    assert [row["contactmoment"] for row in listed(server, zaak=url, contactmoment=MOMENT)] == [MOMENT]


def test_a_relation_is_listed_by_both_its_sides_whatever_host_they_name(server: Neighbours) -> None:
    zaak = server.zaak(MOMENT)
    elsewhere = MOMENT.replace("hier.example", "daar.example").lower()
    rows = [listed(server, zaak=zaak), listed(server, zaak=zaak, contactmoment=elsewhere), listed(server, zaak=zaak)]
    assert [[(row["zaak"], row["contactmoment"]) for row in found] for found in rows] == [[(zaak, MOMENT)]] * 3
    assert requests.get(rows[0][0]["url"], timeout=5).json() == rows[0][0]


def test_a_relation_of_another_is_not_listed(server: Neighbours) -> None:
    zaak = server.zaak(MOMENT)
    assert [listed(server, zaak=zaak, contactmoment=OTHER), listed(server, zaak=server.zaak())] == [[], []]
    assert MOMENT in [row["contactmoment"] for row in listed(server)]


def test_relations_come_and_go(server: Neighbours) -> None:
    zaak = server.zaak()
    server.relate(zaak, MOMENT, OTHER)
    before = len(listed(server, zaak=zaak))
    server.release(zaak)
    server.release("https://elders.example/zaken/1")
    assert (before, listed(server, zaak=zaak)) == (2, [])


def test_a_verzoek_has_relations_of_its_own(server: Neighbours) -> None:
    zaak = server.zaak(VERZOEK)
    assert [row["verzoek"] for row in listed(server, "zaakverzoeken", zaak=zaak)] == [VERZOEK]
    assert listed(server, zaak=zaak) == []


def test_the_lists_of_one_zaak_can_fail(server: Neighbours) -> None:
    zaak = server.zaak(MOMENT, listed=403)
    assert listed(server, zaak=zaak)["status"] == 403


def test_a_parameter_that_a_zaken_api_does_not_know_is_refused(server: Neighbours) -> None:
    assert listed(server, object=MOMENT)["invalidParams"][0]["name"] == "object"


@pytest.mark.parametrize("path", ["rollen", "zaakcontactmomenten/1", "schema/openapi.xml", "zaken"])
def test_what_is_not_played_is_absent(server: Neighbours, path: str) -> None:
    assert requests.get(f"{server.address}/zaken/api/v1/{path}", timeout=5).status_code == 404


def test_who_asked_for_the_relations_of_a_zaak_is_known(server: Neighbours) -> None:
    zaak, other = server.zaak(MOMENT), server.zaak()
    before = [len(server.asked(one)) for one in (zaak, other)]
    listed(server, zaak=zaak)
    between = [len(server.asked(one)) for one in (zaak, other)]
    listed(server)
    after = [len(server.asked(one)) for one in (zaak, other)]
    assert [[now - one for now, one in zip(seen, before, strict=True)] for seen in (between, after)] == [[1, 0], [2, 1]]


def test_only_a_server_on_its_own_takes_relations_from_clients(server: Neighbours) -> None:
    body = {"zaak": server.zaak(), "contactmoment": MOMENT}
    requests.post(f"{server.address}/zaken/api/v1/zaakcontactmomenten", json=body, timeout=5)
    assert listed(server, zaak=body["zaak"]) == []


def test_a_server_on_its_own_adds_and_removes_relations() -> None:
    with Neighbours.start(None, f"http://127.0.0.1:{free_port()}", writable=True) as server:
        zaak, lists = server.zaak(), f"{server.address}/zaken/api/v1/zaakcontactmomenten"
        bodies: list[Any] = [
            {"zaak": zaak, "contactmoment": MOMENT},
            {"zaak": "?", "contactmoment": MOMENT},
            [],
            {"zaak": zaak},
        ]
        statuses = [requests.post(lists, json=body, timeout=5).status_code for body in bodies]
        row = listed(server, zaak=zaak)[0]["url"]
        gone = [requests.delete(url, timeout=5).status_code for url in (row, row, lists)]
        assert (statuses, gone, listed(server, zaak=zaak)) == ([201, 400, 400, 400], [204, 404, 404], [])


def test_of_a_token_only_its_kind_and_client_are_kept(server: Neighbours) -> None:
    token = jwt.encode({"alg": "HS256"}, {"client_id": "product"}, OctKey.import_key("geheim-geheim-geheim-geheim-x"))
    headers = [f"Bearer {token}", "Bearer geheim", "Bearer x.bnVsbA.x", ""]
    url = server.place()
    for header in headers:
        requests.get(url, headers={"Authorization": header}, timeout=5)
    calls = server.calls(url)
    assert [(call.authorization, call.client) for call in calls] == [
        ("Bearer", "product"),
        ("Bearer", ""),
        ("Bearer", ""),
        ("", ""),
    ]
    assert "geheim" not in repr(calls)


def credential(name: str, **row: Any) -> Credential:
    """Give a way to authenticate with a client_id of the same name."""
    given = {"scheme": "zgw-jwt", "client_id": name, "secret": {"env": "GEHEIM"}, **row}
    return Credential(name, CredentialRow(**given), "geheim")


@pytest.fixture(scope="module")
def rights(server: Neighbours) -> str:
    """Let the server know of applications, and give the root of its Autorisaties API."""
    known = (
        credential("alles", scopes="all"),
        credential("lezer", scopes=["contactmomenten.lezen"]),
        credential("baas", scopes="all", superuser=True),
        credential("vreemd", scopes=["klanten.lezen"], foreign=True),
        Credential("sleutel", CredentialRow(scheme="bearer", scopes=[], secret=SecretRow(env="GEHEIM")), "geheim"),
    )
    server.autorisaties.tell(applicaties(known, COMPONENTS))
    return f"{server.address}/autorisaties/api/v1/applicaties"


@pytest.mark.parametrize(
    ("client", "granted"),
    [
        ("alles", {"cmc": ["contactmomenten.lezen", "contactmomenten.aanmaken"], "kc": ["klanten.lezen"]}),
        ("lezer", {"cmc": ["contactmomenten.lezen"]}),
        ("baas", {}),
        ("vreemd", {"zrc": ["klanten.lezen"]}),
    ],
)
def test_an_application_is_found_by_its_client_id(rights: str, client: str, granted: dict[str, Any]) -> None:
    found = requests.get(rights, params={"clientIds": client}, timeout=5).json()["results"]
    one = requests.get(f"{rights}/consumer", params={"clientId": client}, timeout=5).json()
    assert found == [one] == [requests.get(one["url"], timeout=5).json()]
    assert {row["component"]: row["scopes"] for row in one["autorisaties"]} == granted
    assert one["heeftAlleAutorisaties"] == (client == "baas")


def test_an_application_without_client_id_or_unknown_is_not_there(rights: str) -> None:
    labels = [row["label"] for row in requests.get(rights, timeout=5).json()["results"]]
    statuses = [
        requests.get(f"{rights}{path}", timeout=5).status_code for path in ("/consumer?clientId=x", "/1", "/1/2")
    ]
    assert (labels, statuses) == (["alles", "lezer", "baas", "vreemd"], [404, 404, 404])
