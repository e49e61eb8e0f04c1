"""The public interface of the fixtures: targets, secrets, serving, loading, nulls and variants."""

import ast
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import Client

import fixtures
from fixtures.breakers import BREAKERS
from fixtures.mutation import BadRow, load_mutants, load_variants

FOLDER = Path(fixtures.__file__).parent


def test_klanten_has_a_reference_supplier() -> None:
    """The standard Klanten is known."""
    assert "klanten" in fixtures.profiles()


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_fixtures_import_nothing_of_the_engine(path: Path) -> None:
    """A misreading that judge and reference share would be invisible."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    assert {name for name in named if name.split(".")[0] in ("conformance", "fixtures", "profiles")} == set()


def test_a_target_names_the_root_and_every_credential() -> None:
    """The target file says where the API is and refers to secrets by name only."""
    target = fixtures.target("klanten", "http://127.0.0.1:8123", neighbours="http://127.0.0.1:9010")
    assert target["apis"] == {"klanten": {"url": "http://127.0.0.1:8123/klanten/api/v1"}}
    assert target["neighbours"]["address"] == "http://127.0.0.1:9010"
    assert len(target["credentials"]) == 3 + 2 * 5 + 1
    named = {row["secret"]["env"] for row in target["credentials"].values()}
    assert named == set(fixtures.environment("klanten"))


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("BehindPathPrefix", {"url": "http://x/gateway/test/klanten/api/v1"}),
        ("ApiKeyHeader", {"scheme": "api-key", "header": "X-Api-Key"}),
        ("BearerTokens", {"scheme": "bearer"}),
        ("SettlesAfterTwoSeconds", {"settle": 3, "timeout": 10}),
    ],
)
def test_a_target_follows_its_variant(variant: str, expected: dict[str, object]) -> None:
    """What a variant changes for clients is in its target file."""
    target = fixtures.target("klanten", "http://x", variant=variant)
    told = {**target["apis"]["klanten"], **target["credentials"]["alles"], **target["pace"]}
    assert expected.items() <= told.items()


def test_secrets_are_long_enough_to_sign_with() -> None:
    """Every secret has at least 32 characters, and no two are equal."""
    secrets = fixtures.environment("klanten").values()
    assert min(map(len, secrets)) >= 32
    assert len(set(secrets)) == len(secrets)


def test_a_served_supplier_keeps_its_connections_open() -> None:
    """Two requests of one session use one connection."""
    with fixtures.serve(fixtures.supplier("klanten")) as root, requests.Session() as session:
        replies = [session.get(f"{root}/klanten/api/v1/klanten") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [401, 401]
    assert "Connection" not in replies[0].headers


def test_a_served_supplier_reads_a_body_in_pieces() -> None:
    """A chunked body does not disturb the next request."""
    with fixtures.serve(fixtures.null("Echo")) as root, requests.Session() as session:
        assert session.post(root, data=iter([b"een", b"twee"])).text == "eentwee"
        assert session.post(root, data=b"drie").text == "drie"


@pytest.mark.parametrize("name", fixtures.nulls())
def test_a_null_answers_every_request_the_same(name: str) -> None:
    """A null supplier knows no paths."""
    client = Client(fixtures.null(name))
    answers = [client.get(path) for path in ("/klanten", "/openapi.json")]
    assert {(answer.status_code, answer.get_data()) for answer in answers} == {
        (answers[0].status_code, answers[0].get_data())
    }


@pytest.mark.parametrize("name", [variant.name for variant in fixtures.variants("klanten")])
def test_a_variant_publishes_its_description(name: str) -> None:
    """Every variant can be made and answers something at one of the four places."""
    root = fixtures.target("klanten", "", variant=name)["apis"]["klanten"]["url"]
    client = Client(fixtures.supplier("klanten", variant=name))
    places = ("openapi.json", "openapi.yaml", "schema/openapi.yaml", "schema/openapi.json")
    assert 200 in [client.get(f"{root}/{place}").status_code for place in places]


def test_names_of_mutants_and_variants_read_as_mistakes() -> None:
    """Names are words without spaces."""
    names = [mutant.name for mutant in fixtures.mutants("klanten")]
    names += [variant.name for variant in fixtures.variants("klanten")]
    assert [name for name in names if not name.isalnum() or not name[0].isupper()] == []


def test_every_breaker_is_used() -> None:
    """A breaker that no mutant or variant needs is dead code."""
    rows: list[Any] = [*fixtures.mutants("klanten"), *fixtures.variants("klanten")]
    assert set(BREAKERS) - {change.breaker for row in rows for change in row.changes} == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {name: A, breaker: vanish, kills: [X-1]}", "A: breaker 'vanish' does not exist"),
        ("- {name: A, breaker: drop_header, with: {head: x}, kills: [X-1]}", "A: arguments of drop_header do not fit"),
        ("- {name: A, breaker: drop_header, with: {header: x}, kills: []}", "A: kills must name"),
        ("- {name: A, breaker: drop_header, kill: [X-1]}", "A: keys ['kill', 'kills'] are missing or unknown"),
        (
            "- {name: A, breaker: join_filters, with: {by: OR}, kills: [X-1]}\n" * 2,
            "A: the name is used twice",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Loading says which row is wrong and why."""
    path = tmp_path / "mutants.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRow) as refused:
        load_mutants(path, lambda host: BREAKERS)
    assert said in str(refused.value)


def test_a_variant_needs_a_reason(tmp_path: Path) -> None:
    """Why it is lawful is part of a variant."""
    path = tmp_path / "variants.yaml"
    path.write_text("- {name: A, settings: {page_size: 1}}", encoding="utf-8")
    with pytest.raises(BadRow, match="why"):
        load_variants(path, lambda host: BREAKERS)


@pytest.mark.parametrize("breaker", ["drop_header", "set_status", "specify", "skip_rule"])
def test_a_selection_with_an_unknown_key_is_refused(breaker: str) -> None:
    """A misspelled selection does not silently select everything."""
    rows: dict[str, Any] = {
        "drop_header": {"header": "Location"},
        "set_status": {"status": 500},
        "specify": {"members": ["achternaam"], "changes": {"max": 1}},
        "skip_rule": {"rule": "subject_exists"},
    }
    made = fixtures.supplier("klanten")
    with pytest.raises(TypeError, match="statusses"):
        BREAKERS[breaker](made, **rows[breaker], where={"statusses": [400]})
