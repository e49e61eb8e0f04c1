"""Checks on the values that an action takes: formats, lengths, and what each kind of member means."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import Api, Claim, Found, Json, Reply, Severity, Text, found, holds, named, same, shown

from .acties import (
    ACTIES,
    OTHER_OIN,
    OWN_OIN,
    citizen,
    fresh,
    ident,
    just_now,
    listing,
    logged,
    minimal,
    person,
    triple,
    twin,
    where,
)
from .claims import answers, finds, has_version, is_action, is_uuid, keeps, months, no_value, succeeds

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
    for value in [*values, weeks]:
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, tijdstip=just_now(api), bewaartermijn=value))
            if value == weeks and reply.status == 400:
                reply.prefers(named(value, succeeds()))
                continue
            made = reply.expects(named(value, succeeds()), is_action(), _term(value))
            api.get(where(api, made.json)).expects(_term(value), status=200)


def texts_are_kept(api: Api, *, name: str, values: list[str]) -> None:
    """A member comes back as it was sent, in the answer and when the action is read."""
    for value in values:
        with api.continuing():
            made = api.post(ACTIES, minimal(api, **{name: value})).expects(
                succeeds(), is_action(), keeps({name: value})
            )
            api.get(where(api, made.json)).expects(keeps({name: value}), status=200)


def afnemer_is_an_organisation_or_a_person(api: Api) -> None:
    """An afnemer with an OIN and one with a BSN are both accepted."""
    for kind, value in (("OIN", OTHER_OIN), ("BSN", citizen(api)["objectId"])):
        with api.continuing():
            sent = {"soortAfnemerId": kind, "afnemerId": value}
            api.post(ACTIES, minimal(api, **sent)).expects(named(kind, succeeds()), is_action(), keeps(sent))


def urls_have_a_limit(api: Api, *, names: list[str], limit: int) -> None:
    """A URL of the greatest length is accepted and comes back whole, and a longer one is refused."""
    for name in names:
        longest = URL + "a" * (limit - len(URL))
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, **{name: longest}))
            reply.expects(named(f"{name} {limit}", succeeds()), keeps({name: longest}))
        with api.continuing():
            api.post(ACTIES, minimal(api, **{name: longest + "a"})).expects(named(f"{name} {limit + 1}", answers(400)))


def names_have_a_limit(api: Api, *, limit: int) -> None:
    """A name of the greatest length in characters is accepted and comes back whole; a longer one is refused."""
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
    for name in ("gebruiker", "afnemerId", "objectId"):
        for length in (limit, limit + 1):
            value = api.word(f"{name[0]}-").ljust(length, "x")
            people = [person(api, objectId=value)] if name == "objectId" else [person(api)]
            more = {} if name == "objectId" else {name: value}
            if name == "afnemerId":
                more["soortAfnemerId"] = "OIN"
            body = minimal(api, *people, **more)
            with api.continuing():
                wanted = _accepted(*((400,) if name == "afnemerId" else ())) if length == limit else answers(400)
                reply = api.post(ACTIES, body).expects(named(f"{name} {length}", wanted))
                if reply.ok and length == limit:
                    reply.expects(keeps(body))


def processing_is_kept(api: Api) -> None:
    """Two actions with the same verwerkingId both keep it."""
    processing = fresh(api)
    for _ in range(2):
        sent = {"verwerkingId": processing}
        made = api.post(ACTIES, minimal(api, **sent)).expects(succeeds(), is_action(), keeps(sent))
        api.get(where(api, made.json)).expects(keeps(sent), status=200)


def processing_may_be_absent(api: Api) -> None:
    """An action without verwerkingId is accepted and stored; a verwerkingId that the log adds is a warning."""
    made = api.post(ACTIES, minimal(api)).expects(succeeds(), is_action())
    tolerated = "verwerkingId" if is_uuid(made["verwerkingId"]) else ""
    api.get(where(api, made.json)).expects(
        keeps({"actieId": made["actieId"]}), no_value("verwerkingId", tolerated=tolerated), status=200
    )


def afnemer_may_be_absent(api: Api) -> None:
    """An action that is no delivery has no afnemer."""
    api.post(ACTIES, minimal(api)).expects(succeeds(), is_action(), no_value("soortAfnemerId", "afnemerId"))


def unknown_activity_is_accepted(api: Api) -> None:
    """An action under a verwerkingsactiviteit that no register knows is accepted."""
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
    api.post(ACTIES, minimal(api, extraElement="x")).expects(succeeds(), is_action())


def unicode_is_kept(api: Api) -> None:
    """Names with letters and signs of all kinds come back unchanged."""
    sent = {"actieNaam": TEXTS["actieNaam"], "systeem": TEXTS["systeem"]}
    body = minimal(api, person(api, betrokkenheid=TEXTS["betrokkenheid"]), **sent)
    made = api.post(ACTIES, body).expects(succeeds(), is_action(), keeps(body))
    api.get(where(api, made.json)).expects(keeps(body), status=200)


def headers_do_not_change_the_action(api: Api) -> None:
    """The body decides what is logged, whatever the headers that accompany a call say."""
    log = api.client("create:normal", without=("create:confidential",))
    body = minimal(api, bewaartermijn="P10Y", verwerkingId=fresh(api))
    headers = {
        "OIN": OWN_OIN,
        "Vertrouwelijkheid": "vertrouwelijk",
        "Bewaartermijn": "P99Y",
        "VerwerkingId": fresh(api),
    }
    made = log.post(ACTIES, body, headers=headers).expects(succeeds(), is_action(), keeps(body))
    api.get(where(api, made.json)).expects(keeps(body), status=200)


def equal_actions_are_both_kept(api: Api) -> None:
    """Two actions with the same content are both found."""
    one = person(api)
    body = minimal(api, one)
    own = [ident(api.post(ACTIES, body).expects(succeeds(), is_action()).json) for _ in range(2)]
    listing(api, triple(one)).expects(finds(*own), _distinct(own), status=200)


def processing_is_compared_without_case(api: Api) -> None:
    """A PATCH with a verwerkingId in lower case changes an action that was logged with it in upper case."""
    processing = fresh(api)
    one = person(api)
    logged(api, minimal(api, one, verwerkingId=processing.upper(), bewaartermijn="P5Y"))
    reply = api.request("PATCH", ACTIES, {"bewaartermijn": "P10Y"}, query={"verwerkingId": processing})
    reply.expects(_accepted(400))
    if reply.ok:
        listing(api, triple(one)).expects(has_version(processing, {"bewaartermijn": "P10Y"}), status=200)


def _term(sent: str) -> Claim:
    """Claim that a term comes back as it was sent; the same years and months in another notation are a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        seen = reply["bewaartermijn"]
        if seen != sent and (sent, seen) != ("P4W", "P28D"):
            severity = (
                Severity.WARNING if months(sent) is not None and months(sent) == months(seen) else Severity.FAILURE
            )
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
    one = person(log, soortObjectId=longest, betrokkenheid=longest, verwerkteSoortenGegevens=kinds)
    yield "namen", minimal(log, one, **dict.fromkeys(NAMES, longest))
    yield "soortAfnemerId", minimal(log, soortAfnemerId=longest, afnemerId=OWN_OIN)


def _too_long(log: Api, value: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Give actions that each have one name that is this long."""
    for name in (*NAMES, "soortAfnemerId"):
        yield name, minimal(log, **{name: value})
    for name in ("soortObjectId", "betrokkenheid"):
        yield name, minimal(log, person(log, **{name: value}))
    yield "soortGegeven", minimal(log, person(log, verwerkteSoortenGegevens=[{"soortGegeven": value}]))


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
    what, wanted = Text("actieId van gelijke acties", "actieId of equal actions"), Text("twee", "two")
    return holds(what, wanted, lambda _: own, lambda seen: len(set(seen)) == 2)
