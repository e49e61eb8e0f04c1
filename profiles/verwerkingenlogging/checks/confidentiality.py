"""Checks on vertrouwelijkheid: who may log, find and read what."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import (
    Api,
    Blocked,
    Claim,
    Found,
    Json,
    Mismatch,
    Reply,
    Severity,
    Text,
    found,
    has_status,
    kept,
    same,
    shown,
)

from .absence import nothing_about
from .acties import (
    ACTIES,
    NORMAAL,
    OPGEHEVEN,
    VERTROUWELIJK,
    arranged,
    fresh,
    ident,
    logged,
    minimal,
    name_of,
    person,
    triple,
    twin,
    where,
)
from .arranging import changed, states
from .asking import Query, ask, listing
from .claims import answers, finds, hides, ids, is_action, keeps, rows, succeeds

READ, READ_ALL = "read:normal", "read:confidential"
CREATE, CREATE_ALL = "create:normal", "create:confidential"
VALUES = frozenset((NORMAAL, VERTROUWELIJK, OPGEHEVEN))


# logging


def values_are_in_lower_case(api: Api) -> None:
    """Actions in all three states show their values in lower case, by id and in a list."""
    _needs_no_capitals(api)
    made = states(api)
    own = [made[value] for value in sorted(VALUES)]
    listing(api, triple(made["person"])).expects(finds(*map(ident, own)), _lower_case(), status=200)
    for value in sorted(VALUES):
        api.get(where(api, made[value])).expects(_shows(value), status=200)


def opgeheven_is_not_logged(api: Api) -> None:
    """Nobody can log an action that starts as opgeheven, and nothing of it is kept."""
    twin(api)
    one = person(api)
    for log in (_creator(api), api.client(CREATE_ALL)):
        with api.continuing():
            log.post(ACTIES, minimal(api, one, vertrouwelijkheid=OPGEHEVEN)).expects(answers(403))
    nothing_about(api, one)


def vertrouwelijk_needs_its_scope(api: Api) -> None:
    """Only create:confidential may log a confidential action."""
    api.resource(ACTIES)
    one = person(api)
    logged(api.client(CREATE_ALL), minimal(api, vertrouwelijkheid=VERTROUWELIJK))
    _creator(api).post(ACTIES, minimal(api, one, vertrouwelijkheid=VERTROUWELIJK)).expects(answers(403))
    nothing_about(api, one)


def vertrouwelijk_is_logged(api: Api) -> None:
    """With create:confidential a confidential action is logged, and it stays confidential."""
    twin(api, shown=True)
    kept = keeps({"vertrouwelijkheid": VERTROUWELIJK})
    body = minimal(api, vertrouwelijkheid=VERTROUWELIJK)
    made = api.client(CREATE_ALL).post(ACTIES, body).expects(succeeds(), is_action(), kept)
    api.client(READ_ALL).get(where(api, made.json)).expects(kept, status=200)


def create_confidential_covers_normal(api: Api) -> None:
    """With only create:confidential a normal action can be logged."""
    twin(api, shown=True)
    log = api.client(CREATE_ALL, without=(CREATE,))
    log.post(ACTIES, minimal(api)).expects(succeeds(), is_action(), keeps({"vertrouwelijkheid": NORMAAL}))


def normal_may_be_logged_without_scope(api: Api) -> None:
    """A client without a create scope gets its normal action logged, or is forbidden to log it."""
    twin(api)
    reply = api.client(READ, without=(CREATE, CREATE_ALL)).post(ACTIES, minimal(api))
    reply.expects(answers(201, 403)).notes(has_status(201))


# searching


def one_value_filters(api: Api) -> None:
    """A search for one vertrouwelijkheid finds exactly the action with that value."""
    made = states(api)
    for value in sorted(VALUES):
        with api.continuing():
            _search(api.client(READ_ALL), made, value).expects(_only(made, value), status=200)


def repeated_values_filter(api: Api) -> None:
    """A search in which vertrouwelijkheid is repeated finds the actions with either value."""
    made = states(api)
    seen = _search(api.client(READ_ALL), made, VERTROUWELIJK, OPGEHEVEN)
    seen.expects(_only(made, VERTROUWELIJK, OPGEHEVEN), status=200)


def older_notations_do_not_widen(api: Api) -> None:
    """A comma list and vertrouwelijkheid__in are noted; they never show a client what it may not see."""
    made, listed = states(api), f"{VERTROUWELIJK},{OPGEHEVEN}"
    for name in ("vertrouwelijkheid", "vertrouwelijkheid__in"):
        reply = ask(api.client(READ_ALL), triple(made["person"], **{name: listed}))
        reply.expects(answers(200, 400)).notes(_only(made, VERTROUWELIJK, OPGEHEVEN))


def older_notations_leak_nothing(api: Api) -> None:
    """With read:normal, vertrouwelijkheid__in beside the filter shows no confidential action."""
    made, reader = states(api), _reader(api)
    _found(reader, made, NORMAAL)
    query = triple(made["person"], vertrouwelijkheid=NORMAAL, vertrouwelijkheid__in=VERTROUWELIJK)
    ask(reader, query).expects(answers(200, 400, 403), _hidden(made, VERTROUWELIJK, OPGEHEVEN))


def unfiltered_search_sees_all(api: Api) -> None:
    """With read:confidential a search without vertrouwelijkheid finds actions with every value."""
    made = states(api)
    _search(api.client(READ_ALL), made).expects(_only(made, *VALUES), status=200)


def normal_reader_must_filter(api: Api) -> None:
    """With read:normal a search without vertrouwelijkheid is forbidden and shows nothing."""
    made, reader = states(api), _reader(api)
    _found(reader, made, NORMAAL)
    ask(reader, triple(made["person"])).expects(answers(403), _hidden(made, *VALUES))


def normal_reader_sees_normal(api: Api) -> None:
    """With read:normal and the filter only the normal action is found."""
    made = states(api)
    _search(_reader(api), made, NORMAAL).expects(
        _only(made, NORMAAL), _hidden(made, VERTROUWELIJK, OPGEHEVEN), status=200
    )


def normal_reader_gets_no(api: Api, *, value: str, beside: list[str] | None = None) -> None:
    """With read:normal a search for another value is forbidden, also beside normaal; what is allowed still works."""
    made, reader = states(api), _reader(api)
    _found(api, made, value)
    for values in ([value], *([[*(beside or []), value]] if beside else [])):
        with api.continuing():
            reply = _ask(reader, made, *values)
            only_lifted = reply.ok and values == [OPGEHEVEN] and set(ids(reply)) <= {ident(made[OPGEHEVEN])}
            reply.expects(answers(403, tolerated=(200,) if only_lifted else ()))
            if not only_lifted:
                reply.expects(_hidden(made, *VALUES))


def once_confidential_is_noted(api: Api) -> None:
    """An action that was confidential and is normal now may be found or not."""
    made = _turned(api)
    seen = listing(_reader(api), triple(made["person"], vertrouwelijkheid=NORMAAL))
    seen.expects(status=200).notes(finds(ident(made["action"])))


def once_confidential_is_no_hindrance(api: Api) -> None:
    """A search that may find an action that was confidential and is normal now works for read:normal."""
    made = _turned(api)
    listing(_reader(api), triple(made["person"], vertrouwelijkheid=NORMAAL)).expects(status=200)


def _turned(log: Api) -> dict[str, dict[str, Json]]:
    """Give an action that was confidential and is normal now, with its person; the checks of a run only read it."""

    def made() -> dict[str, Json]:
        one, processing = person(log), fresh(log)
        action = logged(log, minimal(log, one, vertrouwelijkheid=VERTROUWELIJK, verwerkingId=processing))
        return {"person": one, "action": changed(log, processing, action, one, vertrouwelijkheid=NORMAAL)}

    return kept("turned", ACTIES, log, made)


# reading


def normal_action_is_readable(api: Api) -> None:
    """Either read scope is enough to read a normal action."""
    made = states(api)[NORMAAL]
    arranged(api, made)
    for reader in (_reader(api), api.client(READ_ALL)):
        with api.continuing():
            reader.get(where(api, made)).expects(keeps({"actieId": made["actieId"]}), status=200)


def action_needs_read_confidential(api: Api, *, value: str, tolerated: list[int]) -> None:
    """An action with this vertrouwelijkheid is closed to read:normal, and open to read:confidential."""
    known = states(api)
    made, number = known[value], str(known["person"]["objectId"])
    arranged(api, made)
    api.client(READ_ALL).get(where(api, made)).expects(keeps({"vertrouwelijkheid": value}), status=200)
    reply = _reader(api).get(where(api, made)).expects(answers(403, tolerated=tuple(tolerated)))
    if not reply.ok:
        reply.expects(hides(name_of(made), number))


def _creator(log: Api) -> Api:
    return log.client(CREATE, without=(CREATE_ALL,))


def _reader(log: Api) -> Api:
    return log.client(READ, without=(READ_ALL,))


def _ask(log: Api, made: dict[str, dict[str, Json]], *values: str) -> Reply:
    """Search with each of these values as a parameter of its own."""
    query: Query = [*triple(made["person"]).items(), *(("vertrouwelijkheid", value) for value in values)]
    return ask(log, query)


def _search(log: Api, made: dict[str, dict[str, Json]], *values: str) -> Reply:
    query: dict[str, Json] = triple(made["person"])
    return listing(log, query | ({"vertrouwelijkheid": list(values)} if values else {}))


def _found(log: Api, made: dict[str, dict[str, Json]], *values: str) -> None:
    """See that a search that is allowed finds these actions; raises Blocked when it does not."""
    wanted = () if len(values) == len(VALUES) else values
    try:
        _search(log, made, *wanted).expects(finds(*(ident(made[value]) for value in values)), status=200)
    except Mismatch as mismatch:
        seen = mismatch.findings[0].actual
        raise Blocked(f"Een goede zoekvraag gaf {seen.nl}.", f"A good search gave {seen.en}.") from None


def _only(made: dict[str, dict[str, Json]], *values: str) -> Claim:
    return finds(*(ident(made[value]) for value in values), among=tuple(ident(made[value]) for value in VALUES))


def _hidden(made: dict[str, dict[str, Json]], *values: str) -> Claim:
    """Claim that nothing in the answer gives these actions away."""
    return hides(*(name_of(made[value]) for value in values), *(ident(made[value]) for value in values))


def _needs_no_capitals(log: Api) -> None:
    """Expect that what is refused in lower case is not accepted with a capital."""
    try:
        twin(log)
    except Blocked:
        small = log.post(ACTIES, minimal(log))
        for body in (minimal(log, vertrouwelijkheid="Normaal"), minimal(log, person(log, objecttype="Persoon"))):
            if not small.ok and log.post(ACTIES, body).ok:
                small.expects(succeeds())
        raise


def _shows(value: str) -> Claim:
    """Claim this vertrouwelijkheid, letter by letter, and objects of the one type that there is."""

    def claim(reply: Reply) -> Iterator[Found]:
        if reply["vertrouwelijkheid"] != value:
            what = Text("waarde van vertrouwelijkheid", "value of vertrouwelijkheid")
            yield found(what, same(value), same(shown(reply["vertrouwelijkheid"])))

    return claim


def _lower_case() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for row in rows(reply):
            types = [one.get("objecttype") for one in row.get("verwerkteObjecten") or [] if isinstance(one, dict)]
            seen = [row.get("vertrouwelijkheid"), *types]
            if seen[0] not in VALUES or {*types} - {"persoon"}:
                wanted = Text("een waarde in kleine letters", "a value in lower case")
                yield found(
                    Text("waarden in de lijst", "values in the list"), wanted, same(shown(seen)), Severity.FAILURE
                )

    return claim
