"""The run as data, byte for byte as it was recorded; and how other data is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.report.wire import legible

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.report.record import Record


def render(record: Record, language: str) -> bytes:
    """Give run.json; it holds both languages."""
    return record.raw


def document(value: Json) -> bytes:
    """Write a JSON document in which every hidden character is visible."""
    return (json.dumps(legible(value), ensure_ascii=False, indent=1) + "\n").encode()
