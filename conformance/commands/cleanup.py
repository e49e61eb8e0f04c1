"""The command that removes what a run left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from conformance import profile as profiles
from conformance.api import Api
from conformance.calls import World
from conformance.errors import Blocked
from conformance.runfile import leftovers, tick_off
from conformance.session import Plan, begin


@click.command("cleanup")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--target", type=click.Path(path_type=Path), required=True, help="The target file of the run.")
def command(run: Path, target: Path) -> int:
    """Remove from the target what the run in folder RUN made and did not remove."""
    left = leftovers(run)
    if not left:
        click.echo("Nothing was left behind.")
        return 0
    names = profiles.shipped()[:1]  # any will do: what to remove is in the ledger, and where in the target file
    with tempfile.TemporaryDirectory() as folder:
        session = begin(Plan(profiles=tuple(map(profiles.locate, names)), target=target, folder=Path(folder)))
        seen = next(iter(session.runs.values()))
        kept = [url for _, url in left if not _removed(Api(seen, World("cleanup"), seen.target.full), run, url)]
        session.finish(interrupted=False)
    click.echo(f"Removed {len(left) - len(kept)} of {len(left)}.")
    for url in kept:
        click.echo(f"Still there: {url}")
    return 1 if kept else 0


def _removed(api: Api, run: Path, url: str) -> bool:
    if api.run.at_home(url) is None:
        return False
    try:
        reply = api.request("DELETE", url, phase="cleanup")
    except Blocked:
        return False
    gone = reply.ok or reply.status in {404, 410}
    if gone:
        tick_off(run, url)
    return gone
