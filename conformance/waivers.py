"""Loads a waiver file: failures that the supplier explains, each with an owner and an end (pas toe of leg uit)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, JsonValue, field_validator

from conformance import yamlfile
from conformance.errors import TargetError, did_you_mean
from conformance.model import Json, Text
from conformance.shapes import ID
from conformance.yamlfile import Document, Strict

LONGEST = datetime.timedelta(days=366)
NEEDED: list[JsonValue] = ["requirement", "reason", "owner", "expires"]


class WaiverRow(Strict):
    """One failure that is explained."""

    model_config = ConfigDict(json_schema_extra={"required": NEEDED})

    requirement: str
    reason: str = ""
    owner: str = ""
    expires: datetime.date | None = None

    @field_validator("expires", mode="before")
    @classmethod
    def _date(cls, value: Json) -> Json:
        if isinstance(value, str):
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                raise ValueError("is not a date; write it as 2027-01-31") from None
        if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date | None):
            raise ValueError("is not a date; write it as 2027-01-31")
        return value


class WaiversRow(Strict):
    """The content of a waiver file."""

    waivers: list[WaiverRow]


@dataclass(frozen=True)
class Waiver:
    """A failure that the supplier explains; one with a fault covers nothing, and the fault says why."""

    requirement: str
    reason: str
    owner: str
    expires: datetime.date | None
    place: str
    fault: Text | None = None


def load(path: Path, today: datetime.date, known: Collection[str]) -> tuple[Waiver, ...]:
    """Load a waiver file; what is no waiver file is a TargetError, a waiver that covers nothing carries its fault."""
    document = yamlfile.load(path, TargetError)
    if not isinstance(document.data, dict):
        raise document.fault([], "is not a waiver file", "write 'waivers:' and start each row with '- requirement: …'")
    rows = document.parse(WaiversRow).waivers
    _once(document, rows)
    return tuple(_waiver(document, number, row, today, known) for number, row in enumerate(rows))


def _once(document: Document, rows: list[WaiverRow]) -> None:
    names = [row.requirement for row in rows]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise document.fault(["waivers", number, "requirement"], f"'{name}' is there twice", "remove one")


def _waiver(document: Document, number: int, row: WaiverRow, today: datetime.date, known: Collection[str]) -> Waiver:
    key, fault = next(_faults(row, today, known), ("requirement", None))
    place: list[str | int] = (
        ["waivers", number, key] if key in document.data["waivers"][number] else ["waivers", number]
    )
    where = f"{document.path.name}:{document.line(place)}"
    return Waiver(row.requirement, row.reason.strip(), row.owner.strip(), row.expires, where, fault)


def _faults(row: WaiverRow, today: datetime.date, known: Collection[str]) -> Iterator[tuple[str, Text]]:
    if re.fullmatch(ID, row.requirement) is None:
        nl = "Een toelichting geldt voor één eis, niet voor een groep. Noem één nummer, zoals KL-UNIQ-001."
        yield "requirement", Text(nl, "A waiver covers one requirement, not a group; name one id, such as KL-UNIQ-001.")
    elif row.requirement not in known:
        hint = did_you_mean(row.requirement, known)
        nl = f"Deze eis bestaat niet. Zoek het nummer op met ‘conformance show’. ({hint})"
        yield "requirement", Text(nl, f"This requirement does not exist; {hint}")
    if not row.reason.strip():
        yield "reason", Text("De reden ontbreekt. Vul ‘reason’ in.", "The reason is missing; fill in 'reason'.")
    if not row.owner.strip():
        nl = "Er staat niet wie verantwoordelijk is. Vul ‘owner’ in."
        yield "owner", Text(nl, "Nobody is named as responsible; fill in 'owner'.")
    yield from (("expires", fault) for fault in _term(row.expires, today))


def _term(expires: datetime.date | None, today: datetime.date) -> Iterator[Text]:
    if expires is None:
        yield Text("De einddatum ontbreekt. Vul ‘expires’ in.", "The end date is missing; fill in 'expires'.")
    elif expires < today:
        nl = f"De toelichting is verlopen op {expires}. Los de afwijking op of vraag een nieuwe toelichting aan."
        yield Text(nl, f"The waiver expired on {expires}; solve the deviation or ask for a new waiver.")
    elif expires > today + LONGEST:
        nl = f"De einddatum {expires} is te ver weg. Een toelichting geldt hooguit een jaar."
        yield Text(nl, f"The end date {expires} is too far away; a waiver lasts a year at most.")
