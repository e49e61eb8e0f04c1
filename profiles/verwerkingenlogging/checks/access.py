"""Checks on who gets in: tokens, scopes, and that a refused call has no effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance import (
    Api,
    Blocked,
    Claim,
    Finding,
    Found,
    Json,
    Mismatch,
    NotApplicable,
    Reply,
    Severity,
    Text,
    found,
    named,
    same,
)

from .absence import nothing_about
from .acties import (
    ACTIES,
    INZAGE,
    NORMAAL,
    VERTROUWELIJK,
    arranged,
    complete,
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
from .arranging import current
from .asking import listing
from .claims import answers, as_many, finds, hides, is_action, keeps, succeeds
from .operations import deeds, inspected, period, replaced, replacement, subject

FAMILIES = ("create", "read", "update", "delete")
BEARER = frozenset(("bearer", "zgw-jwt", "oauth"))
MARK = "Herkenbare actie"


def closed_without_token(api: Api) -> None:
    """No operation on actions answers a call without credentials, shows anything or has an effect; 403 is a warning."""
    made, one = subject(api)
    before = arranged(api, made)
    for operation, send in deeds(api, made, one).items():
        with api.continuing():
            send(api.anonymous()).expects(named(operation, answers(401, tolerated=(403,))), hides(name_of(made)))
    api.pause()
    api.get(where(api, made)).expects(_unchanged(before), status=200)


def inzage_is_closed_without_token(api: Api) -> None:
    """Inzage answers no call without credentials; 403 is a warning."""
    query = api.nothing(INZAGE)
    _searches(api, INZAGE, query)
    for reply in (api.anonymous().get(INZAGE, query), api.anonymous().get(api.url(INZAGE, fresh(api)))):
        with api.continuing():
            reply.expects(answers(401, tolerated=(403,)), _no_results())


def unusable_tokens_are_refused(api: Api) -> None:
    """Something that is no token, a token that was altered and another scheme are refused for reading and writing."""
    made, one = subject(api)
    for label, headers in _unusable(api).items():
        with api.continuing():
            reply = api.get(where(api, made), headers=headers)
            reply.expects(named(f"GET {label}", answers(401, tolerated=(403,))), hides(name_of(made)))
        with api.continuing():
            reply = api.post(ACTIES, minimal(api, one), headers=headers)
            reply.expects(named(f"POST {label}", answers(401, tolerated=(403,))))
    api.pause()
    query = triple(one, **period(api))
    api.get(where(api, made)).expects(is_action(), status=200)
    listing(api, query).expects(as_many(1), finds(ident(made)), status=200)


def other_scopes_are_forbidden(api: Api) -> None:
    """A client with the scopes of one kind of operation is forbidden to do the others."""
    made, one = subject(api)
    hidden = logged(api, complete(api, one, vertrouwelijkheid=VERTROUWELIJK))
    before = arranged(api, made)
    kinds = dict(
        zip(("list", "create", "read", "update", "list_patch", "delete"), deeds(api, made, one).values(), strict=True)
    )
    own = {"create": ("create",), "read": ("list", "read"), "update": ("update", "list_patch"), "delete": ("delete",)}
    for family in FAMILIES:
        client = _only_family(api, family)
        for kind, send in kinds.items():
            if kind == "create" or kind in own[family]:
                continue
            with api.continuing():
                send(client).expects(named(f"{family}:* {kind}", answers(403)), hides(name_of(made)))
    with api.continuing():
        _only_family(api, "create").get(where(api, hidden)).expects(answers(403), hides(name_of(hidden)))
    api.pause()
    api.get(where(api, made)).expects(_unchanged(before), status=200)


def confidential_scopes_cover_normal(api: Api) -> None:
    """A client with only confidential scopes can do everything with a normal action."""
    twin(api, shown=True)
    clients = {family: api.client(f"{family}:confidential", without=(f"{family}:normal",)) for family in FAMILIES}
    one, processing = person(api), fresh(api)
    body = complete(api, one, verwerkingId=processing, bewaartermijn="P5Y", vertrouwelijkheid=NORMAAL)
    made = clients["create"].post(ACTIES, body).expects(succeeds(), is_action()).json
    arranged(api, made)
    clients["read"].get(where(api, made)).expects(is_action(), status=200)
    listing(clients["read"], triple(one)).expects(finds(ident(made)), status=200)
    changes = {"bewaartermijn": "P10Y"}
    clients["update"].request("PATCH", ACTIES, changes, query={"verwerkingId": processing}).expects(succeeds())
    now = current(api, processing, one, **changes)
    reply = replaced(clients["update"], now, replacement(api, {**made, **now}, actieNaam=MARK)).expects(succeeds())
    last = reply.json if isinstance(reply["actieId"], str) else now
    arranged(api, last, keeps({"actieNaam": MARK}))
    clients["delete"].delete(where(api, last)).expects(succeeds())


def read_confidential_covers_inzage(api: Api) -> None:
    """A client with only read:confidential can search with inzage."""
    query = api.nothing(INZAGE)
    _searches(api, INZAGE, query)
    api.client("read:confidential", without=("read:normal",)).get(INZAGE, query).expects(status=200)


def other_scopes_close_inzage(api: Api) -> None:
    """A client without a read scope cannot search with inzage or read an object; there 404 is a warning."""
    _, one = subject(api)
    seen = [done.reply for done in inspected(api, one) if done.reply.status == 200]
    if len(seen) != 2:
        raise Blocked("Inzage toont de persoon niet.", "Inzage does not show the person.")
    client = _only_family(api, "create")
    with api.continuing():
        client.get(seen[0].url).expects(answers(403), _no_results())
    client.get(seen[1].url).expects(answers(403, tolerated=(404,)), hides(str(one["objectId"])))


def refused_calls_have_no_effect(api: Api) -> None:
    """Calls that are refused leave every action as it was, to the moment of registration, and add none."""
    made, one = subject(api)
    hidden = logged(api, complete(api, one, vertrouwelijkheid=VERTROUWELIJK))
    before = [arranged(api, action) for action in (made, hidden)]
    other = person(api)
    updater = api.client("update:normal", without=("update:confidential",))
    remover = api.client("delete:normal", without=("delete:confidential",))
    creator = api.client("create:normal", without=("create:confidential",))
    query = {"verwerkingId": made.get("verwerkingId")}
    for reply in (
        creator.post(ACTIES, minimal(api, other, vertrouwelijkheid=VERTROUWELIJK)),
        updater.request("PATCH", ACTIES, {"vertrouwelijkheid": VERTROUWELIJK, "bewaartermijn": "P1Y"}, query=query),
        updater.put(where(api, made), replacement(api, before[0], vertrouwelijkheid=VERTROUWELIJK)),
        remover.delete(where(api, hidden)),
        _only_family(api, "read").put(where(api, made), replacement(api, before[0], actieNaam=MARK)),
        api.anonymous().delete(where(api, made)),
    ):
        _was_refused(reply)
    api.pause()
    for action, known in zip((made, hidden), before, strict=True):
        with api.continuing():
            api.get(where(api, action)).expects(_unchanged(known), status=200)
    nothing_about(api, other)


def access_takes_a_bearer_token(api: Api) -> None:
    """A bearer token as the only credential gives access."""
    query, credential = api.nothing(ACTIES), api.run.target.full
    if credential.row.scheme not in BEARER:
        wanted = Text("een bearer-token", "a bearer token")
        raise Mismatch([Finding(Text("soort toegang", "kind of access"), wanted, same(credential.row.scheme))])
    _searches(api, ACTIES, query)
    others = dict.fromkeys(api.run.target.row.apis["bewerking"].headers)
    api.get(ACTIES, query, headers=others).expects(status=200)


def scopes_are_named_by_the_standard(api: Api) -> None:
    """The scopes that the target file names, and on which access depends, are those of the standard, else a warning."""
    named_so = {
        scope for one in api.run.target.credentials.values() if not one.row.foreign for scope in one.scopes or ()
    }
    if not named_so:
        nl = "Het doelbestand noemt geen scopes; noem ze onder credentials, zoals het product ze kent."
        raise NotApplicable(
            nl, "The target file names no scopes; name them under credentials, as the product knows them."
        )
    _scopes_count(api)
    what, wanted = Text("scope in het doelbestand", "scope in the target file"), same(", ".join(api.scopes))
    for scope in sorted(named_so - {*api.scopes}):
        api.warn(Finding(what, wanted, same(scope), severity=Severity.WARNING))


def _scopes_count(log: Api) -> None:
    """See that who has scopes may search and who has none may not: otherwise their names say nothing of a product."""
    offered = log.run.target.row.apis
    resource = next((name for api, name in (("bewerking", ACTIES), ("inzage", INZAGE)) if api in offered), None)
    if resource is None:
        raise NotApplicable("Het product biedt geen lijst met scopes.", "The product offers no list with scopes.")
    _searches(log, resource, log.nothing(resource))
    if (status := log.with_scopes().get(resource, log.nothing(resource)).status) not in (401, 403):
        nl = f"Ook zonder scopes geeft de lijst {status}; dat beoordelen andere rijen."
        raise Blocked(nl, f"Without scopes the list gives {status} too; other rows judge that.")


def _searches(log: Api, resource: str, query: Mapping[str, Json]) -> None:
    reply = log.get(resource, dict(query))
    if reply.status != 200 or not isinstance(reply["results"], list):
        nl = f"De lijst werkt ook met geldige toegang niet ({reply.status})."
        raise Blocked(nl, f"The list does not work with lawful credentials either ({reply.status}).")


def _unusable(log: Api) -> dict[str, dict[str, str | None]]:
    """Give headers that look like access and are not, each with what is wrong; the lawful ones are taken out."""
    root = log.run.target.root("bewerking")
    own = dict(log.run.credentials(log.credential, root).items() - log.run.credentials(None, root).items())
    out: dict[str, str | None] = dict.fromkeys(own)
    broken: dict[str, str | None] = {name: f"{value[:-8]}{_other(value[-8:])}" for name, value in own.items()}
    return {
        "not-a-jwt": {**out, "Authorization": "Bearer not-a-jwt"},
        "altered": {**out, **broken},
        "Basic": {**out, "Authorization": f"Basic {own.get('Authorization', '').rpartition(' ')[2] or 'b25iZWtlbmQ='}"},
    }


def _other(tail: str) -> str:
    return "".join("A" if letter != "A" else "B" for letter in tail)


def _only_family(log: Api, family: str) -> Api:
    others = tuple(f"{other}:{level}" for other in FAMILIES if other != family for level in ("normal", "confidential"))
    return log.client(f"{family}:confidential", without=others)


def _was_refused(reply: Reply) -> None:
    if not 400 <= reply.status < 500:
        nl = f"{reply.method} gaf {reply.status} en geen weigering; dat beoordelen de rijen over scopes."
        raise Blocked(nl, f"{reply.method} gave {reply.status}, no refusal; the rows on scopes judge that.")


def _unchanged(before: Mapping[str, Json]) -> Claim:
    return keeps(before)


def _no_results() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if reply["results"] is not None:
            what = Text("inhoud van het antwoord", "body of the answer")
            yield found(what, Text("geen gegevens", "no data"), same("results"))

    return claim
