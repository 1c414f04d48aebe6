"""The cells of one row by kind, and what is wrong with them so far."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jieyue.kit.scripts import simplified
from jieyue.kit.tables.cells import is_damaged, is_nothing, is_rounded, number_text, text_of
from jieyue.kit.tables.headings import by_kind
from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing.faults import Fault, RowFault

SHOWN: Final = 40  # characters of a value in a fault
_SPACES: Final = re.compile(r"\s+")
_MARKS: Final = "'`’‘"  # before a number, so that a spreadsheet keeps its zeros


@dataclass(slots=True)
class Cells:
    """Reads the cells of a row; `faults` stop it, with `doubts` it comes in without the value."""

    by_kind: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)

    def text(self, kind: str, limit: int = 0) -> str:
        """Return a cell's text, "" if it says nothing; one above `limit` (not 0) is a fault."""
        text = text_of(self.by_kind.get(kind, ""))
        if not text or is_nothing(text):
            return ""
        if is_damaged(text):
            self.doubt(RowFault.TEXT_DAMAGED, kind, text)
        if limit and len(text) > limit:
            self.fault(RowFault.TOO_LONG, kind, str(limit))
        return text

    def number(self, kind: str, limit: int = 0) -> str:
        """Return an identifier as printed: half width, no spaces, no `.0`, no mark before it."""
        text = self.text(kind)
        plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).lstrip(_MARKS)
        if is_rounded(plain):
            self.fault(RowFault.NUMBER_ROUNDED, kind, plain)
            return ""
        if limit and len(plain) > limit:
            self.fault(RowFault.TOO_LONG, kind, str(limit))
        return number_text(plain)

    def read(self, kind: str, reader: Callable[[str], Any]) -> Any:
        """Return what `reader` makes of a cell, None with a doubt if it makes nothing of it."""
        text = self.text(kind)
        value = reader(text) if text else None
        if text and value is None:
            self.doubt(RowFault.VALUE_UNREADABLE, kind, text)
        return value

    def fault(self, code: RowFault, kind: str = "", value: str = "") -> None:
        """Stop the row."""
        self.faults.append(Fault(code, kind, value[:SHOWN]))

    def doubt(self, code: RowFault, kind: str = "", value: str = "") -> None:
        """Say what the row comes in without."""
        self.doubts.append(Fault(code, kind, value[:SHOWN]))


def cells_of(line: Line, kinds: tuple[str, ...], *, width: int | None) -> Cells:
    """Return the cells of a row; more than `width` of them stand in wrong columns."""
    cells = Cells(by_kind(line.cells, kinds))
    if width is not None and len(line.cells) > width:
        cells.fault(RowFault.CELLS_SHIFTED, "", line.cells[width])
    return cells


def plain(text: str) -> str:
    """Return text for comparing headings and names of the library's own: one script and width."""
    text = unicodedata.normalize("NFKC", text).lower()
    return text if text.isascii() else text.translate(simplified())
