"""Tests of the report on paper, read by pypdf."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader

from conformance.model import Json
from conformance.report import ReportError, render
from conformance.report import pdf as paper
from tests import samples_run as samples


def pdf(folder: Path, content: Json, language: str = "nl") -> PdfReader:
    """Render a run as PDF and open it."""
    return PdfReader(io.BytesIO(render(samples.write(folder, content), format="pdf", language=language)))


def words(reader: PdfReader) -> str:
    """Give the text of all pages on one line."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def tags(node: Any) -> set[str]:
    """List the kinds of the elements below a node of the structure tree."""
    children = node.get("/K", [])
    below = [child.get_object() for child in (children if isinstance(children, list) else [children])]
    found = {str(node["/S"])} if "/S" in node else set()
    return found.union(*(tags(child) for child in below if hasattr(child, "get")))


def test_it_is_tagged_and_has_a_language_and_a_title(tmp_path: Path) -> None:
    reader = pdf(tmp_path, samples.failing(), "en")
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "Conformance report – Klantbeeld 4.2.1"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 (a value of its own kind)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= tags(root["/StructTreeRoot"])
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


@pytest.mark.parametrize(
    ("content", "language", "said"),
    [
        (samples.passing(), "nl", "Klantbeeld 4.2.1 voldoet aan Klanten API 1.0.0"),
        (samples.failing(), "en", "The product fails 10 of the 44 mandatory requirements."),
        (samples.waiving(), "nl", "Toelichting: Opgelost in versie 4.3"),
        (samples.interrupted(), "nl", "De test is afgebroken."),
        (samples.misconfigured(), "nl", "KLANTEN_SECRET is leeg"),
        (samples.run(), "nl", "Er is geen standaard getoetst"),
    ],
)
def test_it_says_what_the_run_says(tmp_path: Path, content: Json, language: str, said: str) -> None:
    assert said in words(pdf(tmp_path, content, language))


def test_of_many_deviations_it_shows_the_first_and_counts_the_others(tmp_path: Path) -> None:
    rows = [samples.requirement(number, "failed") for number in range(1, paper.SHOWN + 8)]
    text = words(pdf(tmp_path, samples.run(samples.profile(rows, "voldoet niet"))))
    assert "Er zijn er nog meer: 7 eisen." in text


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    folder = samples.write(tmp_path, samples.failing())
    script = (
        "import sys, pathlib, conformance.report as report\n"
        "sys.stdout.buffer.write(report.render(pathlib.Path(sys.argv[1]), format='pdf'))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    said = subprocess.run([sys.executable, "-c", script, str(folder)], env=environment, capture_output=True, check=True)
    assert said.stdout == render(folder, format="pdf")


def test_it_fetches_nothing() -> None:
    with pytest.raises(ValueError, match="is not part of the report"):
        paper.unfetched("https://example.nl/font.woff")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            ModuleNotFoundError("No module named 'weasyprint'"),
            r"not installed; install it with: pip install 'vng-conform",
        ),
        (OSError("cannot load library 'libpango'\nmore"), r"cannot load library 'libpango'; WeasyPrint needs Pango"),
    ],
)
def test_what_is_missing_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    def absent(name: str) -> None:
        raise fault

    monkeypatch.setattr(paper, "importlib", SimpleNamespace(import_module=absent))
    with pytest.raises(ReportError, match=said):
        render(samples.write(tmp_path, samples.passing()), format="pdf")
