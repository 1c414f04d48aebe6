"""What readers owed in an old system: charges in the ledger, with its words for what they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from jieyue.circulation.importing.common import Listing, Means, dry, journal, whom
from jieyue.circulation.rules.importing.columns import DUE_KINDS, due_columns, tells_of_dues
from jieyue.circulation.rules.importing.rows import DueRow, dues_in
from jieyue.circulation.rules.importing.verdicts import Judged, judged_due
from jieyue.fees.models import LedgerLine
from jieyue.imports.rules.runs import Kind, RowState
from jieyue.imports.tables import mending_of
from jieyue.imports.works import EDITED, Batch, FileRow, Run, Settled, Verdict, Work
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.calendars import start_of_day
from jieyue.patrons.importing.readers import from_reading, no_preparation, taken_back
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.importing.faults import as_tuples

OLD_SYSTEM: Final = "old_system"
"""`LedgerLine.reason` of a charge whose row gave none."""
UNDONE: Final = "import_undone"
"""And of the waiver that takes one back: the ledger is never shortened."""
LISTING: Final = Listing(
    kinds=DUE_KINDS,
    columns_of=due_columns,
    is_enough=tells_of_dues,
    rows_in=dues_in,
    adapter=TypeAdapter(DueRow),
)


def judge(desk: Desk, run: Run, batch: Sequence[FileRow]) -> list[Verdict]:  # noqa: ARG001
    """Say what would become of rows. Six statements for any number of them."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    means = whom([row.who for row in rows], is_locked=False)
    return dry(_judged(desk, rows, means))


@dataclass(frozen=True, slots=True)
class _Charge:
    """What a charge is told by. `on` None: a row said no day, so it counts from when it came."""

    cents: int
    reason: str
    on: date | None

    @classmethod
    def of_row(cls, row: DueRow) -> "_Charge":
        """Return the charge that a row makes."""
        return cls(row.cents, row.reason or OLD_SYSTEM, row.owed_on)

    @classmethod
    def of_line(cls, line: LedgerLine, zone: ZoneInfo) -> "_Charge":
        """Return a charge of the ledger: at the start of a day if a row said that day."""
        on = line.at.astimezone(zone).date()
        is_said = line.at == start_of_day(on, zone)
        return cls(line.amount_cents, line.reason, on if is_said else None)


def _judged(desk: Desk, rows: Sequence[DueRow], means: Sequence[Means]) -> list[Judged]:
    there: defaultdict[int, set[_Charge]] = defaultdict(set)
    readers = [reader.id for reader, _ in means if reader]
    taken_back = LedgerLine.objects.filter(
        patron_id__in=readers, kind=LedgerLine.Kind.WAIVER, reason=UNDONE
    )
    gone = set(taken_back.values_list("settles_id", flat=True))
    for line in LedgerLine.objects.filter(patron_id__in=readers, kind=LedgerLine.Kind.CHARGE):
        if line.pk not in gone:
            there[line.patron_id].add(_Charge.of_line(line, desk.zone))
    judged = []
    for row, (reader, against) in zip(rows, means, strict=True):
        charges = there[reader.id] if reader else set()
        charge = _Charge.of_row(row)
        said = judged_due(row, against=against, is_there=charge in charges, today=desk.today)
        if said.verdict == "new":  # for those behind it, as if it were of a batch before
            charges.add(charge)
        judged.append(said)
    return judged


def write(desk: Desk, run: Run, batch: Batch, prepared: object) -> list[Settled]:  # noqa: ARG001
    """Write the charges, as of the day of the list; no money changes hands."""
    rows = [from_reading(LISTING.adapter, row) for row in batch]
    means = whom([row.who for row in rows], is_locked=True)
    judged = _judged(desk, rows, means)
    lines: dict[int, LedgerLine] = {}
    for row, said, (reader, _) in zip(rows, judged, means, strict=True):
        if said.verdict != "new" or reader is None:
            continue
        lines[row.number] = LedgerLine(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=reader.id,
            kind=LedgerLine.Kind.CHARGE,
            amount_cents=row.cents,
            reason=row.reason or OLD_SYSTEM,
            branch_id=desk.branch_id,
            staff_id=desk.staff_id,
            at=start_of_day(row.owed_on, desk.zone) if row.owed_on else desk.now,
        )
    LedgerLine.objects.bulk_create(lines.values())
    return [
        _settled(run, said, lines.get(row.number)) for row, said in zip(rows, judged, strict=True)
    ]


def _settled(run: Run, said: Judged, line: LedgerLine | None) -> Settled:
    if line is None:
        return Settled(state=RowState.LEFT_OUT, verdict=said.verdict, faults=as_tuples(said.faults))
    data = {"line": line.public_id, "amount_cents": line.amount_cents}
    journal("booked", run, patron_id=line.patron_id, data=data)
    made = {"line": line.pk}
    return Settled(state=RowState.DONE, verdict=said.verdict, made=made, tally={"dues": 1})


def take_back(desk: Desk, run: Run, batch: Batch) -> list[Settled]:
    """Let readers off the charges that nothing was paid for; the others stay."""
    ids = {row.made["line"] for row in batch}
    found = LedgerLine.objects.filter(pk__in=ids)
    lock_all(Patron.objects.filter(pk__in=list(found.values_list("patron_id", flat=True))))
    settled = LedgerLine.objects.filter(settles_id__in=ids).values_list("settles_id", flat=True)
    kept = dict.fromkeys(settled, EDITED)
    waivers = [
        LedgerLine(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=line.patron_id,
            kind=LedgerLine.Kind.WAIVER,
            amount_cents=-line.amount_cents,
            reason=UNDONE,
            settles=line,
            branch_id=desk.branch_id,
            staff_id=desk.staff_id,
            at=desk.now,
        )
        for line in found.order_by("pk")
        if line.pk not in kept
    ]
    LedgerLine.objects.bulk_create(waivers)
    for waiver in waivers:
        data = {"line": waiver.public_id, "amount_cents": waiver.amount_cents}
        journal("booked", run, patron_id=waiver.patron_id, data=data)
    return [taken_back(row, kept.get(row.made["line"], ""), tally="dues") for row in batch]


DUES: Final = Work(
    kind=Kind.DUES,
    look=LISTING.look,
    chosen=LISTING.chosen,
    rows=LISTING.rows,
    judge=judge,
    prepare=no_preparation,
    write=write,
    take_back=take_back,
    mending=mending_of(LISTING.lines),
)
