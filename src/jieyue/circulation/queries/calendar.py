"""The days a reader's calendar shows: what is due, and what waits to be fetched."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.kit import sql

DAYS: Final = """
SELECT 'due' AS what, n.public_id AS id, n.due_at, CAST(NULL AS date) AS fetch_on, t.name, t.volume,
       b.name AS branch
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = n.branch_id
 WHERE n.library_id = <library:bigint> AND n.patron_id = <patron:bigint>
   AND n.returned_at IS NULL AND n.lost_at IS NULL
UNION ALL
SELECT 'fetch', h.public_id, CAST(NULL AS timestamptz), h.fetch_by, t.name, t.volume, b.name
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = h.pickup_branch_id
 WHERE h.library_id = <library:bigint> AND h.patron_id = <patron:bigint> AND h.state = 'ready'
   AND h.fetch_by IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """A local day to think of: `what` is `due` or `fetch`; `id` the public id of loan or hold."""

    what: str
    id: str
    on: date
    title: str
    branch: str


def calendar_days(patron_id: int, zone: ZoneInfo) -> list[CalendarDay]:
    """Return a reader's days, the nearest first. One statement."""
    found = [
        CalendarDay(
            what=row["what"],
            id=row["id"],
            on=row["due_at"].astimezone(zone).date() if row["due_at"] else _date(row["fetch_on"]),
            title=f"{row['name']} {row['volume']}".rstrip(),
            branch=row["branch"],
        )
        for row in sql.rows(DAYS, patron=patron_id)
    ]
    return sorted(found, key=lambda day: (day.on, day.title))


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
