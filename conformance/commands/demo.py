"""The command that shows the suite at work on its own reference supplier."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from pathlib import Path
from typing import Any

import click
import yaml

from conformance.commands.execution import Order, execute
from conformance.sandbox import fixtures, served


@click.command("demo")
@click.argument("profile", default="klanten")
@click.option("--mutant", help="Give the supplier this mistake, to see it found.")
@click.option("--only", multiple=True, metavar="ID", help="Judge only this requirement; may be repeated.")
@click.option("--open", "show", is_flag=True, help="Open the report in a browser.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--lang", "language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The run folder; a new one under reports/ by default.")
def command(profile: str, mutant: str | None, show: bool, out: Path | None, **rest: Any) -> int:
    """Judge the reference supplier of PROFILE over a real socket and write the report."""
    with tempfile.TemporaryDirectory() as folder, served(profile, mutant=mutant, timeout=1) as described:
        os.environ.update(fixtures().environment(profile))
        target = Path(folder) / "target.yaml"
        target.write_text(yaml.safe_dump(described, sort_keys=False), encoding="utf-8")
        run_folder = out or _fresh(Path("reports"), profile)
        code = execute(Order([profile], target, out=run_folder, **rest))
    report = run_folder / f"report.{rest['language']}.html"
    if show and report.exists():
        webbrowser.open(report.resolve().as_uri())
    return code


def _fresh(parent: Path, profile: str) -> Path:
    numbers = (number for number in range(1, 10_000) if not (parent / f"demo-{profile}-{number}").exists())
    return parent / f"demo-{profile}-{next(numbers)}"
