"""Open holds of an old system: who waits for which book, since when, to be fetched where."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import TypeAdapter

from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.circulation.importing.common import (
    Branches,
    Listing,
    Means,
    branch_of,
    dry,
    journal,
    rules_version,
    whom,
)
from jieyue.circulation.models import Hold
from jieyue.circulation.queries.rulebook import Rulebook, rulebook
from jieyue.circulation.rules.importing.columns import HOLD_KINDS, hold_columns, tells_of_holds
from jieyue.circulation.rules.importing.rows import HoldRow, holds_in
from jieyue.circulation.rules.importing.verdicts import Judged, TitleThere, judged_hold
from jieyue.imports.rules.runs import Kind, RowState
from jieyue.imports.tables import mending_of
from jieyue.imports.works import EDITED, Batch, FileRow, Run, Settled, Verdict, Work
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.relations import pointed_at
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.outbox.promises import promise
from jieyue.patrons.importing.readers import from_reading, no_preparation, taken_back
from jieyue.patrons.models import PatronCategory
from jieyue.patrons.rules.importing.faults import as_tuples
from jieyue.patrons.rules.importing.matching import Known

BROUGHT: Final = "hold_brought"
TAKEN_BACK: Final = "hold_taken_back"
TITLES: Final = """
SELECT t.id, t.public_id, c.standing, c.item_type_id, n.patron_id AS borrower_id
  FROM catalog_title t
  LEFT JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.title_id = t.id
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
 WHERE t.library_id = <library:bigint> AND t.id = ANY(<titles:bigint[]>)
"""
WAITING: Final = """
SELECT title_id, patron_id FROM circulation_hold
 WHERE library_id = <library:bigint> AND title_id = ANY(<titles:bigint[]>)
   AND state IN ('waiting', 'in_transit', 'ready')
"""
LISTING: Final = Listing(
    kinds=HOLD_KINDS,
    columns_of=hold_columns,
    is_enough=tells_of_holds,
    rows_in=holds_in,
    adapter=TypeAdapter(HoldRow),
)


@dataclass(slots=True)
class _Titles:
    """The titles rows may mean: by number, by a copy, by name; and what is open on them."""

    by_isbn: dict[str, int] = field(default_factory=dict)
    by_barcode: dict[str, int] = field(default_factory=dict)
    by_key: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    there: dict[int, TitleThere] = field(default_factory=dict)
    copies: defaultdict[int, list[tuple[str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def read(cls, rows: Sequence[HoldRow], *, is_locked: bool) -> "_Titles":
        """Read them. Five statements, one more to lock them first."""
        found = cls()
        isbns = {row.isbn13 for row in rows} - {""}
        barcodes = {row.barcode for row in rows} - {""}
        keys = {_key(row) for row in rows} - {""}
        for isbn13, pk in Title.objects.filter(isbn13__in=isbns).values_list("isbn13", "pk"):
            found.by_isbn[isbn13] = pk
        copies = Copy.objects.filter(barcode__in=barcodes)
        for barcode, pk in copies.values_list("barcode", "title_id"):
            found.by_barcode[barcode] = pk
        for key, pk in Title.objects.filter(match_key__in=keys).values_list("match_key", "pk"):
            found.by_key[key].append(pk)
        named = [pk for pks in found.by_key.values() for pk in pks]
        ids = {*found.by_isbn.values(), *found.by_barcode.values(), *named}
        if is_locked:
            lock_all(Title.objects.filter(pk__in=ids).only("pk"))
        found._read_open(sorted(ids))
        return found

    def _read_open(self, ids: Sequence[int]) -> None:
        holders: defaultdict[int, set[int]] = defaultdict(set)
        borrowers: defaultdict[int, set[int]] = defaultdict(set)
        for row in sql.rows(WAITING, titles=list(ids)):
            holders[row["title_id"]].add(row["patron_id"])
        keys = {}
        for row in sql.rows(TITLES, titles=list(ids)):
            keys[row["id"]] = row["public_id"]
            if row["standing"] is not None:
                self.copies[row["id"]].append((row["standing"], row["item_type_id"]))
            if row["borrower_id"] is not None:
                borrowers[row["id"]].add(row["borrower_id"])
        for pk, key in keys.items():
            self.there[pk] = TitleThere(
                id=pk,
                public_id=key,
                borrower_ids=frozenset(borrowers[pk]),
                holder_ids=frozenset(holders[pk]),
            )

    def meant(self, row: HoldRow) -> list[TitleThere]:
        """Return the titles a row can mean: by its number, else its barcode, else its name."""
        sure = self.by_isbn.get(row.isbn13) or self.by_barcode.get(row.barcode)
        ids = [sure] if sure else self.by_key.get(_key(row), [])
        return [self.there[pk] for pk in ids]


def _key(row: HoldRow) -> str:
    return identity_of(Description(name=row.title)).key if row.title else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A row, what it is about here, and its verdict."""

    row: HoldRow
    judged: Judged
    title: TitleThere | None
    reader: Known | None
    pickup: Branch | None


def judge(desk: Desk, run: Run, batch: Sequence[FileRow]) -> list[Verdict]:
    """Say what would become of rows. Twelve statements for any number of them."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    return dry([case.judged for case in _cases(desk, run, rows)[0]])


def _cases(
    desk: Desk, run: Run, rows: Sequence[HoldRow], *, is_locked: bool = False
) -> tuple[list[_Case], Rulebook]:
    titles = _Titles.read(rows, is_locked=is_locked)
    readers = whom([row.who for row in rows], is_locked=is_locked)
    branches = Branches.read()
    book = rulebook(rules_version())
    here = branch_of(desk, run, branches)
    cases: list[_Case] = []
    placed: set[tuple[int, int]] = set()
    for row, means in zip(rows, readers, strict=True):
        case = _case(desk, row, means, titles, branches.named(row.pickup, here), book)
        if case.judged.verdict == "new" and case.title and case.reader:
            pair = (case.title.id, case.reader.id)
            if pair in placed:  # two rows that name one book in two ways
                case = replace(case, judged=Judged(verdict="duplicate"))
            placed.add(pair)
        cases.append(case)
    return cases, book


def _case(
    desk: Desk,
    row: HoldRow,
    means: Means,
    titles: _Titles,
    pickup: Branch | None,
    book: Rulebook,
) -> _Case:
    reader, against = means
    found = titles.meant(row)
    if pickup is not None and reader is not None:
        found = [
            replace(title, copies=tuple(
                (standing, book.terms(pickup.pk, reader.category_id, item_type).may_borrow)
                for standing, item_type in titles.copies[title.id]
            ))
            for title in found
        ]  # fmt: skip
    judged = judged_hold(
        row,
        titles=found,
        reader=reader,
        against=against,
        pickup_is_open=pickup.is_open if pickup else None,
        now=desk.now,
        zone=desk.zone,
    )
    title = found[0] if len(found) == 1 else None
    return _Case(row=row, judged=judged, title=title, reader=reader, pickup=pickup)


def write(desk: Desk, run: Run, batch: Batch, prepared: object) -> list[Settled]:  # noqa: ARG001
    """Write the holds in the order of the list; who waited before here waits before them by date.

    Locks the titles, then the readers. A copy that is free for them shows in the pick list.
    """
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    cases, book = _cases(desk, run, rows, is_locked=True)
    classes = dict(PatronCategory.objects.values_list("pk", "queue_class"))
    holds: dict[int, Hold] = {}
    for case in cases:
        if case.judged.verdict != "new" or not (case.title and case.reader and case.pickup):
            continue
        since = case.row.placed.replace(tzinfo=desk.zone) if case.row.placed else desk.now
        holds[case.row.number] = Hold(
            library_id=desk.library_id,
            public_id=public_id(),
            title_id=case.title.id,
            patron_id=case.reader.id,
            pickup_branch=case.pickup,
            queue_class=classes[case.reader.category_id],
            queued_at=min(since, desk.now),
            placed_at=min(since, desk.now),
            state=Hold.State.WAITING,
        )
    Hold.objects.bulk_create(holds.values())
    if book.recalls_by_itself:
        for key in sorted({c.title.public_id for c in cases if c.title and c.row.number in holds}):
            promise("circulation.recall_awaited", {"title": key}, at=desk.now)
    return [_settled(run, case, holds.get(case.row.number)) for case in cases]


def _settled(run: Run, case: _Case, hold: Hold | None) -> Settled:
    said = case.judged
    if hold is None:
        return Settled(state=RowState.LEFT_OUT, verdict=said.verdict, faults=as_tuples(said.faults))
    data = {"hold": hold.public_id}
    journal(BROUGHT, run, patron_id=hold.patron_id, title_id=hold.title_id, data=data)
    made = {"hold": hold.pk}
    return Settled(state=RowState.DONE, verdict=said.verdict, made=made, tally={"holds": 1})


def take_back(desk: Desk, run: Run, batch: Batch) -> list[Settled]:  # noqa: ARG001 (of a Work)
    """Delete the holds that still wait; those a copy was kept for, or that ended, stay."""
    ids = {row.made["hold"] for row in batch}
    titles = Hold.objects.filter(pk__in=ids).values_list("title_id", flat=True)
    lock_all(Title.objects.filter(pk__in=list(titles)).only("pk"))
    there = {hold.pk: hold for hold in lock_all(Hold.objects.filter(pk__in=ids), may_go=True)}
    kept = pointed_at(Hold, ids)
    for hold in there.values():
        if hold.state != Hold.State.WAITING:
            kept.setdefault(hold.pk, EDITED)
    Hold.objects.filter(pk__in=ids - set(kept)).delete()
    for hold in there.values():
        if hold.pk not in kept:
            data: dict[str, Any] = {"hold": hold.public_id}
            journal(TAKEN_BACK, run, patron_id=hold.patron_id, title_id=hold.title_id, data=data)
    return [taken_back(row, kept.get(row.made["hold"], ""), tally="holds") for row in batch]


HOLDS: Final = Work(
    kind=Kind.HOLDS,
    look=LISTING.look,
    chosen=LISTING.chosen,
    rows=LISTING.rows,
    judge=judge,
    prepare=no_preparation,
    write=write,
    take_back=take_back,
    mending=mending_of(LISTING.lines),
)
