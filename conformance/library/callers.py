"""Applications that a target file need not name; what needs one that is absent is not applicable, with what to add."""

from __future__ import annotations

from collections.abc import Callable

from conformance.api import Api
from conformance.errors import Blocked, NotApplicable
from conformance.target import Credential


def only_at(api: Api, name: str) -> Api:
    """Give an application that has its rights at one API only."""
    return _named(api, lambda one: one.row.apis == [name], f"[…], 'apis: [{name}]'")


def _named(api: Api, fits: Callable[[Credential], bool], scopes: str) -> Api:
    try:
        return api.application(fits, scopes)
    except Blocked as absent:
        raise NotApplicable(*absent.reason) from absent
