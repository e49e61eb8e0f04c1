"""Tests of the EARL report, read as a graph by rdflib."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from conformance.model import Json
from conformance.report import render
from tests import samples_run as samples
from tests.test_report_sarif import RUNS

EARL = Namespace("http://www.w3.org/ns/earl#")
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # within rdflib itself
OURS = Namespace("urn:vng-conformance:outcome:")


def earl(folder: Path, content: Json, language: str = "en") -> Graph:
    """Render a run as EARL and read it as a graph."""
    return Graph().parse(
        data=render(samples.write(folder, content), format="earl", language=language), format="json-ld"
    )


def outcomes(graph: Graph) -> dict[str, URIRef]:
    """Give the outcome of each requirement."""
    found = {}
    for assertion in graph.subjects(RDF.type, EARL.Assertion):
        test, result = graph.value(assertion, EARL.test), graph.value(assertion, EARL.result)
        found[str(graph.value(test, DCTERMS.identifier))] = graph.value(result, EARL.outcome)
    return found  # type: ignore[return-value] # an outcome has a name


@pytest.mark.parametrize("name", RUNS)
def test_each_assertion_has_exactly_what_earl_demands(tmp_path: Path, name: str) -> None:
    graph = earl(tmp_path, RUNS[name])
    kinds = {
        EARL.assertedBy: EARL.Assertor,
        EARL.subject: EARL.TestSubject,
        EARL.test: EARL.TestRequirement,
        EARL.result: EARL.TestResult,
    }
    for assertion in graph.subjects(RDF.type, EARL.Assertion):
        for predicate, kind in kinds.items():
            (one,) = graph.objects(assertion, predicate)
            assert (one, RDF.type, kind) in graph
        (result,) = graph.objects(assertion, EARL.result)
        assert len(list(graph.objects(result, EARL.outcome))) == 1
    rows = 0 if name == "misconfigured" else sum(len(profile["requirements"]) for profile in RUNS[name]["profiles"])
    assert len(list(graph.subjects(RDF.type, EARL.Assertion))) == rows


@pytest.mark.parametrize(
    ("status", "outcome", "kind"),
    [
        ("passed", EARL.passed, None),
        ("failed", EARL.failed, None),
        ("not_applicable", EARL.inapplicable, None),
        ("not_tested", EARL.untested, None),
        ("warning", OURS.warning, EARL.Pass),
        ("waived", OURS.waived, EARL.Fail),
        ("blocked", OURS.blocked, EARL.CannotTell),
        ("error", OURS.error, EARL.CannotTell),
    ],
)
def test_a_status_has_its_outcome(tmp_path: Path, status: str, outcome: URIRef, kind: URIRef | None) -> None:
    row = samples.requirement(1, status)
    graph = earl(tmp_path, samples.run(samples.profile([row])))
    assert (outcomes(graph)[row["id"]], graph.value(outcome, RDF.type)) == (outcome, kind)


def test_what_the_supplier_declares_was_not_tested_by_a_machine(tmp_path: Path) -> None:
    graph = earl(tmp_path, samples.run(samples.profile([samples.requirement(1, "not_tested", declared=True)])))
    assert list(graph.objects(None, EARL.mode)) == [EARL.manual]


def test_a_reason_and_a_title_have_their_language(tmp_path: Path) -> None:
    graph = earl(tmp_path, samples.waiving(), "nl")
    (info,) = graph.objects(None, EARL.info)
    assert isinstance(info, Literal)
    assert (info.language, str(info).splitlines()[0]) == ("nl", "Opgelost in versie 4.3")


def test_a_configuration_fault_is_told(tmp_path: Path) -> None:
    graph = earl(tmp_path, samples.misconfigured())
    assert any("KLANTEN_SECRET is empty" in str(text) for text in graph.objects(None, DCTERMS.description))
