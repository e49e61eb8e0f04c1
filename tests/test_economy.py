"""A run sends few requests, and asks for a list without a filter only where lists are judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.matrix import Subject, having, judged

PROFILE = "klanten"
MOST = {"quick": 350, "standard": 1000}
ABOUT_LISTS = {"COM-PAGE-001", "COM-PAGE-004", "COM-PAGE-005", "COM-PAGE-008"}
"""The envelope of any list, the filled page from which the others' page size is learned, and that size itself."""


@dataclass(frozen=True)
class Seen:
    """A run of the reference supplier."""

    depth: str
    record: dict[str, Any]
    exchanges: list[dict[str, Any]]


@pytest.fixture(scope="module", params=list(MOST))
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Judge the reference supplier once at this depth."""
    folder = tmp_path_factory.mktemp(request.param)
    record = judged(Subject(PROFILE, depth=request.param), folder)
    lines = (folder / "run" / "exchanges.jsonl").read_bytes().splitlines()
    return Seen(request.param, record, [json.loads(line) for line in lines])


def test_a_run_sends_at_most_so_many_requests(seen: Seen) -> None:
    assert len(seen.exchanges) == seen.record["exchanges"] <= MOST[seen.depth]


def test_a_list_without_a_filter_is_asked_only_where_lists_are_judged(seen: Seen) -> None:
    asking = {
        one["item"].partition(" ")[0]
        for one in seen.exchanges
        if one["request"]["method"] in {"GET", "HEAD"} and urlsplit(one["request"]["url"]).path.endswith("/klanten")
        if set(urlsplit(one["request"]["url"]).query.partition("=")[0]) <= set("page")
    }
    assert asking - ABOUT_LISTS == set()


def test_each_row_that_a_quick_run_leaves_out_says_so(seen: Seen) -> None:
    rows = seen.record["profiles"][0]["requirements"]
    left_out = [row for row in rows if row["status"] == "not_tested" and row["outcomes"]]
    told = {row["reason"]["en"] for row in left_out}
    assert told == ({"Is tested from --depth standard on."} if seen.depth == "quick" else set())
    assert {outcome["status"] for row in left_out for outcome in row["outcomes"]} <= {"not_tested"}


def test_a_run_that_leaves_rows_out_gives_no_verdict_that_it_conforms(seen: Seen) -> None:
    assert having(seen.record, "failed", "error", "blocked") == []
    assert seen.record["profiles"][0]["verdict"] == {"quick": "niet vast te stellen", "standard": "voldoet"}[seen.depth]


def test_a_run_of_any_depth_touches_every_theme(seen: Seen) -> None:
    rows = seen.record["profiles"][0]["requirements"]
    possible = {row["theme"] for row in rows if row["status"] != "not_applicable"}
    touched = {row["theme"] for row in rows if row["status"] in {"passed", "warning"}}
    assert possible == touched
