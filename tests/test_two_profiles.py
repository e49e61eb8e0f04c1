"""Tests of one run that judges the Klanten API and the Contactmomenten API of the same product."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug import Response

import fixtures
from tests.matrix import ROOT
from tests.small import PLUGINS
from tests.test_neighbours import free_port

NAMES = ("klanten", "contactmomenten")
ROWS = "CM-KCM-005,CM-KCM-012,KL-POST-001,COM-URI-002"


class Product:
    """Answers for two reference suppliers at one address."""

    def __init__(self, suppliers: dict[str, Any]) -> None:
        self.suppliers = suppliers

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Let the supplier answer that the path is of."""
        return self.suppliers[environ["PATH_INFO"].split("/")[1]](environ, start_response)


class Recorder:
    """Keeps the record of a run."""

    def __init__(self) -> None:
        self.record: dict[str, Any] = {}

    def pytest_conformance_finished(self, record: dict[str, Any]) -> None:
        """Keep it."""
        self.record = record


@contextmanager
def product(*, trusted: bool = True) -> Iterator[tuple[Product, dict[str, Any]]]:
    """Serve a product and give it with its target file; the one API may read in the other when it is trusted."""
    address, found = f"http://127.0.0.1:{free_port()}", Product({})
    with fixtures.serve(found) as root:
        for name in NAMES:
            beside = f"{root}/klanten/api/v1" if trusted else ""
            found.suppliers[name] = fixtures.supplier(name, neighbours_url=address, timeout=1, beside=beside)
        targets = [fixtures.target(name, root, neighbours=address) for name in NAMES]
        credentials = {**targets[1]["credentials"], **targets[0]["credentials"]}
        yield found, {**targets[0], "apis": targets[0]["apis"] | targets[1]["apis"], "credentials": credentials}


def recorded(folder: Path, target: dict[str, Any], *given: str) -> dict[str, Any]:
    """Judge some rows of profiles in one run and give its record."""
    for name in NAMES:
        os.environ.update(fixtures.environment(name))
    path = folder / "target.yaml"
    path.write_text(yaml.safe_dump(target), encoding="utf-8")
    recorder = Recorder()
    arguments = [*given, f"--rootdir={ROOT}", "--target", str(path)]
    arguments += ["--run-dir", str(folder / "run"), "--seed", "1", "--only", ROWS, "-p", "no:cacheprovider"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        pytest.main([*PLUGINS, *arguments], plugins=[recorder])
    assert recorder.record, said.getvalue()
    assert recorder.record["leftovers"] == []
    return recorder.record


def judged(folder: Path, target: dict[str, Any], *names: str) -> dict[str, dict[str, Any]]:
    """Judge some rows of these profiles in one run and give the rows of each."""
    record = recorded(folder, target, *(str(ROOT / "profiles" / name) for name in names))
    assert record["configuration"] == []
    found = {one["name"]: one["requirements"] for one in record["profiles"]}
    return {name: {row["id"]: row for row in rows if row["id"] in ROWS.split(",")} for name, rows in found.items()}


def own(rows: dict[str, Any]) -> str:
    """Give what became of the relation with a klant of the product itself."""
    outcomes = rows["CM-KCM-005"]["outcomes"]
    return str(next(one["status"] for one in outcomes if one["check"].startswith("own_resource")))


def test_both_are_judged_and_a_relation_has_a_klant_of_the_product(tmp_path: Path) -> None:
    with product() as (_, target):
        found = judged(tmp_path, target, *NAMES)
    assert {row["status"] for rows in found.values() for row in rows.values()} - {"not_tested"} == {"passed"}
    assert own(found["contactmomenten"]) == "passed"


def test_one_api_alone_is_judged_on_what_it_offers(tmp_path: Path) -> None:
    with product() as (_, target):
        del target["apis"]["klanten"]
        found = judged(tmp_path, target, "contactmomenten")
    assert (own(found["contactmomenten"]), found["contactmomenten"]["CM-KCM-005"]["status"]) == (
        "not_applicable",
        "passed",
    )


def test_a_broken_api_does_not_hide_the_other(tmp_path: Path) -> None:
    with product() as (served, target):
        whole = served.suppliers["klanten"]
        served.suppliers["klanten"] = lambda environ, start: (
            whole(environ, start) if environ["REQUEST_METHOD"] == "GET" else Response(status=500)(environ, start)
        )
        found = judged(tmp_path, target, *NAMES)
    assert found["klanten"]["COM-URI-002"]["status"] == "blocked"
    assert found["contactmomenten"]["COM-URI-002"]["status"] == "passed"
    assert own(found["contactmomenten"]) == "blocked"


def test_an_absent_api_does_not_hide_the_other(tmp_path: Path) -> None:
    with product() as (served, target):
        served.suppliers["klanten"] = Response(status=503)
        found = judged(tmp_path, target, *NAMES)
    assert {row["status"] for row in found["klanten"].values()} == {"blocked"}
    assert "target.yaml:" in found["klanten"]["COM-URI-002"]["reason"]["en"]
    assert found["contactmomenten"]["COM-URI-002"]["status"] == "passed"


def test_workers_judge_nothing_when_an_api_is_absent(tmp_path: Path) -> None:
    profiles = (str(ROOT / "profiles" / name) for name in NAMES)
    with product() as (served, target):
        served.suppliers["klanten"] = Response(status=503)
        record = recorded(tmp_path, target, *profiles, "-p", "xdist", "-n", "2")
    assert "target.yaml:" in record["configuration"][0]["en"]
    assert [row["id"] for one in record["profiles"] for row in one["requirements"] if row["outcomes"]] == []


def test_a_klant_that_the_product_may_not_read_is_a_warning(tmp_path: Path) -> None:
    with product(trusted=False) as (_, target):
        found = judged(tmp_path, target, *NAMES)
    assert own(found["contactmomenten"]) == "warning"
