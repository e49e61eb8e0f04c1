"""Tests of access by an authorization server: what a target file says of it, and what the suite plays because of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

import fixtures
from conformance import auth, jose
from conformance import target as targets
from conformance.errors import TargetError
from conformance.guest import seated
from conformance.neighbours import Issuing, Neighbours
from conformance.preflight import prove
from conformance.profile import load
from conformance.run import Run
from conformance.runfile import Redactor, RunFolder
from conformance.target import Target
from conformance.transport import Transport, WsgiAdapter
from tests.matrix import free_port

ADDRESS = "http://127.0.0.1:9010"
NOW = 1_700_000_000.0
LEVELS = {"operation": "audittrail_list", "minimum": "high", "levels": ["low", "high"]}


def content(address: str = ADDRESS) -> dict[str, Any]:
    """Give the target file of the reference with this scheme."""
    return fixtures.target("iam", "http://reference.test", variant="UsesOauth", neighbours=address)


def loaded(folder: Path, data: dict[str, Any]) -> Target:
    """Load a target file with this content."""
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    return targets.load(path, fixtures.environment("iam"))


def test_the_suite_plays_each_issuer_with_a_key_of_its_own(tmp_path: Path) -> None:
    issuers = loaded(tmp_path, content()).issuers
    assert [one.url for one in issuers] == [f"{ADDRESS}/issuer", f"{ADDRESS}/tweede-issuer"]
    assert issuers[0].key.kid != issuers[1].key.kid


def test_a_credential_has_the_names_of_its_scopes_in_its_token(tmp_path: Path) -> None:
    data = content()
    data["access"]["oauth"]["scopes"]["klanten.lezen"] = "api:read"
    target = loaded(tmp_path, data)
    given = auth.access_claims(target.credentials["alleen-klanten-lezen"], NOW)
    every = auth.access_claims(target.full, NOW)["scope"].split()
    assert (given["scope"], given["aud"], "api:read" in every) == (
        "api:read",
        data["access"]["oauth"]["audience"],
        True,
    )
    assert auth.headers(target.full, NOW) == auth.headers(target.full, NOW)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"issuer": "https://elders.example/i"}, r"access.oauth.issuer: '.*' is not below the address .*; write http"),
        ({"second_issuer": f"{ADDRESS}/issuer"}, "'second_issuer' is the same as 'issuer'; name another"),
        ({"trust_mode": "suite"}, "access.oauth.trust_mode: "),
        ({"trust_mode": "supplier_as"}, "scheme: scheme oauth needs tokens that the suite signs; add 'access: "),
        ({"scopes": {"klanten.lezen": "lezen"}}, r"scopes: scope '.*' has no name under access.oauth.scopes; name one"),
        ({"scopes": {"klanten.lezen": "twee woorden"}}, "a name with a space or no name; write one word"),
        ({"audience": ""}, "access.oauth.audience: "),
        ({"audiense": "x"}, "did you mean 'audience'"),
        ({"assurance": LEVELS | {"minimum": "low"}}, "'minimum' is none of 'levels', or the lowest; name a level"),
        ({"roles": {"claim": "groups", "permitted": "beheer"}}, "access.oauth.roles.refused: is missing; add it"),
    ],
)
def test_a_wrong_authorization_server_is_told(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    data = content()
    data["access"]["oauth"] |= changes
    with pytest.raises(TargetError, match=says):
        loaded(tmp_path, data)


def test_an_issuer_needs_a_place_where_the_suite_listens(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"needs 'neighbours', .*; add 'neighbours: "):
        loaded(tmp_path, {name: part for name, part in content().items() if name != "neighbours"})


@pytest.mark.parametrize(
    ("access", "says"),
    [
        ({"scheme": "oauth-nlgov", "oauth": None}, "scheme oauth-nlgov needs 'oauth'; add it"),
        ({"scheme": "zgw-jwt"}, "scheme zgw-jwt has no 'oauth'; take it out"),
    ],
)
def test_the_scheme_and_its_rules_go_together(access: dict[str, Any], says: str, tmp_path: Path) -> None:
    data = content()
    data["access"] = {name: value for name, value in (data["access"] | access).items() if value is not None}
    with pytest.raises(TargetError, match=says):
        loaded(tmp_path, data)


@pytest.mark.parametrize(
    ("access", "says"),
    [
        ({"objects": {}}, "access.objects: names no member; write 'type: …', 'level: …' or both"),
        (
            {"objects": {"type": "zaaktype"}},
            "access.objects: has one of 'type' and 'other'; name a type that is outside",
        ),
        (
            {"admin_paths": ["jwtsecret/"]},
            "access.admin_paths: 'jwtsecret/' is no path below the root of the API; begin",
        ),
        ({"ac": {"propagation": 601}}, "access.ac.propagation: "),
    ],
)
def test_what_rights_depend_on_is_told_in_full(access: dict[str, Any], says: str, tmp_path: Path) -> None:
    data = content()
    data["access"] |= access
    with pytest.raises(TargetError, match=says):
        loaded(tmp_path, data)


def test_tokens_of_the_supplier_are_no_tokens_of_the_suite(tmp_path: Path) -> None:
    data = content()
    data["access"]["oauth"]["trust_mode"] = "supplier_as"
    secret = {"env": "CONFORMANCE_ALLES"}
    data["credentials"] = {"alles": {"scheme": "bearer", "secret": secret, "scopes": "all"}}
    target = loaded(tmp_path, data)
    assert (target.issuers, target.full.grant) == ((), None)
    assert seated(load("iam"), target).host is not None


def test_a_credential_of_another_kind_is_told(tmp_path: Path) -> None:
    data = content()
    data["credentials"] = {"alles": {"scheme": "bearer", "secret": {"env": "CONFORMANCE_ALLES"}, "scopes": "all"}}
    with pytest.raises(TargetError, match="give the credential scheme oauth"):
        seated(load("iam"), loaded(tmp_path, data))


def test_a_lawful_token_has_the_level_and_the_role_that_are_enough(tmp_path: Path) -> None:
    data = content()
    data["access"]["oauth"] |= {
        "assurance": LEVELS,
        "roles": {"claim": "groups", "permitted": ["beheer"], "refused": []},
    }
    given = auth.access_claims(loaded(tmp_path, data).full, NOW)
    assert (given["acr"], given["groups"]) == ("high", ["beheer"])


@pytest.mark.parametrize("operation", ["klant_lst", "klant_create"])
def test_a_level_for_what_is_not_read_is_told(operation: str, tmp_path: Path) -> None:
    data = content()
    data["access"]["oauth"]["assurance"] = LEVELS | {"operation": operation}
    with pytest.raises(TargetError, match=rf"assurance.operation: '{operation}' is no operation of klanten that reads"):
        seated(load("iam"), loaded(tmp_path, data))


@pytest.fixture
def played(tmp_path: Path) -> Iterator[tuple[Neighbours, Target]]:
    """Give a server that plays the issuers of a target."""
    address = f"http://127.0.0.1:{free_port()}"
    target = loaded(tmp_path, content(address))
    with Neighbours.start(None, address, seed=1) as made:
        made.issuing = Issuing(target.issuers)
        yield made, target


def kids(issuer: str) -> list[str]:
    """Name the keys that an issuer publishes."""
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
    return [key["kid"] for key in requests.get(found["jwks_uri"], timeout=5).json()["keys"]]


def test_each_issuer_publishes_its_own_key(played: tuple[Neighbours, Target]) -> None:
    assert [kids(one.url) for one in played[1].issuers] == [[one.key.kid] for one in played[1].issuers]


@pytest.mark.parametrize(
    "place", ["/issuer/.well-known/oauth-authorization-server", "/.well-known/openid-configuration/issuer"]
)
def test_the_metadata_is_at_every_usual_place(place: str, played: tuple[Neighbours, Target]) -> None:
    server, target = played
    assert requests.get(server.address + place, timeout=5).json()["issuer"] == target.issuers[0].url


def test_another_key_is_published_for_a_while(played: tuple[Neighbours, Target]) -> None:
    server, target = played
    issuer, key = target.issuers[0], jose.Key.made()
    with server.issuing.publishing(issuer, key):
        assert kids(issuer.url) == [issuer.key.kid, key.kid]
    assert kids(issuer.url) == [issuer.key.kid]


def asked(server: Neighbours, token: str, what: str = "introspect") -> Any:
    """Ask the first issuer about a token."""
    return requests.post(f"{server.address}/issuer/{what}", data={"token": token}, timeout=5).json()


def test_an_issuer_knows_its_own_tokens_until_they_are_revoked(played: tuple[Neighbours, Target]) -> None:
    server, target = played
    token = auth.headers(target.full, time.time())["Authorization"].removeprefix("Bearer ")
    assert asked(server, token)["active"] is True
    assert asked(server, auth.flipped(token)) == {"active": False}
    assert asked(server, "x") == {"active": False}
    asked(server, token, "revoke")
    assert asked(server, token) == {"active": False}


def test_an_old_token_is_not_active(played: tuple[Neighbours, Target]) -> None:
    server, target = played
    assert asked(server, auth.headers(target.full, NOW)["Authorization"][7:]) == {"active": False}


def test_a_token_in_another_form_is_redacted_too() -> None:
    token = jose.encoded(jose.content({"protected": "x" * 90, "payload": "y", "signature": "z"}))
    assert Redactor().text(f"het token {token} is fout") == "het token [redacted] is fout"


def proofs(folder: Path, address: str, **settings: Any) -> list[str]:
    """Say what cannot be proven of a supplier that reads access tokens."""
    target = loaded(folder, content(address))
    application = fixtures.supplier("iam", variant="UsesOauth", neighbours_url=address, timeout=1, **settings)
    transport = Transport(timeout=5, adapter=lambda: WsgiAdapter(application))
    run_folder = RunFolder(folder / "run", Redactor())
    with Neighbours.start(None, address, seed=1) as server:
        server.issuing = Issuing(target.issuers)
        run = Run(seated(load("iam"), target), target, transport, run_folder, seed=1, neighbours=server)
        found = [proof.text.en for proof in prove(run) if not proof.fine]
    run_folder.close()
    return found


def test_a_supplier_that_trusts_the_issuer_is_proven(tmp_path: Path) -> None:
    assert proofs(tmp_path, f"http://127.0.0.1:{free_port()}") == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"issuers": ("vreemd",)}, "Nobody asked for the keys of http"),
        ({"audience": "https://elders.example"}, "The keys of the issuer were asked for. Check audience"),
    ],
)
def test_a_supplier_that_trusts_another_is_told_where_to_look(
    settings: dict[str, Any], says: str, tmp_path: Path
) -> None:
    (told,) = proofs(tmp_path, f"http://127.0.0.1:{free_port()}", **settings)
    assert says in told


def test_a_suite_that_cannot_listen_blames_nobody(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (told,) = proofs(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert "The suite cannot listen on" in told
