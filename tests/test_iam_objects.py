"""Rights on objects, on Verwerkingenlogging and from an Autorisaties API: who is judged on them, and who is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import fixtures
from tests.matrix import Subject, having, judged

OBJECTS = [f"IAM-RS-OBJ-{number:03}" for number in range(1, 10)]
LOG = ["IAM-RS-OBJ-010", *(f"IAM-RS-VL-{number:03}" for number in range(1, 10))]
LOOKUPS = [f"IAM-ZGW-AUT-{number:03}" for number in (6, 7, 8)]


def outcomes(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the first outcome of each row of a run that has one."""
    rows = record["profiles"][0]["requirements"]
    return {row["id"]: row["outcomes"][0] for row in rows if row["outcomes"]}


@pytest.mark.parametrize(
    ("variant", "passed"),
    [
        ("LimitsByTypeAndLevel", [*OBJECTS, "IAM-ZGW-AUT-004", "IAM-ZGW-AUT-005", "IAM-ZGW-AUT-010"]),
        ("LimitsWithOauth", OBJECTS),
        ("IsLog", LOG),
        ("IsLogWithOauth", LOG),
        ("IsCatalogue", ["IAM-ZGW-AUT-011"]),
        ("AsksRegister", LOOKUPS),
        ("AsksRegisterForTypes", [*OBJECTS, *LOOKUPS, "IAM-ZGW-AUT-004", "IAM-ZGW-AUT-005", "IAM-ZGW-AUT-010"]),
    ],
)
def test_a_supplier_that_obeys_passes_these_rows(variant: str, passed: list[str], tmp_path: Path) -> None:
    seen = outcomes(judged(Subject("iam", "variant", variant, frozenset(passed)), tmp_path, timeout=5))
    assert [(ident, seen[ident]) for ident in passed if seen[ident]["status"] != "passed"] == []


@pytest.mark.parametrize(
    ("variant", "rows", "says"),
    [
        ("", OBJECTS[:7], "access: {objects: {type: …, other: …, level: …}}"),
        ("", OBJECTS[8:9], "access: {admin_paths: [/jwtsecret/]}"),
        ("", LOOKUPS, "access: {ac: {propagation: 10}}"),
        ("NamesNoLimitedClient", OBJECTS[:7], "'autorisaties: [{type: …, max: …, scopes: […]}]'"),
        ("LimitsByTypeOnly", ["IAM-RS-OBJ-002"], "access: {objects: {level: …}}"),
        ("LimitsByLevelOnly", ["IAM-RS-OBJ-001"], "access: {objects: {type: …, other: …}}"),
        ("LimitsByLevelOnly", ["IAM-ZGW-AUT-005"], "two autorisaties for one type"),
        ("LimitsByLevelOnly", ["IAM-ZGW-AUT-004"], "autorisaties for two types"),
        ("IsLogWithoutInzage", ["IAM-RS-VL-007", "IAM-RS-OBJ-010"], "inzage is not offered"),
    ],
)
def test_what_the_target_file_does_not_name_is_not_applicable(
    variant: str, rows: list[str], says: str, tmp_path: Path
) -> None:
    subject = Subject("iam", "variant" if variant else "reference", variant, frozenset(rows))
    seen = {ident: one for ident, one in outcomes(judged(subject, tmp_path)).items() if ident in rows}
    assert {(one["status"], says in one["reason"]["en"]) for one in seen.values()} == {("not_applicable", True)}
    assert sorted(seen) == sorted(rows)


@pytest.mark.parametrize(
    ("variant", "rows", "says"),
    [
        ("HasOtherRightsThanTold", ["IAM-RS-OBJ-002", "IAM-RS-OBJ-003"], "within its rights either"),
        ("DecidesLevelsItself", ["IAM-RS-OBJ-002"], "check access.objects"),
        ("KeepsOwnRights", LOOKUPS, "did not ask"),
    ],
)
def test_a_situation_that_cannot_be_made_is_blocked(variant: str, rows: list[str], says: str, tmp_path: Path) -> None:
    seen = outcomes(judged(Subject("iam", "variant", variant, frozenset(rows)), tmp_path))
    assert {(seen[ident]["status"], says in seen[ident]["reason"]["en"]) for ident in rows} == {("blocked", True)}


@pytest.mark.parametrize("variant", ["LimitsAttempts", "LocksOutAfterAttempts", "LimitsAttemptsWithOauth"])
def test_too_many_attempts_are_told_and_fail_nothing(variant: str, tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", variant), tmp_path)
    seen = outcomes(record)
    assert having(record, "failed", "error") == []
    assert "429" in seen["IAM-RS-AUTH-006"]["reason"]["en"]


def test_rights_change_back_at_the_end(tmp_path: Path) -> None:
    record = judged(Subject("iam", "variant", "KeepsRightsUntilNotified", frozenset(LOOKUPS)), tmp_path)
    assert having(record, "passed") == LOOKUPS
    lines = (tmp_path / "run" / "exchanges.jsonl").read_text("utf-8").splitlines()
    assert len([line for line in lines if "/callbacks" in line]) == 6


def test_every_host_has_secrets_for_its_clients() -> None:
    hosts = {row.host for row in fixtures.variants("iam")}
    assert {"", "verwerkingenlogging", "iam/documenten", "iam/catalogi"} <= hosts
    assert {"CONFORMANCE_BEPERKT", "CONFORMANCE_ALLEEN_INZAGE", "CONFORMANCE_ZAKEN"} <= set(fixtures.environment("iam"))


@pytest.mark.parametrize(
    ("kind", "name", "at", "outside"),
    [
        ("variant", "LimitsByTypeAndLevel", "GET /enkelvoudiginformatieobjecten/{uuid}", ("refused", True)),
        ("variant", "LimitsByTypeAndLevel", "GET /enkelvoudiginformatieobjecten/{uuid}/download", ("refused", True)),
        ("variant", "LimitsByTypeAndLevel", "POST /enkelvoudiginformatieobjecten", ("refused", True)),
        ("variant", "HidesObjectsUndeclared", "GET /enkelvoudiginformatieobjecten/{uuid}", ("other", None)),
        ("mutant", "ReadsOtherTypes", "GET /enkelvoudiginformatieobjecten/{uuid}", ("granted", False)),
    ],
)
def test_the_table_of_access_shows_both_sides_of_the_rights(
    kind: str, name: str, at: str, outside: tuple[str, bool | None], tmp_path: Path
) -> None:
    record = judged(Subject("iam", kind, name, frozenset(OBJECTS)), tmp_path)
    row = next(row for row in record["profiles"][0]["access"] if row["operation"] == at)
    cells = {cell["caller"]: (cell["seen"], cell["fits"]) for cell in row["cells"]}
    assert (cells["within"], cells["outside"]) == (("granted", True), outside)


def test_the_table_of_access_has_no_column_for_what_is_unknown(tmp_path: Path) -> None:
    record = judged(Subject("iam", only=frozenset(["IAM-RS-AUTH-003"])), tmp_path)
    callers = [cell["caller"] for cell in record["profiles"][0]["access"][0]["cells"]]
    assert callers == ["nobody", "no_scopes", "one_other", "others", "own", "all"]
