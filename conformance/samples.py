"""Fills in the two markers that a sample may hold: something unique, and something new."""

from __future__ import annotations

from collections.abc import Callable

from conformance.model import Json

UNIQUE, NEW = "$uniek", "$nieuw"


def bound(sample: Json, unique: Callable[[str], str], new: Callable[[str], str]) -> Json:
    """Give a copy of a sample in which each marker is replaced by its value."""
    if isinstance(sample, list):
        return [bound(part, unique, new) for part in sample]
    if not isinstance(sample, dict):
        return sample
    if sample.keys() == {UNIQUE}:
        return unique(str(sample[UNIQUE]))
    if sample.keys() == {NEW}:
        return new(str(sample[NEW]))
    return {name: bound(value, unique, new) for name, value in sample.items()}
