"""Checks on how a log accounts for who looks into it: an inspection is itself an action about the person."""

from __future__ import annotations

from collections.abc import Iterator

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
    has_status,
    kept,
    no_server_error,
    same,
    shown,
)

from .acties import ACTIES, INZAGE, day, full, triple
from .asking import listing
from .claims import RESULTS, alike, answers, hides, moment_of, rows
from .inspection import consumer, look, look_at, marked, telling
from .occurrences import searched
from .versions import meant, stored

CLOSE = 60
ELSEWHERE = "elsewhere"


def inspection_is_logged(api: Api) -> None:
    """A search with inzage is found in the log as an action of now about the person.

    That it is not is a warning when the target file says that inspections are logged elsewhere.
    """
    told = _inspected(api)
    severity = Severity.WARNING if _elsewhere(api) else Severity.FAILURE
    _of_today(api, told).expects(_is_there(api, told, severity), status=200)


def inspection_tells_the_consumer(api: Api) -> None:
    """The action of an inspection has what the headers told in the members of the afnemer, and nowhere else."""
    told = _inspected(api)
    try:
        seen = _of_today(api, told).expects(_is_there(api, told, Severity.FAILURE), status=200)
    except Mismatch:
        if _elsewhere(api):
            raise NotApplicable("Inzage wordt elders gelogd.", "Inspections are logged elsewhere.") from None
        nl = "De inzage staat niet in het log; dat beoordeelt VL-R-LOG-024."
        raise Blocked(nl, "The inspection is not in the log; VL-R-LOG-024 judges that.") from None
    seen.expects(_took_over(api, told), status=200)


def inspection_without_headers_is_answered(api: Api) -> None:
    """A search without the logging headers is answered or refused, and is no server error."""
    query = searched(api)
    lacking = {name: value for name, value in query.items() if name != "objectId"}
    if api.get(INZAGE, lacking, headers=telling(api)).ok:
        nl = "Inzage beantwoordt ook een zoekvraag naar niemand; dat beoordeelt VL-R-LIST-002."
        raise Blocked(nl, "Inzage also answers a search for nobody; VL-R-LIST-002 judges that.")
    reply = api.get(INZAGE, query)
    reply.expects(no_server_error())
    reply.expects(answers(200, 400, tolerated=(reply.status,))).notes(has_status(200))


def wrong_headers_do_not_reach_the_log(api: Api, *, headers: dict[str, str]) -> None:
    """Headers of a wrong form make a search be refused, or are left out of what is logged of it."""
    told = _inspected(api)
    reply = look(api, told["one"], headers={**told["headers"], **headers})
    reply.expects(no_server_error())
    if reply.ok:
        api.pause()
        listing(full(api), triple(told["one"], beginDatum=day(api, -1))).expects(hides(*headers.values()), status=200)


def reading_is_logged_too(api: Api) -> None:
    """Reading one occurrence is found in the log as well."""
    if _elsewhere(api):
        raise NotApplicable("Inzage wordt elders gelogd.", "Inspections are logged elsewhere.")
    held, headers = stored(api), consumer(api)
    mark = marked(held.made, held.one)
    with meant():
        look_at(full(api), mark.own, headers).expects(status=200)
    told = {"one": held.one, "headers": headers}
    _of_today(api, told).expects(_names_processing(str(headers["VerwerkingId"])), status=200)


def _inspected(log: Api) -> dict[str, Json]:
    """Look a person up, once in a run, and give the person, the headers that were sent, and when."""

    def made() -> dict[str, Json]:
        log.resource(INZAGE)
        held, headers = stored(log), consumer(log)
        start = log.run.now()
        with meant():
            look(full(log), held.one, headers).expects(status=200)
        return {"one": held.one, "headers": headers, "start": start, "end": log.run.now()}

    return kept("inspected", ACTIES, log, made)


def _of_today(log: Api, told: dict[str, Json]) -> Reply:
    return listing(full(log), triple(told["one"], beginDatum=day(log, -1)))


def _elsewhere(log: Api) -> bool:
    return log.run.target.row.declarations.get("inspections") == ELSEWHERE


def _recent(log: Api, reply: Reply, told: dict[str, Json]) -> list[dict[str, Json]]:
    """List the actions of about the moment of the inspection, that with its processing first."""
    recent = []
    for row in rows(reply):
        at = moment_of(row.get("tijdstip"))
        early, late = told["start"] - CLOSE, told["end"] + CLOSE + log.run.settle
        if at is not None and early <= at[0].timestamp() <= late:
            recent.append(row)
    number = told["headers"]["VerwerkingId"]
    return sorted(recent, key=lambda row: not alike("verwerkingId", number, row.get("verwerkingIdAfnemer")))


def _is_there(log: Api, told: dict[str, Json], severity: Severity) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not _recent(log, reply, told):
            wanted = Text("een actie van nu over de persoon", "an action of now about the person")
            yield found(RESULTS, wanted, same(str(len(rows(reply)))), severity)

    return claim


def _took_over(log: Api, told: dict[str, Json]) -> Claim:
    headers = told["headers"]
    wanted = {
        "afnemerId": headers["OIN"],
        "verwerkingsactiviteitIdAfnemer": headers["VerwerkingsactiviteitId"],
        "verwerkingsactiviteitUrlAfnemer": headers["VerwerkingsactiviteitUrl"],
        "verwerkingIdAfnemer": headers["VerwerkingId"],
    }
    foreign = {
        "verwerkingId": headers["VerwerkingId"],
        "verwerkingsactiviteitId": headers["VerwerkingsactiviteitId"],
        "uitvoerder": headers["OIN"],
    }

    def claim(reply: Reply) -> Iterator[Found]:
        row = next(iter(_recent(log, reply, told)), {})
        for name, value in wanted.items():
            if not alike(name, value, row.get(name)):
                yield found(_value(name), same(shown(value)), same(shown(row.get(name))))
        if row.get("soortAfnemerId") != "OIN":
            severity = Severity.FAILURE if row.get("soortAfnemerId") else Severity.WARNING
            yield found(_value("soortAfnemerId"), same("OIN"), same(shown(row.get("soortAfnemerId"))), severity)
        for name, value in foreign.items():
            if alike(name, value, row.get(name)):
                yield found(
                    _value(name), Text("niet die van de afnemer", "not that of the afnemer"), same(shown(value))
                )

    return claim


def _value(name: str) -> Text:
    return Text(f"waarde van {name}", f"value of {name}")


def _names_processing(number: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not any(alike("verwerkingId", number, row.get("verwerkingIdAfnemer")) for row in rows(reply)):
            wanted = Text("een actie met deze verwerkingIdAfnemer", "an action with this verwerkingIdAfnemer")
            yield found(RESULTS, wanted, same(str(len(rows(reply)))))

    return claim
