"""Random bodies fit or do not fit as asked, and a search ends at the smallest counterexample."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from conformance import contract, generate
from conformance.contract import Contract, ContractError
from conformance.generate import Counterexample

KLANTEN = Path(__file__).parents[1] / "profiles/klanten/contract.yaml"
BROKEN = """
openapi: 3.0.3
info: {title: t, version: v}
paths: {/x: {get: {operationId: x, parameters: [{$ref: '#/nergens'}], responses: {'200': {description: d}}}}}
components: {schemas: {}}
"""


@pytest.fixture(scope="module")
def klanten() -> Contract:
    return contract.load(KLANTEN)


def _values(strategy: st.SearchStrategy[Any], seed: int = 1) -> list[Any]:
    values: list[Any] = []
    assert generate.forall(strategy, seed=seed, examples=15, holds=values.append, error=AssertionError) is None
    return values


def _holds_below_10(value: int) -> None:
    if value >= 10:
        raise ValueError(value)


@pytest.mark.parametrize("valid", [True, False])
@pytest.mark.parametrize("operation", ["klant_create", "klant_partial_update"])
def test_bodies_fit_the_contract_exactly_when_asked(klanten: Contract, operation: str, valid: bool) -> None:
    bodies = _values(generate.bodies(klanten, operation, valid=valid))
    assert {bool(klanten.request_violations(operation, body)) for body in bodies} == {not valid}


def test_the_same_seed_gives_the_same_bodies_and_another_seed_others(klanten: Contract) -> None:
    strategy = generate.bodies(klanten, "klant_create", valid=True)
    assert _values(strategy, 3) == _values(strategy, 3) != _values(strategy, 4)


def test_the_smallest_counterexample_is_found() -> None:
    found = generate.forall(st.integers(), seed=1, examples=100, holds=_holds_below_10, error=ValueError)
    assert isinstance(found, Counterexample)
    assert (found.value, str(found.error)) == (10, "10")


def test_an_exception_of_another_type_is_not_a_counterexample() -> None:
    with pytest.raises(ValueError, match=r"^10"):
        generate.forall(st.integers(), seed=1, examples=100, holds=_holds_below_10, error=AssertionError)


def test_odd_text_has_no_lone_surrogates_and_is_not_longer_than_asked() -> None:
    texts = _values(generate.odd_text(longest=9))
    assert all(len(text) <= 9 and text.encode("utf-8") is not None for text in texts)


def test_the_search_refuses_to_run_outside_the_main_thread() -> None:
    errors: list[RuntimeError] = []

    def search() -> None:
        try:
            generate.forall(st.none(), seed=1, examples=1, holds=print, error=ValueError)
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    thread.join()
    assert len(errors) == 1


def test_an_operation_that_cannot_be_generated_for_stops_everything(tmp_path: Path, klanten: Contract) -> None:
    (tmp_path / "contract.yaml").write_text(BROKEN.replace("parameters:", "x-was:").replace("$ref", "x-ref"))
    other = contract.load(tmp_path / "contract.yaml")
    (tmp_path / "contract.yaml").write_text(BROKEN)
    with pytest.raises(ContractError, match="cannot be used"):
        generate.schema(other)
