"""Checks on changing and removing applicaties, and on the form of every error."""

from __future__ import annotations

from conformance import Api, Blocked, Claim, Text, has_status, holds, member

from .world import FLAG, IDS, MAIN, ROWS, consumer, fault_list, fout, grants, row, unknown

TOLERANT = ("405",)  # not in the description


def patch_replaces_the_list(api: Api) -> None:
    """A PATCH of the label leaves the autorisaties; a PATCH of the autorisaties leaves none of the old ones."""
    made = api.create(MAIN)
    url, label = str(made["url"]), api.word("Anders ")
    with api.continuing():
        api.patch(url, {"label": label}).expects(member("label", label), _grants(made), status=200)
    new = {ROWS: [row("ztc", "catalogi.lezen"), row("ac", "autorisaties.lezen")]}
    with api.continuing():
        api.patch(url, new).expects(_grants(new), status=200)
    api.get(url).expects(has_status(200), _grants(new))


def put_replaces_and_delete_removes(api: Api) -> None:
    """After a PUT the applicatie is what was sent; after a DELETE neither its address nor its client finds it."""
    body = api.sample(MAIN)
    url = str(api.add(MAIN, body)["url"])
    new = {**body, "label": api.word("Anders "), ROWS: [row("ztc", "catalogi.lezen")]}
    with api.continuing():
        claims = (member("label", new["label"]), member(IDS, body[IDS]), _grants(new))
        api.put(url, new).expects(*claims, status=200)
        api.get(url).expects(*claims, status=200)
    with api.continuing():
        api.delete(url).expects(status=204)
    with api.continuing():
        api.get(url).expects(status=(404, 410))
    api.get(consumer(api), {"clientId": body[IDS][0]}).expects(status=404)


def errors_have_their_form(api: Api) -> None:
    """Each kind of refusal has the form of an error, and what is wrong with input is a list of faults."""
    query, absent = api.nothing(MAIN), unknown(api)
    replies = [
        ("401", api.anonymous().get(MAIN, query)),
        ("403", api.with_scopes().get(MAIN, query)),
        ("404", api.get(absent)),
        ("406", api.get(MAIN, query, headers={"Accept": "application/xml"})),
        ("400", api.get(MAIN, {**query, api.word("x").lower(): "x"})),
    ]
    if not api.run.read_only:
        replies += [
            ("400", api.post(MAIN, api.sample(MAIN, **{FLAG: ..., ROWS: ..., "label": ...}))),
            ("405", api.put(MAIN, api.sample(MAIN))),
            ("415", api.post(MAIN, b"<applicatie/>", headers={"Content-Type": "text/xml"})),
        ]
    refusals = [(kind, reply) for kind, reply in replies if 400 <= reply.status < 500]
    if len(refusals) < 3:
        raise Blocked("Er werd bijna niets geweigerd.", "Hardly anything was refused.")
    for kind, reply in refusals:
        with api.continuing():
            (reply.prefers if kind in TOLERANT else reply.expects)(fout())
        if reply.status == 400:
            with api.continuing():
                reply.expects(fault_list())


def _grants(body: object) -> Claim:
    wanted = grants(body)
    text = Text(str(wanted), str(wanted))
    return holds(Text(ROWS, ROWS), text, lambda reply: grants(reply.json), lambda seen: seen == wanted)
