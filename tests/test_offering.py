"""Who offers a part of Verwerkingenlogging gets a full verdict on that part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import fixtures
from conformance.model import Verdict
from tests import matrix
from tests.conftest import Command
from tests.matrix import Subject, having, judged
from tests.small import ADDRESS

PROFILE = "verwerkingenlogging"
OPEN = {"passed", "warning", "not_applicable"}
DESCRIBED = fixtures.target


def _application_only(*arguments: Any, **settings: Any) -> dict[str, Any]:
    content = DESCRIBED(*arguments, **settings)
    return {name: part for name, part in content.items() if name not in {"apis", "credentials"}}


@pytest.mark.parametrize("part", ["Bewerking", "Inzage", "Register", "Reading"])
def test_who_offers_a_part_is_judged_on_all_of_it(part: str, tmp_path: Path) -> None:
    record = judged(Subject(PROFILE, "variant", f"Offers{part}Only"), tmp_path)
    assert set(matrix.statuses(record).values()) <= OPEN
    assert record["profiles"][0]["verdict"] == Verdict.CONFORMS
    assert len(having(record, "passed")) > 50


def test_an_application_that_only_uses_a_log_is_judged_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixtures, "target", _application_only)
    record = judged(Subject(PROFILE), tmp_path)
    assert (record["target"]["apis"], record["profiles"][0]["verdict"]) == ({}, Verdict.CONFORMS)
    assert {ident.split("-")[1] for ident in having(record, "passed")} == {"H"}
    assert len(having(record, "passed")) > 35


@pytest.mark.parametrize("null", ["Always200", "Always404"])
def test_an_application_that_does_nothing_passes_nothing(
    null: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixtures, "target", _application_only)
    record = judged(Subject(PROFILE, "null", null, depth="quick"), tmp_path)
    assert having(record, "passed", "error") == []
    assert record["profiles"][0]["verdict"] != Verdict.CONFORMS


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("product",), "names nothing to judge"),
        (("product", "apis"), "is missing; name at least one"),
    ],
)
def test_a_target_file_that_says_too_little_is_refused(
    parts: tuple[str, ...], told: str, tmp_path: Path, command: Command
) -> None:
    content = fixtures.target("klanten", ADDRESS)
    path = tmp_path / "target.yaml"
    path.write_text(yaml.safe_dump({name: content[name] for name in parts}), "utf-8")
    said = command("run", "klanten", "--target", path)
    assert (said.code, said.err.count("\n"), told in said.err) == (3, 1, True), said.err


def test_a_standard_without_applications_needs_an_api(tmp_path: Path, command: Command) -> None:
    content = _application_only(PROFILE, ADDRESS, neighbours="http://127.0.0.1:9")
    path = tmp_path / "target.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    said = command("check", path, "--profile", "klanten")
    assert (said.code, "'apis' does not name klanten" in said.out + said.err) == (3, True), said
    said = command("check", path)
    assert (said.code, "Nothing can be judged" in said.out) == (3, True), said  # nobody answers there
