"""The command that writes reports of a finished run."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.report import FORMS, LANGUAGES, write_all


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--lang", "language", type=click.Choice(list(LANGUAGES)), default="nl", show_default=True)
@click.option(
    "--format", "forms", multiple=True, type=click.Choice(list(FORMS)), default=["html"], help="May be repeated."
)
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write in; the run folder by default.")
def command(run: Path, language: str, forms: tuple[str, ...], out: Path | None) -> None:
    """Write a report of the run folder RUN; nothing is sent to the target."""
    for form in forms:
        for path in write_all(run, language=language, format=form, out=out):
            click.echo(path)
