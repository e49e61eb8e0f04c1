"""Checks on what decides beside the scopes of a token: its level, its role, and how often a wrong one is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conformance import auth
from conformance.api import Api
from conformance.calls import addressed, prepared, send
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import REFUSED, TOO_MANY, ask, moment, protected
from conformance.library.bounds import bounds, made
from conformance.library.entrance import problem_document
from conformance.library.gates import fault
from conformance.library.minting import minted, minter, policy, says_error
from conformance.library.standing import listed
from conformance.model import Json, Text, same
from conformance.reply import Reply, has_status, header
from conformance.trust import AssuranceRow

VERSION = "API-version"
DENIED = 403
NO_LEVELS = (
    "Het doelbestand noemt geen operatie met een minimumniveau (access: {oauth: {assurance: …}}).",
    "The target file names no operation with a minimum level (access: {oauth: {assurance: …}}).",
)


def higher_level_is_demanded(api: Api, *, resource: str) -> None:
    """Of two tokens with the same scopes, the one with the lowest level is refused where the other gets in."""
    row, url, query = _guarded(api, resource)
    _opens(api, resource, (url, query), acr=row.minimum)
    _kept_out(_shown(api, resource, (url, query), acr=row.levels[0]))


def level_decides(api: Api, *, resource: str) -> None:
    """Each level from the minimum on gets in, and each below it does not, nor does a token that names none."""
    row, url, query = _guarded(api, resource)
    least = row.levels.index(row.minimum)
    _opens(api, resource, (url, query), acr=row.minimum)
    for number, level in enumerate([*row.levels, None]):
        reply = _shown(api, resource, (url, query), acr=level)
        with api.continuing():
            if level is not None and number >= least:
                reply.expects(has_status((200,)))
            else:
                _kept_out(reply)


def role_decides(api: Api, *, resource: str) -> None:
    """A role that the policy permits gets in, another does not, and the next request counts anew."""
    minter(api)
    roles = policy(api)[1].roles
    if roles is None:
        nl = "Het doelbestand noemt geen rollen die een beslissing veranderen (access: {oauth: {roles: …}})."
        raise NotApplicable(nl, "The target file names no roles that change a decision (access: {oauth: {roles: …}}).")
    place = protected(resource, api)
    _opens(api, resource, place, **{roles.claim: roles.permitted})
    with api.continuing():
        _shown(api, resource, place, **{roles.claim: roles.refused}).expects(has_status((DENIED,)))
    _shown(api, resource, place, **{roles.claim: roles.permitted}).expects(has_status((200,)))


def either_scope_is_enough(api: Api, *, resource: str) -> None:
    """Of the scopes that an operation names each opens it alone, and so do all of them; none does not."""
    operation = api.operation("GET", resource, _below(api, resource))
    if len(operation.scopes) < 2:
        nl = "De standaard kent geen operatie op een resource met meer dan één scope."
        raise NotApplicable(nl, "The standard has no operation on a resource with more than one scope.")
    url = api.standing(resource)["url"]
    callers = {scope: api.with_scopes(scope) for scope in operation.scopes}
    for one in (api, *callers.values()):
        with api.continuing():
            one.get(url).expects(has_status((200,)))
    api.with_scopes().get(url).expects(has_status((DENIED,)))


def refusals_carry_the_version(api: Api, *, resource: str) -> None:
    """A refusal that comes from the API itself carries the same version as its other answers."""
    listed(resource, api)
    good, refused = api.get(resource, api.nothing(resource)), _refused_by_the_api(api, resource)
    if refused.status != DENIED:
        nl = f"Een verzoek zonder recht gaf {refused.status} en geen 403; dat beoordelen andere rijen."
        raise Blocked(nl, f"A request without the right gave {refused.status}, not 403; other rows judge that.")
    refused.expects(header(VERSION, good.headers.get(VERSION)))
    ask(resource, api, None).notes(header(VERSION))


def repeated_failures_are_slowed(api: Api, *, resource: str) -> None:
    """After many wrong tokens of one client more are refused with 429, and another client still gets in."""
    access = api.run.target.row.access
    most = access.failures if access else None
    if most is None:
        nl = "Zeg in het doelbestand hoeveel foute tokens de suite mag sturen: access: {failures: 100}."
        raise NotApplicable(nl, "Say in the target file how many wrong tokens may be sent: access: {failures: 100}.")
    victim = api.with_scopes()
    value = auth.headers(victim.credential, moment(resource, api)).get("Authorization", "")
    if value.count(".") != 2:
        raise NotApplicable("Het product gebruikt geen ondertekende tokens.", "The product uses no signed tokens.")
    listed(resource, api)
    wrong = f"Bearer {auth.flipped(value.removeprefix('Bearer '))}"
    replies = (_at_once(api, resource, wrong) for _ in range(most))
    slowed = next((reply for reply in replies if reply.status == TOO_MANY), None)
    if slowed is None:
        what = Text(f"antwoord na {most} foute tokens", f"answer after {most} wrong tokens")
        raise fault(what, same("429"), Text("geen enkele keer 429", "429 not even once"))
    slowed.prefers(problem_document("title"))
    slowed.notes(header("Retry-After"))
    api.get(resource, api.nothing(resource)).expects(has_status((200,)))


def _below(api: Api, resource: str) -> str:
    """Name what is between a collection and one resource of it in the paths of the contract."""
    root = api.resource(resource).path
    paths = sorted({one.path for one in api.contract(resource).operations.values()}, key=len)
    return next((one.removeprefix(root) for one in paths if one.startswith(f"{root}/{{") and one.endswith("}")), "")


def _guarded(api: Api, resource: str) -> tuple[AssuranceRow, str, Mapping[str, Json]]:
    """Give what is told of levels, and where the operation that needs one is; raises NotApplicable without it."""
    minter(api)
    row = policy(api)[1].assurance
    if row is None:
        raise NotApplicable(*NO_LEVELS)
    root, path = api.resource(resource).path, api.contract(resource).operation(row.operation).path
    if path == root:
        return row, api.url(resource), api.nothing(resource)
    below = path.removeprefix(root).split("/")[2:]
    if not path.startswith(f"{root}/") or any("{" in step for step in below):
        nl = f"De suite kan {path} niet zo opvragen; noem een operatie op een lijst of op één resource."
        raise NotApplicable(
            nl, f"The suite cannot ask for {path} like that; name an operation on a list or a resource."
        )
    return row, "/".join([str(api.standing(resource)["url"]), *below]), {}


def _shown(api: Api, resource: str, place: tuple[str, Mapping[str, Json]], **claims: Json) -> Reply:
    """Ask for something with a token in which these claims are otherwise."""
    token = minted(resource, api, **claims)
    return api.get(place[0], place[1] or None, headers={"Authorization": f"Bearer {token}"})


def _opens(api: Api, resource: str, place: tuple[str, Mapping[str, Json]], **claims: Json) -> None:
    reply = _shown(api, resource, place, **claims)
    if not reply.ok:
        nl = f"Ook het token dat binnen mag wordt geweigerd ({reply.status}), dus is niets te zeggen."
        raise Blocked(nl, f"The token that may get in is refused too ({reply.status}), so nothing can be told.")


def _kept_out(reply: Reply) -> None:
    """Expect that a level is too low: forbidden, or an invitation to come back with a higher one."""
    reply.expects(has_status(REFUSED))
    if reply.status != DENIED:
        reply.expects(says_error("insufficient_user_authentication"))


def _refused_by_the_api(api: Api, resource: str) -> Reply:
    """Give a refusal that comes from the API itself: by a rule about objects, or by scope where no gateway stands."""
    access = api.run.target.row.access
    if access is not None and access.objects is not None:
        caller, limits = bounds(api, resource)
        one = made(api, resource, next(iter(limits.outside().values())))
        return caller.get(one["url"])
    if access is not None and "gateway" in access.components:
        nl = "Een weigering kan van de gateway komen; noem waarvan rechten op objecten afhangen (access.objects)."
        en = "A refusal may come from the gateway; say what rights on objects depend on (access.objects)."
        raise NotApplicable(nl, en)
    return api.with_scopes().get(resource, api.nothing(resource))


def _at_once(api: Api, resource: str, authorization: str) -> Reply:
    """Ask with a wrong token, without waiting when told to slow down."""
    where, query = protected(resource, api)
    url = addressed(api.run, where, query, api.url)
    request = prepared(api.run.credentials(None, url), "GET", url, ..., headers={"Authorization": authorization})
    return send(api.run, api.world, replace(request, patient=False))
