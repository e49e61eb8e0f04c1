"""Puts together run.json: everything that a report may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from conformance.model import Interpretation, Json, Judgement, Outcome, Requirement, Status, Text, same, verdict, worst
from conformance.profile import Profile
from conformance.target import Target
from conformance.waivers import Waiver

NOT_RUN = Text("Niet uitgevoerd in deze run.", "Not executed in this run.")
ALSO = Text("; ook ", "; also ")
NO_RESOURCE = Text("De standaard heeft geen resource van deze soort.", "The standard has no resource of this kind.")


def judged(
    profile: Profile, outcomes: Iterable[Outcome], planned: frozenset[str], waivers: Sequence[Waiver] = ()
) -> list[Judgement]:
    """Give every row of the register with what its checks saw; rows without a check say why."""
    by_row: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_row.setdefault(outcome.requirement, []).append(outcome)
    covering = {waiver.requirement: waiver for waiver in waivers if waiver.fault is None}
    rows = (_judgement(row, tuple(by_row.get(row.id, ())), planned) for row in profile.requirements)
    return [_waived(judgement, covering) for judgement in rows]


def _judgement(row: Requirement, outcomes: tuple[Outcome, ...], planned: frozenset[str]) -> Judgement:
    if row.unbound is not None:
        return Judgement(row, Status.NOT_APPLICABLE, (), row.unbound)
    if row.untested is not None:
        return Judgement(row, Status.NOT_TESTED, (), row.untested)
    if not outcomes:
        known = row.id in planned
        return Judgement(
            row, Status.NOT_TESTED if known else Status.NOT_APPLICABLE, (), NOT_RUN if known else NO_RESOURCE
        )
    status = worst(outcome.status for outcome in outcomes)
    reason = next((outcome.reason for outcome in outcomes if outcome.status is status and outcome.reason), None)
    return Judgement(row, status, outcomes, reason)


def _waived(judgement: Judgement, covering: Mapping[str, Waiver]) -> Judgement:
    """Let a waiver cover what failed; what is blocked or in error beside it stays that."""
    waiver = covering.get(judgement.requirement.id)
    if waiver is None or judgement.status is not Status.FAILED:
        return judgement
    statuses = (Status.WAIVED if one.status is Status.FAILED else one.status for one in judgement.outcomes)
    status = worst(statuses)
    reasons = (one.reason for one in judgement.outcomes if one.status is status and one.reason)
    reason = same(waiver.reason) if status is Status.WAIVED else next(reasons, None)
    return Judgement(judgement.requirement, status, judgement.outcomes, reason)


def waivers_record(waivers: Iterable[Waiver], profiles: Iterable[Mapping[str, Json]]) -> list[dict[str, Json]]:
    """Say of each waiver whether it was refused, covered a failure, or was not needed."""
    statuses = [(row["id"], row["status"]) for profile in profiles for row in profile["requirements"]]
    return [
        {
            "requirement": waiver.requirement,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "expires": waiver.expires.isoformat() if waiver.expires else None,
            "place": waiver.place,
            "state": "refused"
            if waiver.fault
            else "applied"
            if (waiver.requirement, Status.WAIVED) in statuses
            else "unused",
            "fault": text(waiver.fault),
        }
        for waiver in waivers
    ]


def _role(profile: Profile, target: Target) -> Json:
    """Say as what a product is judged: what it offers of the APIs, and that it uses them."""
    row, apis = profile.row, target.row.apis
    user = row.user.text() if row.user and (not apis or target.row.applications) else None
    if not apis or row.role is None:
        return text(user)
    nl, en = row.role.text()
    offered = [name for name in row.apis if name in apis]
    if profile.host is None and 0 < len(offered) < len(row.apis):
        nl, en = f"{nl}: alleen {', '.join(offered)}", f"{en}: {', '.join(offered)} only"
    if user:
        nl, en = (f"{log}{also}{use[0].lower()}{use[1:]}" for log, also, use in zip((nl, en), ALSO, user, strict=True))
    return {"nl": nl, "en": en}


def profile_record(profile: Profile, judgements: list[Judgement], target: Target, corpus: Json) -> dict[str, Json]:
    """Describe one profile with its verdict for run.json."""
    row = profile.row
    lifecycle = row.lifecycle
    owners = {requirement.id: part.name for part in (profile, *profile.includes) for requirement in part.own}
    return {
        "name": profile.name,
        "title": text(row.title.text()),
        "version": row.version,
        "lifecycle": {"status": lifecycle.status, "text": text(lifecycle.text.text()), "source": lifecycle.source}
        if lifecycle
        else None,
        "role": _role(profile, target),
        "verdict": str(verdict(judgements)),
        "corpus": corpus,
        "register": profile.digest,
        "themes": [
            {"name": theme.name, "profile": part.name, "title": text(theme.title.text())}
            for part in (profile, *profile.includes)
            for theme in part.row.themes
        ],
        "errata": [*profile.errata, *(erratum for part in profile.includes for erratum in part.errata)],
        "requirements": [_row(owners[judgement.requirement.id], judgement) for judgement in judgements],
        "declarations": [
            {
                "id": item.id,
                "topic": text(item.topic),
                "question": text(item.question),
                "answer": target.row.declarations.get(item.id),
            }
            for item in profile.declarations
        ],
    }


def outcome_record(outcome: Outcome) -> dict[str, Json]:
    """Give an outcome as JSON."""
    return {
        "check": outcome.check,
        "status": str(outcome.status),
        "seconds": outcome.seconds,
        "reason": text(outcome.reason),
        "exchanges": list(outcome.exchanges),
        "findings": [
            {
                "what": text(finding.what),
                "expected": text(finding.expected),
                "actual": text(finding.actual),
                "exchange": finding.exchange,
                "severity": str(finding.severity),
            }
            for finding in outcome.findings
        ],
    }


def text(value: Text | None) -> Json:
    """Give a text as JSON."""
    return None if value is None else value._asdict()


def _row(owner: str, judgement: Judgement) -> dict[str, Json]:
    row = judgement.requirement
    return {
        "id": row.id,
        "profile": owner,
        "theme": row.theme,
        "level": str(row.level),
        "kind": row.kind,
        "operation": row.operation,
        "title": text(row.title),
        "statement": row.statement,
        "source": row.source,
        "interpretation": _interpretation(row.interpretation),
        "shared_defect": text(row.shared_defect),
        "declared": row.declared,
        "status": str(judgement.status),
        "reason": text(judgement.reason),
        "outcomes": [outcome_record(outcome) for outcome in judgement.outcomes],
    }


def _interpretation(value: Interpretation | None) -> Json:
    return None if value is None else {"text": text(value.text), "warn_only": list(value.warn_only)}
