"""The run in the Common Test Report Format: one test per check."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from conformance.model import Status
from conformance.report.cases import Case, cases, explained, headline
from conformance.report.plain import document
from conformance.report.texts import spoken, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.report.record import Record

VERSION = "0.0.0"
_STATUSES = {
    Status.PASSED: "passed",
    Status.WARNING: "passed",
    Status.FAILED: "failed",
    Status.ERROR: "other",
    Status.BLOCKED: "other",
    Status.WAIVED: "skipped",
    Status.NOT_APPLICABLE: "skipped",
    Status.NOT_TESTED: "skipped",
}
_COUNTED = ("passed", "failed", "skipped", "pending", "other")


def render(record: Record, language: str) -> bytes:
    """Render a run as tests; what is no verdict about the product is `other`, and `rawStatus` keeps our own word."""
    run = spoken(record.run, language)
    tests = [_test(case, language) for case in cases(run)] + [_fault(fault) for fault in run["configuration"]]
    product, suite = run["target"]["product"], run["suite"]
    return document(
        {
            "reportFormat": "CTRF",
            "specVersion": VERSION,
            "reportId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:vng-conformance:{run['number']}:{language}")),
            "runId": run["number"],
            "timestamp": run["finished"],
            "generatedBy": f"{suite['name']} {suite['version']}",
            "results": {
                "tool": {"name": suite["name"], "version": suite["version"]},
                "summary": _summary(run, tests),
                "tests": tests,
                "environment": {
                    "reportName": texts(language)["report"],
                    "appName": product["name"],
                    "appVersion": product["version"],
                    "extra": {"supplier": product["supplier"], "seed": run["seed"], "depth": run["depth"]},
                },
            },
        }
    )


def _test(case: Case, language: str) -> Json:
    requirement, table = case.requirement, texts(language)
    test = {
        "testId": f"{case.profile['name']}:{case.name}",
        "name": case.name,
        "status": _STATUSES[case.status],
        "rawStatus": case.status.value,
        "duration": round(case.outcome["seconds"] * 1000),
        "suite": [f"{case.profile['title']} {case.profile['version']}", requirement["theme"] or requirement["profile"]],
        "tags": [requirement["level"]],
        "labels": {"requirement": requirement["id"], "level": requirement["level"], "source": requirement["source"]},
    }
    if case.waiver:
        test["extra"] = {"waiver": case.waiver}
    lines = explained(case, table)
    if lines or case.status is not Status.PASSED:
        test |= {"message": headline(case, table), "trace": "\n".join(lines)}
    return test


def _fault(fault: str) -> Json:
    return {"name": "configuration", "status": "other", "rawStatus": "error", "duration": 0, "message": fault}


def _summary(run: Json, tests: Sequence[Json]) -> Json:
    counts = Counter(test["status"] for test in tests)
    start, stop = (round(datetime.fromisoformat(run[moment]).timestamp() * 1000) for moment in ("started", "finished"))
    return {
        "tests": len(tests),
        **{status: counts[status] for status in _COUNTED},
        "suites": len(run["profiles"]),
        "start": start,
        "stop": stop,
        "duration": stop - start,
        "extra": {"verdicts": {profile["name"]: profile["verdict"] for profile in run["profiles"]}},
    }
