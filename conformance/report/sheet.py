"""Writes a table as CSV that a spreadsheet opens with a double click, also a Dutch one, and never runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from conformance.report.wire import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A Dutch Excel splits at semicolons and reads UTF-8 only with this mark; a line `sep=;` would undo the mark.
_MARK = b"\xef\xbb\xbf"
_FORMULA = tuple("=+-@|%＝＋－＠\t\r\n")


def sheet(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write the rows under their heads: semicolons, CRLF, every field quoted."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _MARK + out.getvalue().encode()


def _cell(value: object) -> object:
    """Keep a number; put text on one line, with a quote before what a spreadsheet takes for a formula."""
    if isinstance(value, int):
        return value
    text = " ".join(visible(str(value)).split())
    return f"'{text}" if text.startswith(_FORMULA) else text
