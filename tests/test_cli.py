"""Tests of the command line: exit codes, and errors in one line."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import conformance
import fixtures
from conformance import cli
from conformance import target as targets
from conformance.auth import headers
from conformance.model import Verdict
from conformance.runfile import Redactor, RunFolder
from conformance.transport import Transport
from tests.conftest import Command
from tests.small import KLEIN, Seen, copied, target_file


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Seen]]:
    """Serve a reference supplier on loopback."""
    supplier = Seen(fixtures.supplier("klanten"))
    with fixtures.serve(supplier) as root:
        yield root, supplier


@pytest.fixture
def target(served: tuple[str, Seen], tmp_path: Path) -> Path:
    """Give a target file for the supplier that is served."""
    return target_file(tmp_path, served[0])


# help


def test_help_names_every_command_and_exit_code(command: Command) -> None:
    told = command("--help")
    assert told.code == 0
    assert all(name in told.out for name in cli.COMMANDS)
    assert "3 configuration wrong, 4 our own error" in " ".join(told.out.split())


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_has_help(name: str, command: Command) -> None:
    told = command(name, "-h")
    assert (told.code, told.err, "Usage: " in told.out) == (0, "", True)


def test_the_version_is_told(command: Command) -> None:
    assert command("--version").out == f"conformance, version {conformance.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(shell: str, command: Command) -> None:
    assert "_CONFORMANCE_COMPLETE" in command("completion", shell).out


@pytest.mark.parametrize("document", ["target", "run", "catalogue"])
def test_schemas_are_json(document: str, command: Command) -> None:
    assert "properties" in json.loads(command("schema", document).out)


# wrong use


@pytest.mark.parametrize(
    "arguments",
    [("shwo",), ("show",), ("show", "klanten", "--jsn"), ("run", "klanten"), ("report", ".", "--format", "doc")],
    ids=" ".join,
)
def test_wrong_use_is_a_configuration_error(arguments: tuple[str, ...], command: Command) -> None:
    told = command(*arguments)
    assert (told.code, told.out) == (3, "")
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", "KL-UNIQ-01"), "'KL-UNIQ-01' is not a requirement; did you mean 'KL-UNIQ-001'?"),
        (("serve", "klantn"), "klantn: has no reference supplier; did you mean 'klanten'?"),
        (("serve", "klanten", "--mutant", "LosesLocatoin"), "klanten: has no mutant 'LosesLocatoin'; did you mean '"),
        (("serve", "iam", "--variant", "UsesOuath"), "iam: has no variant 'UsesOuath'; did you mean 'UsesOauth'?"),
        (("serve", "iam", "--variant", "KnowsClientsByCertificate"), "takes certificates from a proxy"),
        (("demo", "zaken"), "zaken: has no reference supplier"),
        (("report", "nowhere"), "nowhere"),
        (("run", "klanten", "--target", "weg.yaml", "--only", "KL-X"), "--only: 'KL-X' is not a requirement"),
        (("run", "common", "--target", "weg.yaml"), "is only included by other profiles; run one of "),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_configuration_error_is_one_line(arguments: tuple[str, ...], says: str, command: Command) -> None:
    told = command(*arguments)
    assert (told.code, told.out, told.err.count("\n")) == (3, "", 1), told.err
    assert told.err.startswith("Error: ")
    assert says in told.err


def test_a_mistake_of_ours_has_an_exit_code_of_its_own(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.application, "main", lambda **_: 1 / 0)
    monkeypatch.delenv("CONFORMANCE_DEBUG", raising=False)
    told = command()
    assert (told.code, told.err.splitlines()[0]) == (
        4,
        "Error in the suite itself: ZeroDivisionError: division by zero",
    )


def test_a_mistake_of_ours_can_be_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.application, "main", lambda **_: 1 / 0)
    monkeypatch.setenv("CONFORMANCE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_stopping_is_told(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.application, "main", interrupted)
    told = command()
    assert (told.code, told.err) == (2, "Stopped.\n")


def test_a_reader_that_goes_away_is_no_error() -> None:
    called = [sys.executable, "-m", "conformance", "show", "klanten", "--json"]
    with subprocess.Popen(called, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as show:
        assert show.stdout is not None
        assert show.stderr is not None
        show.stdout.readline()
        show.stdout.close()
        assert show.stderr.read() == b""
    assert show.returncode == 0


def test_neighbours_that_cannot_listen_are_one_line(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = command("neighbours", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (told.code, told.err.count("\n"), "; choose another port" in told.err) == (3, 1, True), told.err


# running


@pytest.mark.parametrize(
    ("only", "code", "verdict"),
    [
        (("KLN-REG-001", "KLN-REG-008", "KLN-VRG-001"), 0, Verdict.CONFORMS),
        (("KLN-REG-001", "KLN-REG-002"), 1, Verdict.FAILS),
        (("KLN-REG-001", "KLN-REG-005"), 2, Verdict.UNDECIDED),
        (("KLN-REG-001", "KLN-REG-007"), 2, Verdict.UNDECIDED),
        (("KLN-REG-002", "KLN-REG-007"), 1, Verdict.FAILS),
    ],
    ids=["conforms", "fails", "blocked", "error", "fails-and-error"],
)
def test_the_exit_code_follows_the_verdict(
    only: tuple[str, ...], code: int, verdict: Verdict, target: Path, command: Command
) -> None:
    profile = copied(target.parent, only=only)
    out = target.parent / "run"
    told = command("run", profile, "--target", target, "--out", out, "--seed", "3")
    assert (told.code, told.err) == (code, ""), told.out
    assert f"klein: {verdict} (" in told.out
    names = {path.name for path in out.iterdir()}
    assert {"run.json", "exchanges.jsonl", "report.nl.html", "report.en.html", "junit.xml", "log.html"} <= names


def test_lines_of_json_can_be_asked_for(target: Path, command: Command) -> None:
    told = command("run", KLEIN, "--target", target, "--out", target.parent / "run", "--json", "--only", "KLN-REG-001")
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert lines[0]["requirement"] == "KLN-REG-001"
    assert lines[-1]["verdict"] == {"klein": Verdict.UNDECIDED}
    assert [Path(path).name for path in lines[-1]["reports"]] == ["report.nl.html", "report.en.html"]


def test_a_run_is_never_written_over_another(target: Path, command: Command) -> None:
    out = target.parent / "run"
    command("run", KLEIN, "--target", target, "--out", out, "--only", "KLN-REG-001")
    before = (out / "run.json").read_bytes()
    told = command("run", KLEIN, "--target", target, "--out", out)
    assert (told.code, told.err) == (3, f"Error: {out}: holds a run already; name another folder with --out\n")
    assert (out / "run.json").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(target: Path, command: Command) -> None:
    (target.parent / "file").write_text("", "utf-8")
    told = command("run", KLEIN, "--target", target, "--out", target.parent / "file" / "run")
    assert (told.code, told.err.count("\n"), "choose another folder with --out" in told.err) == (3, 1, True), told.err


# leftovers


def test_what_a_run_left_behind_can_be_removed(served: tuple[str, Seen], target: Path, command: Command) -> None:
    root, supplier = served
    loaded = targets.load(target)
    sent = {**headers(loaded.full, time.time()), "Content-Type": "application/json"}
    body = yaml.safe_load((KLEIN / "samples.yaml").read_text("utf-8"))["klanten"]["default"]
    body |= {"klantnummer": "LINKS1", "achternaam": "Voorbeeld"}
    url = f"{loaded.root('klanten')}/klanten"
    made = json.loads(Transport().send("POST", url, sent, json.dumps(body).encode()).body)["url"]
    folder = RunFolder(target.parent / "run", Redactor())
    folder.made("klanten", made)
    folder.made("klanten", made[:-1] + ("1" if made.endswith("0") else "0"))  # not there any more
    folder.close()
    told = command("cleanup", target.parent / "run", "--target", target)
    assert (told.code, told.out) == (0, "Removed 2 of 2.\n")
    assert ("DELETE", made.removeprefix(root), supplier.requests[-1][2]) in supplier.requests
    assert command("cleanup", target.parent / "run", "--target", target).out == "Nothing was left behind.\n"


def test_what_belongs_to_somebody_else_is_not_removed(target: Path, command: Command) -> None:
    folder = RunFolder(target.parent / "run", Redactor())
    folder.made("klanten", "http://other.example/klanten/1")
    folder.close()
    told = command("cleanup", target.parent / "run", "--target", target)
    assert (told.code, told.out.splitlines()) == (
        1,
        ["Removed 0 of 1.", "Still there: http://other.example/klanten/1"],
    )
