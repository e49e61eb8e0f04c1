"""Tests of the CTRF report.

No Python package ships the schema of CTRF, so the shape is a strict subset of it, written by hand: closed objects and
only the members that we write. What fits here fits the published schema (spec version 0.0.0).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jsonschema_rs
import pytest

from conformance.model import Json
from conformance.report import render
from tests import samples_run as samples
from tests.test_report_sarif import RUNS

WORD = {"type": "string", "minLength": 1}
STATUS = {"enum": ["passed", "failed", "skipped", "pending", "other"]}


def closed(required: dict[str, Json], optional: dict[str, Json] | None = None) -> Json:
    """Give the schema of an object that has nothing else."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


INTEGER = {"type": "integer"}
COUNTS = dict.fromkeys(
    ("tests", "passed", "failed", "skipped", "pending", "other", "suites", "start", "stop", "duration"), INTEGER
)
TEST = closed(
    {"name": WORD, "status": STATUS, "duration": INTEGER, "rawStatus": WORD},
    {
        "testId": WORD,
        "suite": {"type": "array", "minItems": 1, "items": WORD},
        "tags": {"type": "array", "items": {"type": "string"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "message": WORD,
        "trace": {"type": "string"},
        "extra": {"type": "object"},
    },
)
RESULTS = closed(
    {
        "tool": closed({"name": WORD, "version": WORD}),
        "summary": closed({**COUNTS, "extra": {"type": "object"}}),
        "tests": {"type": "array", "items": TEST},
        "environment": closed(
            {"reportName": WORD, "appName": WORD, "appVersion": {"type": "string"}, "extra": {"type": "object"}}
        ),
    }
)
CTRF = closed(
    {
        "reportFormat": {"const": "CTRF"},
        "specVersion": {"const": "0.0.0"},
        "reportId": {"type": "string", "format": "uuid"},
        "runId": WORD,
        "timestamp": {"type": "string", "format": "date-time"},
        "generatedBy": WORD,
        "results": RESULTS,
    }
)


def ctrf(folder: Path, content: Json, language: str = "en") -> Json:
    """Render a run as CTRF and read it again."""
    return json.loads(render(samples.write(folder, content), format="ctrf", language=language))


@pytest.mark.parametrize("name", RUNS)
def test_it_has_the_shape_of_ctrf(tmp_path: Path, name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(CTRF, validate_formats=True)
    assert [error.message for error in validator.iter_errors(ctrf(tmp_path, RUNS[name]))] == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("passed", "passed"),
        ("warning", "passed"),
        ("failed", "failed"),
        ("error", "other"),
        ("blocked", "other"),
        ("waived", "skipped"),
        ("not_tested", "skipped"),
        ("not_applicable", "skipped"),
    ],
)
def test_a_status_has_its_word_and_keeps_our_own(tmp_path: Path, status: str, said: str) -> None:
    row = samples.requirement(1, status, outcomes=[samples.outcome(status)])
    (test,) = ctrf(tmp_path, samples.run(samples.profile([row])))["results"]["tests"]
    assert (test["status"], test["rawStatus"]) == (said, status)


def test_the_summary_counts_the_tests(tmp_path: Path) -> None:
    results = ctrf(tmp_path, samples.failing())["results"]
    counted = Counter(test["status"] for test in results["tests"])
    summary = results["summary"]
    assert {status: summary[status] for status in counted} == counted
    assert (summary["tests"], summary["failed"], summary["duration"]) == (47, 10, 270_000)


def test_a_waiver_and_a_failure_are_told(tmp_path: Path) -> None:
    tests = ctrf(tmp_path, samples.waiving(), "nl")["results"]["tests"]
    assert tests[1]["extra"]["waiver"]["reason"] == "Opgelost in versie 4.3"
    assert "Gezien: statuscode 201 (Bericht 2)" in tests[1]["trace"]
