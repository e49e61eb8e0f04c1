"""The compliance report: one self-contained page for a buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.page import asset, digest, page
from conformance.report.texts import spoken
from conformance.report.view import views

if TYPE_CHECKING:
    from conformance.report.record import Record


def render(record: Record, language: str) -> bytes:
    """Render a run as one page that needs no other file."""
    run = spoken(record.run, language)
    style, script = asset("style.css"), asset("script.js")
    policy = (
        f"default-src 'none'; style-src '{digest(style)}'; script-src '{digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return page(
        "report.html.j2",
        language,
        run=run,
        views=views(run, record.exchanges),
        style=style,
        script=script,
        policy=policy,
    )
