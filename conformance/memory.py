"""Tells a target that forgets what it accepts, of which little else can be said, from one that breaks a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator

from conformance.api import Api
from conformance.calls import Seen, World
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.jsonvalue import shown
from conformance.model import Finding, Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found
from conformance.run import Run, joined

JUDGED = frozenset({Severity.FAILURE, Severity.WARNING})


def sift(api: Api, resource: str, *, blocked: bool) -> Text | None:
    """Take away what a check found only because the target forgets, and say so; asks the target once in a run.

    One check judges that a resource is there after it was made. For every other check that is the situation to start
    from, and a target that cannot bring it about is not blamed for it again.
    """
    run, world = api.run, api.world
    if world.judges_memory:
        return None
    resting = [one for one in (*world.findings, *world.trace.findings) if _rests(run, world, one)]
    stuck = blocked and bool(world.seen) and _on_what_exists(run, list(world.seen.values())[-1])
    reason = forgotten(run, resource) if resting or stuck else None
    if reason is not None:
        for findings in (world.findings, world.trace.findings):
            findings[:] = [one for one in findings if one not in resting]
    return reason


def forgotten(run: Run, resource: str) -> Text | None:
    """Say what shows that nothing of a new resource can be read back; None when something can, or nobody knows.

    Only memory is proven, leniently: any text that was sent, at its url, its Location or in the list, is enough.
    """
    if resource not in run.memory:
        api = Api(run, World(f"memory {resource}", apart=True), run.target.full)
        try:
            run.memory[resource] = _proof(api, resource)
        except (Blocked, NotApplicable):
            run.memory[resource] = None
        finally:
            api.clean()
    return run.memory[resource]


def _proof(api: Api, resource: str) -> Text | None:
    body, selector = api.sample(resource), api.resource(resource).selector
    words = [api.run.word(api.world.item, number) for number in range(next(api.world.numbers))]
    sent = [word for word in words if word in json.dumps(body)]
    reply = api.post(resource, body)
    if not reply.ok or not sent:
        return None
    saw: list[Text] = []
    for where, query in _places(api, resource, reply, _search(api, resource, body)):
        try:
            reading = api.get(where, query)
            saw.append(same(f"GET {reading.url}: {reading.status} {shown(reading.text[:60])}"))
            reading.expects(_shows(sent))
        except Blocked as blocked:
            saw.append(blocked.reason)
        except Mismatch:
            continue
        else:
            return None
    nl, en = "; ".join(one.nl for one in saw), "; ".join(one.en for one in saw)
    made = f"POST {reply.url}: {reply.status}"
    value = f"{selector} {shown(body.get(selector))}"
    return Text(
        f"Het product onthoudt niet wat het aanneemt: {value} is verstuurd ({made}) en niet terug te lezen ({nl}). "
        "Laat het nieuwe gegevens later zien, geef dan pace.settle op in het doelbestand.",
        f"The product does not remember what it accepts: {value} was sent ({made}) and cannot be read back ({en}). "
        "If it shows new data later, name pace.settle in the target file.",
    )


def _places(api: Api, resource: str, reply: Reply, query: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    urls = [reply["url"], reply.headers.get("Location")]
    yield from ((url, {}) for url in dict.fromkeys(joined(reply.url, url) for url in urls if isinstance(url, str)))
    yield resource, query


def _search(api: Api, resource: str, body: dict[str, Json]) -> dict[str, Json]:
    """Give the query that finds what was sent: by its selector, or by what a list of this kind demands."""
    known = api.resource(resource)
    if known.search is None:
        return {known.selector: body.get(known.selector)}
    sent = dict(reversed([*_members(body)]))
    query: dict[str, Json] = api.fill({name: sent.get(name, value) for name, value in known.search.items()})
    return query


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    """Walk over the members at every depth, those nearest to the top first among what is alike."""
    if isinstance(value, list):
        for one in value:
            yield from _members(one)
    elif isinstance(value, dict):
        yield from value.items()
        for one in value.values():
            yield from _members(one)


def _shows(words: list[str]) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if not (reply.ok and any(word.casefold() in reply.text.casefold() for word in words)):
            what, wanted = Text("inhoud van het antwoord", "content of the answer"), Text("het nieuwe", "what is new")
            yield found(what, wanted, Text("iets anders", "something else"))

    return claim


def _rests(run: Run, world: World, finding: Finding) -> bool:
    """Tell whether a finding is about something that can only be right when an earlier write is remembered."""
    seen = world.seen.get(finding.exchange or "")
    if seen is None or finding.severity not in JUDGED or seen.status >= 500:
        return False
    if world.needs_memory or _is_item(run, seen.url):
        return True
    # That an answer has another status, or lacks a header, is seen without knowing what exists.
    bare = finding.actual.en.startswith(str(seen.status)) or finding.what.en.startswith("header ")
    return _is_collection(run, seen.url) and 200 <= seen.status < 300 and not bare


def _on_what_exists(run: Run, seen: Seen) -> bool:
    listed = seen.method == "GET" and seen.status == 200 and _is_collection(run, seen.url)
    return listed or (seen.status < 500 and _is_item(run, seen.url))


def _is_collection(run: Run, url: str) -> bool:
    return url.partition("?")[0] in _collections(run)


def _is_item(run: Run, url: str) -> bool:
    where = url.partition("?")[0]
    if any(where.startswith(f"{collection}/") for collection in _collections(run)):
        return True
    parts = {"", *(_below(operation.path) for one in run.contracts.values() for operation in one.operations.values())}
    return any(
        where == url or (where.startswith(f"{url}/") and where[len(url) + 1 :].partition("/")[0] in parts)
        for url in run.named
    )


def _collections(run: Run) -> list[str]:
    return [run.target.root(one.api) + one.path for one in run.profile.resources.values() if run.offered(one)]


def _below(path: str) -> str:
    """Name the part of an item that a path template leads to; empty for the item itself and for a collection."""
    return path.partition("}")[2].strip("/").partition("/")[0]
