"""The run as a short summary in Markdown, for a build page or a merge request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.page import page
from conformance.report.texts import spoken
from conformance.report.view import views

if TYPE_CHECKING:
    from conformance.report.record import Record

SHOWN = 50  # a comment on a merge request has an end


def render(record: Record, language: str) -> bytes:
    """Render the conclusion, the counts and the deviations of a run."""
    run = spoken(record.run, language)
    return page("summary.md.j2", language, run=run, views=views(run, record.exchanges), shown=SHOWN)
