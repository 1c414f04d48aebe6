"""What becomes of a row about a loan, a hold, a due or a deposit: the dry run says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.importing.rows import DepositRow, DueRow, HoldRow, LoanRow
from jieyue.circulation.rules.placing import NEVER_SERVE
from jieyue.patrons.rules.importing.faults import Fault, RowFault
from jieyue.patrons.rules.importing.matching import Known

Verdict = Literal["new", "duplicate", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyThere:
    """A copy and what is open on it; ids of readers."""

    id: int
    title_id: int
    standing: str
    branch_id: int
    item_type_id: int
    borrower_id: int | None = None
    kept_for_id: int | None = None
    is_travelling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleThere:
    """A title a row may mean. `copies` are (standing, may be borrowed by the reader) of each."""

    id: int
    public_id: str = ""
    copies: tuple[tuple[str, bool], ...] = ()
    borrower_ids: frozenset[int] = frozenset()
    holder_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A row with its verdict, and why."""

    verdict: Verdict
    faults: tuple[Fault, ...] = field(default=())


def judged_loan(
    row: LoanRow,
    *,
    copy: CopyThere | None,
    reader: Known | None,
    against: Sequence[Fault],
    branch_id: int | None,
    may_work_there: bool,
    now: datetime,
    zone: ZoneInfo,
) -> Judged:
    """Return what becomes of a loan: what lending checks of the copy; nothing of the reader.

    The book is out, whatever the rules say: limits, fees and blocks do not bring it back.
    """
    faults = [*row.faults, *against]
    if row.branch and branch_id is None:
        faults.append(Fault(RowFault.BRANCH_UNKNOWN, "branch", row.branch[:40]))
    elif not may_work_there:
        faults.append(Fault(RowFault.OTHER_BRANCH, "branch", row.branch[:40]))
    if row.lent is not None and row.lent.replace(tzinfo=zone) > now:
        faults.append(Fault(RowFault.DATE_FUTURE, "lent_on", row.lent.date().isoformat()))
    if copy is None:
        if row.barcode:
            faults.append(Fault(RowFault.COPY_UNKNOWN, "barcode", row.barcode))
        return _said(faults)
    if copy.borrower_id is not None and reader is not None and copy.borrower_id == reader.id:
        return Judged(verdict="wrong" if faults else "duplicate", faults=tuple(faults))
    is_lost = copy.standing in ("lost", "missing")
    # One on the hold shelf for this very reader was fetched, it seems.
    is_anothers = copy.kept_for_id is not None and copy.kept_for_id != (reader and reader.id)
    checks = (
        (RowFault.COPY_WITHDRAWN, copy.standing == "withdrawn"),
        (RowFault.COPY_LOST, is_lost),
        (RowFault.COPY_ON_LOAN, copy.borrower_id is not None),
        (RowFault.COPY_HELD_FOR_ANOTHER, is_anothers),
        (RowFault.COPY_IN_TRANSIT, copy.is_travelling and not is_anothers),
    )
    faults += [Fault(code, "barcode", row.barcode) for code, applies in checks if applies]
    return _said(faults)


def judged_hold(
    row: HoldRow,
    *,
    titles: Sequence[TitleThere],
    reader: Known | None,
    against: Sequence[Fault],
    pickup_is_open: bool | None,
    now: datetime,
    zone: ZoneInfo,
) -> Judged:
    """Return what becomes of a hold: what placing one checks, but for limits and blocks.

    `pickup_is_open` None: there is no such branch.
    """
    faults = [*row.faults, *against]
    if pickup_is_open is None:
        faults.append(Fault(RowFault.BRANCH_UNKNOWN, "pickup", row.pickup[:40]))
    elif not pickup_is_open:
        faults.append(Fault(RowFault.PICKUP_CLOSED, "pickup", row.pickup[:40]))
    if row.placed is not None and row.placed.replace(tzinfo=zone) > now:
        faults.append(Fault(RowFault.DATE_FUTURE, "placed_on", row.placed.date().isoformat()))
    kind = "isbn" if row.isbn13 else "barcode" if row.barcode else "title"
    if len(titles) != 1:
        code = RowFault.SEVERAL_TITLES if titles else RowFault.TITLE_UNKNOWN
        if row.isbn13 or row.barcode or row.title:
            faults.append(Fault(code, kind))
        return _said(faults)
    [title] = titles
    is_known = reader is not None and pickup_is_open is not None
    if is_known and not any(s not in NEVER_SERVE and may for s, may in title.copies):
        faults.append(Fault(RowFault.NO_COPY_CAN_SERVE, kind))
    if reader is not None and reader.id in title.borrower_ids:
        faults.append(Fault(RowFault.TITLE_ON_LOAN_TO_PATRON, kind))
    if not faults and reader is not None and reader.id in title.holder_ids:
        return Judged(verdict="duplicate")
    return _said(faults)


def judged_due(row: DueRow, *, against: Sequence[Fault], is_there: bool, today: date) -> Judged:
    """Return what becomes of a due. `is_there`: the reader's ledger has such a charge already."""
    faults = [*row.faults, *against]
    if row.owed_on is not None and row.owed_on > today:
        faults.append(Fault(RowFault.DATE_FUTURE, "owed_on", row.owed_on.isoformat()))
    return Judged(verdict="duplicate") if is_there and not faults else _said(faults)


def judged_deposit(
    row: DepositRow,
    *,
    against: Sequence[Fault],
    is_there: bool,
    takes_deposits: bool,
    today: date,
) -> Judged:
    """Return what becomes of a deposit. `is_there`: this one is kept here already."""
    faults = [*row.faults, *against]
    if not takes_deposits:
        faults.append(Fault(RowFault.DEPOSITS_NOT_TAKEN, "amount"))
    if row.paid_on is not None and row.paid_on > today:
        faults.append(Fault(RowFault.DATE_FUTURE, "paid_on", row.paid_on.isoformat()))
    return Judged(verdict="duplicate") if is_there and not faults else _said(faults)


def _said(faults: Sequence[Fault]) -> Judged:
    is_repeat = bool(faults) and all(fault.code == RowFault.ROW_REPEATED for fault in faults)
    verdict: Verdict = "duplicate" if is_repeat else "wrong" if faults else "new"
    return Judged(verdict=verdict, faults=tuple(faults))
