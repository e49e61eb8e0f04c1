"""The command that serves the neighbours on their own."""

from __future__ import annotations

import click

from conformance import neighbours


@click.command("neighbours")
@click.option("--listen", default="127.0.0.1:9010", show_default=True, help="The address and port to listen on.")
def command(listen: str) -> None:
    """Play what an API calls: resources that exist or not, and a receiver of notifications. Stop with Ctrl-C."""
    neighbours.serve(listen, click.echo)
