"""Checks on the list of applicaties and on the lookup of one by its client id."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import Api, Blocked, Claim, Found, Reply, Severity, Text, found, has_status, holds, problem, same

from .world import IDS, MAIN, consumer, faults, grants, made_with, results, tail


def list_embeds_autorisaties(api: Api) -> None:
    """An applicatie in the list has its autorisaties in it, and page 1 is what is given without a page."""
    made = api.standing(MAIN)
    query = {IDS: made[IDS][0]}
    for page in ({}, {"page": "1"}):
        with api.continuing():
            reply = api.get(MAIN, {**query, **page}).expects(status=200)
            own = next((one for one in results(reply) if tail(one.get("url")) == tail(made["url"])), None)
            if own is None:
                nl = "De lijst toont de applicatie niet; dat beoordeelt IAM-AC-006."
                raise Blocked(nl, "The list does not show the applicatie; IAM-AC-006 judges that.")
            what, wanted = Text("autorisaties in de lijst", "autorisaties in the list"), same(str(grants(made)))
            reply.expects(holds(what, wanted, lambda _, own=own: grants(own), lambda seen: seen == grants(made)))  # type: ignore[misc]


def filter_finds_a_client(api: Api) -> None:
    """The filter finds exactly the applicaties with a client id, and not those that have only a part of it."""
    stem = api.word("conformance-")
    made = made_with(api, [f"{stem}-1", f"{stem}-2"])
    for value, wanted in ((f"{stem}-2", [tail(made["url"])]), (api.word("conformance-x-"), []), (stem, [])):
        with api.continuing():
            api.get(MAIN, {IDS: value}).expects(has_status(200), _finds(wanted))


def consumer_is_found(api: Api) -> None:
    """The lookup gives the applicatie of a client, 404 for a client that nobody has, and 400 without a client id."""
    ids = [api.word("conformance-"), api.word("conformance-")]
    made = made_with(api, ids)
    for client in ids:
        with api.continuing():
            reply = api.get(consumer(api), {"clientId": client}).expects(has_status(200), _is(str(made["url"])))
            reply.prefers(_object())
    with api.continuing():
        api.get(consumer(api), {"clientId": api.word("conformance-x-")}).expects(status=404)
    api.get(consumer(api)).expects(status=400)


def unknown_parameter_is_told(api: Api) -> None:
    """A parameter outside the standard is refused, so that a typing error does not return everything."""
    query = api.nothing(MAIN)
    if api.get(MAIN, query).status != 200:
        raise Blocked("De lijst werkt niet.", "The list does not work.")
    reply = api.get(MAIN, {**query, api.word("x").lower(): "x"}).expects(problem(400))
    wanted = ("nonFieldErrors", "unknown-parameters")
    told = [(str(one.get("name")), str(one.get("code"))) for one in faults(reply)]
    reply.prefers(holds(same("invalidParams"), same(str(wanted)), lambda _: told, lambda seen: wanted in seen))


def _finds(wanted: list[str]) -> Claim:
    what = Text("resultaten van de lijst", "results of the list")
    return holds(what, same(str(wanted)), lambda reply: [tail(one.get("url")) for one in results(reply)], wanted.__eq__)


def _is(url: str) -> Claim:
    """Claim that the answer is the applicatie at this address, or a list of only that."""

    def applicatie(reply: Reply) -> str:
        body = reply.json[0] if isinstance(reply.json, list) and len(reply.json) == 1 else reply.json
        return tail(body["url"])

    return holds(Text("applicatie", "applicatie"), same(tail(url)), applicatie, tail(url).__eq__)


def _object() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if isinstance(reply.json, list):
            one, rows = Text("één object", "one object"), Text("een lijst", "a list")
            yield found(Text("antwoord", "answer"), one, rows, Severity.WARNING)

    return claim
