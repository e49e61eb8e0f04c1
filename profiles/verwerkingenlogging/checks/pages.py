"""Checks on lists and their pages, and on how long a change takes to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from conformance import (
    Api,
    Blocked,
    Claim,
    Found,
    Json,
    Mismatch,
    NotApplicable,
    Reply,
    Severity,
    Text,
    found,
    joined,
    kept,
    reading,
    same,
    shown,
    split,
)

from .acties import (
    ACTIES,
    INZAGE,
    NORMAAL,
    VAR,
    VERTROUWELIJK,
    arranged,
    ident,
    logged,
    minimal,
    open_for_writing,
    person,
    someone,
    triple,
)
from .arranging import states
from .claims import answers, counts, hides, ids, keeps, misses, rows
from .offering import writable
from .operations import period

STEPS = (11, 21, 51, 101)
MOST = 121


def list_is_an_envelope(api: Api, *, resource: str) -> None:
    """A list is an object with count and results."""
    reading(api, resource, _something(api, resource)).expects(_envelope(), status=200)


def links_are_absolute(api: Api, *, resource: str) -> None:
    """The links to other pages are absent, null or addresses within reach, and the first page has none back."""
    reply = reading(api, resource, _something(api, resource)).expects(_links(api), status=200)
    if not isinstance(reply["results"], list):
        raise Blocked("De lijst heeft geen results.", "The list has no results.")
    if resource == ACTIES and api.run.depth != "quick":
        with suppress(NotApplicable):  # where nothing can be logged there is no search with two pages
            _shared_page(api).expects(_links(api), status=200)


def no_match_is_an_empty_list(api: Api, *, resource: str) -> None:
    """A search for somebody about whom nothing was logged gives 200 with an empty list."""
    api.get(resource, api.nothing(resource)).expects(_empty_list(), status=200)


def next_reaches_every_action(api: Api) -> None:
    """Following next gives every action about a person once, and comes to an end."""
    _, own = _many(api)
    pages = _walk(api, _first_page(api))
    pages[-1].expects(_all_once(pages, own), _ends(), status=200)


def next_keeps_filter_and_scope(api: Api) -> None:
    """A following page is about the same search, and as closed as the first."""
    one, own = _many(api)
    secret = {"vertrouwelijkheid": VERTROUWELIJK}
    hidden = arranged(api, logged(api, minimal(api, one, **secret)), keeps(secret))
    reader = api.client("read:normal", without=("read:confidential",))
    query = triple(one, vertrouwelijkheid=NORMAAL, **period(api))
    first = reader.get(ACTIES, query).expects(status=200)
    if not isinstance(first["next"], str):
        raise NotApplicable("De lijst staat op één pagina.", "The list is on one page.")
    url = joined(first.url, first["next"])
    second = reader.get(url).expects(misses(ident(hidden)), status=200)
    second.expects(_only_among(own))
    writer = api.client("create:confidential", without=("read:normal", "read:confidential"))
    with api.continuing():
        writer.get(url).expects(answers(403), hides(*own[:3]))
    api.anonymous().get(url).expects(answers(401, 403), hides(*own[:3]))


def count_is_the_number_of_matches(api: Api) -> None:
    """The count on every page is the number of actions that are found."""
    _, own = _many(api)
    pages = _walk(api, _first_page(api))
    for page in pages:
        page.expects(counts(len(own)))


def count_tells_nothing_hidden(api: Api) -> None:
    """The count does not include actions that the client may not see."""
    made = states(api)
    reader = api.client("read:normal", without=("read:confidential",))
    reader.get(ACTIES, triple(made["person"], vertrouwelijkheid=NORMAAL, **period(api))).expects(counts(1), status=200)


def _something(log: Api, resource: str) -> dict[str, Json]:
    """Give a search that finds something, where the log can be written."""
    log.resource(resource)
    if resource == VAR:
        return {}
    try:
        return triple(someone(log), **(period(log) if resource == INZAGE else {}))
    except NotApplicable:
        return log.nothing(resource)


def _many(log: Api) -> tuple[dict[str, Json], list[str]]:
    """Give a person with just enough actions for a second page, and their ids; the checks of a run share them."""
    if log.run.depth == "quick":
        nl = "Deze toets vraagt tot 121 acties en hoort niet bij een snelle run."
        raise NotApplicable(nl, "This test needs up to 121 actions and is not part of a quick run.")
    log.resource(ACTIES)
    writable(log)
    body = kept("pages", ACTIES, log, lambda: _filled(log))
    return body["person"], body["own"]


def _first_page(log: Api) -> Reply:
    """Give the first page about a person with more than one; it is asked once in a run."""
    one, _ = _many(log)
    return reading(log, ACTIES, triple(one, **period(log)))


def _shared_page(log: Api) -> Reply:
    """Give that first page to a row that is not about paging; raises Blocked when there is none."""
    try:
        return _first_page(log)
    except Mismatch:
        nl, en = "Niet alle acties zijn te vinden (VL-G-PAG-003).", "Not every action is found (VL-G-PAG-003)."
        raise Blocked(nl, en) from None


def nobody_beside(log: Api) -> None:
    """Expect that a page, its link to the next one too, tells nothing of the person beside the one searched for."""
    if log.run.depth != "quick":
        page = _shared_page(log)
        beside = kept("pages", ACTIES, log, lambda: _filled(log))["beside"]
        page.expects(hides(str(beside["objectId"])), status=200)


def _filled(log: Api) -> dict[str, Json]:
    one, beside, own = person(log), person(log), list[str]()
    for number in (*STEPS, *((MOST,) if log.run.depth == "deep" else ())):
        while len(own) < number:
            reply = open_for_writing(log.request("POST", ACTIES, minimal(log, one, beside), phase="arrange"))
            if not reply.ok or not isinstance(reply["actieId"], str):
                raise Blocked(f"Loggen lukte niet ({reply.status}).", f"An action was not logged ({reply.status}).")
            own.append(ident(reply.json))
        page = log.get(ACTIES, triple(one, **period(log))).expects(_full_or_next(number), status=200)
        if page["next"]:
            break
    return {"person": one, "beside": beside, "own": own}


def _walk(log: Api, first: Reply) -> list[Reply]:
    pages = [first]
    while isinstance(pages[-1]["next"], str) and pages[-1]["next"] and pages[-1].ok and len(pages) <= MOST:
        pages.append(reading(log, joined(pages[-1].url, pages[-1]["next"])))
    return pages


def _envelope() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        count, results = reply["count"], reply["results"]
        if not isinstance(results, list):
            yield found(same("results"), Text("een lijst", "a list"), same(shown(results)))
        number = len(results) if isinstance(results, list) else 0
        if not isinstance(count, int) or isinstance(count, bool) or count < number:
            yield found(same("count"), Text(f"een getal vanaf {number}", f"a number from {number}"), same(shown(count)))

    return claim


def _links(log: Api) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        wanted = Text("afwezig, null of een bereikbaar adres", "absent, null or an address within reach")
        names = {split(row["url"]).netloc for row in rows(reply) if isinstance(row.get("url"), str)}
        for name in ("next", "previous"):
            url = reply[name]
            parts = split(url) if isinstance(url, str) else split("")
            absolute = parts.scheme in {"http", "https"} and bool(parts.netloc)
            within = absolute and log.run.knows(log.run.home(log.run.at_home(reply.url) or "", str(url)))
            if url is None or (name == "next" and within and parts.netloc == split(reply.url).netloc):
                continue
            first = name == "previous"
            # A log behind a proxy may call itself otherwise, but then everywhere: another host leads nowhere.
            alike = not names or parts.netloc in names
            severity = Severity.WARNING if within and alike and not first else Severity.FAILURE
            told = Text("afwezig of null", "absent or null") if first else wanted
            yield found(same(name), told, same(shown(url)), severity)

    return claim


def _empty_list() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply["results"] != [] or reply["count"] != 0 or isinstance(reply["count"], bool):
            seen = {"count": reply["count"], "results": reply["results"]}
            yield found(Text("lege lijst", "empty list"), same('{"count": 0, "results": []}'), same(shown(seen)))

    return claim


def _full_or_next(number: int) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if len(set(ids(reply))) < number and not reply["next"]:
            wanted = Text(f"{number} acties of een next", f"{number} actions or a next")
            yield found(Text("resultaten van de lijst", "results of the list"), wanted, same(str(len(ids(reply)))))

    return claim


def _all_once(pages: list[Reply], own: list[str]) -> Claim:
    def claim(_: Reply) -> Iterator[Found]:
        seen = [one for page in pages for one in ids(page) if one in own]
        if sorted(seen) != sorted(own):
            what = Text("acties over alle pagina's", "actions over all pages")
            told = {"found": len(seen), "different": len(set(seen))}
            yield found(what, Text(f"{len(own)}, elk één keer", f"{len(own)}, each once"), same(shown(told)))

    return claim


def _ends() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply["next"]:
            yield found(same("next"), Text("niet zonder einde", "not without end"), same(shown(reply["next"])))

    return claim


def _only_among(own: list[str]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        others = sorted(set(ids(reply)) - set(own))
        if others or not ids(reply):
            what, wanted = Text("resultaten van de pagina", "results of the page"), Text("alleen gezocht", "only asked")
            yield found(what, wanted, same(shown(others[:3])))

    return claim
