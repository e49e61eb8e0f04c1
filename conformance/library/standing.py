"""What the checks of a run share and only read, beside the samples that stand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from conformance.api import Api
from conformance.calls import Query, Seen, addressed, existing
from conformance.errors import Blocked
from conformance.model import Json
from conformance.reply import Reply
from conformance.run import Standing
from conformance.samples import NEW

UNKNOWN = "3b8c1d52-6f0e-4a97-8d21-5e4f7a90c6b3"


def kept(name: str, resource: str, api: Api, make: Callable[[], dict[str, Json]]) -> dict[str, Json]:
    """Give what the first check that asks for it makes or sees; what was made is removed at the end of the run."""
    with api.run.turns.alone((api.profile.name, resource, name)):
        if (resource, name) not in api.run.standing:
            body = make()
            api.run.standing[resource, name] = Standing(body, tuple(api.world.made), tuple(api.world.zaken))
            api.world.made.clear()
            api.world.zaken.clear()
    return copy.deepcopy(api.run.standing[resource, name].body)


def spoiled(resource: str, api: Api) -> dict[str, Json]:
    """Give a resource to which bodies refer that are to be refused; the checks of a run share it."""
    return kept("spoiled", resource, api, lambda: api.create(resource))


def removed(resource: str, api: Api, make: Callable[[], dict[str, Json]]) -> str:
    """Give the url of a resource that was removed before; the first check that asks for it removes one."""
    return str(kept("removed", resource, api, make)["url"])


def gone(resource: str, api: Api) -> list[str]:
    """Give the url of what was removed; nothing when it is still there, as other rows judge that."""
    urls: list[str] = kept("gone", resource, api, lambda: _gone(api, resource))["urls"]
    return urls


def alike(resource: str, api: Api) -> tuple[dict[str, str], list[Json]]:
    """Give two resources that share a text that nobody else has, and the filter that selects them."""
    body = kept("alike", resource, api, lambda: _alike(resource, api))
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
    api.world.seen[known.exchange] = Seen(known.method, known.url, known.status)
    return replace(known, trace=api.world.trace)


def reading(api: Api, where: str, query: Query | None = None) -> Reply:
    """Give how something that stands, or a list that nothing changes, is read; each application asks once in a run."""
    who = "" if api.credential is None else api.credential.name
    return once(f"{who} {addressed(api.run, where, query, api.url)}", api, lambda: api.get(where, query))


def forget(api: Api, resource: str) -> None:
    """Let what was read of a collection be read anew, because it may be otherwise now."""
    for name in [one for one in api.run.seen if api.url(resource) in one]:
        del api.run.seen[name]


def unless(api: Api, url: str, tag: str) -> Reply:
    """Give the conditional read of what stands, with an ETag that it has or had; it is asked once in a run."""
    return once(f"{url} unless {tag}", api, lambda: api.get(url, headers={"If-None-Match": tag}))


def standing_body(api: Api, url: str) -> dict[str, Json]:
    """Give the members of something that stands, as it is read; raises Blocked when it cannot be read."""
    return existing(url, reading(api, url))


def empty_list(api: Api, resource: str) -> Reply:
    """Give a list in which nothing is; it is asked once in a run."""
    return once(f"nothing {resource}", api, lambda: api.get(resource, api.nothing(resource)))


def empty_body(api: Api, resource: str) -> Reply:
    """Give the answer to a create without members; it is sent once in a run."""
    return once(f"POST {resource} nothing", api, lambda: api.post(resource, {}))


def absent(api: Api, resource: str) -> Reply:
    """Give the answer to a read of what never was; it is asked once in a run."""
    return reading(api, api.url(resource, UNKNOWN))


def told(made: Mapping[str, Json], *names: str) -> dict[str, str]:
    """Give what the answer to a create says of these members; raises Blocked when it says nothing of one.

    Of a list of several texts it is the first: by any of them the resource can be found.
    """
    said = {name: _first(made.get(name)) for name in names}
    for name, value in said.items():
        if not isinstance(value, str):
            nl = f"Het antwoord op het aanmaken heeft geen {name}; dat beoordelen andere rijen."
            raise Blocked(nl, f"The answer to the create has no {name}; other rows judge that.")
    return said


def _first(value: Json) -> Json:
    return value[0] if isinstance(value, list) and value else value


def mark(resource: str, api: Api) -> str:
    """Give a value that no other resource has in the member by which resources of this kind are selected."""
    alone = replace(api, world=replace(api.world, new={}))
    return str(alone.fill(api.profile.samples[resource]["default"][api.resource(resource).selector]))


def together(api: Api, method: str, where: str, bodies: list[Json]) -> list[Reply]:
    """Send the same request with several bodies at the same time."""
    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(partial(api.request, method, where), bodies))


def owner(resource: str, api: Api) -> str:
    """Name the member with which a relation belongs to a main resource; nothing for what belongs to no other."""
    sample = api.profile.samples[resource]["default"]
    return next((name for name, value in sample.items() if isinstance(value, dict) and NEW in value), "")


def _gone(api: Api, resource: str) -> dict[str, Json]:
    known = api.run.standing.get((resource, "removed"))
    url = str(known.body["url"] if known else api.create(resource)["url"])
    if known is None:
        api.request("DELETE", url, phase="arrange")
    return {"urls": [url] if api.request("GET", url, phase="arrange").status in {404, 410} else []}


def _alike(resource: str, api: Api) -> dict[str, Json]:
    query = {api.resource(resource).selector: mark(resource, api)}
    return {"query": query, "made": [api.create(resource, **query) for _ in "12"]}


def _listed(api: Api, resource: str) -> dict[str, Json]:
    reply = empty_list(api, resource)
    if reply.status != 200 or not isinstance(reply["results"], list):
        nl = f"De lijst werkt ook met geldige toegang niet ({reply.status})."
        raise Blocked(nl, f"The list does not work with lawful credentials either ({reply.status}).")
    return {}
