"""The nightly renewal (自动续借): ahead of the due date, so that nobody is late in between."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

from jieyue.circulation.actions.auto_renew import AHEAD, auto_renew
from jieyue.circulation.actions.renew import Renewed
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries.open_loans import DUE_LOANS, PAGE
from jieyue.circulation.queries.rulebook import terms_of
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library
from jieyue.outbox.models import Schedule

JOB: Final = "auto_renew"
BATCH: Final = 50  # loans of one transaction


def renew_due_loans(now: datetime) -> dict[str, Any]:
    """Renew what is due within 30 hours where the terms say so; one transaction per 50 loans.

    Loans that fell due while nights were missed are renewed as they would have been then: the last
    night that went well is known (LP#1899976).
    """
    last = Schedule.objects.filter(job=JOB).values_list("last_run_at", flat=True).first()
    done = at_every_library(now, partial(_renew, since=min(last or now, now))).values()
    return {
        "renewed": sum(renewed for renewed, _ in done),
        "refused": sum(refused for _, refused in done),
    }


def _renew(desk: Desk, *, since: datetime) -> tuple[int, int]:
    """Renew the loans of the library in scope; return how many were renewed, and how many not."""
    renewed = refused = 0
    if not LoanPolicy.objects.filter(auto_renews=True).exists():
        return renewed, refused
    until = desk.now + AHEAD
    # A loan renewed for a missed night may fall due again before now: then it comes by once more.
    after, last = since, 0
    while found := sql.rows(DUE_LOANS, since=since, until=until, after=after, last=last, most=PAGE):
        wanted = (row for row in found if terms_of(row).auto_renews)
        for as_of, loans in _batches(wanted, desk.now):
            results = auto_renew(desk, loans=loans, as_of=as_of).results
            count = sum(isinstance(result, Renewed) for result in results)
            renewed, refused = renewed + count, refused + len(results) - count
        after, last = found[-1]["due_at"], found[-1]["loan_id"]
    return renewed, refused


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
