"""Plays what a target fetches or calls: addresses, issuers, a Zaken API, an Autorisaties API and a Notificaties API."""

from __future__ import annotations

from conformance.neighbours.autorisaties import Autorisaties, applicaties
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
    "Autorisaties",
    "Call",
    "Issuing",
    "Log",
    "Neighbours",
    "applicaties",
]
