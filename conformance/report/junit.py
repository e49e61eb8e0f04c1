"""The run as JUnit XML: one test case per check, for build servers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conformance.model import Status
from conformance.report.cases import Case, cases_of, explained, headline
from conformance.report.texts import spoken, texts
from conformance.report.wire import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    for case in cases_of(run, profile):
        _case(suite, case, language)
    _count(suite)


def _case(suite: Element, case: Case, language: str) -> None:
    element = SubElement(
        suite,
        "testcase",
        classname=visible(f"{case.profile['name']}.{case.requirement['theme']}"),
        name=visible(case.name),
        time=f"{case.outcome['seconds']:.3f}",
    )
    table = texts(language)
    message, detail = visible(headline(case, table)), visible("\n".join(explained(case, table)))
    if case.waiver:
        properties = SubElement(element, "properties")
        for name, value in (case.waiver or {}).items():
            SubElement(properties, "property", name=f"waiver.{name}", value=visible(value))
    if case.status in _TAGS:
        SubElement(element, _TAGS[case.status], type=case.status.value, message=message).text = detail
    elif case.outcome["findings"]:
        SubElement(element, "system-out").text = f"{message}\n{detail}"


def _count(suite: Element) -> None:
    suite.set("tests", str(len(list(suite.iter("testcase")))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(list(suite.iter(tag)))))
