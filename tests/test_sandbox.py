"""Tests of the sandbox: a reference supplier on loopback, with the target file that judges it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest
import yaml

from conformance import sandbox
from conformance import target as targets
from conformance.model import Json
from tests.conftest import Command

WRONG, OVER_TLS = "InspectsAnonymously", "OverTls13Only"


def written(described: dict[str, Json], profile: str, folder: Path) -> Path:
    """Write the target file of a sandbox; its secrets are in the environment afterwards."""
    os.environ.update(sandbox.fixtures().environment(profile))
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return path


@pytest.mark.parametrize(("mutant", "verdict"), [(None, "niet vast te stellen"), (WRONG, "voldoet niet")])
def test_a_sandbox_is_judged_on_what_it_sends_as_well(
    mutant: str | None, verdict: str, command: Command, tmp_path: Path
) -> None:
    with sandbox.served("verwerkingenlogging", mutant=mutant) as described:
        target = written(described, "verwerkingenlogging", tmp_path)
        only = ["--only", "VL-H-SEND-010"]
        told = command("run", "verwerkingenlogging", "--target", target, *only, "--out", tmp_path / "run", "--json")
    row, last = (json.loads(line) for line in told.out.splitlines()[-2:])
    assert (row["status"], last["verdict"]["verwerkingenlogging"]) == ("failed" if mutant else "passed", verdict), (
        told.out
    )


def test_a_sandbox_does_tls_when_its_row_says_so(tmp_path: Path) -> None:
    with sandbox.served("iam", variant=OVER_TLS) as described:
        target = targets.load(written(described, "iam", tmp_path))
        assert {api.url.partition(":")[0] for api in target.row.apis.values()} == {"https"}
        assert target.row.tls is not None


def test_the_target_file_is_written_where_it_was_asked(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "target.yaml"
    told = command("serve", "klanten", "--port", "0", "--seconds", "0", "--target", path)
    exported = dict(line[7:].split("=", 1) for line in told.out.splitlines() if line.startswith("export "))
    assert f"conformance run klanten --target {path}" in told.out
    assert targets.load(path, exported).row.neighbours is not None


def test_a_port_that_is_in_use_is_told(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = command("serve", "klanten", "--port", taken.getsockname()[1])
    assert (told.code, told.err.count("\n"), "choose another --port" in told.err) == (3, 1, True)
