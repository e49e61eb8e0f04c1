"""Checks on which applicaties are refused, and how that is told."""

from __future__ import annotations

from typing import Any

from conformance import Api, Blocked, Json, Reply, Text, has_status, holds, member, no_server_error, problem, same

from .world import FLAG, IDS, MAIN, ROWS, faults, lists, refused, row, type_of

AMBIGUOUS = ("nonFieldErrors", "ambiguous-authorizations-specified")
MISSING = ("nonFieldErrors", "missing-authorizations")
CATALOGUE = "https://catalogi.example.com/catalogi/api/v1/zaaktypen/1"
LEVEL = "maxVertrouwelijkheidaanduiding"


def flag_and_list_exclude(api: Api) -> None:
    """The flag together with a list is refused when it is sent, and when a change would lead to it."""
    both: dict[str, Any] = {FLAG: True, ROWS: [row()]}
    api.standing(MAIN, "all")
    listed = str(api.create(MAIN)["url"])
    replies = [
        api.post(MAIN, api.sample(MAIN, **both)),
        api.patch(listed, {FLAG: True}),
        api.put(listed, api.sample(MAIN, **both)),
    ]
    _each(api, replies, *AMBIGUOUS)


def flag_or_list_is_needed(api: Api) -> None:
    """Neither the flag nor a list is refused when it is sent, and when a change would lead to it."""
    api.standing(MAIN)
    flagged = str(api.create(MAIN, "all")["url"])
    neither: list[dict[str, Any]] = [{FLAG: ..., ROWS: ...}, {FLAG: ..., ROWS: []}, {FLAG: False, ROWS: []}]
    replies = [api.post(MAIN, api.sample(MAIN, **one)) for one in neither]
    _each(api, [*replies, api.patch(flagged, {FLAG: False})], *MISSING)


def null_is_no_value(api: Api) -> None:
    """Null for the flag or for the list is refused under the name of the member."""
    api.standing(MAIN), api.standing(MAIN, "all")
    with api.continuing():
        api.post(MAIN, api.sample(MAIN, "all", **{ROWS: None})).expects(refused(ROWS, "null"))
    with api.continuing():
        api.post(MAIN, api.sample(MAIN, **{FLAG: None})).expects(refused(FLAG, "null"))
    # Without a list too little is granted as well, so which of the two is told is free.
    api.post(MAIN, api.sample(MAIN, **{FLAG: None, ROWS: ...})).expects(status=400)


def client_id_belongs_to_one(api: Api) -> None:
    """A client id of another applicatie is refused in a create, a PUT and a PATCH; an own one stays accepted."""
    taken, body = api.standing(MAIN)[IDS][0], api.sample(MAIN)
    url, ids = str(api.add(MAIN, body)["url"]), [*body[IDS], taken]
    replies = [
        api.post(MAIN, api.sample(MAIN, **{IDS: [taken]})),
        api.put(url, {**body, IDS: ids}),
        api.patch(url, {IDS: ids}),
    ]
    _each(api, replies, IDS, "clientId-exists")
    api.put(url, {**body, IDS: body[IDS]}).expects(member(IDS, body[IDS]), status=200)


def type_is_needed(api: Api, *, component: str, scope: str, names: list[str]) -> None:
    """A scope on objects needs these members; the same autorisatie without such a scope does without them."""
    twin = api.post(MAIN, _with(api, row(component, "notificaties.publiceren")))
    for members in ({}, dict.fromkeys(names, "")):
        reply = api.post(MAIN, _with(api, row(component, scope, **members)))
        for name in names:
            with api.continuing():
                reply.expects(refused(f"{ROWS}.0.{name}", "required"))
    twin.expects(status=201)


def each_fault_has_its_index(api: Api) -> None:
    """Faults in two autorisaties are both told, each with the place of its autorisatie."""
    wrong = [row("brc", "besluiten.lezen"), row("zrc", "zaken.lezen", zaaktype=CATALOGUE)]
    api.standing(MAIN)
    reply = api.post(MAIN, _with(api, *wrong)).expects(status=400)
    if not faults(reply):
        nl = "De weigering heeft geen invalidParams; dat beoordeelt IAM-AC-025."
        raise Blocked(nl, "The refusal has no invalidParams; IAM-AC-025 judges that.")
    reply.expects(lists(f"{ROWS}.0.besluittype", f"{ROWS}.1.{LEVEL}"))


def limits_are_kept(api: Api) -> None:
    """Texts that just fit come back whole; longer ones, unknown choices and absent members are refused by name."""
    fits = {IDS: [api.word("conformance-").ljust(50, "x")], "label": api.word("Conformance ").ljust(100, "x")}
    with api.continuing():
        fitting = [member(name, value) for name, value in fits.items()]
        api.post(MAIN, api.sample(MAIN, **fits)).expects(*fitting, status=201)
    wrong: list[tuple[str, dict[str, Any]]] = [
        (IDS, {IDS: [api.word("conformance-").ljust(51, "x")]}),
        ("label", {"label": api.word("Conformance ").ljust(101, "x")}),
        (f"{ROWS}.0.scopes", {ROWS: [row("nrc", "s" * 101)]}),
        (f"{ROWS}.0.component", {ROWS: [row("xyz")]}),
        (f"{ROWS}.0.{LEVEL}", {ROWS: [row("zrc", "zaken.lezen", zaaktype=CATALOGUE, **{LEVEL: "top_secret"})]}),
        ("label", {"label": ...}),
        (IDS, {IDS: ...}),
    ]
    for name, change in wrong:
        with api.continuing():
            api.post(MAIN, api.sample(MAIN, **change)).expects(problem(400, name))
    for component in ("kc", "cmc", "vrc"):
        api.post(MAIN, _with(api, row(component))).expects(no_server_error()).notes(status=(201, 400))


def type_is_a_url(api: Api, *, types: dict[str, list[str]]) -> None:
    """A type that is no web address, or a longer one than fits, is refused; one that may not exist is no error."""
    api.standing(MAIN)
    for name, (component, scope) in types.items():
        for value in ("test", "javascript:alert(1)", f"https://example.com/{'x' * 1000}"):
            with api.continuing():
                sent = row(component, scope, **{name: value, **_level(component)})
                api.post(MAIN, _with(api, sent)).expects(problem(400, f"{ROWS}.0.{name}"))
    reply = api.post(MAIN, _with(api, _case(CATALOGUE))).expects(no_server_error())
    reply.expects(status=(201, 400))


def types_are_not_fetched_anywhere(api: Api) -> None:
    """A type on any address is accepted or refused; that the product asks for it there is a warning."""
    url = type_of("zaaktypen", api)
    reply = api.post(MAIN, _with(api, _case(url))).expects(status=(201, 400))
    try:
        server = api.neighbour
    except Blocked:
        return
    api.pause()
    what, none = Text("verzoeken aan het adres van het zaaktype", "requests to the address of the zaaktype"), same("0")
    reply.prefers(holds(what, none, lambda _: len(server.calls(url)), lambda count: count == 0))


def _each(api: Api, replies: list[Reply], name: str, code: str) -> None:
    for reply in replies:
        with api.continuing():
            reply.expects(has_status(400), refused(name, code))


def _with(api: Api, *rows: dict[str, Json]) -> dict[str, Json]:
    return api.sample(MAIN, **{FLAG: False, ROWS: list(rows)})


def _level(component: str) -> dict[str, str]:
    return {} if component == "brc" else {LEVEL: "openbaar"}


def _case(url: str) -> dict[str, Json]:
    return row("zrc", "zaken.lezen", zaaktype=url, **{LEVEL: "openbaar"})
