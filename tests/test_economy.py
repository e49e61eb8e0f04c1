"""A run sends few requests, and asks for a list without a filter only where lists are judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from conformance.profile import load
from tests.matrix import ROOT, Subject, having, judged

MOST = {
    ("klanten", "quick"): 350,
    ("klanten", "standard"): 900,
    ("contactmomenten", "quick"): 460,
    ("contactmomenten", "standard"): 1200,
}
ABOUT_LISTS = {"COM-PAGE-001", "COM-PAGE-004", "COM-PAGE-005", "COM-PAGE-008", "CM-ORD-010"}
"""The envelope of any list, the filled page from which the others' page size is learned, and that size itself."""


@dataclass(frozen=True)
class Seen:
    """A run of the reference supplier."""

    profile: str
    depth: str
    record: dict[str, Any]
    exchanges: list[dict[str, Any]]


@pytest.fixture(scope="module", params=list(MOST), ids="-".join)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Judge the reference supplier once at this depth."""
    profile, depth = request.param
    folder = tmp_path_factory.mktemp(depth)
    record = judged(Subject(profile, depth=depth), folder)
    lines = (folder / "run" / "exchanges.jsonl").read_bytes().splitlines()
    return Seen(profile, depth, record, [json.loads(line) for line in lines])


def test_a_run_sends_at_most_so_many_requests(seen: Seen) -> None:
    assert len(seen.exchanges) == seen.record["exchanges"] <= MOST[seen.profile, seen.depth]


def test_a_list_without_a_filter_is_asked_only_where_lists_are_judged(seen: Seen) -> None:
    paths = [resource.path for resource in load(ROOT / "profiles" / seen.profile).resources.values()]
    asking = {
        one["item"].partition(" ")[0]
        for one in seen.exchanges
        if one["request"]["method"] in {"GET", "HEAD"} and urlsplit(one["request"]["url"]).path.endswith(tuple(paths))
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
