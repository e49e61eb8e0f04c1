"""The command that proves a target file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from conformance import profile as profiles
from conformance import target as targets
from conformance.errors import TargetError
from conformance.preflight import prove
from conformance.profile import Profile
from conformance.session import Plan, begin
from conformance.target import TargetRow

EXIT_CONFIGURATION = 3


@click.command("check")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--profile", "names", multiple=True, help="Prove it for this profile only; may be repeated.")
def command(target: Path, names: tuple[str, ...]) -> int:
    """Prove that TARGET can be reached, that its clock runs right and that it knows each credential.

    Nothing is made on the target, and nothing is judged. Each fault names the line to change.
    """
    folders = [profiles.locate(name) for name in names] or _fitting(target)
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        session = begin(Plan(profiles=tuple(folders), target=target, folder=Path(folder)))
        for run in session.runs.values():
            host = run.profile.host
            if host is not None:
                click.echo(f"✓ {_bound(run.profile, host)}")
            for proof in prove(run) if host is None or host.name not in session.runs else ():
                click.echo(f"{'✓' if proof.fine else '✗' if proof.fatal else '!'} {proof.text.en}")
                fine = fine and not proof.fatal
        for waiver in session.waivers:
            if waiver.fault:
                click.echo(f"! {waiver.place}: {waiver.requirement} covers nothing: {waiver.fault.en}")
        session.finish(interrupted=False)
    click.echo("The target can be judged." if fine else "Nothing can be judged until this is solved.")
    return 0 if fine else EXIT_CONFIGURATION


def _fitting(target: Path) -> list[Path]:
    """Find the shipped profiles whose APIs the target file names."""
    row = targets.load(target).row
    found = [profiles.locate(name) for name in profiles.shipped()]
    fitting = [folder for folder in found if _fits(profiles.load(folder), row)]
    if not fitting:
        raise TargetError(
            target, f"names no API that a profile knows ({', '.join(row.apis)})", "name one with --profile"
        )
    return fitting


def _bound(profile: Profile, host: Profile) -> str:
    binding = [row for row in profile.requirements if row.unbound is None]
    return f"{profile.name} judges the access to {host.name}: {len(binding)} requirements bind this installation."


def _fits(profile: Profile, row: TargetRow) -> bool:
    """Tell whether a target file is about this profile; a guest fits whoever says how access is arranged."""
    if profile.row.guest:
        return row.access is not None
    if not row.apis:
        return bool(profile.row.handelingen)
    return bool(set(profile.row.apis) & set(row.apis))
