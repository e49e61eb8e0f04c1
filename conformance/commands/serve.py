"""The command that serves a reference supplier as a sandbox."""

from __future__ import annotations

import threading
from pathlib import Path

import click
import yaml

from conformance.sandbox import fixtures, served


@click.command("serve")
@click.argument("profile")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 chooses a free one.")
@click.option("--mutant", help="Serve it with this mistake, to see what the suite says of it.")
@click.option("--variant", help="Serve this lawful oddity.")
@click.option("--target", type=click.Path(path_type=Path), help="Write a target file for it here.")
@click.option("--seconds", type=float, default=None, help="Stop after so many seconds; at Ctrl-C by default.")
def command(
    profile: str, port: int, mutant: str | None, variant: str | None, target: Path | None, seconds: float | None
) -> None:
    """Serve the reference supplier of PROFILE on loopback, to try clients and this suite against."""
    with served(profile, port=port, mutant=mutant, variant=variant) as described:
        for name, api in described["apis"].items():
            click.echo(f"{name}: {api['url']}")
        click.echo("Its secrets guard nothing:")
        for variable, value in fixtures().environment(profile).items():
            click.echo(f"export {variable}={value}")
        if target is not None:
            target.write_text(yaml.safe_dump(described, sort_keys=False), encoding="utf-8")
            click.echo(f"Judge it with: conformance run {profile} --target {target}")
        click.echo("Stop with Ctrl-C.")
        threading.Event().wait(seconds)
