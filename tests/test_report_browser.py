"""Tests of the compliance report in a real browser: for everyone, by keyboard, on paper, on a telephone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from conformance.model import Json
from conformance.report import write
from tests import chromium
from tests import samples_run as samples

pytestmark = pytest.mark.skipif(chromium.PATH is None, reason=chromium.WHY)
EVIL = (
    "<script>window.hit = 1; alert(1)</script><img src='https://evil.example/x.png' onerror='window.hit=1'>"
    "<a href='javascript:window.hit=1'>x</a>\u202e\u2066\x1b[31m\x07"
)
BOTH = pytest.mark.parametrize("language", ["nl", "en"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser for all tests."""
    with chromium.browser() as started:
        yield started


def hostile() -> tuple[Json, list[Json]]:
    """Give a run in which every text of a supplier is an attack."""
    content = poisoned(samples.failing())
    exchanges = [poisoned({**one, "id": one["id"]}) for one in samples.EXCHANGES]
    for exchange in exchanges:
        exchange["response"]["headers"] = {f"X-{EVIL}": EVIL}
        exchange["response"]["body"] = json.dumps({EVIL: [EVIL, {"status": EVIL}]})
        exchange["request"] |= {"url": f"https://evil.example/{EVIL}", "body": EVIL, "headers": {EVIL: EVIL}}
    return content, exchanges


FIXED = frozenset(
    {"id", "schema", "status", "level", "theme", "verdict", "depth", "started", "finished", "at", "profile", "severity"}
    | {"scopes", "exchange", "exchanges", "digest", "register", "sha256", "phase", "caller", "seen", "name", "kind"}
)


def poisoned(value: Json, name: str = "") -> Json:
    """Put an attack in every text that has no fixed form."""
    if isinstance(value, dict):
        return {key: poisoned(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [poisoned(member, name) for member in value]
    return f"{value}{EVIL}" if isinstance(value, str) and name not in FIXED else value


CONTENTS: dict[str, Callable[[], tuple[Json, Any]]] = {
    "passing": lambda: (samples.passing(), samples.EXCHANGES),
    "failing": lambda: (samples.failing(), samples.EXCHANGES),
    "waived": lambda: (samples.waiving(), samples.EXCHANGES),
    "misconfigured": lambda: (samples.misconfigured(), ()),
    "huge": samples.huge,
    "hostile": hostile,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a function that writes a report, each one once."""
    made: dict[tuple[str, str], Path] = {}

    def report(name: str, language: str = "nl") -> Path:
        if (name, language) not in made:
            folder = samples.write(tmp_path_factory.mktemp(name), *CONTENTS[name]())
            made[name, language] = write(folder, language=language)
        return made[name, language]

    return report


Report = Callable[..., Path]


@BOTH
@pytest.mark.parametrize("name", ["passing", "failing", "waived", "misconfigured", "huge"])
def test_axe_finds_nothing(name: str, language: str, browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report(name, language)) as seen:
        if name != "huge":
            seen.unfold()
        assert seen.accessibility() == []


@pytest.mark.parametrize("name", list(CONTENTS))
def test_nothing_leaves_the_file(name: str, browser: Browser, report: Report) -> None:
    path = report(name)
    with chromium.opened(browser, path) as seen:
        seen.unfold()
        assert (seen.requests, seen.faults) == ([path.as_uri()], [])


def test_the_policy_stops_what_would_leave(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        stopped = """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
            document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}));
        })"""
        assert seen.page.evaluate(stopped) == "img-src"


@BOTH
def test_what_a_hostile_supplier_sends_stays_text(language: str, browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("hostile", language)) as seen:
        seen.unfold()
        found = seen.page.evaluate(
            """() => ({
                hit: window.hit ?? null,
                elements: document.querySelectorAll('img, iframe, object, script:not([src]) + script').length,
                links: [...document.links].filter(link => !link.getAttribute('href').startsWith('#')).length,
                text: document.body.textContent,
            })"""
        )
        assert (found["hit"], found["elements"], found["links"]) == (None, 0, 0)
        assert not {"\u202e", "\u2066", "\x1b", "\x07"} & set(found["text"])
        assert "⟨U+202E⟩" in found["text"]


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        assert seen.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index] # it is shown
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "main"


def test_a_fold_opens_and_closes_with_the_keyboard(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        fold = seen.page.locator("article details.exchange").first
        fold.locator("summary").focus()
        opened = []
        for key in ("Enter", "Enter", "Space"):
            seen.page.keyboard.press(key)
            opened.append(fold.get_attribute("open") is not None)
        assert opened == [True, False, True]


def test_all_folds_open_and_close_with_one_button(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        counts = []
        for name in ("Klap alles open", "Klap alles dicht"):
            seen.page.get_by_role("button", name=name).press("Enter")
            counts.append(seen.page.locator("section:has(#deviations-klanten) details[open]").count())
        assert counts[0] > 20
        assert counts[1] == 0


def test_the_register_is_filtered_by_word_and_status(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        output, rows = seen.page.locator(".filter output"), seen.page.locator("tr[data-status]:visible")
        assert output.inner_text() == "47"
        seen.page.locator(".filter select").focus()
        seen.page.locator(".filter select").select_option("failed")
        assert (output.inner_text(), rows.count()) == ("10", 10)
        seen.page.locator(".filter input").focus()
        seen.page.keyboard.type("kl-cont-040")
        assert (output.inner_text(), rows.count()) == ("1", 1)


def test_links_lead_from_the_front_to_the_card_to_the_register_and_back(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        seen.page.locator("section:has(#front-klanten) a.rid").first.click()
        card = seen.page.locator("article:target")
        assert card.is_visible()
        card.locator("a", has_text="register").click()
        row = seen.page.locator("tr:target")
        assert row.is_visible()
        row.locator("a").click()
        assert card.is_visible()


def test_a_link_to_a_folded_card_opens_it(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        seen.page.locator("tr[data-status=warning] a").first.click()
        seen.page.wait_for_selector("details.card:target[open]")


def test_the_report_is_whole_without_scripts(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing"), java_script_enabled=False) as seen:
        assert seen.page.locator("tr[data-status]").count() == 47
        assert seen.page.locator(".filter").is_hidden()
        seen.page.locator("article details.exchange summary").first.click()
        assert seen.page.locator("article details.exchange pre").first.is_visible()


@BOTH
@pytest.mark.parametrize("name", ["passing", "failing", "waived", "misconfigured", "hostile"])
def test_a_narrow_screen_needs_no_sideways_scrolling(
    name: str, language: str, browser: Browser, report: Report
) -> None:
    with chromium.opened(browser, report(name, language), viewport={"width": 320, "height": 800}) as seen:
        seen.unfold()
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 320


def test_everything_is_on_paper(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("failing")) as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".filter").is_hidden()
        assert seen.page.locator(".skip").is_hidden()
        content = seen.page.pdf(format="A4")
        assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") + content.count(b"/Type /Page/") > 10
        assert seen.page.locator("article details.exchange pre").first.is_visible()


def test_a_huge_report_can_be_searched(browser: Browser, report: Report) -> None:
    with chromium.opened(browser, report("huge")) as seen:
        seen.page.locator(".filter input").fill("KL-FILT-505")
        assert seen.page.locator(".filter output").inner_text() == "1"
