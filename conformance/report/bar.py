"""Draws the statuses of a group of requirements as one bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 1000
ORDER = (
    Status.PASSED,
    Status.WARNING,
    Status.WAIVED,
    Status.FAILED,
    Status.BLOCKED,
    Status.ERROR,
    Status.NOT_TESTED,
    Status.NOT_APPLICABLE,
)
_LEAST = 8
_GAP = 3


@dataclass(frozen=True)
class Segment:
    """One part of a bar."""

    status: Status
    count: int
    x: float
    width: float


def segments(counts: Mapping[Status, int]) -> tuple[Segment, ...]:
    """Lay the statuses side by side; even one requirement out of a thousand can be seen."""
    seen = [(status, counts[status]) for status in ORDER if counts.get(status)]
    total = sum(count for _, count in seen)
    room = WIDTH - _GAP * (len(seen) - 1) - _LEAST * len(seen)
    parts: list[Segment] = []
    x = 0.0
    for status, count in seen:
        width = _LEAST + room * count / total
        parts.append(Segment(status, count, round(x, 1), round(width, 1)))
        x += width + _GAP
    return tuple(parts)
