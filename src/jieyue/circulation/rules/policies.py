"""Which terms apply: one published order, each empty term falling through to the next row.

The most specific row first; a branch weighs more than a category, a category more than an item
type: branch+category+type, branch+category, branch+type, branch, category+type, category, type,
the library's default. (The order is Koha's, the fall-through by column Evergreen's.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

COLUMNS: Final = (
    "may_borrow",
    "max_loans",
    "loan_days",
    "max_renewals",
    "renewal_days",
    "max_holds",
    "max_overdue",
    "max_owed_cents",
    "closed_days",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """One row of the table; None in a key is any, None in a term falls through."""

    id: int
    branch_id: int | None = None
    category_id: int | None = None
    item_type_id: int | None = None
    may_borrow: bool | None = None
    max_loans: int | None = None
    loan_days: int | None = None
    max_renewals: int | None = None
    renewal_days: int | None = None
    max_holds: int | None = None
    max_overdue: int | None = None
    max_owed_cents: int | None = None
    closed_days: str | None = None

    def weight(self) -> int:
        """Return its place in the published order; higher is asked first."""
        return (
            4 * (self.branch_id is not None)
            + 2 * (self.category_id is not None)
            + (self.item_type_id is not None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one loan, and for each the row it came from."""

    may_borrow: bool
    max_loans: int
    loan_days: int
    max_renewals: int
    renewal_days: int
    max_holds: int
    max_overdue: int
    max_owed_cents: int
    closed_days: str
    rows: dict[str, int]


class NoDefaultPolicyError(LookupError):
    """The library has no complete default row; the message names the missing term."""


def terms_for(
    policies: Iterable[PolicyRow], *, branch_id: int, category_id: int, item_type_id: int
) -> Terms:
    """Resolve every term for a branch, patron category and item type.

    Raises:
        NoDefaultPolicyError: a term is set nowhere.

    """
    matching = sorted(
        (
            row
            for row in policies
            if row.branch_id in (None, branch_id)
            and row.category_id in (None, category_id)
            and row.item_type_id in (None, item_type_id)
        ),
        key=PolicyRow.weight,
        reverse=True,
    )
    values: dict[str, Any] = {}
    rows: dict[str, int] = {}
    for column in COLUMNS:
        row = next((r for r in matching if getattr(r, column) is not None), None)
        if row is None:
            raise NoDefaultPolicyError(column)
        values[column] = getattr(row, column)
        rows[column] = row.id
    return Terms(**values, rows=rows)
