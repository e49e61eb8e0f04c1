"""The report on paper: a short document, tagged so that a screen reader can read it."""

from __future__ import annotations

import hashlib
import importlib
from typing import TYPE_CHECKING, Any

from conformance.report.page import asset, page
from conformance.report.record import ReportError
from conformance.report.texts import spoken
from conformance.report.view import views

if TYPE_CHECKING:
    from conformance.report.record import Record

SHOWN = 30
_REMEDY = "install it with: pip install 'vng-conformance[pdf]'"
_LIBRARIES = "WeasyPrint needs Pango; on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"


def render(record: Record, language: str) -> bytes:
    """Render a run as PDF/UA; of many deviations the first are shown, all of them are in the page and in run.json."""
    run = spoken(record.run, language)
    content = page(
        "pdf.html.j2",
        language,
        run=run,
        views=views(run, record.exchanges),
        style=asset("print.css"),
        shown=SHOWN,
    )
    document = _weasyprint().HTML(string=content.decode(), url_fetcher=unfetched)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=hashlib.sha256(content).digest()[:16])
    return made


def _weasyprint() -> Any:
    try:
        return importlib.import_module("weasyprint")
    except ImportError:
        raise ReportError("pdf", "needs WeasyPrint, which is not installed", _REMEDY) from None
    except OSError as fault:
        raise ReportError("pdf", f"cannot be made: {str(fault).splitlines()[0]}", _LIBRARIES) from None


def unfetched(url: str, *_: object, **__: object) -> Any:
    """Refuse to fetch anything: the document is whole."""
    raise ValueError(f"{url} is not part of the report")
