"""Narrowing a search by where copies are: from committed rows, never from an index."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jieyue.catalog.search.where import ANY, Where
from jieyue.kit import sql

# As `loans.AVAILABILITY` counts: one may take it from the shelf and borrow it.
_FREE: Final = """
  c.standing = 'in_use'
  AND NOT EXISTS (SELECT 1 FROM circulation_loan n
       WHERE n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM circulation_hold h
       WHERE h.library_id = <library:bigint> AND h.captured_copy_id = c.id
         AND h.state IN ('in_transit', 'ready'))
  AND NOT EXISTS (SELECT 1 FROM circulation_transit v
       WHERE v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL)
"""
_KEPT: Final = "c.standing NOT IN ('withdrawn', 'lost', 'missing')"
_FACETS: Final = f"""
SELECT 'main_class' AS facet, substr(t.clc, 1, 1) AS value, count(*) AS titles
  FROM catalog_title t
 WHERE t.library_id = <library:bigint> AND t.id = ANY(<titles:bigint[]>) AND t.clc <> ''
 GROUP BY substr(t.clc, 1, 1)
UNION ALL
SELECT 'language', t.language, count(*) FROM catalog_title t
 WHERE t.library_id = <library:bigint> AND t.id = ANY(<titles:bigint[]>) AND t.language <> ''
 GROUP BY t.language
UNION ALL
SELECT 'audience', t.audience, count(*) FROM catalog_title t
 WHERE t.library_id = <library:bigint> AND t.id = ANY(<titles:bigint[]>) AND t.audience <> ''
 GROUP BY t.audience
UNION ALL
SELECT 'branch', b.code, count(DISTINCT c.title_id)
  FROM catalog_copy c
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
 WHERE c.library_id = <library:bigint> AND c.title_id = ANY(<titles:bigint[]>) AND {_KEPT}
 GROUP BY b.code
UNION ALL
SELECT 'available', '', count(DISTINCT c.title_id)
  FROM catalog_copy c
 WHERE c.library_id = <library:bigint> AND c.title_id = ANY(<titles:bigint[]>) AND {_FREE}
"""

_TITLES_OF_BRANCH: Final = """
SELECT DISTINCT c.title_id FROM catalog_copy c
 WHERE c.library_id = <library:bigint> AND c.branch_id = <branch:bigint>
"""

Facets = Mapping[str, Mapping[str, int]]


def with_copies(*, branch_id: int | None = None, is_available: bool = False) -> Where:
    """Return the condition that a copy is of a branch, can be taken now, or both at once."""
    if branch_id is None and not is_available:
        return ANY
    params: dict[str, Any] = {}
    conditions = _FREE if is_available else _KEPT
    if branch_id is not None:
        conditions += " AND c.branch_id = <branch:bigint>"
        params["branch"] = branch_id
    text = f"""AND EXISTS (SELECT 1 FROM catalog_copy c
 WHERE c.library_id = <library:bigint> AND c.title_id = t.id AND {conditions})"""
    return Where(text, params, _TITLES_OF_BRANCH if branch_id is not None else "")


def facets_of(title_ids: Sequence[int]) -> Facets:
    """Return how many of the titles are of each class, language, age, branch, and available.

    By facet (`main_class`, `language`, `audience`, `branch`, `available`) and value; branches by
    their codes. One statement; none for no titles.
    """
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    if title_ids:
        for row in sql.rows(_FACETS, titles=list(title_ids)):
            found[row["facet"]][row["value"]] = int(row["titles"])
    return dict(found)
