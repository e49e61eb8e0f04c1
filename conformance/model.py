"""The nouns: what a standard demands, what was seen, and what follows from it; all frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Json = Any
"""A JSON value as the standard library decodes it."""


class Text(NamedTuple):
    """One sentence in Dutch and in English."""

    nl: str
    en: str


def same(text: str) -> Text:
    """Give a text that reads alike in both languages, such as a status code or a JSON value."""
    return Text(text, text)


class Level(StrEnum):
    """How binding a requirement is."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Status(StrEnum):
    """What became of a check or a requirement, worst first."""

    FAILED = "failed"
    ERROR = "error"
    BLOCKED = "blocked"
    WAIVED = "waived"
    WARNING = "warning"
    PASSED = "passed"
    NOT_APPLICABLE = "not_applicable"
    NOT_TESTED = "not_tested"


class Verdict(StrEnum):
    """What a profile's outcomes say about the product."""

    CONFORMS = "voldoet"
    CONFORMS_WITH_WAIVERS = "voldoet met toelichting"
    FAILS = "voldoet niet"
    UNDECIDED = "niet vast te stellen"


class Severity(StrEnum):
    """Whether a finding breaks the requirement or is a reading that the ruling tolerates."""

    FAILURE = "failure"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class CheckCall:
    """A check by name with its literal arguments; `each` repeats it for every resource with that role."""

    name: str
    arguments: Mapping[str, Json] = field(default_factory=dict)
    each: str | None = None

    def __str__(self) -> str:
        """Show the call as it is written in a report and in a test id."""
        return f"{self.name}({', '.join(f'{key}={_brief(value)}' for key, value in self.arguments.items())})"


@dataclass(frozen=True)
class Interpretation:
    """How a text that can be read in two ways is read: what is accepted and what is at most a warning."""

    text: Text
    warn_only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Requirement:
    """One demand of a standard, with how it is tested or why it is not.

    A declared one cannot be seen from outside: the supplier answers for it, and it does not change the verdict.
    A run that is less deep than `depth` does not test it.
    One that names schemes, hosts or a component binds only who has one of them; `unbound` says that a target has not.
    """

    id: str
    level: Level
    kind: str
    title: Text
    statement: str
    source: str
    theme: str = ""
    operation: str | None = None
    checks: tuple[CheckCall, ...] = ()
    depth: str = "quick"
    untested: Text | None = None
    declared: bool = False
    interpretation: Interpretation | None = None
    shared_defect: Text | None = None
    schemes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    component: str = ""
    unbound: Text | None = None


@dataclass(frozen=True)
class Finding:
    """One difference between what was expected and what was seen, with the exchange that shows it."""

    what: Text
    expected: Text
    actual: Text
    exchange: str | None = None
    severity: Severity = Severity.FAILURE


@dataclass(frozen=True)
class Outcome:
    """What one check of one requirement saw."""

    requirement: str
    check: str
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: Text | None = None
    exchanges: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Judgement:
    """A requirement with everything its checks saw."""

    requirement: Requirement
    status: Status
    outcomes: tuple[Outcome, ...] = ()
    reason: Text | None = None


_ORDER = {status: rank for rank, status in enumerate(Status)}
_UNDECIDED = frozenset({Status.BLOCKED, Status.ERROR, Status.NOT_TESTED})


def worst(statuses: Iterable[Status]) -> Status:
    """Give the worst of the statuses; not tested when there are none."""
    return min(statuses, key=_ORDER.__getitem__, default=Status.NOT_TESTED)


def capped(status: Status, level: Level) -> Status:
    """Lower a failure to what its level allows: a SHOULD warns and a MAY informs."""
    if level is Level.MUST or status not in {Status.FAILED, Status.WARNING}:
        return status
    return Status.WARNING if level is Level.SHOULD else Status.PASSED


def verdict(judgements: Iterable[Judgement]) -> Verdict:
    """Weigh the binding requirements; those that only the supplier can declare do not count."""
    binding = (judged for judged in judgements if judged.requirement.level is Level.MUST)
    statuses = {judged.status for judged in binding if not judged.requirement.declared}
    if Status.FAILED in statuses:
        return Verdict.FAILS
    if not statuses or statuses & _UNDECIDED or statuses == {Status.NOT_APPLICABLE}:
        return Verdict.UNDECIDED
    return Verdict.CONFORMS_WITH_WAIVERS if Status.WAIVED in statuses else Verdict.CONFORMS


def _brief(value: Json) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
