"""What a run sends and keeps about people: no number that could be somebody's, no token and no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import fixtures
from conformance.formats import eleven
from tests.matrix import Subject, having, judged

TOKEN = re.compile(r"eyJ[\w-]{8,}\.[\w-]+|eyJ[\w-]{99,}")
WHOLE = re.compile(r'(?<=[":\s\[])\d+(?=[",\s\]}])')  # a value of digits only, in JSON
SUBJECTS = [
    Subject("verwerkingenlogging"),
    Subject("verwerkingenlogging", "mutant", "TakesBsnOnly"),
]


def sent(folder: Path) -> Iterator[str]:
    """Give each value that a run sent, of a query, and of a body when it has only digits."""
    for line in (folder / "run" / "exchanges.jsonl").read_bytes().splitlines():
        request: dict[str, Any] = json.loads(line)["request"]
        yield from (value for _, value in parse_qsl(urlsplit(request["url"]).query))
        yield from WHOLE.findall(request["body"] or "")


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: f"{one.name or 'reference'}-{one.depth}")
def test_a_run_sends_no_number_of_a_person_and_keeps_no_secret(subject: Subject, tmp_path: Path) -> None:
    record = judged(subject, tmp_path)
    assert len(having(record, "passed")) > 100
    numbers = {value.zfill(9) for value in sent(tmp_path) if re.fullmatch(r"\d{8,9}", value)}
    issued = {number for number in numbers if eleven(number) and not number.startswith("9999")}
    written = "\n".join(path.read_text("utf-8") for path in (tmp_path / "run").rglob("*") if path.is_file())
    secrets = [secret for secret in fixtures.environment(subject.profile).values() if secret in written]
    assert (sorted(issued), TOKEN.findall(written), secrets) == ([], [], [])
