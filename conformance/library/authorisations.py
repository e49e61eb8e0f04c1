"""Checks on autorisaties: each is judged by itself, those for one type add up, and some follow from others."""

from __future__ import annotations

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.library.bounds import bounds, closed, made, mark, readable
from conformance.library.callers import companion, elsewhere, publishing
from conformance.library.objects import created
from conformance.library.standing import kept, listed
from conformance.model import Json, Text
from conformance.replay import named
from conformance.reply import Claim, has_status, holds
from conformance.trust import LEVELS

READY = "isGereedVoorPublicatie"


def autorisaties_stay_apart(api: Api, *, resource: str) -> None:
    """The scopes and the maximum of one type do not hold for another type of the same application."""
    caller, limits = bounds(api, resource)
    own = limits.own
    fewer = [one for one in limits.types if one != own and limits.highest(one) >= 0]
    lesser = next((one for one in fewer if limits.creating not in limits.scopes(one)), None)
    if lesser is None or limits.creating not in limits.scopes(own):
        raise NotApplicable(
            "Geen toegang heeft autorisaties voor twee types, waarvan één alleen om te lezen (credentials:"
            " {…: {autorisaties: […]}}).",
            "No credential has autorisaties for two types, of which one is for reading only (credentials:"
            " {…: {autorisaties: […]}}).",
        )
    created(caller, resource, limits.low())
    readable(caller, str(made(api, resource, limits.members(own, max(limits.highest(own), 0)), limits)["url"]))
    with api.continuing():
        caller.post(resource, api.sample(resource, **limits.members(lesser, 0))).expects(has_status(403))
    if limits.row.level and limits.highest(lesser) < limits.highest(own):
        one = made(api, resource, limits.members(lesser, limits.highest(own)), limits)
        with api.continuing():
            level = LEVELS[limits.highest(own)]
            caller.get(one["url"]).expects(named(level, closed(limits, mark(api, resource, one))))


def autorisaties_add_up(api: Api, *, resource: str) -> None:
    """Several autorisaties for one type count together, for each client of the application."""
    caller, limits = bounds(api, resource)
    clients = [caller, *([other] if (other := companion(caller)) else [])]
    several = [one for one in limits.rows if one.type == limits.own]
    if limits.creating not in limits.scopes(limits.own) or (len(several) < 2 and len(clients) < 2):
        raise NotApplicable(
            "Geen toegang heeft twee autorisaties voor één type (lezen en aanmaken), of een tweede client met dezelfde"
            " autorisaties.",
            "No credential has two autorisaties for one type (reading and creating), or a second client with the same"
            " autorisaties.",
        )
    one = made(api, resource, limits.low(), limits)
    readable(caller, str(one["url"]))
    for client in clients:
        name = client.credential.name if client.credential else ""
        with api.continuing():
            client.get(one["url"]).expects(named(name, has_status(200)))
        with api.continuing():
            client.post(resource, api.sample(resource, **limits.low())).expects(named(name, has_status(201)))


def only_what_is_ready_is_shown(api: Api, *, resource: str) -> None:
    """A client for publication reads what is ready for that, and nothing that is not or that says nothing of it."""
    caller = publishing(api)
    known = kept("publication", resource, api, lambda: _publications(api, resource))
    readable(caller, str(known["ready"]["url"]))
    selector = api.resource(resource).selector
    seen = caller.get(resource, {selector: mark(api, resource, known["ready"])})
    seen.expects(_number(1), status=200)
    for name in ("unready", "unsaid"):
        one, hidden = known[name], mark(api, resource, known[name])
        with api.continuing():
            caller.get(resource, {selector: hidden}).expects(named(name, _number(0)), status=200)
        for step in ("", *_below(api, resource)):
            with api.continuing():
                reply = caller.get(f"{one['url']}{step}")
                reply.expects(named(f"{name} {step}", has_status((403, 404))))
                if not _hides(api):
                    reply.prefers(status=403)


def reading_follows_from_other_apis(api: Api, *, resource: str) -> None:
    """Who may read zaken or documenten may read the catalogue that these refer to."""
    caller = elsewhere(api, "zaken.lezen", "documenten.lezen")
    listed(resource, api)
    one = api.with_scopes()
    if one.get(resource, api.nothing(resource)).ok:
        raise Blocked("De catalogus is voor iedereen te lezen.", "Everyone may read the catalogue.")
    caller.get(resource, api.nothing(resource)).expects(has_status(200))


def _publications(api: Api, resource: str) -> dict[str, Json]:
    values: dict[str, Json] = {"ready": True, "unready": False, "unsaid": None}
    return {name: made(api, resource, {READY: value}) for name, value in values.items()}


def _hides(api: Api) -> bool:
    access = api.run.target.row.access
    return bool(access and access.objects and access.objects.hides_existence)


def _below(api: Api, resource: str) -> list[str]:
    path = f"{api.resource(resource).path}/{{uuid}}/download"
    return ["/download"] if api.contract(resource).find("GET", path) else []


def _number(number: int) -> Claim:
    what, wanted = Text("aantal gevonden", "number found"), Text(str(number), str(number))
    return holds(what, wanted, lambda reply: len(reply["results"] or []), lambda seen: seen == number)
