"""The command that serves the neighbours on their own."""

from __future__ import annotations

import click

from conformance.neighbours import serve


@click.command("neighbours")
@click.option(
    "--listen", default="127.0.0.1:9010", show_default=True, metavar="HOST:PORT", help="The address of this machine."
)
def command(listen: str) -> None:
    """Serve what a product may fetch or call, and tell every call; stop with Ctrl-C.

    It shows whether a product can reach this machine before anything is judged.
    """
    serve(listen, click.echo)
