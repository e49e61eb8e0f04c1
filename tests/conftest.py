"""What several test modules share: the command line called in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from ctypes.util import find_library
from dataclasses import dataclass

import pytest

from conformance.cli import main


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Skip what makes a PDF on a machine that cannot, and say why."""
    if find_library("pangoft2-1.0") is None:
        for item in items:
            if "pdf" in item.nodeid or "on_paper" in item.nodeid:
                item.add_marker(pytest.mark.skip("no Pango; install it with 'apt-get install libpangoft2-1.0-0'"))


@dataclass(frozen=True)
class Told:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Told]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a function that calls the command line as a shell would."""

    def called(*arguments: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["conformance", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return Told(int(left.value.code or 0), said.out, said.err)

    return called
