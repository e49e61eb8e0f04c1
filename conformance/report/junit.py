"""The run as JUnit XML: one test case per check, for build servers."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conformance.model import Status
from conformance.report.texts import spoken, texts
from conformance.report.wire import cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model import Json
    from conformance.report.record import Record

_TAGS = {
    Status.FAILED: "failure",
    Status.ERROR: "error",
    Status.BLOCKED: "error",
    Status.WAIVED: "skipped",
    Status.NOT_APPLICABLE: "skipped",
    Status.NOT_TESTED: "skipped",
}


def render(record: Record, language: str) -> bytes:
    """Render a run as test suites; a blocked check is an error, a waived or untested one is skipped."""
    run = spoken(record.run, language)
    root = Element("testsuites", name=visible(f"{run['suite']['name']} {run['number']}"))
    if run["configuration"]:
        _configuration(root, run["configuration"])
    else:
        for profile in run["profiles"]:
            _suite(root, run, profile, language)
    _count(root)
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _configuration(root: Element, faults: Iterable[str]) -> None:
    suite = SubElement(root, "testsuite", name="configuration")
    for place, fault in enumerate(faults, start=1):
        case = SubElement(suite, "testcase", classname="configuration", name=f"configuration {place}", time="0.000")
        SubElement(case, "error", type="configuration", message=visible(fault))
    _count(suite)


def _suite(root: Element, run: Json, profile: Json, language: str) -> None:
    started, finished = (datetime.fromisoformat(run[moment]) for moment in ("started", "finished"))
    suite = SubElement(
        root,
        "testsuite",
        name=visible(f"{profile['title']} {profile['version']}"),
        timestamp=f"{started:%Y-%m-%dT%H:%M:%S}",
        time=f"{(finished - started).total_seconds():.3f}",
    )
    properties = SubElement(suite, "properties")
    for name, value in (("verdict", profile["verdict"]), ("seed", run["seed"]), ("register", profile["register"])):
        SubElement(properties, "property", name=name, value=str(value))
    for requirement in profile["requirements"]:
        for outcome in requirement["outcomes"] or [_unchecked(requirement)]:
            _case(suite, profile, requirement, outcome, language)
    _count(suite)


def _unchecked(requirement: Json) -> Json:
    return {"check": "", "status": requirement["status"], "seconds": 0.0, "reason": None, "findings": []}


def _case(suite: Element, profile: Json, requirement: Json, outcome: Json, language: str) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=visible(f"{profile['name']}.{requirement['theme']}"),
        name=visible(" ".join(filter(None, (requirement["id"], outcome["check"])))),
        time=f"{outcome['seconds']:.3f}",
    )
    status = _status(requirement, outcome)
    table = texts(language)
    message = f"{table['status'][status]} ({table['level'][requirement['level']]}): {requirement['title']}"
    detail = visible("\n".join(_lines(requirement, outcome, table)))
    if status in _TAGS:
        SubElement(case, _TAGS[status], type=status.value, message=visible(message)).text = detail
    elif outcome["findings"]:
        SubElement(case, "system-out").text = f"{visible(message)}\n{detail}"


def _status(requirement: Json, outcome: Json) -> Status:
    waived = requirement["status"] == Status.WAIVED and outcome["status"] == Status.FAILED
    return Status.WAIVED if waived else Status(outcome["status"])


def _lines(requirement: Json, outcome: Json, table: Json) -> Iterator[str]:
    reasons = (reason for reason in (outcome["reason"], requirement["reason"]) if reason)
    return chain(reasons, (_line(finding, table) for finding in outcome["findings"]))


def _line(finding: Json, table: Json) -> str:
    seen = f"{table['expected']}: {cut(finding['expected']).text}; {table['actual']}: {cut(finding['actual']).text}"
    where = f" ({table['exchange']} {finding['exchange']})" if finding["exchange"] else ""
    return f"{cut(finding['what']).text}. {seen}{where}"


def _count(suite: Element) -> None:
    suite.set("tests", str(len(list(suite.iter("testcase")))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(list(suite.iter(tag)))))
