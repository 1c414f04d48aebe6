"""The reader whose visit it is at the desk, and today's returns."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from jieyue.circulation.queries.blocks import with_details
from jieyue.circulation.queries.facts import PATRON, patron_facts
from jieyue.circulation.queries.hold_shelf import WaitsForReader, waits_for_reader
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.checkout import by_gravity, patron_refusals
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

READER: Final = f"""
SELECT {PATRON}, p.public_id, p.name, g.name AS category, p.group_name, p.student_number, p.note,
       k.barcode AS card, k.lost_at AS card_lost_at, k.ended_at AS card_ended_at, y.rules_version,
       (SELECT i.id FROM catalog_itemtype i
         WHERE i.library_id = <library:bigint>
         ORDER BY CASE WHEN i.is_default THEN 0 ELSE 1 END, i.id LIMIT 1) AS item_type_id,
       (SELECT count(*) FROM circulation_hold w
         WHERE w.library_id = <library:bigint> AND w.patron_id = p.id
           AND w.state IN ('waiting', 'in_transit', 'ready')  -- as its index says
           AND w.state = 'ready') AS ready_holds
  FROM patrons_patron p
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN patrons_patroncategory g ON g.library_id = <library:bigint> AND g.id = p.category_id
  LEFT JOIN patrons_card k
    ON k.library_id = <library:bigint> AND k.id = (
       SELECT x.id FROM patrons_card x
        WHERE x.library_id = <library:bigint> AND x.patron_id = p.id
        ORDER BY CASE WHEN x.ended_at IS NULL THEN 0 ELSE 1 END, x.id DESC LIMIT 1)
 WHERE p.library_id = <library:bigint> AND p.public_id = <reader:text>
"""
# Today's returns are found in the journal, whose index ends at now: the loans have none by return.
RETURNED_TODAY: Final = """
SELECT e.data FROM audit_entry e
 WHERE e.library_id = <library:bigint> AND e.at >= <since:timestamptz>
   AND e.action = 'checkin' AND e.outcome = 'returned' AND e.branch_id = <branch:bigint>
 ORDER BY e.at DESC, e.id DESC LIMIT <most:int>
"""
RETURNS: Final = """
SELECT n.public_id AS loan, n.ending, n.returned_at, n.due_at, c.barcode, c.parts,
       t.name AS title, t.authors, t.clc, p.public_id AS patron, p.name AS patron_name,
       (SELECT count(*) FROM circulation_loan f
         WHERE f.library_id = <library:bigint> AND f.copy_id = n.copy_id
           AND f.id > n.id) AS later_loans
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.public_id = ANY(<loans:text[]>)
   AND n.ending = 'returned'
 ORDER BY n.returned_at DESC, n.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderAtDesk:
    """A reader as the desk shows them. `against` is every reason against lending them anything.

    `max_loans` is the limit for the usual kind of item at this branch. `card` is the latest one.
    """

    id: int
    public_id: str
    name: str
    category: str
    group_name: str
    student_number: str
    note: str
    expires_on: date | None
    card: str
    card_state: Literal["current", "lost", "ended", "none"]
    open_loans: int
    overdue_loans: int
    max_loans: int
    owed_cents: int
    against: tuple[Why, ...]
    waiting: tuple[WaitsForReader, ...] = ()  # on hold shelves, this branch's first


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToday:
    """A return of today. `at` is local; `can_correct` is False once something has followed."""

    loan: str
    barcode: str
    title: str
    authors: str
    clc: str
    parts: str
    patron: str  # public id; empty once the reader is forgotten
    patron_name: str
    at: datetime
    days_overdue: int
    can_correct: bool

    @property
    def clock(self) -> str:
        """The local time of the return, such as 09:05."""
        return self.at.strftime("%H:%M")


def reader_at_desk(desk: Desk, public_id: str) -> ReaderAtDesk | None:
    """Return the reader with this public id. One statement (six when rules moved)."""
    found = with_details(sql.rows(READER, reader=public_id, now=desk.now), now=desk.now)
    if not found:
        return None
    row = found[0]
    facts = patron_facts(row)
    book = rulebook(row["rules_version"])
    terms = book.terms(desk.branch_id, facts.category_id, row["item_type_id"] or 0)
    against = patron_refusals(facts, terms=terms, today=desk.today)
    if facts.open_loans >= terms.max_loans:
        limit: dict[str, str | int] = {"open": facts.open_loans, "limit": terms.max_loans}
        against.append(Why(Reason.PATRON_AT_LOAN_LIMIT, limit))
    state: Literal["current", "lost", "ended", "none"] = "current"
    if row["card"] is None:
        state = "none"
    elif facts.card_is_lost:
        state = "lost"
    elif facts.card_is_ended:
        state = "ended"
    return ReaderAtDesk(
        id=facts.patron_id,
        public_id=row["public_id"],
        name=row["name"],
        category=row["category"],
        group_name=row["group_name"],
        student_number=row["student_number"],
        note=row["note"],
        expires_on=facts.expires_on,
        card=row["card"] or "",
        card_state=state,
        open_loans=facts.open_loans,
        overdue_loans=facts.overdue_loans,
        max_loans=terms.max_loans,
        owed_cents=facts.owed_cents,
        against=by_gravity(against),
        waiting=tuple(waits_for_reader(desk, facts.patron_id)) if row["ready_holds"] else (),
    )


def returns_today(desk: Desk, *, limit: int = 20) -> list[ReturnToday]:
    """Return the latest returns of today at this branch, newest first. Two statements."""
    midnight = desk.now.astimezone(desk.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    noted = sql.rows(RETURNED_TODAY, since=midnight, branch=desk.branch_id, most=limit)
    loans = [_loan_of(row["data"]) for row in noted]
    if not loans:
        return []
    return [_return_today(desk, row) for row in sql.rows(RETURNS, loans=loans)]


def _loan_of(data: str | dict[str, str]) -> str:
    plain: dict[str, str] = json.loads(data) if isinstance(data, str) else data
    return plain.get("loan", "")


def _return_today(desk: Desk, row: sql.Row) -> ReturnToday:
    at = row["returned_at"].astimezone(desk.zone)
    due_on = row["due_at"].astimezone(desk.zone).date()
    return ReturnToday(
        loan=row["loan"],
        barcode=row["barcode"],
        title=row["title"],
        authors=row["authors"],
        clc=row["clc"],
        parts=row["parts"],
        patron=row["patron"] or "",
        patron_name=row["patron_name"] or "",
        at=at,
        days_overdue=max(0, (at.date() - due_on).days),
        can_correct=row["later_loans"] == 0 and row["patron"] is not None,
    )
