"""Other orders than the best first, the same on both engines."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from jieyue.kit import sql

Order = Literal["best", "year", "title", "author"]
ORDERS: Final[tuple[Order, ...]] = ("best", "year", "title", "author")

_KEYS: Final = """
SELECT i.title_id, t.year, i.reading, i.whole, i.people_readings
  FROM catalog_titleindex i
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = i.title_id
 WHERE i.library_id = <library:bigint> AND i.title_id = ANY(<titles:bigint[]>)
"""


def ordered(title_ids: Sequence[int], order: Order) -> list[int]:
    """Return the titles newest year first, or by the pinyin of name or first author.

    Equals keep their order. What has no year or author comes last. One statement; none for `best`.
    """
    if order == "best" or not title_ids:
        return list(title_ids)
    rows = {row["title_id"]: row for row in sql.rows(_KEYS, titles=list(title_ids))}
    key = _OF[order]
    return sorted((one for one in title_ids if one in rows), key=lambda one: key(rows[one]))


def _by_year(row: dict[str, Any]) -> tuple[Any, ...]:
    return (-(row["year"] or 0),)


def _by_title(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["reading"], row["whole"])


def _by_author(row: dict[str, Any]) -> tuple[Any, ...]:
    return (not row["people_readings"], row["people_readings"].split("|")[0], row["reading"])


_OF: Final[dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]]] = {
    "year": _by_year,
    "title": _by_title,
    "author": _by_author,
}
