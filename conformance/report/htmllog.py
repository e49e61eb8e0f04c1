"""A pytest plugin that adds what an item sent and saw to the technical log of pytest-html."""

from __future__ import annotations

import html
from collections.abc import Generator
from typing import Any

import pytest
from pytest_html import extras  # type: ignore[import-untyped] # has no types

from conformance.report import log


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requirement, the findings and the exchanges with their curl lines."""
    report = yield
    outcome = getattr(item, "outcome", None)
    if report.when == "call" and outcome is not None:
        shown = log.extras(outcome, list(item.run.folder.recent), requirement=item.bound.requirement)  # type: ignore[attr-defined] # only items of this suite have an outcome
        setattr(report, "extras", [*getattr(report, "extras", []), extras.html(shown)])  # noqa: B010 - pytest-html's own
    return report


def pytest_html_report_title(report: Any) -> None:
    """Name the log."""
    report.title = "Technical log"


def pytest_html_results_table_header(cells: list[str]) -> None:
    """Add a column for the requirement."""
    cells.insert(1, '<th class="sortable" data-column-type="requirement">Requirement</th>')


def pytest_html_results_table_row(report: pytest.TestReport, cells: list[str]) -> None:
    """Fill the column of the requirement."""
    name = report.nodeid.rpartition("::")[2].partition(" ")[0]
    cells.insert(1, f"<td>{html.escape(name)}</td>")
