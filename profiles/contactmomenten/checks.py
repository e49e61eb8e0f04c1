"""Checks that only the Contactmomenten API needs."""

from __future__ import annotations

import datetime
import email.utils
from typing import Any

from conformance import (
    Api,
    Blocked,
    Json,
    Reply,
    Text,
    empty,
    holds,
    kept,
    member,
    members,
    no_server_error,
    problem,
    reading,
    same,
    split,
)

MAIN, MEDEWERKER, IDENTIFICATION = "contactmomenten", "medewerker", "medewerkerIdentificatie"
LINE = "De klant vraagt naar de afvalkalender en belt later terug.\n"


def long_text_is_kept(api: Api, *, name: str, length: int) -> None:
    """A text of this length with line breaks comes back unchanged, when it is made and when it is read."""
    text = f"{LINE * (length // len(LINE))}".ljust(length, "x")
    made = api.post(MAIN, api.sample(MAIN, **{name: text})).expects(member(name, text), status=201)
    api.get(str(made["url"])).expects(member(name, text), status=200)


def moment_of_creation_is_filled_in(api: Api, *, name: str, seconds: int) -> None:
    """A contactmoment without a moment gets that of its creation, by the clock of the server."""
    reply = api.post(MAIN, api.sample(MAIN, **{name: ...})).expects(status=201)
    now = _clock(api, reply)
    wanted = f"{datetime.datetime.fromtimestamp(now, datetime.UTC):%Y-%m-%dT%H:%M:%SZ} ± {seconds} s"
    what, near = Text(f"waarde van {name}", f"value of {name}"), lambda value: abs(_moment(value) - now) <= seconds
    reply.expects(holds(what, Text(wanted, wanted), lambda seen: seen[name], near))


def removed_member_is_ignored(api: Api, *, name: str, value: str) -> None:
    """A member that an older version had does not make the request fail, and does not come back."""
    body, text = api.sample(MAIN), api.resource(MAIN).text
    api.post(MAIN, {**body, name: value}).expects(member(text, body[text]), empty(name), status=201)


def medewerker_is_needed(api: Api) -> None:
    """A contactmoment without medewerker and with no or an empty identification is refused."""
    api.standing(MAIN, "minimal")
    for value in (..., {}):
        with api.continuing():
            api.post(MAIN, api.sample(MAIN, "minimal", **{IDENTIFICATION: value})).expects(problem(400))


def identification_comes_back(api: Api) -> None:
    """The identification of a medewerker is returned as it was sent, without a medewerker."""
    sent = members({IDENTIFICATION: api.profile.samples[MAIN]["default"][IDENTIFICATION]})
    reading(api, str(api.standing(MAIN)["url"])).expects(sent, empty(MEDEWERKER), status=200)


def medewerker_url_is_kept(api: Api) -> None:
    """A medewerker that can be fetched is kept, without an identification."""
    url = api.neighbour.place()
    claims = (member(MEDEWERKER, url), empty(IDENTIFICATION))
    made = api.post(MAIN, api.referring(MAIN, url)).expects(*claims, status=201)
    api.get(str(made["url"])).expects(*claims, status=200)


def identification_takes_the_place(api: Api) -> None:
    """A PATCH empties the medewerker and sets an identification in its place."""
    sent = {IDENTIFICATION: api.sample(MAIN)[IDENTIFICATION]}
    where = str(api.add(MAIN, api.referring(MAIN, api.neighbour.place()))["url"])
    claims = (members(sent), empty(MEDEWERKER))
    with api.continuing():
        api.patch(where, {MEDEWERKER: "", **sent}).expects(*claims, status=200)
    api.get(where).expects(*claims, status=200)


def identification_is_changed(api: Api, *, changes: dict[str, str]) -> None:
    """A PATCH changes members of the identification; what is left out keeps its value or loses it."""
    where, sent = str(api.create(MAIN)["url"]), {IDENTIFICATION: changes}
    with api.continuing():
        api.patch(where, sent).expects(members(sent), status=200)
    api.get(where).expects(members(sent), status=200)


def medewerker_and_identification_are_kept(api: Api) -> None:
    """A contactmoment has a medewerker and an identification at once, and both come back."""
    sent, url = {IDENTIFICATION: api.sample(MAIN)[IDENTIFICATION]}, api.neighbour.place()
    api.post(MAIN, api.referring(MAIN, url, **sent)).expects(members(sent), member(MEDEWERKER, url), status=201)


def identification_may_be_removed(api: Api) -> None:
    """A PATCH with null next to a medewerker does not break the server; what becomes of it is noted."""
    sent = {IDENTIFICATION: api.sample(MAIN)[IDENTIFICATION]}
    url = api.neighbour.place()
    where = str(api.add(MAIN, api.referring(MAIN, url, **sent))["url"])
    reply = api.patch(where, {IDENTIFICATION: None}).expects(no_server_error())
    reply.notes(empty(IDENTIFICATION), status=200)


def medewerker_cannot_be_emptied(api: Api) -> None:
    """A PATCH that takes away the only medewerker is refused."""
    where = str(api.add(MAIN, api.referring(MAIN, api.neighbour.place()))["url"])
    api.patch(where, {MEDEWERKER: ""}).expects(problem(400))


def list_is_ordered(api: Api, *, name: str) -> None:
    """The list of three own contactmomenten comes in order of a member, and with a minus sign the other way round."""
    known = kept("ordered", MAIN, api, lambda: _three(api))
    _both_ways(api, known["query"], name, known["rows"])


def list_is_ordered_by_medewerker(api: Api) -> None:
    """The list of two own contactmomenten comes in order of their medewerker, and the other way round."""
    query, urls = {"kanaal": api.word("Voorbeeld ")}, sorted(api.neighbour.place() for _ in "12")
    sent = [{MEDEWERKER: url, "tekst": text} for url, text in zip(urls, "ba", strict=True)]
    rows = [_ordered(api, api.referring(MAIN, one[MEDEWERKER], **one, **query)) for one in sent]
    _both_ways(api, query, MEDEWERKER, rows)


def meaningless_order_does_no_harm(api: Api, *, names: list[str]) -> None:
    """An order that is described but means nothing gives the list in some order, or is refused."""
    made = api.standing(MAIN)
    query = {"kanaal": str(made["kanaal"])}
    for number, name in enumerate(names):
        for sign in ("", "-") if api.run.depth == "deep" else ("-" * (number % 2),):
            with api.continuing():
                api.get(MAIN, {**query, "ordering": sign + name}).expects(no_server_error(), status=(200, 400))


def relation_is_recorded(api: Api, *, relation: str, within: str) -> None:
    """The audit trail of a contactmoment has lines of a relation that was made and removed."""
    url = str(api.create(MAIN)["url"])
    made = str(api.create(relation, **{within: url})["url"])
    api.delete(made)
    trail = api.get(f"{url}/audittrail")
    singular = api.resource(relation).singular
    for actie in ("create", "destroy"):
        wanted = {"actie": actie, "resource": singular, "resourceUrl": made, "hoofdObject": url}
        with api.continuing():
            trail.expects(_has_line(wanted), status=200)


def _three(api: Api) -> dict[str, Json]:
    """Make three contactmomenten of which the members have orders of their own; their moment tells them from others."""
    low, high = sorted(api.run.target.row.data.rsin)[:2]
    start = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(
        seconds=api.random.randrange(400_000_000)
    )
    first, second, third = (f"{start + datetime.timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}" for number in range(3))
    names = ("registratiedatum", "kanaal", "tekst", "voorkeurskanaal", "bronorganisatie", "initiatiefnemer")
    values = (
        (second, "b", "a", "c", high, "klant"),
        (first, "c", "c", "a", low, "gemeente"),
        (third, "a", "b", "b", high, "klant"),
    )
    bodies = [api.sample(MAIN, **dict(zip(names, one, strict=True))) for one in values]
    query = {"registratiedatum__gte": first, "registratiedatum__lte": third}
    return {"query": query, "rows": [_ordered(api, body) for body in bodies]}


def _ordered(api: Api, body: dict[str, Json]) -> dict[str, Json]:
    return {"url": api.add(MAIN, body)["url"], "sent": body}


def _both_ways(api: Api, query: dict[str, str], name: str, rows: list[dict[str, Json]]) -> None:
    values = {str(row["url"]): row["sent"][name] for row in rows}
    what = Text(f"volgorde van {name}", f"order of {name}")
    for sign in ("", "-"):
        wanted = sorted(values.values(), reverse=sign == "-")
        reply = api.get(MAIN, {**query, "ordering": sign + name})
        if reply.status == 200 and set(_own(reply, values)) != set(values):
            nl = "De lijst heeft niet alle eigen contactmomenten; dat beoordelen de rijen over filters."
            raise Blocked(nl, "The list lacks own contactmomenten; the rows on filters judge that.")
        with api.continuing():
            seen = holds(
                what, same(", ".join(wanted)), lambda one: [values[url] for url in _own(one, values)], wanted.__eq__
            )
            reply.expects(seen, status=200)


def _own(reply: Reply, values: dict[str, str]) -> list[str]:
    """List the urls of own contactmomenten as a list has them."""
    rows = reply["results"] if isinstance(reply["results"], list) else []
    return [row["url"] for row in rows if isinstance(row, dict) and row.get("url") in values]


def _has_line(wanted: dict[str, str]) -> Any:
    """Claim that a trail has a line with these members; under which host a URL is named is of no importance."""
    what = Text(f"regel met actie {wanted['actie']}", f"line with actie {wanted['actie']}")

    def fits(line: Json) -> bool:
        return all(split(str(line.get(name))).path == split(value).path for name, value in wanted.items())

    return holds(what, same(str(wanted)), lambda reply: list(filter(fits, reply.json)), bool)


def _clock(api: Api, reply: Reply) -> float:
    """Give the time of the server that answered, else that of the suite, in seconds since 1970."""
    try:
        return email.utils.parsedate_to_datetime(reply.headers.get("Date", "")).timestamp()
    except ValueError:
        return api.run.now()


def _moment(value: Json) -> float:
    """Give a date-time in seconds since 1970; a ValueError when it is none, or names no time zone."""
    moment = datetime.datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.timestamp()
