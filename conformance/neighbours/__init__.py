"""Plays what a target fetches or calls: addresses, issuers, other APIs, and what is behind a gateway."""

from __future__ import annotations

from conformance.neighbours.autorisaties import Autorisaties, applicaties
from conformance.neighbours.behind import Arrival, Behind, Shown
from conformance.neighbours.callers import RECEIVER, Call
from conformance.neighbours.issuing import Issuing
from conformance.neighbours.logging import INZAGE, LOG, SOURCE, Log
from conformance.neighbours.server import ABSENT, Neighbours

__all__ = [
    "ABSENT",
    "INZAGE",
    "LOG",
    "RECEIVER",
    "SOURCE",
    "Arrival",
    "Autorisaties",
    "Behind",
    "Call",
    "Issuing",
    "Log",
    "Neighbours",
    "Shown",
    "applicaties",
]
