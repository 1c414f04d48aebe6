"""Books from MARC files: what the import engine needs to know, beside what lists of books do.

A record is a row; one whose copies stand in different places is several, one for each place.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from jieyue.catalog.importing import judging, lists, undoing, writing
from jieyue.catalog.importing.known import place_key
from jieyue.catalog.importing.marc_mending import MENDING, TYPED, cells_of
from jieyue.catalog.models import TitleRecord
from jieyue.catalog.rules.copies import may_be_barcode
from jieyue.catalog.rules.descriptions import Description, draft_name, faults_of
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.lists import ListedRow
from jieyue.catalog.rules.importing.matching import Books
from jieyue.catalog.rules.importing.rows import BookRow, RowCopies, Seen, row_barcode_faults
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.findings import Encoding, Oddity, ReadRecord, Unreadable
from jieyue.catalog.rules.marc.formats import format_of
from jieyue.catalog.rules.marc.holdings import Holding, holdings_of
from jieyue.catalog.rules.marc.keeping import packed
from jieyue.catalog.rules.marc.reading import looks_like_marc, read_records
from jieyue.imports.rules.runs import Kind, RowState
from jieyue.imports.works import PROBLEM, WRONG, Batch, FileRow, Look, Run, Settled, Verdict, Work
from jieyue.kit.tables.lines import Problem, UnreadableError
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches

LOOKED_AT: Final = 200
_LOST: Final = frozenset(
    {
        Oddity.BYTES_BROKEN,
        Oddity.FIELDS_DIFFER,
        Oddity.TAG_BAD,
        Oddity.SUBFIELD_BAD,
        Oddity.END_MISSING,
        Oddity.LEADER_BAD,
    }
)
"""Oddities by which something may be missing; the others harm nothing and are not told."""
_SHOWN: Final = 60  # characters of bytes that are no record


def is_marc(path: Path) -> bool:
    """Say whether a file holds MARC records rather than a table."""
    with path.open("rb") as file:
        return looks_like_marc(file)


def look(path: Path, shape: Mapping[str, Any]) -> Look:
    """Find out what a file holds. `encoding` is one that a person chose. Raises UnreadableError."""
    chosen = _encoding(shape)
    with path.open("rb") as file:
        found = list(islice(read_records(file, encoding=chosen), LOOKED_AT))
    records = [one for one in found if isinstance(one, ReadRecord)]
    if not records:
        raise UnreadableError(Problem.NO_RECORDS)
    size = sum(len(one.original) for one in found)
    usual = Counter(one.encoding for one in records).most_common(1)[0][0]
    formats = Counter(format_of(one.record).value for one in records)
    guessed = len(found)
    if guessed == LOOKED_AT:
        guessed = max(guessed, path.stat().st_size * guessed // max(size, 1))
    return Look(
        shape={
            "kind": "marc",
            "encoding": (chosen or usual).value,
            "is_chosen": chosen is not None,
            "format": formats.most_common(1)[0][0],
        },
        rows_guessed=guessed,
    )


def chosen(look: Look, _kinds: Sequence[str]) -> Look:
    """Records say themselves what stands where."""
    return look


def rows(path: Path, run: Run, this_year: int) -> Iterator[FileRow]:
    """Yield the rows of every record, and one for bytes that are none."""
    encoding = _encoding(run.shape) if run.shape.get("is_chosen") else None
    seen, books, number = Seen(), Books(), 0
    with path.open("rb") as file:
        for one in read_records(file, encoding=encoding):
            if isinstance(one, Unreadable):
                number += 1
                yield _unreadable(number, one)
                continue
            original = packed(one.record)
            for said in _book_rows(one, number + 1, this_year):
                number += 1
                row = seen.checked(said)
                first = number if row.faults else books.first_row(row.book, number)
                yield _file_row(one, row, first, original)


def judge(desk: Desk, run: Run, rows: Sequence[FileRow]) -> list[Verdict]:
    """Say of each row what would become of it."""
    ours = {place_key(text) for one in branches(open_only=False) for text in (one.code, one.name)}
    # What was odd about a record is no doubt of a list's.
    books = [
        replace(row, doubts=(), reading=_placed(row.reading, ours))
        for row in rows
        if "book" in row.reading
    ]
    judged = iter(
        replace(verdict, reading=verdict.reading or row.reading)
        for row, verdict in zip(books, judging.judge(desk, run, books), strict=True)
    )
    return [
        next(judged) if "book" in row.reading else Verdict(verdict=WRONG, faults=row.faults)
        for row in rows
    ]


def _placed(reading: dict[str, Any], ours: Collection[str]) -> dict[str, Any]:
    """Leave a branch out that is none of ours: records name the library they come from there."""
    copies = reading["copies"]
    is_typed = "branch" in reading.get(TYPED, ())
    if "branch" not in copies or is_typed or place_key(copies["branch"]) in ours:
        return reading
    return reading | {"copies": {name: copies[name] for name in copies if name != "branch"}}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The rows that are books, and what the books' own work made of them."""

    rows: list[Any]
    books: Any


def prepare(desk: Desk, run: Run, rows: Batch) -> _Prepared:
    """Read the rows as they were kept."""
    books = [replace(row, doubts=()) for row in rows if "book" in row.reading]
    return _Prepared(books, writing.prepare(desk, run, books))


def write(desk: Desk, run: Run, rows: Batch, prepared: _Prepared) -> list[Settled]:
    """Bring in what nothing stands against, and keep the record a title came with."""
    settled = writing.write(desk, run, prepared.rows, prepared.books) if prepared.rows else []
    records = {
        row.id: row.original
        for row, one in zip(prepared.rows, settled, strict=True)
        if one.state == RowState.DONE and row.original
    }
    wanted: dict[int, Any] = {}
    for row, one in zip(prepared.rows, settled, strict=True):
        if row.id in records:
            wanted.setdefault(one.made["title"], row)
    kept = _keep_records(desk, run, wanted)
    made = iter(
        replace(one, made=one.made | {"record": True}) if row.id in kept else one
        for row, one in zip(prepared.rows, settled, strict=True)
    )
    return [next(made) if "book" in row.reading else _left_out(row.faults) for row in rows]


def take_back(desk: Desk, run: Run, rows: Batch) -> list[Settled]:
    """Take the rows back, with the records that titles of before were given."""
    settled = undoing.take_back(desk, run, rows)
    gone = [
        row.made["title"]
        for row, one in zip(rows, settled, strict=True)
        if row.made.get("record") and one.state == RowState.UNDONE
    ]
    TitleRecord.objects.filter(title_id__in=gone, source=writing.source_of(run)).delete()
    return settled


MARC: Final = Work(
    kind=Kind.MARC,
    look=look,
    chosen=chosen,
    rows=rows,
    judge=judge,
    prepare=prepare,
    write=write,
    take_back=take_back,
    mending=MENDING,
)


def _encoding(shape: Mapping[str, Any]) -> Encoding | None:
    said = str(shape.get("encoding", "")).removesuffix("-sig")
    return Encoding(said) if said in list(Encoding) else None


def _unreadable(number: int, found: Unreadable) -> FileRow:
    text = found.original[: 4 * _SHOWN].decode("utf-8", "replace")
    shown = "".join(sign if sign.isprintable() else " " for sign in text)[:_SHOWN].strip()
    return FileRow(
        number=number,
        cells=(shown,),
        reading={PROBLEM: found.problem.value},
        faults=((found.problem.value, "", ""),),
        original=found.original,
    )


def _book_rows(one: ReadRecord, number: int, this_year: int) -> Iterator[BookRow]:
    book, faults, doubts = _book(one, this_year)
    copies = _copies(holdings_of(one.record)) or [RowCopies(count=0)]
    for place, some in enumerate(copies):
        yield BookRow(
            number=number + place,
            book=book,
            copies=some,
            faults=faults + row_barcode_faults(some.barcodes),
            doubts=doubts,
        )


def _book(
    one: ReadRecord, this_year: int
) -> tuple[Description, tuple[Fault, ...], tuple[Fault, ...]]:
    book = described(one.record)
    doubts: tuple[Fault, ...] = ()
    if book.year is not None and book.year > this_year + 1:
        doubts = (Fault(FaultCode.NUMBER_OUT_OF_RANGE, "year", str(book.year)),)
        book = replace(book, year=None)
    if not book.name and book.isbn13:
        book = replace(book, name=draft_name(book.isbn13))
    return book, tuple(faults_of(book)), doubts


def _copies(holdings: Sequence[Holding]) -> list[RowCopies]:
    """Put copies together that stand in one place at one price."""
    groups: dict[tuple[Any, ...], list[Holding]] = defaultdict(list)
    for one in holdings:
        barcode = one.barcode or (one.accession if may_be_barcode(one.accession) else "")
        place = (one.branch, one.shelf, one.call_number, one.price_cents)
        # 905 has one number for both: what the label says, and the register.
        held = replace(one, barcode=barcode)
        groups[(*place, bool(barcode), bool(one.accession))].append(held)
    return [
        RowCopies(
            count=len(some),
            barcodes=tuple(one.barcode for one in some if one.barcode),
            accessions=tuple(one.accession for one in some if one.accession),
            branch=branch,
            shelf=shelf,
            call_number=call_number,
            price_cents=price_cents,
        )
        for (branch, shelf, call_number, price_cents, *_), some in groups.items()
    ]


def _file_row(one: ReadRecord, row: BookRow, first_row: int, original: bytes) -> FileRow:
    made = lists.file_row(ListedRow(row, first_row, cells_of(row)))
    odd = tuple((warn.code.value, "", warn.value) for warn in one.warnings if warn.code in _LOST)
    return replace(
        made,
        reading=made.reading | {"format": format_of(one.record).value},
        doubts=made.doubts + odd,
        original=original,
    )


def _left_out(faults: Sequence[Any]) -> Settled:
    return Settled(state=RowState.LEFT_OUT, verdict=WRONG, faults=tuple(faults))


def _keep_records(desk: Desk, run: Run, wanted: Mapping[int, Any]) -> set[int]:
    """Keep records of titles that have none; return the row ids of those. Two statements."""
    there = set(
        TitleRecord.objects.filter(title_id__in=list(wanted)).values_list("title_id", flat=True)
    )
    new = {title: row for title, row in wanted.items() if title not in there}
    TitleRecord.objects.bulk_create(
        TitleRecord(
            library_id=desk.library_id,
            title_id=title,
            format=row.reading["format"],
            content=row.original,
            source=writing.source_of(run),
            kept_at=desk.now,
        )
        for title, row in new.items()
    )
    return {row.id for row in new.values()}
