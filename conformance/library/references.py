"""Checks on members that refer to something elsewhere, which the target has to look up."""

from __future__ import annotations

import time

from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.jsonvalue import member_of
from conformance.library.standing import kept, once
from conformance.model import Finding, Json, Text, same
from conformance.reply import Claim, Reply, empty, holds, member, members, problem
from conformance.samples import kind_of


def reference_ends_in_200(api: Api, *, resource: str) -> None:
    """A reference to what answers 200 is accepted and one to what answers 404 is refused."""
    name, body = must_exist(resource, api), existing(resource, api)
    reply = looked_up(api.post(resource, body), api, body[name])
    informed(reply, resource, api, body).expects(member(name, body[name]), status=201)
    api.post(resource, api.referring(resource, api.neighbour.place(404))).expects(problem(400, name))


def redirect_is_followed(api: Api, *, resource: str, statuses: list[int]) -> None:
    """A reference that redirects to what answers 200 is accepted and stored as it was sent."""
    name = must_exist(resource, api)
    if kind_of(api.profile.samples[resource]["default"].get(name)) == "zaken":
        nl = "Bij een omgeleide zaak is niet te zien welke Zaken API haar relaties heeft."
        raise NotApplicable(nl, "A zaak behind a redirect does not show which Zaken API has its relations.")
    for status in _few(api, statuses):
        api.world.new.clear()  # a relation of its own, so that only the redirect is judged
        with api.continuing():
            url = api.neighbour.redirect(api.neighbour.place(), status)
            _referred(api, resource, url).expects(member(name, url), status=201)


def redirect_to_failure_is_refused(api: Api, *, resource: str, statuses: list[int]) -> None:
    """A reference that redirects to what does not answer 200 is refused."""
    name = must_exist(resource, api)
    for status in statuses:
        with api.continuing():
            url = api.neighbour.redirect(api.neighbour.place(404), status)
            _referred(api, resource, url).expects(problem(400, name))


def failing_target_is_refused(api: Api, *, resource: str, statuses: list[int]) -> None:
    """A reference to an error, to a closed port or to an unknown host is refused, without a server error."""
    name, absent = must_exist(resource, api), (api.neighbour.closed(), api.neighbour.nowhere())
    body = api.referring(resource, absent[0])
    for url in map(api.neighbour.place, _few(api, statuses)):
        with api.continuing():
            looked_up(api.post(resource, {**body, name: url}), api, url).expects(problem(400, name))
    for url in absent:
        with api.continuing():
            api.post(resource, {**body, name: url}).expects(problem(400, name))


def slow_target_is_given_up(api: Api, *, resource: str, seconds: int, within: int) -> None:
    """A reference to what does not answer in time is refused, and not only when the client has left."""
    name, url = must_exist(resource, api), api.neighbour.place(delay=seconds)
    started = time.monotonic()
    try:
        reply = api.post(resource, api.referring(resource, url))
    except Blocked:
        if time.monotonic() - started < within:
            raise
        raise Mismatch([_too_slow(within, started)]) from None
    looked_up(reply, api, url).expects(problem(400, name))
    if time.monotonic() - started > within:
        raise Mismatch([_too_slow(within, started, reply.exchange)])


def absent_reference_is_refused(api: Api, *, resource: str) -> None:
    """A reference to what answers 404 is refused."""
    reply = _referred(api, resource, api.neighbour.place(404))
    reply.expects(problem(400, api.reference(resource)))


def bad_reference_has_code(api: Api, *, resource: str, code: str) -> None:
    """The refusal of a reference to what is not there names the member with this code."""
    name = must_exist(resource, api)
    reply = _referred(api, resource, api.neighbour.place(404)).expects(problem(400))
    reply.expects(_item(name, code))


def absent_reference_creates_nothing(api: Api, *, resource: str, identifier: str, other: str, sample: str) -> None:
    """A reference to what is not there is refused, also beside `other`, and nothing is made."""
    name, absent = api.reference(resource), api.neighbour.place(404)
    alone = api.referring(resource, absent)
    both = api.referring(resource, absent, **{other: api.sample(resource, sample)[other]})
    for body in (alone, both):
        with api.continuing():
            looked_up(api.post(resource, body), api, absent).expects(problem(400, name))
    api.pause()
    api.get(resource, {identifier: alone[identifier]}).expects(_none_with(identifier, alone[identifier]), status=200)


def existence_is_enough(api: Api, *, resource: str) -> None:
    """A reference that ends in 200 is accepted and stored as it was sent; refusing an empty object is only noted."""
    url = api.neighbour.redirect(api.neighbour.place())
    _referred(api, resource, url).expects(member(api.reference(resource), url), status=201)
    if api.run.depth != "quick":
        api.post(resource, api.referring(resource, api.neighbour.place(body={}))).notes(status=201)


def empty_reference_is_not_checked(api: Api, *, resource: str) -> None:
    """A reference that is empty is accepted as one that is left out is, when it is not needed."""
    name = api.reference(resource)
    api.standing(resource)
    body = api.sample(resource, **{name: ""})
    shown = {key: sent for key, sent in body.items() if isinstance(sent, str) and sent}
    api.post(resource, body).expects(empty(name), members(shown), status=201)


def reference_is_a_url(api: Api, *, resource: str, values: list[str]) -> None:
    """A reference that is not a URL is refused."""
    name = api.reference(resource)
    api.standing(resource)
    for value in values:
        with api.continuing():
            api.post(resource, api.referring(resource, value)).expects(problem(400, name))


def reference_fits_length(api: Api, *, resource: str, limit: int) -> None:
    """A reference of exactly the limit is accepted and one that is a character longer is refused."""
    name, url = api.reference(resource), api.neighbour.place()
    fitting, longer = (f"{url}?nummer=".ljust(length, "1") for length in (limit, limit + 1))
    reply = api.post(resource, api.referring(resource, fitting))
    if not reply.ok:  # that a short one is accepted shows that the length is the reason
        api.add(resource, api.referring(resource, url))
    with api.continuing():
        reply.expects(member(name, fitting), status=201)
    api.post(resource, api.referring(resource, longer)).expects(problem(400, name))


def reference_is_checked_on_update(api: Api, *, resource: str) -> None:
    """A reference to what is not there is refused on PUT and PATCH too, and the old one stays."""
    name, text, absent = api.reference(resource), api.resource(resource).text, api.neighbour.place(404)
    body, change = api.referring(resource, api.neighbour.place()), {text: api.word("Z ")}
    where = str(api.add(resource, body)["url"])
    for method, sent in (("PATCH", change), ("PUT", body)):
        with api.continuing():
            api.request(method, where, {**sent, name: absent}).expects(problem(400, name))
    api.patch(where, change).expects(member(name, body[name]), status=200)


def must_exist(resource: str, api: Api) -> str:
    """Name the member that refers to what must exist; raises NotApplicable when the standard leaves that open."""
    name = api.reference(resource)
    if api.resource(resource).existence == "must":
        return name
    nl = f"Of {name} moet bestaan, laat de standaard open; eigen eisen van de standaard gaan daarover."
    raise NotApplicable(nl, f"The standard leaves open whether {name} must exist; rows of its own are about that.")


def existing(resource: str, api: Api) -> dict[str, Json]:
    """Give a valid body that refers to something that exists and of which the neighbours see the lookup."""
    own = kind_of(api.profile.samples[resource]["default"].get(api.reference(resource)))
    return api.sample(resource) if own else api.referring(resource, api.neighbour.place())


def _few(api: Api, statuses: list[int]) -> list[int]:
    return statuses[-1:] if api.run.depth == "quick" else statuses


def _referred(api: Api, resource: str, url: str) -> Reply:
    """Send a resource that refers to this URL; that a refused URL was looked up takes the place of a twin."""
    return looked_up(api.post(resource, api.referring(resource, url)), api, url)


def created(resource: str, api: Api) -> tuple[dict[str, Json], Reply]:
    """Give a valid body and the answer to it; it is sent once in a run, and what it makes is only read."""
    name = f"POST {resource}"
    body = kept("created", resource, api, lambda: _created(name, resource, api))
    return body, once(name, api, lambda: posted(resource, api, body))


def _created(name: str, resource: str, api: Api) -> dict[str, Json]:
    body = api.sample(resource)
    once(name, api, lambda: posted(resource, api, body))
    return body


def posted(resource: str, api: Api, body: dict[str, Json]) -> Reply:
    """Send a valid body; raises Blocked when it is refused without a look at what is elsewhere."""
    return informed(api.post(resource, body), resource, api, body)


def informed(reply: Reply, resource: str, api: Api, body: dict[str, Json]) -> Reply:
    """Give the reply, unless it refuses a valid body without a look at what is elsewhere."""
    name = api.profile.resources[resource].reference or ""
    kind = kind_of(api.profile.samples[resource]["default"].get(name))
    if reply.status != 400 or not kind:
        return reply
    looked_up(reply, api, str(body[name]))
    return confirmed(reply, api, str(body[name])) if kind == "zaken" else reply


def confirmed(reply: Reply, api: Api, zaak: str) -> Reply:
    """Give the reply, unless it refuses a relation of which nobody asked the Zaken API that is played."""
    if reply.status == 400 and not api.neighbour.asked(zaak):
        root = zaak.rpartition("/zaken/")[0]
        raise Blocked(
            f"Het product vroeg de suite niet naar de relatie. Laat het voor zaken kijken in de Zaken API op {root}.",
            f"The product did not ask the suite for the relation. Let it look for zaken in the Zaken API at {root}.",
        )
    return reply


def looked_up(reply: Reply, api: Api, url: str) -> Reply:
    """Give the reply, unless it refuses a URL for which nobody asked: then the target cannot reach the suite."""
    if not reply.ok and not api.neighbour.calls(url):
        raise Blocked(
            f"Het product weigerde {url} zonder het op te vragen; de suite is voor het product niet bereikbaar.",
            f"The product refused {url} without asking for it; the suite is out of its reach.",
        )
    return reply


def _item(name: str, code: str) -> Claim:
    what = Text(f"codes bij {name} in invalidParams", f"codes of {name} in invalidParams")
    return holds(what, same(code), lambda reply: _codes(reply, name), lambda codes: code in codes)


def _codes(reply: Reply, name: str) -> list[str]:
    return [str(row.get("code")) for row in reply["invalidParams"] if str(row.get("name", "")).endswith(name)]


def _none_with(path: str, value: Json) -> Claim:
    what = Text(f"aantal resultaten met {path} {value}", f"number of results with {path} {value}")

    def seen(reply: Reply) -> int:
        return sum(member_of(row, path) == value for row in reply["results"])

    return holds(what, same("0"), seen, lambda found: found == 0)


def _too_slow(within: int, started: float, exchange: str | None = None) -> Finding:
    waited = f"{time.monotonic() - started:.0f} s"
    what = Text("tijd tot het antwoord", "time until the answer")
    return Finding(what, Text(f"hoogstens {within} s", f"at most {within} s"), same(waited), exchange)
