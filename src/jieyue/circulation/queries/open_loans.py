"""Open loans page by page, by their due date: what the nightly jobs look through."""

from typing import Final

PAGE: Final = 1000

_OPEN: Final = """
SELECT n.id AS loan_id, n.public_id AS loan, n.due_at, n.branch_id, p.category_id, c.item_type_id,
       y.rules_version
  FROM circulation_loan n
  JOIN libraries_library y ON y.id = <library:bigint>
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
   AND n.lost_at IS NULL AND n.claimed_at IS NULL
   AND (n.due_at > <after:timestamptz> OR n.due_at = <after:timestamptz> AND n.id > <last:bigint>)
"""
_IN_ORDER: Final = "ORDER BY n.due_at, n.id LIMIT <most:int>"
LATE_LOANS: Final = f"""{_OPEN}
   AND n.due_at < <before:timestamptz>
   AND NOT EXISTS (SELECT 1 FROM circulation_assessment a
                    WHERE a.library_id = <library:bigint> AND a.loan_id = n.id AND a.kind = 'lost')
{_IN_ORDER}"""
DUE_LOANS: Final = f"""{_OPEN}
   AND n.due_at >= <since:timestamptz> AND n.due_at < <until:timestamptz>
   AND NOT n.is_hourly AND NOT n.is_on_site
{_IN_ORDER}"""
