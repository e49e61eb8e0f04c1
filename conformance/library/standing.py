"""What the checks of a run share and only read, beside the samples that stand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace

from conformance.api import Api
from conformance.errors import Blocked
from conformance.model import Json
from conformance.reply import Reply
from conformance.run import Standing


def kept(name: str, resource: str, api: Api, make: Callable[[], dict[str, Json]]) -> dict[str, Json]:
    """Give what the first check that asks for it makes or sees; what was made is removed at the end of the run."""
    if (resource, name) not in api.run.standing:
        body = make()
        api.run.standing[resource, name] = Standing(body, tuple(api.world.made))
        api.world.made.clear()
    return copy.deepcopy(api.run.standing[resource, name].body)


def alike(resource: str, api: Api) -> tuple[dict[str, str], list[Json]]:
    """Give two resources that share a text that nobody else has, and the filter that selects them."""
    query = {api.resource(resource).selector: api.word("Voorbeeld ")}
    body = kept("alike", resource, api, lambda: {"query": query, "made": [api.create(resource, **query) for _ in "12"]})
    return body["query"], body["made"]


def listed(resource: str, api: Api) -> None:
    """See, once in a run, that a list in which nothing is can be read; raises Blocked when it cannot."""
    kept("list", resource, api, lambda: _listed(api, resource))


def once(name: str, api: Api, ask: Callable[[], Reply]) -> Reply:
    """Give the answer to a request that changes nothing and that several checks judge; it is sent once in a run."""
    known = api.run.seen.get(name)
    if known is None:
        return api.run.seen.setdefault(name, ask())
    api.world.trace.exchanges.append(known.exchange)
    return replace(known, trace=api.world.trace)


def told(made: Mapping[str, Json], *names: str) -> dict[str, str]:
    """Give what the answer to a create says of these members; raises Blocked when it says nothing of one."""
    for name in names:
        if not isinstance(made.get(name), str):
            nl = f"Het antwoord op het aanmaken heeft geen {name}; dat beoordelen andere rijen."
            raise Blocked(nl, f"The answer to the create has no {name}; other rows judge that.")
    return {name: made[name] for name in names}


def _listed(api: Api, resource: str) -> dict[str, Json]:
    reply = api.get(resource, api.search(resource))
    if reply.status != 200 or not isinstance(reply["results"], list):
        nl = f"De lijst werkt ook met geldige toegang niet ({reply.status})."
        raise Blocked(nl, f"The list does not work with lawful credentials either ({reply.status}).")
    return {}
