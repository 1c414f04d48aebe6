"""Deposits: one reader's, and everybody's for the page that gives them back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jieyue.fees.models import Abolition, DepositLine, DepositRequest
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

HOLDERS: Final = """
SELECT p.public_id AS patron, p.name, d.cents, r.asked_at,
       (SELECT count(*) FROM circulation_loan n
         WHERE n.library_id = <library:bigint> AND n.patron_id = p.id
           AND n.returned_at IS NULL) AS loans,
       (SELECT coalesce(sum(l.amount_cents), 0) FROM fees_ledgerline l
         WHERE l.library_id = <library:bigint> AND l.patron_id = p.id) AS owed_cents
  FROM (SELECT patron_id, sum(amount_cents) AS cents FROM fees_depositline
         WHERE library_id = <library:bigint> GROUP BY patron_id) d
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = d.patron_id
  LEFT JOIN fees_depositrequest r ON r.library_id = <library:bigint> AND r.patron_id = p.id
   AND r.ended_at IS NULL
 WHERE d.cents > 0
 ORDER BY CASE WHEN r.asked_at IS NULL THEN 1 ELSE 0 END, r.asked_at, p.id
"""


NEXT_HOLDERS: Final = """
SELECT patron_id FROM fees_depositline
 WHERE library_id = <library:bigint> AND patron_id > <after:bigint>
 GROUP BY patron_id HAVING sum(amount_cents) > 0 ORDER BY patron_id LIMIT <most:int>
"""
HOLDERS_COUNT: Final = """
SELECT count(*) AS readers
  FROM (SELECT patron_id FROM fees_depositline WHERE library_id = <library:bigint>
         GROUP BY patron_id HAVING sum(amount_cents) > 0) h
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A reader with a deposit (fen), and what keeps it here. `asked_on` is local."""

    patron: str  # public id
    name: str
    cents: int
    asked_on: date | None
    loans: int
    owed_cents: int

    @property
    def is_free(self) -> bool:
        """Say whether nothing is open, so that it can be given back."""
        return not self.loans and self.owed_cents <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposits:
    """Everybody's deposits; who asked comes first. `paid_back` counts those given back so far."""

    holders: tuple[Holder, ...]
    paid_back: int

    @property
    def cents(self) -> int:
        """The sum of all."""
        return sum(holder.cents for holder in self.holders)

    @property
    def free(self) -> tuple[Holder, ...]:
        """Who could have it back now."""
        return tuple(holder for holder in self.holders if holder.is_free)

    @property
    def open(self) -> tuple[Holder, ...]:
        """Who has something open."""
        return tuple(holder for holder in self.holders if not holder.is_free)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbolitionView:
    """How far the latest run that gives all deposits back has come (fen)."""

    readers: int
    paid_back: int
    kept: int  # readers who had something open
    amount_cents: int
    started_at: datetime
    is_running: bool

    @property
    def looked_at(self) -> int:
        """Of how many readers it is known what becomes of their deposit."""
        return self.paid_back + self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositLineView:
    """A line of a reader's deposit (signed fen); `on` is local, `reason` a code or empty."""

    kind: str
    cents: int
    reason: str
    method: str
    receipt: int | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositView:
    """A reader's deposit (fen), latest line first, and since when they want it back."""

    cents: int
    asked_on: date | None
    lines: tuple[DepositLineView, ...]


def deposits(desk: Desk) -> Deposits:
    """Return everybody's deposits. Two statements."""
    holders = tuple(
        Holder(
            patron=row["patron"],
            name=row["name"],
            cents=int(row["cents"]),
            asked_on=row["asked_at"].astimezone(desk.zone).date() if row["asked_at"] else None,
            loans=row["loans"],
            owed_cents=int(row["owed_cents"]),
        )
        for row in sql.rows(HOLDERS)
    )
    # Each with a way of payment: none was given back where a list was taken back.
    given = DepositLine.objects.filter(kind=DepositLine.Kind.PAID_BACK).exclude(method="")
    return Deposits(holders=holders, paid_back=given.count())


def holders_count() -> int:
    """Return how many readers have a deposit. One statement."""
    return int(sql.rows(HOLDERS_COUNT)[0]["readers"])


def latest_abolition() -> AbolitionView | None:
    """Return the latest run that gives all deposits back. One statement."""
    row = Abolition.objects.order_by("-id").first()
    if row is None:
        return None
    return AbolitionView(
        readers=row.readers,
        paid_back=row.paid_back,
        kept=row.kept,
        amount_cents=row.amount_cents,
        started_at=row.started_at,
        is_running=row.ended_at is None,
    )


def deposit_view(desk: Desk, patron_id: int) -> DepositView:
    """Return a reader's deposit. Two statements."""
    rows = list(DepositLine.objects.filter(patron_id=patron_id).order_by("-at", "-id"))
    asked = DepositRequest.objects.filter(patron_id=patron_id, ended_at=None).first()
    return DepositView(
        cents=sum(row.amount_cents for row in rows),
        asked_on=asked.asked_at.astimezone(desk.zone).date() if asked else None,
        lines=tuple(
            DepositLineView(
                kind=row.kind,
                cents=row.amount_cents,
                reason=row.reason,
                method=row.method,
                receipt=row.receipt_number,
                on=row.at.astimezone(desk.zone).date(),
            )
            for row in rows
        ),
    )
