"""Sets out who was let in at each operation, and whether that is how it should be."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.credentials import Credential
from conformance.model import Json
from conformance.observed import Sight
from conformance.run import Run

CLOSED = ("nobody", "no_scopes", "one_other", "others")
OPEN = ("own", "all")
WITHIN, OUTSIDE = "within", "outside"
REFUSED = frozenset({401, 403})


def access(run: Run, sights: Iterable[Sight]) -> list[dict[str, Json]]:
    """Give a row for each operation that asks for a scope, with a cell for each kind of caller."""
    every = frozenset(scope for contract in run.contracts.values() for scope in contract.scopes)
    return [_row(run, sight, every) for sight in sights if sight.operation.scopes]


def _row(run: Run, sight: Sight, every: frozenset[str]) -> dict[str, Json]:
    scope = sight.operation.scopes[0]
    limited = _limited(run, sight, scope)
    seen: dict[str, list[tuple[int, str]]] = {kind: limited.get(kind, []) for kind in (*CLOSED, *limited, *OPEN)}
    for caller, answers in sight.callers.items():
        kind = _kind(run.target.credentials.get(caller), scope, every) if caller else "nobody"
        if kind is not None:
            seen[kind] += answers
    return {
        "operation": sight.name,
        "scope": scope,
        "cells": [_cell(kind, answers) for kind, answers in seen.items()],
    }


def _limited(run: Run, sight: Sight, scope: str) -> dict[str, list[tuple[int, str]]]:
    """Give what applications got that have the scope for some objects only; nothing when no such object was made."""
    if not run.sides:
        return {}
    seen: dict[str, list[tuple[int, str]]] = {OUTSIDE: [], WITHIN: []}
    for (caller, side), answers in sight.sides.items():
        limits = run.target.row.credentials[caller].autorisaties if caller in run.target.row.credentials else []
        if any(scope in one.scopes for one in limits):
            seen[WITHIN if side else OUTSIDE] += answers
    return seen


def _kind(credential: Credential | None, scope: str, every: frozenset[str]) -> str | None:
    """Say what a caller may do; None for one that says nothing about this scope."""
    if credential is None or not credential.row.plain:
        return None
    scopes = credential.scopes
    if scopes is None or scopes == {scope}:
        return "all" if scopes is None else "own"
    if scope in scopes:
        return None
    return "no_scopes" if not scopes else "others" if scopes == every - {scope} else "one_other"


def _cell(kind: str, answers: list[tuple[int, str]]) -> dict[str, Json]:
    granted = [ident for status, ident in answers if 200 <= status < 300]
    refused = [ident for status, ident in answers if status in REFUSED]
    seen = "granted" if granted else "refused" if refused else "other" if answers else "untried"
    wrong = (seen == "granted" and kind in {*CLOSED, OUTSIDE}) or (seen == "refused" and kind in {*OPEN, WITHIN})
    shown = granted or refused or [ident for _, ident in answers]
    return {
        "caller": kind,
        "seen": seen,
        "fits": None if seen in {"other", "untried"} else not wrong,
        "statuses": sorted({status for status, _ in answers}),
        "exchange": shown[0] if shown else None,
    }
