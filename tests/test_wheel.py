"""Tests that an installed wheel works without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without a network."""
    folder = tmp_path_factory.mktemp("dist")
    called = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(called, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a folder of its own."""
    folder = tmp_path_factory.mktemp("installed")
    called = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
        str(folder),
    ]
    subprocess.run([*called, str(wheel)], check=True, capture_output=True)
    return folder


def told(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call what is installed, from a folder that knows nothing of the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    called = [sys.executable, *arguments]
    return subprocess.run(called, cwd=cwd, env=environment, check=False, capture_output=True, text=True)


def test_the_wheel_holds_one_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"conformance", "vng_conformance"}


@pytest.mark.parametrize(
    "name",
    [
        "conformance/cli.py",
        "conformance/schemas/run.schema.json",
        "conformance/report/style.css",
        "conformance/report/templates/report.html.j2",
        "conformance/report/texts.yaml",
        "conformance/report/print.css",
        "conformance/schemas/catalogue.schema.json",
        "conformance/ci/github.yml",
        "conformance/ci/gitlab.yml",
        "conformance/ci/Containerfile",
        "conformance/shipped/profiles/klanten/profile.yaml",
        "conformance/shipped/profiles/klanten/corpus.jsonl.gz",
        "conformance/shipped/profiles/common/requirements/err.yaml",
        "conformance/shipped/fixtures/klanten/standard.yaml",
        "conformance/shipped/fixtures/klanten/mutants.yaml",
    ],
)
def test_the_wheel_holds_what_a_run_needs(name: str, wheel: Path) -> None:
    assert name in zipfile.ZipFile(wheel).namelist()


def test_the_wheel_holds_nothing_of_runs_or_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if "__pycache__" in name or "/tests/" in name or "reports/" in name] == []


def test_everything_in_the_profiles_is_in_the_wheel(wheel: Path) -> None:
    held = {name.removeprefix("conformance/shipped/") for name in zipfile.ZipFile(wheel).namelist()}
    paths = (path for folder in ("profiles", "fixtures") for path in (ROOT / folder).rglob("*") if path.is_file())
    assert {str(path.relative_to(ROOT)) for path in paths if "__pycache__" not in path.parts} - held == set()


def test_it_is_the_installed_one_that_is_called(installed: Path, tmp_path: Path) -> None:
    script = "import conformance.profile as p; print(p.__file__, p.ROOT)"
    said = told(installed, tmp_path, "-c", script).stdout.split()
    assert said == [str(installed / "conformance" / name) for name in ("profile.py", "shipped")]


def test_the_installed_one_shows_the_same_register(installed: Path, tmp_path: Path) -> None:
    said = told(installed, tmp_path, "-m", "conformance", "show", "klanten", "--json")
    here = subprocess.run(
        [sys.executable, "-m", "conformance", "show", "klanten", "--json"], cwd=ROOT, check=True, capture_output=True
    )
    assert (said.stderr, json.loads(said.stdout)) == ("", json.loads(here.stdout))


def test_the_installed_one_judges_its_own_reference_supplier(installed: Path, tmp_path: Path) -> None:
    said = told(installed, tmp_path, "-m", "conformance", "demo", "--only", "KL-UNIQ-001", "--out", "run")
    assert (said.returncode in {0, 2}, said.stderr) == (True, ""), said.stdout
    record = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert [row["id"] for row in record["profiles"][0]["requirements"] if row["status"] == "passed"] == ["KL-UNIQ-001"]
    assert (tmp_path / "run" / "report.nl.html").read_text("utf-8").startswith("<!DOCTYPE html>")
