"""Tests of target files: what cannot be used is told in one line that names the place and the remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conformance import target as targets
from conformance.model import Json
from tests.conftest import Command
from tests.small import KLEIN, WRONG, described

TABLE = yaml.safe_load((WRONG / "targets.yaml").read_text("utf-8"))
ENVIRONMENT = {"PROEF_GEHEIM": "geheim", "PROEF_REGELS": "regel-1\nregel-2", "PROEF_TWEEDE": "geheimer"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of a target file beside two files that are no secret, with secrets in the environment."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "leeg.txt").write_text("\n", "utf-8")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe")
    return tmp_path / "target.yaml"


def text_of(row: Json) -> str:
    """Give the text of a wrong target file."""
    if "text" in row:
        return str(row["text"])
    assert row["old"] in TABLE["right"], row["name"]
    changed: str = TABLE["right"].replace(row["old"], row["new"], 1)
    return changed


def loaded(place: Path, text: str) -> targets.Target:
    """Write a target file and load it."""
    place.write_text(text, "utf-8")
    return targets.load(place, ENVIRONMENT)


@pytest.mark.parametrize("row", TABLE["wrong"], ids=lambda row: row["name"])
def test_a_wrong_target_is_one_line_with_place_and_remedy(row: Json, place: Path, command: Command) -> None:
    place.write_text(text_of(row), "utf-8")
    told = command("check", place)
    where = f"Error: {place}:{row['line']}: " if "line" in row else f"Error: {place}: "
    assert (told.code, told.out, told.err.count("\n")) == (3, "", 1), told.err
    assert told.err.startswith(where), told.err
    assert row["says"] in told.err, told.err
    assert "; " in told.err
    assert "Traceback" not in told.err
    assert row.get("hides", "\0") not in told.err


@pytest.mark.parametrize(
    ("name", "verb"), [("alias-bomb", ["check"]), ("url-with-password", ["run", str(KLEIN), "--target"])]
)
def test_a_wrong_target_ends_the_real_command(name: str, verb: list[str], place: Path) -> None:
    row = next(row for row in TABLE["wrong"] if row["name"] == name)
    place.write_text(text_of(row), "utf-8")
    called = [sys.executable, "-m", "conformance", *verb, str(place)]
    told = subprocess.run(called, capture_output=True, text=True, check=False, cwd=place.parent)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (3, "", 1), told.stderr
    assert row["says"] in told.stderr
    assert not (place.parent / "reports").exists()


def test_the_right_target_is_loaded(place: Path) -> None:
    target = loaded(place, TABLE["right"])
    assert (target.full.name, target.full.secret) == ("alles", "geheim")
    assert target.credentials["geen"].scopes == frozenset()
    assert target.root("klanten") == "https://test.example.nl/klanten/api/v1"


def test_a_slash_after_the_root_is_no_part_of_it(place: Path) -> None:
    target = loaded(place, TABLE["right"].replace("/api/v1'", "/api/v1/'"))
    assert target.root("klanten") == "https://test.example.nl/klanten/api/v1"


def test_a_secret_may_be_in_a_file_beside_the_target(place: Path) -> None:
    (place.parent / "geheim.txt").write_text("uit-een-bestand\n", "utf-8")
    target = loaded(place, TABLE["right"].replace("{env: PROEF_GEHEIM}", "{file: geheim.txt}", 1))
    assert target.full.secret == "uit-een-bestand"


def test_secrets_are_listed_longest_first_and_once(place: Path) -> None:
    text = TABLE["right"].replace("{env: PROEF_GEHEIM}", "{env: PROEF_TWEEDE}", 1)
    assert loaded(place, text).secrets() == ("geheimer", "geheim")


def test_a_credential_of_scheme_none_needs_nothing(place: Path) -> None:
    text = TABLE["right"].replace(
        "geen:\n    scheme: zgw-jwt\n    client_id: geen\n    secret: {env: PROEF_GEHEIM}", "X"
    )
    target = loaded(place, text.replace("  X", "  open:\n    scheme: none"))
    assert target.credentials["open"].secret == ""


def test_the_summary_tells_no_secret(place: Path) -> None:
    assert "geheim" not in str(loaded(place, TABLE["right"]).summary())


def test_the_target_of_the_sandbox_can_be_loaded(place: Path) -> None:
    variables = {row["secret"]["env"]: "x" for row in described()["credentials"].values()}
    place.write_text(yaml.safe_dump(described()), "utf-8")
    assert targets.load(place, variables).full.name == "alles"


def test_what_init_writes_can_be_loaded(place: Path, command: Command) -> None:
    command("init", place)
    names = {row["secret"]["env"]: "x" for row in yaml.safe_load(place.read_text("utf-8"))["credentials"].values()}
    assert targets.load(place, names).full.name == "alles"


def test_the_applications_that_init_writes_can_be_loaded(place: Path, command: Command) -> None:
    command("init", place, "--profile", "verwerkingenlogging")
    lines = place.read_text("utf-8").splitlines()
    start = lines.index("#applications:")
    end = next(number for number, line in enumerate(lines) if number > start and not line.startswith("#  "))
    own = [line for line in lines[start:end] if "command:" not in line and "manual:" not in line]
    place.write_text("\n".join([*lines[:start], *(line[1:] for line in own), *lines[end:]]), "utf-8")
    names = {row["secret"]["env"]: "x" for row in yaml.safe_load(place.read_text("utf-8"))["credentials"].values()}
    applications = targets.load(place, names).row.applications
    assert applications is not None
    assert (applications.home, applications.source, len(applications.addresses())) == ("a", True, 2)


def test_the_summary_tells_no_key_of_an_application(place: Path) -> None:
    part = "applications: {trigger: {url: 'http://app.example/', headers: {X-Sleutel: sesam}}, handelingen: [openen]}"
    target = loaded(place, f"{TABLE['right']}{part}\n")
    summary = target.summary()
    assert "sesam" not in str(summary)
    assert summary["settings"]["applications"]["trigger"]["headers"] == {"X-Sleutel": "[redacted]"}
    assert target.row.applications is not None
    assert target.row.applications.header_names() == ("X-Sleutel",)


def test_a_target_that_names_no_known_api_is_told(place: Path, command: Command) -> None:
    place.write_text(TABLE["right"].replace("klanten:", "zaken:"), "utf-8")
    told = command("check", place)
    assert (told.code, told.err.count("\n")) == (3, 1)
    assert "names no API that a profile knows (zaken); name one with --profile" in told.err


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "does not exist; check the path"),
        (lambda path: path.mkdir(), "is a folder; name a file"),
        (lambda path: path.write_bytes(b"product: \xff\n"), "is not UTF-8 text (byte 9); save it as UTF-8"),
        (lambda path: path.write_text("#" * (5 * 1024 * 1024 + 1)), "is 5,242,881 bytes; keep it under 5,242,880"),
        (lambda path: path.write_text("[" * 5_000), "; "),
        (lambda path: path.write_text("a: " + "[" * 70 + "]" * 70), "is nested more than 60 deep; write it flatter"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
    ids=["absent", "folder", "not-utf-8", "too-large", "bottomless", "deep", "loop"],
)
def test_a_file_that_cannot_be_read_is_one_line(make: Json, says: str, place: Path, command: Command) -> None:
    make(place)
    told = command("check", place)
    assert (told.code, told.out, told.err.count("\n")) == (3, "", 1), told.err
    assert told.err.startswith(f"Error: {place}")
    assert says in told.err, told.err
