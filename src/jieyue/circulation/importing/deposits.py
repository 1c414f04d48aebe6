"""押金 that an old system kept for readers: lines of their deposit, with no money in the drawer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final

from pydantic import TypeAdapter

from jieyue.circulation.importing.common import Listing, Means, dry, journal, whom
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries.deposits import NEXT_HOLDERS
from jieyue.circulation.rules.importing.columns import (
    DEPOSIT_KINDS,
    deposit_columns,
    tells_of_deposits,
)
from jieyue.circulation.rules.importing.rows import DepositRow, deposits_in
from jieyue.circulation.rules.importing.verdicts import Judged, judged_deposit
from jieyue.fees.models import DepositLine, DepositRequest
from jieyue.imports.rules.runs import Kind, RowState
from jieyue.imports.tables import mending_of
from jieyue.imports.works import EDITED, Batch, FileRow, Run, Settled, Verdict, Work
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.calendars import start_of_day
from jieyue.patrons.importing.readers import from_reading, no_preparation, taken_back
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.importing.faults import as_tuples

OLD_SYSTEM: Final = "old_system"
"""`DepositLine.reason` of what an old system had taken."""
UNDONE: Final = "import_undone"
"""And of the line that takes one back: none is ever deleted."""
LISTING: Final = Listing(
    kinds=DEPOSIT_KINDS,
    columns_of=deposit_columns,
    is_enough=tells_of_deposits,
    rows_in=deposits_in,
    adapter=TypeAdapter(DepositRow),
)

Paid = tuple[int, date | None]
"""Fen and the day, None if a row said none or it was taken at a desk."""


def judge(desk: Desk, run: Run, batch: Sequence[FileRow]) -> list[Verdict]:  # noqa: ARG001
    """Say what would become of rows. Eight statements for any number of them."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    means = whom([row.who for row in rows], is_locked=False)
    return dry(_judged(desk, rows, means))


def _judged(desk: Desk, rows: Sequence[DepositRow], means: Sequence[Means]) -> list[Judged]:
    there = _there(desk, {reader.id for reader, _ in means if reader})
    takes = _takes_deposits()
    judged = []
    for row, (reader, against) in zip(rows, means, strict=True):
        paid = there[reader.id] if reader else []
        one: Paid = (row.cents, row.paid_on)
        said = judged_deposit(
            row, against=against, is_there=one in paid, takes_deposits=takes, today=desk.today
        )
        if said.verdict == "new":  # for those behind it, as if it were of a batch before
            paid.append(one)
        judged.append(said)
    return judged


def _takes_deposits() -> bool:
    """Say whether this library takes deposits: a lending rule asks for one, or it keeps some."""
    asked = LoanPolicy.objects.filter(needs_deposit=True).exists()
    return asked or bool(sql.rows(NEXT_HOLDERS, after=0, most=1))


def _there(desk: Desk, readers: set[int]) -> defaultdict[int, list[Paid]]:
    """Return what readers have paid in, but for what an undo took back. One statement.

    No line says which one it takes back: that is the last before it of the same amount.
    """
    found: defaultdict[int, list[Paid]] = defaultdict(list)
    for line in DepositLine.objects.filter(patron_id__in=readers).order_by("pk"):
        paid = found[line.patron_id]
        if line.kind == DepositLine.Kind.PAID_IN:
            on = line.at.astimezone(desk.zone).date()
            paid.append((line.amount_cents, on if line.at == start_of_day(on, desk.zone) else None))
        elif line.reason == UNDONE:
            alike = [at for at, (cents, _) in enumerate(paid) if cents == -line.amount_cents]
            del paid[alike[-1]]
    return found


def write(desk: Desk, run: Run, batch: Batch, prepared: object) -> list[Settled]:  # noqa: ARG001
    """Write the lines, as of the day of the list; no money changes hands."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    means = whom([row.who for row in rows], is_locked=True)
    judged = _judged(desk, rows, means)
    lines: dict[int, DepositLine] = {}
    for row, said, (reader, _) in zip(rows, judged, means, strict=True):
        if said.verdict != "new" or reader is None:
            continue
        lines[row.number] = DepositLine(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=reader.id,
            kind=DepositLine.Kind.PAID_IN,
            amount_cents=row.cents,
            reason=OLD_SYSTEM,
            branch_id=desk.branch_id,
            staff_id=desk.staff_id,
            at=start_of_day(row.paid_on, desk.zone) if row.paid_on else desk.now,
        )
    DepositLine.objects.bulk_create(lines.values())
    return [
        _settled(run, said, lines.get(row.number)) for row, said in zip(rows, judged, strict=True)
    ]


def _settled(run: Run, said: Judged, line: DepositLine | None) -> Settled:
    if line is None:
        return Settled(state=RowState.LEFT_OUT, verdict=said.verdict, faults=as_tuples(said.faults))
    _note(run, line)
    made = {"line": line.pk}
    return Settled(state=RowState.DONE, verdict=said.verdict, made=made, tally={"deposits": 1})


def _note(run: Run, line: DepositLine) -> None:
    data = {"line": line.public_id, "amount_cents": line.amount_cents}
    journal("deposit_booked", run, patron_id=line.patron_id, data=data)


def take_back(desk: Desk, run: Run, batch: Batch) -> list[Settled]:
    """Take the lines off again; a deposit of which something was given back or kept stays."""
    ids = {row.made["line"] for row in batch}
    found = list(DepositLine.objects.filter(pk__in=ids).order_by("pk"))
    readers = {line.patron_id for line in found}
    lock_all(Patron.objects.filter(pk__in=readers))
    used: defaultdict[int, int] = defaultdict(int)  # the last line by which some of it went
    left: defaultdict[int, int] = defaultdict(int)
    for line in DepositLine.objects.filter(patron_id__in=readers).order_by("pk"):
        left[line.patron_id] += line.amount_cents
        if line.kind != DepositLine.Kind.PAID_IN and line.reason != UNDONE:
            used[line.patron_id] = line.pk
    kept = {line.pk: EDITED for line in found if line.pk < used[line.patron_id]}
    lines = [
        DepositLine(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=line.patron_id,
            kind=DepositLine.Kind.PAID_BACK,
            amount_cents=-line.amount_cents,
            reason=UNDONE,
            branch_id=desk.branch_id,
            staff_id=desk.staff_id,
            at=desk.now,
        )
        for line in found
        if line.pk not in kept
    ]
    DepositLine.objects.bulk_create(lines)
    for line in lines:
        left[line.patron_id] += line.amount_cents
        _note(run, line)
    # Who has none any more cannot want it back.
    emptied = {line.patron_id for line in lines if not left[line.patron_id]}
    open_requests = DepositRequest.objects.filter(patron_id__in=emptied, ended_at=None)
    open_requests.update(ended_at=desk.now, outcome="withdrawn")
    return [taken_back(row, kept.get(row.made["line"], ""), tally="deposits") for row in batch]


DEPOSITS: Final = Work(
    kind=Kind.DEPOSITS,
    look=LISTING.look,
    chosen=LISTING.chosen,
    rows=LISTING.rows,
    judge=judge,
    prepare=no_preparation,
    write=write,
    take_back=take_back,
    mending=mending_of(LISTING.lines),
)
