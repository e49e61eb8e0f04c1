"""Tests of profile folders: what cannot be used is told in one line that names the place and the remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conformance import profile as profiles
from conformance.errors import ProfileError
from conformance.model import Json
from tests.conftest import Command
from tests.small import KLEIN, WRONG, copied, target_file

ROWS = yaml.safe_load((WRONG / "profiles.yaml").read_text("utf-8"))["wrong"]


def spoilt(folder: Path, row: Json) -> Path:
    """Copy the small standard and make one change to it."""
    copy = copied(folder)
    path = copy / row["file"]
    if "old" in row:
        text = path.read_text("utf-8")
        assert row["old"] in text, row["name"]
        path.write_text(text.replace(row["old"], row["new"], 1), "utf-8")
    elif "text" in row:
        path.write_text(row["text"], "utf-8")
    else:
        path.unlink()
    return copy


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_wrong_profile_is_one_line_with_place_and_remedy(row: Json, tmp_path: Path, command: Command) -> None:
    copy, target = spoilt(tmp_path, row), target_file(tmp_path)
    told = command("check", target, "--profile", copy)
    path = copy / row.get("where", row["file"])
    where = f"Error: {path}:{row['line']}: " if "line" in row else f"Error: {path}: "
    assert (told.code, told.out, told.err.count("\n")) == (3, "", 1), told.err
    assert told.err.startswith(where), told.err
    assert row["says"] in told.err, told.err
    assert "; " in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(("verb", "name"), [("show", "unknown-check"), ("run", "misspelt-row-key")])
def test_a_wrong_profile_ends_the_real_command(verb: str, name: str, tmp_path: Path) -> None:
    row = next(row for row in ROWS if row["name"] == name)
    called = [sys.executable, "-m", "conformance", verb, str(spoilt(tmp_path, row))]
    called += ["--target", str(target_file(tmp_path))] if verb == "run" else []
    told = subprocess.run(called, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1), told.stderr
    assert row["says"] in told.stderr


def test_the_right_profile_is_loaded() -> None:
    profile = profiles.load(KLEIN)
    assert (profile.name, profile.main.name, len(profile.own)) == ("klein", "klanten", 14)
    assert profile.declarations[0].id == "KLN-DECL-001"
    assert profile.errata[0]["id"] == "KLN-ERR-01"
    last = profile.requirements[-1]
    assert last.interpretation is not None
    assert last.interpretation.warn_only == ("KLN",)
    assert last.shared_defect is not None


@pytest.mark.parametrize("name", profiles.shipped())
def test_every_shipped_profile_is_loaded(name: str) -> None:
    assert profiles.load(name).requirements


def test_an_abstract_profile_is_not_among_those_that_can_be_run() -> None:
    assert "common" not in profiles.shipped()


@pytest.mark.parametrize("gone", ["samples.yaml", "errata.yaml", "declarations.yaml"])
def test_a_profile_can_do_without_some_files(gone: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / gone).unlink()
    assert profiles.load(copy).name == "klein"


def test_a_profile_beside_another_can_be_included(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (tmp_path / "groot").mkdir()
    whole = "name: groot\ntitle: {nl: a, en: b}\nversion: '1'\nabstract: true\nincludes: [klein]\nthemes: []\n"
    (tmp_path / "groot" / "profile.yaml").write_text(whole, "utf-8")
    assert [part.folder for part in profiles.load(tmp_path / "groot").includes] == [copy]


def test_profiles_that_include_each_other_are_told(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    text = (copy / "profile.yaml").read_text("utf-8")
    (copy / "profile.yaml").write_text(text.replace("apis:", "includes: [groot]\napis:", 1), "utf-8")
    (tmp_path / "groot").mkdir()
    whole = "name: groot\ntitle: {nl: a, en: b}\nversion: '1'\nabstract: true\nincludes: [klein]\nthemes: []\n"
    (tmp_path / "groot" / "profile.yaml").write_text(whole, "utf-8")
    with pytest.raises(ProfileError, match=r"klein/profile\.yaml: includes itself; remove the include"):
        profiles.load(copy)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("klantn", "klantn: is not a profile; did you mean 'klanten'?"),
        ("./klanten", "holds no profile.yaml; name a profile folder"),
        ("/nowhere", "holds no profile.yaml; name a profile folder"),
    ],
)
def test_a_profile_that_is_not_there_is_told(name: str, says: str, command: Command) -> None:
    told = command("show", name)
    assert (told.code, told.out, told.err.count("\n")) == (3, "", 1)
    assert says in told.err


def test_the_digest_changes_with_what_the_profile_says(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / "checks.py").write_text((copy / "checks.py").read_text("utf-8") + "\n", "utf-8")
    assert profiles.load(copy).digest != profiles.load(KLEIN).digest
