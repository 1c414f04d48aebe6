"""Lists of readers: how they are read, judged, brought in and taken back.

Nobody is charged a yearly fee and nobody gets a password: they were readers before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from jieyue.audit.journal import Note, note
from jieyue.imports.rules.runs import ELSEWHERE, Kind, RowState
from jieyue.imports.tables import (
    columns_in,
    lines_in,
    look_at,
    mending_of,
    shape_in,
    with_kinds,
)
from jieyue.imports.works import EDITED, Batch, FileRow, KeptRow, Look, Run, Settled, Verdict, Work
from jieyue.kit import sql
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.relations import pointed_at
from jieyue.kit.tables.headings import width_of
from jieyue.kit.tables.lines import Line
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.numbers import next_barcodes
from jieyue.libraries.rules.calendars import start_of_day
from jieyue.patrons.importing.finding import Places, Readers
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.rules.importing.columns import NAMES, reader_columns
from jieyue.patrons.rules.importing.faults import Fault, RowFault, as_tuples, from_tuples
from jieyue.patrons.rules.importing.matching import may_be, plain_name
from jieyue.patrons.rules.importing.rows import ReaderRow, rows_in
from jieyue.patrons.rules.importing.verdicts import REPLACEABLE, Judged, There, judged
from jieyue.patrons.rules.importing.verdicts import Verdict as Becomes
from jieyue.patrons.rules.membership import valid_until
from jieyue.patrons.rules.names import name_key, sort_key

ROW: Final = TypeAdapter(ReaderRow)
COPIES_WITH_BARCODES: Final = """
SELECT barcode FROM catalog_copy
 WHERE library_id = <library:bigint> AND barcode = ANY(<barcodes:text[]>)
"""


def is_enough(kinds: Sequence[str]) -> bool:
    """Say whether the columns tell of any reader."""
    return "name" in kinds


def look(path: Path, shape: Mapping[str, Any]) -> Look:
    """Find out what the columns of a list of readers hold. Raises UnreadableError."""
    return look_at(path, shape, columns_of=reader_columns, is_enough=is_enough)


def chosen(found: Look, kinds: Sequence[str]) -> Look:
    """Return the columns as a person says they are."""
    return with_kinds(found, kinds, names=NAMES, is_enough=is_enough)


def rows(path: Path, run: Run, this_year: int) -> Iterator[FileRow]:
    """Yield every row of a list in order."""
    return rows_of(lines_in(path, run), run, this_year)


def rows_of(lines: Iterable[Line], run: Run, this_year: int) -> Iterator[FileRow]:  # noqa: ARG001
    """Yield those of the lines that tell of readers."""
    columns = columns_in(run)
    found = rows_in(
        lines,
        columns,
        today=run.created_at.date(),
        width=width_of(columns, shape_in(run)),
        card_is_student_number=bool(run.options.get("card_is_student_number")),
    )
    for row, cells in found:
        yield FileRow(
            number=row.number,
            cells=cells,
            reading=as_reading(ROW, row),
            faults=as_tuples(row.faults),
            doubts=as_tuples(row.doubts),
        )


def as_reading(adapter: TypeAdapter[Any], row: Any) -> dict[str, Any]:
    """Return a row as plain values; its faults are those of the file alone."""
    kept: dict[str, Any] = adapter.dump_python(
        replace(row, faults=(), doubts=()), mode="json", exclude_defaults=True
    )
    return kept | ({"wrong": as_tuples(row.faults)} if row.faults else {})


def from_reading(adapter: TypeAdapter[Any], row: FileRow | KeptRow) -> Any:
    """Return the row that `as_reading` was given; judging it finds the other faults anew."""
    values = {"number": row.number, **row.reading}
    wrong = values.pop("wrong", ())
    return replace(adapter.validate_python(values), faults=from_tuples(wrong))


# --- Judging ------------------------------------------------------------------------------------


def judge(desk: Desk, run: Run, batch: Sequence[FileRow]) -> list[Verdict]:
    """Say what would become of rows. Seven statements for any number of them."""
    found, _ = _judged(desk, run, [from_reading(ROW, row) for row in batch])
    return [
        Verdict(
            verdict=one.verdict.value,
            faults=as_tuples(one.faults),
            doubts=as_tuples(one.doubts),
            changed=tuple(_changed(one)) if one.verdict == Becomes.UPDATE else (),
        )
        for one in found
    ]


def _changed(one: Judged) -> list[str]:
    names = [name.removesuffix("_id") for name in one.changes]
    return [*names, *(["card"] if one.card else [])]


def _judged(
    desk: Desk, run: Run, given: Sequence[ReaderRow], *, is_locked: bool = False
) -> tuple[list[Judged], Places]:
    places = Places.read(desk, run)
    readers = Readers.read(given, is_locked=is_locked)
    copies = _copies_with([row.card for row in given if row.card])
    replaces = [name for name in run.options.get("replaces", ()) if name in REPLACEABLE]
    found = [
        judged(
            row,
            There(
                by_card=readers.by_card.get(row.card),
                by_number=readers.by_number.get(row.student_number),
                alike=tuple(k for k in readers.by_name[plain_name(row.name)] if may_be(row, k)),
                card_is_copy=row.card in copies,
                category_id=places.category_id(row.category),
                branch_id=places.branch_id(row.branch),
            ),
            replaces=replaces,
        )
        for row in given
    ]
    return found, places


def _copies_with(barcodes: Sequence[str]) -> set[str]:
    if not barcodes:
        return set()
    return {row["barcode"] for row in sql.rows(COPIES_WITH_BARCODES, barcodes=list(barcodes))}


# --- Writing ------------------------------------------------------------------------------------


def write(desk: Desk, run: Run, batch: Batch, prepared: object) -> list[Settled]:  # noqa: ARG001
    """Write what rows say, each judged again under lock."""
    given = [from_reading(ROW, row) for row in batch]
    verdicts, places = _judged(desk, run, given, is_locked=True)
    pairs = list(zip(given, verdicts, strict=True))
    types = {one.pk: one for one in places.categories.values()}
    new = [(row, one) for row, one in pairs if one.verdict == Becomes.NEW]
    made = Patron.objects.bulk_create([_new(desk, row, one, types) for row, one in new])
    ids = {row.number: patron.pk for (row, _), patron in zip(new, made, strict=True)}
    changed = [(row, one) for row, one in pairs if one.verdict == Becomes.UPDATE]
    _change([(one.reader.id, one.changes) for _, one in changed if one.reader and one.changes])
    cards = _issue(desk, pairs, ids)
    return [_settled(run, row, one, ids, cards) for row, one in pairs]


def _new(desk: Desk, row: ReaderRow, one: Judged, types: Mapping[int, PatronCategory]) -> Patron:
    category = types[one.changes["category_id"]]
    expires_on = row.expires_on or valid_until(desk.today, category.valid_months)
    is_frozen = row.status == "frozen"
    return Patron(
        library_id=desk.library_id,
        public_id=public_id(),
        expires_on=None if row.never_expires else expires_on,
        frozen_at=desk.now if is_frozen else None,
        frozen_reason=row.status_text if is_frozen else "",
        created_at=desk.now,
        **columns_of(one.changes),
    )


def columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns for values of fields, with those a reader is found by."""
    columns = dict(values)
    if "name" in values:
        columns["name_key"], columns["sort_key"] = (
            name_key(values["name"]),
            sort_key(values["name"]),
        )
    for name in ("phone", "email"):
        if name in values:
            columns[f"{name}_hash"] = keyed_hash(values[name])
    return columns


def _change(changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Set fields of readers, those with the same fields in one statement."""
    alike: defaultdict[tuple[str, ...], list[Patron]] = defaultdict(list)
    for patron_id, values in changes:
        columns = columns_of(values)
        patron = Patron(pk=patron_id, **columns)
        alike[tuple(columns)].append(patron)
    for names, patrons in alike.items():
        Patron.objects.bulk_update(patrons, names)


def _issue(
    desk: Desk, pairs: Sequence[tuple[ReaderRow, Judged]], ids: Mapping[int, int]
) -> dict[int, str]:
    """Give out cards: the numbers of the list, or the library's own; return them by row."""
    wanted = {row.number: one.card for row, one in pairs if row.number in ids or one.card}
    listed = {card for card in wanted.values() if card}
    free = iter(_free_cards(len(wanted) - len(listed), besides=listed))
    given = {number: card or next(free) for number, card in wanted.items()}
    cards = []
    for row, one in pairs:
        if row.number not in given:
            continue
        is_lost = row.status == "lost" and row.number in ids
        owner = ids.get(row.number, one.reader.id if one.reader else 0)
        joined = start_of_day(row.joined_on, desk.zone) if row.joined_on else desk.now
        cards.append(
            Card(
                library_id=desk.library_id,
                patron_id=owner,
                barcode=given[row.number],
                issued_at=joined,
                lost_at=desk.now if is_lost else None,
            )
        )
    Card.objects.bulk_create(cards)
    return given


def _free_cards(count: int, *, besides: Collection[str]) -> list[str]:
    """Return the next numbers of the library's range that are on no card and no copy."""
    free: list[str] = []
    while len(free) < count:
        numbers = next_barcodes("card", count - len(free))
        taken = set(Card.objects.filter(barcode__in=numbers).values_list("barcode", flat=True))
        taken |= _copies_with(numbers) | set(besides)
        free += [number for number in numbers if number not in taken]
    return free


def _settled(
    run: Run, row: ReaderRow, one: Judged, ids: Mapping[int, int], cards: Mapping[int, str]
) -> Settled:
    verdict, faults = one.verdict.value, as_tuples(one.faults)
    if one.verdict not in (Becomes.NEW, Becomes.UPDATE):
        return Settled(state=RowState.LEFT_OUT, verdict=verdict, faults=faults)
    data = {"import": run.public_id}
    if one.verdict == Becomes.NEW:
        made: dict[str, Any] = {"patron": ids[row.number], "card": cards[row.number]}
        note(Note(outcome="patron_saved", patron_id=made["patron"], data=data))
        return Settled(state=RowState.DONE, verdict=verdict, made=made, tally={"readers": 1})
    assert one.reader is not None
    made = {
        "changed": one.reader.id,
        "before": _plain({name: getattr(one.reader, name) for name in one.changes}),
        "after": _plain(one.changes),
        "card": cards.get(row.number, ""),
    }
    note(Note(outcome="patron_saved", patron_id=one.reader.id, data=data))
    return Settled(state=RowState.DONE, verdict=verdict, changed=tuple(_changed(one)), made=made)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


# --- Taking back --------------------------------------------------------------------------------


def take_back(desk: Desk, run: Run, batch: Batch) -> list[Settled]:  # noqa: ARG001 (of a Work)
    """Delete the readers that were made, unless something hangs on them; put values back.

    A value that somebody changed since stays as it is.
    """
    made = {row.made["patron"] for row in batch if "patron" in row.made}
    changed = {row.made["changed"] for row in batch if "changed" in row.made}
    there = {
        row.pk: row for row in lock_all(Patron.objects.filter(pk__in=made | changed), may_go=True)
    }
    kept = pointed_at(Patron, made, besides=[Card])
    kept |= {pk: "account" for pk in made if pk in there and there[pk].account_id}
    gone = made - set(kept)
    Card.objects.filter(patron_id__in=gone).delete()
    Patron.objects.filter(pk__in=gone).delete()
    settled = []
    for row in batch:
        if (pk := row.made.get("patron")) is not None:
            why = kept.get(pk, "")
        else:
            is_back = _put_back(there.get(row.made["changed"]), row.made)
            why = "" if is_back else EDITED
            note(Note(outcome="patron_saved", patron_id=row.made["changed"],
                      data={"import": run.public_id}))  # fmt: skip
        settled.append(taken_back(row, why, tally="readers"))
    return settled


def taken_back(row: KeptRow, followed: str, *, tally: str) -> Settled:
    """Say that a row was taken back or, if something followed (which?), that it stays."""
    if followed:
        fault = Fault(RowFault.SOMETHING_FOLLOWED, followed)
        return Settled(
            state=RowState.KEPT,
            verdict=row.verdict,
            faults=as_tuples([fault]),
            made=row.made,
            tally={ELSEWHERE: int(followed == ELSEWHERE)},
        )
    count = {tally: -1} if row.verdict == "new" else {}
    return Settled(state=RowState.UNDONE, verdict=row.verdict, tally=count)


def _put_back(patron: Patron | None, made: Mapping[str, Any]) -> bool:
    """Put a reader's values back where they are as we left them; say whether all were."""
    if patron is None:
        return True
    now = _plain({name: getattr(patron, name) for name in made["after"]})
    values = {name: made["before"][name] for name in now if now[name] == made["after"][name]}
    if values.get("expires_on"):
        values["expires_on"] = date.fromisoformat(values["expires_on"])
    if values:
        Patron.objects.filter(pk=patron.pk).update(**columns_of(values))
        for name, value in values.items():
            setattr(patron, name, value)  # an earlier row may be of the same reader
    if made["card"]:
        Card.objects.filter(patron=patron, barcode=made["card"]).delete()
    return len(values) == len(now)


def no_preparation(desk: Desk, run: Run, batch: Batch) -> None:
    """Nothing of these kinds is slow enough to be done outside the transaction."""


READERS: Final = Work(
    kind=Kind.READERS,
    look=look,
    chosen=chosen,
    rows=rows,
    judge=judge,
    prepare=no_preparation,
    write=write,
    take_back=take_back,
    mending=mending_of(rows_of),
)
