"""Fills in the markers that a sample may hold: something unique, something new, and something in another API."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conformance.errors import NotApplicable
from conformance.model import Json

UNIQUE, NEW, ELSEWHERE, BSN = "$uniek", "$nieuw", "$elders", "$bsn"


def bound(
    sample: Json,
    unique: Callable[[str], str],
    new: Callable[[str], str],
    elsewhere: Callable[..., str],
) -> Json:
    """Give a copy of a sample in which each marker is replaced by its value.

    What is elsewhere comes last, because it is told of which URLs beside it the resource of another API must know.
    """
    if isinstance(sample, list):
        return [bound(part, unique, new, elsewhere) for part in sample]
    if not isinstance(sample, dict):
        return sample
    if sample.keys() == {UNIQUE}:
        return unique(str(sample[UNIQUE]))
    if sample.keys() == {NEW}:
        return new(str(sample[NEW]))
    away = {name: kind_of(value) for name, value in sample.items() if kind_of(value)}
    made = {name: None if name in away else bound(value, unique, new, elsewhere) for name, value in sample.items()}
    beside = [value for value in made.values() if isinstance(value, str) and "://" in value]
    return made | {name: elsewhere(kind, *beside) for name, kind in away.items()}


def swapped(sample: Json, swaps: Mapping[str, str], citizen: Callable[[], str]) -> Json:
    """Give a copy of a sample with other words for some; `$uniek P` stands for what is unique and begins with P.

    A word that is `$bsn` becomes a BSN that nobody has.
    """
    if isinstance(sample, list):
        return [swapped(part, swaps, citizen) for part in sample]
    if isinstance(sample, dict) and sample.keys() != {UNIQUE}:
        return {name: swapped(value, swaps, citizen) for name, value in sample.items()}
    word = f"{UNIQUE} {sample[UNIQUE]}" if isinstance(sample, dict) else sample
    if not isinstance(word, str) or word not in swaps:
        return sample
    return citizen() if swaps[word] == BSN else swaps[word]


def kind_of(value: Json) -> str:
    """Give what a marker names in another API; nothing for any other value."""
    return str(value[ELSEWHERE]) if isinstance(value, dict) and value.keys() == {ELSEWHERE} else ""


def named(samples: Mapping[str, Mapping[str, Json]], resource: str, sample: str) -> dict[str, Json]:
    """Find a sample of a resource; raises NotApplicable when the standard has no way to make one."""
    if resource not in samples:
        nl = f"De standaard laat geen {resource} aanmaken."
        raise NotApplicable(nl, f"The standard has no way to make {resource}.")
    return dict(samples[resource][sample])
