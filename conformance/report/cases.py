"""The checks of a run one by one, as build servers and other tools count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance.model import Status
from conformance.report.wire import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json


class Case(NamedTuple):
    """One check of one requirement; a requirement without a check is one case too."""

    profile: Json
    requirement: Json
    outcome: Json
    status: Status
    waiver: Json | None

    @property
    def name(self) -> str:
        """Name the requirement and the check."""
        return " ".join(filter(None, (self.requirement["id"], self.outcome["check"])))


def cases(run: Json) -> Iterator[Case]:
    """List the cases of a run; none when nothing was judged."""
    for profile in () if run["configuration"] else run["profiles"]:
        yield from cases_of(run, profile)


def cases_of(run: Json, profile: Json) -> Iterator[Case]:
    """List the cases of one profile, in the order of the standard."""
    waivers = {waiver["requirement"]: waiver for waiver in run.get("waivers", ()) if not waiver["fault"]}
    for requirement in profile["requirements"]:
        for outcome in requirement["outcomes"] or [_unchecked(requirement)]:
            status = _status(requirement, outcome)
            waiver = _waiver(requirement, waivers) if status is Status.WAIVED else None
            yield Case(profile, requirement, outcome, status, waiver)


def explained(case: Case, table: Json) -> list[str]:
    """Give what is known about a case whose texts are in one language: its reasons, then its findings."""
    reasons = (case.outcome["reason"], case.requirement["reason"])
    findings = (finding_line(finding, table) for finding in case.outcome["findings"])
    return [*dict.fromkeys(reason for reason in reasons if reason), *findings]


def headline(case: Case, table: Json) -> str:
    """Give the status, the level and the title of a case in one line."""
    requirement = case.requirement
    return f"{table['status'][case.status]} ({table['level'][requirement['level']]}): {requirement['title']}"


def finding_line(finding: Json, table: Json) -> str:
    """Give a finding in one line."""
    seen = f"{table['expected']}: {cut(finding['expected']).text}; {table['actual']}: {cut(finding['actual']).text}"
    where = f" ({table['exchange']} {finding['exchange']})" if finding["exchange"] else ""
    return f"{cut(finding['what']).text}. {seen}{where}"


def _waiver(requirement: Json, waivers: Mapping[str, Json]) -> Json:
    known = waivers.get(requirement["id"], {"reason": requirement["reason"] or ""})
    return {name: known[name] or "" for name in ("reason", "owner", "expires") if name in known}


def _unchecked(requirement: Json) -> Json:
    return {
        "check": "",
        "status": requirement["status"],
        "seconds": 0.0,
        "reason": None,
        "exchanges": [],
        "findings": [],
    }


def _status(requirement: Json, outcome: Json) -> Status:
    """Give the status of an outcome; a failure that does not make its requirement fail has a waiver."""
    covered = outcome["status"] == Status.FAILED and requirement["status"] != Status.FAILED
    return Status.WAIVED if covered else Status(outcome["status"])
