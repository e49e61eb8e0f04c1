"""The command that prints the JSON Schemas of the files that users read and write."""

from __future__ import annotations

import json
from pathlib import Path

import click

from conformance.target import TargetRow

SCHEMAS = Path(__file__).parent.parent / "schemas"


@click.command("schema")
@click.argument("document", type=click.Choice(["target", "run", "catalogue"]))
def command(document: str) -> None:
    """Print the JSON Schema of a target file, of run.json or of catalogue.json, for editors and scripts."""
    if document == "target":
        click.echo(json.dumps(TargetRow.model_json_schema(), indent=1))
    else:
        click.echo((SCHEMAS / f"{document}.schema.json").read_text(encoding="utf-8").rstrip())
