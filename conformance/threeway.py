"""Sets side by side what the standard says, what the supplier's own document says, and what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from conformance.contract import Contract
from conformance.contractdiff import Difference, extras, prefix, shortfalls
from conformance.library.description import PLACES
from conformance.model import Json, Text, same
from conformance.observed import Sight, exchanges, median
from conformance.published import Published, Unreadable, anonymous, parsed
from conformance.run import Run

MOST = 50
UNKNOWN = Text("kent dit niet", "does not know this")
SEEN = Text("gezien", "seen")
MISSING = Text("ontbreekt", "missing")
BEYOND = "operation beyond the standard"


def comparison(run: Run, sights: list[Sight]) -> list[dict[str, Json]]:
    """Compare the three for each API of a profile that the target offers."""
    return [
        _compared(run, api, contract, [sight for sight in sights if sight.api == api])
        for api, contract in run.contracts.items()
        if api in run.target.row.apis
    ]


def _compared(run: Run, api: str, contract: Contract, sights: list[Sight]) -> dict[str, Json]:
    root = run.target.root(api)
    url, document = _document(run, root)
    given = None if document is None else _given(contract, document, root)
    known = {(one.method, anonymous(one.path)) for one in contract.operations.values()}
    return {
        "api": api,
        "document": url,
        "operations": [_operation(sight, given) for sight in sights],
        "extra_operations": [
            f"{method} {path}" for method, path in sorted((given or set()) - known) if method not in {"HEAD", "OPTIONS"}
        ][:MOST],
        "differences": list(islice(_differences(contract, document, urlsplit(root).path, sights), MOST)),
    }


def _document(run: Run, root: str) -> tuple[str | None, Published | None]:
    """Find the description that the target publishes among what was fetched."""
    places = {f"{root}/{place}" for place in PLACES}
    for exchange in exchanges(run.folder.path):
        answer, url = exchange["response"], exchange["request"]["url"]
        if url in places and answer is not None and answer["status"] == 200 and answer["body"]:
            try:
                return url, parsed(answer["body"].encode("utf-8", "surrogatepass"))
            except Unreadable:
                continue
    return None, None


def _given(contract: Contract, document: Published, root: str) -> set[tuple[str, str]]:
    above = prefix(contract, document, urlsplit(root).path)
    return {(method, template) for method, template, _ in document.operations(above)}


def _operation(sight: Sight, given: set[tuple[str, str]] | None) -> dict[str, Json]:
    key = (sight.operation.method, anonymous(sight.operation.path))
    return {
        "operation": sight.name,
        "described": None if given is None else key in given,
        "statuses": {str(status): count for status, count in sorted(sight.statuses.items())},
        "median": median(sight.seconds),
    }


def _differences(
    contract: Contract, document: Published | None, path: str, sights: Iterable[Sight]
) -> Iterator[dict[str, Json]]:
    seen = {name: count for sight in sights for name, count in sight.beyond.items()}
    if document is not None:
        names = {f"{one.method} {one.path}": one for one in contract.operations.values()}
        for one in shortfalls(contract, document, path):
            if one.what.en not in names:
                yield _row(one.what, one.expected, one.actual, None)
        for one in extras(contract, document, path):
            if one.what.en != BEYOND:
                yield _extra(one, seen=seen.pop(one.actual.en, 0) > 0)
    own = None if document is None else MISSING
    for name in seen:
        yield _row(same(name), UNKNOWN, own, SEEN)


def _extra(one: Difference, *, seen: bool) -> dict[str, Json]:
    described = Text("beschrijft dit", "describes this")
    return _row(one.actual, UNKNOWN, described, SEEN if seen else None)


def _row(what: Text, standard: Text, document: Text | None, seen: Text | None) -> dict[str, Json]:
    return {
        name: None if value is None else value._asdict()
        for name, value in (("what", what), ("standard", standard), ("document", document), ("seen", seen))
    }
