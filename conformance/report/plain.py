"""The run as data, byte for byte as it was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.report.record import Record


def render(record: Record, language: str) -> bytes:
    """Give run.json; it holds both languages."""
    return record.raw
