"""Separated text: which encoding, which delimiter, and rows that forgive quotes gone wrong.

Encodings as Chinese files have them: UTF-8 and UTF-16 with and without a byte order mark, and
GB18030, which GBK and GB2312 are parts of.
"""

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from jieyue.kit.tables.lines import (
    MAX_LINES,
    Line,
    Problem,
    Shape,
    UnreadableError,
    tidied,
)
from jieyue.kit.tables.writing import fused

DELIMITERS: Final = (",", "\t", ";", "|", "，", "；", "^")
ENCODINGS: Final = ("utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "big5hkscs")
"""What a person may choose from."""
MAX_BYTES: Final = 500_000_000
MAX_LINE: Final = 1_000_000
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 60  # records looked at to find the delimiter
_QUOTED_LINES: Final = 40  # lines a cell may have; more, and its quote is one nobody closed
_QUOTED_CHARACTERS: Final = 40_000
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EXCELS_HINT: Final = re.compile(r"^sep=(.)$", re.IGNORECASE)
_KEPT_AS_TEXT: Final = re.compile(r'="([^"]*)"')  # how programs keep zeros: ="000123"
_WEB_PAGE: Final = re.compile(r"\s*<(?:!doctype|html|table|meta|head|\?xml)", re.IGNORECASE)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


def shape_of(path: Path, *, encoding: str = "", delimiter: str = "") -> Shape:
    """Find out encoding and delimiter, unless they are given."""
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError(Problem.TOO_LARGE)
    is_damaged = False
    if not encoding:
        encoding, is_damaged = _encoding_of(path)
    with _opened(path, encoding) as file:
        sample = list(islice(_raw_lines(file), _SAMPLE))
    text = "\n".join(sample)
    if _WEB_PAGE.match(text):
        raise UnreadableError(Problem.WEB_PAGE)
    if len(_CONTROLS.findall(text)) * 20 > len(text):
        raise UnreadableError(Problem.NOT_A_TABLE)
    if not text.strip():
        raise UnreadableError(Problem.EMPTY)
    return Shape(
        kind="text",
        encoding=encoding,
        delimiter=delimiter or _delimiter_of(sample),
        is_damaged=is_damaged,
    )


def lines_of(path: Path, shape: Shape) -> Iterator[Line]:
    """Yield the rows. Numbers count records, as a spreadsheet program does."""
    with _opened(path, shape.encoding) as file:
        for number, cells in enumerate(_records(_raw_lines(file), shape.delimiter), start=1):
            if number > MAX_LINES:
                raise UnreadableError(Problem.TOO_LARGE)
            if kept := tidied([_meant(cell) for cell in cells]):
                yield Line(number, kept)


def _meant(cell: str) -> str:
    """Return a cell without what was put around it for the sake of spreadsheet programs."""
    if cell[:1] in {"=", "'"}:
        match = _KEPT_AS_TEXT.fullmatch(cell.strip())
        return match[1] if match else fused(cell)
    return cell


def _opened(path: Path, encoding: str) -> TextIO:
    if encoding not in ENCODINGS:
        raise UnreadableError(Problem.NOT_A_TABLE)
    return path.open(encoding=encoding, errors="replace")


def _encoding_of(path: Path) -> tuple[str, bool]:
    """Return the encoding, and whether some bytes do not fit it. Reads the file once."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding, False
    if encoding := _unmarked_utf16(start):
        return encoding, False
    wrong, right = _fit(path, "utf-8")
    if not wrong:
        return "utf-8-sig", False
    # Cut in the middle of a character by the system that wrote it; GBK hardly ever fits so well.
    if wrong * 20 < right:
        return "utf-8-sig", True
    wrong, _ = _fit(path, "gb18030")
    return "gb18030", bool(wrong)


def _unmarked_utf16(start: bytes) -> str:
    """Tell UTF-16 by its line ends, delimiters and digits, half of each a zero byte."""
    if start.count(0) * 20 < len(start):
        return ""
    even, odd = start[::2].count(0), start[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be"


def _fit(path: Path, encoding: str) -> tuple[int, int]:
    """Count what does not fit the encoding and what beyond ASCII does."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    wrong = beyond = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            wrong += text.count("\ufffd")
            beyond += len(text) - len(text.encode("ascii", "ignore"))
    wrong += decoder.decode(b"", final=True).count("\ufffd")
    return wrong, beyond - wrong


def _raw_lines(file: TextIO) -> Iterator[str]:
    """Yield lines without their ends; the hint `sep=;` is left out as an empty one."""
    first = True
    while line := file.readline(MAX_LINE):
        if len(line) >= MAX_LINE:
            raise UnreadableError(Problem.TOO_LARGE)
        line = line.removesuffix("\n")
        if first:
            line = "" if _EXCELS_HINT.match(line) else line.removeprefix("\ufeff")
        first = False
        yield line


def _delimiter_of(sample: list[str]) -> str:
    """Return the sign that parts most records into equally many cells, the more the better."""
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        widths = Counter(
            len(cells) for cells in _records(iter(sample), delimiter) if any(map(str.strip, cells))
        )
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]))
        score = (round(times / widths.total(), 1), width)
        if width > 1 and score > best:
            best, found = score, delimiter
    return found


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of each record. A quote that nobody closes is an ordinary sign."""
    ahead: deque[str] = deque()
    while (line := _next(ahead, lines)) is not None:
        taken = [line]
        text, is_open = line, _is_open(line, delimiter)
        while is_open and len(taken) < _QUOTED_LINES and len(text) < _QUOTED_CHARACTERS:
            following = _next(ahead, lines)
            if following is None:
                break
            taken.append(following)
            text = f"{text}\n{following}"
            is_open = _is_open(text, delimiter)
        if is_open:
            ahead.extendleft(reversed(taken[1:]))
            yield [cell.strip().strip('"') for cell in line.split(delimiter)]
        else:
            yield _parted(text, delimiter)


def _next(ahead: deque[str], lines: Iterator[str]) -> str | None:
    return ahead.popleft() if ahead else next(lines, None)


def _parted(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:  # a cell longer than that module reads
        return text.split(delimiter)


def _is_open(text: str, delimiter: str) -> bool:
    """Say whether the text ends inside a cell that began with a quote.

    A quote in a later line that ends no cell was not meant to close this one.
    """
    at = 0
    while text.find('"', at) >= 0:
        while text[at : at + 1] == " ":
            at += 1
        if text.startswith('"', at):
            start, at = at, _closing(text, at + 1)
            if at < 0:
                return True
            rest = text[at : at + 9].lstrip(" ")
            if rest and not rest.startswith(delimiter) and "\n" in text[start:at]:
                return True
        at = text.find(delimiter, at)
        if at < 0:
            return False
        at += 1
    return False


def _closing(text: str, at: int) -> int:
    """Return where the quoted cell ends, -1 if it does not; `""` is a quote inside it."""
    while (at := text.find('"', at)) >= 0:
        if not text.startswith('"', at + 1):
            return at + 1
        at += 2
    return -1
