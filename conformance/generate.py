"""Random bodies for the third tier, and the search for the smallest one for which something does not hold."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation

from conformance import graft
from conformance.contract import Contract, ContractError
from conformance.formats import FORMATS
from conformance.model import Json

T = TypeVar("T")
ODD = "\u0000\u0009\u000a\u00a0\u0301\u200b\u202e\u2028\ufeff\U00010348\U0001f600éßİ'\"\\<>&%{}$`"


@dataclass(frozen=True)
class Counterexample(Generic[T]):
    """The smallest value found for which something does not hold, and how it failed."""

    value: T
    error: Exception


def schema(contract: Contract) -> schemathesis.BaseSchema:
    """The contract as schemathesis sees it, without settings from the surroundings."""
    for name in ("rsin", "bsn"):
        schemathesis.openapi.format(name, st.sampled_from(FORMATS[name].examples))
    loaded = schemathesis.openapi.from_path(str(contract.path.resolve()), config=schemathesis.Config())
    loaded.config.generation.update(with_security_parameters=False)
    for _ in operations(loaded, contract):
        pass
    return loaded


def operations(loaded: schemathesis.BaseSchema, contract: Contract) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """All operations; one that cannot be used is an error, since it would silently not be tested."""
    for result in loaded.get_all_operations():
        if isinstance(result, Err):
            raise ContractError(contract.path, f"an operation cannot be used: {result.err()}", "correct the contract")
        yield result.ok()


def bodies(contract: Contract, operation_id: str, *, valid: bool) -> st.SearchStrategy[Json]:
    """JSON bodies for an operation that fit its request schema, or do not."""
    operation = contract.operation(operation_id)
    described = schema(contract)[operation.path][operation.method]
    mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
    made: st.SearchStrategy[Json] = described.as_strategy(generation_mode=mode).map(lambda case: case.body)
    return made.filter(
        lambda body: not isinstance(body, bytes | NotSet) and valid is _fits(contract, operation_id, body)
    )


def _fits(contract: Contract, operation_id: str, body: Json) -> bool:
    return not contract.request_violations(operation_id, body)


def odd_bodies(sample: Json) -> st.SearchStrategy[Json]:
    """A good body with something odd in one place; a hundred times cheaper than drawing from a schema."""
    texts = st.one_of(st.sampled_from(["", " ", "0", "-1", "null", "[]", "x" * 300]), odd_text())
    alone = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
    values = st.recursive(alone, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
    return st.builds(graft.grafted, st.just(sample), st.sampled_from(list(graft.pointers(sample))), values)


def odd_text(*, longest: int = 200) -> st.SearchStrategy[str]:
    """Text that programs stumble over: other scripts, combining and invisible characters, quotes and control codes."""
    plain = st.characters(exclude_categories=["Cs"])
    return st.text(st.one_of(st.sampled_from(ODD), plain), max_size=longest)


def forall(
    values: st.SearchStrategy[T], *, seed: int, examples: int, holds: Callable[[T], object], error: type[Exception]
) -> Counterexample[T] | None:
    """The smallest value for which `holds` raises `error`; the same seed tries the same values."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("hypothesis only works in the main thread")
    last: list[Counterexample[T]] = []

    @seeded(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(values)
    def search(value: T) -> None:
        try:
            holds(value)
        except error as fault:
            last[:] = [Counterexample(value, fault)]
            raise

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)
            search()
    except error:
        return last[0]
    return None
