"""Which terms apply: one published order, each empty term falling through to the next row.

The most specific row first; a branch weighs more than a category, a category more than an item
type: branch+category+type, branch+category, branch+type, branch, category+type, category, type,
the library's default. (The order is Koha's, the fall-through by column Evergreen's.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Act = Literal["borrow", "renew", "hold"]
Grid = Mapping[str, frozenset[Act]]  # which acts a condition stops (rules/blocks.py)

# Terms that the default row must say; every other row may leave them empty.
REQUIRED: Final = (
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
# Terms that no row needs to say: these values hold then. The model says what each means.
BUILT_IN: Final[dict[str, Any]] = {
    "loan_hours": 0,
    "busy_loan_days": 0,
    "max_on_site": 5,
    "renewal_from": "today",
    "renew_window_days": 0,
    "max_unseen_renewals": 99,
    "auto_renews": False,
    "recall_days": 0,
    "recall_from_days": 0,
    "recall_min_days": 0,
    "hold_days": 3,
    "max_no_shows": 999,
    "max_overdue_days": 999,
    "max_lost": 999,
    "settled_by": "nothing",
    "fine_cents": 0,
    "fine_grace": 0,
    "fine_spares_grace": False,
    "fine_counts_closed": False,
    "max_fine_cents": 0,
    "fine_price_cap": True,
    "max_fines_cents": 0,
    "suspension_days": 1,
    "max_suspension_days": 0,
    "max_suspended_days": 365,
    "lost_after_days": 0,
    "lost_percent": 100,
    "lost_fee_cents": 0,
    "lost_refund_days": 180,
    "needs_deposit": False,
}
TERMS: Final = (*REQUIRED, *BUILT_IN)
BUILT_IN_ROW: Final = 0  # where Terms.rows says that the built-in value holds


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleValues:
    """The terms of one row; None falls through to the next row."""

    may_borrow: bool | None = None
    max_loans: int | None = None
    loan_days: int | None = None
    max_renewals: int | None = None
    renewal_days: int | None = None
    max_holds: int | None = None
    max_overdue: int | None = None
    max_owed_cents: int | None = None
    closed_days: str | None = None
    loan_hours: int | None = None
    busy_loan_days: int | None = None
    max_on_site: int | None = None
    renewal_from: str | None = None
    renew_window_days: int | None = None
    max_unseen_renewals: int | None = None
    auto_renews: bool | None = None
    recall_days: int | None = None
    recall_from_days: int | None = None
    recall_min_days: int | None = None
    hold_days: int | None = None
    max_no_shows: int | None = None
    max_overdue_days: int | None = None
    max_lost: int | None = None
    settled_by: str | None = None
    fine_cents: int | None = None
    fine_grace: int | None = None
    fine_spares_grace: bool | None = None
    fine_counts_closed: bool | None = None
    max_fine_cents: int | None = None
    fine_price_cap: bool | None = None
    max_fines_cents: int | None = None
    suspension_days: int | None = None
    max_suspension_days: int | None = None
    max_suspended_days: int | None = None
    lost_after_days: int | None = None
    lost_percent: int | None = None
    lost_fee_cents: int | None = None
    lost_refund_days: int | None = None
    needs_deposit: bool | None = None

    def terms(self) -> dict[str, Any]:
        """Return every term by name, in the order of TERMS."""
        return {term: getattr(self, term) for term in TERMS}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow(RuleValues):
    """One row of the table with its keys; None in a key is any."""

    id: int
    branch_id: int | None = None
    category_id: int | None = None
    item_type_id: int | None = None

    def weight(self) -> int:
        """Return its place in the published order; higher is asked first."""
        return (
            4 * (self.branch_id is not None)
            + 2 * (self.category_id is not None)
            + (self.item_type_id is not None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one loan, and for each the row it came from; the grid is the library's."""

    may_borrow: bool
    max_loans: int
    loan_days: int
    max_renewals: int
    renewal_days: int
    max_holds: int
    max_overdue: int
    max_owed_cents: int
    closed_days: str
    loan_hours: int
    busy_loan_days: int
    max_on_site: int
    renewal_from: str
    renew_window_days: int
    max_unseen_renewals: int
    auto_renews: bool
    recall_days: int
    recall_from_days: int
    recall_min_days: int
    hold_days: int
    max_no_shows: int
    max_overdue_days: int
    max_lost: int
    settled_by: str
    fine_cents: int
    fine_grace: int
    fine_spares_grace: bool
    fine_counts_closed: bool
    max_fine_cents: int
    fine_price_cap: bool
    max_fines_cents: int
    suspension_days: int
    max_suspension_days: int
    max_suspended_days: int
    lost_after_days: int
    lost_percent: int
    lost_fee_cents: int
    lost_refund_days: int
    needs_deposit: bool
    rows: dict[str, int]
    grid: Grid = field(default_factory=dict)


class NoDefaultPolicyError(LookupError):
    """The library has no complete default row; the message names the missing term."""


def terms_for(
    policies: Iterable[PolicyRow],
    *,
    branch_id: int,
    category_id: int,
    item_type_id: int,
    grid: Grid | None = None,
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
    for term in TERMS:
        row = next((r for r in matching if getattr(r, term) is not None), None)
        if row is not None:
            values[term], rows[term] = getattr(row, term), row.id
        elif term in BUILT_IN:
            values[term], rows[term] = BUILT_IN[term], BUILT_IN_ROW
        else:
            raise NoDefaultPolicyError(term)
    return Terms(**values, rows=rows, grid=grid or {})
