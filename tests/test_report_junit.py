"""Tests of the JUnit report."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from junitparser import JUnitXml

from conformance.model import Json
from conformance.report import render, write
from tests import samples_run as samples


def junit(folder: Path, content: Json, language: str = "en") -> ElementTree.Element:
    """Render a run as JUnit and read it again."""
    return ElementTree.fromstring(render(samples.write(folder, content), format="junit", language=language))


@pytest.mark.parametrize(
    ("status", "tag"),
    [
        ("passed", None),
        ("warning", "system-out"),
        ("failed", "failure"),
        ("error", "error"),
        ("blocked", "error"),
        ("waived", "skipped"),
        ("not_tested", "skipped"),
        ("not_applicable", "skipped"),
    ],
)
def test_a_status_has_its_element(tmp_path: Path, status: str, tag: str | None) -> None:
    findings = [samples.finding()] if status in {"warning", "failed"} else []
    row = samples.requirement(1, status, outcomes=[samples.outcome(status, *findings)])
    case = junit(tmp_path, samples.run(samples.profile([row]))).find(".//testcase")
    assert case is not None
    assert [child.tag for child in case if child.tag != "properties"] == ([tag] if tag else [])


def test_the_counts_add_up(tmp_path: Path) -> None:
    root = junit(tmp_path, samples.failing())
    counts = [{name: each.get(name) for name in ("tests", "failures", "errors", "skipped")} for each in (root, root[0])]
    assert counts == [{"tests": "47", "failures": "10", "errors": "1", "skipped": "3"}] * 2


def test_a_failure_tells_what_was_expected_and_seen(tmp_path: Path) -> None:
    failure = junit(tmp_path, samples.failing()).find(".//failure")
    assert failure is not None
    assert failure.text == (
        "The second klant was accepted. Expected: status code 400; Seen: status code 201 (Message 2)"
    )


def test_a_waived_failure_is_skipped_with_its_reason(tmp_path: Path) -> None:
    skipped = junit(tmp_path, samples.waiving()).find(".//skipped")
    assert skipped is not None
    assert (skipped.get("type"), str(skipped.text).splitlines()[0]) == ("waived", "Fixed in version 4.3")


def test_a_waiver_is_a_property(tmp_path: Path) -> None:
    waiver = junit(tmp_path, samples.waiving(), "nl").find(".//testcase/properties/property")
    assert waiver is not None
    assert (waiver.get("name"), waiver.get("value")) == ("waiver.reason", "Opgelost in versie 4.3")


@pytest.mark.parametrize("content", [samples.failing(), samples.waiving(), samples.blocking(), samples.misconfigured()])
def test_another_program_reads_the_same_counts(tmp_path: Path, content: Json) -> None:
    path = write(samples.write(tmp_path, content), format="junit")
    read = JUnitXml.fromfile(str(path))
    said = {name: getattr(read, name) for name in ("tests", "failures", "errors", "skipped")}
    read.update_statistics()  # type: ignore[no-untyped-call] # has no types
    assert said == {name: getattr(read, name) for name in said}


def test_a_requirement_without_a_check_is_a_case_of_its_own(tmp_path: Path) -> None:
    row = samples.unjudged(1, "not_tested")
    case = junit(tmp_path, samples.run(samples.profile([row]))).find(".//testcase")
    assert case is not None
    assert case.get("name") == row["id"]


def test_a_finding_without_exchange_names_none(tmp_path: Path) -> None:
    row = samples.requirement(1, "failed", outcomes=[samples.outcome("failed", samples.finding(None))])
    failure = junit(tmp_path, samples.run(samples.profile([row]))).find(".//failure")
    assert failure is not None
    assert "Message" not in str(failure.text)


def test_a_configuration_fault_is_an_error(tmp_path: Path) -> None:
    root = junit(tmp_path, samples.misconfigured(), "nl")
    assert [(case.get("classname"), case[0].tag) for case in root.iter("testcase")] == [("configuration", "error")]


def test_characters_that_xml_forbids_are_made_visible(tmp_path: Path) -> None:
    bad = samples.finding(actual=samples.both("\x00\ud800\ufffe<&>"))
    row = samples.requirement(1, "failed", outcomes=[samples.outcome("failed", bad)])
    failure = junit(tmp_path, samples.run(samples.profile([row]))).find(".//failure")
    assert failure is not None
    assert "⟨U+0000⟩⟨U+D800⟩⟨U+FFFE⟩<&>" in str(failure.text)
