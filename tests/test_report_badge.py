"""Tests of the badge."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conformance.model import Json
from conformance.report import ReportError, files
from tests import samples_run as samples

SVG = "{http://www.w3.org/2000/svg}"


def badge(folder: Path, content: Json, language: str = "nl") -> tuple[ElementTree.Element, Json]:
    """Render the badge of a run with one standard."""
    drawn, endpoint = files(samples.write(folder, content), format="badge", language=language).values()
    return ElementTree.fromstring(drawn), json.loads(endpoint)


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG defines it."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(
    ("content", "language", "texts"),
    [
        (samples.passing(), "nl", ["Klanten API 1.0.0", "niet meer in gebruik", "voldoet"]),
        (samples.failing(), "en", ["Klanten API 1.0.0", "no longer in use", "does not conform"]),
        (samples.waiving(), "nl", ["Klanten API 1.0.0", "niet meer in gebruik", "voldoet met toelichting"]),
        (samples.blocking(), "nl", ["Klanten API 1.0.0", "niet meer in gebruik", "niet vast te stellen"]),
        (samples.run(samples.profile([], lifecycle=None)), "nl", ["Klanten API 1.0.0", "voldoet"]),
    ],
)
def test_a_badge_names_the_standard_its_status_and_the_verdict(
    tmp_path: Path, content: Json, language: str, texts: list[str]
) -> None:
    drawn, _ = badge(tmp_path, content, language)
    assert [text.text for text in drawn.iter(f"{SVG}text")] == texts


def test_a_badge_has_a_title_for_who_cannot_see_it(tmp_path: Path) -> None:
    drawn, _ = badge(tmp_path, samples.passing(), "en")
    title = drawn.find(f"{SVG}title")
    assert title is not None
    said = "Klantbeeld 4.2.1 – Klanten API 1.0.0, no longer in use, conforms – 22 November 2026, 10:19 UTC"
    assert title.text == said
    assert drawn.get("aria-labelledby") == title.get("id")


@pytest.mark.parametrize("content", [samples.passing(), samples.failing(), samples.waiving(), samples.blocking()])
def test_white_text_can_be_read_on_every_field(tmp_path: Path, content: Json) -> None:
    drawn, _ = badge(tmp_path, content)
    fills = [str(field.get("fill")) for field in drawn.iter(f"{SVG}rect") if field.get("fill")]
    assert len(fills) == 3
    assert all(1.05 / (luminance(fill) + 0.05) >= 4.5 for fill in fills)


def test_fields_lie_side_by_side(tmp_path: Path) -> None:
    title = samples.both("Naam met 日本語 en een hele lange staart die nergens meer op lijkt te passen")
    drawn, _ = badge(tmp_path, samples.run(samples.profile([], title=title)))
    fields = [(int(field.get("x", 0)), int(field.get("width", 0))) for field in drawn.iter(f"{SVG}rect")][1:]
    assert [x + width for x, width in fields] == [*(x for x, _ in fields[1:]), int(drawn.get("width", 0))]


def test_the_endpoint_is_what_shields_asks(tmp_path: Path) -> None:
    _, endpoint = badge(tmp_path, samples.failing())
    assert endpoint == {
        "schemaVersion": 1,
        "label": "Klanten API 1.0.0 (niet meer in gebruik)",
        "message": "voldoet niet",
        "color": "#a61c15",
        "labelColor": "#8a4600",
    }


def test_each_standard_has_its_own_badge(tmp_path: Path) -> None:
    folder = samples.write(tmp_path, samples.two_profiles())
    assert list(files(folder, format="badge", language="en")) == [
        "badge.klanten.en.svg",
        "badge.klanten.en.json",
        "badge.contactmomenten.en.svg",
        "badge.contactmomenten.en.json",
    ]


def test_a_run_that_judged_nothing_does_not_say_that_it_conforms(tmp_path: Path) -> None:
    fault = samples.both("fout")
    _, endpoint = badge(tmp_path, samples.run(samples.profile([]), configuration=[fault]))
    assert endpoint["message"] == "er is niets beoordeeld"


def test_a_run_without_a_standard_has_no_badge(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="the run has no standard"):
        files(samples.write(tmp_path, samples.misconfigured()), format="badge")
