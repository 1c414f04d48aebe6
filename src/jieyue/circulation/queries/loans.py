"""Loans as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from jieyue.circulation.queries.fines import fines_of
from jieyue.circulation.queries.renewals import (
    read_open_loans,
    recall_decision,
    renewal_decision,
    renews_itself,
    why_not_renewed,
)
from jieyue.circulation.rules.fines import Fine
from jieyue.circulation.rules.reasons import Why
from jieyue.circulation.rules.returns import can_redate
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

HISTORY: Final = """
SELECT n.public_id AS loan, n.lent_at, n.returned_at, n.due_at, c.barcode, t.public_id AS title_key,
       t.name AS title, t.authors, t.clc, count(*) OVER () AS total
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE n.library_id = <library:bigint> AND n.patron_id = <patron:bigint> AND n.ending = 'returned'
 ORDER BY n.returned_at DESC, n.id DESC LIMIT <limit:int> OFFSET <offset:int>
"""
# By b.id: for c.branch_id SQLite would walk all copies in an index that has them in this order.
AVAILABILITY: Final = """
SELECT c.title_id, b.name AS branch,
       sum(CASE WHEN c.standing IN ('in_use', 'reference') THEN 1 ELSE 0 END) AS copies,
       sum(CASE WHEN c.standing = 'in_use' AND n.id IS NULL AND h.id IS NULL AND v.id IS NULL
                THEN 1 ELSE 0 END) AS available,
       min(CASE WHEN c.standing = 'in_use' AND n.id IS NULL AND h.id IS NULL AND v.id IS NULL
                THEN nullif(c.shelf, '') END) AS shelf,
       min(n.due_at) AS next_due_at
  FROM catalog_copy c
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
  LEFT JOIN circulation_hold h
    ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
   AND h.state IN ('in_transit', 'ready')
  LEFT JOIN circulation_transit v
    ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
 WHERE c.library_id = <library:bigint> AND c.title_id = ANY(<titles:bigint[]>)
   AND c.standing <> 'withdrawn'
 GROUP BY c.title_id, b.id, b.name
 ORDER BY c.title_id, b.id
"""
COPY_STATES: Final = """
SELECT c.id AS copy_id, c.standing, n.public_id AS loan, n.due_at, p.public_id AS patron,
       p.name AS patron_name
  FROM catalog_copy c
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE c.library_id = <library:bigint> AND c.id = ANY(<copies:bigint[]>)
"""
# Asked after every scan: the journal has an index that ends at now, the loans have none by day.
TODAY: Final = """
SELECT coalesce(sum(CASE WHEN action = 'checkout' AND outcome = 'lent' THEN 1
                         WHEN action = 'undo_checkout' AND outcome = 'undone' THEN -1
                         ELSE 0 END), 0) AS lent,
       coalesce(sum(CASE WHEN action = 'checkin' AND outcome = 'returned' THEN 1
                         WHEN action = 'undo_checkin' AND outcome = 'undone' THEN -1
                         ELSE 0 END), 0) AS returned
  FROM audit_entry
 WHERE library_id = <library:bigint> AND at >= <since:timestamptz>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanView:
    """An open loan, and what renewing it would do.

    Dates are local. `days_left` is negative when overdue. `renewed_on` is the date a renewal would
    give; it is None, and `reasons` say why, when the action would refuse. `renewable_from` is the
    first day it will be allowed, if waiting is all that it takes. `renews_itself`: it will, as
    things stand; `not_renewed` is why it did not on the night of `not_renewed_on`. `is_recalled`:
    it was asked back; `may_recall`: it can be. `fine_cents` and `fine_days` (of 停借): what its
    lateness would cost if this one came back now.
    """

    loan: str
    title_id: str  # public
    title: str
    authors: str
    clc: str
    call_number: str
    barcode: str
    lent_on: date
    due_on: date
    days_left: int
    is_overdue: bool
    renewals: int
    renewed_on: date | None
    renewable_from: date | None
    reasons: tuple[Why, ...]
    renews_itself: bool
    not_renewed_on: date | None
    not_renewed: tuple[Why, ...]
    is_recalled: bool
    may_recall: bool
    fine_cents: int
    fine_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLoan:
    """A loan that ended with a return. Dates are local.

    `can_redate`: the day of the return can still be corrected.
    """

    loan: str
    title_id: str
    title: str
    authors: str
    clc: str
    barcode: str
    lent_on: date
    returned_on: date
    was_overdue: bool
    can_redate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchAvailability:
    """Copies of a title at one branch; `next_due_on` is local, None with none on loan.

    `shelf` is where one that is available stands, "" if none is or it has no shelf.
    """

    branch: str
    copies: int
    available: int
    shelf: str
    next_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Copies of a title and how many stand on the shelf now."""

    copies: int
    available: int
    branches: tuple[BranchAvailability, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyState:
    """Where a copy is: its standing, or the open loan's public id, local due date and reader."""

    standing: str
    loan: str
    due_on: date | None
    patron: str
    patron_name: str


NO_COPIES: Final = Availability(copies=0, available=0, branches=())


def loans_of(desk: Desk, patron_id: int) -> list[LoanView]:
    """Return a patron's open loans, due first.

    One statement; two more where blocks tell more, three where lateness costs, seven when rules
    moved.
    """
    rows = read_open_loans(desk, patron_id)
    late = fines_of(desk, rows, ended_at=desk.now, together=False)
    fines = {one.loan_id: one.fine for one in late}
    return [_loan_view(desk, row, fines.get(row["loan_id"])) for row in rows]


def late_loans_of(desk: Desk, patron_id: int) -> list[tuple[LoanView, Fine]]:
    """Return the open loans whose lateness costs, with the figure each would come to now."""
    rows = read_open_loans(desk, patron_id)
    late = fines_of(desk, rows, ended_at=desk.now, together=False)
    by_id = {row["loan_id"]: row for row in rows}
    return [(_loan_view(desk, by_id[one.loan_id], one.fine), one.fine) for one in late]


def _loan_view(desk: Desk, row: sql.Row, fine: Fine | None = None) -> LoanView:
    renewal = renewal_decision(desk, row)
    not_renewed_on, not_renewed = why_not_renewed(row)
    due_on = row["due_at"].astimezone(desk.zone).date()
    return LoanView(
        loan=row["loan"],
        title_id=row["title_key"],
        title=row["title"],
        authors=row["authors"],
        clc=row["clc"],
        call_number=row["call_number"],
        barcode=row["barcode"],
        lent_on=row["lent_at"].astimezone(desk.zone).date(),
        due_on=due_on,
        days_left=(due_on - desk.today).days,
        is_overdue=row["due_at"] < desk.now,
        renewals=row["renewals"],
        renewed_on=renewal.due.on if renewal.due and not renewal.reasons else None,
        renewable_from=renewal.first_on,
        reasons=renewal.reasons,
        renews_itself=renews_itself(desk, row),
        not_renewed_on=not_renewed_on,
        not_renewed=not_renewed,
        is_recalled=row["recalled_at"] is not None,
        may_recall=not recall_decision(desk, row).reasons,
        fine_cents=fine.amount_cents if fine else 0,
        fine_days=fine.days if fine else 0,
    )


def history_of(
    desk: Desk, patron_id: int, *, limit: int = 20, offset: int = 0
) -> tuple[list[PastLoan], int]:
    """Return a page of a patron's past loans, latest first, and how many there are. One statement.

    Beyond the last page the total is 0.
    """
    found = sql.rows(HISTORY, patron=patron_id, limit=limit, offset=offset)
    loans = [
        PastLoan(
            loan=row["loan"],
            title_id=row["title_key"],
            title=row["title"],
            authors=row["authors"],
            clc=row["clc"],
            barcode=row["barcode"],
            lent_on=row["lent_at"].astimezone(desk.zone).date(),
            returned_on=row["returned_at"].astimezone(desk.zone).date(),
            was_overdue=row["returned_at"] > row["due_at"],
            can_redate=can_redate(row["returned_at"], desk.now),
        )
        for row in found
    ]
    return loans, found[0]["total"] if found else 0


def availability_of(zone: ZoneInfo, title_ids: Sequence[int]) -> dict[int, Availability]:
    """Return copies and free copies for a page of titles, from committed rows. One statement.

    A title without copies, or of another library, is missing: use NO_COPIES.
    """
    if not title_ids:
        return {}
    grouped: dict[int, list[BranchAvailability]] = {}
    for row in sql.rows(AVAILABILITY, titles=list(title_ids)):
        due_at = row["next_due_at"]
        grouped.setdefault(row["title_id"], []).append(
            BranchAvailability(
                branch=row["branch"],
                copies=int(row["copies"]),
                available=int(row["available"]),
                shelf=row["shelf"] or "",
                next_due_on=due_at.astimezone(zone).date() if due_at else None,
            )
        )
    return {
        title_id: Availability(
            copies=sum(b.copies for b in found),
            available=sum(b.available for b in found),
            branches=tuple(found),
        )
        for title_id, found in grouped.items()
    }


def copy_states(zone: ZoneInfo, copy_ids: Sequence[int]) -> dict[int, CopyState]:
    """Return where each copy is, by copy id. One statement."""
    if not copy_ids:
        return {}
    return {
        row["copy_id"]: CopyState(
            standing=row["standing"],
            loan=row["loan"] or "",
            due_on=row["due_at"].astimezone(zone).date() if row["due_at"] else None,
            patron=row["patron"] or "",
            patron_name=row["patron_name"] or "",
        )
        for row in sql.rows(COPY_STATES, copies=list(copy_ids))
    }


def lent_and_returned_today(desk: Desk) -> tuple[int, int]:
    """Return how many copies were lent and came back since local midnight. One statement."""
    local = desk.now.astimezone(desk.zone)
    since = local.replace(hour=0, minute=0, second=0, microsecond=0)
    [row] = sql.rows(TODAY, since=since)
    return int(row["lent"]), int(row["returned"])
