"""A class sheet on A4: a list for the teacher, then slips of one size to cut and give out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.interfaces.web.saying import day_words
from jieyue.kit.paper.pdf import MM_OF_POINT, Paper
from jieyue.kit.paper.sheets import A4
from jieyue.notices.composing import Item
from jieyue.notices.hand_words import slip_day, slip_heading
from jieyue.notices.sheets import SheetReader, SheetView

WIDTH, HEIGHT = A4
EDGE: Final = 14.0  # mm at each side of the list
COLUMNS, ROWS = 2, 5  # slips of a page: two cuts down and four across do for a whole pile
SLIP_WIDTH, SLIP_HEIGHT = WIDTH / COLUMNS, HEIGHT / ROWS
INSET: Final = 7.0  # printers leave some millimetres at the edge of the paper
LEADING: Final = 1.3

NAME, HEADING, TITLE, DAY, SMALL, FOOT = 17.0, 12.0, 12.0, 10.5, 10.0, 8.0
SCALES: Final = (1.35, 1.15, 1.0, 0.9)  # of what the slip says: as large as there is room for it
SLIP_ROOM: Final = SLIP_WIDTH - 2 * INSET
BELOW_NAME: Final = 9.0  # mm from the top of the name to the first line
BOOK: Final = 3.0  # mm by which a book stands in
LIST_HEAD, LIST = 17.0, 10.5


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a slip: its text, its size, how far it stands in, and the gap above it, in mm."""

    text: str
    size: float
    indent: float = 0.0
    gap: float = 0.0

    @property
    def height(self) -> float:
        """How much room it takes, in millimetres."""
        return self.gap + self.size * MM_OF_POINT * LEADING


def draw_sheet(
    view: SheetView, *, library: str, today: date, shows_titles: bool, title: str
) -> bytes:
    """Return the PDF. What is settled by now is marked on the list and left off the slips."""
    paper = Paper(title=title)
    _draw_list(paper, view, library=library, today=today, shows_titles=shows_titles)
    slips = [
        slip
        for reader in view.readers
        if not reader.is_settled
        for slip in _slips(paper, reader, view.group, library=library, today=today)
    ]
    for index, slip in enumerate(slips):
        place = index % (COLUMNS * ROWS)
        if place == 0:
            paper.page()
            _draw_cuts(paper)
        row, column = divmod(place, COLUMNS)
        slip.draw(paper, column * SLIP_WIDTH, row * SLIP_HEIGHT)
    return paper.done()


# --- The list -----------------------------------------------------------------------------------


def _draw_list(
    paper: Paper, view: SheetView, *, library: str, today: date, shows_titles: bool
) -> None:
    y = _begin_page(paper, view, library=library, today=today)
    step = LIST * MM_OF_POINT * 1.5
    for reader in view.readers:
        texts = _texts(reader, today, shows_titles=shows_titles)
        tall = step * len(texts) + 2.4
        if y + tall > HEIGHT - EDGE:
            y = _begin_page(paper, view, library=library, today=today)
        if not reader.is_settled:
            paper.frame(EDGE, y + 1.2, 4, 4)
        left = EDGE + 8
        paper.fitted((left, y + 1.4, 20), reader.number, LIST)
        paper.fitted((left + 22, y + 1.4, 38), reader.name, LIST)
        for number, text in enumerate(texts):
            at = (left + 62, y + 1.4 + number * step, WIDTH - 2 * EDGE - 70)
            paper.fitted(at, text, LIST)
        y += tall
        paper.line(EDGE, y, WIDTH - EDGE, y)


def _begin_page(paper: Paper, view: SheetView, *, library: str, today: date) -> float:
    """Begin a page of the list; return where its first line goes."""
    paper.page()
    paper.fitted((EDGE, EDGE, 130), view.group, LIST_HEAD)
    right = f"{library} · {day_words(today, with_year=True)}"
    wide = min(paper.width(right, LIST), 70)
    paper.fitted((WIDTH - EDGE - wide, EDGE + 1.6, wide), right, LIST)
    hint = _("Please give each their slip, and tick here who has got it.")
    paper.fitted((EDGE, EDGE + 9, WIDTH - 2 * EDGE), hint, LIST)
    top = EDGE + 16
    paper.line(EDGE, top, WIDTH - EDGE, top)
    return top


def _texts(reader: SheetReader, today: date, *, shows_titles: bool) -> list[str]:
    """Return what the list says of a reader: how many messages, or each book with its day."""
    if reader.is_settled:
        return [_("Settled meanwhile: nothing to give out")]
    if not shows_titles:
        text = ngettext("%(n)s message", "%(n)s messages", len(reader.left))
        return [text % {"n": len(reader.left)}]
    return [
        _("%(what)s: settled meanwhile") % {"what": _named(line.item) or slip_heading(line.item)}
        if line.is_settled
        else _one_line(line.item, today)
        for line in reader.lines
    ]


def _one_line(item: Item, today: date) -> str:
    parts = [_named(item) or slip_heading(item), slip_day(item, today)]
    return "  ".join(part for part in parts if part)


def _named(item: Item) -> str:
    return _("“%(title)s”") % {"title": item.title} if item.title else ""


# --- The slips ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Slip:
    """One slip, laid out. `part` counts where one reader needs several."""

    name: str
    group: str
    foot: str
    lines: tuple[_Line, ...]
    part: str

    def draw(self, paper: Paper, x: float, y: float) -> None:
        """Draw it with its upper left corner here."""
        left, room = x + INSET, SLIP_ROOM
        group = f"{self.group} {self.part}".strip()
        beside = min(paper.width(group, SMALL), room * 0.45)
        paper.fitted((left, y + INSET - 1, room - beside - 3), self.name, NAME)
        paper.fitted((left + room - beside, y + INSET + 1, beside), group, SMALL)
        at = y + INSET + BELOW_NAME
        for number, line in enumerate(self.lines):
            at += line.gap if number else 0
            paper.fitted((left + line.indent, at, room - line.indent), line.text, line.size)
            at += line.height - line.gap
        paper.fitted((left, y + SLIP_HEIGHT - INSET, room), self.foot, FOOT)


def _slips(
    paper: Paper, reader: SheetReader, group: str, *, library: str, today: date
) -> list[_Slip]:
    """Return a reader's slips, in the reader's language: one, unless there is too much for it."""
    with translation.override(reader.language):
        tried = (_parted(_blocks(paper, reader.left, today, scale)) for scale in SCALES)
        parts = next((parts for parts in tried if len(parts) == 1), [])
        parts = parts or _parted(_blocks(paper, reader.left, today, 1.0))
        foot = f"{library} · {day_words(today)}"
        numbers = [f"{number}/{len(parts)}" for number in range(1, len(parts) + 1)]
        return [
            _Slip(reader.name, group, foot, tuple(lines), number if len(parts) > 1 else "")
            for lines, number in zip(parts, numbers, strict=True)
        ]


def _parted(blocks: Sequence[list[_Line]]) -> list[list[_Line]]:
    """Return what stands on each slip."""
    room = SLIP_HEIGHT - 2 * INSET - BELOW_NAME - 1
    parts: list[list[_Line]] = [[]]
    for block in blocks:
        tall = sum(line.height for line in (*parts[-1], *block)) - (parts[-1] or block)[0].gap
        if parts[-1] and tall > room:
            parts.append([])
        parts[-1].extend(block)
    return parts


def _blocks(paper: Paper, items: Sequence[Item], today: date, scale: float) -> list[list[_Line]]:
    """Return what is not parted: a book with its day; the first of a kind with what to do."""
    blocks: list[list[_Line]] = []
    for heading, found in groupby(items, key=_heading):
        head = [_Line(heading, HEADING * scale, gap=1.5)]
        for item in found:
            title, day = _named(item), slip_day(item, today)
            body = _title_lines(paper, title, TITLE * scale)
            body += [_Line(day, DAY * scale, BOOK)] if day else []
            blocks.append(head + body)
            head = []
    return blocks


def _title_lines(paper: Paper, title: str, size: float) -> list[_Line]:
    """Return a book's name, a long one in two lines."""
    if not title:
        return []
    # The upper-left half of a Chinese bracket is white.
    indent = BOOK - (size * MM_OF_POINT / 2 if title.startswith("《") else 0)
    first = title
    while first and paper.width(first, size) > SLIP_ROOM - indent:
        first = first[:-1]
    if " " in first and first != title:
        first = first[: first.rindex(" ") + 1]
    rest = title[len(first) :]
    lines = [_Line(first.strip(), size, indent)]
    return [*lines, _Line(rest, size, BOOK)] if rest else lines


def _heading(item: Item) -> str:
    heading = slip_heading(item)
    if not item.of:
        return heading
    return _("%(reader)s: %(text)s") % {"reader": item.of, "text": heading}


def _draw_cuts(paper: Paper) -> None:
    for column in range(1, COLUMNS):
        paper.dashes(column * SLIP_WIDTH, 0, column * SLIP_WIDTH, HEIGHT)
    for row in range(1, ROWS):
        paper.dashes(0, row * SLIP_HEIGHT, WIDTH, row * SLIP_HEIGHT)
