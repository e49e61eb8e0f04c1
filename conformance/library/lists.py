"""What is read of a list, and what can be claimed of the resources in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.errors import Blocked, Mismatch
from conformance.jsonvalue import shown
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status, holds
from conformance.run import split

RESULTS = Text("resultaten van de lijst", "results of the list")


def ident(resource: Json) -> str:
    """Give the last part of the url of a resource."""
    url = resource.get("url") if isinstance(resource, dict) else None
    return split(str(url or "")).path.rstrip("/").rpartition("/")[2]


def ids(page: Json) -> list[str]:
    """List the last part of the url of every result on a page."""
    results = page.get("results") if isinstance(page, dict) else None
    return [ident(one) for one in results] if isinstance(results, list) else []


def arranged(reply: Reply, *claims: Claim) -> Reply:
    """Give a list that the check starts from; raises Blocked when it is refused."""
    try:
        return reply.expects(is_list(), *claims, status=200)
    except Mismatch as mismatch:
        first = mismatch.findings[0]
        raise Blocked(
            f"De lijst waarmee de toets begint lukte niet ({first.what.nl}: {first.actual.nl}).",
            f"The list that the test starts from did not work ({first.what.en}: {first.actual.en}).",
        ) from None


def is_list() -> Claim:
    """Claim that the body holds an array of results."""
    wanted = Text("een lijst", "an array")
    return holds(same("results"), wanted, lambda reply: reply["results"], lambda value: isinstance(value, list))


def total(number: int) -> Claim:
    """Claim that count is this number; that it is not a text is part of the envelope."""
    wanted = str(number)
    return holds(same("count"), same(wanted), lambda reply: reply["count"], lambda value: str(value) == wanted)


def selects(*made: Json) -> Claim:
    """Claim a list of exactly these resources, in any order."""
    wanted = sorted(map(ident, made))

    def claim(reply: Reply) -> Iterator[Found]:
        yield from has_status(200)(reply)
        if reply.status == 200 and (not isinstance(reply["results"], list) or sorted(ids(reply.json)) != wanted):
            yield found(RESULTS, only(wanted), same(_names(ids(reply.json))))

    return claim


def includes(*made: Json) -> Claim:
    """Claim a list with one of these resources; that nothing else is in it is up to the filter."""
    wanted = sorted(map(ident, made))
    what = Text(f"met {_names(wanted)}", f"with {_names(wanted)}")
    return holds(RESULTS, what, lambda reply: ids(reply.json), lambda found: not {*wanted}.isdisjoint(found))


def misses(*made: Json) -> Claim:
    """Claim that these resources are not found; the form of a list without results is judged elsewhere."""

    def claim(reply: Reply) -> Iterator[Found]:
        there = sorted(set(map(ident, made)) & set(ids(reply.json)))
        if reply.status >= 500:
            yield from has_status(200)(reply)
        elif there:
            without = Text(f"zonder {_names(there)}", f"without {_names(there)}")
            yield found(RESULTS, without, same(_names(ids(reply.json))))

    return claim


def envelope() -> Claim:
    """Claim the form of a page; a link that is left out because there is no such page is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        body = reply.json if isinstance(reply.json, dict) else {}
        yield from is_list()(reply)
        count, number = body.get("count"), len(ids(body))
        if not isinstance(count, int) or isinstance(count, bool) or count < number:
            yield found(same("count"), Text(f"getal vanaf {number}", f"number from {number}"), same(shown(count)))
        elif count > number and not body.get("next"):
            yield found(same("next"), Text("een absolute URL", "an absolute URL"), same(shown(body.get("next"))))
        for name in ("next", "previous"):
            yield from link_of(body, name)

    return claim


def link_of(body: Mapping[str, Json], name: str) -> Iterator[Found]:
    """Find what is wrong with the next or previous of a page."""
    wanted = Text("null of een absolute URL", "null or an absolute URL")
    if name not in body:
        yield found(same(name), wanted, Text("ontbreekt", "absent"), Severity.WARNING)
    elif body[name] is not None and not _absolute(body[name]):
        yield found(same(name), wanted, same(shown(body[name])))


def _absolute(url: Json) -> bool:
    return isinstance(url, str) and split(url).scheme in {"http", "https"} and bool(split(url).netloc)


def only(wanted: list[str]) -> Text:
    """Say that a list has these resources and no others."""
    return Text(f"alleen {_names(wanted)}", f"only {_names(wanted)}") if wanted else same("[]")


def _names(wanted: list[str]) -> str:
    more = f" … ({len(wanted)})" if len(wanted) > 3 else ""
    return f"[{', '.join(wanted[:3])}{more}]"
