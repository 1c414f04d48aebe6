"""Which column holds what: by its heading, in any row near the top, or by what stands in it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from jieyue.kit.tables.lines import Line, Shape

TOP_LINES: Final = 30
"""Rows looked at for headings: banners and explanations stand above them."""
MAX_SAMPLES: Final = 3
_LONGER: Final = 3  # characters a heading may have beside a known one: 图书条码 is a 条码
_NOTES: Final = re.compile(r"[\[(（【〔{<].*?[\])）】〕}>]")
_SIGNS: Final = re.compile(r"[\W_]+")
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "total", "subtotal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a column may hold. `headings`, the likeliest first, as `Vocabulary.plain` writes them.

    `looks` judges a column by its texts (none empty); `is_shy` does so only where no heading is.
    """

    name: str
    headings: tuple[str, ...]
    looks: Callable[[Sequence[str]], bool] | None = None
    is_shy: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All kinds of a table, and how headings are made comparable (one script, width and case).

    Columns headed as in `others` hold nothing of ours, whatever they look like.
    """

    kinds: tuple[Kind, ...]
    plain: Callable[[str], str]
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its heading and first different texts, and the name of its kind ("": none)."""

    heading: str
    kind: str
    how: Literal["heading", "content", "", "chosen"]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All columns. Rows up to `heading_line` hold no data; 0: the first row does."""

    heading_line: int
    columns: tuple[Column, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each column."""
        return tuple(column.kind for column in self.columns)


def columns_of(lines: Sequence[Line], vocabulary: Vocabulary) -> Columns:
    """Find the headings among the first rows of a table, and what each column holds.

    No kind is found twice. A known heading counts most, then one that begins or ends with a known
    one, then how a column looks.
    """
    known = _Known(vocabulary)
    heading = _heading_line(lines, known)
    data = [line.cells for line in lines if heading is None or line.number > heading.number]
    width = max((len(cells) for cells in data), default=0)
    titles = list(heading.cells) if heading else []
    titles += [""] * (width - len(titles))
    found = _by_heading(titles, known)
    texts = [
        [cells[at] for cells in data if at < len(cells) and cells[at]] for at in range(len(titles))
    ]
    looks = _by_look(titles, texts, known, found)
    return Columns(
        heading_line=heading.number if heading else 0,
        columns=tuple(
            Column(
                heading=title,
                kind=found.get(at, "") or looks.get(at, ""),
                how="heading" if at in found else "content" if at in looks else "",
                samples=tuple(dict.fromkeys(texts[at]))[:MAX_SAMPLES],
            )
            for at, title in enumerate(titles)
        ),
    )


def by_kind(cells: Sequence[str], kinds: Sequence[str]) -> dict[str, str]:
    """Return the texts of a row by kind; those of several alike on lines of their own."""
    found: dict[str, str] = {}
    for kind, text in zip(kinds, cells, strict=False):
        if kind and text:
            found[kind] = f"{found[kind]}\n{text}" if kind in found else text
    return found


def is_heading_again(cells: Sequence[str], columns: Columns) -> bool:
    """Say whether a row repeats the headings, as printed lists do on every page."""
    pairs = [
        (c.heading, t) for c, t in zip(columns.columns, cells, strict=False) if t and c.heading
    ]
    return len(pairs) > 1 and all(heading == text for heading, text in pairs)


def is_no_row(line: Line, columns: Columns) -> bool:
    """Say whether a row is headings once more, a total, or above the data."""
    if line.number <= columns.heading_line or is_heading_again(line.cells, columns):
        return True
    texts = [cell.replace(" ", "").strip(":：").lower() for cell in line.cells if cell]
    return texts[0] in _TOTALS or not by_kind(line.cells, columns.kinds)


def width_of(columns: Columns, shape: Shape) -> int | None:
    """Return how many cells a row can have, None if that says nothing.

    In separated text more cells than headings mean a delimiter that no quotes protect, and cells
    in wrong columns. In a workbook a note beside the table is just a note.
    """
    if shape.kind != "text" or not columns.heading_line:
        return None
    headed = [place for place, column in enumerate(columns.columns) if column.heading]
    return headed[-1] + 1 if headed else None


class _Known:
    """The vocabulary, ready for looking headings up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.places: dict[str, tuple[int, str]] = {}  # heading: how unlikely, kind
        for kind in vocabulary.kinds:
            for place, heading in enumerate(kind.headings):
                self.places.setdefault(self.key(heading), (place, kind.name))

    def key(self, text: str) -> str:
        """Return a heading without notes in brackets, signs and spaces."""
        plain = self.vocabulary.plain(text[:200])
        return _SIGNS.sub("", _NOTES.sub("", plain)) or _SIGNS.sub("", plain)

    def rank(self, text: str) -> tuple[tuple[int, int], str] | None:
        """Return how well a heading fits (less is better) and what kind it means."""
        key = self.key(text)
        if not key or key in self.vocabulary.others:
            return None
        if key in self.places:
            place, kind = self.places[key]
            return (0, place), kind
        parts = [
            (len(known), -place, kind)
            for known, (place, kind) in self.places.items()
            if len(known) > 1
            and len(key) - len(known) <= _LONGER
            and (key.endswith(known) or (key.startswith(known) and not known.isascii()))
        ]
        longest = max(parts, default=None)
        return ((len(key) - longest[0], -longest[1]), longest[2]) if longest else None


def _heading_line(lines: Iterable[Line], known: _Known) -> Line | None:
    best, found = 0, None
    for line in [*lines][:TOP_LINES]:
        ranks = [rank for cell in line.cells if len(cell) <= 40 and (rank := known.rank(cell))]
        score = len({kind for _, kind in ranks})
        if score > best and any(fit[0] == 0 for fit, _ in ranks):
            best, found = score, line
    return found


def _by_heading(titles: Sequence[str], known: _Known) -> dict[int, str]:
    ranked = sorted(
        (fit, at, kind)
        for at, title in enumerate(titles)
        if (rank := known.rank(title))
        for fit, kind in [rank]
    )
    found: dict[int, str] = {}
    for _, at, kind in ranked:
        if kind not in found.values():
            found[at] = kind
    return found


def _by_look(
    titles: Sequence[str],
    texts: Sequence[Sequence[str]],
    known: _Known,
    found: Mapping[int, str],
) -> dict[int, str]:
    free = [
        at
        for at, title in enumerate(titles)
        if at not in found and texts[at] and known.key(title) not in known.vocabulary.others
    ]
    looks: dict[int, str] = {}
    for kind in known.vocabulary.kinds:
        if kind.looks is None or kind.name in found.values():
            continue
        for at in free:
            if at not in looks and not (kind.is_shy and titles[at]) and kind.looks(texts[at]):
                looks[at] = kind.name
                break
    return looks
