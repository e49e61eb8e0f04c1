"""Checks on what a search shows of the actions that it finds: all of it, once, and as it is now."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import Api, Blocked, Claim, Found, Json, Reply, Severity, Text, found, same

from .acties import ACTIES, complete, day, fresh, ident, logged, minimal, person, triple, where
from .arranging import unless_gone
from .asking import listing
from .claims import RESULTS, counts, finds, has_version, ids, keeps, rows
from .operations import activity, replaced, replacement


def every_member_is_listed(api: Api) -> None:
    """A search gives every member of an action that was logged."""
    one = person(api, betrokkenheid="Aanvrager", verwerkteSoortenGegevens=[{"soortGegeven": "Naam"}])
    body = complete(api, one, **activity(api))
    own = ident(logged(api, body))
    seen = listing(api, triple(one)).expects(finds(own), status=200)
    seen.expects(keeps(body, ident=own))


def latest_version_is_listed(api: Api) -> None:
    """An action that was changed twice is listed once, as it is now."""
    one, processing, name = person(api), fresh(api), api.word("Nieuwe naam ")
    made = logged(api, minimal(api, one, verwerkingId=processing, actieNaam="Eerste naam", bewaartermijn="P5Y"))
    reply = replaced(api, made, replacement(api, made, actieNaam=name))
    last = reply.json if reply.ok and isinstance(reply["actieId"], str) else made
    if reply.ok:
        unless_gone(api, last, {"actieNaam": name})
    change = {"bewaartermijn": "P10Y"}
    patched = api.request("PATCH", ACTIES, change, query={"verwerkingId": processing}, phase="arrange")
    if not reply.ok or not patched.ok:
        saw = f"{reply.status}, {patched.status}"
        raise Blocked(f"Wijzigen lukte niet ({saw}).", f"Changing did not succeed ({saw}).")
    now = unless_gone(api, last, {"actieNaam": name, **change})
    seen = listing(api, triple(one, eindDatum=day(api, -1))).expects(_times(1), status=200)
    seen.expects(has_version(processing, now)).prefers(counts(1))


def deleted_actions_are_not_listed(api: Api) -> None:
    """Of two actions of which one was deleted, a search finds the other, whatever the scope."""
    one = person(api)
    gone, left = (logged(api, minimal(api, one)) for _ in range(2))
    reply = api.request("DELETE", where(api, gone), phase="arrange")
    if not reply.ok:
        raise Blocked(f"Verwijderen lukte niet ({reply.status}).", f"It could not be deleted ({reply.status}).")
    listing(api, triple(one)).expects(finds(ident(left), among=(ident(gone),)), status=200)


def person_twice_is_one_result(api: Api) -> None:
    """An action in which a person occurs twice is found once, with both; once for each is a warning."""
    one = person(api)
    twice = [one | {"betrokkenheid": role} for role in ("Aanvrager", "Getuige")]
    own = ident(logged(api, minimal(api, *twice)))
    seen = listing(api, triple(one)).expects(finds(own), status=200)
    seen.expects(_once_or_for_each(own, twice))


def _times(number: int) -> Claim:
    """Claim so many results in all: the person was made by this check, and the log is asked about the past only."""

    def claim(reply: Reply) -> Iterator[Found]:
        if len(rows(reply)) != number:
            yield found(RESULTS, same(str(number)), same(str(len(rows(reply)))))

    return claim


def _once_or_for_each(own: str, objects: list[dict[str, Json]]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        times = ids(reply).count(own.lower())
        if times == 1:
            yield from keeps({"verwerkteObjecten": objects}, ident=own)(reply)
        elif times:
            severity = Severity.WARNING if times == len(objects) else Severity.FAILURE
            yield found(RESULTS, Text("de actie één keer", "the action once"), same(str(times)), severity)

    return claim
