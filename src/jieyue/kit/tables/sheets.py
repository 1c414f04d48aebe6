"""Workbooks (.xlsx), read row by row as text.

Guards against files made to harm: how much they unpack to, entities, endless rows. openpyxl does
the reading; what it takes from styles, names and properties has broken on files that Excel opens,
so those are left out or forgiven.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZipFile, ZipInfo

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import range_boundaries

from jieyue.kit.tables.lines import (
    MAX_COLUMNS,
    MAX_LINES,
    Line,
    Problem,
    Shape,
    UnreadableError,
    tidied,
)

MAX_PARTS: Final = 5_000
MAX_UNPACKED: Final = 600_000_000
MAX_TEXTS: Final = 100_000_000  # of the different texts, which are held in memory
MAX_MERGES: Final = 200_000
_CHUNK: Final = 1 << 20
_MAX_ELEMENT: Final = 8 << 20  # bytes of one row: one is held at a time
_OVERLAP: Final = 200
_STRICT: Final = b"purl.oclc.org/ooxml/spreadsheetml"  # a variant that openpyxl finds empty
_REFUSED: Final = (b"<!DOCTYPE", b"<!ENTITY", _STRICT)
_ENDS: Final = (b"row>", b"si>")
_MERGE: Final = re.compile(
    rb"mergeCell\s[^<>]{0,80}?ref=[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"
)
_ZEROS: Final = re.compile(r"(0{2,30})(?:;.*)?")
_LINE_END: Final = re.compile(r"_x000[dD]_\n?")

Merges = list[tuple[int, int, int]]
"""First row, last row and column of cells that are one, only where they span rows."""


@dataclass(slots=True)
class _Down:
    """Cells merged over several rows: their text counts in each row that has more to say."""

    merges: Merges
    at: int = 0
    open: dict[int, tuple[int, str]] = field(default_factory=dict)  # column: last row, text

    def fill(self, number: int, cells: list[str]) -> list[str]:
        """Return the row with what reaches into it from above."""
        while self.at < len(self.merges) and self.merges[self.at][0] <= number:
            first, last, column = self.merges[self.at]
            self.at += 1
            if first == number and column < len(cells):
                self.open[column] = (last, cells[column])
        if not self.open or not any(cells):
            return cells
        self.open = {column: kept for column, kept in self.open.items() if kept[0] >= number}
        for column, (_, text) in self.open.items():
            if column >= len(cells):
                cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or text
        return cells


class _Reader(ExcelReader):  # type: ignore[misc]  # openpyxl has no types
    """Reads no more of a workbook than its cells need."""

    has_styles = True

    def read(self) -> None:
        """Open the workbook; styles that openpyxl does not understand are done without."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        try:
            apply_stylesheet(self.archive, self.wb)
        except Exception:  # noqa: BLE001 - it raises whatever an odd style makes it stumble on
            self.has_styles = False
        self.read_worksheets()


def shape_of(path: Path, *, sheet: str = "") -> Shape:
    """Look at the sheets; the first visible one with anything in it, unless one is named."""
    checked(path)
    with _Opened(path) as reader:
        visible = [one for one in _sheets(reader) if one.sheet_state == "visible"]
        names = tuple(one.title for one in visible)
        if not names:
            raise UnreadableError(Problem.EMPTY)
        if sheet and sheet not in names:
            raise UnreadableError(Problem.SHEET_UNKNOWN)
        if not sheet:
            full = (one.title for one in visible if next(_lines(reader, one, []), None))
            sheet = next(full, "")
        if not sheet:
            raise UnreadableError(Problem.EMPTY)
    return Shape(kind="xlsx", sheets=names, sheet=sheet)


def lines_of(path: Path, shape: Shape) -> Iterator[Line]:
    """Yield the rows of the sheet."""
    merged = checked(path)
    with _Opened(path) as reader:
        sheet = next((one for one in _sheets(reader) if one.title == shape.sheet), None)
        if sheet is None:
            raise UnreadableError(Problem.SHEET_UNKNOWN)
        yield from _lines(reader, sheet, merged.get(sheet._worksheet_path, []))


class _Opened:
    """The workbook, closed afterwards; whatever goes wrong inside is a broken file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack = ExitStack()

    def __enter__(self) -> Any:
        try:
            file = self._stack.enter_context(self._path.open("rb"))
            reader = _Reader(file, read_only=True, data_only=True)
            self._stack.callback(reader.archive.close)
            reader.read()
        except Exception as error:
            self._stack.close()
            raise UnreadableError(Problem.BROKEN) from error
        return reader

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stack.close()
        if isinstance(error, Exception) and not isinstance(error, UnreadableError):
            raise UnreadableError(Problem.BROKEN) from error


def _sheets(reader: Any) -> list[Any]:
    return [one for one in reader.wb._sheets if hasattr(one, "_worksheet_path")]


def _lines(reader: Any, sheet: Any, merges: Merges) -> Iterator[Line]:
    sheet.reset_dimensions()  # many programs write wrong ones
    down = _Down(merges)
    rows: Iterable[Any] = sheet.iter_rows()
    for number, row in enumerate(rows, start=1):
        if number > MAX_LINES:
            raise UnreadableError(Problem.TOO_LARGE)
        cells = [_shown(cell, has_styles=reader.has_styles) for cell in row[:MAX_COLUMNS]]
        if kept := tidied(down.fill(number, cells)):
            yield Line(number, kept)


def _shown(cell: Any, *, has_styles: bool) -> str:
    """Return the cell as a person sees it, as far as it matters for names and numbers."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return _LINE_END.sub("\n", value) if "_x000" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= 1e30 or value != value:  # noqa: PLR0124 - not a number
            return str(value)
        return _number(value, str(cell.number_format) if has_styles else "")
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(value: float, shown_as: str) -> str:
    """Return a number in full: leading zeros of its format, no exponent, no binary noise."""
    if value != int(value):
        return f"{value:.15g}" if abs(value) >= 1e-4 else str(value)
    zeros = _ZEROS.fullmatch(shown_as)
    return str(int(value)).zfill(len(zeros[1])) if zeros and value >= 0 else str(int(value))


def checked(path: Path) -> dict[str, Merges]:
    """Unpack every part once to see that it is safe; return the merged cells of each.

    Raises:
        UnreadableError: too large, broken, encrypted, of the strict variant, or it declares
            entities, as no program does.

    """
    try:
        with ZipFile(path) as archive:
            return _looked_through(archive)
    except UnreadableError:
        raise
    except Exception as why:  # a damaged archive breaks in many ways
        raise UnreadableError(Problem.BROKEN) from why


def _looked_through(archive: ZipFile) -> dict[str, Merges]:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise UnreadableError(Problem.TOO_LARGE)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableError(Problem.ENCRYPTED)
    if not any(part.filename.lower().endswith("workbook.xml") for part in parts):
        raise UnreadableError(Problem.NOT_A_TABLE)
    unpacked, found = 0, {}
    for part in parts:
        size, found[part.filename] = _look(archive, part, MAX_UNPACKED - unpacked)
        unpacked += size
    return found


def _look(archive: ZipFile, part: ZipInfo, most: int) -> tuple[int, Merges]:
    """Return the true size of a part and its merged cells."""
    is_media = "/media/" in part.filename
    if "sharedstrings" in part.filename.lower():
        most = min(most, MAX_TEXTS)
    size = since = 0
    before = b""
    merges: set[tuple[int, int, int]] = set()
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            since = 0 if is_media or any(end in chunk for end in _ENDS) else since + len(chunk)
            text = before + chunk
            if size > most or since > _MAX_ELEMENT or len(merges) > MAX_MERGES:
                raise UnreadableError(Problem.TOO_LARGE)
            if not is_media and any(sign in text for sign in _REFUSED):
                raise UnreadableError(Problem.BROKEN)
            merges.update(_spans(_MERGE.findall(text)))
            before = text[-_OVERLAP:]
    return size, sorted(merges)


def _spans(references: list[bytes]) -> Iterator[tuple[int, int, int]]:
    for reference in references:
        column, first, _, last = range_boundaries(reference.decode())
        if last > first and column <= MAX_COLUMNS:
            yield first, last, column - 1


def guess_rows(path: Path) -> int:
    """Return how many rows the largest sheet has."""
    counts = [0]
    with ZipFile(path) as archive:
        for part in archive.infolist():
            if "worksheets/sheet" in part.filename.lower():
                with archive.open(part) as file:
                    counts.append(_count(file, b"<row"))
    return max(counts)


def _count(file: IO[bytes], sign: bytes) -> int:
    found, before = 0, b""
    while chunk := file.read(_CHUNK):
        text = before + chunk
        found += text.count(sign)
        before = text[1 - len(sign) :]
    return found
