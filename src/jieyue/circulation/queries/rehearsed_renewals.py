"""The renewals in the time a rehearsal looks at: the last of each loan, as the loan keeps it."""

import json
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.rules.rehearsed_renewals import PastRenewal
from jieyue.kit import sql

RENEWED: Final = """
SELECT n.patron_id, n.branch_id, p.category_id, c.item_type_id, n.renewed_at, n.renewals,
       n.unseen_renewals, n.is_hourly, n.terms, p.expires_on
  FROM circulation_loan n
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE n.library_id = <library:bigint> AND n.renewed_at >= <since:timestamptz> AND n.renewals > 0
   AND NOT n.is_on_site AND coalesce(n.ending, '') NOT IN ('undone', 'never_lent', 'continued')
 ORDER BY n.renewed_at DESC, n.id DESC LIMIT <most:bigint>
"""


def past_renewals(*, since: datetime, most: int) -> list[PastRenewal]:
    """Return them, the newest first; not those whose date before is not known. One statement."""
    found = (_past(row) for row in sql.rows(RENEWED, since=since, most=most))
    return [one for one in found if one is not None]


def _past(row: sql.Row) -> PastRenewal | None:
    kept: dict[str, Any] | str = row["terms"]
    terms: dict[str, Any] = json.loads(kept) if isinstance(kept, str) else kept
    before = terms.get("before")
    if before is None:
        return None
    first = next(iter(terms.get("steps", [])), None)
    return PastRenewal(
        patron_id=row["patron_id"],
        branch_id=row["branch_id"],
        category_id=row["category_id"],
        item_type_id=row["item_type_id"],
        at=row["renewed_at"],
        due_at=datetime.fromisoformat(before["due_at"]),
        renewals=row["renewals"] - 1,
        unseen_renewals=before.get("unseen_renewals", 0),
        is_seen=row["unseen_renewals"] == 0,
        is_from_due=first is not None and first[0] == "from_due_date",
        is_hourly=row["is_hourly"],
        expires_on=row["expires_on"],
    )
