"""Checks on who may read and change the register of applicaties."""

from __future__ import annotations

from typing import Any

from conformance import Api, Blocked, Json, Reply, Text, equal, has_status, holds

from .world import (
    FLAG,
    IDS,
    MAIN,
    READ,
    ROWS,
    WRITE,
    consumer,
    foreigner,
    fout,
    grants,
    hides,
    row,
    unknown,
)

Step = tuple[str, str, Any, dict[str, str] | None]
REFUSED = (401, 403)


def every_operation_is_closed(api: Api) -> None:
    """Without a token, and with one that is none, each operation is refused with an error that shows nothing."""
    marks = []
    if api.run.read_only:
        client, url = api.word("conformance-"), unknown(api)
    else:
        made = api.create(MAIN)
        client, url, marks = made[IDS][0], str(made["url"]), [str(made["label"])]
    for authorization in (None, "Bearer geen.geldig.token"):
        for method, where, body, query in (*_reads(api, client, url), *_writes(api, url)):
            with api.continuing():
                sent = {"Authorization": authorization}
                reply = api.anonymous().request(method, where, body, query=query, headers=sent)
                reply.expects(has_status(REFUSED), fout(), hides(*marks))


def reading_needs_its_scope(api: Api) -> None:
    """List, read and consumer answer who may read, and nobody else: not who only writes, or reads elsewhere."""
    made = api.standing(MAIN)
    steps = _reads(api, made[IDS][0], str(made["url"]))
    for method, where, body, query in steps:
        with api.continuing():
            api.with_scopes(READ).request(method, where, body, query=query).expects(status=200)
    strangers = [api.with_scopes(WRITE), api.with_scopes(), foreigner(api)]
    for caller in (one for one in strangers if one is not None):
        for method, where, body, query in steps:
            with api.continuing():
                reply = caller.request(method, where, body, query=query)
                reply.expects(has_status(403), hides(str(made["label"])))


def writing_needs_its_scope(api: Api) -> None:
    """Who may only read changes nothing; who may write creates, replaces, changes and removes."""
    made = api.create(MAIN)
    url, reader, writer = str(made["url"]), api.with_scopes(READ), api.with_scopes(WRITE)
    for method, where, body, _ in _writes(api, url):
        with api.continuing():
            reader.request(method, where, body).expects(status=403)
    api.pause()
    with api.continuing():
        api.get(url).expects(has_status(200), _has_rights(made))
    own = str(api.create(MAIN)["url"])
    for (method, where, body, _), status in zip(_writes(api, own), (201, 200, 200, 204), strict=True):
        with api.continuing():
            writer.request(method, where, body).expects(status=status)


def reader_keeps_its_rights(api: Api) -> None:
    """A client that may only read cannot give itself more: no flag, no scope, no client id and no second applicatie."""
    reader = api.with_scopes(READ)
    client = reader.credential.row.client_id if reader.credential else None
    found = api.get(consumer(api), {"clientId": str(client)})
    own = found.json[0] if isinstance(found.json, list) and found.json else found.json
    url = own.get("url") if isinstance(own, dict) else None
    if client is None or found.status != 200 or not isinstance(url, str):
        nl = "De toegang met alleen autorisaties.lezen staat niet als applicatie in deze API."
        raise Blocked(nl, "The credential with only autorisaties.lezen is no applicatie in this API.")
    more: list[dict[str, Json]] = [
        {FLAG: True, ROWS: []},
        {ROWS: [row("ac", READ, WRITE)]},
        {IDS: [client, api.word("conformance-")]},
    ]
    with api.continuing():
        reader.post(MAIN, api.sample(MAIN, "all", **{IDS: [client]})).expects(status=403)
    for change in more:
        with api.continuing():
            _kept_as(api, own, reader.patch(url, change)).expects(status=403)
    api.pause()
    api.get(url).expects(has_status(200), _has_rights(own))


def _kept_as(api: Api, before: dict[str, Json], attempt: Reply) -> Reply:
    """Put back what an attempt should not have changed, so that nobody keeps rights because of the suite."""
    if attempt.ok:
        shown = ("url", "componentWeergave")
        rows = [{name: value for name, value in one.items() if name not in shown} for one in before.get(ROWS) or ()]
        kept = {name: value for name, value in before.items() if name not in shown}
        api.put(str(before["url"]), {**kept, ROWS: rows})
    return attempt


def _reads(api: Api, client: str, url: str) -> list[Step]:
    return [
        ("GET", MAIN, ..., {IDS: client}),
        ("GET", url, ..., None),
        ("GET", consumer(api), ..., {"clientId": client}),
    ]


def _writes(api: Api, url: str) -> list[Step]:
    """Give a write of each kind, the removal last; none in a run that may only read."""
    if api.run.read_only:
        return []
    return [
        ("POST", MAIN, api.sample(MAIN), None),
        ("PUT", url, api.sample(MAIN), None),
        ("PATCH", url, {"label": api.word("Anders ")}, None),
        ("DELETE", url, ..., None),
    ]


def _has_rights(before: Json) -> Any:
    what = Text("client-id's en rechten", "client ids and rights")
    wanted = Text("zoals ze waren", "as they were")

    def rights(body: Json) -> list[Json]:
        return [body.get(IDS), body.get(FLAG), [list(one) for one in grants(body)], body.get("label")]

    return holds(what, wanted, lambda reply: rights(reply.json), lambda now: equal(now, rights(before)))
