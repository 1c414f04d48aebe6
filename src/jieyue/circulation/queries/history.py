"""Whose past loans are to be forgotten, and what a library says about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from jieyue.circulation.models import Retention
from jieyue.circulation.rules.history import RetentionRules, built_in
from jieyue.kit import sql
from jieyue.kit.scope import current_library_id
from jieyue.libraries.models import Library
from jieyue.patrons.models import Consent

KIND: Final = "history"
PAGE: Final = 2_000  # readers looked at in one statement

# A reader a step: SQLite and PostgreSQL both walk one index of loans for each.
READERS: Final = """
SELECT p.id FROM patrons_patron p
 WHERE p.library_id = <library:bigint> AND p.id > <after:bigint>
 ORDER BY p.id LIMIT <most:int>
"""
# Not while anything of them is unpaid: what it was for must stay known.
FORGETTABLE: Final = """
SELECT n.id, n.patron_id
  FROM circulation_loan n
 WHERE n.library_id = <library:bigint> AND n.patron_id = ANY(<patrons:bigint[]>)
   AND n.returned_at < <before:timestamptz>
 ORDER BY n.id LIMIT <most:int>
"""


def retention() -> RetentionRules:
    """Return what holds at the library in scope. At most two statements."""
    row = Retention.objects.first()
    if row is not None:
        return RetentionRules(row.unchosen_days, row.grace_days)
    return built_in(Library.objects.values_list("kind", flat=True).get(pk=current_library_id()))


def choices_of(patron_ids: list[int]) -> Mapping[int, bool]:
    """Return which of these readers said yes or no; the others never chose. One statement."""
    rows = Consent.objects.filter(kind=KIND, patron_id__in=patron_ids)
    found: dict[int, bool] = {}
    for patron_id, withdrawn_at in rows.values_list("patron_id", "withdrawn_at"):
        found[patron_id] = found.get(patron_id, False) or withdrawn_at is None
    return found


def readers_after(after: int) -> list[int]:
    """Return the next readers by row id. One statement."""
    return [row["id"] for row in sql.rows(READERS, after=after, most=PAGE)]


def forgettable(patron_ids: list[int], before: datetime, most: int) -> list[tuple[int, int]]:
    """Return (loan, reader) of loans returned before a moment. One statement."""
    rows = sql.rows(FORGETTABLE, patrons=patron_ids, before=before, most=most)
    return [(row["id"], row["patron_id"]) for row in rows]
