"""Tables for people to open again: a cell never runs as a formula, and numbers keep their zeros."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

MAX_CELL: Final = 32_767  # characters, in Excel
_RUNS: Final = re.compile(r"[\s\0]*[=+\-@＝＋－＠]|[\t\r]")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?")
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def defused(text: str) -> str:
    """Return a cell for separated text, marked with ' if a spreadsheet could run it.

    `fused` reads it back. Numbers are left as they are.
    """
    if text.startswith("'") or (_RUNS.match(text) and not _PLAIN_NUMBER.fullmatch(text)):
        return f"'{text}"
    return text


def fused(text: str) -> str:
    """Return what `defused` was given."""
    return text[1:] if text.startswith("'") and defused(text[1:]) == text else text


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield separated text line by line, as Excel opens it in any language: UTF-8 with its mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_workbook(file: IO[bytes], sheet: str, rows: Iterable[Sequence[str]]) -> None:
    """Write a workbook (.xlsx) of one sheet, the first row fixed as its heading.

    All cells are text: no formula runs and no leading zero is lost. Memory does not grow with the
    rows.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31].strip() or "1")
    page.freeze_panes = "A2"
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(page, value=_NOT_IN_XML.sub("", text)[:MAX_CELL])
            cell.data_type = "s"  # or a text that begins with = were a formula
            cell.number_format = "@"
            cells.append(cell)
        page.append(cells)
    book.save(file)
