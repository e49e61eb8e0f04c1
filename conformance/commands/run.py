"""The command that judges an installation."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.commands.execution import Order, execute
from conformance.run import DEPTHS


@click.command("run")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--target", type=click.Path(path_type=Path), required=True, help="The target file of the installation.")
@click.option("--only", multiple=True, metavar="ID", help="Judge only this requirement; may be repeated.")
@click.option(
    "--depth", type=click.Choice(DEPTHS), default="standard", show_default=True, help="How much is generated."
)
@click.option("--seed", type=click.IntRange(min=0), help="Repeat the random choices of an earlier run.")
@click.option("--read-only", is_flag=True, help="Send nothing that changes the target.")
@click.option("--out", type=click.Path(path_type=Path), help="The run folder; a new one under reports/ by default.")
@click.option("--json", "lines", is_flag=True, help="Print each outcome as a line of JSON, the verdict last.")
@click.option("--lang", "language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def command(profiles: tuple[str, ...], target: Path, only: tuple[str, ...], **rest: object) -> int:
    """Judge an installation against one or more profiles and write the reports."""
    return execute(Order(profiles, target, only, **rest))  # type: ignore[arg-type] # click gives the types above
