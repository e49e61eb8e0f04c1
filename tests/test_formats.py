"""The formats tell right from nearly right."""

from __future__ import annotations

import random

import pytest

from conformance import formats
from conformance.formats import FORMATS

EXAMPLES = [(name, value) for name, one in FORMATS.items() for value in one.examples]
MISSES = [(name, miss.value) for name, one in FORMATS.items() for miss in one.near_misses]


def _seeded(seed: int) -> random.Random:
    return random.Random(seed)


@pytest.mark.parametrize(("name", "value"), EXAMPLES)
def test_an_example_is_valid(name: str, value: str) -> None:
    assert formats.valid(name, value)


@pytest.mark.parametrize(("name", "value"), MISSES)
def test_a_near_miss_is_not_valid(name: str, value: str) -> None:
    assert not formats.valid(name, value)


@pytest.mark.parametrize("name", FORMATS)
def test_every_near_miss_says_why_in_two_languages(name: str) -> None:
    assert all(miss.why.nl and miss.why.en for miss in FORMATS[name].near_misses)


@pytest.mark.parametrize("name", ["rsin", "bsn"])
def test_one_near_miss_passes_the_eleven_test_only_with_weight_plus_one(name: str) -> None:
    assert [miss.value for miss in FORMATS[name].near_misses if formats.eleven(miss.value, last=1)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("uri", "http://[x"), ("uri", "mailto:a@b.nl"), ("date-time", "2020-01-01T12:00:00"), ("date", "20200101"),
     ("duration", ""), ("rsin", "¹00000009"), ("uuid", ""), ("oin", "00000001000000009000\n")],
)  # fmt: skip
def test_odd_text_is_not_valid(name: str, value: str) -> None:
    assert not formats.valid(name, value)


def test_made_bsns_are_valid_and_never_issued() -> None:
    made = [formats.bsn(_seeded(seed)) for seed in range(50)]
    assert all(value.startswith("9999") and formats.valid("bsn", value) for value in made)


def test_made_rsins_are_those_of_the_official_tests() -> None:
    assert {formats.rsin(_seeded(seed)) for seed in range(50)} == set(formats.TEST_RSINS)


def test_the_same_seed_makes_the_same_bsn() -> None:
    assert formats.bsn(_seeded(7)) == formats.bsn(_seeded(7))
