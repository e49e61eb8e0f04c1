"""Tests of the compliance report as a page."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from conformance.model import Json
from conformance.report import render
from conformance.report.page import asset, digest
from tests import samples_run as samples

VOID = {"meta", "input", "br"}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) \u202e\x00 {{ 7*7 }}"


class Page(HTMLParser):
    """Keeps the elements and the text of a page, and checks that its tags are balanced."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._parts: list[str] = []
        self._open: list[str] = []
        self.feed(content.decode())
        assert not self._open
        self.text = "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that an end tag closes the last open element."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self._parts.append(data)

    def every(self, tag: str) -> list[dict[str, str | None]]:
        """List the attributes of every element of one kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        """List the values of an attribute."""
        return [str(attributes[attribute]) for _, attributes in self.elements if attribute in attributes]

    def reads(self, words: str) -> bool:
        """Tell whether the page holds these words in this order, each element apart."""
        return words in " ".join(" ".join(self._parts).split())

    def says(self, words: str) -> bool:
        """Tell whether the page holds these words, whatever the white space."""
        return words in " ".join(self.text.split())


def page(folder: Path, content: Json, language: str = "nl", exchanges: Json = samples.EXCHANGES) -> Page:
    """Render a run as a page and read it again."""
    return Page(render(samples.write(folder, content, exchanges), language=language))


SAMPLES = [
    samples.passing(),
    samples.failing(),
    samples.waiving(),
    samples.blocking(),
    samples.interrupted(),
    samples.misconfigured(),
    samples.noting(),
    samples.two_profiles(),
]
EVERY = pytest.mark.parametrize("content", SAMPLES)


@pytest.mark.parametrize(
    ("content", "language", "said"),
    [
        (samples.passing(), "nl", "Klantbeeld 4.2.1 voldoet aan Klanten API 1.0.0. Er is geen afwijking gevonden"),
        (samples.passing(), "en", "Klantbeeld 4.2.1 conforms to Klanten API 1.0.0."),
        (
            samples.failing(),
            "nl",
            "voldoet niet aan Klanten API 1.0.0. Het product haalt 10 van de 44 verplichte eisen niet.",
        ),
        (samples.failing(), "nl", "Bij 1 eis gaat het om een bekend punt"),
        (samples.failing(), "en", "There is no judgement yet on 3 mandatory requirements."),
        (samples.waiving(), "nl", "voldoet aan Klanten API 1.0.0, met een toelichting bij 1 verplichte eis."),
        (samples.blocking(), "en", "We cannot say whether Klantbeeld 4.2.1 conforms to Klanten API 1.0.0."),
        (samples.blocking(), "nl", "Over 4 verplichte eisen is nog geen oordeel mogelijk."),
        (samples.interrupted(), "nl", "De test is afgebroken."),
        (samples.misconfigured(), "nl", "Er is niets beoordeeld"),
        (samples.misconfigured(), "nl", "doel.yaml:12: credentials.volledig.secret"),
        (samples.run(), "en", "No standard was tested"),
    ],
)
def test_the_conclusion_is_one_plain_sentence(tmp_path: Path, content: Json, language: str, said: str) -> None:
    assert page(tmp_path, content, language).says(said)


@pytest.mark.parametrize(
    "said",
    [
        "Rapportnummer20261122-101500-klanten-1f3a",
        "Standaard en versieKlanten API 1.0.0",
        "Status van de standaardNiet meer in gebruik. VNG is in 2024 gestopt",
        "Rol van het productAanbieder van de API",
        "Product en versieKlantbeeld 4.2.1",
        "LeverancierVoorbeeld Software B.V.",
        "Testsuitevng-conformance 0.1.0",
        "Vaste testgevallen912 gevallen, controlegetal 5d41402abc4b2a76",
        "Startgetal (seed)1",
        "Datum22 november 2026, 10:15 UTC",
        "OordeelVoldoet niet",
        "Het rapport is geen certificaat.",
    ],
)
def test_the_cover_states_the_facts(tmp_path: Path, said: str) -> None:
    assert said in re.sub(r"\s*\n\s*", "", page(tmp_path, samples.failing()).text)


@pytest.mark.parametrize(
    "said",
    [
        "Afwijkingen van dit product (9)",
        "Afwijkingen die de referentie ook heeft (1)",
        "De referentie geeft application/json in plaats van application/problem+json.",
        "Aandachtspunten (3)",
        "Originele formulering (Engels)",
        "Bericht 2 POST https://klantbeeld.example.nl/klanten/api/v1/klanten → 201",
        '"klantnummer": "k1"',
        "--header 'Authorization: Bearer '\"$TOKEN\"",
        "Zo lezen wij de standaard",
        "Hooguit een aandachtspunt: unknown parameter is ignored",
        "Er kon geen klant worden aangemaakt: statuscode 500",
        "Deze toets heeft een andere API nodig (2 eisen)",
        "Ja, zeven jaar.",
        "Nog niet beantwoord",
        "null is toegevoegd aan de lijst",
        "pace.requests_per_second20",
        "lezenzgw-jwtklanten.lezen",
        "Alle rechten",
    ],
)
def test_the_page_holds_the_evidence_and_the_method(tmp_path: Path, said: str) -> None:
    assert page(tmp_path, samples.failing()).says(said)


def test_the_english_report_states_the_demand_in_full(tmp_path: Path) -> None:
    assert page(tmp_path, samples.failing(), "en").says("The standard demands The server refuses a second klant")


def test_a_note_of_an_informative_requirement_is_shown(tmp_path: Path) -> None:
    assert page(tmp_path, samples.noting()).says("Opmerkingen (1)")


@pytest.mark.parametrize(
    "said",
    [
        "Toegelicht door de leverancier: Opgelost in versie 4.3",
        "Eigenaar: Productteam Klantbeeld. Geldig tot en met: 1 maart 2027.",
        "Productteam Klantbeeld 1 maart 2027 ✓ Toegelicht door de leverancier",
        "– Niet nodig: deze eis gaf geen afwijking",
        "✗ De toelichting telt niet: De toelichting is verlopen op 2026-01-01. waivers.yaml:2",
        "Let op: 1 toelichting telt niet mee.",
        "Afwijkingen met een toelichting (1 afwijking)",
    ],
)
def test_a_waiver_is_shown_with_owner_end_and_what_became_of_it(tmp_path: Path, said: str) -> None:
    assert page(tmp_path, samples.waiving()).reads(said)


@pytest.mark.parametrize(
    "said",
    [
        "Regels voor de gegevens (9 afwijkingen)",
        "Gevolg: Een afspraak over de gegevens wordt niet bewaakt.",
        "En nog 3 afwijkingen.",
        "Waar ligt het aan? Het product van de leverancier.",
        "De referentie van de uitgever doet hetzelfde.",
        "Waar ligt het aan? De standaard is hier niet duidelijk.",
        "Waar ligt het aan? Dat is nog niet te zeggen.",
        "201 ← verwacht: statuscode 400",
        "● Toegelaten ✗ hoort te weigeren 201",
        "⊘ Geweigerd ✗ hoort toe te laten 403",
        "? Anders 404",
        "✓ beschreven 200 (12×) , 400 (2×) 12,3 ms",
        "✗ niet beschreven – niet geprobeerd –",
        "✗ staat niet in de standaard ✓ GET /statistiek",
        "GET /klanten 200: results.kleur kent dit niet beschrijft dit gezien",
        "kleur is niet verplicht – niet bekend – niet gezien",
        "Tijd van het product 12,0 ms",
        "Tijd van de testsuite 270,0 s",
        "credentials.lezen.client_id lezer",
        "Beantwoord: 1 van de 2.",
    ],
)
def test_the_page_says_for_buyer_and_engineer(tmp_path: Path, said: str) -> None:
    exchanges = [samples.exchange("1"), samples.exchange("2"), samples.EXCHANGES[2]]
    content = samples.failing()
    for row in content["profiles"][0]["requirements"]:
        for outcome in row["outcomes"]:
            for finding in outcome["findings"]:
                finding["what"] = samples.both("status van het antwoord", "status of the answer")
                finding["actual"] = samples.both("201")
    assert page(tmp_path, content, exchanges=exchanges).reads(said)


@EVERY
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_names_its_language(tmp_path: Path, content: Json, language: str) -> None:
    assert page(tmp_path, content, language).every("html") == [{"lang": language}]


@EVERY
def test_every_link_stays_in_the_page_and_arrives(tmp_path: Path, content: Json) -> None:
    read = page(tmp_path, content)
    assert {link.removeprefix("#") for link in read.values("href")} <= set(read.values("id"))


@EVERY
def test_every_id_is_unique(tmp_path: Path, content: Json) -> None:
    assert max(Counter(page(tmp_path, content).values("id")).values()) == 1


@EVERY
def test_every_label_refers_to_an_id(tmp_path: Path, content: Json) -> None:
    read = page(tmp_path, content)
    assert set(read.values("aria-labelledby")) <= set(read.values("id"))


@EVERY
def test_headings_skip_no_level(tmp_path: Path, content: Json) -> None:
    levels = [int(tag[1]) for tag, _ in page(tmp_path, content).elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@EVERY
def test_every_table_has_a_caption_and_every_header_a_scope(tmp_path: Path, content: Json) -> None:
    read = page(tmp_path, content)
    assert len(read.every("caption")) == len(read.every("table"))
    assert all("scope" in attributes for attributes in read.every("th"))


@EVERY
def test_nothing_is_loaded_from_elsewhere(tmp_path: Path, content: Json) -> None:
    read = page(tmp_path, content)
    assert not read.values("src")
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in read.elements}


def test_only_our_own_style_and_script_are_allowed(tmp_path: Path) -> None:
    policy = str(page(tmp_path, samples.failing()).every("meta")[1]["content"])
    assert {digest(asset(name)) for name in ("style.css", "script.js")} == set(re.findall(r"'(sha256-[^']+)'", policy))


def test_every_failure_and_its_register_row_link_to_each_other(tmp_path: Path) -> None:
    links = page(tmp_path, samples.failing()).values("href")
    assert {"#klanten-KL-UNIC-031", "#reg-klanten-KL-UNIC-031", "#open-klanten-KL-CONT-044"} <= set(links)


def test_every_bar_has_a_text_alternative(tmp_path: Path) -> None:
    bars = [each for each in page(tmp_path, samples.failing()).every("svg") if each.get("class") == "bar"]
    assert bars[0]["aria-label"] == (
        "Verplicht: 30 geslaagd, 10 afwijking, 1 geblokkeerd, 2 niet getoetst, 1 niet van toepassing"
    )


def hostile() -> tuple[Json, list[Json]]:
    """Give a run in which everything that the supplier can choose is an attack."""
    evil = samples.both(EVIL)
    found = samples.finding("1", what=evil, expected=evil, actual=evil)
    row = samples.requirement(
        1, "failed", outcomes=[samples.outcome("failed", found, exchanges=["1", "2"], check=EVIL)]
    )
    left = samples.requirement(2, "blocked", reason=evil, outcomes=[samples.outcome("blocked", exchanges=["2"])])
    content = samples.run(samples.profile([row, left], "voldoet niet"))
    content["target"]["product"] = {"name": EVIL, "version": EVIL, "supplier": EVIL}
    exchanges = [
        samples.exchange("1", url=f"https://example.nl/{EVIL}", headers={EVIL: EVIL}, body=EVIL, answer=EVIL),
        samples.exchange("2", status=None),
    ]
    exchanges[1]["error"] = EVIL
    return content, exchanges


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_the_supplier_sends_is_only_text(tmp_path: Path, language: str) -> None:
    content, exchanges = hostile()
    read = page(tmp_path, content, language, exchanges)
    assert len(read.every("script")) == 1
    assert not read.every("img")
    assert all(link.startswith("#") for link in read.values("href"))
    assert not {"\u202e", "\x00"} & set(read.text)
    assert read.says("{{ 7*7 }}")


def test_a_long_body_is_cut_with_a_note(tmp_path: Path) -> None:
    exchanges = [samples.exchange("1"), samples.exchange("2", answer="x" * 9000)]
    assert page(tmp_path, samples.failing(), exchanges=exchanges).says("Hier zijn 5.000 tekens weggelaten.")


def test_a_long_request_has_no_curl_command(tmp_path: Path) -> None:
    exchanges = [samples.exchange("1"), samples.exchange("2", body="x" * 9000)]
    assert page(tmp_path, samples.failing(), exchanges=exchanges).says("Het curl-commando is te lang")


def test_an_exchange_that_was_not_kept_is_named(tmp_path: Path) -> None:
    assert page(tmp_path, samples.failing(), exchanges=[]).says("Bericht 2 is niet bewaard.")


def test_a_message_without_body_says_so(tmp_path: Path) -> None:
    exchanges = [samples.exchange("2", body=None, answer="")]
    assert page(tmp_path, samples.failing(), exchanges=exchanges).text.count("Zonder inhoud") == 2 * 11


def test_a_huge_run_is_rendered_with_all_its_failures(tmp_path: Path) -> None:
    content, exchanges = samples.huge()
    assert len(page(tmp_path, content, exchanges=exchanges).every("article")) == 1000


TONES = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", asset("style.css")))
STATUSES = ("failed", "error", "blocked", "waived", "warning", "passed", "not_applicable", "not_tested")
PAIRS = [(status, f"{status}-pale") for status in STATUSES]
PAIRS += [(tone, ground) for tone in ("ink", "muted", "blue", "link") for ground in ("white", "pale")]
PAIRS += [("white", "blue"), *((status, "white") for status in STATUSES)]


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("tone", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(tone: str, ground: str) -> None:
    tones = {**TONES, "white": "#ffffff"}
    dark, light = sorted(luminance(tones[each]) for each in (tone, ground))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(("language", "said"), [("nl", "Ja, gemeld als aandachtspunt"), ("en", "Yes, reported as a")])
def test_a_ruling_says_whether_its_other_reading_was_met(tmp_path: Path, language: str, said: str) -> None:
    assert page(tmp_path, samples.failing(), language).says(said)
