"""The command that tells about one requirement."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from conformance import profile as profiles
from conformance import register
from conformance.errors import ProfileError, did_you_mean
from conformance.model import Requirement
from conformance.profile import Profile


@click.command("explain")
@click.argument("ident", metavar="ID")
@click.option("--profile", "names", multiple=True, help="Where to look; every shipped profile by default.")
@click.option("--lang", "language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def command(ident: str, names: tuple[str, ...], language: str) -> None:
    """Tell what requirement ID demands, how it is tested, where it comes from and how it is read."""
    loaded = [profiles.load(name) for name in names or profiles.shipped()]
    rows = {row.id: (profile, row) for profile in reversed(loaded) for row in profile.requirements}
    if ident not in rows:
        raise ProfileError("explain", f"'{ident}' is not a requirement", did_you_mean(ident, rows))
    for line in _lines(*rows[ident], language):
        click.echo(line)


def _lines(profile: Profile, row: Requirement, language: str) -> list[str]:
    title = row.title.nl if language == "nl" else row.title.en
    lines = [f"{row.id}  {title}", f"  level    {row.level.upper()} ({row.kind})"]
    lines += [f"  applies  {row.operation}"] if row.operation else []
    lines += [f"  demands  {row.statement}", f"  source   {row.source}"]
    if row.interpretation:
        lines.append(f"  ruling   {row.interpretation.text.nl if language == 'nl' else row.interpretation.text.en}")
    if row.shared_defect:
        lines.append(f"  note     {row.shared_defect.nl if language == 'nl' else row.shared_defect.en}")
    if row.untested:
        lines.append(f"  untested {row.untested.nl if language == 'nl' else row.untested.en}")
    binding = [name for name in (*row.schemes, *row.hosts, row.component) if name]
    lines += [f"  binds    {', '.join(binding)}"] if binding else []
    return [*lines, *_tests(profile, row)]


def _tests(profile: Profile, row: Requirement) -> Iterator[str]:
    """Say how a row is tested; what a guest tests has no resource yet."""
    if profile.row.guest:
        known = register.checks_of(profile, row)
        yield from (f"  tested   {call}: {inspect.getdoc(known[call.name])}" for call in row.checks)
        return
    for bound in register.bind(profile):
        if bound.requirement.id == row.id:
            yield f"  tested   {bound.call}: {inspect.getdoc(bound.check)}"
