"""Checks that send requests made beforehand or at random, and judge each by what the register says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

from hypothesis import strategies as st

from conformance import graft
from conformance.api import Api
from conformance.corpus import select
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.generate import bodies, forall, odd_bodies, odd_text
from conformance.jsonvalue import leaves, shown
from conformance.model import Json
from conformance.replay import Replay, named, survive
from conformance.reply import Reply, no_server_error

ORDER = ("accepted", "refused", "no_server_error")
EXAMPLES = {"quick": 4, "standard": 12, "deep": 300}
SMALLER = 40
LARGE = 1_000_000


def corpus(api: Api, *, resource: str | None = None, operation: str | None = None) -> None:
    """Every frozen request that is about this requirement gets the answer that the register asks for."""
    frozen(resource, operation, api)


def frozen(resource: str | None, operation: str | None, api: Api) -> None:
    """Send the frozen requests about this requirement, those to one resource or operation when it is named."""
    requirement = api.world.item.partition(" ")[0]
    replay = Replay(api)
    found = select(api.run.corpus, requirement=requirement, operation=operation, depth=api.run.depth)
    cases = [case for case in found if resource in {None, replay.resource(case)}]
    if not cases:
        raise NotApplicable("De standaard heeft hiervoor geen vaste verzoeken.", "There are no frozen requests here.")
    for case in sorted(cases, key=lambda case: ORDER.index(case.expect)):
        if api.run.depth == "deep" or not replay.shown(case):
            with api.continuing():
                replay.judge(case)


def survives_odd_input(api: Api, *, resource: str) -> None:
    """Random bodies that are ordinary JSON, and texts with rare characters, never lead to a server error."""
    where, name = str(api.create(resource)["url"]), api.resource(resource).text
    half = EXAMPLES[api.run.depth] // 2
    wrong = _wrong_bodies(api, resource).filter(_ordinary)
    rare = odd_text().map(lambda text: {name: text.replace("\0", "")}).filter(_ordinary)
    with api.continuing():
        _always_survived(api, resource, wrong, half, partial(api.post, resource))
    with api.continuing():
        _always_survived(api, resource, rare, half, partial(api.patch, where))
    api.read(where)


def survives_extremes(api: Api, *, resource: str) -> None:
    """NUL characters, lone surrogates, huge numbers, deep nesting and very large texts lead to no server error."""
    where, text = str(api.create(resource)["url"]), f"/{api.resource(resource).text}"
    for pointer, value, label in _extremes(text, api.sample(resource)):
        with api.continuing():
            sent = json.dumps(graft.grafted(api.sample(resource), pointer, value)).encode()
            _tolerated(partial(api.post, resource, sent), label)
    for value, label in (("a\0b", "NUL"), ("a\ud800b", "surrogate")):
        with api.continuing():
            sent = json.dumps({text[1:]: value}).encode()
            _tolerated(partial(api.patch, where, sent), f"PATCH {text} {label}")
    api.read(where)


def _always_survived(
    api: Api, resource: str, values: st.SearchStrategy[Json], examples: int, send: Callable[[Json], Reply]
) -> None:
    """Expect no server error whatever the value is; the smallest value that breaks this is the evidence."""
    seen: dict[str, Mismatch | Blocked | None] = {}

    def tried(value: Json) -> Mismatch | Blocked | None:
        try:
            survive(api, resource, partial(send, value), shown(value))
        except (Mismatch, Blocked) as fault:
            return fault
        return None

    def survives(value: Json) -> None:
        text = json.dumps(value, sort_keys=True)
        if text not in seen:
            # Looking for a smaller value ends here; what was already found to fail keeps failing.
            seen[text] = tried(value) if len(seen) < examples + SMALLER else None
        if (fault := seen[text]) is not None:
            raise fault

    search = partial(forall, values, seed=api.run.seed, examples=examples, holds=survives, error=Mismatch)
    worst = api.run.turns.in_main(search)
    if worst is not None:
        raise worst.error


def _wrong_bodies(api: Api, resource: str) -> st.SearchStrategy[Json]:
    """Give bodies that the contract does not allow: near a good one, and in a deep run anywhere."""
    contract, operation = api.contract(resource), api.operation("POST", resource).operation_id
    if api.run.depth == "deep":
        return bodies(contract, operation, valid=False)
    near = odd_bodies(api.sample(resource))
    return near.filter(lambda body: bool(contract.request_violations(operation, body)))


def _ordinary(body: Json) -> bool:
    """Tell whether a body is ordinary JSON text: COM-ERR-018 is about NUL characters, lone surrogates and size."""
    try:
        text = json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return b"\\u0000" not in text and len(text) < 20_000


def _extremes(text: str, sample: dict[str, Json]) -> Iterator[tuple[str, Json, str]]:
    """Give places in a sample and what to put there."""
    number = next((path.replace(".", "/") for path, value in leaves(sample) if type(value) is int), text[1:])
    group = next((name for name, value in sample.items() if isinstance(value, dict)), text[1:])
    nested: Json = []
    for _ in range(200):
        nested = [nested]
    yield text, "a\0b", f"POST {text} NUL"
    yield text, "a\ud800b", f"POST {text} surrogate"
    yield f"/{number}", 10**400, f"POST /{number} 10^400"
    yield f"/{group}", nested, f"POST /{group} 200 x ["
    yield text, "x" * LARGE, f"POST {text} 1 MB"


def _tolerated(send: Callable[[], Reply], label: str) -> None:
    """Expect no server error; a connection that is closed is fine."""
    try:
        reply = send()
    except Blocked:
        return
    reply.expects(named(label, no_server_error()))
