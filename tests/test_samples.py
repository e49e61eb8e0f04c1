"""Tests of the markers in samples."""

from __future__ import annotations

import pytest

from conformance.model import Json
from conformance.samples import bound


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
