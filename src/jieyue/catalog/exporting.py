"""The catalogue, or a part of it, written into a file in bounded memory.

Titles are read some hundreds at a time, with two or three statements for each lot.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from jieyue.catalog.models import Copy, Title, TitleRecord
from jieyue.catalog.queries import book_of, item_types
from jieyue.catalog.rules.descriptions import draft_name
from jieyue.catalog.rules.exporting.records import record_for
from jieyue.catalog.rules.exporting.tables import Language, headings, rows_of
from jieyue.catalog.rules.exporting.things import ExportedCopy, ExportedTitle
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.catalog.rules.marc.formats import MarcFormat
from jieyue.catalog.rules.marc.writing import Limit, Unwritable, as_iso2709, xml_file
from jieyue.catalog.search import search_titles
from jieyue.kit.batches import batches
from jieyue.kit.tables.lines import MAX_LINES
from jieyue.kit.tables.writing import csv_lines, write_workbook
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.calendars import days_between

BATCH: Final = 500
LEFT_OUT_SHOWN: Final = 100
_UNSURE: Final = (Title.State.DOUBTFUL, Title.State.DRAFT)


class ExportFormat(StrEnum):
    """What kind of file. Public API: never rename one."""

    XLSX = "xlsx"
    CSV = "csv"
    CNMARC = "cnmarc"
    MARC21 = "marc21"
    CNMARC_XML = "cnmarc_xml"
    MARC21_XML = "marc21_xml"


_MARC: Final = {
    ExportFormat.CNMARC: MarcFormat.CNMARC,
    ExportFormat.CNMARC_XML: MarcFormat.CNMARC,
    ExportFormat.MARC21: MarcFormat.MARC21,
    ExportFormat.MARC21_XML: MarcFormat.MARC21,
}
_XML: Final = (ExportFormat.CNMARC_XML, ExportFormat.MARC21_XML)
TAKES_ENCODING: Final = (ExportFormat.CSV, ExportFormat.CNMARC, ExportFormat.MARC21)
SUFFIXES: Final = {
    ExportFormat.XLSX: (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ExportFormat.CSV: ("csv", "text/csv"),
    ExportFormat.CNMARC: ("iso", "application/marc"),
    ExportFormat.MARC21: ("mrc", "application/marc"),
    ExportFormat.CNMARC_XML: ("xml", "application/marcxml+xml"),
    ExportFormat.MARC21_XML: ("xml", "application/marcxml+xml"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which books and copies: those that match everything that is given; nothing: all of them.

    `text` is what one types into search; `barcodes` are a pile; days are the library's own, both
    included. Conditions on copies leave out titles none of whose copies meet them.
    """

    text: str = ""
    is_unsure: bool = False  # doubtful titles and drafts only
    barcodes: tuple[str, ...] = ()
    branch: str = ""  # code
    shelf: str = ""
    clc: str = ""  # the class begins so
    added_from: date | None = None
    added_to: date | None = None
    with_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A title whose record ISO 2709 cannot hold, and why."""

    title: str  # public id
    name: str
    code: Limit
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What a file holds. `left_out` names a hundred at most of `left_out_count`.

    `unknown` are barcodes of the pile that are on no copy one may see here.
    """

    titles: int
    copies: int
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    unknown: tuple[str, ...] = ()


class TooManyRowsError(ValueError):
    """More rows than a sheet can have."""


def titles_out(
    desk: Desk, choice: Choice, *, with_originals: bool
) -> Iterator[list[ExportedTitle]]:
    """Yield the titles chosen, lot by lot, inside the library's scope.

    A search's come best first, a pile's as they were scanned, others as they came in. Whoever works
    at some branches gets the copies of these.
    """
    copies = _copies(desk, choice)
    names = _Names(desk)
    for ids in _lots(desk, choice, copies):
        by_title: dict[int, list[ExportedCopy]] = {pk: [] for pk in ids}
        # Put in order here: SQLite would walk all copies by their ids rather than look these up.
        of_lot = copies.filter(title_id__in=ids).values("id", *_COPY_FIELDS)
        for row in sorted(of_lot, key=lambda row: row["id"]):
            by_title[row["title_id"]].append(names.copy(row))
        originals = _originals(ids) if with_originals else {}
        rows = {title.pk: title for title in Title.objects.filter(pk__in=ids)}
        yield [
            _title_out(desk, rows[pk], tuple(by_title[pk]), originals.get(pk))
            for pk in ids
            if pk in rows
        ]


def write_export(
    file: IO[bytes],
    desk: Desk,
    choice: Choice,
    *,
    kind: ExportFormat,
    language: Language = "zh",
    encoding: Encoding = Encoding.UTF8,
) -> Exported:
    """Write the file and say what is in it.

    Raises:
        TooManyRowsError: a workbook cannot hold so many rows.

    """
    tally = _Tally(desk, choice, with_originals=kind in _MARC)
    if kind is ExportFormat.XLSX:
        write_workbook(file, "馆藏" if language == "zh" else "Books", tally.rows(language))
    elif kind is ExportFormat.CSV:
        for line in csv_lines(tally.rows(language)):
            text = line if encoding is Encoding.UTF8 else line.removeprefix("\ufeff")
            file.write(text.encode(encoding.value, "replace"))
    elif kind in _XML:
        for part in xml_file(record_for(title, _MARC[kind]) for title in tally.titles()):
            file.write(part.encode())
    else:
        for title in tally.titles():
            written = as_iso2709(record_for(title, _MARC[kind]), encoding)
            if isinstance(written, Unwritable):
                tally.leave_out(title, written)
            else:
                file.write(written)
    return tally.exported()


def copies_chosen(desk: Desk, choice: Choice) -> Iterator[int]:
    """Yield the row ids of the copies chosen, title by title as `titles_out` does."""
    copies = _copies(desk, choice)
    for ids in _lots(desk, choice, copies):
        by_title: dict[int, list[int]] = {pk: [] for pk in ids}
        for title_id, copy_id in copies.filter(title_id__in=ids).values_list("title_id", "id"):
            by_title[title_id].append(copy_id)
        for pk in ids:
            yield from sorted(by_title[pk])


def title_out(desk: Desk, public_id: str) -> ExportedTitle | None:
    """Return one title with its copies and its record. Some five statements."""
    title = Title.objects.filter(public_id=public_id).first()
    if title is None:
        return None
    names = _Names(desk)
    rows = _copies(desk, Choice()).filter(title_id=title.pk).order_by("id").values(*_COPY_FIELDS)
    copies = tuple(names.copy(row) for row in rows)
    return _title_out(desk, title, copies, _originals([title.pk]).get(title.pk))


class _Tally:
    """Counts what goes by."""

    def __init__(self, desk: Desk, choice: Choice, *, with_originals: bool) -> None:
        self._lots = titles_out(desk, choice, with_originals=with_originals)
        self._pile = choice.barcodes
        self._met: set[str] = set()
        self._titles = self._copies = self._left_out_count = 0
        self._left_out: list[LeftOut] = []

    def titles(self) -> Iterator[ExportedTitle]:
        for lot in self._lots:
            for title in lot:
                self._titles += 1
                self._copies += len(title.copies)
                if self._pile:
                    self._met.update(copy.barcode for copy in title.copies)
                yield title

    def rows(self, language: Language) -> Iterator[tuple[str, ...]]:
        yield headings(language)
        written = 1
        for title in self.titles():
            for row in rows_of(title, language):
                written += 1
                if written > MAX_LINES:
                    raise TooManyRowsError
                yield row

    def leave_out(self, title: ExportedTitle, why: Unwritable) -> None:
        self._titles -= 1
        self._copies -= len(title.copies)
        self._left_out_count += 1
        if len(self._left_out) < LEFT_OUT_SHOWN:
            self._left_out.append(LeftOut(title.public_id, title.book.name, why.code, why.value))

    def exported(self) -> Exported:
        return Exported(
            titles=self._titles,
            copies=self._copies,
            left_out=tuple(self._left_out),
            left_out_count=self._left_out_count,
            unknown=tuple(code for code in dict.fromkeys(self._pile) if code not in self._met),
        )


_COPY_FIELDS: Final = (
    *("title_id", "barcode", "accession_number", "branch_id", "item_type_id", "shelf"),
    *("call_number", "price_cents", "source", "supplier", "parts", "note", "standing"),
    *("added_at", "withdrawn_at"),
)


class _Names:
    """Branches and item types by row id, and the library's days. Two statements."""

    def __init__(self, desk: Desk) -> None:
        self._zone = desk.zone
        self._branches = {one.id: (one.name, one.code) for one in branches(open_only=False)}
        self._types = {one.id: one.name for one in item_types(active_only=False)}

    def copy(self, row: dict[str, Any]) -> ExportedCopy:
        branch, code = self._branches.get(row["branch_id"], ("", ""))
        withdrawn_at: datetime | None = row["withdrawn_at"]
        return ExportedCopy(
            **{name: row[name] for name in _COPY_SAME},
            branch=branch,
            branch_code=code,
            item_type=self._types.get(row["item_type_id"], ""),
            added_on=row["added_at"].astimezone(self._zone).date(),
            withdrawn_on=withdrawn_at.astimezone(self._zone).date() if withdrawn_at else None,
        )


_COPY_SAME: Final = [name for name in _COPY_FIELDS if name in ExportedCopy.__slots__]


def _title_out(
    desk: Desk, title: Title, copies: tuple[ExportedCopy, ...], original: bytes | None
) -> ExportedTitle:
    book = book_of(title)
    return ExportedTitle(
        id=title.pk,
        public_id=title.public_id,
        book=book,
        is_nameless=bool(book.isbn13) and book.name == draft_name(book.isbn13),
        entered_on=title.created_at.astimezone(desk.zone).date(),
        copies=copies,
        original=original,
    )


def _originals(ids: Sequence[int]) -> dict[int, bytes]:
    found = TitleRecord.objects.filter(title_id__in=ids).values_list("title_id", "content")
    return {pk: bytes(content) for pk, content in found}


def _copies(desk: Desk, choice: Choice) -> "QuerySet[Copy]":
    """The copies that may be written out, as far as conditions on copies go."""
    found = Copy.objects.all()
    if not choice.with_withdrawn and not choice.barcodes:
        found = found.exclude(standing=Copy.Standing.WITHDRAWN)
    if desk.branch_ids is not None:
        found = found.filter(branch_id__in=desk.branch_ids)
    if choice.branch:
        found = found.filter(branch__code=choice.branch)
    if choice.shelf:
        found = found.filter(shelf=choice.shelf)
    start, end = days_between(choice.added_from or date.min, choice.added_to or date.max, desk.zone)
    if choice.added_from:
        found = found.filter(added_at__gte=start)
    if choice.added_to:
        found = found.filter(added_at__lt=end)
    if choice.barcodes:
        found = found.filter(barcode__in=choice.barcodes)
    return found


def _lots(desk: Desk, choice: Choice, copies: "QuerySet[Copy]") -> Iterator[list[int]]:
    """Yield row ids of the titles chosen, some hundreds at a time."""
    needs_copy = desk.branch_ids is not None or bool(
        choice.branch or choice.shelf or choice.added_from or choice.added_to
    )
    titles = Title.objects.all()
    if choice.is_unsure:
        titles = titles.filter(state__in=_UNSURE)
    if choice.clc:
        titles = titles.filter(clc__startswith=choice.clc)
    if needs_copy:
        titles = titles.filter(Exists(copies.filter(title_id=OuterRef("pk"))))
    if choice.barcodes:
        yield from _chosen(titles, _piled(copies, choice.barcodes))
    elif choice.text.strip():
        yield from _chosen(titles, search_titles(choice.text, limit=1).found)
    else:
        last = 0
        while ids := list(
            titles.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            yield ids
            last = ids[-1]


def _chosen(titles: "QuerySet[Title]", asked: Iterable[int]) -> Iterator[list[int]]:
    for lot in batches(list(dict.fromkeys(asked)), BATCH):
        met = set(titles.filter(pk__in=lot).values_list("pk", flat=True))
        if kept := [pk for pk in lot if pk in met]:
            yield kept


def _piled(copies: "QuerySet[Copy]", barcodes: Sequence[str]) -> list[int]:
    title_of = dict(copies.values_list("barcode", "title_id"))
    return [title_of[code] for code in barcodes if code in title_of]
