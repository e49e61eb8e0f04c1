"""Turns a run folder into reports; everything in a report is in the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from conformance.errors import did_you_mean
from conformance.report import annex, badge, ctrf, earl, html, junit, markdown, pdf, plain, sarif
from conformance.report.record import Record, ReportError, read
from conformance.report.texts import LANGUAGES

__all__ = ["FORMS", "LANGUAGES", "ReportError", "files", "render", "write", "write_all"]

Form = Callable[[Record, str], Mapping[str, bytes]]
"""Renders a run in a language as files by name, the main one first."""


def _alone(name: str, rendered: Callable[[Record, str], bytes], record: Record, language: str) -> dict[str, bytes]:
    return {name.format(language=language): rendered(record, language)}


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "html": partial(_alone, "report.{language}.html", html.render),
        "pdf": partial(_alone, "report.{language}.pdf", pdf.render),
        "junit": partial(_alone, "junit.xml", junit.render),
        "json": partial(_alone, "run.json", plain.render),
        "sarif": partial(_alone, "results.sarif", sarif.render),
        "earl": partial(_alone, "earl.jsonld", earl.render),
        "ctrf": partial(_alone, "ctrf.json", ctrf.render),
        "md": partial(_alone, "summary.md", markdown.render),
        "badge": badge.render,
        "annex": annex.render,
    }
)


def files(run_dir: Path, *, language: str = "nl", format: str = "html") -> Mapping[str, bytes]:  # noqa: A002 (the word of the flag)
    """Render a run folder in one form and language, as files by name; the same run gives the same bytes."""
    form = _known(format, language)
    return form(read(run_dir), language)


def render(run_dir: Path, *, language: str = "nl", format: str = "html") -> bytes:  # noqa: A002 (the word of the flag)
    """Render the main file of a form."""
    return next(iter(files(run_dir, language=language, format=format).values()))


def write_all(
    run_dir: Path,
    *,
    language: str = "nl",
    format: str = "html",  # noqa: A002 (the word of the flag)
    out: Path | None = None,
) -> list[Path]:
    """Write the files of a form in a folder, by default the run folder itself, and give their paths."""
    rendered = files(run_dir, language=language, format=format)
    return [_written((out or run_dir) / name, content) for name, content in rendered.items()]


def write(
    run_dir: Path,
    *,
    language: str = "nl",
    format: str = "html",  # noqa: A002 (the word of the flag)
    out: Path | None = None,
) -> Path:
    """Write the files of a form and give the path of the main one."""
    return write_all(run_dir, language=language, format=format, out=out)[0]


def _written(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ReportError(path, f"cannot be written: {error.strerror}", "choose a folder that can be written") from None
    return path


def _known(form: str, language: str) -> Form:
    if language not in LANGUAGES:
        raise ReportError("report", f"language '{language}' does not exist", did_you_mean(language, LANGUAGES))
    if form not in FORMS:
        raise ReportError("report", f"format '{form}' does not exist", did_you_mean(form, FORMS))
    return FORMS[form]
