"""Checks on lists of an application with limited rights: they hold what it may see, and count nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.api import Api
from conformance.errors import NotApplicable
from conformance.jsonvalue import shown
from conformance.library.bounds import Bounds, bounds, mark, readable, standing
from conformance.library.standing import kept
from conformance.model import Json, Text, same
from conformance.replay import named
from conformance.reply import Claim, Found, Reply, found, holds

PAGES = 60
FOUND = Text("gevonden objecten", "objects found")


@dataclass(frozen=True)
class Walk:
    """All pages of a list: the first answer, what is on them, and whether the end was reached."""

    first: Reply
    items: list[dict[str, Json]]
    whole: bool

    def urls(self) -> set[str]:
        """Name what is on the pages."""
        return {str(one.get("url")) for one in self.items}


def list_shows_what_may_be_read(api: Api, *, resource: str) -> None:
    """A list has what the caller may read one by one, and nothing outside its rights."""
    caller, limits = _listed_bounds(api, resource)
    known = standing(api, resource, limits)
    readable(caller, str(known["low"]["url"]))
    everything = walked(api, resource)
    seen = walked(caller, resource)
    seen.first.expects(_nothing_outside(limits, seen, known), status=200)
    if everything.whole and seen.whole:
        lacking = [one for one in everything.items if limits.permits(one) and str(one.get("url")) not in seen.urls()]
        for one in lacking[:3]:
            with api.continuing():
                # Others may have removed it since, or made it later: only what can be read is missing.
                if caller.get(str(one["url"])).status == 200:
                    seen.first.expects(_lists(str(one["url"]), seen))


def counts_tell_nothing(api: Api, *, resource: str) -> None:
    """Totals, filters, searches and orderings tell a caller nothing of objects outside its rights."""
    caller, limits = _listed_bounds(api, resource)
    known = standing(api, resource, limits)
    readable(caller, str(known["low"]["url"]))
    selector = api.resource(resource).selector
    for name in (name for name in known if name != "low"):
        hidden = mark(api, resource, known[name])
        with api.continuing():
            caller.get(resource, {selector: hidden}).expects(named(name, _empty()), status=200)
        with api.continuing():
            _search(caller, resource, limits, {selector: hidden}, name)
    with api.continuing():
        seen = _settled(caller, resource)
        if seen.whole:
            seen.first.expects(_counts(len(seen.items)), status=200)
    for order in _orderings(api, resource)[:1]:
        with api.continuing():
            ordered = walked(caller, resource, {"ordering": order})
            ordered.first.expects(named(f"ordering={order}", _nothing_outside(limits, ordered, known)), status=200)


def walked(api: Api, resource: str, query: Mapping[str, Json] | None = None) -> Walk:
    """Read a list to its end, or as far as is reasonable."""
    first = reply = api.get(resource, query)
    items = _results(first)
    for _ in range(PAGES):
        following = reply["next"]
        if not isinstance(following, str) or not api.run.at_home(following):
            break
        reply = api.get(following)
        items += _results(reply)
    return Walk(first, items, whole=not isinstance(reply["next"], str))


def _listed_bounds(api: Api, resource: str) -> tuple[Api, Bounds]:
    """Give the bounds where the list can be read without other parameters."""
    if api.resource(resource).search is not None:
        nl = "Deze lijst vraagt om parameters en is niet in zijn geheel te lezen."
        raise NotApplicable(nl, "This list demands parameters and cannot be read as a whole.")
    return bounds(api, resource)


def _settled(caller: Api, resource: str) -> Walk:
    """Read the whole list; once more when its count does not fit, because others may add something meanwhile."""
    seen = walked(caller, resource)
    return seen if seen.first["count"] == len(seen.items) else walked(caller, resource)


def _search(caller: Api, resource: str, limits: Bounds, query: Mapping[str, Json], name: str) -> None:
    """Use the search of the API, where it has one that shows this caller what it may see."""
    facts = caller.resource(resource)
    place = f"{caller.url(resource)}/_zoek"
    if caller.contract(resource).find("POST", f"{facts.path}/_zoek") is None:
        return
    (selector, hidden), *_ = query.items()
    own = mark(caller, resource, standing(caller, resource, limits)["low"])

    def ask() -> dict[str, Json]:
        return {"works": own in caller.post(place, {selector: own}).text}

    if kept("search", resource, caller, ask)["works"]:
        caller.post(place, {selector: hidden}).expects(named(f"_zoek {name}", _empty()), status=200)


def _orderings(api: Api, resource: str) -> list[str]:
    for one in api.operation("GET", resource).parameters:
        if one.name == "ordering":
            return [str(value) for value in one.schema.get("enum", [])]
    return []


def _results(reply: Reply) -> list[dict[str, Json]]:
    rows = reply["results"] if isinstance(reply.json, dict) else reply.json
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _nothing_outside(limits: Bounds, seen: Walk, known: Mapping[str, Mapping[str, Json]]) -> Claim:
    ours = {str(one["url"]) for name, one in known.items() if name != "low"}

    def claim(reply: Reply) -> Iterator[Found]:
        for one in seen.items:
            if limits.permits(one) is False or one.get("url") in ours:
                wanted = Text("alleen objecten binnen de rechten", "only objects within the rights")
                yield found(FOUND, wanted, same(shown(one.get("url"))))
                return

    return claim


def _lists(url: str, seen: Walk) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if url not in seen.urls():
            yield found(FOUND, same(url), Text("niet in de lijst", "not in the list"))

    return claim


def _empty() -> Claim:
    """Claim that nothing is found and nothing is counted."""

    def claim(reply: Reply) -> Iterator[Found]:
        counted = reply["count"] if isinstance(reply.json, dict) else None
        if _results(reply) or counted not in (None, 0):
            yield found(FOUND, same("0"), same(f"{len(_results(reply))} (count {shown(counted)})"))

    return claim


def _counts(number: int) -> Claim:
    wanted = Text(f"{number}, zoveel als er te lezen zijn", f"{number}, as many as can be read")
    return holds(same("count"), wanted, lambda reply: reply["count"], lambda seen: seen in (None, number))
