"""When the copies in the book drop came back, and who may say another day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jieyue.audit.models import Entry
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.returns import drop_moment, is_beyond_drop
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.libraries.rules.permissions import Permission

RETURN: Final = """
SELECT n.public_id AS loan, n.lent_at, n.due_at, n.returned_at, n.copy_id, c.barcode,
       t.name AS title,
       p.public_id AS patron, p.name AS patron_name
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.public_id = <loan:text> AND n.ending = 'returned'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSeen:
    """A return as its page shows it; its moments are of the library's clock."""

    loan: str
    barcode: str
    title: str
    patron: str  # public id
    patron_name: str
    lent: datetime
    due_on: date
    scanned: datetime
    came_back: datetime  # before that if it was back-dated or corrected


def return_seen(desk: Desk, loan: str) -> ReturnSeen | None:
    """Return the return of a loan (public id); None if it did not end with one. Two statements."""
    found = sql.rows(RETURN, loan=loan)
    if not found:
        return None
    row = found[0]
    scan = scan_of(row["copy_id"], loan)
    return ReturnSeen(
        loan=row["loan"],
        barcode=row["barcode"],
        title=row["title"],
        patron=row["patron"],
        patron_name=row["patron_name"],
        lent=row["lent_at"].astimezone(desk.zone),
        due_on=row["due_at"].astimezone(desk.zone).date(),
        scanned=(scan.at if scan else row["returned_at"]).astimezone(desk.zone),
        came_back=row["returned_at"].astimezone(desk.zone),
    )


def scan_of(copy_id: int, loan: str) -> Entry | None:
    """Return the journal's entry of the return of a loan: when it was scanned, what it changed.

    A back-dated return does not say itself when that was; a settled loss that turned up is told of
    as `found_loan`.
    """
    entries = Entry.objects.filter(copy_id=copy_id, action="checkin").order_by("-at", "-id")
    return next(
        (e for e in entries[:20] if loan in (e.data.get("loan"), e.data.get("found_loan"))), None
    )


def book_drop(desk: Desk) -> datetime:
    """Return when this branch last closed, in UTC: what lies in its drop came before that.

    One statement (eight when rules moved).
    """
    return drop_under(desk, Library.objects.values_list("rules_version", flat=True).get(
        pk=desk.library_id
    ))  # fmt: skip


def drop_under(desk: Desk, rules_version: int) -> datetime:
    """Return the same for a version read under lock. No statement if it is known."""
    calendar = rulebook(rules_version).calendars[desk.branch_id]
    return drop_moment(desk.now, zone=desk.zone, calendar=calendar)


def check_moment(desk: Desk, as_of: datetime, rules_version: int) -> None:
    """Insist on a moment that a return taken at this desk may be of.

    Raises:
        ReturnDateError: nothing can have come back then.
        ForbiddenError: it is before the last closing, and whoever is here may not say so.

    """
    drop = drop_under(desk, rules_version)
    if is_beyond_drop(as_of, desk.now, drop=drop) and not desk.may(Permission.BACKDATE):
        raise ForbiddenError(Permission.BACKDATE)
