"""Recalling by itself: when somebody reserves, and at night what has run for long by then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.actions.recall_awaited import recall_awaited
from jieyue.circulation.models import LoanPolicy
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library

AWAITED: Final = """
SELECT t.public_id AS title
  FROM catalog_title t
 WHERE t.library_id = <library:bigint>
   AND t.id IN (SELECT w.title_id FROM circulation_hold w
                 WHERE w.library_id = <library:bigint> AND w.state = 'waiting')
 ORDER BY t.id
"""


def keep_recall(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise that a hold made: recall what its title (public id) allows."""
    recall_awaited(desk, title=payload["title"])


def recall_awaited_loans(now: datetime) -> int:
    """Look at every title somebody waits for, where the terms say so; return how many loans."""
    return sum(at_every_library(now, _recall).values())


def _recall(desk: Desk) -> int:
    if not LoanPolicy.objects.filter(recall_from_days__gt=0).exists():
        return 0
    titles = [row["title"] for row in sql.rows(AWAITED)]
    return sum(len(recall_awaited(desk, title=title).loans) for title in titles)
