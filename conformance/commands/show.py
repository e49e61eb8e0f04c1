"""The command that lists the register."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from conformance import profile as profiles
from conformance import register
from conformance.model import Requirement
from conformance.profile import Profile


@click.command("show")
@click.argument("profile")
@click.option("--json", "machine", is_flag=True, help="Print one JSON document.")
@click.option("--lang", "language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def command(profile: str, machine: bool, language: str) -> None:
    """List the requirements of PROFILE with how each is tested, or why it is not."""
    loaded = profiles.load(profile)
    if machine:
        click.echo(json.dumps(_document(loaded), ensure_ascii=False, indent=1))
    else:
        _print(loaded, language)


def _document(profile: Profile) -> dict[str, Any]:
    lifecycle = profile.row.lifecycle
    return {
        "profile": profile.name,
        "version": profile.row.version,
        "lifecycle": lifecycle.status if lifecycle else None,
        "requirements": [_row(row) for row in profile.requirements],
    }


def _row(row: Requirement) -> dict[str, Any]:
    return {
        "id": row.id,
        "level": str(row.level),
        "kind": row.kind,
        "status": "untested" if row.untested else "executed",
        "reason": row.untested.en if row.untested else None,
        "declared": row.declared,
        "checks": [str(call) for call in row.checks],
    }


def _print(profile: Profile, language: str) -> None:
    console = Console()
    if not profile.row.abstract:
        register.bind(profile)
    table = Table("id", "level", "title", "tested by", title=f"{profile.name} {profile.row.version}")
    for row in profile.requirements:
        title = row.title.nl if language == "nl" else row.title.en
        reason = row.untested and (row.untested.nl if language == "nl" else row.untested.en)
        table.add_row(row.id, row.level, title, reason or ", ".join(dict.fromkeys(call.name for call in row.checks)))
    console.print(table)
    told = Counter(
        "executed" if not row.untested else "declared" if row.declared else "untested" for row in profile.requirements
    )
    console.print(", ".join(f"{count} {name}" for name, count in told.items()), highlight=False)
    reasons = Counter(
        row.untested.nl if language == "nl" else row.untested.en for row in profile.requirements if row.untested
    )
    for reason, count in reasons.most_common():
        console.print(f"  {count} × {reason}", highlight=False)
