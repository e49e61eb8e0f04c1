"""Builds run folders as the suite leaves them, for the tests of the reports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from conformance.model import Json
from tests.samples_row import EXCHANGES, THEMES, both, exchange, finding, outcome, requirement, unjudged, warned

__all__ = [
    "EXCHANGES",
    "THEMES",
    "blocking",
    "both",
    "exchange",
    "failing",
    "finding",
    "huge",
    "interrupted",
    "misconfigured",
    "noting",
    "outcome",
    "passing",
    "profile",
    "requirement",
    "run",
    "two_profiles",
    "unjudged",
    "waiving",
    "warned",
    "write",
]


def profile(rows: Iterable[Json], verdict: str = "voldoet", **changed: Json) -> Json:
    """Give a profile with these rows."""
    return {
        "name": "klanten",
        "title": both("Klanten API"),
        "version": "1.0.0",
        "lifecycle": {
            "status": "withdrawn",
            "text": both(
                "VNG is in 2024 gestopt met deze standaard. Klantinteracties is de opvolger.",
                "VNG stopped this standard in 2024. Klantinteracties is its successor.",
            ),
            "source": "VNG-Realisatie/gemma-zaken#2434",
        },
        "role": both("Aanbieder van de API", "Provider of the API"),
        "verdict": verdict,
        "corpus": {"cases": 912, "sha256": "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"},
        "register": "7d793037a0760186574b0282f2f435e77d793037a0760186574b0282f2f435e7",
        "themes": [{"name": name, "title": both(title)} for name, title in THEMES],
        "errata": [
            {
                "id": "KL-ERR-001",
                "pointer": "/components/schemas/Klant/properties/subjectType/enum",
                "what": both("null is toegevoegd aan de lijst", "null is added to the list"),
                "why": both(
                    "Het veld mag null zijn, maar de lijst verbiedt dat.", "The member is nullable, the list is not."
                ),
                "source": "VNG-Realisatie/klanten-api src/openapi.yaml",
            }
        ],
        "requirements": list(rows),
        "declarations": [
            {
                "id": "KL-DECL-001",
                "topic": both("Logging"),
                "question": both("Worden alle wijzigingen bewaard?", "Are all changes kept?"),
                "answer": "Ja, zeven jaar.",
            },
            {
                "id": "KL-DECL-002",
                "topic": both("Herstel", "Recovery"),
                "question": both("Is er een herstelprocedure?", "Is there a recovery procedure?"),
                "answer": None,
            },
        ],
        "access": [
            {
                "operation": "POST /klanten",
                "scope": "klanten.aanmaken",
                "cells": [
                    cell("nobody", "refused", True, 401),
                    cell("no_scopes", "granted", False, 201),
                    cell("one_other", "other", None, 404),
                    cell("others", "untried", None),
                    cell("own", "refused", False, 403),
                    cell("all", "granted", True, 201, 400),
                ],
            }
        ],
        "comparison": [comparison()],
        **changed,
    }


def cell(caller: str, seen: str, fits: bool | None, *statuses: int) -> Json:
    """Give what one kind of caller got at an operation."""
    shown = "2" if statuses else None
    return {"caller": caller, "seen": seen, "fits": fits, "statuses": list(statuses), "exchange": shown}


def comparison(**changed: Json) -> Json:
    """Give the three descriptions of an API side by side."""
    return {
        "api": "klanten",
        "document": "https://klantbeeld.example.nl/klanten/api/v1/openapi.json",
        "operations": [
            {"operation": "GET /klanten", "described": True, "statuses": {"200": 12, "400": 2}, "median": 0.0123},
            {"operation": "DELETE /klanten/{uuid}", "described": False, "statuses": {}, "median": None},
            {"operation": "PUT /klanten/{uuid}", "described": None, "statuses": {"405": 1}, "median": 1.5},
        ],
        "extra_operations": ["GET /statistiek"],
        "differences": [
            {
                "what": both("GET /klanten 200: results.kleur"),
                "standard": both("kent dit niet", "does not know this"),
                "document": both("beschrijft dit", "describes this"),
                "seen": both("gezien", "seen"),
            },
            {
                "what": both("GET /klanten: verplicht lid", "GET /klanten: required member"),
                "standard": both("kleur is niet verplicht", "kleur is optional"),
                "document": None,
                "seen": None,
            },
        ],
        **changed,
    }


def run(*profiles: Json, **changed: Json) -> Json:
    """Give the content of a run.json."""
    return {
        "schema": "run-1",
        "suite": {"name": "vng-conformance", "version": "0.1.0"},
        "number": "20261122-101500-klanten-1f3a",
        "seed": 1,
        "depth": "standard",
        "started": "2026-11-22T10:15:00Z",
        "finished": "2026-11-22T10:19:30Z",
        "interrupted": False,
        "read_only": False,
        "target": {
            "product": {"name": "Klantbeeld", "version": "4.2.1", "supplier": "Voorbeeld Software B.V."},
            "apis": {"klanten": "https://klantbeeld.example.nl/klanten/api/v1"},
            "credentials": [
                {"name": "volledig", "scheme": "zgw-jwt", "scopes": "all"},
                {"name": "lezen", "scheme": "zgw-jwt", "scopes": ["klanten.lezen"]},
            ],
            "pace": {"requests_per_second": 20, "parallel": 4},
            "safety": {"read_only": False, "intrusive": True},
            "neighbours": None,
            "settings": {
                "apis": {"klanten": {"url": "https://klantbeeld.example.nl/klanten/api/v1", "headers": {}}},
                "pace": {"requests_per_second": 20, "parallel": 4},
                "credentials": {"lezen": {"scheme": "zgw-jwt", "client_id": "lezer"}},
            },
            "digest": "0cc175b9c0f1b6a831c399e2697726610cc175b9c0f1b6a831c399e269772661",
        },
        "timing": {
            "elapsed": 270.0,
            "answers": 3,
            "waited": 0.012,
            "median": 0.004,
            "most": 0.004,
            "slowest": [{"exchange": "1", "call": "POST /klanten/api/v1/klanten", "seconds": 0.004}],
        },
        "exchanges": 3,
        "configuration": [],
        "waivers": [],
        "profiles": list(profiles),
        **changed,
    }


def write(folder: Path, content: Json, exchanges: Iterable[Json] = EXCHANGES) -> Path:
    """Write a run folder."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("run.json").write_text(json.dumps(content, indent=1), "utf-8")
    with folder.joinpath("exchanges.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in exchanges)
    return folder


def passing() -> Json:
    """Give a run in which everything passes."""
    return run(profile(requirement(number) for number in range(1, 21)))


def failing() -> Json:
    """Give a run with ten failures, of which one shared, and with warnings and rows that were not judged."""
    rows = [requirement(number) for number in range(1, 31)]
    own = [requirement(number, "failed") for number in range(31, 40)]
    noted = requirement(
        40,
        "failed",
        shared_defect=both(
            "De referentie geeft application/json in plaats van application/problem+json.",
            "The reference gives application/json instead of application/problem+json.",
        ),
    )
    left = [
        unjudged(44, "blocked"),
        unjudged(45, "not_tested"),
        unjudged(46, "not_tested"),
        unjudged(47, "not_applicable"),
    ]
    every = sorted(
        [*rows, *own, noted, warned(41), warned(42), warned(43), *left], key=lambda row: _place(row["theme"])
    )
    return run(profile(every, "voldoet niet"))


def waiver(requirement: str, state: str = "applied", fault: Json = None) -> Json:
    """Give a waiver and what became of it."""
    return {
        "requirement": requirement,
        "reason": "Opgelost in versie 4.3",
        "owner": "Productteam Klantbeeld",
        "expires": "2027-03-01",
        "place": "waivers.yaml:2",
        "state": state,
        "fault": fault,
    }


def waiving() -> Json:
    """Give a run in which one failure is waived, and two waivers cover nothing."""
    row = requirement(
        2,
        "waived",
        outcomes=[outcome("failed", finding())],
        reason=both("Opgelost in versie 4.3", "Fixed in version 4.3"),
    )
    refused = both("De toelichting is verlopen op 2026-01-01.", "The waiver expired on 2026-01-01.")
    waivers = [waiver(row["id"]), waiver("KL-CONT-001", "unused"), waiver("KL-*", "refused", refused)]
    return run(profile([requirement(1), row], "voldoet met toelichting"), waivers=waivers)


def blocking() -> Json:
    """Give a run in which nothing can be said about some rows."""
    rows = [requirement(1), *(unjudged(number, "blocked") for number in (2, 3, 4)), unjudged(5, "error")]
    return run(profile(rows, "niet vast te stellen"))


def interrupted() -> Json:
    """Give a run that was stopped half way."""
    rows = [requirement(1), unjudged(2, "not_tested")]
    return run(profile(rows, "niet vast te stellen"), interrupted=True)


def noting() -> Json:
    """Give a run in which an informative requirement passes with a note."""
    row = requirement(2, level="may", outcomes=[outcome("passed", finding(severity="note"))])
    return run(profile([requirement(1), row]))


def two_profiles() -> Json:
    """Give a run of two standards that share an included requirement."""
    shared = requirement(1, "failed", profile="common")
    other = profile(
        [shared],
        "voldoet niet",
        name="contactmomenten",
        title=both("Contactmomenten API"),
        lifecycle=None,
        role=None,
        corpus=None,
        errata=[],
        declarations=[],
        themes=[],
    )
    return run(profile([shared, requirement(2)], "voldoet niet"), other)


def misconfigured() -> Json:
    """Give a run that judged nothing."""
    fault = both(
        "doel.yaml:12: credentials.volledig.secret: de variabele KLANTEN_SECRET is leeg; geef haar een waarde",
        "doel.yaml:12: credentials.volledig.secret: the variable KLANTEN_SECRET is empty; give it a value",
    )
    return run(configuration=[fault], exchanges=0)


def huge() -> tuple[Json, list[Json]]:
    """Give a run with a thousand failures and ten thousand exchanges."""
    rows = [
        requirement(
            number, "failed", outcomes=[outcome("failed", finding(str(number * 10)), exchanges=[str(number * 10)])]
        )
        for number in range(1, 1001)
    ]
    exchanges = [exchange(str(number), answer="x" * 6000) for number in range(1, 10_001)]
    return run(profile(rows, "voldoet niet"), exchanges=10_000), exchanges


def _place(theme: str) -> int:
    return [name for name, _ in THEMES].index(theme)
