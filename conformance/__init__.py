"""Conformance and contract test suite for the VNG API standards.

The names below are what a profile's own checks may use; they are imported when first asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_EXPORTS = {
    "conformance.api": ("Api",),
    "conformance.errors": ("Blocked", "Mismatch", "NotApplicable"),
    "conformance.graft": ("MISSING", "grafted"),
    "conformance.jsonvalue": ("differences", "equal", "is_empty", "leaves", "member_of", "shown"),
    "conformance.library.applications": ("application", "done", "fresh", "provided"),
    "conformance.library.generated": ("frozen",),
    "conformance.library.standing": ("kept", "reading", "told"),
    "conformance.model": ("Finding", "Json", "Severity", "Text", "same"),
    "conformance.neighbours": ("INZAGE", "LOG", "SOURCE"),
    "conformance.replay": ("named",),
    "conformance.reply": (
        "Claim",
        "Found",
        "Reply",
        "empty",
        "equals",
        "found",
        "has_status",
        "header",
        "holds",
        "invalid_names",
        "media_type",
        "member",
        "members",
        "no_body",
        "no_header",
        "no_server_error",
        "problem",
    ),
    "conformance.run": ("joined", "split"),
    "conformance.trigger": ("Deed", "Heard"),
}
_HOME = {name: module for module, names in _EXPORTS.items() for name in names}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'conformance' has no attribute '{name}'")
