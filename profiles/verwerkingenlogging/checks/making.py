"""Checks on the answer to a logged action: what the log adds, and what it keeps."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import (
    Api,
    Claim,
    Found,
    Json,
    Reply,
    Severity,
    Text,
    empty,
    found,
    holds,
    joined,
    media_type,
    same,
    shown,
    split,
)

from .acties import (
    ACTIES,
    arranged,
    bare,
    citizen,
    complete,
    demanded,
    fresh,
    ident,
    just_now,
    logged,
    members_in,
    minimal,
    moment,
    open_for_writing,
    person,
    posted,
    triple,
    twin,
    where,
)
from .asking import listing
from .claims import UUIDS, answers, finds, is_action, is_uuid, keeps, last_segment, moment_of, succeeds
from .offering import writable
from .operations import activity

REQUIRED = ("url", "actieId", "vertrouwelijkheid", "tijdstip", "tijdstipRegistratie", "verwerkteObjecten")
SERVER = ("url", "actieId", "tijdstipRegistratie")
OLD = "2001-01-01T00:00:00Z"
CLOSE, NEAR = 60, 300


def minimal_action_is_logged(api: Api) -> None:
    """An action with only what is required is answered with 201 and the action in JSON."""
    writable(api)
    reply = open_for_writing(api.post(ACTIES, bare(api, citizen(api))))
    reply.expects(_says_something(), media_type("application/json"), status=201)


def required_members_are_there(api: Api) -> None:
    """The answer to a logged action has every required member, and each person that was sent."""
    reply = posted(api, complete(api, person(api), person(api)), named=False).expects(_has_required())
    what, wanted = Text("aantal verwerkteObjecten", "number of verwerkteObjecten"), same("2")
    reply.expects(holds(what, wanted, lambda seen: len(seen["verwerkteObjecten"]), lambda number: number == 2))


def action_gets_a_fresh_uuid(api: Api) -> None:
    """The same body sent twice gives two actions with UUIDs of their own, and both are found."""
    one = person(api)
    body = minimal(api, one, verwerkingId=fresh(api))
    made = [posted(api, body, named=False).expects(_uuid("actieId")).json for _ in range(2)]
    own = sorted({ident(action) for action in made})
    listing(api, triple(one)).expects(_two(own), finds(*own), status=200)


def action_ids_are_random(api: Api, *, times: int) -> None:
    """Many ids are UUIDs of version 4 from which no order can be read."""
    made = [posted(api, minimal(api)) for _ in range(times)]
    if _ordered([ident(reply.json) for reply in made]):  # a few may lie in order by chance
        made += [posted(api, minimal(api)) for _ in range(times)]
    own = [ident(reply.json) for reply in made]
    made[-1].expects(_version_four(own), _no_order(own))


def url_leads_to_the_action(api: Api) -> None:
    """The url is absolute, ends with the actieId, and the action is there under the address in the target file."""
    api.judges_memory()
    made = posted(api, minimal(api), named=False).expects(is_action()).expects(_own_address(api))
    api.get(where(api, made.json)).expects(keeps({"actieId": made["actieId"]}), status=200)


def location_repeats_the_url(api: Api) -> None:
    """The header Location is the url of the action."""
    made = posted(api, minimal(api))
    location = Text("header Location", "header Location")
    made.expects(holds(location, same(shown(made["url"])), _location, lambda seen: seen == made["url"]))


def registration_is_now(api: Api) -> None:
    """The moment of registration is now and has an offset, whatever the moment of the action was."""
    start = api.run.now()
    reply = posted(api, minimal(api))
    reply.expects(_between("tijdstipRegistratie", start, api.run.now(), api.run.settle))


def server_members_are_not_adopted(api: Api) -> None:
    """A url, actieId or tijdstipRegistratie of the client is refused or ignored."""
    twin(api, shown=True)
    chosen = fresh(api)
    sent = {"url": "https://example.invalid/x", "actieId": chosen, "tijdstipRegistratie": OLD}
    reply = api.post(ACTIES, {**minimal(api), **sent})
    if reply.status != 400:
        reply.expects(succeeds(), is_action(), *(_not_adopted(name, value) for name, value in sent.items()))
    api.pause()
    api.get(api.url(ACTIES, chosen)).expects(_absent())


def object_ids_are_not_adopted(api: Api) -> None:
    """A url or verwerktObjectId of an object of another action is refused or ignored; that action stays as it is."""
    twin(api, shown=True)
    other = arranged(api, logged(api, minimal(api)))
    names = ("url", "verwerktObjectId")
    known = {name: rows_of(other)[0][name] for name in names if name in rows_of(other)[0]}
    reply = api.post(ACTIES, minimal(api, person(api, **known)))
    if reply.status != 400:
        reply.expects(succeeds(), is_action(), *(_not_adopted(f"verwerkteObjecten.0.{n}", v) for n, v in known.items()))
    api.pause()
    api.get(where(api, other)).expects(keeps(other), status=200)


def values_are_kept(api: Api) -> None:
    """Every member that was sent comes back with the same value, in the answer and when the action is read."""
    body = complete(api, actieNaam=api.word("  Opvragen  gegevens ") + " ", **activity(api))
    made = posted(api, body).expects(keeps(body))
    api.get(where(api, made.json)).expects(keeps(body), status=200)


def members_left_out_are_empty(api: Api) -> None:
    """Each optional member that was left out comes back empty: null, empty text or an empty list."""
    operation = api.operation("POST", ACTIES)
    names = sorted({*members_in(operation.responses[201].schema or {})} - {*REQUIRED, *demanded(api)})
    posted(api, minimal(api)).expects(*(_empty_but_there(name) for name in names))


def offsets_are_kept(api: Api, *, offsets: list[str]) -> None:
    """A tijdstip comes back with the instant and the offset that were sent, by id and in a list."""
    twin(api, shown=True)
    one = person(api)
    listed: list[Claim] = []
    moments = [moment(api, offset=offset) for offset in offsets]
    moments.append("2024-04-05T14:35:42+01:00")  # not the civil time in the Netherlands on that day
    for sent in moments:
        with api.continuing():
            body = minimal(api, one, tijdstip=sent, bewaartermijn="P100Y")
            made = api.post(ACTIES, body).expects(succeeds(), is_action(), keeps({"tijdstip": sent}))
            api.get(where(api, made.json)).expects(keeps({"tijdstip": sent}), status=200)
            listed.append(keeps({"tijdstip": sent}, ident=ident(made.json)))
    listing(api, triple(one)).expects(*listed, status=200)


def past_moments_are_accepted(api: Api) -> None:
    """An action of long ago and one of an hour ago are logged with the moment that was sent."""
    logged(api, minimal(api, tijdstip=just_now(api)))
    for sent in ("2020-11-01T12:00:00+01:00", just_now(api, -3600)):
        with api.continuing():
            body = minimal(api, tijdstip=sent, bewaartermijn="P100Y")
            api.post(ACTIES, body).expects(succeeds(), is_action(), keeps({"tijdstip": sent}))


def fractions_are_kept(api: Api) -> None:
    """A tijdstip comes back with its milliseconds."""
    twin(api)
    sent = moment(api, clock="12:00:00.123")
    made = api.post(ACTIES, minimal(api, tijdstip=sent)).expects(succeeds(), is_action(), keeps({"tijdstip": sent}))
    api.get(where(api, made.json)).expects(keeps({"tijdstip": sent}), status=200)


def rows_of(made: dict[str, Json]) -> list[dict[str, Json]]:
    """List the verwerkte objecten of an action; one empty object when there are none."""
    listed = made.get("verwerkteObjecten")
    return [one for one in listed if isinstance(one, dict)] or [{}] if isinstance(listed, list) else [{}]


def _says_something() -> Claim:
    """Claim that the body is about an action: it has one of the members that each has."""
    what, wanted = Text("inhoud van het antwoord", "body of the answer"), Text("een actie", "an action")
    return holds(what, wanted, lambda reply: reply.json, lambda body: any(body.get(name) for name in REQUIRED))


def _has_required() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for name in REQUIRED:
            if reply[name] in (None, ""):
                wanted = Text("aanwezig en niet leeg", "present and not empty")
                yield found(Text(f"waarde van {name}", f"value of {name}"), wanted, same(shown(reply[name])))

    return claim


def _uuid(name: str) -> Claim:
    return holds(Text(f"waarde van {name}", f"value of {name}"), Text("een UUID", "a UUID"), lambda r: r[name], is_uuid)


def _two(own: list[str]) -> Claim:
    what, wanted = Text("actieId van gelijke acties", "actieId of equal actions"), Text("twee", "two")
    return holds(what, wanted, lambda _: own, lambda seen: len(seen) == 2)


def _version_four(own: list[str]) -> Claim:
    what, wanted = Text("versie van actieId", "version of actieId"), Text("UUID versie 4", "UUID version 4")
    return holds(what, wanted, lambda _: own, lambda seen: all(one[14] == "4" and one[19] in "89ab" for one in seen))


def _no_order(own: list[str]) -> Claim:
    what = Text("volgorde van actieId's", "order of the actieIds")
    wanted = Text("willekeurig", "random")

    def random(seen: list[str]) -> bool:
        return not _ordered(seen) and len({one[-12:] for one in seen}) > 1

    return holds(what, wanted, lambda _: own, random)


def _own_address(log: Api) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        url, wanted = reply["url"], split(where(log, reply.json))
        parts = split(url) if isinstance(url, str) else split("")
        fine = last_segment(url) == ident(reply.json) and parts.path.rstrip("/").lower() == wanted.path.lower()
        severity = Severity.WARNING if fine and len(url) <= 2042 else Severity.FAILURE
        if severity is Severity.FAILURE or parts.netloc != wanted.netloc:
            yield found(Text("waarde van url", "value of url"), same(wanted.geturl()), same(shown(url)), severity)

    return claim


def _ordered(seen: list[str]) -> bool:
    return seen in (sorted(seen), sorted(seen, reverse=True))


def _location(reply: Reply) -> str | None:
    location = reply.headers.get("Location")
    return joined(reply.url, location) if location else None


def _between(name: str, start: float, end: float, settle: float) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        at = moment_of(reply[name])
        seconds = at[0].timestamp() if at else 0.0
        off = max(start - seconds, seconds - end - settle, 0.0)
        if at is None or off > CLOSE:
            severity = Severity.WARNING if at is not None and off <= NEAR else Severity.FAILURE
            wanted = Text("nu, met een tijdzone", "now, with a time zone")
            yield found(Text(f"waarde van {name}", f"value of {name}"), wanted, same(shown(reply[name])), severity)

    return claim


def _not_adopted(path: str, sent: Json) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        seen, name = reply[path], path.rpartition(".")[2]
        adopted = seen == sent or (name in UUIDS and str(seen).lower() == str(sent).lower())
        own = moment_of(seen) if name == "tijdstipRegistratie" else None
        if adopted or (own is not None and own[0].year == 2001):
            wanted = Text(f"niet {sent}", f"not {sent}")
            yield found(Text(f"waarde van {path}", f"value of {path}"), wanted, same(shown(seen)))

    return claim


def _absent() -> Claim:
    return answers(404, 410, 400, 403)


def _empty_but_there(name: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if name not in reply.json:
            what, wanted = Text(f"waarde van {name}", f"value of {name}"), Text("aanwezig en leeg", "present and empty")
            yield found(what, wanted, Text("afwezig", "absent"), Severity.WARNING)
        yield from empty(name)(reply)

    return claim
