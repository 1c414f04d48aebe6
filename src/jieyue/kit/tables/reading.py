"""One door to every kind of table: find out how it is read, then read it row by row."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zipfile import is_zipfile

from jieyue.kit.tables import texts
from jieyue.kit.tables.lines import Line, Problem, Shape, UnreadableError

_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_LOOKED_AT: Final = 4_000_000
_BINARIES: Final = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)


def shape_of(path: Path, *, sheet: str = "", encoding: str = "", delimiter: str = "") -> Shape:
    """Find out how a file is read; what is given is taken as it is. Goes by content, not by name.

    Raises:
        UnreadableError: it is no table, broken, or larger than we read.

    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if not start.strip():
        raise UnreadableError(Problem.EMPTY)
    if start.startswith(_OLE):
        is_encrypted = _ENCRYPTED in start
        raise UnreadableError(Problem.ENCRYPTED if is_encrypted else Problem.OLD_EXCEL)
    if start.startswith(b"PK"):
        if not is_zipfile(path):
            raise UnreadableError(Problem.BROKEN)
        from jieyue.kit.tables import sheets  # slow to import, seldom needed

        return sheets.shape_of(path, sheet=sheet)
    if start.startswith(_BINARIES):
        raise UnreadableError(Problem.NOT_A_TABLE)
    return texts.shape_of(path, encoding=encoding, delimiter=delimiter)


def lines_of(path: Path, shape: Shape) -> Iterator[Line]:
    """Yield the rows that have something in them, in order. Close it if you stop early.

    Memory does not grow with the rows; of a workbook all different texts are held.

    Raises:
        UnreadableError: it turns out to be broken or too large further on.

    """
    if shape.kind == "text":
        return texts.lines_of(path, shape)
    from jieyue.kit.tables import sheets

    return sheets.lines_of(path, shape)


def guess_rows(path: Path, shape: Shape) -> int:
    """Return about how many rows a file has, for a progress bar: quick, and often a few too many.

    Counts line ends of text, and the largest sheet of a workbook.
    """
    if shape.kind == "text":
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) + 1
    from jieyue.kit.tables import sheets

    return sheets.guess_rows(path)
