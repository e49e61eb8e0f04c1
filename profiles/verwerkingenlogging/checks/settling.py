"""The check on how long it takes until what was logged, changed or deleted is seen."""

from __future__ import annotations

import time
from collections.abc import Iterator

from conformance import Api, Blocked, Claim, Found, Json, Reply, Text, found, same, shown

from .acties import ACTIES, complete, fresh, ident, person, posted, triple, where
from .arranging import current
from .asking import ever, listing, whole
from .claims import answers, has_version, keeps, misses, rows, succeeds

KNOWN_DELAY = 10
HOLDS = 1


def changes_become_visible(api: Api) -> None:
    """What was logged, changed and deleted is seen as such within the settle time, and stays so."""
    api.judges_memory()
    one, processing = person(api), fresh(api)
    made = posted(api, complete(api, one, verwerkingId=processing, bewaartermijn="P5Y"))
    action: dict[str, Json] = made.json
    _held(api, processing, one, {"bewaartermijn": "P5Y"})
    api.get(where(api, action)).expects(keeps({"bewaartermijn": "P5Y"}), status=200)
    changes = {"bewaartermijn": "P10Y"}
    api.request("PATCH", ACTIES, changes, query={"verwerkingId": processing}).expects(succeeds())
    _held(api, processing, one, changes)
    last = current(api, processing, one, **changes)
    api.delete(where(api, last)).expects(succeeds())
    api.get(where(api, last)).expects(answers(404, 410, 400))
    for pause in (HOLDS, 0):
        seen = listing(api, triple(one, **ever(api)))
        seen.expects(misses(ident(action), ident(last)), answers(200, 204, 404))
        time.sleep(pause)
    if api.run.settle > KNOWN_DELAY:
        made.prefers(_soon(api.run.settle))


def _held(log: Api, processing: str, one: dict[str, Json], values: dict[str, Json]) -> None:
    """See that a search shows these values, and again later; one that never works at all blocks, as others judge it."""
    for pause in (HOLDS, 0):
        seen = whole(log, log.get(ACTIES, triple(one, **ever(log))))
        if seen.status not in {200, 204, 404} or (seen.ok and seen.body and rows(seen) != seen["results"]):
            saw = f"{seen.status} {shown(seen.text[:160])}"
            nl = f"Een zoekvraag geeft geen lijst van acties ({saw}); dat beoordelen andere rijen."
            raise Blocked(nl, f"A search gives no list of actions ({saw}); other rows judge that.")
        seen.expects(has_version(processing, values), status=200)
        time.sleep(pause)


def _soon(settle: float) -> Claim:
    def claim(_: Reply) -> Iterator[Found]:
        what = Text("settle-tijd in het doelbestand", "settle time in the target file")
        yield found(what, Text(f"hoogstens {KNOWN_DELAY} s", f"at most {KNOWN_DELAY} s"), same(f"{settle:g} s"))

    return claim
