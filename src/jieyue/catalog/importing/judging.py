"""The dry run of a list of books: what would become of each row."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from jieyue.catalog.importing.known import Known, KnownTitle, known_of, numbered
from jieyue.catalog.importing.lists import book_in, book_row, plain_faults
from jieyue.catalog.importing.numbering import OPTION, numbers_told
from jieyue.catalog.models import Title
from jieyue.catalog.rules.importing.matching import Identity, identity_of
from jieyue.catalog.rules.importing.rows import BookRow
from jieyue.catalog.rules.importing.verdicts import Judged, Verdict, judged
from jieyue.imports import works
from jieyue.imports.queries import readings_of
from jieyue.imports.works import FileRow, Run
from jieyue.libraries.desk import Desk


def judge(desk: Desk, run: Run, rows: Sequence[FileRow]) -> list[works.Verdict]:
    """Say of each row what would become of it. Eleven statements at most, nothing is written."""
    read = [with_numbers(book_row(row.number, row.reading, row.doubts)) for row in rows]
    identities = [identity_of(row.book) for row in read]
    earlier = _earlier(run, rows)
    known = known_of(
        desk,
        run.options,
        list(zip(read, identities, strict=True)),
        titles=[title.id for title in earlier.values() if title.id is not None],
    )
    known.by_first = {
        number: known.by_id.get(title.id, title) if title.id else title
        for number, title in earlier.items()
    }
    replaces = frozenset(run.options.get("replaces", ()))
    results = [
        judge_row(known, one, identity, row.first_row, replaces)
        for row, one, identity in zip(rows, read, identities, strict=True)
    ]
    numbers = numbers_told(known, results) if run.options.get(OPTION) else [""] * len(results)
    return [
        _verdict(row, result, title, number)
        for row, (result, title), number in zip(rows, results, numbers, strict=True)
    ]


def _verdict(row: FileRow, result: Judged, title: KnownTitle | None, number: str) -> works.Verdict:
    learned = {"call_number": number} if number else {}
    if title is not None and title.public_id:
        learned["title"] = title.public_id
    return works.Verdict(
        verdict=result.verdict.value,
        faults=plain_faults(result.faults),
        changed=result.changed,
        reading={**row.reading, **learned} if learned else None,
        tally={"to_number": int(bool(number))},
    )


def with_numbers(row: BookRow) -> BookRow:
    """Return the row with an accession number for each copy, where it says the first."""
    return replace(row, copies=replace(row.copies, accessions=numbered(row)))


def judge_row(
    known: Known, row: BookRow, identity: Identity, first_row: int, replaces: Collection[str]
) -> tuple[Judged, KnownTitle | None]:
    """Judge a row and let the later ones find what it brings; the title it belongs to, if any."""
    title = known.title_of(row, identity, first_row)
    result = judged(row, known.there(row, title), replaces=replaces)
    if result.verdict == Verdict.WRONG or result.faults:
        return result, title
    if title is None:
        title = KnownTitle(id=None, book=result.book, identity=identity)
    elif result.changed:
        title.book, title.identity = result.book, identity_of(result.book)
    known.brought(title, row, first_row)
    return result, title


def _earlier(run: Run, rows: Sequence[FileRow]) -> dict[int, KnownTitle]:
    """Return the books of first rows that came in earlier batches. At most two statements."""
    here = {row.number for row in rows}
    firsts = {row.first_row for row in rows} - here - {0}
    readings = readings_of(run.id, firsts)
    named = [reading["title"] for reading in readings.values() if "title" in reading]
    ids = dict(Title.objects.filter(public_id__in=named).values_list("public_id", "pk"))
    found = {}
    for number, reading in readings.items():
        book = book_in(reading)
        found[number] = KnownTitle(
            id=ids.get(reading.get("title", "")), book=book, identity=identity_of(book)
        )
    return found
