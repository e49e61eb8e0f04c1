"""Tests of the pytest plugin itself: what it collects, shows and refuses."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

import fixtures
from conformance.model import Finding, Outcome, Severity, Status, Text, same
from conformance.plugin import NotPassed
from tests.small import KLEIN, Embedded, Ran, Seen, copied, target_file, under_pytest


@pytest.fixture(scope="module")
def supplier() -> Seen:
    """Give a reference supplier that notes what it is asked."""
    return Seen(fixtures.supplier("klanten"))


def said(folder: Path, supplier: Seen, *arguments: str) -> tuple[int, str]:
    """Judge under pytest with its own terminal, and give what that says."""
    ran = Ran(-1, folder / "run")
    given = ["--disable-plugin-autoload", "-p", "conformance.plugin", "-c", "/dev/null", str(KLEIN)]
    given += [f"--rootdir={KLEIN.parent}", "-p", "no:cacheprovider", "--target", str(target_file(folder))]
    given += ["--run-dir", str(ran.folder), "--color=no"]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = pytest.main([*given, *arguments], plugins=[Embedded(supplier, ran)])
    return int(code), out.getvalue() + err.getvalue()


def test_a_failure_is_shown_as_expected_and_got(tmp_path: Path, supplier: Seen) -> None:
    code, text = said(tmp_path, supplier, "--only", "KLN-REG-002")
    assert code == 1
    assert "KLN-REG-002 failed: answers_with(resource=klanten, status=418)" in text
    assert "  status of the answer: expected 418, got 200 (exchange " in text
    assert "Traceback" not in text


def test_our_own_mistake_is_shown_with_its_place(tmp_path: Path, supplier: Seen) -> None:
    _, text = said(tmp_path, supplier, "--only", "KLN-REG-007")
    assert "KLN-REG-007 error: breaks(resource=klanten)\n  ZeroDivisionError: our own mistake (checks.py:" in text


def test_what_is_blocked_is_skipped_with_its_reason(tmp_path: Path, supplier: Seen) -> None:
    code, text = said(tmp_path, supplier, "--only", "KLN-REG-005,KLN-REG-006", "-rs")
    assert code == 0
    assert "blocked: That cannot be done." in text
    assert "not_applicable: That does not apply." in text


def test_items_are_listed_with_the_line_of_their_row(tmp_path: Path, supplier: Seen) -> None:
    code, text = said(tmp_path, supplier, "--collect-only", "-q")
    assert code == 0
    names = [line.rpartition("::")[2] for line in text.splitlines() if "KLN-" in line]
    assert (names[0], names[-1], len(names)) == ("KLN-REG-001 made_and_read", "KLN-REG-012 takes_long", 12)


def test_notes_are_not_shown_as_failures() -> None:
    finding = Finding(Text("a", "b"), same("1"), same("2"), "3", Severity.NOTE)
    assert str(NotPassed(Outcome("X-001", "c()", Status.FAILED, (finding,)))) == "X-001 failed: c()"


def test_a_wrong_target_is_a_usage_error_of_pytest(tmp_path: Path, supplier: Seen) -> None:
    ran = under_pytest(tmp_path, supplier, target=tmp_path / "weg.yaml")
    assert (ran.code, ran.said.count("weg.yaml: does not exist; check the path")) == (pytest.ExitCode.USAGE_ERROR, 1)
    assert "Traceback" not in ran.said
    assert not ran.folder.exists()


def test_a_folder_that_is_no_profile_is_left_to_pytest(tmp_path: Path, supplier: Seen) -> None:
    (tmp_path / "test_beside.py").write_text("def test_x(): pass\n", "utf-8")
    ran = under_pytest(tmp_path, supplier, str(tmp_path / "test_beside.py"), "--only", "KLN-REG-001")
    assert ran.statuses()["REG-001"] == "passed"


def test_two_profiles_can_be_judged_in_one_run(tmp_path: Path, supplier: Seen) -> None:
    copy = copied(tmp_path, only=("KLN-REG-001",))
    other = copy.rename(tmp_path / "kleiner")
    text = (other / "profile.yaml").read_text("utf-8").replace("name: klein", "name: kleiner")
    (other / "profile.yaml").write_text(text, "utf-8")
    ran = under_pytest(tmp_path, supplier, str(other), "--only", "KLN-REG-001")
    told = {one["name"]: one["requirements"][0]["status"] for one in ran.record["profiles"]}
    assert told == {"klein": "passed", "kleiner": "passed"}


def test_what_is_proven_is_told(tmp_path: Path, supplier: Seen) -> None:
    ran = under_pytest(tmp_path, supplier, "--only", "KLN-REG-001")
    assert {proof.subject for proof in ran.proofs} == {"clock", "url", "credential"}
