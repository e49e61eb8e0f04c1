"""The command that serves the neighbours on their own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from types import MappingProxyType

import click

from conformance.errors import ConfigurationError
from conformance.neighbours import INZAGE, LOG, RECEIVER, SOURCE, Neighbours

ANSWERS = MappingProxyType({"bestaat": 200, "weigert": 403, "afwezig": 404, "weg": 410, "kapot": 500})


@click.command("neighbours")
@click.option("--listen", default="127.0.0.1:9010", show_default=True, help="The address and port to listen on.")
def command(listen: str) -> None:
    """Play what an API calls, and show each call. Stop with Ctrl-C.

    Resources that answer 200, 302, 403, 404, 410, 500 or late; a Zaken API, to which a relation can be added with
    POST and from which it can be taken with DELETE; an Autorisaties API; a receiver of notifications; a log of
    processing, an API with personal data, and inzage.
    """
    serve(listen, click.echo)


def serve(listen: str, tell: Callable[[str], None]) -> None:
    """Serve on its own until it is interrupted, and tell every address and every call."""
    with Neighbours.start(listen, f"http://{listen}", writable=True) as neighbours:
        if neighbours.fault is not None:
            raise ConfigurationError(listen, neighbours.fault.en, "choose another port")
        for line in _addresses(neighbours):
            tell(line)
        with contextlib.suppress(KeyboardInterrupt):
            for call in neighbours.coming():
                who = f" {call.client}" if call.client else ""
                tell(f"{call.method} {call.path} {call.authorization}{who} {len(call.body)} bytes")


def _addresses(neighbours: Neighbours) -> list[str]:
    """Make the addresses and give each after what it answers."""
    fixed = {name: neighbours.place(status, name=name) for name, status in ANSWERS.items()}
    zaak, address = neighbours.zaak(), neighbours.address
    relation = f'POST {{"zaak": "{zaak}", "contactmoment": "<url>"}}'
    return [
        *(f"{status} {fixed[name]}" for name, status in ANSWERS.items()),
        f"302 {neighbours.redirect(fixed['bestaat'])}",
        f"200 {neighbours.place(delay=60)} after 60 seconds",
        f"200 {zaak}",
        f"200 {address}/zaken/api/v1/schema/openapi.yaml",
        f"200 {address}/zaken/api/v1/zaakcontactmomenten {relation}; DELETE below it",
        f"200 {address}/zaken/api/v1/zaakverzoeken {relation.replace('contactmoment', 'verzoek')}; DELETE below it",
        f"200 {address}/autorisaties/api/v1/applicaties",
        f"201 {address}/{RECEIVER}",
        f"201 {address}/{LOG}/verwerkingsacties",
        f"200 {address}/{SOURCE}",
        f"200 {address}/{INZAGE}/verwerkte-objecten",
    ]
