"""The verdict as a badge: an SVG per standard, and the answer that shields.io asks of an endpoint."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from conformance.report.page import page
from conformance.report.plain import document
from conformance.report.record import ReportError
from conformance.report.texts import date, spoken, texts

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.report.record import Record

# each has a contrast of at least 4.5 with white text
_COLOURS = {
    "voldoet": "#1d6b2f",
    "voldoet met toelichting": "#5b3a8e",
    "voldoet niet": "#a61c15",
    "niet vast te stellen": "#5a3e00",
}
_UNJUDGED, _LABEL, _LIFECYCLE, _OBSOLETE = "#4b5866", "#1b2733", "#154273", "#8a4600"
_LATE = frozenset({"withdrawn", "deprecated"})
_LONGEST = 60
_PADDING = 8
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMWOQGD@%")


class Part(NamedTuple):
    """One field of a badge."""

    text: str
    colour: str
    x: int
    width: int


def render(record: Record, language: str) -> dict[str, bytes]:
    """Draw a badge for each standard; the status of the standard is part of it."""
    run = spoken(record.run, language)
    if not run["profiles"]:
        raise ReportError("badge", "cannot be made: the run has no standard", "change the settings and run again")
    files: dict[str, bytes] = {}
    for profile in run["profiles"]:
        label, lifecycle, verdict, colour = _fields(run, profile, language)
        fields = [(label, _LABEL), *([lifecycle] if lifecycle else []), (verdict, colour)]
        name = f"badge.{profile['name']}.{language}"
        files[f"{name}.svg"] = _drawn(run, profile, fields, language)
        files[f"{name}.json"] = _endpoint(label, lifecycle, verdict, colour)
    return files


def _fields(run: Json, profile: Json, language: str) -> tuple[str, tuple[str, str] | None, str, str]:
    table = texts(language)
    label = _short(f"{profile['title']} {profile['version']}")
    verdict, colour = table["verdict"][profile["verdict"]], _COLOURS[profile["verdict"]]
    if run["configuration"]:
        verdict, colour = table["nothing_judged"], _UNJUDGED
    if profile["lifecycle"] is None:
        return label, None, verdict.lower(), colour
    status = profile["lifecycle"]["status"]
    named = _short(table["lifecycles"].get(status, status)).lower()
    return label, (named, _OBSOLETE if status in _LATE else _LIFECYCLE), verdict.lower(), colour


def _drawn(run: Json, profile: Json, fields: list[tuple[str, str]], language: str) -> bytes:
    parts: list[Part] = []
    for text, colour in fields:
        x = parts[-1].x + parts[-1].width if parts else 0
        parts.append(Part(text, colour, x, _width(text) + 2 * _PADDING))
    product = run["target"]["product"]
    said = f"{product['name']} {product['version']} – {', '.join(part.text for part in parts)} – "
    title = said + date(run["finished"], language)
    return page("badge.svg.j2", language, parts=parts, title=title, width=parts[-1].x + parts[-1].width)


def _endpoint(label: str, lifecycle: tuple[str, str] | None, verdict: str, colour: str) -> bytes:
    named = f"{label} ({lifecycle[0]})" if lifecycle else label
    return document(
        {
            "schemaVersion": 1,
            "label": named,
            "message": verdict,
            "color": colour,
            "labelColor": lifecycle[1] if lifecycle else _LABEL,
        }
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _width(text: str) -> int:
    """Estimate the width in pixels; the drawing tells the browser to keep to it."""
    return round(sum(map(_advance, text)))


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 11.0
    return 4.2 if character in _NARROW else 9.4 if character in _WIDE else 6.9
