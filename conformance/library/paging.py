"""Checks on the pages of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.jsonvalue import shown
from conformance.library.lists import RESULTS, arranged, envelope, ident, ids, is_list, link_of, only, selects, total
from conformance.library.standing import alike, kept, listed, mark, reading
from conformance.model import Finding, Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, empty, found, holds, member, problem
from conformance.run import joined, split

MOST = 101
FEW = 11
STEPS = (FEW, 21, 26, 51, MOST)


def list_has_an_envelope(api: Api, *, resource: str) -> None:
    """A list is an object with count, results, next and previous."""
    reading(api, resource).expects(envelope(), status=200)


def page_one_is_the_first_page(api: Api, *, resource: str) -> None:
    """The list without page and with page=1 are the same."""
    query, made = alike(resource, api)
    first = arranged(reading(api, resource, query), selects(*made))
    again = api.get(resource, {**query, "page": "1"}).expects(selects(*made))
    if first["count"] == len(made):  # that count is right at all, count_is_the_total judges
        again.expects(member("count", first["count"]))
    order = Text("volgorde van de resultaten", "order of the results")
    wanted = Text("dezelfde als zonder page", "the same as without page")
    again.prefers(holds(order, wanted, lambda reply: ids(reply.json), lambda found: found == ids(first.json)))


def count_is_the_total(api: Api, *, resource: str) -> None:
    """The count of a filtered list is the number of resources that match, without those that do not."""
    api.standing(resource)
    query, made = alike(resource, api)
    arranged(reading(api, resource, query), selects(*made)).expects(total(2))


def links_lead_through_all_pages(api: Api, *, resource: str) -> None:
    """Following next reaches every result once, and previous leads back; a link that loses the filter meets others."""
    query, made = several_pages(api, resource, MOST)
    api.standing(resource)
    first = arranged(api.get(resource, query), _made_by(made)).expects(empty("previous"), _page(made, "next"))
    forward = _walk(api, first, "next", made)
    forward[-1].expects(empty("next"), _everything(forward, made))
    back = _walk(api, forward[-1].expects(_page(made, "previous")), "previous", made)
    back[-1].expects(empty("previous"), _everything(back, made))


def next_keeps_the_filters(api: Api, *, resource: str) -> None:
    """The next of a filtered list is the same request with the following page."""
    query, page = _others_pages(api, resource)
    if not page["next"]:
        query, _ = several_pages(api, resource, MOST if api.run.depth == "deep" else FEW)
        page = arranged(api.get(resource, query))
    page.expects(_same_request("next", query, {"2"}))
    second = api.get(joined(page.url, page["next"]))
    if second.status == 200:
        second.expects(_same_request("previous", query, {"1", None}))


def page_beyond_the_last_is_refused(api: Api, *, resource: str) -> None:
    """A page beyond the last is refused, while the first is given."""
    query = api.nothing(resource)
    listed(resource, api)
    api.get(resource, {**query, "page": "999999"}).expects(problem((404, 400)))


def odd_pages_are_refused(api: Api, *, resource: str, pages: list[str]) -> None:
    """A page that is not a positive whole number is refused, while page 1 is given."""
    query = api.nothing(resource)
    arranged(api.get(resource, {**query, "page": "1"}))
    for page in pages[:1] if api.run.depth == "quick" else pages:
        with api.continuing():
            api.get(resource, {**query, "page": page}).expects(problem((400, 404)))


def page_size_is_noted(api: Api, *, resource: str) -> None:
    """How many results a page holds is noted, not judged."""
    reply = arranged(reading(api, resource))
    what = Text("aantal resultaten op pagina 1", "number of results on page 1")
    usual = Text("100 is gebruikelijk, meer of minder ook goed", "100 is usual, more or fewer is fine")
    number = len(reply["results"])
    last = "" if reply["next"] else " (next: null)"
    api.warn(Finding(what, usual, same(f"{number}{last}"), reply.exchange, Severity.NOTE))


def _others_pages(api: Api, resource: str) -> tuple[dict[str, str], Reply]:
    """Look for a filter with more than one page in what is there already."""
    page, name = arranged(api.get(resource)), api.resource(resource).rsin
    value = page[f"results.0.{name}"] if page["next"] and name else None
    return ({str(name): value}, arranged(api.get(resource, {str(name): value}))) if value else ({}, page)


def several_pages(api: Api, resource: str, most: int) -> tuple[dict[str, str], list[Json]]:
    """Give resources that share one text, just enough for a second page; the checks of a run share them."""
    if api.run.depth == "quick":
        raise NotApplicable(
            "Deze toets vraagt tot 101 resources en hoort niet bij een snelle run.",
            "This test needs up to 101 resources and is not part of a quick run.",
        )
    body = kept("several pages", resource, api, lambda: _enough(api, resource, most))
    return body["query"], body["made"]


def _enough(api: Api, resource: str, most: int) -> dict[str, Json]:
    query, made = {api.resource(resource).selector: mark(resource, api)}, list[Json]()
    for number in _numbers(arranged(reading(api, resource)), most):
        made += [_sent(api, resource, query) for _ in range(number - len(made))]
        if arranged(api.get(resource, query), _complete(number))["next"]:
            return {"query": query, "made": made}
    raise NotApplicable(
        f"Een tweede pagina vraagt hier meer dan {most} eigen resources.",
        f"A second page takes more than {most} own resources here.",
    )


def _sent(api: Api, resource: str, query: Mapping[str, str]) -> Json:
    """Make one of many, with a text of its own, without waiting until it can be read: the list is waited for."""
    text = {api.resource(resource).text: api.word("Vraag ")} if resource == api.profile.main.name else {}
    reply = api.request("POST", resource, api.sample(resource, **query, **text), phase="arrange")
    if not reply.ok or not ident(reply.json):
        saw = f"({reply.status})"
        raise Blocked(f"{resource}: aanmaken lukte niet {saw}.", f"{resource}: could not be created {saw}.")
    return reply.json


def _numbers(page: Reply, most: int) -> list[int]:
    steps = (len(page["results"]) + 1,) if page["next"] else STEPS
    return [number for number in steps if number <= most]


def _complete(number: int) -> Claim:
    wanted = Text(f"{number} resultaten of een next", f"{number} results or a next")
    return holds(
        RESULTS, wanted, lambda reply: (len(ids(reply.json)), reply["next"]), lambda it: it[0] == number or it[1]
    )


def _walk(api: Api, page: Reply, link: str, made: list[Json]) -> list[Reply]:
    pages = [page]
    while page[link] and ids(page.json) and len(pages) <= len(made):
        page = api.get(joined(page.url, page[link])).expects(_page(made, link), status=200)
        pages.append(page)
    return pages


def _page(made: list[Json], link: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        yield from is_list()(reply)
        yield from total(len(made))(reply)
        yield from (one for one in link_of(reply.json, link) if one[3] is Severity.FAILURE)

    return claim


def _made_by(made: list[Json]) -> Claim:
    own = set(map(ident, made))
    return holds(RESULTS, only(sorted(own)), lambda reply: ids(reply.json), lambda found: own.issuperset(found))


def _everything(pages: list[Reply], made: list[Json]) -> Claim:
    seen = [one for page in pages for one in ids(page.json)]
    own = set(map(ident, made))
    what = Text("resultaten over alle pagina's", "results over all pages")
    nl, en = (
        f"{len(own)}, alle verschillend en gemaakt door deze toets",
        f"{len(own)}, all different and made by this test",
    )
    tally = {"results": len(seen), "distinct": len(set(seen)), "own": len(own & set(seen))}
    return holds(what, Text(nl, en), lambda _: tally, lambda them: set(them.values()) == {len(own)})


def _same_request(link: str, query: Mapping[str, str], pages: set[str | None]) -> Claim:
    """Claim that a link has the path and parameters of the request, with one of these pages."""

    def claim(reply: Reply) -> Iterator[Found]:
        parts, own = split(str(reply[link])), split(reply.url)
        given = parse_qsl(parts.query, keep_blank_values=True)
        kept = {pair for pair in given if pair[0] != "page"}
        page = dict(given).get("page")
        wanted = same(f"{own.path} {dict(query)} page={'/'.join(sorted(map(str, pages)))}")
        if parts.path != own.path or page not in pages or not kept >= set(query.items()):
            yield found(same(link), wanted, same(shown(reply[link])))
        elif parts.netloc != own.netloc or kept != set(query.items()):
            yield found(same(link), wanted, same(shown(reply[link])), Severity.WARNING)

    return claim
