"""The judge of access is right about what only it judges; test_matrix judges its mutants as those of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import fixtures
from conformance import profile as profiles
from conformance.model import Level
from fixtures import settings
from tests.matrix import Subject, having, judged


def _sampled(rows: Sequence[Any], step: int) -> list[Any]:
    marks = [() if number % step == 0 else pytest.mark.matrix for number in range(len(rows))]
    return [pytest.param(row, marks=mark, id=row.name) for row, mark in zip(rows, marks, strict=True)]


def test_the_reference_passes_what_is_built(tmp_path: Path) -> None:
    record = judged(Subject("iam"), tmp_path)
    assert having(record, "failed", "error", "blocked", "warning") == []
    assert len(having(record, "passed")) > 50
    assert record["target"]["access"]["scheme"] == "zgw-jwt"


@pytest.mark.parametrize("host", ["contactmomenten", "verwerkingenlogging"])
def test_the_supplier_of_another_standard_fails_nothing(
    host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(fixtures._GUESTS, "iam", host)
    record = judged(Subject("iam"), tmp_path)
    assert having(record, "failed", "error") == []
    assert len(having(record, "passed")) > 40
    assert record["target"]["access"]["profile"] == host


@pytest.mark.parametrize("mutant", _sampled(fixtures.mutants("iam"), 20))
def test_a_mutant_fails_nothing_else(mutant: fixtures.Mutant, tmp_path: Path) -> None:
    record = judged(Subject("iam", "mutant", mutant.name), tmp_path)
    assert having(record, "failed") == sorted(mutant.kills | mutant.together)
    assert having(record, "error") == []


@pytest.mark.parametrize("variant", _sampled(fixtures.variants("iam"), 6))
def test_a_lawful_oddity_fails_nothing(variant: fixtures.Variant, tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", variant.name), tmp_path)
    assert having(record, "failed", "error") == []


@pytest.mark.parametrize("depth", ["quick", "deep"])
def test_the_reference_fails_nothing_at_any_depth(depth: str, tmp_path: Path) -> None:
    assert having(judged(Subject("iam", depth=depth), tmp_path), "failed", "error", "blocked") == []


@pytest.mark.parametrize("mutant", ["", "ShowsSecretInError", "RepeatsTokenInError", "PutsTokenInLocation"])
def test_no_token_and_no_secret_is_in_the_run_folder(mutant: str, tmp_path: Path) -> None:
    judged(Subject("iam", "mutant", mutant) if mutant else Subject("iam"), tmp_path)
    written = "\n".join(path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert [name for name, secret in fixtures.environment("iam").items() if secret in written] == []
    assert re.findall(r"eyJ[\w-]{8,}\.[\w-]+", written) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [("variant", "UsesOauth"), ("mutant", "RepeatsAccessTokenInError"), ("mutant", "DecodesWithoutVerifying")],
)
def test_no_access_token_and_no_private_key_is_in_the_run_folder(kind: str, name: str, tmp_path: Path) -> None:
    record = judged(Subject("iam", kind, name), tmp_path)
    written = "\n".join(path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert re.findall(r"eyJ[\w-]{8,}\.[\w-]+|eyJ[\w-]{99,}", written) == []
    assert "PRIVATE KEY" not in written
    assert record["target"]["access"]["oauth"]["trust_mode"] == "suite_as"


def test_the_reference_passes_what_is_built_with_access_tokens(tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", "UsesOauth"), tmp_path)
    assert having(record, "failed", "error", "blocked", "warning") == []
    passed = {ident for ident in having(record, "passed") if ident.startswith("IAM-RS-JWT-")}
    unmade = {f"IAM-RS-JWT-{number:03}" for number in (25, 26, 28)}  # certificates, and an issuer that is asked
    assert passed == {f"IAM-RS-JWT-{number:03}" for number in range(1, 32)} - unmade


@pytest.mark.parametrize("depth", ["quick", "deep"])
def test_the_reference_with_access_tokens_fails_nothing_at_any_depth(depth: str, tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", "UsesOauth", depth=depth), tmp_path)
    assert having(record, "failed", "error", "blocked") == []


def test_what_the_suite_cannot_sign_is_not_applicable(tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", "HasTokensOfItsOwnIssuer"), tmp_path)
    rows = {row["id"]: row for row in record["profiles"][0]["requirements"]}
    about = [row for ident, row in rows.items() if ident.startswith("IAM-RS-JWT-") and row["outcomes"]]
    assert {row["status"] for row in about} == {"not_applicable"}
    assert all("trusts the authorization server of the supplier" in row["outcomes"][0]["reason"]["en"] for row in about)
    assert rows["IAM-RS-AUTH-001"]["status"] == "passed"


def test_short_secrets_are_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "secret", lambda name: f"een-kort-geheim-{len(name)}")
    record = judged(Subject("iam"), tmp_path)
    assert having(record, "warning") == ["IAM-ZGW-JWT-020"]


def test_every_built_row_has_a_mistake_that_it_sees() -> None:
    rows = profiles.load("iam").own
    built = {row.id for row in rows if row.checks and row.level is not Level.MAY}
    seen = {ident for mutant in fixtures.mutants("iam") for ident in mutant.kills | mutant.warns}
    elsewhere = {"IAM-ZGW-JWT-020", "IAM-TLS-008", "IAM-TLS-009"}  # above, and in test_library_tls
    assert built - seen == {"IAM-ZGW-JWT-001", *elsewhere}  # without the first nothing is judged
    assert seen <= built
