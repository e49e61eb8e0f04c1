"""The command that compares finished runs."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from conformance.model import Status
from conformance.report import LANGUAGES
from conformance.report.compare import Change, Compared, Comparison, Line, compare, render, warned
from conformance.report.record import ReportError
from conformance.report.texts import date, texts
from conformance.report.wire import visible

WIDTH = 160  # when nobody looks, a line is not broken at 80


@click.command("compare")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text", show_default=True)
@click.option("--lang", "language", type=click.Choice(list(LANGUAGES)), default="nl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=".", help="The folder for the page.", show_default=True)
def command(runs: tuple[Path, ...], form: str, language: str, out: Path) -> int:
    """Compare run folders of the same standards, or all runs in a folder.

    Of one product: what is new, solved or unchanged in the last run, and what is flaky over more than two runs that
    were done alike. Of several products: a table. The exit code is 1 when the last run has a new deviation.
    """
    comparison = compare(runs, language)
    if form == "html":
        click.echo(_written(out / f"compare.{language}.html", render(comparison, language)))
    else:
        _print(comparison, language)
    return int(comparison.worse)


def _written(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as fault:
        raise ReportError(path, f"cannot be written: {fault.strerror}", "choose another folder with --out") from None
    return path


def _print(comparison: Comparison, language: str) -> None:
    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=WIDTH)
    warning = warned(comparison, language)
    if warning:
        console.print(Text(warning))
    for item in comparison.profiles:
        console.print(_runs(comparison, item, language))
        for change in Change if comparison.one_product else (None,):
            lines = item.having(change)
            if lines:
                console.print(_lines(comparison, lines, change, language))
        if not item.lines:
            console.print(Text(texts(language)["nothing_differs"]))


def _runs(comparison: Comparison, item: Compared, language: str) -> Table:
    table = texts(language)
    heads = (table["run_label"], table["product"], table["date"], table["verdict_label"], table["results"])
    shown = _table(f"{item.profile['title']} {item.profile['version']}", heads)
    for place, run in enumerate(comparison.runs):
        product = run["target"]["product"]
        counts = ", ".join(
            f"{table['status'][status].lower()} {item.counts[place][status]}" for status in _seen(item, place)
        )
        cells = (f"{place + 1}", f"{product['name']} {product['version']}", date(run["started"], language))
        shown.add_row(*map(_cell, (*cells, table["verdict"][item.verdicts[place]], counts)))
    return shown


def _seen(item: Compared, place: int) -> list[Status]:
    return [status for status in Status if item.counts[place][status]]


def _lines(comparison: Comparison, lines: list[Line], change: Change | None, language: str) -> Table:
    table = texts(language)
    title = table["change"][change] if change else table["between_products"]
    products = [f"{place}" for place in range(1, len(comparison.runs) + 1)]
    shown = _table(f"{title} ({len(lines)})", (table["requirement_label"], table["description"], *products))
    for line in lines:
        words = (table["status"][status] if status else "–" for status in line.statuses)
        shown.add_row(*map(_cell, (line.requirement["id"], line.requirement["title"], *words)))
    return shown


def _table(title: str, heads: tuple[str, ...]) -> Table:
    table = Table(title=_cell(title), title_justify="left")
    for head in heads:
        table.add_column(_cell(head))
    return table


def _cell(text: str) -> Text:
    """Give a text in which nothing is markup or moves the cursor."""
    return Text(visible(text))
