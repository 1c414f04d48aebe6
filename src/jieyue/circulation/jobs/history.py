"""The nightly forgetting: what the library need not know any more, it does not know."""

from collections import defaultdict
from datetime import datetime

from jieyue.circulation.actions.history import BATCH, forget_loans
from jieyue.circulation.queries.history import choices_of, readers_after, retention
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library


def forget_histories(now: datetime) -> int:
    """Forget in every library who borrowed what is long returned; returns how many loans."""
    return sum(at_every_library(now, _forget).values())


def _forget(desk: Desk) -> int:
    rules, total, after = retention(), 0, 0
    while readers := readers_after(after):
        chosen = choices_of(readers)
        alike: defaultdict[datetime, list[int]] = defaultdict(list)
        for reader in readers:
            before = rules.before(desk.now, chose=chosen.get(reader))
            if before is not None:
                alike[before].append(reader)
        for before, patrons in alike.items():
            total += _forget_all(desk, tuple(patrons), before)
        after = readers[-1]
    return total


def _forget_all(desk: Desk, patrons: tuple[int, ...], before: datetime) -> int:
    total = 0
    while (done := forget_loans(desk, patrons=patrons, before=before).loans) == BATCH:
        total += done
    return total + done
