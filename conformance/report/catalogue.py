"""The verdict per standard for the Softwarecatalogus; the columns are described in catalogue.schema.json."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.model import Level, Status
from conformance.report.plain import document
from conformance.report.sheet import sheet
from conformance.report.texts import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.report.record import Record


def render(record: Record) -> dict[str, bytes]:
    """Render the export; it is Dutch, as the Softwarecatalogus is."""
    run = spoken(record.run, "nl")
    judged = [] if run["configuration"] else run["profiles"]
    rows = [_row(run, profile, hashlib.sha256(record.raw).hexdigest()) for profile in judged]
    return {
        "catalogue.json": document({"schema": "catalogue-1", "rows": rows}),
        "catalogue.csv": sheet(_COLUMNS, (tuple(row.values()) for row in rows)),
    }


_COLUMNS = (
    "leverancier",
    "product",
    "productversie",
    "standaard",
    "standaardversie",
    "standaardstatus",
    "rol",
    "oordeel",
    "verplicht",
    "geslaagd",
    "aandachtspunt",
    "toegelicht",
    "afwijking",
    "niet_beoordeeld",
    "datum",
    "rapportnummer",
    "testsuite",
    "eisenlijst",
    "controlegetal",
)


def _row(run: Json, profile: Json, digest: str) -> dict[str, Json]:
    product, suite = run["target"]["product"], run["suite"]
    values = (
        product["supplier"],
        product["name"],
        product["version"],
        profile["name"],
        profile["version"],
        profile["lifecycle"]["status"] if profile["lifecycle"] else "",
        profile["role"] or "",
        profile["verdict"],
        *_counts(profile["requirements"]),
        f"{datetime.fromisoformat(run['finished']).astimezone(UTC):%Y-%m-%d}",
        run["number"],
        f"{suite['name']} {suite['version']}",
        profile["register"],
        digest,
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _counts(rows: Sequence[Json]) -> tuple[int, ...]:
    """Count the mandatory requirements: all, then by status; what is declared or does not apply is not judged."""
    counts = Counter(row["status"] for row in rows if row["level"] == Level.MUST)
    named = [counts[status] for status in (Status.PASSED, Status.WARNING, Status.WAIVED, Status.FAILED)]
    return (counts.total(), *named, counts.total() - sum(named))
