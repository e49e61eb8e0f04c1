"""The command that prints the JSON Schemas of the files that users read and write."""

from __future__ import annotations

import json
from pathlib import Path

import click

from conformance.target import TargetRow
from conformance.waivers import WaiversRow

SCHEMAS = Path(__file__).parent.parent / "schemas"


@click.command("schema")
@click.argument("document", type=click.Choice(["target", "waivers", "run", "catalogue"]))
def command(document: str) -> None:
    """Print the JSON Schema of a target file, a waiver file, run.json or catalogue.json, for editors and scripts."""
    if document in {"target", "waivers"}:
        shape = WaiversRow if document == "waivers" else TargetRow
        click.echo(json.dumps(shape.model_json_schema(), indent=1))
    else:
        click.echo((SCHEMAS / f"{document}.schema.json").read_text(encoding="utf-8").rstrip())
