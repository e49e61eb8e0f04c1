"""The run as SARIF 2.1.0, for code scanning: a rule per requirement, a result per finding."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from conformance.model import Level, Status
from conformance.report.cases import Case, cases_of, explained, finding_line, headline
from conformance.report.plain import document
from conformance.report.texts import spoken, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json
    from conformance.report.record import Record

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Level.MUST: "error", Level.SHOULD: "warning", Level.MAY: "note"}
_SEVERITIES = {"failure": "error", "warning": "warning", "note": "note"}
_SHOWN = frozenset({Status.FAILED, Status.WAIVED, Status.WARNING})
_UNDECIDED = frozenset({Status.BLOCKED, Status.ERROR})


def render(record: Record, language: str) -> bytes:
    """Render a run; only deviations are results, so that nothing that is not the supplier's becomes an alert."""
    run = spoken(record.run, language)
    lines = {name: number for number, name in enumerate(record.exchanges.places, start=1)}
    english = spoken(record.run, "en")
    judged = [] if run["configuration"] else zip(run["profiles"], english["profiles"], strict=True)
    runs = [_judged(run, profile, other, lines, language) for profile, other in judged] or [_unjudged(run)]
    return document({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _judged(run: Json, profile: Json, english: Json, lines: Mapping[str, int], language: str) -> Json:
    table = texts(language)
    found = list(cases_of(run, profile))
    shown = [pair for pair in zip(found, cases_of(run, english), strict=True) if pair[0].status in _SHOWN]
    rows = {row["id"]: place for place, row in enumerate(profile["requirements"])}
    untested = [row for row in profile["requirements"] if row["status"] == Status.NOT_TESTED]
    undecided = [case for case in found if case.status in _UNDECIDED]
    invocation = {
        **_invocation(run),
        "toolExecutionNotifications": [_notification(case, rows[case.requirement["id"]], table) for case in undecided],
        "ruleConfigurationOverrides": [
            {"descriptor": {"id": row["id"], "index": rows[row["id"]]}, "configuration": {"enabled": False}}
            for row in untested
        ],
    }
    fingerprints: Counter[str] = Counter()
    results = chain.from_iterable(_results(case, other, rows, lines, table) for case, other in shown)
    return {
        "tool": {"driver": {**_driver(run), "rules": [_rule(row, table) for row in profile["requirements"]]}},
        "automationDetails": {"id": f"conformance/{profile['name']}/{run['number']}"},
        "language": language,
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_numbered(result, fingerprints) for result in results],
        "properties": {
            "verdict": profile["verdict"],
            "lifecycle": profile["lifecycle"] and profile["lifecycle"]["status"],
            "product": run["target"]["product"],
            "seed": run["seed"],
        },
    }


def _unjudged(run: Json) -> Json:
    faults = [{"level": "error", "message": {"text": fault}} for fault in run["configuration"]]
    invocation = {**_invocation(run), "executionSuccessful": False, "toolConfigurationNotifications": faults}
    return {"tool": {"driver": _driver(run)}, "invocations": [invocation], "results": []}


def _driver(run: Json) -> Json:
    return {"name": run["suite"]["name"], "version": run["suite"]["version"]}


def _invocation(run: Json) -> Json:
    return {
        "executionSuccessful": not run["interrupted"],
        "startTimeUtc": run["started"],
        "endTimeUtc": run["finished"],
    }


def _rule(row: Json, table: Json) -> Json:
    ruling = f"\n{table['ruling']}: {row['interpretation']['text']}" if row["interpretation"] else ""
    return {
        "id": row["id"],
        "shortDescription": {"text": row["title"]},
        "fullDescription": {"text": row["statement"]},
        "help": {"text": f"{row['statement']}{ruling}\n{table['source']}: {row['source']}"},
        "defaultConfiguration": {"level": _LEVELS[Level(row["level"])]},
        "properties": {"tags": [row["level"], row["theme"]], "status": row["status"], "reason": row["reason"]},
    }


def _notification(case: Case, place: int, table: Json) -> Json:
    text = "\n".join((headline(case, table), *explained(case, table)))
    return {
        "associatedRule": {"id": case.requirement["id"], "index": place},
        "level": "error" if case.status is Status.ERROR else "warning",
        "message": {"text": text},
    }


def _results(
    case: Case, english: Case, rows: Mapping[str, int], lines: Mapping[str, int], table: Json
) -> Iterator[Json]:
    """Give the findings of a case; what tells them apart is English in every language."""
    requirement = case.requirement
    for finding, known in zip(case.outcome["findings"], english.outcome["findings"], strict=True):
        identity = "\n".join((case.profile["name"], case.name, known["what"]))
        result = {
            "ruleId": requirement["id"],
            "ruleIndex": rows[requirement["id"]],
            "kind": "fail",
            "level": _SEVERITIES[finding["severity"]],
            "message": {"text": f"{requirement['title']}. {finding_line(finding, table)}"},
            "locations": [_location(requirement, finding["exchange"], lines)],
            "partialFingerprints": {
                "requirement/v1": hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
            },
            "properties": {"check": case.outcome["check"], "sharedDefect": bool(requirement["shared_defect"])},
        }
        if case.waiver:
            result["suppressions"] = [_suppression(case.waiver)]
        yield result


def _suppression(waiver: Json) -> Json:
    more = {name: value for name, value in waiver.items() if name != "reason"}
    return {"kind": "external", "status": "accepted", "justification": waiver["reason"], "properties": more}


def _location(requirement: Json, exchange: str | None, lines: Mapping[str, int]) -> Json:
    """Point at the line of the evidence in the run folder; code scanning wants a file."""
    line = lines.get(exchange or "")
    uri, start = ("exchanges.jsonl", line) if line else ("run.json", 1)
    physical = {"artifactLocation": {"uri": uri}, "region": {"startLine": start}}
    name = requirement["operation"] or requirement["id"]
    return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}]}


def _numbered(result: Json, seen: Counter[str]) -> Json:
    """Number results that are told apart by nothing else."""
    (name, fingerprint), *_ = result["partialFingerprints"].items()
    seen[fingerprint] += 1
    return {**result, "partialFingerprints": {name: f"{fingerprint}:{seen[fingerprint]}"}}
