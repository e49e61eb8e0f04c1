"""Checks on resources that follow one another: one side is sent, the other side is read-only and follows."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance.api import Api
from conformance.errors import Blocked
from conformance.jsonvalue import shown as told
from conformance.library.lists import ident, selects
from conformance.library.standing import gone, kept, spoiled, together
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, empty, found, holds, member, no_server_error, problem


def predecessor_is_accepted(api: Api, *, resource: str, sent: str) -> None:
    """A resource that follows an existing one is accepted, and shows that when it is made and when it is read."""
    vorig = api.create(resource)
    follows = member(sent, vorig["url"])
    made = api.post(resource, api.sample(resource, **{sent: vorig["url"]})).expects(follows, status=201)
    api.get(str(made["url"])).expects(follows, status=200)
    kept("chain", resource, api, lambda: {"vorig": vorig, "nieuw": made.json})


def absent_predecessor_is_refused(api: Api, *, resource: str, sent: str, other: str) -> None:
    """What is not there, not any more or elsewhere cannot be followed; a resource of another kind is a warning."""
    vorig, _ = _chain(api, resource, sent)
    body, selector = api.sample(resource), api.resource(resource).selector
    for url in _absent(api, resource, str(vorig["url"])):
        with api.continuing():
            api.post(resource, {**body, sent: url}).expects(problem(400, sent))
    for url in _others(api, other):
        with api.continuing():
            api.post(resource, api.sample(resource, **{sent: url})).expects(no_server_error()).prefers(
                problem(400, sent)
            )
    api.pause()
    api.get(resource, {selector: body[selector]}).expects(_lists_none(selector, body[selector]))


def absent_predecessor_is_refused_on_update(api: Api, *, resource: str, sent: str, other: str) -> None:
    """PUT and PATCH refuse what is not there, not any more, elsewhere or no URL too, and keep what was followed."""
    vorig, body = str(api.create(resource)["url"]), api.sample(resource)
    where = str(api.add(resource, body)["url"])
    twin = api.patch(where, {sent: vorig})
    if twin[sent] != vorig:
        nl, en = "Een goede PATCH lukte niet", "A good PATCH did not succeed"
        raise Blocked(f"{nl} ({twin.status}).", f"{en} ({twin.status}).")
    wrong: list[Json] = [*_absent(api, resource, vorig), "geen-url", {}]
    for url in wrong:
        for method in ("PATCH", "PUT"):
            with api.continuing():
                _update(api, method, where, body, {sent: url}).expects(problem(400, sent))
    what, wanted = Text(f"waarde van {sent}", f"value of {sent}"), Text("niets van dit alles", "none of these")
    with api.continuing():
        api.get(where).expects(holds(what, wanted, lambda reply: reply[sent], lambda value: value not in wrong))
    for url in _others(api, other):
        for method in ("PATCH", "PUT"):
            with api.continuing():
                reply = _update(api, method, where, body, {sent: url})
                reply.expects(no_server_error()).prefers(problem(400, sent))


def follower_is_shown(api: Api, *, resource: str, sent: str, shown: str) -> None:
    """What is followed shows its follower, when it is read and in the list."""
    vorig, nieuw = _chain(api, resource, sent)
    selector = api.resource(resource).selector
    with api.continuing():
        api.get(str(vorig["url"])).expects(member(shown, nieuw["url"]), status=200)
    api.get(resource, {selector: vorig[selector]}).expects(_lists_with(vorig, shown, nieuw["url"]), status=200)


def filter_finds_the_chain(api: Api, *, resource: str, sent: str, parameter: str) -> None:
    """A filter on one side of a chain finds exactly the resource at the other side."""
    vorig, nieuw = _chain(api, resource, sent)
    value, wanted = (vorig, nieuw) if parameter == sent else (nieuw, vorig)
    api.get(resource, {parameter: str(value["url"])}).expects(selects(wanted))


def follower_moves(api: Api, *, resource: str, sent: str, shown: str, method: str) -> None:
    """After a change the new predecessor shows its follower and the old one shows none."""
    oud, ander = (str(api.create(resource)["url"]) for _ in "12")
    body = api.sample(resource, **{sent: oud})
    where = str(api.add(resource, body)["url"])
    with api.continuing():
        _update(api, method, where, body, {sent: ander}).expects(no_server_error())
    with api.continuing():
        api.get(ander).expects(member(shown, where), status=200)
    api.get(oud).expects(empty(shown), status=200)


def follower_lets_go(api: Api, *, resource: str, sent: str, shown: str) -> None:
    """A PATCH with null ends the relation on both sides."""
    vorig = str(api.create(resource)["url"])
    where = str(api.create(resource, **{sent: vorig})["url"])
    with api.continuing():
        api.patch(where, {sent: None}).expects(empty(sent), status=200)
    api.get(vorig).expects(empty(shown), status=200)


def both_sides_agree(api: Api, *, resource: str, sent: str, shown: str) -> None:
    """Of several that follow one resource, at once or later, at most one does so, and both sides say the same."""
    vorig = str(api.create(resource)["url"])
    replies = together(api, "POST", resource, [api.sample(resource, **{sent: vorig}) for _ in "12"])
    if not any(reply.ok for reply in replies):
        saw = ", ".join(str(reply.status) for reply in replies)
        raise Blocked(f"Er kwam geen opvolger ({saw}).", f"No follower could be made ({saw}).")
    replies.append(api.post(resource, api.sample(resource, **{sent: vorig})))
    if not replies[-1].ok:
        with api.continuing():
            replies[-1].expects(problem(400, sent))
    body = api.sample(resource)
    late = str(api.add(resource, body)["url"])
    for reply in (*replies, *(_update(api, method, late, body, {sent: vorig}) for method in ("PATCH", "PUT"))):
        with api.continuing():
            reply.expects(no_server_error())
    api.pause()
    made = (*(str(reply["url"]) for reply in replies if reply.ok), late)
    following: list[Json] = [url for url in made if api.read(url).get(sent) == vorig]
    api.get(vorig).expects(_follows(shown, following), status=200)


def circle_does_no_harm(api: Api, *, resource: str, sent: str) -> None:
    """A resource that follows itself, or its own follower, is refused or at least does no harm."""
    body, selector = api.sample(resource), api.resource(resource).selector
    where = str(api.add(resource, body)["url"])
    for method in ("PATCH", "PUT"):
        with api.continuing():
            _update(api, method, where, body, {sent: where}).expects(no_server_error()).prefers(status=400)
    nieuw = api.post(resource, api.sample(resource, **{sent: where}))
    if nieuw.ok:  # when it follows itself it has a follower already
        with api.continuing():
            api.patch(where, {sent: nieuw["url"]}).expects(no_server_error()).prefers(status=400)
    with api.continuing():
        api.get(where).expects(member("url", where), status=200)
    api.get(resource, {selector: body[selector]}).expects(status=200)


def follower_that_goes_lets_go(api: Api, *, resource: str, sent: str, shown: str) -> None:
    """After a follower is removed what it followed shows none."""
    vorig = str(api.create(resource)["url"])
    where = str(api.create(resource, **{sent: vorig})["url"])
    with api.continuing():
        api.delete(where).expects(status=204)
    api.get(vorig).expects(empty(shown), status=200)


def predecessor_that_goes_is_survived(api: Api, *, resource: str, sent: str) -> None:
    """Removing what is followed is refused and changes nothing, or is done; what follows stays, without it."""
    vorig = str(api.create(resource)["url"])
    where = str(api.create(resource, **{sent: vorig})["url"])
    reply = api.delete(vorig).expects(no_server_error())
    if reply.ok:
        with api.continuing():
            api.get(vorig).expects(status=(404, 410))
        api.get(where).expects(no_server_error()).prefers(empty(sent), status=200)
    else:
        api.get(vorig).expects(member("url", vorig), status=200)
        api.get(where).expects(member(sent, vorig), status=200)


def host_of_a_predecessor_counts(api: Api, *, resource: str, sent: str, shown: str) -> None:
    """The path of an existing resource on a host that does not exist cannot be followed."""
    vorig = str(spoiled(resource, api)["url"])
    elsewhere = f"https://{api.word('host').lower()}.invalid{urlsplit(vorig).path}"
    api.post(resource, api.sample(resource, **{sent: elsewhere})).expects(problem(400, sent))
    api.get(vorig).expects(empty(shown), status=200)


def other_side_is_read_only(api: Api, *, resource: str, sent: str, shown: str) -> None:
    """The read-only side in a request has no effect on either resource; refusing it is a warning."""
    other = str(api.create(resource)["url"])
    reply = api.post(resource, api.sample(resource, **{shown: other})).expects(_kept_or_refused(shown))
    where = str(reply["url"] if reply.ok else api.create(resource)["url"])
    with api.continuing():
        api.patch(where, {shown: other}).expects(_kept_or_refused(shown))
    api.get(other).expects(empty(sent), status=200)


def _chain(api: Api, resource: str, sent: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """Give a resource and its follower, which the checks of a run share and only read."""
    chain = kept("chain", resource, api, lambda: _linked(api, resource, sent))
    return chain["vorig"], chain["nieuw"]


def _linked(api: Api, resource: str, sent: str) -> dict[str, Json]:
    vorig = api.create(resource)
    return {"vorig": vorig, "nieuw": api.create(resource, **{sent: vorig["url"]})}


def _update(api: Api, method: str, where: str, body: dict[str, Json], change: dict[str, Json]) -> Reply:
    return api.request(method, where, change if method == "PATCH" else body | change)


def _absent(api: Api, resource: str, like: str) -> list[str]:
    """Give the url of what never was, of what was removed, and of what no server has."""
    root, random = like.rpartition("/")[0], uuid.UUID(int=api.random.getrandbits(128), version=4)
    return [f"{root}/{random}", *gone(resource, api), f"https://{api.word('host').lower()}.invalid/{random}"]


def _others(api: Api, other: str) -> list[Json]:
    """Give the url of a resource of another kind, when one can be made here."""
    with contextlib.suppress(Blocked):
        return [api.standing(other)["url"]]
    return []


def _lists_with(one: dict[str, Json], name: str, value: Json) -> Claim:
    """Claim that a resource has this value where a list shows it; whether a filter finds it is judged elsewhere."""

    def claim(reply: Reply) -> Iterator[Found]:
        for row in (row for row in _rows(reply) if ident(row) == ident(one) and row.get(name) != value):
            yield found(
                Text(f"{name} in de lijst", f"{name} in the list"), same(told(value)), same(told(row.get(name)))
            )

    return claim


def _kept_or_refused(shown: str) -> Claim:
    """Claim that the read-only side stays without value; that the request is refused is a warning."""

    def claim(reply: Reply) -> Iterator[Found]:
        yield from no_server_error()(reply)
        if reply.ok:
            yield from empty(shown)(reply)
        elif reply.status < 500:
            what, wanted = Text("status van het antwoord", "status of the answer"), Text("200 of 201", "200 or 201")
            yield found(what, wanted, same(str(reply.status)), Severity.WARNING)

    return claim


def _lists_none(name: str, value: Json) -> Claim:
    """Claim that no resource has this value; the form of a list without results is judged elsewhere."""
    what, wanted = Text(f"resultaten met {name} {value}", f"results with {name} {value}"), Text("geen", "none")

    def seen(reply: Reply) -> list[str]:
        return [ident(row) for row in _rows(reply) if row.get(name) == value]

    return holds(what, wanted, seen, lambda rows: rows == [])


def _rows(reply: Reply) -> list[dict[str, Json]]:
    rows = reply["results"] if isinstance(reply["results"], list) else []
    return [row for row in rows if isinstance(row, dict)]


def _follows(shown: str, following: list[Json]) -> Claim:
    """Claim that this one shows who follows it, and that at most one does."""

    def claim(reply: Reply) -> Iterator[Found]:
        if len(following) > 1:
            what, wanted = Text("aantal opvolgers", "number of followers"), Text("hoogstens 1", "at most 1")
            yield found(what, wanted, same(str(len(following))))
            return
        yield from (member(shown, following[0]) if following else empty(shown))(reply)

    return claim
