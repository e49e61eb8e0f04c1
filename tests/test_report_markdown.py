"""Tests of the summary in Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Json
from conformance.report import render
from conformance.report.page import markdown
from tests import samples_run as samples


def summary(folder: Path, content: Json, language: str = "nl") -> list[str]:
    """Render a run as Markdown and give its lines."""
    return render(samples.write(folder, content), format="md", language=language).decode().splitlines()


def test_the_conclusion_comes_first(tmp_path: Path) -> None:
    lines = [line for line in summary(tmp_path, samples.failing()) if line]
    assert lines[:2] == ["# Conformiteitsrapport: Klantbeeld 4.2.1", "## Klanten API 1.0.0: voldoet niet"]
    assert lines[2].startswith("Klantbeeld 4.2.1 voldoet niet aan Klanten API 1.0.0. Het product haalt 10 van de 44")


@pytest.mark.parametrize(
    "line",
    [
        "| Status | Mandatory | Recommended | Informative |",
        "| :-- | --: | --: | --: |",
        "| Failed | 10 | 0 | 0 |",
        "### Deviations of this product (9)",
        "### Deviations that the reference has too (1)",
        "### Warnings (3)",
        "- **KL-UNIC-031** List answers the envelope with klanten",
    ],
)
def test_the_counts_and_deviations_are_listed(tmp_path: Path, line: str) -> None:
    assert line in summary(tmp_path, samples.failing(), "en")


def test_a_configuration_fault_says_what_to_change(tmp_path: Path) -> None:
    lines = summary(tmp_path, samples.misconfigured())
    assert any(line.startswith("1. doel.yaml\\:12\\: credentials.volledig.secret") for line in lines)


def test_an_interrupted_run_says_so(tmp_path: Path) -> None:
    assert any(line.startswith("**De test is afgebroken.**") for line in summary(tmp_path, samples.interrupted()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n# b", "a \\# b"),
        ("[x](javascript:alert)", "\\[x\\](javascript\\:alert)"),
        ("https://example.nl www.example.nl", "https\\://example.nl www\\.example.nl"),
        ("@iemand `code` |", "\\@iemand \\`code\\` \\|"),
    ],
)
def test_nothing_from_the_wire_is_markup(text: str, said: str) -> None:
    assert markdown(text) == said
