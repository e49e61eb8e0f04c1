"""The run as a short summary in Markdown, for a build page or a merge request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.page import environment
from conformance.report.texts import spoken
from conformance.report.view import view

if TYPE_CHECKING:
    from conformance.report.record import Record


def render(record: Record, language: str) -> bytes:
    """Render the conclusion, the counts and the deviations of a run."""
    run = spoken(record.run, language)
    views = [] if run["configuration"] else [view(profile, record.exchanges) for profile in run["profiles"]]
    return environment(language).get_template("summary.md.j2").render(run=run, views=views).encode()
