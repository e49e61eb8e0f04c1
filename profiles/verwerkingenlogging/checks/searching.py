"""Checks on searching for actions: by person, period and verwerkingsactiviteit, and what is shown of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance import (
    Api,
    Blocked,
    Claim,
    Found,
    Json,
    Reply,
    Text,
    found,
    kept,
    named,
    same,
    shown,
)

from .acties import (
    ACTIES,
    NORMAAL,
    OTHER_SOORT,
    PAST,
    VERTROUWELIJK,
    any_kind,
    complete,
    day,
    fresh,
    ident,
    just_now,
    logged,
    minimal,
    moment,
    person,
    triple,
    two_people,
)
from .asking import listing, whole
from .claims import answers, finds, hides, keeps, misses, moment_of, row_of
from .pages import nobody_beside

REQUIRED = ("url", "actieId", "vertrouwelijkheid", "tijdstip", "tijdstipRegistratie", "verwerkteObjecten")
YEAR = 365


def person_is_found(api: Api) -> None:
    """A search for a person finds the action, with every required member."""
    api.judges_memory()
    one = person(api)
    made = logged(api, complete(api, one))
    query = triple(one, vertrouwelijkheid=NORMAAL)
    seen = whole(api, api.get(ACTIES, query)).expects(finds(ident(made)), status=200)
    seen.expects(_has_required(ident(made)))


def object_parameters_have_limits(api: Api) -> None:
    """A soortObjectId of 242 and an objectId of 40 characters are lawful, and one more is refused."""
    good = {"objecttype": "persoon", "soortObjectId": "Klantnummer", "objectId": api.word("K")}
    longest = {"soortObjectId": "s" * 242, "objectId": api.word("k").ljust(40, "x")}
    for name, value in longest.items():
        with api.continuing():
            api.get(ACTIES, {**good, name: value}).expects(named(f"{name} {len(value)}", _is_list()), status=200)
        with api.continuing():
            api.get(ACTIES, {**good, name: f"{value}x"}).expects(named(f"{name} {len(value) + 1}", answers(400)))


def only_actions_about_the_person(api: Api) -> None:
    """A search for a person finds the actions about that person and no others."""
    one, other = person(api), person(api)
    first, second, both = (ident(logged(api, minimal(api, *who))) for who in ((one,), (other,), (one, other)))
    listing(api, triple(one)).expects(finds(first, both, among=(second,)), status=200)


def parameters_match_one_object(api: Api) -> None:
    """The parameters hold for one object together, not for two objects of an action."""
    one = person(api)
    other = person(api, soortObjectId=OTHER_SOORT)
    own = ident(logged(api, minimal(api, one, other)))
    listing(api, triple(one)).expects(finds(own), status=200)
    listing(api, triple(one, objectId=other["objectId"])).expects(finds(among=(own,)), answers(200, 404))


def other_people_are_left_out(api: Api) -> None:
    """An action that is found shows only the person that was asked for."""
    one, other = two_people(api)
    own = ident(logged(api, minimal(api, one, other)))
    seen = listing(api, triple(one)).expects(finds(own), status=200)
    with api.continuing():
        seen.expects(keeps({"verwerkteObjecten": [one]}, ident=own), hides(str(other["objectId"])))
    nobody_beside(api)


def period_bounds_the_search(api: Api, *, parameter: str, found_days: list[int], missed_days: list[int]) -> None:
    """Of the actions around a date, those within the period are found; days are counted from the date."""
    made = kept("around", ACTIES, api, lambda: _around(api))
    query = triple(made["person"], **{parameter: day(api)})
    within, outside = ([made["days"][number] for number in days] for days in (found_days, missed_days))
    listing(api, query).expects(finds(*within, among=tuple(outside)), status=200)


def period_is_optional(api: Api) -> None:
    """A search without a period finds every action, and a search with one bound what is on its side."""
    one = person(api)
    old, recent = (_dated(api, one, moment(api, days)) for days in (-3 * YEAR, PAST))
    today = _dated(api, one, just_now(api))
    year_ago = day(api, -YEAR)
    everything = triple(one, beginDatum=day(api, -4 * YEAR), eindDatum=day(api, 3))
    if api.get(ACTIES, everything).status != 200:
        raise Blocked("Zoeken met een periode werkt niet.", "A search with a period does not work.")
    for period, wanted in (
        ({}, (old, recent, today)),
        ({"beginDatum": year_ago}, (recent, today)),
        ({"eindDatum": year_ago}, (old,)),
    ):
        with api.continuing():
            claim = named(str(period), finds(*wanted, among=(old, recent, today)))
            whole(api, api.get(ACTIES, triple(one, **period))).expects(claim, status=200)


def empty_period_finds_nothing(api: Api) -> None:
    """A period that ends when or before it begins has no actions, or is refused."""
    one = person(api)
    own = ident(logged(api, minimal(api, one)))
    listing(api, triple(one)).expects(finds(own), status=200)
    for begin, end in ((PAST, PAST), (PAST + 1, PAST - 1)):
        with api.continuing():
            reply = listing(api, triple(one, beginDatum=day(api, begin), eindDatum=day(api, end)))
            reply.expects(answers(200, 400), misses(own))


def period_is_about_the_action(api: Api) -> None:
    """The period is compared with the moment of the action, not with that of its registration."""
    one = person(api)
    own = _dated(api, one, moment(api))
    past = triple(one, beginDatum=day(api, PAST - 30), eindDatum=day(api, PAST + 30))
    listing(api, past).expects(finds(own), status=200)
    now = triple(one, beginDatum=day(api, -2), eindDatum=day(api, 3))
    listing(api, now).expects(finds(among=(own,)), answers(200, 404))


def midnight_belongs_to_the_date(api: Api) -> None:
    """An action at midnight of the first date is found and one at midnight of the last is not; UTC is a warning."""
    one = person(api)
    sent = {"first": "2020-10-24T00:00:00+02:00", "last": "2020-11-24T00:00:00+01:00"}
    made = {
        name: ident(logged(api, minimal(api, one, tijdstip=value, bewaartermijn="P100Y")))
        for name, value in sent.items()
    }
    query = triple(one, beginDatum="2020-10-24", eindDatum="2020-11-24")
    listing(api, query).expects(finds(made["first"], among=(made["last"],)), status=200)


def activity_filters(api: Api) -> None:
    """A search under a verwerkingsactiviteit finds the actions that were logged under it."""
    one, activity = person(api), fresh(api)
    wanted = ident(logged(api, minimal(api, one, verwerkingsactiviteitId=activity)))
    others: tuple[dict[str, Json], ...] = (
        {"verwerkingsactiviteitId": fresh(api)},
        {},
        {"verwerkingsactiviteitIdAfnemer": activity},
    )
    missed = tuple(ident(logged(api, minimal(api, one, **other))) for other in others)
    listing(api, triple(one, verwerkingsactiviteitId=activity)).expects(finds(wanted, among=missed), status=200)


def filters_hold_together(api: Api) -> None:
    """An action is found when every filter holds, and not when one of them does not."""
    one, activity = person(api), fresh(api)
    good = {"verwerkingsactiviteitId": activity}
    wanted = ident(logged(api, minimal(api, one, **good)))
    wrong: tuple[dict[str, Json], ...] = (
        good | {"tijdstip": moment(api, PAST - 60)},
        good | {"tijdstip": moment(api, PAST + 60)},
        {"verwerkingsactiviteitId": fresh(api)},
        good | {"vertrouwelijkheid": VERTROUWELIJK},
    )
    missed = tuple(ident(logged(api, minimal(api, one, **other))) for other in wrong)
    period = {"beginDatum": day(api, PAST - 30), "eindDatum": day(api, PAST + 30)}
    query = triple(one, verwerkingsactiviteitId=activity, vertrouwelijkheid=NORMAAL, **period)
    listing(api, query).expects(finds(wanted, among=missed), status=200)


def identifiers_match_whole(api: Api) -> None:
    """A search for a number does not find numbers that begin, end or count the same."""
    number, kind = api.citizen(), dict[str, Json]()
    if api.swaps():  # a log that knows the kinds there are may test what a BSN looks like
        number, kind = f"P{number}", {"soortObjectId": OTHER_SOORT}
    values = (number, f"0{number}", f"{number}4")
    made = [ident(logged(api, minimal(api, person(api, objectId=value, **kind)))) for value in values]
    seen = listing(api, triple(person(api, objectId=number, **kind)))
    seen.expects(finds(made[0], among=(made[1], made[2])), status=200)


def reserved_characters_are_decoded(api: Api) -> None:
    """A person whose identifier holds spaces, signs and accents is found."""
    one = person(api, **any_kind(api, "Klant & relatie nr"), objectId=api.word("A+1/é %41 "))
    made = logged(api, minimal(api, one))
    listing(api, triple(one)).expects(finds(ident(made)), status=200)


def _around(log: Api) -> dict[str, dict[Json, Json]]:
    """Log an action on the day, the day before and the day after; the checks of a run only read them."""
    one = person(log)
    return {"person": one, "days": {days: _dated(log, one, moment(log, PAST + days)) for days in (-1, 0, 1)}}


def _dated(log: Api, one: Mapping[str, Json], sent: str) -> str:
    """Log an action at a moment and give its id; raises Blocked when the log says that it was at another moment."""
    made = logged(log, minimal(log, one, tijdstip=sent, bewaartermijn="P100Y"))
    own, seen = moment_of(sent), moment_of(made.get("tijdstip"))
    if own is not None and seen is not None and own[0] != seen[0]:
        raise Blocked("Het log veranderde het tijdstip van de actie.", "The log changed the moment of the action.")
    return ident(made)


def _has_required(own: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        row = row_of(reply, own)
        lacking = [name for name in REQUIRED if row.get(name) in (None, "", [])]
        if lacking:
            what = Text("leden die ontbreken", "members that are missing")
            yield found(what, Text("geen", "none"), same(", ".join(lacking)))

    return claim


def _is_list() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not isinstance(reply["results"], list):
            yield found(same("results"), Text("een lijst", "a list"), same(shown(reply["results"])))

    return claim
