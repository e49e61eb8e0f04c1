"""The run in EARL 1.0 as JSON-LD: one assertion per requirement."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.model import Status
from conformance.report.cases import cases_of, explained
from conformance.report.plain import document
from conformance.report.texts import spoken, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Json
    from conformance.report.record import Record

CONTEXT = MappingProxyType(
    {
        "earl": "http://www.w3.org/ns/earl#",
        "dct": "http://purl.org/dc/terms/",
        "doap": "http://usefulinc.com/ns/doap#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "vc": "urn:vng-conformance:outcome:",
    }
)
_STANDARD = {
    Status.PASSED: "earl:passed",
    Status.FAILED: "earl:failed",
    Status.NOT_APPLICABLE: "earl:inapplicable",
    Status.NOT_TESTED: "earl:untested",
}
_OURS = {
    Status.WARNING: "earl:Pass",
    Status.WAIVED: "earl:Fail",
    Status.BLOCKED: "earl:CannotTell",
    Status.ERROR: "earl:CannotTell",
}


def render(record: Record, language: str) -> bytes:
    """Render a run as a graph; outcomes that EARL has no word for are ours, each of one of its classes."""
    run = spoken(record.run, language)
    context = {**CONTEXT, "@language": language}
    return document(
        {"@context": context, "@graph": [*_parties(run), *_outcomes(language), *_assertions(run, language)]}
    )


def _parties(run: Json) -> Iterator[Json]:
    product, suite = run["target"]["product"], run["suite"]
    yield {
        "@id": _suite(run),
        "@type": ["earl:Assertor", "earl:Software"],
        "dct:title": _same(suite["name"]),
        "doap:revision": _same(suite["version"]),
    }
    yield {
        "@id": _product(run),
        "@type": ["earl:TestSubject", "earl:Software"],
        "dct:title": _same(product["name"]),
        "doap:revision": _same(product["version"]),
        "dct:creator": _same(product["supplier"]),
        "dct:description": [{"@value": fault} for fault in run["configuration"]],
    }


def _outcomes(language: str) -> Iterator[Json]:
    table = texts(language)
    for status, kind in _OURS.items():
        yield {
            "@id": f"vc:{status}",
            "@type": kind,
            "dct:title": table["status"][status],
            "dct:description": table["meaning"][status],
        }


def _assertions(run: Json, language: str) -> Iterator[Json]:
    for profile in () if run["configuration"] else run["profiles"]:
        standard = _urn("standard", profile["name"], profile["version"])
        yield {
            "@id": standard,
            "@type": "dct:Standard",
            "dct:title": profile["title"],
            "dct:hasVersion": _same(profile["version"]),
            "dct:description": f"{texts(language)['verdict_label']}: {texts(language)['verdict'][profile['verdict']]}",
        }
        details: dict[str, list[str]] = {}
        for case in cases_of(run, profile):
            details.setdefault(case.requirement["id"], []).extend(explained(case, texts(language)))
        for row in profile["requirements"]:
            test = _urn("requirement", profile["name"], row["id"])
            yield _requirement(row, test, standard)
            yield _assertion(run, row, test, list(dict.fromkeys(details[row["id"]])))


def _requirement(row: Json, test: str, standard: str) -> Json:
    return {
        "@id": test,
        "@type": "earl:TestRequirement",
        "dct:identifier": _same(row["id"]),
        "dct:title": row["title"],
        "dct:description": {"@value": row["statement"], "@language": "en"},
        "dct:source": _same(row["source"]),
        "dct:type": _same(row["level"]),
        "dct:isPartOf": {"@id": standard},
    }


def _assertion(run: Json, row: Json, test: str, details: list[str]) -> Json:
    status = Status(row["status"])
    result = {
        "@type": "earl:TestResult",
        "earl:outcome": {"@id": _STANDARD.get(status, f"vc:{status}")},
        "dct:date": {"@value": run["finished"], "@type": "xsd:dateTime"},
    }
    return {
        "@id": f"{test}:{quote(run['number'], safe='')}",
        "@type": "earl:Assertion",
        "earl:assertedBy": {"@id": _suite(run)},
        "earl:subject": {"@id": _product(run)},
        "earl:test": {"@id": test},
        "earl:mode": {"@id": "earl:manual" if row.get("declared") else "earl:automatic"},
        "earl:result": result | ({"earl:info": "\n".join(details)} if details else {}),
    }


def _suite(run: Json) -> str:
    return _urn("suite", run["suite"]["name"], run["suite"]["version"])


def _product(run: Json) -> str:
    product = run["target"]["product"]
    return _urn("product", product["name"], product["version"])


def _urn(*parts: str) -> str:
    return ":".join(("urn:vng-conformance", *(quote(part, safe="", errors="replace") for part in parts)))


def _same(text: str) -> Json:
    """Give a text that is alike in every language."""
    return {"@value": text}
