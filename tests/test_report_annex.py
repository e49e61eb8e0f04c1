"""Tests of the annex to a tender and of the export for the Softwarecatalogus."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from pathlib import Path

import jsonschema_rs
import pytest

from conformance.model import Json
from conformance.report import files
from conformance.report.sheet import sheet
from tests import samples_run as samples
from tests.test_report_html import Page


def annex(folder: Path, content: Json, language: str = "nl") -> dict[str, bytes]:
    """Render the annex of a run."""
    return dict(files(samples.write(folder, content), format="annex", language=language))


def table(content: bytes) -> list[list[str]]:
    """Read a CSV file the way a Dutch spreadsheet does."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_table_says_what_is_asked_how_it_was_tested_and_the_result(tmp_path: Path) -> None:
    heads, *rows = table(annex(tmp_path, samples.waiving())["annex.nl.csv"])
    assert heads == [
        "Standaard en versie",
        "Eis",
        "Niveau",
        "Omschrijving",
        "Hoe getoetst",
        "Resultaat",
        "Opmerking",
        "Bron",
    ]
    assert [row[1:7] for row in rows][1] == [
        "KL-CONT-002",
        "Verplicht",
        "Filter op achternaam geeft alleen klanten met die naam",
        "Automatisch: 1 toets, 2 berichten",
        "Toegelicht",
        "Opgelost in versie 4.3 De tweede klant met hetzelfde nummer is aangenomen. "
        "Verwacht: statuscode 400; Gezien: statuscode 201 (Bericht 2)",
    ]


@pytest.mark.parametrize(
    ("row", "tested"),
    [
        (samples.requirement(1), "Automatically: 1 check, 2 messages"),
        (samples.unjudged(1, "not_tested"), "Not tested in this run"),
        (samples.requirement(1, "not_tested", declared=True, outcomes=[]), "Declaration by the supplier"),
    ],
)
def test_it_says_how_a_requirement_was_tested(tmp_path: Path, row: Json, tested: str) -> None:
    rows = table(annex(tmp_path, samples.run(samples.profile([row])), "en")["annex.en.csv"])
    assert rows[1][4] == tested


def test_the_page_has_a_row_for_every_requirement(tmp_path: Path) -> None:
    page = Page(annex(tmp_path, samples.failing())["annex.nl.html"])
    assert sum(attributes.get("scope") == "row" for attributes in page.every("th")) == 47
    assert page.says("Bijlage bij het Programma van Eisen")
    assert [link for link in page.values("href") + page.values("src") if not link.startswith("#")] == []


def test_a_run_that_judged_nothing_says_so(tmp_path: Path) -> None:
    made = annex(tmp_path, samples.misconfigured())
    assert Page(made["annex.nl.html"]).says("Er is niets beoordeeld.")
    assert json.loads(made["catalogue.json"])["rows"] == []


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+31", "'+31"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("＝1", "'＝1"),
        ("|cmd", "'|cmd"),
        ('a;b"c\nd', 'a;b"c d'),
        ("\u202e=1", "⟨U+202E⟩=1"),
        (-3, "-3"),
    ],
)
def test_a_cell_is_never_a_formula(value: str | int, cell: str) -> None:
    assert table(sheet(["a"], [[value]]))[1] == [cell]


@pytest.mark.parametrize("content", [samples.passing(), samples.failing(), samples.two_profiles(), samples.waiving()])
def test_the_export_fits_its_schema_in_both_forms(tmp_path: Path, content: Json) -> None:
    made = annex(tmp_path, content)
    exported = json.loads(made["catalogue.json"])
    schema = json.loads(resources.files("conformance").joinpath("schemas/catalogue.schema.json").read_bytes())
    assert [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(exported)] == []
    heads, *rows = table(made["catalogue.csv"])
    assert heads == list(schema["properties"]["rows"]["items"]["properties"])
    assert rows == [[str(value) for value in row.values()] for row in exported["rows"]]


def test_the_export_counts_mandatory_requirements(tmp_path: Path) -> None:
    (row,) = json.loads(annex(tmp_path, samples.failing())["catalogue.json"])["rows"]
    counts = [
        row[name] for name in ("verplicht", "geslaagd", "aandachtspunt", "toegelicht", "afwijking", "niet_beoordeeld")
    ]
    assert counts == [44, 30, 0, 0, 10, 4]
