"""Checks on the order of a list."""

from __future__ import annotations

from urllib.parse import parse_qsl, urljoin, urlsplit

from conformance.api import Api
from conformance.errors import Blocked
from conformance.library.lists import arranged
from conformance.library.paging import FEW, several_pages
from conformance.model import Json, Text, same
from conformance.reply import Claim, Reply, holds


def order_holds_over_pages(api: Api, *, resource: str, parameter: str) -> None:
    """The link to the next page keeps the order that was asked for, and the order goes on there."""
    text = api.resource(resource).text
    query, _ = several_pages(api, resource, FEW)
    first = arranged(api.get(resource, {**query, parameter: f"-{text}"}))
    seen = _values(first, text)
    if not first["next"] or not seen or seen != sorted(seen, reverse=True):
        nl = f"De eerste pagina is niet geordend op {text}, of er is geen tweede; dat beoordelen andere rijen."
        raise Blocked(nl, f"The first page is not in order of {text}, or is the only one; other rows judge that.")
    with api.continuing():
        first.expects(_keeps(parameter, f"-{text}"))
    second = api.get(urljoin(first.url, first["next"]))
    second.expects(_goes_on(text, seen[-1]), status=200)


def _values(page: Reply, name: str) -> list[str]:
    return [str(row.get(name)) for row in page["results"] if isinstance(row, dict)]


def _keeps(parameter: str, value: str) -> Claim:
    def kept(reply: Reply) -> list[str]:
        return [given for name, given in parse_qsl(urlsplit(reply["next"]).query) if name == parameter]

    return holds(Text(f"{parameter} in next", f"{parameter} in next"), same(value), kept, lambda v: v == [value])


def _goes_on(name: str, last: str) -> Claim:
    def values(reply: Reply) -> list[Json]:
        return [last, *_values(reply, name)]

    what = Text(f"{name} op de volgende pagina", f"{name} on the next page")
    wanted = Text(f"aflopend vanaf {last}", f"descending from {last}")
    return holds(what, wanted, values, lambda seen: len(seen) > 1 and seen == sorted(seen, reverse=True))
