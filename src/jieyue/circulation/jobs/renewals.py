"""The nightly renewal (自动续借): ahead of the due date, so that nobody is late in between."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.actions.auto_renew import AHEAD, auto_renew
from jieyue.circulation.actions.renew import Renewed
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.kit import sql
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Library
from jieyue.libraries.worker_desk import worker_desk
from jieyue.outbox.models import Schedule

JOB: Final = "auto_renew"
BATCH: Final = 50  # loans of one transaction
PAGE: Final = 1000

DUE: Final = """
SELECT n.id AS loan_id, n.public_id AS loan, n.due_at, n.branch_id, p.category_id, c.item_type_id,
       y.rules_version
  FROM circulation_loan n
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
   AND n.due_at >= <since:timestamptz> AND n.due_at < <until:timestamptz>
   AND (n.due_at > <after:timestamptz> OR n.due_at = <after:timestamptz> AND n.id > <last:bigint>)
   AND NOT n.is_hourly AND NOT n.is_on_site AND n.lost_at IS NULL AND n.claimed_at IS NULL
 ORDER BY n.due_at, n.id LIMIT <most:int>
"""


@dataclass
class Tally:
    """What a night did."""

    renewed: int = 0
    refused: int = 0
    failed: list[Exception] = field(default_factory=list)


def renew_due_loans(now: datetime) -> dict[str, Any]:
    """Renew what is due within 30 hours where the terms say so; one transaction per 50 loans.

    Loans that fell due while nights were missed are renewed as they would have been then: the last
    night that went well is known (LP#1899976). A library that fails holds no other up.
    """
    last = Schedule.objects.filter(job=JOB).values_list("last_run_at", flat=True).first()
    since = min(last or now, now)
    tally = Tally()
    for library_id in Library.objects.order_by("id").values_list("id", flat=True):
        with library_scope(library_id):
            if not LoanPolicy.objects.filter(auto_renews=True).exists():
                continue
            try:
                _renew_library(library_id, since, now, tally)
            except Exception as error:  # noqa: BLE001 (raised below)
                tally.failed.append(error)
    if tally.failed:
        raise tally.failed[0]
    return {"renewed": tally.renewed, "refused": tally.refused}


def _renew_library(library_id: int, since: datetime, now: datetime, tally: Tally) -> None:
    desk = worker_desk(library_id, now)
    if desk is None:
        return
    # A loan renewed for a missed night may fall due again before now: then it comes by once more.
    after, last = since, 0
    while found := sql.rows(DUE, since=since, until=now + AHEAD, after=after, last=last, most=PAGE):
        for as_of, loans in _batches(filter(_renews_itself, found), now):
            results = auto_renew(desk, loans=loans, as_of=as_of).results
            renewed = sum(isinstance(result, Renewed) for result in results)
            tally.renewed += renewed
            tally.refused += len(results) - renewed
        after, last = found[-1]["due_at"], found[-1]["loan_id"]


def _renews_itself(row: sql.Row) -> bool:
    book = rulebook(row["rules_version"])
    return book.terms(row["branch_id"], row["category_id"], row["item_type_id"]).auto_renews


def _batches(rows: Iterable[sql.Row], now: datetime) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Put loans together that are decided as of the same moment: now, or when they were due."""
    moment, loans = now, list[str]()
    for row in rows:
        as_of = min(row["due_at"], now)
        if loans and (as_of != moment or len(loans) == BATCH):
            yield moment, tuple(loans)
            loans = []
        moment = as_of
        loans.append(row["loan"])
    if loans:
        yield moment, tuple(loans)
