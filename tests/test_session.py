"""Tests of a whole run of the small standard: under plain pytest, parallel, interrupted, with mistakes of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import fixtures
from conformance import session as sessions
from conformance.errors import ProfileError
from conformance.model import Verdict
from conformance.runfile import leftovers
from conformance.session import Plan
from tests.small import KLEIN, PLUGINS, Ran, Seen, copied, target_file, under_pytest

STATUSES = {
    "REG-001": "passed",
    "REG-002": "failed",
    "REG-003": "warning",
    "REG-004": "passed",
    "REG-005": "blocked",
    "REG-006": "not_applicable",
    "REG-007": "error",
    "REG-008": "warning",
    "REG-009": "not_applicable",
    "REG-010": "failed",
    "REG-011": "passed",
    "REG-012": "passed",
    "VRG-001": "not_tested",
    "VRG-002": "not_tested",
}


@pytest.fixture(scope="module")
def supplier() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, supplier: Seen) -> Ran:
    """Judge every row of the small standard."""
    folder = tmp_path_factory.mktemp("whole")
    return under_pytest(folder, supplier, "--junitxml", str(folder / "junit.xml"))


def test_every_status_is_reached(whole: Ran) -> None:
    assert whole.statuses() == STATUSES


def test_a_failed_must_decides(whole: Ran) -> None:
    assert whole.record["profiles"][0]["verdict"] == Verdict.FAILS


def test_pytest_ends_as_with_failed_tests(whole: Ran) -> None:
    assert whole.code == pytest.ExitCode.TESTS_FAILED


def test_nothing_is_left_behind(whole: Ran) -> None:
    assert (whole.record["leftovers"], leftovers(whole.folder)) == ([], [])


def test_every_exchange_is_counted_and_found(whole: Ran) -> None:
    lines = whole.exchanges()
    named = {i for row in whole.record["profiles"][0]["requirements"] for o in row["outcomes"] for i in o["exchanges"]}
    assert whole.record["exchanges"] == len(lines)
    assert named <= {line["id"] for line in lines}
    assert [line["id"] for line in lines] == [str(number + 1) for number in range(len(lines))]


def test_a_warning_and_a_note_keep_their_findings(whole: Ran) -> None:
    rows = {row["id"][4:]: row["outcomes"] for row in whole.record["profiles"][0]["requirements"]}
    severities = {
        name: [one["severity"] for one in rows[name][0]["findings"]] for name in ("REG-003", "REG-004", "REG-008")
    }
    assert severities == {"REG-003": ["warning"], "REG-004": ["note"], "REG-008": ["warning"]}


def test_reasons_are_told(whole: Ran) -> None:
    reasons = {row["id"][4:]: row["reason"] for row in whole.record["profiles"][0]["requirements"] if row["reason"]}
    assert reasons["REG-005"]["en"] == "That cannot be done."
    assert reasons["REG-007"]["en"].startswith("ZeroDivisionError: our own mistake (checks.py:")
    assert reasons["REG-009"]["en"] == "The standard has no resource of this kind."
    assert reasons["VRG-002"]["nl"] == "nog niet gebouwd"


def test_no_secret_is_in_the_run_folder(whole: Ran) -> None:
    text = "".join(path.read_text("utf-8") for path in whole.folder.iterdir())
    assert "geen-echt-geheim" not in text
    assert not re.search(r"eyJ[\w-]+\.", text)
    assert "[redacted]" in text


def test_plain_pytest_writes_its_own_junit(whole: Ran) -> None:
    text = (whole.folder.parent / "junit.xml").read_text("utf-8")
    assert text.count("<testcase") == 12
    assert "status of the answer: expected 418, got 200" in text


def test_the_same_seed_sends_the_same_requests(whole: Ran, tmp_path: Path) -> None:
    again = under_pytest(tmp_path, fixtures.supplier("klanten"))
    sent = [
        [
            re.sub(r"[0-9a-f-]{36}", "UUID", json.dumps([one["request"]["url"], one["request"]["body"]]))
            for one in ran.exchanges()
        ]
        for ran in (whole, again)
    ]
    assert sent[0] == sent[1]


# options of pytest


def ids(ran: Ran) -> set[str]:
    """Name the rows that were run."""
    return {row["id"][4:] for row in ran.record["profiles"][0]["requirements"] if row["outcomes"]}


def test_items_can_be_chosen_by_name(tmp_path: Path, supplier: Seen) -> None:
    ran = under_pytest(tmp_path, supplier, "-k", "KLN-REG-001 or made_and_read")
    assert (ids(ran), ran.code, ran.record["profiles"][0]["verdict"]) == ({"REG-001"}, 0, Verdict.UNDECIDED)


def test_rows_can_be_chosen_by_id(tmp_path: Path, supplier: Seen) -> None:
    ran = under_pytest(tmp_path, supplier, "--only", "KLN-REG-001,KLN-REG-010")
    assert ids(ran) == {"REG-001", "REG-010"}
    assert ran.statuses()["REG-002"] == "not_tested"


def test_a_run_can_stop_at_the_first_failure_and_go_on_with_what_failed(tmp_path: Path, supplier: Seen) -> None:
    first = under_pytest(tmp_path, supplier, "-x")
    assert ids(first) == {"REG-001", "REG-002"}
    second = tmp_path / "second"
    second.mkdir()
    again = under_pytest(second, supplier, "--lf", "-o", f"cache_dir={tmp_path / 'cache'}")
    assert ids(again) == {"REG-002"}


def test_items_can_be_listed_without_sending_anything(tmp_path: Path) -> None:
    unused = Seen(fixtures.supplier("klanten"))
    ran = under_pytest(tmp_path, unused, "--collect-only")
    assert (unused.requests, ran.record) == ([], {})


def test_a_log_can_be_written_by_pytest_html(tmp_path: Path, supplier: Seen) -> None:
    log = tmp_path / "log.html"
    html = ["-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", "--html", str(log), "--self-contained-html"]
    under_pytest(tmp_path, supplier, "--only", "KLN-REG-002", *html)
    text = log.read_text("utf-8")
    assert "KLN-REG-002" in text
    assert "geen-echt-geheim" not in text


def test_reading_only_sends_nothing_else(tmp_path: Path) -> None:
    reader = Seen(fixtures.supplier("klanten"))
    ran = under_pytest(tmp_path, reader, "--read-only")
    assert {method for method, *_ in reader.requests} == {"GET"}
    assert ran.statuses()["REG-001"] == "blocked"
    assert ran.record["read_only"] is True


def test_a_target_may_ask_to_be_only_read(tmp_path: Path) -> None:
    reader = Seen(fixtures.supplier("klanten"))
    under_pytest(tmp_path, reader, safety={"read_only": True})
    assert {method for method, *_ in reader.requests} == {"GET"}


def test_a_fault_of_the_target_ends_the_run_without_a_verdict(tmp_path: Path) -> None:
    ran = under_pytest(tmp_path, fixtures.null("Always404"))
    assert (ran.code, ran.record["interrupted"], ran.record["profiles"][0]["verdict"]) == (2, False, Verdict.UNDECIDED)
    assert len(ran.record["configuration"]) == 1
    assert {*ran.statuses().values()} == {"not_tested", "not_applicable"}


def test_without_a_target_the_plugin_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("def test_x(): pass\n", "utf-8")
    code = pytest.main([*PLUGINS, str(tmp_path), f"--rootdir={tmp_path}", "-p", "no:cacheprovider"])
    assert code == 0


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Serve a reference supplier on loopback."""
    with fixtures.serve(fixtures.supplier("klanten")) as root:
        yield root


def test_parallel_runs_give_the_same_outcomes(whole: Ran, served: str, tmp_path: Path) -> None:
    ran = under_pytest(tmp_path, None, "-p", "xdist", "-n", "2", target=target_file(tmp_path, served))
    assert (ran.statuses(), ran.record["leftovers"]) == (STATUSES, [])
    assert ran.record["profiles"][0]["verdict"] == whole.record["profiles"][0]["verdict"]
    parts = sorted(path.name for path in ran.folder.iterdir())
    assert [name for name in parts if name.startswith("exchanges")] == ["exchanges.jsonl"]
    assert [len({line["id"] for line in ran.exchanges()})] == [ran.record["exchanges"]]
    named = {i for row in ran.record["profiles"][0]["requirements"] for o in row["outcomes"] for i in o["exchanges"]}
    assert named <= {line["id"] for line in ran.exchanges()}


# our own mistakes


def test_a_mistake_of_ours_is_never_a_verdict(tmp_path: Path, supplier: Seen) -> None:
    profile = copied(tmp_path, only=("KLN-REG-001", "KLN-REG-007"))
    ran = under_pytest(tmp_path, supplier, profile=profile)
    assert ran.statuses() == {"REG-001": "passed", "REG-007": "error"}
    assert ran.record["profiles"][0]["verdict"] == Verdict.UNDECIDED


def test_when_everything_passes_the_product_conforms(tmp_path: Path, supplier: Seen) -> None:
    profile = copied(tmp_path, only=("KLN-REG-001", "KLN-REG-008", "KLN-VRG-001"))
    ran = under_pytest(tmp_path, supplier, profile=profile)
    assert (ran.code, ran.record["profiles"][0]["verdict"]) == (0, Verdict.CONFORMS)


def test_a_check_that_ends_the_process_is_not_passed(tmp_path: Path, supplier: Seen) -> None:
    profile = copied(tmp_path, only=("KLN-REG-001", "KLN-REG-007"))
    checks = (profile / "checks.py").read_text("utf-8")
    checks = checks.replace('raise ZeroDivisionError("our own mistake")', "raise SystemExit(0)")
    (profile / "checks.py").write_text(checks, "utf-8")
    ran = under_pytest(tmp_path, supplier, profile=profile)
    assert ran.statuses()["REG-007"] != "passed"
    assert ran.record["profiles"][0]["verdict"] == Verdict.UNDECIDED
    assert ran.record["leftovers"] == []


def test_an_abstract_profile_cannot_be_run(tmp_path: Path) -> None:
    common = KLEIN.parent.parent / "profiles" / "common"
    with pytest.raises(ProfileError, match=r"is only included by other profiles; run one of "):
        sessions.begin(Plan((common,), target_file(tmp_path)))
