"""Builds the parts of a run: requirements, outcomes, findings and exchanges."""

from __future__ import annotations

import json

from conformance.model import Json

THEMES = (("contract", "Contract"), ("filters", "Filteren"), ("uniciteit", "Uniek zijn"), ("foutmeldingen", "Fouten"))
TITLES = (
    ("Aanmaken geeft 201 met de volledige klant", "Create answers 201 with the full klant"),
    ("Lijst geeft de envelop met klanten", "List answers the envelope with klanten"),
    (
        "Filter op achternaam geeft alleen klanten met die naam",
        "The filter achternaam gives only klanten with that name",
    ),
    ("Bronorganisatie en klantnummer zijn samen uniek", "Bronorganisatie and klantnummer are unique together"),
    ("Een onbekende klant geeft 404", "An unknown klant gives 404"),
)
RSIN = "000000000"


def both(nl: str, en: str | None = None) -> Json:
    """Give a text in both languages."""
    return {"nl": nl, "en": nl if en is None else en}


def finding(exchange: str | None = "2", **changed: Json) -> Json:
    """Give a finding about a status code."""
    return {
        "what": both("De tweede klant met hetzelfde nummer is aangenomen", "The second klant was accepted"),
        "expected": both("statuscode 400", "status code 400"),
        "actual": both("statuscode 201", "status code 201"),
        "exchange": exchange,
        "severity": "failure",
        **changed,
    }


def outcome(status: str = "passed", *findings: Json, **changed: Json) -> Json:
    """Give an outcome of a check."""
    return {
        "check": "unique_together(resource=klanten, fields=['bronorganisatie', 'klantnummer'])",
        "status": status,
        "seconds": 0.125,
        "reason": None,
        "exchanges": ["1", "2"],
        "findings": list(findings),
        **changed,
    }


def requirement(number: int = 1, status: str = "passed", **changed: Json) -> Json:
    """Give a row of the register with its outcome."""
    theme = THEMES[number // 5 % len(THEMES)][0]
    title = TITLES[number % len(TITLES)]
    return {
        "id": f"KL-{theme[:4].upper()}-{number:03d}",
        "profile": "klanten",
        "theme": theme,
        "level": "must",
        "kind": "rule",
        "operation": "POST /klanten",
        "title": both(*title),
        "statement": "The server refuses a second klant with the same bronorganisatie and klantnummer.",
        "source": 'VNG-Realisatie/gemma-zaken docs/standaard/klanten/index.md "kla-001"',
        "interpretation": None,
        "shared_defect": None,
        "status": status,
        "reason": None,
        "outcomes": [outcome(status, *([finding()] if status == "failed" else []))],
        **changed,
    }


def warned(number: int) -> Json:
    """Give a recommended requirement that is not met."""
    noticed = finding(
        "3",
        severity="warning",
        what=both("De onbekende parameter is genegeerd", "The unknown parameter was ignored"),
        expected=both("statuscode 400", "status code 400"),
        actual=both("statuscode 200", "status code 200"),
    )
    ruling = {
        "text": both(
            "De tekst vraagt 400. De referentie negeert de parameter. Beide mag.",
            "The text asks for 400, the reference ignores the parameter; both are accepted.",
        ),
        "warn_only": ["unknown parameter is ignored"],
    }
    return requirement(number, "warning", level="should", outcomes=[outcome("warning", noticed)], interpretation=ruling)


def unjudged(number: int, status: str) -> Json:
    """Give a requirement about which nothing can be said."""
    reasons = {
        "blocked": both(
            "Er kon geen klant worden aangemaakt: statuscode 500", "No klant could be created: status code 500"
        ),
        "error": both("De testsuite kon het antwoord niet lezen", "The test suite could not read the answer"),
        "not_tested": both("Deze toets heeft een andere API nodig", "This check needs another API"),
        "not_applicable": both("Het product biedt dit onderdeel niet aan", "The product does not offer this part"),
    }
    tried = [outcome(status, reason=reasons[status])] if status in {"blocked", "error"} else []
    return requirement(number, status, reason=reasons[status], outcomes=tried)


def exchange(name: str, *, status: int | None = 201, answer: str | None = None, **request: Json) -> Json:
    """Give one recorded exchange."""
    sent = {"bronorganisatie": RSIN, "klantnummer": "k1", "websiteUrl": "https://www.example.nl", "voornaam": "Anne"}
    response = {
        "status": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"url": f"https://klantbeeld.example.nl/{name}", **sent}) if answer is None else answer,
        "seconds": 0.004,
    }
    return {
        "id": name,
        "item": "KL-UNIQ-001 unique_together",
        "phase": "check",
        "at": "2026-11-22T10:15:01Z",
        "request": {
            "method": "POST",
            "url": "https://klantbeeld.example.nl/klanten/api/v1/klanten",
            "headers": {
                "Authorization": "Bearer [redacted]",
                "Content-Type": "application/json",
                "Content-Length": "97",
            },
            "body": json.dumps(sent),
            **request,
        },
        "response": None if status is None else response,
        "error": "connection refused" if status is None else None,
    }


EXCHANGES = (
    exchange("1"),
    exchange("2"),
    exchange(
        "3",
        status=200,
        method="GET",
        url="https://klantbeeld.example.nl/klanten/api/v1/klanten?bestaat=niet",
        body=None,
    ),
)
