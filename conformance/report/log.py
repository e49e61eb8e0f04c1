"""One item of the technical log: requirement, findings, exchanges and curl as escaped HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.exchange import shown
from conformance.report.page import environment
from conformance.report.wire import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Finding, Json, Outcome, Requirement, Text

SHOWN = 20


def extras(
    outcome: Outcome,
    exchanges: Iterable[Json],
    *,
    requirement: Requirement | None = None,
    language: str = "en",
) -> str:
    """Give the details of one outcome; of its exchanges, recorded as in exchanges.jsonl, the last ones are shown."""
    recorded = {exchange["id"]: exchange for exchange in exchanges}
    named = [name for name in _named(outcome) if name in recorded]
    return (
        environment(language)
        .get_template("log.html.j2")
        .render(
            outcome=outcome,
            requirement=requirement,
            title=_said(requirement.title, language) if requirement else "",
            reason=_said(outcome.reason, language) if outcome.reason else "",
            found=[_finding(finding, language) for finding in outcome.findings],
            exchanges=[shown(recorded[name]) for name in named[-SHOWN:]],
        )
    )


def _named(outcome: Outcome) -> list[str]:
    """List the exchanges of the findings last, so that these are never left out first."""
    found = dict.fromkeys(finding.exchange for finding in outcome.findings if finding.exchange)
    return [*(name for name in outcome.exchanges if name not in found), *found]


def _finding(finding: Finding, language: str) -> dict[str, str | None]:
    return {
        "severity": finding.severity,
        "what": _said(finding.what, language),
        "expected": _said(finding.expected, language),
        "actual": _said(finding.actual, language),
        "exchange": finding.exchange,
    }


def _said(text: Text, language: str) -> str:
    return cut(str(getattr(text, language))).text
