"""Tests of the comparison of runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Json
from conformance.report import ReportError
from conformance.report.compare import Change, compare, render, warned
from tests import samples_run as samples
from tests.conftest import Command
from tests.test_report_html import Page


def run(day: int, statuses: dict[int, str], product: str = "Klantbeeld", **changed: Json) -> Json:
    """Give a run on a day of November with these statuses."""
    rows = [samples.requirement(number, status) for number, status in statuses.items()]
    target = samples.run()["target"] | {"product": {"name": product, "version": "1", "supplier": "S"}}
    moment = f"2026-11-{day:02}T10:00:00Z"
    facts = {"target": target, "started": moment, "finished": moment, "number": f"{day}"}
    return samples.run(samples.profile(rows), **(facts | changed))


def folders(parent: Path, *runs: Json) -> list[Path]:
    """Write runs and give their folders."""
    return [samples.write(parent / f"run-{place}", content) for place, content in enumerate(runs)]


def changes(parent: Path, *runs: Json) -> dict[int, Change | None]:
    """Compare runs and give what became of each requirement."""
    (profile,) = compare(folders(parent, *runs)).profiles
    return {int(line.requirement["id"][-3:]): line.change for line in profile.lines}


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("passed", "failed", Change.NEW),
        ("passed", "warning", Change.NEW),
        ("warning", "failed", Change.NEW),
        ("waived", "failed", Change.NEW),
        ("blocked", "failed", Change.NEW),
        ("not_tested", "failed", Change.NEW),
        ("failed", "failed", Change.UNCHANGED),
        ("waived", "waived", Change.UNCHANGED),
        ("failed", "passed", Change.SOLVED),
        ("failed", "waived", Change.SOLVED),
        ("warning", "not_applicable", Change.SOLVED),
        ("failed", "blocked", Change.LOST),
        ("passed", "error", Change.LOST),
        ("passed", "not_tested", Change.LOST),
    ],
)
def test_a_requirement_is_new_solved_unchanged_or_lost(tmp_path: Path, before: str, after: str, change: Change) -> None:
    assert changes(tmp_path, run(1, {1: before}), run(2, {1: after})) == {1: change}


@pytest.mark.parametrize(
    ("before", "after"),
    [("passed", "passed"), ("passed", "not_applicable"), ("blocked", "passed"), ("blocked", "error")],
)
def test_what_tells_nothing_is_left_out(tmp_path: Path, before: str, after: str) -> None:
    assert changes(tmp_path, run(1, {1: before}), run(2, {1: after})) == {}


def test_the_last_run_is_compared_with_the_one_before_it_whatever_the_order_of_naming(tmp_path: Path) -> None:
    third, first, second = run(3, {1: "passed"}, depth="deep"), run(1, {1: "passed"}), run(2, {1: "failed"}, seed=2)
    assert changes(tmp_path, third, first, second) == {1: Change.SOLVED}


def test_another_outcome_of_runs_that_were_done_alike_is_flaky(tmp_path: Path) -> None:
    assert changes(
        tmp_path, *(run(day, {1: status, 2: "passed"}) for day, status in enumerate(("passed", "failed", "passed"), 1))
    ) == {1: Change.FLAKY}


@pytest.mark.parametrize(
    "changed",
    [{"seed": 2}, {"depth": "deep"}, {"suite": {"name": "vng-conformance", "version": "9"}}, {"read_only": True}],
)
def test_runs_that_were_done_otherwise_are_not_flaky(tmp_path: Path, changed: dict[str, Json]) -> None:
    runs = [run(1, {1: "passed"}), run(2, {1: "passed"}), run(3, {1: "failed"}, **changed)]
    assert changes(tmp_path, *runs) == {1: Change.NEW}


def test_what_one_run_did_not_test_is_not_flaky(tmp_path: Path) -> None:
    runs = [run(1, {1: "passed"}), run(2, {1: "not_tested"}), run(3, {1: "passed"})]
    assert changes(tmp_path, *runs) == {}


def test_a_requirement_that_only_one_run_knows_has_no_status_in_the_other(tmp_path: Path) -> None:
    paths = folders(tmp_path, run(1, {1: "passed", 2: "failed"}), run(2, {1: "passed", 3: "failed"}))
    (profile,) = compare(paths).profiles
    assert [(line.requirement["id"][-3:], line.statuses) for line in profile.lines] == [("003", (None, "failed"))]


def test_products_are_laid_side_by_side(tmp_path: Path) -> None:
    runs = [run(1, {1: "passed", 2: "passed", 3: "failed"}), run(2, {1: "passed", 2: "failed", 3: "failed"}, "Ander")]
    comparison = compare(folders(tmp_path, *runs))
    assert (comparison.one_product, comparison.worse) == (False, False)
    assert {line.requirement["id"][-3:]: line.statuses for line in comparison.profiles[0].lines} == {
        "002": ("passed", "failed"),
        "003": ("failed", "failed"),
    }


def test_a_folder_of_runs_is_a_trend(tmp_path: Path) -> None:
    folders(tmp_path, *(run(day, {1: "passed"}) for day in (3, 1, 2)))
    assert [one["number"] for one in compare([tmp_path]).runs] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 7}, "This differs: Seed."),
        ({"depth": "quick"}, "This differs: Depth."),
        ({"suite": {"name": "vng-conformance", "version": "9"}, "seed": 7}, "This differs: Test suite, Seed."),
        ({"interrupted": True}, "This differs: Interrupted."),
    ],
)
def test_a_difference_in_how_the_runs_were_done_is_warned_of(tmp_path: Path, changed: Json, said: str) -> None:
    comparison = compare(folders(tmp_path, run(1, {1: "passed"}), run(2, {1: "passed"}, **changed)), "en")
    assert said in warned(comparison, "en")
    assert Page(render(comparison, "en")).says(said)


def test_another_register_is_warned_of(tmp_path: Path) -> None:
    other = run(2, {1: "passed"})
    other["profiles"][0]["register"] = "a" * 64
    assert "Eisenlijst" in warned(compare(folders(tmp_path, run(1, {1: "passed"}), other)), "nl")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            samples.run(samples.profile([], name="verzoeken")),
            r"judged verzoeken 1\.0\.0, but \S+ judged klanten 1\.0\.0",
        ),
        (samples.run(samples.profile([], version="2.0.0")), r"judged klanten 2\.0\.0, but \S+ judged klanten 1\.0\.0"),
        (samples.misconfigured(), r"judged nothing, so there is nothing to compare"),
    ],
)
def test_apples_are_not_compared_with_pears(tmp_path: Path, other: Json, said: str) -> None:
    with pytest.raises(ReportError, match=said) as caught:
        compare(folders(tmp_path, run(1, {1: "passed"}), other))
    assert "\n" not in str(caught.value)


def test_one_run_is_not_compared(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="needs at least two runs, found 1"):
        compare(folders(tmp_path, run(1, {})))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_is_whole_and_always_the_same(tmp_path: Path, language: str) -> None:
    statuses = ("passed", "failed"), ("failed", "passed"), ("failed", "failed"), ("passed", "blocked")
    runs = [run(place + 1, dict(enumerate(pair, 1))) for place, pair in enumerate(zip(*statuses, strict=True))]
    comparison = compare(folders(tmp_path, *runs), language)
    content = render(comparison, language)
    page = Page(content)
    assert content == render(compare(folders(tmp_path, *runs), language), language)
    assert len(page.every("table")) == 5
    assert [link for link in page.values("href") + page.values("src") if not link.startswith("#")] == []


def test_nothing_to_tell_is_said(tmp_path: Path, command: Command) -> None:
    paths = folders(tmp_path, run(1, {1: "passed"}), run(2, {1: "passed"}))
    assert Page(render(compare(paths), "nl")).says("Er zijn geen verschillen")
    told = command("compare", *paths, "--lang", "en")
    assert (told.code, "There are no differences and no deviations." in told.out) == (0, True)


def test_the_command_shows_what_is_new_and_leaves_with_one(tmp_path: Path, command: Command) -> None:
    told = command("compare", *folders(tmp_path, run(1, {1: "passed"}), run(2, {1: "failed"}, seed=3)), "--lang", "en")
    assert (told.code, told.err) == (1, "")
    assert "New (1)" in told.out
    assert "KL-CONT-001" in told.out
    assert "This differs: Seed." in told.out


def test_the_command_shows_products_side_by_side(tmp_path: Path, command: Command) -> None:
    told = command("compare", *folders(tmp_path, run(1, {1: "passed"}), run(2, {1: "failed"}, "[bold]Ander\u202e")))
    assert (told.code, "Verschillen en afwijkingen (1)" in told.out) == (0, True)
    assert "[bold]Ander⟨U+202E⟩" in told.out


def test_the_command_writes_the_page(tmp_path: Path, command: Command) -> None:
    paths = folders(tmp_path, run(1, {1: "passed"}), run(2, {1: "passed"}))
    told = command("compare", *paths, "--format", "html", "--out", tmp_path / "new")
    assert (told.code, told.out.strip()) == (0, str(tmp_path / "new" / "compare.nl.html"))
    assert (tmp_path / "new" / "compare.nl.html").read_bytes() == render(compare(paths), "nl")


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path, command: Command) -> None:
    paths = folders(tmp_path, run(1, {1: "passed"}), run(2, {1: "passed"}))
    told = command("compare", *paths, "--format", "html", "--out", paths[0] / "run.json")
    assert (told.code, "choose another folder with --out" in told.err) == (3, True)
