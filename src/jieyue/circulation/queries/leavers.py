"""Who leaves with a promotion, with what they still have and owe (离校清单)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from jieyue.kit import sql
from jieyue.libraries.desk import Desk

LEAVERS: Final = """
SELECT p.id AS patron_id, p.public_id, p.name, p.student_number, r.was_group, p.expires_on,
       (SELECT coalesce(sum(l.amount_cents), 0) FROM fees_ledgerline l
         WHERE l.library_id = <library:bigint> AND l.patron_id = p.id) AS owed_cents
  FROM patrons_promotion m
  JOIN patrons_promotedreader r
    ON r.library_id = <library:bigint> AND r.promotion_id = m.id AND r.state = 'done'
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = r.patron_id
 WHERE m.library_id = <library:bigint> AND m.public_id = <promotion:text> AND r.leaves
 ORDER BY p.student_number, p.sort_key, p.name, p.id
"""
BOOKS: Final = """
SELECT n.patron_id, c.barcode, t.name AS title, n.due_at
  FROM patrons_promotion m
  JOIN patrons_promotedreader r
    ON r.library_id = <library:bigint> AND r.promotion_id = m.id AND r.state = 'done'
  JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.patron_id = r.patron_id AND n.returned_at IS NULL
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE m.library_id = <library:bigint> AND m.public_id = <promotion:text> AND r.leaves
 ORDER BY n.due_at, n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookOut:
    """A book that is still with somebody; `due_on` is local."""

    title: str
    barcode: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """A reader who leaves. Nothing in `books` and nothing owed: they may have a certificate."""

    public_id: str
    name: str
    student_number: str
    group: str
    owed_cents: int
    books: tuple[BookOut, ...]

    @property
    def is_clear(self) -> bool:
        """Say whether everything is back and paid."""
        return not self.books and self.owed_cents <= 0


def leavers(desk: Desk, promotion: str) -> list[Leaver]:
    """Return who leaves with a promotion (public id), by number and name. Two statements."""
    books: dict[int, list[BookOut]] = defaultdict(list)
    for row in sql.rows(BOOKS, promotion=promotion):
        due_on = row["due_at"].astimezone(desk.zone).date()
        books[row["patron_id"]].append(
            BookOut(title=row["title"], barcode=row["barcode"], due_on=due_on)
        )
    return [
        Leaver(
            public_id=row["public_id"],
            name=row["name"],
            student_number=row["student_number"],
            group=row["was_group"],
            owed_cents=int(row["owed_cents"]),
            books=tuple(books[row["patron_id"]]),
        )
        for row in sql.rows(LEAVERS, promotion=promotion)
    ]
