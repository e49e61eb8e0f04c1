"""The command that writes a target file to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from conformance import contract
from conformance import profile as profiles
from conformance.errors import TargetError
from conformance.profile import Profile

SCHEMES = {
    "zgw-jwt": ["client_id: {name}", "secret: {{env: {env}}}"],
    "bearer": ["secret: {{env: {env}}}"],
    "api-key": ["header: X-Api-Key", "secret: {{env: {env}}}"],
}


@click.command("init")
@click.argument("target", type=click.Path(path_type=Path), default="target.yaml")
@click.option("--profile", "name", default="klanten", show_default=True, help="The standard that you will test.")
@click.option(
    "--scheme", type=click.Choice(list(SCHEMES)), default="zgw-jwt", show_default=True, help="How to authenticate."
)
@click.option("--url", default="https://test.example.nl/{api}/api/v1", show_default=True, help="The API root.")
def command(target: Path, name: str, scheme: str, url: str) -> None:
    """Write TARGET, with comments that say what to fill in; an existing file is left alone."""
    if target.exists():
        raise TargetError(target, "exists already", "name another file")
    profile = profiles.load(name)
    try:
        target.write_text("\n".join(_lines(profile, scheme, url)) + "\n", encoding="utf-8")
    except OSError as fault:
        raise TargetError(target, f"cannot be written: {fault.strerror}", "name another file") from None
    click.echo(f"Wrote {target}. Fill it in, export the secrets, then: conformance check {target}")


def _lines(profile: Profile, scheme: str, url: str) -> Iterator[str]:
    yield "# Which installation is tested, and how to reach it. Secrets are only named here, never written."
    yield "product: {name: Naam van het product, version: '1.0', supplier: Naam van de leverancier}"
    yield "apis:"
    for api in profile.row.apis:
        yield f"  {api}: {{url: '{url.replace('{api}', api)}'}}   # API root, with the version"
    yield "credentials:   # each is an application known to your authorization store, with exactly these scopes"
    scopes = [scope for api in profile.row.apis for scope in contract.load(profile.contract(api)).scopes]
    yield from _credential("alles", scheme, "all")
    yield "  # The ones below are for the tests of scopes; without them those tests are blocked, not failed."
    yield from _credential("geen", scheme, "[]")
    for scope in scopes:
        yield from _credential(f"alleen-{scope.replace('.', '-')}", scheme, f"[{scope}]")
    for scope in scopes:
        others = ", ".join(other for other in scopes if other != scope)
        yield from _credential(f"zonder-{scope.replace('.', '-')}", scheme, f"[{others}]")
    yield "# Two more that tests can use: one with heeftAlleAutorisaties ('superuser: true'), and one whose scopes"
    yield "# are those of another component ('foreign: true')."
    yield "# Where the product can reach the suite, which plays subjects and a Notificaties API; without it: blocked."
    yield "#neighbours: {address: 'http://192.0.2.10:9010', listen: '0.0.0.0:9010', notifications: true}"
    yield "# settle: how many seconds a write may take until it can be read"
    yield "pace: {timeout: 30, settle: 0, parallel: 4, requests_per_second: 0}"
    yield "# disposable: nothing in this installation matters to anyone"
    yield "safety: {read_only: false, disposable: false}"
    yield "#tls: {ca: test-ca.pem, private_network: true}   # your own CA; a test installation without public TLS"
    yield "#data: {rsin: ['000000000', '100000009']}   # two organisations that the installation accepts"
    yield "#declarations: {COM-DECL-001: 'your answer'}   # what nobody can see from outside; see 'conformance show'"


def _credential(name: str, scheme: str, scopes: str) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    scheme: {scheme}"
    for line in SCHEMES[scheme]:
        yield f"    {line.format(name=name, env='CONFORMANCE_' + name.replace('-', '_').upper())}"
    yield f"    scopes: {scopes}"
