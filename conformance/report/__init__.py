"""Turns a run folder into reports; everything in a report is in the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from conformance.errors import did_you_mean
from conformance.report import html, junit, markdown, plain
from conformance.report.record import Record, ReportError, read
from conformance.report.texts import LANGUAGES

__all__ = ["FORMATS", "LANGUAGES", "Form", "ReportError", "render", "write"]


class Form(NamedTuple):
    """A form of report: how it is rendered and what its file is called."""

    render: Callable[[Record, str], bytes]
    file: str


FORMATS: Mapping[str, Form] = MappingProxyType(
    {
        "html": Form(html.render, "report.{language}.html"),
        "junit": Form(junit.render, "junit.xml"),
        "json": Form(plain.render, "run.json"),
        "md": Form(markdown.render, "summary.md"),
    }
)


def render(run_dir: Path, *, language: str = "nl", format: str = "html") -> bytes:  # noqa: A002 (the word of the flag)
    """Render a run folder in one form and language; the same run gives the same bytes."""
    form = _known(format, language)
    return form.render(read(run_dir), language)


def write(
    run_dir: Path,
    *,
    language: str = "nl",
    format: str = "html",  # noqa: A002 (the word of the flag)
    out: Path | None = None,
) -> Path:
    """Write a report in a folder, by default the run folder itself, and give its path."""
    content = render(run_dir, language=language, format=format)
    folder = out or run_dir
    path = folder / FORMATS[format].file.format(language=language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ReportError(path, f"cannot be written: {error.strerror}", "choose a folder that can be written") from None
    return path


def _known(form: str, language: str) -> Form:
    if language not in LANGUAGES:
        raise ReportError("report", f"language '{language}' does not exist", did_you_mean(language, LANGUAGES))
    if form not in FORMATS:
        raise ReportError("report", f"format '{form}' does not exist", did_you_mean(form, FORMATS))
    return FORMATS[form]
