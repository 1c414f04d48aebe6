"""Taking back: a return is always accepted; what is odd about it becomes a note."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.checkout import FOUND_AGAIN, MAX_COPIES
from jieyue.circulation.actions.effects.capture import SHELF, Destinations, Goes, destinations
from jieyue.circulation.actions.effects.found import Found, found_effect
from jieyue.circulation.actions.effects.late import IN_TIME, Settled, late_effect
from jieyue.circulation.actions.in_class import need_group_of_copies
from jieyue.circulation.queries.facts import (
    CHECKIN_FACTS,
    LOCK_COPIES,
    LOCK_QUEUES_AND_BORROWERS,
)
from jieyue.circulation.queries.returns import check_moment
from jieyue.circulation.rules.returns import days_late
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError, Written, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

END_LOANS: Final = """
UPDATE circulation_loan
   SET returned_at = CASE WHEN lent_at > <back:timestamptz> THEN lent_at
                          ELSE <back:timestamptz> END,
       returned_branch_id = <branch:bigint>, ending = 'returned'
 WHERE library_id = <library:bigint> AND id = ANY(<ended:bigint[]>)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A loan that has ended."""

    type: Literal["returned"] = "returned"
    loan: str  # public id
    patron: str  # public id
    copy_barcode: str
    title: str
    parts: str  # to ask for, such as a CD
    days_overdue: int  # 0 if in time, by local dates
    fine_cents: int = 0  # charged for it, or with `is_forgiven` what it would have cost
    suspended_until: date | None = None  # local, 停借
    is_forgiven: bool = False
    returned_at: datetime | None = None  # as of when, if not now
    goes: Goes = SHELF  # where it goes now
    belongs_to: str = ""  # the branch's name, if it is not this one
    notes: tuple[str, ...] = ()  # was_missing, is_withdrawn, belongs_elsewhere …
    found: Found | None = None  # it counted as lost


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOnLoan:
    """A copy of ours that nobody had borrowed; it may still belong elsewhere or be found again."""

    type: Literal["not_on_loan"] = "not_on_loan"
    copy_barcode: str
    title: str
    goes: Goes = SHELF
    belongs_to: str = ""
    notes: tuple[str, ...] = ()
    found: Found | None = None  # a loss that was settled


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCopy:
    """A barcode that no copy of this library has."""

    type: Literal["unknown_copy"] = "unknown_copy"
    copy_barcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """What became of each copy, in the order given."""

    type: Literal["checkin"] = "checkin"
    results: tuple[Returned | NotOnLoan | UnknownCopy, ...]


@action(needs=Permission.CHECKIN)
def checkin(
    desk: Desk,
    *,
    copy_barcodes: tuple[str, ...],
    as_of: datetime | None = None,
    amnesty: bool = False,
    reason: str = "",
) -> Written[Checkin]:
    """Take the copies back. Locks the copies, queues, borrowers. At most 100; more: ValueError.

    A second scan of the same copy in one call finds it no longer on loan. `as_of` (aware) is when
    the copies really came back: through the book drop after the branch last closed, or earlier,
    which takes a right of its own; never before they were lent. `amnesty` forgives lateness, for a
    `reason` that the journal keeps. Raises ReturnDateError for a moment that cannot be.
    """
    if amnesty and not desk.may(Permission.AMNESTY):
        raise ForbiddenError(Permission.AMNESTY)
    if not 0 < len(copy_barcodes) <= MAX_COPIES:
        raise ValueError(f"a checkin takes 1 to {MAX_COPIES} copies")
    return take_back(desk, copy_barcodes, as_of=as_of, amnesty=amnesty, reason=reason)


def take_back(
    desk: Desk,
    copy_barcodes: tuple[str, ...],
    *,
    as_of: datetime | None = None,
    amnesty: bool = False,
    reason: str = "",
    is_seen: bool = True,
) -> Written[Checkin]:
    """Lock, read, decide and note the return, and say what is to be written.

    Not `is_seen`: no staff has the copies in hand, so they are kept for nobody who waits yet.
    """
    asked = list(dict.fromkeys(copy_barcodes))
    sql.lock(LOCK_COPIES, barcodes=asked)
    sql.lock(LOCK_QUEUES_AND_BORROWERS, barcodes=asked, now=desk.now)
    need_group_of_copies(desk, asked)
    rows = sql.rows(CHECKIN_FACTS, barcodes=asked, today=desk.today)
    found = {row["barcode"]: row for row in rows}
    back = as_of or desk.now
    if as_of is not None and rows:
        check_moment(desk, as_of, rows[0]["rules_version"])
    going = destinations(desk, rows, is_seen=is_seen)
    ending = [found[code] for code in asked if code in found and found[code]["loan_id"] is not None]
    late = late_effect(desk, ending, ended_at=back, amnesty=amnesty)
    lost = found_effect(desk, rows, back=back)
    results: list[Returned | NotOnLoan | UnknownCopy] = []
    ended: list[sql.Row] = []
    for barcode in copy_barcodes:
        row = found.get(barcode)
        if row is None:
            results.append(UnknownCopy(copy_barcode=barcode))
            note(Note(outcome="unknown_copy", data={"barcode": barcode[:40]}))
            continue
        result = _result(desk, row, going, late.get(row["loan_id"], IN_TIME), as_of)
        if isinstance(result, Returned):
            ended.append(row)
        if row["copy_id"] in lost:
            result = replace(result, found=lost.pop(row["copy_id"]))
        results.append(result)
        _journal(row, result, reason[:200] if amnesty else "")
        found[barcode] = _afterwards(row, result)
    statements, params = going.written()
    again = [row["copy_id"] for row in rows if row["standing"] in ("missing", "lost")]
    if ended:
        statements.append(END_LOANS)
        params |= {"ended": [row["loan_id"] for row in ended], "back": back}
    if again:
        statements.append(FOUND_AGAIN)
        params["found"] = again
    return Written(Checkin(results=tuple(results)), tuple(statements), params)


def _afterwards(row: sql.Row, result: Returned | NotOnLoan) -> sql.Row:
    """Return what a second scan in the same call finds: it goes where it went before."""
    return row | {"loan_id": None, "again": result.goes}


def _notes(desk: Desk, row: sql.Row, goes: Goes) -> tuple[str, ...]:
    standing = row["standing"]
    checks = (
        (f"was_{standing}", standing in ("missing", "lost")),
        ("is_withdrawn", standing == "withdrawn"),
        ("belongs_elsewhere", row["branch_id"] != desk.branch_id and not goes.stays),
        ("belongs_here_now", bool(goes.stays)),
        ("has_arrived", row["transit_to"] == desk.branch_id),
        (
            "turned_up",
            row["transit_to"] is not None
            and desk.branch_id not in (row["transit_to"], row["transit_from"]),
        ),
    )
    return tuple(name for name, applies in checks if applies)


def _result(
    desk: Desk, row: sql.Row, going: Destinations, late: Settled, as_of: datetime | None
) -> Returned | NotOnLoan:
    """Return what becomes of a copy that is known."""
    goes = row["again"] if "again" in row else going.decide(row)
    notes = _notes(desk, row, goes)
    belongs_to = row["branch_name"] if "belongs_elsewhere" in notes else ""
    if row["loan_id"] is not None:
        result = _returned(desk, row, goes, belongs_to, notes, late)
        return result if as_of is None else _as_of(desk, row, result, as_of)
    return NotOnLoan(
        copy_barcode=row["barcode"],
        title=row["title"],
        goes=goes,
        belongs_to=belongs_to,
        notes=notes,
    )


def _returned(
    desk: Desk, row: sql.Row, goes: Goes, belongs_to: str, notes: tuple[str, ...], late: Settled
) -> Returned:
    return Returned(
        loan=row["loan"],
        patron=row["patron"],
        copy_barcode=row["barcode"],
        title=row["title"],
        parts=row["parts"],
        days_overdue=days_late(row["due_at"], desk.now, desk.zone),
        fine_cents=late.amount_cents,
        suspended_until=late.suspended_until,
        is_forgiven=late.forgiven,
        goes=goes,
        belongs_to=belongs_to,
        notes=notes,
    )


def _as_of(desk: Desk, row: sql.Row, result: Returned, as_of: datetime) -> Returned:
    """Return the same for a copy that came back earlier, but not before it was lent."""
    back = max(as_of, row["lent_at"])
    late = days_late(row["due_at"], back, desk.zone)
    return replace(result, returned_at=back, days_overdue=late)


def _cost(result: Returned) -> dict[str, str | int | bool]:
    """Return for the journal what being late cost, if anything."""
    until = result.suspended_until
    values: dict[str, str | int | bool] = {
        "fine_cents": result.fine_cents,
        "suspended_until": until.isoformat() if until else "",
        "forgiven": result.is_forgiven,
        "returned_at": result.returned_at.isoformat() if result.returned_at else "",
    }
    return {name: value for name, value in values.items() if value}


def _where(goes: Goes) -> dict[str, str]:
    """Return for the journal where it went, if not to its shelf."""
    values = {"hold": goes.hold, "transit": goes.transit, "to_branch": goes.branch}
    values |= {"stays": goes.stays, "left": goes.left}
    return {name: value for name, value in values.items() if value}


def _journal(row: sql.Row, result: Returned | NotOnLoan, amnesty: str) -> None:
    is_return = isinstance(result, Returned)
    loan = {"loan": row["loan"]} | _cost(result) if isinstance(result, Returned) else {}
    note(
        Note(
            outcome=result.type,
            patron_id=row["borrower_id"] if is_return else None,
            title_id=row["title_id"],
            copy_id=row["copy_id"],
            data=loan
            | ({"amnesty": amnesty} if amnesty and is_return else {})
            | _where(result.goes)
            | (result.found.data() if result.found else {}),
        )
    )
