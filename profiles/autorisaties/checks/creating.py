"""Checks on what an applicatie is when it is made."""

from __future__ import annotations

from conformance import (
    Api,
    Blocked,
    Claim,
    Json,
    NotApplicable,
    Reply,
    Text,
    empty,
    has_status,
    holds,
    invalid_names,
    joined,
    member,
    same,
    split,
)

from .world import FLAG, IDS, MAIN, ROWS, refused, row, tail, type_of

READY = "alleenIsGereedVoorPublicatie"
LEVELS = ("openbaar", "vertrouwelijk")


def created_with_everything(api: Api) -> None:
    """An applicatie with the flag is made, has no list of autorisaties, and Location says where it is."""
    reply = api.post(MAIN, api.sample(MAIN, "all"))
    reply.expects(has_status(201), member(FLAG, True), empty(ROWS), _located())


def created_with_details(api: Api) -> None:
    """Two autorisaties with another zaaktype, scope and level each come back as they were sent."""
    sent = [
        row("zrc", scope, zaaktype=type_of("zaaktypen", api), maxVertrouwelijkheidaanduiding=level)
        for scope, level in zip(("zaken.lezen", "zaken.bijwerken"), LEVELS, strict=True)
    ]
    made = api.post(MAIN, api.sample(MAIN, **{FLAG: False, ROWS: sent}))
    if made.status == 400 and any(name.endswith("zaaktype") for name in invalid_names(made.json)):
        nl = "Het product controleert of een zaaktype bestaat en kent dat van de suite niet."
        raise Blocked(nl, "The product checks whether a zaaktype exists and does not know that of the suite.")
    made.expects(has_status(201), _detailed(sent), empty_flag())
    api.get(str(made["url"])).expects(has_status(200), _detailed(sent), empty_flag(), _named_components())


def several_clients_are_kept(api: Api) -> None:
    """An applicatie with two client ids has both, in the order in which they were sent."""
    ids = [api.word("conformance-b-"), api.word("conformance-a-")]
    made = api.post(MAIN, api.sample(MAIN, **{IDS: ids})).expects(member(IDS, ids), status=201)
    api.get(str(made["url"])).expects(member(IDS, ids), status=200)


def read_only_members_are_not_set(api: Api) -> None:
    """A url and a componentWeergave that are sent do not count, or make the request fail."""
    other, name = api.create(MAIN), api.word("Weergave ")
    body = api.sample(MAIN, **{"url": other["url"], ROWS: [row(componentWeergave=name)]})
    reply = api.post(MAIN, body).expects(status=(201, 400))
    if reply.status == 201:
        own = Text("een eigen url", "a url of its own")
        new = holds(same("url"), own, lambda seen: tail(seen["url"]), lambda seen: seen != tail(other["url"]))
        label = f"{ROWS}.0.componentWeergave"
        other_name = Text(f"niet {name}", f"not {name}")
        reply.expects(new, holds(same(label), other_name, lambda seen: shown_name(seen), lambda seen: seen != name))
    api.get(str(other["url"])).expects(member("label", other["label"]), status=200)


def ready_for_publication_is_kept(api: Api) -> None:
    """In version 1.1.0 the boolean is false unless it is sent, comes back as it was sent, and is a boolean."""
    plain = api.post(MAIN, api.sample(MAIN)).expects(status=201)
    version = plain.headers.get("API-version", "")
    if version.startswith("1.0"):
        nl = f"De API is versie {version}; het attribuut bestaat vanaf 1.1.0."
        raise NotApplicable(nl, f"The API is version {version}; the attribute exists since 1.1.0.")
    with api.continuing():
        plain.expects(member(READY, False))
    with api.continuing():
        made = api.post(MAIN, api.sample(MAIN, **{READY: True})).expects(member(READY, True), status=201)
        api.get(str(made["url"])).expects(member(READY, True), status=200)
    api.post(MAIN, api.sample(MAIN, **{READY: "ja graag"})).expects(refused(READY, "invalid"))


def shown_name(reply: Reply) -> Json:
    """Give the name of the component of the first autorisatie in an answer."""
    rows = reply[ROWS]
    return rows[0].get("componentWeergave") if isinstance(rows, list) and rows else None


def empty_flag() -> Claim:
    """Claim that not everything is granted."""
    return holds(same(FLAG), same("false"), lambda reply: reply[FLAG], lambda value: value is False)


def _located() -> Claim:
    """Claim that Location leads to the url in the body; on which host is not judged."""
    what, wanted = same("header Location"), Text("de url van de applicatie", "the url of the applicatie")

    def same_place(reply: Reply) -> bool:
        url, location = str(reply["url"]), reply.headers["Location"]
        return split(joined(url, location)).path == split(url).path

    return holds(what, wanted, same_place, lambda fine: fine)


def _detailed(sent: list[dict[str, Json]]) -> Claim:
    """Claim that the autorisaties are these, in any order and with more members."""

    def facts(rows: Json) -> list[list[Json]]:
        names = ("component", "zaaktype", "maxVertrouwelijkheidaanduiding")
        return sorted([*(one.get(name) for name in names), sorted(one["scopes"])] for one in rows)

    wanted = facts(sent)
    return holds(same(ROWS), same(str(wanted)), lambda reply: facts(reply[ROWS]), wanted.__eq__)


def _named_components() -> Claim:
    filled = Text("overal gevuld", "filled everywhere")
    what = same("componentWeergave")
    return holds(what, filled, lambda reply: [one["componentWeergave"] for one in reply[ROWS]], all)
