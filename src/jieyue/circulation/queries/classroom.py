"""A class with the books each of its readers has now, and the figures of all classes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from jieyue.kit import sql
from jieyue.libraries.desk import Desk

MOST_PUPILS: Final = 300

PUPILS: Final = """
SELECT p.id AS patron_id, p.public_id, p.name, p.student_number,
       k.barcode AS card, k.lost_at AS card_lost_at
  FROM patrons_patron p
  LEFT JOIN patrons_card k
    ON k.library_id = <library:bigint> AND k.patron_id = p.id AND k.ended_at IS NULL
 WHERE p.library_id = <library:bigint> AND p.group_name = <group:text>
   AND (p.expires_on IS NULL OR p.expires_on >= <today:date>
        OR EXISTS (SELECT 1 FROM circulation_loan o
                    WHERE o.library_id = <library:bigint> AND o.patron_id = p.id
                      AND o.returned_at IS NULL))
 ORDER BY p.student_number, p.sort_key, p.name, p.id
 LIMIT <most:int>
"""
# CROSS: SQLite looks the class up first, then its loans, and not everything that is lent.
THEIR_LOANS: Final = """
SELECT n.patron_id, n.public_id AS loan, n.due_at, c.barcode, t.name AS title
  FROM patrons_patron p
  CROSS JOIN circulation_loan n
  CROSS JOIN catalog_copy c
  CROSS JOIN catalog_title t
 WHERE p.library_id = <library:bigint> AND p.group_name = <group:text>
   AND n.library_id = <library:bigint> AND n.patron_id = p.id AND n.returned_at IS NULL
   AND c.library_id = <library:bigint> AND c.id = n.copy_id
   AND t.library_id = <library:bigint> AND t.id = c.title_id
 ORDER BY n.due_at, n.id
"""
FIGURES: Final = """
SELECT p.group_name, count(DISTINCT p.id) AS readers, count(n.id) AS books,
       sum(CASE WHEN n.due_at < <now:timestamptz> THEN 1 ELSE 0 END) AS overdue
  FROM circulation_loan n
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL AND p.group_name <> ''
 GROUP BY p.group_name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilLoan:
    """A book a pupil has; `due_on` is local."""

    loan: str  # public id
    title: str
    barcode: str
    due_on: date
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A reader of a class, with what they have now. `card` is empty without a card."""

    public_id: str
    name: str
    student_number: str
    card: str
    card_is_lost: bool
    loans: tuple[PupilLoan, ...]

    @property
    def is_late(self) -> bool:
        """Say whether a book is overdue."""
        return any(loan.is_overdue for loan in self.loans)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """How many readers of a class have a book, how many books, and how many of these are late."""

    readers: int = 0
    books: int = 0
    overdue: int = 0


def roster(desk: Desk, group: str) -> list[Pupil]:
    """Return the readers of a class by number and name, with their books. Two statements.

    Whose card has ended is there as long as they have a book.
    """
    loans: dict[int, list[PupilLoan]] = defaultdict(list)
    for row in sql.rows(THEIR_LOANS, group=group):
        loans[row["patron_id"]].append(
            PupilLoan(
                loan=row["loan"],
                title=row["title"],
                barcode=row["barcode"],
                due_on=row["due_at"].astimezone(desk.zone).date(),
                is_overdue=row["due_at"] < desk.now,
            )
        )
    return [
        Pupil(
            public_id=row["public_id"],
            name=row["name"],
            student_number=row["student_number"],
            card=row["card"] or "",
            card_is_lost=row["card_lost_at"] is not None,
            loans=tuple(loans[row["patron_id"]]),
        )
        for row in sql.rows(PUPILS, group=group, today=desk.today, most=MOST_PUPILS)
    ]


def class_figures(desk: Desk, *, only: Collection[str] | None = None) -> dict[str, ClassFigures]:
    """Return the figures of every class that has a book, by name. One statement."""
    return {
        row["group_name"]: ClassFigures(
            readers=row["readers"], books=row["books"], overdue=int(row["overdue"])
        )
        for row in sql.rows(FIGURES, now=desk.now)
        if only is None or row["group_name"] in only
    }
