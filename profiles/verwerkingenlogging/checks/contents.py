"""Checks on the values that an action takes: formats, lengths, and what each kind of member means."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import Api, Claim, Found, Json, Reply, Severity, Text, found, holds, named, same, shown

from .acties import (
    ACTIES,
    OTHER_OIN,
    OTHER_SOORT,
    OWN_OIN,
    any_kind,
    arranged,
    citizen,
    fresh,
    ident,
    just_now,
    minimal,
    open_for_writing,
    person,
    posted,
    triple,
    twin,
    where,
)
from .asking import listing
from .claims import answers, finds, has_version, is_action, is_uuid, keeps, months, no_value, row_of, succeeds
from .offering import writable

URL = "https://www.example.nl/"
NAMES = ("actieNaam", "handelingNaam", "verwerkingNaam", "systeem", "gegevensbron")
LETTER = "é"
TEXTS = {
    "actieNaam": "Raadplegen identiteitsgegevens van José Ünal – één",
    "betrokkenheid": "父",
    "systeem": "Toetsapplicatie 😀",
}


def durations_are_kept(api: Api, *, values: list[str], weeks: str) -> None:
    """A bewaartermijn comes back as it was sent; refusing weeks is a warning."""
    twin(api, shown=True)
    one, kept_terms = person(api), list[Claim]()
    for ago, value in enumerate([*values, weeks]):
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, one, tijdstip=just_now(api, -ago), bewaartermijn=value))
            if value == weeks and reply.status == 400:
                reply.prefers(named(value, succeeds()))
                continue
            made = reply.expects(named(value, succeeds()), is_action(), _term(value))
            kept_terms.append(_term(value, ident(made.json)))
    listing(api, triple(one)).expects(*kept_terms, status=200)


def texts_are_kept(api: Api, *, name: str, values: list[str]) -> None:
    """A member comes back as it was sent, in the answer and when the action is read."""
    twin(api, shown=True)
    for value in values:
        with api.continuing():
            made = api.post(ACTIES, minimal(api, **{name: value})).expects(
                succeeds(), is_action(), keeps({name: value})
            )
            api.get(where(api, made.json)).expects(keeps({name: value}), status=200)


def afnemer_is_an_organisation_or_a_person(api: Api) -> None:
    """An afnemer with an OIN and one with a BSN are both accepted."""
    twin(api, shown=True)
    for kind, value in (("OIN", OTHER_OIN), ("BSN", citizen(api)["objectId"])):
        with api.continuing():
            sent = {"soortAfnemerId": kind, "afnemerId": value}
            api.post(ACTIES, minimal(api, **sent)).expects(named(kind, succeeds()), is_action(), keeps(sent))


def urls_have_a_limit(api: Api, *, names: list[str], limit: int) -> None:
    """A URL of the greatest length is accepted and comes back whole, and a longer one is refused."""
    twin(api, shown=True)
    for name in names:
        longest = URL + "a" * (limit - len(URL))
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, **{name: longest}))
            reply.expects(named(f"{name} {limit}", succeeds()), keeps({name: longest}))
        with api.continuing():
            api.post(ACTIES, minimal(api, **{name: longest + "a"})).expects(named(f"{name} {limit + 1}", answers(400)))


def names_have_a_limit(api: Api, *, limit: int) -> None:
    """A name of the greatest length in characters is accepted and comes back whole; a longer one is refused."""
    twin(api, shown=True)
    longest = LETTER * limit
    for label, body in _named(api, longest):
        with api.continuing():
            tolerated = (400,) if label == "soortAfnemerId" else ()
            reply = api.post(ACTIES, body).expects(named(f"{label} {limit}", _accepted(*tolerated)))
            if reply.ok:
                reply.expects(
                    named(label, keeps({name: body[name] for name in (*NAMES, "verwerkteObjecten") if name in body}))
                )
    for label, body in _too_long(api, longest + LETTER):
        with api.continuing():
            api.post(ACTIES, body).expects(named(f"{label} {limit + 1}", answers(400)))


def identifiers_have_a_limit(api: Api, *, limit: int) -> None:
    """An identifier of the greatest length is accepted and comes back whole; a longer one is refused."""
    posted(api, minimal(api, citizen(api), person(api, soortObjectId=OTHER_SOORT, objectId=api.word("o-"))))
    for name, body in _identified(api, limit):
        with api.continuing():
            tolerated = (400,) if name == "afnemerId" else ()
            reply = api.post(ACTIES, body).expects(named(f"{name} {limit}", _accepted(*tolerated)))
            if reply.ok:
                reply.expects(keeps({name: body[name]}))
    for name, body in _identified(api, limit + 1):
        with api.continuing():
            api.post(ACTIES, body).expects(named(f"{name} {limit + 1}", answers(400)))


def processing_is_kept(api: Api) -> None:
    """Two actions with the same verwerkingId both keep it."""
    twin(api, shown=True)
    sent, own = {"verwerkingId": fresh(api)}, list[str]()
    for _ in range(2):
        made = api.post(ACTIES, minimal(api, **sent)).expects(succeeds(), is_action(), keeps(sent))
        api.get(where(api, made.json)).expects(keeps(sent), status=200)
        own.append(ident(made.json))
    made.expects(_distinct(own))


def processing_may_be_absent(api: Api) -> None:
    """An action without verwerkingId is accepted and stored; a verwerkingId that the log adds is a warning."""
    api.judges_memory()
    made = _accepted_without(api, verwerkingId=fresh(api))
    tolerated = "verwerkingId" if is_uuid(made["verwerkingId"]) else ""
    api.get(where(api, made.json)).expects(
        keeps({"actieId": made["actieId"]}), no_value("verwerkingId", tolerated=tolerated), status=200
    )


def afnemer_may_be_absent(api: Api) -> None:
    """An action that is no delivery has no afnemer."""
    made = _accepted_without(api, soortAfnemerId="OIN", afnemerId=OTHER_OIN)
    made.expects(no_value("soortAfnemerId", "afnemerId"))


def unknown_activity_is_accepted(api: Api) -> None:
    """An action under a verwerkingsactiviteit that no register knows is accepted."""
    twin(api)
    own = fresh(api)
    sent = {"verwerkingsactiviteitId": own, "verwerkingsactiviteitUrl": f"https://var.invalid/api/v1/{own}"}
    api.post(ACTIES, minimal(api, **sent)).expects(succeeds(), is_action(), keeps(sent))


def vervallen_is_not_exchanged(api: Api, *, values: list[Json]) -> None:
    """A client cannot log an action that is hidden from the start, and no answer has a member vervallen."""
    twin(api)
    for value in values:
        one = person(api)
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, one, vervallen=value))
            if reply.status == 400:
                continue
            made = reply.expects(succeeds(), is_action(), _no_vervallen())
            listing(api, triple(one)).expects(finds(ident(made.json)), status=200)


def extra_members_are_tolerated(api: Api) -> None:
    """An action with a member that the description does not know is accepted."""
    twin(api)
    api.post(ACTIES, minimal(api, extraElement="x")).expects(succeeds(), is_action())


def unicode_is_kept(api: Api) -> None:
    """Names with letters and signs of all kinds come back unchanged."""
    twin(api, shown=True)
    sent = {"actieNaam": TEXTS["actieNaam"], "systeem": TEXTS["systeem"]}
    body = minimal(api, person(api, betrokkenheid=TEXTS["betrokkenheid"]), **sent)
    kept = keeps({**sent, "verwerkteObjecten": body["verwerkteObjecten"]})
    made = api.post(ACTIES, body).expects(succeeds(), is_action(), kept)
    api.get(where(api, made.json)).expects(kept, status=200)


def headers_do_not_change_the_action(api: Api) -> None:
    """The body decides what is logged, whatever the headers that accompany a call say."""
    twin(api)
    log = api.client("create:normal", without=("create:confidential",))
    body = minimal(api, bewaartermijn="P10Y", verwerkingId=fresh(api))
    headers = {
        "OIN": OWN_OIN,
        "Vertrouwelijkheid": "vertrouwelijk",
        "Bewaartermijn": "P99Y",
        "VerwerkingId": fresh(api),
    }
    kept = keeps({name: body[name] for name in ("vertrouwelijkheid", "bewaartermijn", "verwerkingId")})
    made = log.post(ACTIES, body, headers=headers).expects(succeeds(), is_action(), kept)
    api.get(where(api, made.json)).expects(kept, status=200)


def equal_actions_are_both_kept(api: Api) -> None:
    """Two actions with the same content are both found."""
    one = person(api)
    body = minimal(api, one)
    twin(api, shown=True)
    own = [ident(api.post(ACTIES, body).expects(succeeds(), is_action()).json) for _ in range(2)]
    listing(api, triple(one)).expects(finds(*own), _distinct(own), status=200)


def processing_is_compared_without_case(api: Api) -> None:
    """A PATCH with a verwerkingId in lower case changes an action that was logged with it in upper case."""
    twin(api, shown=True)
    processing, one, change = fresh(api), person(api), {"bewaartermijn": "P10Y"}
    body = minimal(api, one, verwerkingId=processing.upper(), bewaartermijn="P5Y")
    made = api.post(ACTIES, body).expects(succeeds(), is_action())
    arranged(api, made.json)
    reply = api.request("PATCH", ACTIES, change, query={"verwerkingId": processing})
    reply.expects(_accepted(400))
    if reply.ok:
        seen = api.get(where(api, made.json))
        if seen.status in {404, 410}:  # each version has an id of its own
            listing(api, triple(one)).expects(has_version(processing, change), status=200)
        else:
            seen.expects(keeps(change), status=200)


def _accepted_without(log: Api, **members: Json) -> Reply:
    """Expect that an action without these members is accepted, unless it is refused with them too."""
    writable(log)
    reply = open_for_writing(log.post(ACTIES, minimal(log, **dict.fromkeys(members, ...))))
    if not reply.ok:
        posted(log, minimal(log, **members))
    return reply.expects(succeeds(), is_action())


def _term(sent: str, own: str = "") -> Claim:
    """Claim a term as it was sent, in the answer or in the result about an action; another notation is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        seen = row_of(reply, own).get("bewaartermijn") if own else reply["bewaartermijn"]
        if seen != sent and (sent, seen) != ("P4W", "P28D"):
            as_long = months(sent) is not None and months(sent) == months(seen)
            severity = Severity.WARNING if as_long else Severity.FAILURE
            what = Text("waarde van bewaartermijn", "value of bewaartermijn")
            yield found(what, same(sent), same(shown(seen)), severity)

    return claim


def _accepted(*tolerated: int) -> Claim:
    """Claim any success; a refusal that is tolerated is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        if not reply.ok:
            yield from answers(200, 201, 204, tolerated=tolerated)(reply)

    return claim


def _named(log: Api, longest: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Give an action of which every name is this long, and one with such a soortAfnemerId, which may be refused."""
    kinds = [{"soortGegeven": longest}]
    one = person(log, **any_kind(log, longest), betrokkenheid=longest, verwerkteSoortenGegevens=kinds)
    yield "namen", minimal(log, one, **dict.fromkeys(NAMES, longest))
    yield "soortAfnemerId", minimal(log, soortAfnemerId=longest, afnemerId=OWN_OIN)


def _too_long(log: Api, value: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Give actions that each have one name that is this long."""
    for name in (*NAMES, "soortAfnemerId"):
        yield name, minimal(log, **{name: value})
    for name in ("soortObjectId", "betrokkenheid"):
        yield name, minimal(log, person(log, **{name: value}))
    yield "soortGegeven", minimal(log, person(log, verwerkteSoortenGegevens=[{"soortGegeven": value}]))


def _identified(log: Api, length: int) -> Iterator[tuple[str, dict[str, Json]]]:
    """Give actions with one identifier of this length, each with the member in which it is."""
    yield "gebruiker", minimal(log, citizen(log), gebruiker=log.word("g-").ljust(length, "x"))
    yield "afnemerId", minimal(log, citizen(log), soortAfnemerId="OIN", afnemerId=log.word("a-").ljust(length, "x"))
    one = person(log, soortObjectId=OTHER_SOORT, objectId=log.word("o-").ljust(length, "x"))
    yield "verwerkteObjecten", minimal(log, one)


def _no_vervallen() -> Claim:
    """Claim that no member vervallen is returned; one that says no is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        if isinstance(reply.json, dict) and "vervallen" in reply.json:
            says_no = str(reply["vervallen"]).lower() in {"false", "nee", "no", "none", ""}
            severity = Severity.WARNING if says_no else Severity.FAILURE
            what, wanted = Text("lid vervallen", "member vervallen"), Text("afwezig", "absent")
            yield found(what, wanted, same(shown(reply["vervallen"])), severity)

    return claim


def _distinct(own: list[str]) -> Claim:
    what, wanted = Text("actieId van twee acties", "actieId of two actions"), Text("verschillend", "different")
    return holds(what, wanted, lambda _: own, lambda seen: len(set(seen)) == 2)
