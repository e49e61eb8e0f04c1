"""The command that shows the suite at work on its own reference supplier."""

from __future__ import annotations

import os
import socket
import tempfile
import webbrowser
from pathlib import Path
from typing import Any

import click
import yaml

from conformance.commands.execution import Order, execute
from conformance.sandbox import fixtures, known


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
    suppliers = fixtures()
    os.environ.update(suppliers.environment(known(profile)))
    neighbours = f"http://127.0.0.1:{_free_port()}"
    supplier = suppliers.supplier(profile, mutant=mutant, neighbours_url=neighbours, timeout=1)
    with tempfile.TemporaryDirectory() as folder, suppliers.serve(supplier) as root:
        target = Path(folder) / "target.yaml"
        described = suppliers.target(profile, root, neighbours=neighbours)
        target.write_text(yaml.safe_dump(described, sort_keys=False), encoding="utf-8")
        run_folder = out or _fresh(Path("reports"), profile)
        code = execute(Order([profile], target, out=run_folder, **rest))
    report = run_folder / f"report.{rest['language']}.html"
    if show and report.exists():
        webbrowser.open(report.resolve().as_uri())
    return code


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _fresh(parent: Path, profile: str) -> Path:
    numbers = (number for number in range(1, 10_000) if not (parent / f"demo-{profile}-{number}").exists())
    return parent / f"demo-{profile}-{next(numbers)}"
