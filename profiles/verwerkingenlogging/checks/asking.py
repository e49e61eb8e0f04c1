"""Searching: one answer with the results of every page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from conformance import Api, Blocked, Json, Mismatch, Reply, joined, kept

from .acties import ACTIES, day, full, ident, someone, triple, twin
from .claims import finds

PAGES = 60

Query = Mapping[str, Json] | list[tuple[str, Json]]


def listing(log: Api, query: Mapping[str, Json], resource: str = ACTIES) -> Reply:
    """Search, and give one answer with the results of every page; raises Blocked when no search works at all."""
    first = _within(log, _period(log), query) if resource == ACTIES else log.get(resource, dict(query))
    return whole(log, first)


def ask(log: Api, query: Query) -> Reply:
    """Search for actions, within a period where the log wants one, and give the first page."""
    try:
        demanded = _period(log)
    except Blocked:
        demanded = {}
    return _within(log, demanded, query)


def _within(log: Api, period: Mapping[str, Json], query: Query) -> Reply:
    """Search within this period, but for the bounds that the query has itself."""
    pairs = [*query.items()] if isinstance(query, Mapping) else query
    given = {name for name, _ in pairs}
    return log.get(ACTIES, [*((name, value) for name, value in period.items() if name not in given), *pairs])


def ever(log: Api) -> dict[str, Json]:
    """Give a period in which every action of the checks lies, for a log that wants one (VL-W-LIST-010 tells)."""
    return {"beginDatum": day(log, -2000), "eindDatum": day(log, 3)}


def _period(log: Api) -> dict[str, Json]:
    return kept("search", ACTIES, log, lambda: _searchable(log))


def _searchable(log: Api) -> dict[str, Json]:
    """See, once in a run, that a search finds an action, and give the period that this log wants for it.

    When no search finds anything, VL-W-LIST-001 and 010 tell.
    """
    one, made, saw = triple(someone(log)), twin(log), ""
    for period in ({}, ever(log)):
        reply = full(log).get(ACTIES, {**one, **period})
        try:
            whole(full(log), reply).expects(finds(ident(made)), status=200)
        except Mismatch as mismatch:
            saw = saw or f"{mismatch.findings[0].what.en}: {mismatch.findings[0].actual.en}"
        else:
            return period
    raise Blocked(f"Een zoekvraag vindt geen actie ({saw}).", f"A search finds no action ({saw}).")


def whole(log: Api, first: Reply, headers: Mapping[str, str | None] | None = None) -> Reply:
    """Give the answer with the results of the pages after it; asking again asks for every page again."""
    pages, results = [first], list(_results(first))
    while len(pages) < PAGES and isinstance(pages[-1]["next"], str) and pages[-1].status == 200:
        try:
            pages.append(log.get(joined(pages[-1].url, pages[-1]["next"]), headers=headers))
        except Blocked:
            break
        results += _results(pages[-1])
    again: Callable[[], Iterator[Reply]] = lambda: (whole(log, one, headers) for one in first.again())  # noqa: E731
    if len(pages) == 1:
        return replace(first, again=again)
    return replace(first, body=json.dumps({**first.json, "results": results}).encode(), again=again)


def _results(reply: Reply) -> list[Json]:
    results = reply["results"]
    return results if isinstance(results, list) else []
