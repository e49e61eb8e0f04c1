"""Applications that a target file need not name; what needs one that is absent is not applicable, with what to add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.api import Api
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable


def only_at(api: Api, name: str) -> Api:
    """Give an application that has its rights at one API only."""
    return _named(api, lambda one: one.row.apis == [name], f"[…], 'apis: [{name}]'")


def limited(api: Api) -> Api:
    """Give an application that has its scopes for some objects only."""
    return _named(api, lambda one: bool(one.row.autorisaties), "[…], 'autorisaties: [{type: …, max: …, scopes: […]}]'")


def companion(api: Api) -> Api | None:
    """Give another client of the same application as one with limited rights; None when the target file names none."""
    own = api.credential
    for one in api.run.target.credentials.values():
        if own is not None and one is not own and one.row.autorisaties == own.row.autorisaties:
            return replace(api, credential=one)
    return None


def publishing(api: Api) -> Api:
    """Give an application that sees only what is ready for publication."""
    return _named(api, lambda one: one.row.published_only, "[…], 'published_only: true'")


def elsewhere(api: Api, *scopes: str) -> Api:
    """Give an application with one of these scopes, which are those of another API."""
    return _named(api, lambda one: one.row.scopes in [[scope] for scope in scopes], f"[{scopes[0]}]")


def _named(api: Api, fits: Callable[[Credential], bool], scopes: str) -> Api:
    try:
        return api.application(fits, scopes)
    except Blocked as absent:
        raise NotApplicable(*absent.reason) from absent
