"""Checks on refusals that change nothing, and on addresses where nothing is."""

from __future__ import annotations

import uuid

from conformance.api import Api
from conformance.errors import Blocked
from conformance.library.problems import rsin_of
from conformance.library.standing import reading, standing_body
from conformance.model import Json, Text
from conformance.replay import named
from conformance.reply import Claim, Reply, has_status, holds, member, problem


def unknown_is_not_found(api: Api, *, resource: str) -> None:
    """Reading, replacing, changing and removing what does not exist is answered with 404."""
    made = str(api.standing(resource)["url"])
    reading(api, made).expects(has_status(200), member("url", made))
    unknown = f"{made.rpartition('/')[0]}/{uuid.UUID(int=api.random.getrandbits(128), version=4)}"
    sent = {"GET": ..., "PUT": api.sample(resource), "PATCH": {api.resource(resource).text: "x"}, "DELETE": ...}
    described = {one.method for one in api.contract(resource).operations.values() if one.path.count("{") == 1}
    for method in (name for name in sent if name in described):
        with api.continuing():
            api.request(method, unknown, sent[method]).expects(problem(404))


def malformed_identifier_is_refused(api: Api, *, resource: str, values: list[str]) -> None:
    """A path identifier that is not a UUID gives 404 or 400; another refusal is a warning."""
    standing_body(api, str(api.standing(resource)["url"]))
    for value in values:
        with api.continuing():
            reply = api.get(api.url(resource, value))
            reply.expects(named(value, has_status(tuple(range(400, 500))))).prefers(
                named(value, has_status((404, 400)))
            )


def invalid_writes_change_nothing(api: Api, *, resource: str) -> None:
    """A POST, PUT or PATCH that is refused stores nothing of what it holds."""
    name, selector, body = rsin_of(api, resource), api.resource(resource).selector, api.sample(resource)
    where, ghost = str(api.add(resource, body)["url"]), api.word("Spook ")
    wrong = {selector: ghost, name: "123456789"}
    replies = [
        api.post(resource, api.sample(resource, **wrong)),
        api.put(where, {**body, **wrong}),
        api.patch(where, wrong),
    ]
    if not all(400 <= reply.status < 500 for reply in replies):
        saw = ", ".join(f"{reply.method} {reply.status}" for reply in replies)
        raise Blocked(f"Een fout verzoek werd niet geweigerd ({saw}).", f"A wrong request was not refused ({saw}).")
    api.pause()
    with api.continuing():
        api.get(where).expects(has_status(200), member(selector, body[selector]), member(name, body[name]))
    api.get(resource, {selector: ghost}).expects(has_status(200), _none_with(selector, ghost))


def unknown_paths_are_not_found(api: Api, *, resource: str) -> None:
    """A path below the root that does not exist gives 404, while a known path is answered."""
    known = api.get(resource, api.nothing(resource))
    if known.status != 200 or not isinstance(known["results"], list):
        raise Blocked("De lijst kan niet worden gelezen.", "The list cannot be read.")
    api.get(f"{api.run.target.root(api.resource(resource).api)}/bestaat-niet").expects(has_status(404))


def _none_with(name: str, value: Json) -> Claim:
    what, wanted = Text(f"resultaten met {name} {value}", f"results with {name} {value}"), Text("geen", "none")

    def seen(reply: Reply) -> list[Json]:
        return [row["url"] for row in reply["results"] if row[name] == value]

    return holds(what, wanted, seen, lambda rows: rows == [])
