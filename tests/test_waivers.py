"""Tests of waivers: failures that the supplier explains, and waivers that cover nothing."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import fixtures
from conformance import profile as profiles
from conformance.errors import TargetError
from conformance.model import Outcome, Status, Verdict, verdict
from conformance.record import judged, waivers_record
from conformance.waivers import Waiver, load
from tests.conftest import Command
from tests.small import KLEIN, Ran, answering, described, target_file, under_pytest

TODAY = datetime.date(2026, 11, 26)
KNOWN = frozenset({"KLN-REG-001", "KLN-REG-002"})
RIGHT = {"requirement": "KLN-REG-001", "reason": "In versie 2", "owner": "Productteam", "expires": "2027-03-01"}
LAWFUL = Waiver("KLN-REG-001", "In versie 2", "Productteam", datetime.date(2027, 3, 1), "waivers.yaml:2")


def loaded(folder: Path, *rows: Any, today: datetime.date = TODAY) -> tuple[Waiver, ...]:
    """Write a waiver file and load it."""
    path = folder / "waivers.yaml"
    path.write_text(yaml.safe_dump({"waivers": list(rows)}, sort_keys=False), encoding="utf-8")
    return load(path, today, KNOWN)


def without(key: str) -> dict[str, str]:
    """Give the right waiver without one key."""
    return {name: value for name, value in RIGHT.items() if name != key}


def test_a_waiver_has_a_requirement_a_reason_an_owner_and_an_end(tmp_path: Path) -> None:
    assert loaded(tmp_path, RIGHT) == (LAWFUL,)


def test_a_date_may_be_written_as_yaml_reads_it(tmp_path: Path) -> None:
    assert loaded(tmp_path, {**RIGHT, "expires": datetime.date(2027, 3, 1)}) == (LAWFUL,)


@pytest.mark.parametrize(
    ("row", "line", "says"),
    [
        ({**RIGHT, "requirement": "KLN-*"}, 2, "covers one requirement, not a group"),
        ({**RIGHT, "requirement": "*"}, 2, "covers one requirement, not a group"),
        ({**RIGHT, "requirement": "regels"}, 2, "covers one requirement, not a group"),
        ({**RIGHT, "requirement": "KLN-REG-001, KLN-REG-002"}, 2, "covers one requirement, not a group"),
        ({**RIGHT, "requirement": "KLN-REG-003"}, 2, "does not exist; did you mean 'KLN-REG-002'?"),
        ({**RIGHT, "reason": " "}, 3, "The reason is missing"),
        (without("reason"), 2, "The reason is missing"),
        (without("owner"), 2, "Nobody is named as responsible"),
        (without("expires"), 2, "The end date is missing"),
        ({**RIGHT, "expires": "2026-11-25"}, 5, "expired on 2026-11-25"),
        ({**RIGHT, "expires": "2027-11-28"}, 5, "2027-11-28 is too far away"),
    ],
)
def test_a_waiver_that_covers_nothing_says_why_and_where(
    row: dict[str, str], line: int, says: str, tmp_path: Path
) -> None:
    (waiver,) = loaded(tmp_path, row)
    assert waiver.fault is not None
    assert says in waiver.fault.en
    assert waiver.place == f"waivers.yaml:{line}"


@pytest.mark.parametrize("expires", ["2026-11-26", "2027-11-27"])
def test_the_first_and_the_last_day_of_the_term_are_lawful(expires: str, tmp_path: Path) -> None:
    (waiver,) = loaded(tmp_path, {**RIGHT, "expires": expires})
    assert waiver.fault is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- requirement: X", "waivers.yaml:1: is not a waiver file; write 'waivers:'"),
        ("waivers: no", "waivers.yaml:1: waivers: "),
        ("waiver: []", "waivers.yaml:1: waiver: unknown key; did you mean 'waivers'?"),
        ("waivers:\n- {requirement: KLN-REG-001, ower: X}", "waivers.yaml:2: waivers[0].ower: unknown key; did you"),
        ("waivers:\n- {reason: X}", "waivers.yaml:2: waivers[0].requirement: is missing; add it"),
        ("waivers:\n- {requirement: A, expires: soon}", "expires: is not a date; write it as 2027-01-31"),
        ("waivers:\n- {requirement: A, expires: 2027-01-31 12:00:00}", "expires: is not a date"),
        ("waivers:\n- requirement: A\n- requirement: A", "waivers.yaml:3: waivers[1].requirement: 'A' is there twice"),
    ],
)
def test_what_is_no_waiver_file_is_refused_with_its_place(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TargetError) as refused:
        load(path, TODAY, KNOWN)
    assert says in str(refused.value)


def test_an_absent_waiver_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="does not exist"):
        load(tmp_path / "weg.yaml", TODAY, KNOWN)


@pytest.mark.parametrize(
    ("statuses", "waiver", "status"),
    [
        ([Status.FAILED], LAWFUL, Status.WAIVED),
        ([Status.FAILED, Status.PASSED], LAWFUL, Status.WAIVED),
        ([Status.FAILED, Status.BLOCKED], LAWFUL, Status.BLOCKED),
        ([Status.FAILED, Status.ERROR], LAWFUL, Status.ERROR),
        ([Status.ERROR], LAWFUL, Status.ERROR),
        ([Status.BLOCKED], LAWFUL, Status.BLOCKED),
        ([Status.WARNING], LAWFUL, Status.WARNING),
        ([Status.PASSED], LAWFUL, Status.PASSED),
        ([Status.FAILED], None, Status.FAILED),
    ],
)
def test_a_waiver_covers_failures_and_nothing_else(
    statuses: list[Status], waiver: Waiver | None, status: Status
) -> None:
    outcomes = [Outcome("KLN-REG-001", "check()", one) for one in statuses]
    first = judged(profiles.load(KLEIN), outcomes, frozenset(), [waiver] if waiver else ())[0]
    assert first.status is status


def test_only_waived_failures_give_the_verdict_with_waivers() -> None:
    outcomes = [Outcome("KLN-REG-001", "check()", Status.FAILED), Outcome("KLN-REG-002", "check()", Status.PASSED)]
    rows = judged(profiles.load(KLEIN), outcomes, frozenset(), [LAWFUL])[:2]
    assert verdict(rows) is Verdict.CONFORMS_WITH_WAIVERS


@pytest.mark.parametrize(("status", "state"), [("waived", "applied"), ("passed", "unused"), ("error", "unused")])
def test_the_record_says_what_became_of_a_waiver(status: str, state: str) -> None:
    (row,) = waivers_record([LAWFUL], [{"requirements": [{"id": "KLN-REG-001", "status": status}]}])
    assert (row["state"], row["expires"], row["fault"]) == (state, "2027-03-01", None)


def run_with(folder: Path, expires: datetime.date) -> Ran:
    """Judge the reference supplier by a row that it cannot pass, with a waiver for that row."""
    row = {"requirement": "KLN-REG-002", "reason": "Bekend", "owner": "Team", "expires": expires}
    (folder / "waivers.yaml").write_text(yaml.safe_dump({"waivers": [row]}, sort_keys=False), encoding="utf-8")
    supplier = fixtures.supplier("klanten")
    return under_pytest(folder, supplier, "--only", "KLN-REG-001,KLN-REG-002", waivers="waivers.yaml")


def test_a_run_waives_a_failure_that_stays_visible(tmp_path: Path) -> None:
    ran = run_with(tmp_path, datetime.datetime.now(datetime.UTC).date())
    waived = ran.record["profiles"][0]["requirements"][1]
    assert (waived["status"], waived["reason"]["nl"], ran.record["waivers"][0]["state"]) == (
        "waived",
        "Bekend",
        "applied",
    )
    assert [one["status"] for one in waived["outcomes"]] == ["failed"]


def test_a_refused_waiver_leaves_the_failure_and_is_told(tmp_path: Path) -> None:
    ran = run_with(tmp_path, datetime.date(2020, 1, 1))
    assert ran.statuses()["REG-002"] == "failed"
    assert ran.record["waivers"][0]["state"] == "refused"
    assert "2020-01-01" in ran.record["waivers"][0]["fault"]["nl"]


def test_the_command_line_tells_of_a_waiver_that_covers_nothing(tmp_path: Path, command: Command) -> None:
    row = {**RIGHT, "requirement": "KLN-REG-999"}
    (tmp_path / "waivers.yaml").write_text(yaml.safe_dump({"waivers": [row]}, sort_keys=False), encoding="utf-8")
    with fixtures.serve(fixtures.supplier("klanten")) as root:
        target = target_file(tmp_path, root, waivers="waivers.yaml")
        given = ["--only", "KLN-REG-001", "--out", tmp_path / "run"]
        ran = command("run", KLEIN, "--target", target, *given)
        checked = command("check", target, "--profile", KLEIN)
    assert "Waiver refused: waivers.yaml:2: KLN-REG-999: This requirement does not exist" in ran.out
    assert "waivers.yaml:2: KLN-REG-999 covers nothing: This requirement does not exist" in checked.out


def test_a_wrong_waiver_file_stops_the_command_with_its_place(tmp_path: Path, command: Command) -> None:
    (tmp_path / "waivers.yaml").write_text("waivers:\n- {requirement: A, until: 2027-01-01}\n", encoding="utf-8")
    target = target_file(tmp_path, waivers="waivers.yaml")
    told = command("run", KLEIN, "--target", target, "--out", tmp_path / "run")
    assert told.code == 3
    assert "waivers.yaml:2: waivers[0].until: unknown key" in told.err


def test_the_schema_for_editors_asks_for_all_four(command: Command) -> None:
    validator = jsonschema_rs.validator_for(json.loads(command("schema", "waivers").out))
    assert validator.is_valid({"waivers": [RIGHT]})
    assert not any(validator.is_valid({"waivers": [without(key)]}) for key in RIGHT)


def test_init_mentions_waivers(tmp_path: Path, command: Command) -> None:
    command("init", tmp_path / "target.yaml")
    assert "#waivers: waivers.yaml" in (tmp_path / "target.yaml").read_text("utf-8")


def test_the_settings_in_the_run_name_no_secret_and_no_key_of_a_gateway(tmp_path: Path) -> None:
    target_file(tmp_path)
    parts = described()
    parts["apis"]["klanten"]["headers"] = {"X-Gateway-Key": "zeer-geheim"}
    ran = under_pytest(tmp_path, answering((200, {"results": []})), apis=parts["apis"])
    settings = ran.record["target"]["settings"]
    assert settings["apis"]["klanten"]["headers"] == {"X-Gateway-Key": "[redacted]"}
    assert "zeer-geheim" not in json.dumps(ran.record)
    assert not any("secret" in credential for credential in settings["credentials"].values())
