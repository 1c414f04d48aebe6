"""Bringing a batch of a list in: titles, copies, index and journal, each in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import columns_of, own_barcodes
from jieyue.catalog.importing.judging import judge_row, with_numbers
from jieyue.catalog.importing.known import Known, KnownTitle, known_of
from jieyue.catalog.importing.lists import book_row, plain_faults
from jieyue.catalog.importing.look_ups import promise_look_ups
from jieyue.catalog.importing.numbering import OPTION, Ask, Listed, call_numbers, listed_in
from jieyue.catalog.importing.title_rows import update_titles
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.descriptions import FIELDS, found_by, is_nameless
from jieyue.catalog.rules.finding.keeping import make_ready
from jieyue.catalog.rules.importing.matching import Identity, identity_of
from jieyue.catalog.rules.importing.rows import BookRow
from jieyue.catalog.rules.importing.verdicts import Judged, Verdict
from jieyue.catalog.search.indexing import index_titles
from jieyue.imports.queries import made_by
from jieyue.imports.rules.runs import RowState
from jieyue.imports.works import Batch, Run, Settled
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.calendars import start_of_day

COPY_FIELDS: Final = (
    "title_id", "barcode", "branch_id", "item_type_id", "shelf", "call_number", "accession_number",
    "price_cents", "source", "supplier", "parts", "note", "standing",
)  # fmt: skip
"""What staff say of a copy: where any of it differs, somebody was at it since."""
_AS_GIVEN: Final = (
    "shelf", "call_number", "price_cents", "source", "supplier", "parts", "note", "standing",
)  # fmt: skip


@dataclass(slots=True)
class Coming:
    """A row that comes in, and what it makes."""

    judged: Judged
    title: KnownTitle
    is_new: bool  # the title
    fields: dict[str, list[Any]]  # before and after, of a title that was there
    first_row: int
    given: str = ""  # the call number of its copies, where the row brings none
    copies: list[Copy] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows as they were kept, and the call numbers of the whole list where some are given."""

    read: list[tuple[BookRow, Identity]]
    listed: Listed = field(default_factory=Listed)


def prepare(desk: Desk, run: Run, rows: Batch) -> Prepared:
    """Read the rows as they were kept, and tell what their books are known and found by."""
    read = [with_numbers(book_row(row.number, row.reading, row.doubts)) for row in rows]
    for row, one in zip(rows, read, strict=True):
        if row.verdict == Verdict.NEW:
            make_ready(found_by(one.book), desk.library_id)
    wants = run.options.get(OPTION) and not all(one.copies.call_number for one in read)
    return Prepared(
        [(row, identity_of(row.book)) for row in read], listed_in(run.id) if wants else Listed()
    )


def write(desk: Desk, run: Run, rows: Batch, prepared: Prepared) -> list[Settled]:
    """Judge the rows again, under lock, and bring in those nothing stands against."""
    firsts = {row.first_row for row in rows} - {row.number for row in rows} - {0}
    made = made_by(run.id, firsts)
    titles = {number: found["title"] for number, found in made.items() if "title" in found}
    known = known_of(desk, run.options, prepared.read, titles=titles.values(), is_locking=True)
    known.by_first = {
        number: known.by_id[title] for number, title in titles.items() if title in known.by_id
    }
    settled: list[Settled | None] = []
    coming: list[Coming | None] = []
    for row, (read, identity) in zip(rows, prepared.read, strict=True):
        result, one = _judged(known, run, read, identity, row.first_row)
        coming.append(one)
        settled.append(None if one else _left_out(result))
    gives = bool(run.options.get(OPTION))
    _make(desk, known, [one for one in coming if one], prepared.listed if gives else None)
    for row, one in zip(rows, coming, strict=True):
        if one is not None:
            _note(run, row.number, one)
    return [
        left_out or _done(one)  # type: ignore[arg-type]
        for left_out, one in zip(settled, coming, strict=True)
    ]


def _judged(
    known: Known, run: Run, read: BookRow, identity: Identity, first_row: int
) -> tuple[Judged, Coming | None]:
    before = known.title_of(read, identity, first_row)
    kept = None if before is None else _columns(before)
    result, title = judge_row(
        known, read, identity, first_row, frozenset(run.options.get("replaces", ()))
    )
    if result.verdict not in {Verdict.NEW, Verdict.UPDATE} or title is None:
        return result, None
    is_new = kept is None
    _say_who(title, run, result, is_new=is_new)
    now = _columns(title)
    changes = {} if kept is None else {n: [kept[n], now[n]] for n in now if kept[n] != now[n]}
    return result, Coming(
        judged=result, title=title, is_new=is_new, fields=changes, first_row=first_row
    )


def _say_who(title: KnownTitle, run: Run, result: Judged, *, is_new: bool) -> None:
    """Write down who described the title, field by field where that is not who made it."""
    who = source_of(run)
    is_draft = is_nameless(title.book)
    if is_new:
        title.source = who
        title.state = Title.State.DRAFT if is_draft else Title.State.CONFIRMED
        return
    if title.state == Title.State.DRAFT and not is_draft:
        title.state = Title.State.CONFIRMED
    if title.source != who:
        title.provenance = {**title.provenance, **dict.fromkeys(result.changed, who)}


def source_of(run: Run) -> str:
    """Return the name under which a list is known as a source: its file's."""
    return run.file_name[:40]


def _columns(title: KnownTitle) -> dict[str, Any]:
    found = {name: getattr(title.book, name) for name in FIELDS}
    return found | {"state": title.state, "source": title.source, "provenance": title.provenance}


def _make(desk: Desk, known: Known, coming: Sequence[Coming], listed: Listed | None) -> None:
    titles = list({id(one.title): one.title for one in coming}.values())
    new = [title for title in titles if title.id is None]
    made = Title.objects.bulk_create(
        [
            Title(
                library_id=desk.library_id, public_id=public_id(), created_at=desk.now,
                updated_at=desk.now, **columns_of(title.book), state=title.state,
                source=title.source, provenance=title.provenance,
            )
            for title in new
        ]
    )  # fmt: skip
    touched = {id(one.title) for one in coming if one.fields}
    changed = [title for title in titles if title.id is not None and id(title) in touched]
    update_titles(desk, [(title.id, columns_of(title.book) | _besides(title)) for title in changed])
    for title, row in zip(new, made, strict=True):
        title.id, title.public_id = row.pk, row.public_id
    drafts = [t.id for t in new if t.state == Title.State.DRAFT and t.id is not None]
    promise_look_ups(desk, drafts)
    if listed is not None:
        _number(known, coming, listed)
    _make_copies(desk, known, coming)
    index_titles({t.id: found_by(t.book) for t in (*new, *changed) if t.id is not None})


def _besides(title: KnownTitle) -> dict[str, Any]:
    return {"state": title.state, "source": title.source, "provenance": title.provenance}


def _number(known: Known, coming: Sequence[Coming], listed: Listed) -> None:
    """Give copies that come without a call number one by the scheme of their shelves."""
    asks = []
    for one in coming:
        copies, branch_id = one.judged.copies, known.places.branch(one.judged.copies.branch)
        assert one.title.id is not None
        asks.append(
            Ask(
                title_id=one.title.id,
                book=one.title.book,
                branch_id=branch_id or 0,
                said=copies.call_number,
                listed=listed.of(one.first_row, copies.branch),
                needs=bool(copies.count and branch_id),
            )
        )
    for one, ask, number in zip(
        coming, asks, call_numbers(asks, listed, known.places.branch), strict=True
    ):
        if ask.needs and not ask.said:
            one.given = number


def _make_copies(desk: Desk, known: Known, coming: Sequence[Coming]) -> None:
    wanted = sum(one.judged.copies.count for one in coming if not one.judged.copies.barcodes)
    own = iter(own_barcodes(wanted, besides=known.owners) if wanted else [])
    for one in coming:
        copies = one.judged.copies
        barcodes = copies.barcodes or tuple(next(own) for _ in range(copies.count))
        copies = replace(copies, call_number=copies.call_number or one.given)
        numbers = [*copies.accessions, *[""] * copies.count]
        added_at = desk.now
        if copies.added_on:
            added_at = start_of_day(copies.added_on, desk.zone)
        withdrawn = copies.standing == Copy.Standing.WITHDRAWN
        where: dict[str, Any] = {
            "title_id": one.title.id,
            "branch_id": known.places.branch(copies.branch),
            "item_type_id": known.places.item_type(copies.item_type),
        }
        one.copies = [
            Copy(
                library_id=desk.library_id,
                public_id=public_id(),
                barcode=barcode,
                accession_number=number,
                added_at=added_at,
                withdrawn_at=desk.now if withdrawn else None,
                **where,
                **{name: getattr(copies, name) for name in _AS_GIVEN},
            )
            for barcode, number in zip(barcodes, numbers, strict=False)
        ]
    Copy.objects.bulk_create([copy for one in coming for copy in one.copies])


def mark_of(copy: Copy) -> str:
    """Return eight letters that change with whatever staff say of a copy."""
    said = repr([getattr(copy, name) for name in COPY_FIELDS])
    return blake2b(said.encode(), digest_size=6).hexdigest()[:8]


def _note(run: Run, number: int, one: Coming) -> None:
    """Write a journal row for each copy, so that its history tells of it; else for the title."""
    data: dict[str, Any] = {"import": run.public_id, "row": number}
    if one.judged.changed:
        data["changed"] = list(one.judged.changed)
    for copy in one.copies:
        told = {**data, "barcode": copy.barcode}
        note(Note(title_id=one.title.id, copy_id=copy.pk, data=told))
    if not one.copies:
        note(Note(title_id=one.title.id, data=data))


def _left_out(result: Judged) -> Settled:
    return Settled(
        state=RowState.LEFT_OUT,
        verdict=result.verdict.value,
        faults=plain_faults(result.faults),
    )


def _done(one: Coming) -> Settled:
    made: dict[str, Any] = {"title": one.title.id}
    if one.is_new:
        made["is_new"] = True
    if one.fields:
        made["fields"] = one.fields
    if one.copies:
        made["copies"] = {str(copy.pk): mark_of(copy) for copy in one.copies}
    numbered = len(one.copies) if one.given else 0
    if numbered:
        made["told"] = {"call_number": one.given}
    return Settled(
        state=RowState.DONE,
        verdict=one.judged.verdict.value,
        changed=one.judged.changed,
        made=made,
        tally={"titles": int(one.is_new), "copies": len(one.copies), "numbered": numbered},
    )
