"""Tests of what a run tells about each operation: who got in, the three descriptions, and the time it took."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import fixtures
from conformance.accessmatrix import access
from conformance.library.access import without_scope
from conformance.observed import exchanges, median, sights, timing
from conformance.threeway import comparison
from tests.matrix import Subject, judged
from tests.samples_row import exchange
from tests.samples_run import write
from tests.small import answering, api_of, opened, under_pytest

ACCESS = frozenset({"KL-AUTH-001", "KL-AUTH-002", "COM-AUTH-001", "COM-AUTH-003", "COM-OAS-002", "KL-OAS-001"})


def seen(folder: Path, kind: str = "reference", name: str = "", only: frozenset[str] = ACCESS) -> dict[str, Any]:
    """Judge a supplier and give what run.json says of Klanten."""
    profile: dict[str, Any] = judged(Subject("klanten", kind, name, only), folder)["profiles"][0]
    return profile


def cells(profile: dict[str, Any], operation: str) -> dict[str, dict[str, Any]]:
    """Give the cells of one operation by the kind of caller."""
    row = next(row for row in profile["access"] if row["operation"] == operation)
    return {cell["caller"]: cell for cell in row["cells"]}


def test_the_reference_lets_in_whom_it_should(tmp_path: Path) -> None:
    profile = seen(tmp_path)
    told = cells(profile, "GET /klanten")
    assert (told["nobody"]["seen"], told["others"]["seen"], told["own"]["seen"]) == ("refused", "refused", "granted")
    assert not any(cell["fits"] is False for row in profile["access"] for cell in row["cells"])


def test_a_forged_token_counts_for_nobody(tmp_path: Path) -> None:
    told = cells(seen(tmp_path, only=frozenset({"COM-AUTH-003"})), "GET /klanten")
    assert told["nobody"]["seen"] == "untried"
    assert told["all"]["statuses"] == [200]


@pytest.mark.parametrize(("mutant", "caller"), [("OpensKlantList", "nobody"), ("ForgetsScopeOfKlantList", "others")])
def test_a_door_that_stands_open_does_not_fit(mutant: str, caller: str, tmp_path: Path) -> None:
    told = cells(seen(tmp_path, "mutant", mutant), "GET /klanten")
    assert (told[caller]["seen"], told[caller]["fits"], told["all"]["fits"]) == ("granted", False, True)
    assert told[caller]["exchange"] is not None


def test_what_answers_everyone_alike_is_told_as_it_is(tmp_path: Path) -> None:
    told = cells(seen(tmp_path, "null", "Always404"), "GET /klanten")
    assert {cell["fits"] for cell in told.values()} == {None}


def test_the_own_document_is_compared_by_operation(tmp_path: Path) -> None:
    (compared,) = seen(tmp_path)["comparison"]
    assert compared["document"].endswith("/openapi.json")
    assert all(operation["described"] for operation in compared["operations"])
    assert (compared["extra_operations"], compared["differences"]) == ([], [])


def test_a_run_without_the_document_says_so(tmp_path: Path) -> None:
    (compared,) = seen(tmp_path, only=frozenset({"KL-AUTH-001"}))["comparison"]
    assert compared["document"] is None
    assert {operation["described"] for operation in compared["operations"]} == {None}


def test_a_member_that_nobody_knows_is_told(tmp_path: Path) -> None:
    (compared,) = seen(tmp_path, "variant", "ExtraMembersInResponses")["comparison"]
    row = next(row for row in compared["differences"] if row["what"]["en"].startswith("GET /klanten/{uuid} 200: "))
    assert row["standard"]["en"] == "does not know this"
    assert row["seen"]["en"] == "seen"


@pytest.mark.parametrize(
    ("mutant", "what", "document"),
    [
        ("DescribesExtraParameter", "GET /klanten: ", "describes this"),
        ("DescribesOtherSuccessStatus", "status of a successful answer", ""),
    ],
)
def test_what_the_own_document_says_otherwise_is_told(mutant: str, what: str, document: str, tmp_path: Path) -> None:
    (compared,) = seen(tmp_path, "mutant", mutant)["comparison"]
    rows = [row for row in compared["differences"] if what in row["what"]["en"]]
    assert rows != []
    assert document in rows[0]["document"]["en"]


def test_a_document_that_cannot_be_read_is_no_document(tmp_path: Path) -> None:
    (compared,) = seen(tmp_path, "mutant", "PublishesSwagger2")["comparison"]
    assert compared["document"] is None


def test_operations_that_only_one_of_the_two_knows_are_told(tmp_path: Path) -> None:
    document = {"openapi": "3.0.3", "info": {}, "paths": {"/klanten": {"get": {}}, "/statistiek": {"get": {}}}}
    with opened(tmp_path, answering((200, document))) as run:
        api_of(run).anonymous().get(f"{run.target.root('klanten')}/openapi.json")
        run.folder.close()
        (compared,) = comparison(run, sights(run))
    assert compared["extra_operations"] == ["GET /statistiek"]
    described = {one["operation"]: one["described"] for one in compared["operations"]}
    assert (described["GET /klanten"], described["POST /klanten"]) == (True, False)
    assert not any(row["what"]["en"] in described for row in compared["differences"])


def test_an_application_with_this_and_other_scopes_is_no_kind_of_its_own(tmp_path: Path) -> None:
    with opened(tmp_path, fixtures.supplier("klanten"), profile="klanten") as run:
        without_scope(api_of(run), "klanten.lezen").post("klanten", {})
        run.folder.close()
        rows = access(run, sights(run))
    assert {cell["seen"] for row in rows for cell in row["cells"]} == {"untried"}


def test_an_application_that_may_everything_by_its_flag_says_nothing_about_scopes(tmp_path: Path) -> None:
    profile = seen(tmp_path, only=frozenset({"COM-AUTH-009"}))
    assert {cell["seen"] for row in profile["access"] for cell in row["cells"] if cell["caller"] == "own"} == {
        "untried"
    }


def test_an_answer_that_is_no_json_has_no_members(tmp_path: Path) -> None:
    (compared,) = seen(tmp_path, "null", "LoginPage")["comparison"]
    assert compared["differences"] == []


def test_a_line_that_a_crash_cut_short_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {}, [exchange("1")])
    with (tmp_path / "exchanges.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "2", "req')
    assert [one["id"] for one in exchanges(tmp_path)] == ["1"]


def test_time_is_divided(tmp_path: Path) -> None:
    write(tmp_path, {}, [exchange("1"), exchange("2"), exchange("3", status=None)])
    told = timing(tmp_path, 1.0)
    assert (told["elapsed"], told["answers"], told["waited"], told["median"]) == (1.0, 2, 0.008, 0.004)
    assert told["slowest"][0] == {"exchange": "1", "call": "POST /klanten/api/v1/klanten", "seconds": 0.004}


def test_no_answers_have_no_middle() -> None:
    assert median([]) is None


def test_the_caller_of_each_request_is_recorded(tmp_path: Path) -> None:
    ran = under_pytest(tmp_path, fixtures.supplier("klanten"), "--only", "KLN-REG-001")
    assert {one["caller"] for one in ran.exchanges() if one["phase"] == "arrange"} == {"alles"}


@pytest.mark.parametrize(("headers", "caller"), [({}, "alles"), ({"Authorization": "Bearer x"}, None)])
def test_another_token_has_no_caller(headers: dict[str, str], caller: str | None, tmp_path: Path) -> None:
    with opened(tmp_path, answering((200, {}))) as run:
        api_of(run).get("klanten", headers=headers)
        assert run.folder.recent[-1]["caller"] == caller


def test_a_request_without_credentials_has_nobody_as_its_caller(tmp_path: Path) -> None:
    with opened(tmp_path, answering((200, {}))) as run:
        api_of(run).anonymous().get("klanten")
        assert run.folder.recent[-1]["caller"] == ""
