"""Opens reports in a real browser, for the tests and for the figures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

PATH = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WHY = "no Chromium on this machine; install it with 'apt-get install chromium'"
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")
REPEATED = ".card:nth-of-type(n+20), tbody tr:nth-child(n+40)"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Opened:
    """A report in a browser, and everything that it tried to do."""

    page: Page
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def accessibility(self) -> list[str]:
        """Name every rule of axe-core that the page breaks, with the first place where it does.

        Of what is repeated more often, such as a thousand cards, the first ones stand for all: axe-core takes minutes
        for tens of thousands of elements.
        """
        self.page.evaluate(AXE.read_text("utf-8"))
        self.page.evaluate("them => document.querySelectorAll(them).forEach(one => one.remove())", REPEATED)
        options = RULES | {"resultTypes": ["violations"]}
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def dismiss(self, dialog: Dialog) -> None:
        """Close a dialog, which no report may open."""
        self.faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def unfold(self) -> None:
        """Open everything that can be opened."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium; it may be run by root, as in a container, and then has no sandbox of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=PATH, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@contextmanager
def opened(chromium: Browser, report: Path, **context: Any) -> Iterator[Opened]:
    """Open a report in a window of its own."""
    window = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "nl-NL", **context})
    seen = Opened(window.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
    seen.page.on("console", lambda message: seen.faults.append(message.text) if message.type == "error" else None)
    seen.page.on("dialog", seen.dismiss)
    seen.page.goto(report.as_uri())
    yield seen
    window.close()
