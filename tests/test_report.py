"""Tests of the entrance of the report package and of reading a run folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.report import FORMS, LANGUAGES, ReportError, render, write
from conformance.report.record import read
from tests import samples_run as samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a failing run."""
    return samples.write(tmp_path / "run", samples.failing())


@pytest.mark.parametrize(
    ("form", "language", "name"),
    [
        ("html", "nl", "report.nl.html"),
        ("html", "en", "report.en.html"),
        ("junit", "nl", "junit.xml"),
        ("md", "en", "summary.md"),
        ("json", "nl", "run.json"),
    ],
)
def test_a_report_is_written_in_the_run_folder(folder: Path, form: str, language: str, name: str) -> None:
    path = write(folder, language=language, format=form)
    assert (path, path.read_bytes()) == (folder / name, render(folder, language=language, format=form))


def test_a_report_is_written_in_another_folder(folder: Path, tmp_path: Path) -> None:
    assert write(folder, out=tmp_path / "new" / "place").parent == tmp_path / "new" / "place"


def test_a_folder_that_cannot_be_written_is_an_error(folder: Path) -> None:
    with pytest.raises(ReportError, match=r"cannot be written"):
        write(folder, out=folder / "run.json")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_the_same_run_gives_the_same_bytes(folder: Path, form: str, language: str) -> None:
    first = render(folder, language=language, format=form)
    assert render(folder, language=language, format=form) == first


def test_json_is_the_run_as_recorded(folder: Path) -> None:
    assert render(folder, format="json") == (folder / "run.json").read_bytes()


@pytest.mark.parametrize(
    ("form", "language", "said"),
    [
        ("html", "fr", "language 'fr' does not exist"),
        ("htm", "nl", "format 'htm' does not exist; did you mean 'html'?"),
    ],
)
def test_an_unknown_form_or_language_is_an_error(folder: Path, form: str, language: str, said: str) -> None:
    with pytest.raises(ReportError) as caught:
        render(folder, language=language, format=form)
    assert said in str(caught.value)


def test_a_report_error_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no readable run\.json; name the folder"):
        render(tmp_path / "absent")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "is damaged: it is not valid JSON"),
        (b"\xff\xfe", "is damaged: it is not valid JSON"),
        (b"[" * 100_000, "is damaged: it is not valid JSON"),
        (b"[]", "is damaged at (root)"),
        (json.dumps(samples.run(depth="extreme")).encode(), "is damaged at depth"),
        (json.dumps(samples.run(number={"x": "y" * 500})).encode(), "…"),
    ],
)
def test_a_damaged_run_is_an_error(folder: Path, content: bytes, said: str) -> None:
    (folder / "run.json").write_bytes(content)
    with pytest.raises(ReportError) as caught:
        render(folder)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{\n", "is damaged: it is not valid JSON"),
        (b"[]\n", "has a line without an id"),
        (b'{"id": 1}\n', "has a line without an id"),
        (b'{"id": "2"}\n', "is damaged at (root)"),
    ],
)
def test_a_damaged_exchange_is_an_error(folder: Path, line: bytes, said: str) -> None:
    (folder / "exchanges.jsonl").write_bytes(line)
    with pytest.raises(ReportError) as caught:
        render(folder)
    assert said in str(caught.value)


def test_absent_exchanges_of_a_run_that_sent_requests_are_an_error(folder: Path) -> None:
    (folder / "exchanges.jsonl").unlink()
    with pytest.raises(ReportError, match=r"is absent although the run sent requests"):
        render(folder)


def test_a_run_that_sent_nothing_needs_no_exchanges(tmp_path: Path) -> None:
    folder = samples.write(tmp_path, samples.misconfigured())
    (folder / "exchanges.jsonl").unlink()
    assert render(folder)


def test_a_last_line_cut_by_a_crash_is_left_out(folder: Path) -> None:
    with (folder / "exchanges.jsonl").open("a") as file:
        file.write('{"id": "4", "item"')
    assert read(folder).exchanges.find("4") is None


def test_an_exchange_is_found_by_its_id(folder: Path) -> None:
    found = read(folder).exchanges.find("2")
    assert found == samples.EXCHANGES[1]
