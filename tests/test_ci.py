"""Tests of what `conformance init --ci` writes: the templates fit their schemas, and their scripts judge a supplier."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import conformance
import fixtures
from conformance.commands.init import CI
from tests.conftest import Command

BIN = Path(sys.executable).parent
SCHEMAS = {"github": "github-workflows", "gitlab": "gitlab-ci"}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command) -> Path:
    """Write every template in a folder and work there."""
    monkeypatch.chdir(tmp_path)
    told = command("init", *(word for server in CI for word in ("--ci", server)))
    assert (told.code, told.err) == (0, "")
    return tmp_path


@pytest.fixture(scope="module")
def root() -> Iterator[str]:
    """Serve the reference supplier on loopback."""
    with fixtures.serve(fixtures.supplier("klanten")) as address:
        yield address


def loaded(folder: Path, server: str) -> Any:
    """Read a template as YAML."""
    return yaml.safe_load((folder / CI[server][1]).read_text("utf-8"))


def steps(folder: Path) -> dict[str, str]:
    """Give the scripts of the workflow by name."""
    return {
        step["name"]: step["run"] for step in loaded(folder, "github")["jobs"]["conformance"]["steps"] if "run" in step
    }


def bash(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a build server does, with this suite on the path."""
    path = f"{folder / 'bin'}:{BIN}:{os.environ['PATH']}"
    environment = {**os.environ, **fixtures.environment("klanten"), **variables, "PATH": path}
    called = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(called, cwd=folder, env=environment, check=False, capture_output=True, text=True)


def prepared(folder: Path, root: str) -> dict[str, str]:
    """Lay the target file and the command beside the template, and give the variables of the template."""
    described = fixtures.target("klanten", root)
    (folder / "target.yaml").write_text(yaml.safe_dump(described), "utf-8")
    (folder / "bin").mkdir()
    tool = folder / "bin" / "conformance"
    source = Path(conformance.__file__).parent.parent
    tool.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m conformance "$@"\n', "utf-8")
    tool.chmod(0o755)
    return {"STANDARD": "klanten", "TARGET": "target.yaml", "EXTRA": "--only KL-UNIQ-001 --seed 1"}


@pytest.mark.parametrize("server", SCHEMAS)
def test_a_template_fits_the_schema_of_its_server(written: Path, server: str) -> None:
    vendored = resources.files("check_jsonschema").joinpath(f"builtin_schemas/vendor/{SCHEMAS[server]}.json")
    schema = json.loads(vendored.read_bytes())
    content = loaded(written, server)
    if server == "github":
        content["on"] = content.pop(True)  # YAML 1.1 takes the key `on` for a truth value
    validator = jsonschema_rs.validator_for(schema)
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(content)] == []


@pytest.mark.parametrize("server", CI)
def test_nothing_is_left_to_fill_in(written: Path, server: str) -> None:
    text = (written / CI[server][1]).read_text("utf-8")
    assert "@PROFILE@" not in text
    assert "@VERSION@" not in text
    assert "SECRETS@" not in text
    assert f"=={conformance.__version__}" in text


@pytest.mark.parametrize("server", SCHEMAS)
def test_every_secret_of_the_target_file_is_named(written: Path, server: str, command: Command) -> None:
    command("init", "target.yaml")
    described = yaml.safe_load((written / "target.yaml").read_text("utf-8"))
    names = [credential["secret"]["env"] for credential in described["credentials"].values()]
    text = (written / CI[server][1]).read_text("utf-8")
    assert [name for name in names if name not in text] == []


def test_the_workflow_may_do_no_more_than_it_needs(written: Path) -> None:
    workflow = loaded(written, "github")
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["conformance"]["permissions"] == {"contents": "read", "security-events": "write"}


def test_the_scripts_have_no_faults_that_shellcheck_knows(written: Path) -> None:
    gitlab = loaded(written, "gitlab")["conformance"]
    scripts = {
        **steps(written),
        "gitlab": "\n".join([*gitlab["before_script"], *gitlab["script"], *gitlab["after_script"]]),
    }
    for name, script in scripts.items():
        excluded = ["--exclude=SC2086"] if name == "gitlab" else []  # more options are more words
        called = [str(BIN / "shellcheck"), f"--shell={'sh' if name == 'gitlab' else 'bash'}", *excluded, "-"]
        told = subprocess.run(called, input=f"{script}\n", capture_output=True, text=True, check=False)
        assert told.stdout == "", name


def test_the_container_file_has_no_faults_that_hadolint_knows(written: Path) -> None:
    told = subprocess.run(
        [str(BIN / "hadolint"), str(written / "Containerfile")], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (0, "")


def test_the_container_runs_the_suite_and_is_not_root(written: Path) -> None:
    lines = (written / "Containerfile").read_text("utf-8").splitlines()
    assert 'ENTRYPOINT ["conformance"]' in lines
    assert lines.index("USER 1000") > max(place for place, line in enumerate(lines) if line.startswith("RUN "))


def test_the_workflow_judges_and_reports(written: Path, root: str) -> None:
    scripts, variables = steps(written), prepared(written, root)
    summary = written / "summary"
    for name in ("Prove the target file", "Judge", "Report"):
        told = bash(written, scripts[name], **variables, GITHUB_STEP_SUMMARY=str(summary))
        assert (told.returncode, told.stderr) == (2 if name == "Judge" else 0, ""), told.stdout
    made = {path.name for path in (written / "reports").iterdir()}
    assert {"junit.xml", "results.sarif", "summary.md", "report.nl.html", "badge.klanten.nl.svg"} <= made
    assert summary.read_text("utf-8").startswith("# Conformiteitsrapport: ")


def test_the_gitlab_job_judges_and_reports(written: Path, root: str) -> None:
    job, variables = loaded(written, "gitlab")["conformance"], prepared(written, root)
    told = bash(written, "\n".join(job["script"]), **variables)
    assert (told.returncode, told.stderr) == (2, ""), told.stdout
    after = bash(written, "\n".join(job["after_script"]), **variables)
    assert (after.returncode, after.stderr) == (0, "")
    assert (written / job["artifacts"]["reports"]["junit"]).is_file()


@pytest.mark.parametrize("server", SCHEMAS)
def test_a_wrong_target_file_stops_the_job_before_anything_is_judged(written: Path, root: str, server: str) -> None:
    variables = prepared(written, root) | {"TARGET": "absent.yaml"}
    lines = (
        [steps(written)["Prove the target file"]]
        if server == "github"
        else loaded(written, "gitlab")["conformance"]["script"]
    )
    assert bash(written, "\n".join(lines), **variables).returncode == 3
    assert not (written / "run").exists()


def test_a_file_that_is_there_is_left_alone(written: Path, command: Command) -> None:
    told = command("init", "--ci", "container")
    assert (told.code, "Containerfile: exists already" in told.err) == (3, True)


def test_a_place_that_cannot_be_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".github").write_text("not a folder", "utf-8")
    told = command("init", "--ci", "github")
    assert (told.code, "cannot be written" in told.err) == (3, True)
