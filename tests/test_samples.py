"""Tests of the markers in samples."""

from __future__ import annotations

import pytest

from conformance.model import Json
from conformance.samples import bound, swapped


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ({"a": {"$uniek": "K"}}, {"a": "unique K"}),
        ({"a": [{"$nieuw": "klanten"}, 1]}, {"a": ["new klanten", 1]}),
        ({"a": {"b": {"$uniek": ""}}}, {"a": {"b": "unique "}}),
        ({"a": {"$uniek": "K", "b": 1}}, {"a": {"$uniek": "K", "b": 1}}),
        ({"a": {"$elders": "klanten"}, "b": "x"}, {"a": "an existing klanten", "b": "x"}),
        (
            {"a": {"$elders": "zaken"}, "b": {"$nieuw": "://k"}, "c": "https://d", "e": 1},
            {"a": "an existing zaken new ://k https://d", "b": "new ://k", "c": "https://d", "e": 1},
        ),
        ("text", "text"),
        (None, None),
    ],
)
def test_markers_are_filled_in(sample: Json, expected: Json) -> None:
    away = lambda kind, *own: " ".join((f"an existing {kind}", *own))  # noqa: E731 - three of a kind
    assert bound(sample, lambda prefix: f"unique {prefix}", lambda name: f"new {name}", away) == expected


def test_the_sample_itself_stays_as_it_is() -> None:
    sample = {"a": {"b": [1]}}
    copy = bound(sample, str, str, str)
    copy["a"]["b"].append(2)
    assert sample == {"a": {"b": [1]}}


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ({"a": "Soort", "b": ["Soort", "Soorten"]}, {"a": "BSN", "b": ["BSN", "Soorten"]}),
        ({"a": {"$uniek": "P"}, "b": {"$uniek": "Q"}}, {"a": "9", "b": {"$uniek": "Q"}}),
        ({"a": "P", "$uniek": "P"}, {"a": "P", "$uniek": "P"}),
        (5, 5),
        (None, None),
    ],
)
def test_some_words_are_put_in_place_of_others(sample: Json, expected: Json) -> None:
    assert swapped(sample, {"Soort": "BSN", "$uniek P": "$bsn"}, lambda: "9") == expected
