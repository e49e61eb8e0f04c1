"""The command that prints the JSON Schemas of the files that users read and write."""

from __future__ import annotations

import json
from pathlib import Path

import click

from conformance.target import TargetRow

RUN = Path(__file__).parent.parent / "schemas" / "run.schema.json"


@click.command("schema")
@click.argument("document", type=click.Choice(["target", "run"]))
def command(document: str) -> None:
    """Print the JSON Schema of a target file or of run.json, for editors and scripts."""
    if document == "run":
        click.echo(RUN.read_text(encoding="utf-8").rstrip())
    else:
        click.echo(json.dumps(TargetRow.model_json_schema(), indent=1))
