"""The annex to a tender: the requirements as a table for the Programma van Eisen, as page and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance.model import Status
from conformance.report import catalogue
from conformance.report.cases import cases_of, explained
from conformance.report.page import asset, counted, digest, page
from conformance.report.sheet import sheet
from conformance.report.texts import spoken, texts
from conformance.report.wire import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Json
    from conformance.report.record import Record

LIMIT = 600


class Row(NamedTuple):
    """One requirement as a tender asks for it."""

    id: str
    level: str
    text: str
    tested: str
    result: str
    remark: str
    source: str
    status: str


def render(record: Record, language: str) -> dict[str, bytes]:
    """Render the annex and the export for the Softwarecatalogus."""
    run = spoken(record.run, language)
    judged = [] if run["configuration"] else run["profiles"]
    tables = [(profile, _rows(run, profile, language)) for profile in judged]
    return {
        f"annex.{language}.html": _page(run, tables, language),
        f"annex.{language}.csv": _csv(tables, language),
        **catalogue.render(record),
    }


def _page(run: Json, tables: list[tuple[Json, list[Row]]], language: str) -> bytes:
    style = asset("style.css")
    policy = f"default-src 'none'; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    return page("annex.html.j2", language, run=run, tables=tables, style=style, policy=policy)


def _csv(tables: list[tuple[Json, list[Row]]], language: str) -> bytes:
    table = texts(language)
    what = [table["standard"], table["requirement_label"], table["level_label"], table["description"]]
    how = [table["tested"], table["result"], table["remark"], table["source"]]
    rows = (
        (f"{profile['title']} {profile['version']}", *row[: Row._fields.index("status")])
        for profile, rows in tables
        for row in rows
    )
    return sheet([*what, *how], rows)


def _rows(run: Json, profile: Json, language: str) -> list[Row]:
    table = texts(language)
    remarks: dict[str, list[str]] = {}
    for case in cases_of(run, profile):
        remarks.setdefault(case.requirement["id"], []).extend(explained(case, table))
    return [_row(row, dict.fromkeys(remarks[row["id"]]), language) for row in profile["requirements"]]


def _row(requirement: Json, remarks: Iterable[str], language: str) -> Row:
    table = texts(language)
    status = Status(requirement["status"])
    text = "" if status is Status.PASSED else cut(" ".join(remarks)).text
    return Row(
        id=requirement["id"],
        level=table["level"][requirement["level"]],
        text=requirement["title"],
        tested=_tested(requirement, language),
        result=table["status"][status],
        remark=text if len(text) <= LIMIT else f"{text[:LIMIT]}…",
        source=requirement["source"],
        status=status,
    )


def _tested(requirement: Json, language: str) -> str:
    table = texts(language)
    if requirement.get("declared"):
        return str(table["tested_declared"])
    outcomes = requirement["outcomes"]
    if not outcomes:
        return str(table["tested_not"])
    messages = len({name for outcome in outcomes for name in outcome["exchanges"]})
    return str(
        table["tested_by"].format(
            checks=counted(len(outcomes), "check", table=table, language=language),
            messages=counted(messages, "message", table=table, language=language),
        )
    )
