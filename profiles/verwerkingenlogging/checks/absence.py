"""What is claimed not to be there, when a queued log has had the time to show it."""

from __future__ import annotations

from collections.abc import Mapping

from conformance import Api, Blocked, Json, Mismatch

from .acties import day, full, ident, logged, minimal, person, triple
from .asking import listing
from .claims import answers, finds, without


def nothing_about(log: Api, *people: Mapping[str, Json]) -> None:
    """Expect, when the log has had time to settle, that it holds nothing of the past about these people."""
    _overtaken(log)
    for one in people:
        listing(full(log), triple(one, eindDatum=day(log, -1))).expects(without(one), answers(200, 404))


def _overtaken(log: Api) -> None:
    """See a later action in a search, which an earlier one would be in too; without one, wait the settle time."""
    if not log.run.settle:
        return
    one = person(log)
    try:
        made = logged(full(log), minimal(log, one))
        listing(full(log), triple(one)).expects(finds(ident(made)), status=200)
    except (Blocked, Mismatch):
        log.pause()
