"""Books for children: only what stands on a shelf of the branch now and fits the age."""

from dataclasses import dataclass
from typing import Final

from jieyue.catalog.rules.topics import topic_of
from jieyue.catalog.search.where import READERS, Where
from jieyue.circulation.queries.finding import with_copies
from jieyue.kit import sql

LOOKED_AT: Final = 3_000  # of an age, newest first: more than a child looks through
UNSAID: Final = 10_000  # of none

# Each half by its own index; of titles of no age, only so many are looked at, whatever they are.
_HERE: Final = """
SELECT id, clc FROM (
  SELECT t.id, t.clc FROM catalog_title t
   WHERE t.library_id = <library:bigint> AND t.audience = <age:text> <where>
   ORDER BY t.id DESC LIMIT <most:int>) said
UNION ALL
SELECT t.id, t.clc FROM (
  SELECT id, clc, state FROM catalog_title
   WHERE library_id = <library:bigint> AND audience = ''
   ORDER BY id DESC LIMIT <unsaid_most:int>) t
 WHERE true <unsaid> <where>
"""
# 儿童文学 of China, and of any other country.
_BY_CLASS: Final = """AND (substr(t.clc, 1, 3) = 'I28'
       OR (substr(t.clc, 1, 1) = 'I' AND substr(t.clc, 5, 2) = '.8'))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Which books are shown: for an age (`early`, `child`, `teen`), at a branch or anywhere.

    `is_for_children`: of a library all of whose readers are; a book of no age is for them too.
    """

    age: str
    branch_id: int | None
    is_for_children: bool

    def where(self) -> Where:
        """Return the condition for a search by words."""
        unsaid = "" if self.is_for_children else _BY_CLASS
        return (
            READERS
            + Where(
                f"AND (t.audience = <age:text> OR (t.audience = '' {unsaid}))", {"age": self.age}
            )
            + with_copies(branch_id=self.branch_id, is_available=True)
        )


def books_here(fitting: Fitting) -> list[tuple[int, str]]:
    """Return (row id, topic) of titles that fit, newest first; at most 13,000. One statement."""
    free = READERS + with_copies(branch_id=fitting.branch_id, is_available=True)
    text = _HERE.replace("<where>", free.text).replace(
        "<unsaid>", "" if fitting.is_for_children else _BY_CLASS
    )
    rows = sql.rows(text, age=fitting.age, most=LOOKED_AT, unsaid_most=UNSAID, **free.params)
    return sorted(((row["id"], topic_of(row["clc"])) for row in rows), reverse=True)
