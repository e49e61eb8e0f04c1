"""Every operation of the standard done once, lawfully or in a way that is refused; what general checks look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from conformance import (
    Api,
    Blocked,
    Json,
    NotApplicable,
    Reply,
    is_empty,
    kept,
    reading,
)

from .acties import ACTIES, INZAGE, NORMAAL, VAR, complete, day, fresh, known, logged, minimal, person, triple, where
from .claims import CASED

SERVER = frozenset(("url", "actieId", "tijdstipRegistratie"))
Send = Callable[[Api], Reply]


@dataclass(frozen=True)
class Done:
    """An operation and the answer to it."""

    api: str
    operation: str
    reply: Reply


def activity(log: Api) -> dict[str, Json]:
    """Give the members that say under which activity an action was done."""
    own = fresh(log)
    url = f"https://var.example.nl/api/v1/verwerkingsactiviteit/{own}"
    return {"verwerkingsactiviteitId": own, "verwerkingsactiviteitUrl": url}


def offered(log: Api, resource: str) -> bool:
    """Tell whether the target offers the API of a resource."""
    try:
        log.resource(resource)
    except NotApplicable:
        return False
    return True


def offers_something(log: Api) -> None:
    """Leave out what is about the APIs of a log where the target offers none, as an application that only uses one."""
    if not any(offered(log, resource) for resource in (ACTIES, INZAGE, VAR)):
        log.resource(ACTIES)


def replacement(log: Api, made: Mapping[str, Json], **changes: Json) -> dict[str, Json]:
    """Give a body for PUT: what the log says of an action, without what the log sets and what is empty.

    Whatever case the log writes its values in, which VL-W-POST-018 judges, what is sent is in lower case.
    """
    described = known(log, made)
    body = {name: _sent(name, value) for name, value in described.items() if name not in SERVER and not is_empty(value)}
    objects = [
        {name: _sent(name, value) for name, value in one.items() if not is_empty(value)}
        for one in described["verwerkteObjecten"]
    ]
    return {**body, "verwerkteObjecten": objects, **changes}


def replaced(who: Api, made: Mapping[str, Json], body: Mapping[str, Json]) -> Reply:
    """Send a PUT; where that is refused, once more with what the log sets, which some logs demand."""
    reply = who.put(where(who, made), dict(body))
    if reply.status != 400:
        return reply
    own = {name: made[name] for name in sorted(SERVER) if name in made}
    return who.put(where(who, made), {**own, **body})


def _sent(name: str, value: Json) -> Json:
    return str(value).lower() if name in CASED else value


def period(log: Api) -> dict[str, str]:
    """Give the parameters of a period in which the actions of the checks lie."""
    return {"beginDatum": day(log, -260), "eindDatum": day(log, -140)}


def deeds(log: Api, made: Mapping[str, Json], one: Mapping[str, Json]) -> dict[str, Send]:
    """Give each operation of the bewerking API on an action about a person, the removal last."""
    processing = {"verwerkingId": str(made.get("verwerkingId"))}
    return {
        "verwerkingsactie_list": lambda who: who.get(ACTIES, triple(one, vertrouwelijkheid=NORMAAL, **period(log))),
        "verwerkingsactie_create": lambda who: who.post(ACTIES, minimal(log)),
        "verwerkingsactie_read": lambda who: who.get(where(log, made)),
        "verwerkingsactie_update": lambda who: replaced(who, made, replacement(log, made)),
        "verwerkingsactie_list_patch": lambda who: who.request(
            "PATCH", ACTIES, {"bewaartermijn": "P99Y"}, query=processing
        ),
        "verwerkingsactie_delete": lambda who: who.delete(where(log, made)),
    }


def deeds_done(log: Api, made: Mapping[str, Json], one: Mapping[str, Json]) -> Iterator[Done]:
    """Do each operation on an action, but remove another, since a change may have given the action a new id."""
    other = logged(log, minimal(log))
    for name, send in deeds(log, made, one).items():
        removal = name == "verwerkingsactie_delete"
        yield Done("bewerking", name, log.delete(where(log, other)) if removal else send(log))


def subject(log: Api, **members: Json) -> tuple[dict[str, Json], dict[str, Json]]:
    """Log an action with every member; gives it with the person that it is about."""
    one = person(log, betrokkenheid="Aanvrager", verwerkteSoortenGegevens=[{"soortGegeven": "Naam"}])
    made = logged(log, complete(log, one, bewaartermijn="P100Y", **members))
    return made, one


def successes(log: Api) -> list[Done]:
    """Give every operation that the target offers, done once; those that are refused are judged elsewhere."""
    return _shared(log, "successes", _successes)


def refusals(log: Api) -> list[Done]:
    """Give 400, 401, 403 and 404 of every API; what is not refused is judged elsewhere."""
    return _shared(log, "refusals", _refusals)


def _shared(log: Api, name: str, make: Callable[[Api], list[Done]]) -> list[Done]:
    """Do something once in a run; each check that looks at the answers names the exchanges as its own."""
    offers_something(log)
    trace = log.world.trace
    looked_at = kept(name, "operations", log, lambda: {"done": make(log)})["done"]
    trace.exchanges.extend(one.reply.exchange for one in looked_at if one.reply.exchange not in trace.exchanges)
    return [replace(one, reply=replace(one.reply, trace=trace)) for one in looked_at]


def _successes(log: Api) -> list[Done]:
    try:
        made, one = subject(log)
        inzage = list(inspected(log, one)) if offered(log, INZAGE) else []
        done = [*inzage, *deeds_done(log, made, one)]
    except NotApplicable:
        done = searched(log)
    if offered(log, VAR):
        done += registered(log)
    found = [one for one in done if one.reply.ok]
    if not found:
        raise Blocked("Geen enkele operatie lukte.", "No operation succeeded.")
    return found


def searched(log: Api) -> list[Done]:
    """Search the log by each API that is offered; what is left where nothing can be logged."""
    names = [name for name in (ACTIES, INZAGE) if offered(log, name)]
    return [
        Done(log.resource(name).api, log.operation("GET", name).operation_id, log.get(name, log.nothing(name)))
        for name in names
    ]


def _refusals(log: Api) -> list[Done]:
    done = []
    for resource in (name for name in (ACTIES, INZAGE, VAR) if offered(log, name)):
        good = reading(log, resource, log.nothing(resource))
        if good.status != 200 or not isinstance(good["results"], list):
            nl = f"Een goede zoekvraag gaf {good.status}."
            raise Blocked(nl, f"A good search gave {good.status}.")
        done += list(_refused(log, resource))
    found = [one for one in done if 400 <= one.reply.status < 500]
    if not found:
        raise Blocked("Niets werd geweigerd.", "Nothing was refused.")
    return found


def _refused(log: Api, resource: str) -> Iterator[Done]:
    api = log.resource(resource).api
    listed = log.operation("GET", resource).operation_id
    query = log.nothing(resource)
    if query:
        lacking = {name: value for name, value in query.items() if name != "objectId"}
        yield Done(api, listed, log.get(resource, lacking))
    yield Done(api, listed, log.anonymous().get(resource, query))
    other = _stranger(log) if resource != VAR else None
    if other is not None:
        yield Done(api, listed, other.get(resource, query))
    yield Done(api, _read(log, resource), log.get(_item(log, resource, fresh(log))))


def _stranger(log: Api) -> Api | None:
    """Give an application that may log but not read; None when the target file has none."""
    try:
        return log.client("create:normal", without=("read:normal", "read:confidential"))
    except Blocked:
        return None


def _read(log: Api, resource: str) -> str:
    operations = log.contract(resource).operations.values()
    return next(one.operation_id for one in operations if one.method == "GET" and "{" in one.path)


def _item(log: Api, resource: str, ident: str) -> str:
    """Give the address of one resource; that of a verwerkingsactiviteit is not below its list."""
    if resource != VAR:
        return log.url(resource, ident)
    return f"{log.run.target.root(log.resource(VAR).api)}/verwerkingsactiviteit/{ident}"


def inspected(log: Api, one: Mapping[str, Json]) -> Iterator[Done]:
    """Search for a person with inzage, and read what was found."""
    seen = log.get(INZAGE, triple(one, **period(log)))
    yield Done("inzage", "verwerkte-objecten_list", seen)
    own = seen["results.0.verwerktObjectId"]
    if isinstance(own, str):
        yield Done("inzage", "verwerktobject_read", log.get(log.url(INZAGE, own)))


def registered(log: Api) -> list[Done]:
    """List the register, and read the first activity in it."""
    seen = reading(log, VAR)
    done = [Done("var", "verwerkingsactie_list", seen)]
    if isinstance(seen["results.0.id"], str):
        own = str(seen["results.0.id"])
        reply = reading(log, _item(log, VAR, own))
        # That only the path in the plural works is at most a warning, of VL-VAR-READ-001.
        plural = log.get(log.url(VAR, own)) if reply.status == 404 else reply
        done.append(Done("var", "verwerkingsactiviteit_read", plural if plural.ok else reply))
    return done
