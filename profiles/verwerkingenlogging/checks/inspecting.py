"""Checks on searching with inzage: which occurrences of a person it gives, and what it shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance import Api, Blocked, Json, named, shown

from .acties import INZAGE, PAST, day, moment
from .claims import answers, hides
from .inspection import Mark, consumer, found_by, look, look_at, marked, occurs, telling
from .occurrences import (
    READ,
    READ_ALL,
    as_logged,
    distinct,
    embeds,
    embeds_only,
    has,
    marks,
    no_results,
    number_of,
    occurrences,
    only,
    readable,
    reader,
    same_ids,
    searched,
    secrets,
    withholds,
)
from .versions import somebody, stored


def inzage_gives_occurrences(api: Api) -> None:
    """Inzage gives the occurrence of a person, with what each has, and the number as it was logged."""
    held = occurrences(api)["whole"]
    mark = marked(held.made, held.one)
    reply = found_by(reader(api), held.one, consumer(api))
    if not reply.ok:
        reply = found_by(reader(api), held.one, {})
    reply.expects(has(mark, held.one), status=200)


def parameters_are_required(api: Api) -> None:
    """A search of which one of the five parameters, or each, is missing is refused and gives no results."""
    query = searched(api)
    for name in (*query, ""):
        lacking = {key: value for key, value in query.items() if name and key != name}
        with api.continuing():
            reply = api.get(INZAGE, lacking, headers=telling(api))
            reply.expects(named(f"{name or 'alle'} -", answers(400)), no_results())


def parameter_values_are_refused(api: Api, *, wrong: list[dict[str, Any]], tolerated: list[dict[str, Any]]) -> None:
    """A search with a wrong value is refused; a value that is tolerated may be accepted."""
    query = searched(api)
    longest = [{"soortObjectId": "s" * 243}, {"objectId": "o" * 41}]
    for change in [*wrong, *longest, *tolerated]:
        allowed = (200, 400) if change in tolerated else (400,)
        with api.continuing():
            reply = api.get(INZAGE, {**query, **change}, headers=telling(api))
            reply.expects(named(shown(change), answers(*allowed)))


def only_the_person_is_shown(api: Api) -> None:
    """Inzage gives the occurrences of the person that was asked for, and none when kind and number do not belong."""
    held = occurrences(api)
    mixed = held.get("mixed")
    look(api, held["whole"].one).expects(occurs(*marks(held)[:2]), only(*marks(held)), status=200)
    if mixed is None:
        nl = "Het log nam geen actie aan over nummers van twee soorten."
        raise Blocked(nl, "The log took no action about numbers of two kinds.")
    other = mixed.body["verwerkteObjecten"][1]
    look(api, mixed.one).expects(occurs(marked(mixed.made, mixed.one)), status=200)
    look(api, {**mixed.one, "objectId": other["objectId"]}).expects(number_of(0), status=200)


def other_people_are_hidden(api: Api) -> None:
    """Nothing in the answer tells who else an action was about."""
    held = occurrences(api)["whole"]
    witness = held.body["verwerkteObjecten"][1]
    seen = look(api, held.one).expects(occurs(marked(held.made, held.one)), status=200)
    seen.expects(hides(str(witness["objectId"]), str(witness["betrokkenheid"])))


def inzage_period_is_half_open(api: Api) -> None:
    """An action on the first date is found, and one on the last date is not."""
    one, days = somebody(api), {"before": -31, "first": -30, "final": 29, "last": 30}
    made = {name: _dated(api, one, PAST + number) for name, number in days.items()}
    query = {"beginDatum": day(api, PAST - 30), "eindDatum": day(api, PAST + 30)}
    within, outside = (made["first"], made["final"]), (made["before"], made["last"])
    look(reader(api), one, **query).expects(occurs(*within, among=outside), status=200)


def inzage_filters_on_activity(api: Api) -> None:
    """With a verwerkingsactiviteitId inzage gives the occurrences in actions under that activity."""
    held = occurrences(api)
    own, *others = marks(held)
    activity = held["whole"].body.get("verwerkingsactiviteitId")
    if activity is None:
        raise Blocked("Het log kent alleen eigen activiteiten.", "The log knows its own activities only.")
    seen = look(reader(api), held["whole"].one, verwerkingsactiviteitId=activity)
    seen.expects(occurs(own, among=tuple(others)), status=200)


def some_members_are_withheld(api: Api) -> None:
    """No answer of inzage has systeem, gebruiker or gegevensbron, or their values elsewhere; null is a warning."""
    held = occurrences(api)["whole"]
    for client in (reader(api), api):
        with api.continuing():
            seen = look(client, held.one).expects(occurs(marked(held.made, held.one)), status=200)
            seen.expects(withholds(), hides(*secrets(held)))


def older_parameter_shows_no_more(api: Api) -> None:
    """The parameter beperkteSet of an older version does not make inzage show what it withholds."""
    held = occurrences(api)["whole"]
    look(api, held.one).expects(occurs(marked(held.made, held.one)), status=200)
    seen = look(api, held.one, beperkteSet="false").expects(answers(200, 400))
    seen.expects(withholds(), hides(*secrets(held)))


def every_occurrence_is_shown(api: Api) -> None:
    """Each occurrence of a person is a result, also two in one action; equal ids are a warning."""
    held = occurrences(api)
    seen = look(reader(api), held["whole"].one).expects(occurs(*marks(held)), number_of(4), status=200)
    seen.prefers(distinct())


def action_is_embedded(api: Api) -> None:
    """Each result has the action that the person occurs in."""
    held = occurrences(api)["whole"]
    look(reader(api), held.one).expects(embeds(marked(held.made, held.one), held), status=200)


def embedded_action_names_nobody_else(api: Api) -> None:
    """When the action in a result has verwerkteObjecten, it holds the person that was asked for and nobody else."""
    held = occurrences(api)["whole"]
    seen = look(reader(api), held.one).expects(occurs(marked(held.made, held.one)), status=200)
    seen.expects(embeds_only(held.one))


def the_rest_is_as_it_was_logged(api: Api) -> None:
    """What inzage shows of an action and of a person is what was logged."""
    held = occurrences(api)["whole"]
    look(reader(api), held.one).expects(as_logged(marked(held.made, held.one), held), status=200)


def ids_are_those_of_bewerking(api: Api) -> None:
    """Inzage names object and action by the ids that bewerking gave them."""
    held = occurrences(api)["whole"]
    mark = marked(held.made, held.one)
    look(reader(api), held.one).expects(same_ids(mark, held), status=200)


def inzage_needs_a_read_scope(api: Api) -> None:
    """A client without a read scope gets 403, for a search and for one occurrence."""
    held = occurrences(api)["whole"]
    mark, client = marked(held.made, held.one), api.client("create:confidential", without=(READ, READ_ALL))
    readable(api)
    for reply in (look(client, held.one), look_at(client, mark.own)):
        with api.continuing():
            reply.expects(answers(403), hides(mark.role, mark.name))


def _dated(log: Api, one: Mapping[str, Json], days: int) -> Mark:
    """Log an action about a person on a day, and give by what it is recognised."""
    mine = {**one, "betrokkenheid": log.word("Aanvrager ")}
    return marked(stored(log, mine, tijdstip=moment(log, days)).made, mine)
