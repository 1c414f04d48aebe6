"""Labels on sheets: spines, barcodes, QR codes and readers' cards, as a PDF."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jieyue.kit.paper.codes import modules
from jieyue.kit.paper.pdf import MM_OF_POINT, Paper
from jieyue.kit.paper.sheets import A4, Sheet

EDGE: Final = 2.0  # mm of a label that stay white, for sheets that lie a little askew
QUIET_EDGE: Final = 1.0  # beside bars, which bring their own white
LEADING: Final = 1.25  # from line to line, in sizes
SPINE_SIZES: Final = (20.0, 16.0, 13.0, 11.0, 9.0, 7.0)
_PART: Final = re.compile(r"[^-=+:(]+|[-=+:(].*")
_CLASS_HEAD: Final = 6  # characters of a class that may stand on one line, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What can stand on a label. `address` is what the QR code says, `place` where it belongs."""

    library: str
    name: str  # the title, or the reader
    barcode: str
    call_number: str = ""
    place: str = ""
    address: str = ""


def draw_labels(
    labels: Sequence[Label],
    sheet: Sheet,
    *,
    kind: str,
    symbology: str,
    start: int = 1,
    title: str,
) -> bytes | list[str]:
    """Return the PDF, or the barcodes that such a label cannot carry.

    `kind` is `spine`, `code` or `card`; `start` the first free label of the first sheet.
    """
    paper = Paper(title=title)
    draw = {"spine": _spine, "code": _code, "card": _card}[kind]
    refused: list[str] = []
    for index, label in enumerate(labels, start=start - 1):
        if index == start - 1 or index % sheet.labels == 0:
            paper.page()
        x, y = sheet.place(index)
        if not draw(paper, (x, y, sheet.width, sheet.height), label, symbology):
            refused.append(label.barcode)
    return refused or paper.done()


def draw_calibration(sheet: Sheet, *, title: str, lines: Sequence[str]) -> bytes:
    """Return a page with every label's outline and rulers in the first, to hold against a sheet."""
    paper = Paper(title=title)
    paper.page()
    for index in range(sheet.labels):
        x, y = sheet.place(index)
        paper.frame(x, y, sheet.width, sheet.height)
        number = str(index + 1)
        paper.text(x + sheet.width - EDGE - paper.width(number, 7), y + EDGE, number, 7)
    x, y = sheet.place(0)
    for mark in range(1, int(sheet.width)):
        paper.line(x + mark, y, x + mark, y + (2.5 if mark % 5 == 0 else 1.2))
    for mark in range(1, int(sheet.height)):
        paper.line(x, y + mark, x + (2.5 if mark % 5 == 0 else 1.2), y + mark)
    middle_x, middle_y = A4[0] / 2, A4[1] / 2
    paper.line(middle_x - 5, middle_y, middle_x + 5, middle_y)
    paper.line(middle_x, middle_y - 5, middle_x, middle_y + 5)
    for row, line in enumerate(lines):
        below = y + 4 + row * 9 * LEADING * MM_OF_POINT
        paper.fitted((x + 4, below, sheet.width - 4 - EDGE), line, 9)
    return paper.done()


def call_lines(call_number: str) -> list[str]:
    """Part a call number as it stands on a spine: the class, the number, what follows it."""
    shelf_class, _, number = call_number.replace(" ", "").partition("/")
    lines = [shelf_class] if len(shelf_class) <= _CLASS_HEAD else _PART.findall(shelf_class)
    return [line for line in (*lines, *_PART.findall(number)) if line][:4]


Box = tuple[float, float, float, float]


def _spine(paper: Paper, box: Box, label: Label, symbology: str) -> bool:
    """The call number as large as it goes, the place below it."""
    x, y, width, height = box
    room = width - 2 * EDGE
    lines = call_lines(label.call_number) or [label.barcode]
    small = 7.0
    foot = small * LEADING * MM_OF_POINT if label.place else 0.0
    above = height - 2 * EDGE - foot
    for size in SPINE_SIZES:
        step = size * LEADING * MM_OF_POINT
        if len(lines) * step <= above and all(paper.width(line, size) <= room for line in lines):
            break
    top = y + EDGE + max(0.0, (above - len(lines) * step) / 2)
    for number, line in enumerate(lines):
        paper.fitted((x + EDGE, top + number * step, room), line, size, is_centred=True)
    if label.place:
        at = (x + EDGE, y + height - EDGE - foot, room)
        paper.fitted(at, label.place, small, is_centred=True)
    return True


def _code(paper: Paper, box: Box, label: Label, symbology: str) -> bool:
    return (_qr if symbology == "qr" else _bars)(paper, box, label, symbology)


def _bars(paper: Paper, box: Box, label: Label, symbology: str) -> bool:
    """The library, the book, the bars, the number beneath them."""
    x, y, width, height = box
    room = width - 2 * EDGE
    size = 7.0 if height < 30 else 9.0
    step = size * LEADING * MM_OF_POINT
    line = modules(label.barcode, symbology)
    if line is None:
        return False
    paper.fitted((x + EDGE, y + EDGE, room), label.library, size, is_centred=True)
    paper.fitted((x + EDGE, y + EDGE + step, room), label.name, size, is_centred=True)
    top = y + EDGE + 2 * step
    below = y + height - EDGE - step
    tall = min(below - top - 0.8, 15.0)
    drawn = paper.bars((x + QUIET_EDGE, top, width - 2 * QUIET_EDGE, tall), line)
    paper.fitted((x + EDGE, top + tall + 0.6, room), label.barcode, size, is_centred=True)
    return drawn


def _qr(paper: Paper, box: Box, label: Label, _symbology: str) -> bool:
    """The QR code at the left, beside it whose it is, what it is and where it stands."""
    x, y, width, height = box
    side = min(height - 2 * QUIET_EDGE, width * 0.45)
    paper.qr(x + QUIET_EDGE, y + (height - side) / 2, side, label.address or label.barcode)
    size = 7.0 if height < 30 else 9.0
    step = size * LEADING * MM_OF_POINT
    left = x + QUIET_EDGE + side + 1
    room = width - EDGE - side - QUIET_EDGE - 1
    everything = (label.library, label.name, label.call_number, label.barcode)
    texts = [text for text in everything if text]
    top = y + max(EDGE, (height - len(texts) * step) / 2)
    for number, text in enumerate(texts):
        paper.fitted((left, top + number * step, room), text, size)
    return True


def _card(paper: Paper, box: Box, label: Label, symbology: str) -> bool:
    """A reader's card: the library above, the name, group or kind of card, the code below."""
    x, y, width, height = box
    room = width - 2 * EDGE
    paper.fitted((x + EDGE, y + EDGE, room), label.library, 10, is_centred=True)
    big = 16.0 if height > 45 else 11.0
    top = y + EDGE + 10 * LEADING * MM_OF_POINT
    paper.fitted((x + EDGE, top + 1, room), label.name, big, is_centred=True)
    top += 1 + big * LEADING * MM_OF_POINT
    paper.fitted((x + EDGE, top, room), label.place, 8, is_centred=True)
    top += 8 * LEADING * MM_OF_POINT
    below = y + height - EDGE - 9 * LEADING * MM_OF_POINT
    if symbology == "qr":
        side = below - top - 0.5
        paper.qr(x + (width - side) / 2, top, side, label.barcode)
        drawn = True
    else:
        line = modules(label.barcode, symbology)
        tall = min(below - top - 1.2, 15.0)
        at = (x + QUIET_EDGE, below - tall - 0.7, width - 2 * QUIET_EDGE, tall)
        drawn = line is not None and paper.bars(at, line)
    paper.fitted((x + EDGE, below, room), label.barcode, 9, is_centred=True)
    return drawn
