"""Which terms somebody may type into a row of the lending rules."""

from typing import Final

from jieyue.circulation.rules.policies import REQUIRED, RuleValues
from jieyue.libraries.rules.changes import Trouble

# Lowest and highest of every number; 0 often means "not at all", see the model.
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "max_loans": (0, 999),
    "loan_days": (1, 3650),
    "loan_hours": (0, 240),
    "busy_loan_days": (0, 3650),
    "max_on_site": (0, 999),
    "max_renewals": (0, 99),
    "renewal_days": (1, 3650),
    "renew_window_days": (0, 365),
    "max_unseen_renewals": (0, 99),
    "recall_days": (0, 365),
    "recall_from_days": (0, 365),
    "recall_min_days": (0, 365),
    "max_holds": (0, 999),
    "hold_days": (1, 60),
    "max_no_shows": (0, 999),
    "max_overdue": (0, 999),
    "max_overdue_days": (0, 999),
    "max_lost": (0, 999),
    "max_owed_cents": (0, 10_000_000),
    "fine_cents": (0, 100_000),
    "fine_grace": (0, 365),
    "max_fine_cents": (0, 10_000_000),
    "max_fines_cents": (0, 10_000_000),
    "suspension_days": (0, 365),
    "max_suspension_days": (0, 3650),
    "max_suspended_days": (0, 3650),
    "lost_after_days": (0, 3650),
    "lost_percent": (0, 1000),
    "lost_fee_cents": (0, 1_000_000),
    "lost_refund_days": (0, 3650),
}
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "closed_days": ("next_open", "previous_open", "keep"),
    "renewal_from": ("today", "due_date"),
    "settled_by": ("nothing", "money", "days", "either"),
}
SWITCHES: Final = (
    "may_borrow",
    "auto_renews",
    "fine_spares_grace",
    "fine_counts_closed",
    "fine_price_cap",
    "needs_deposit",
)


def rule_trouble(values: RuleValues, *, is_default: bool) -> Trouble | None:
    """Say why a row cannot have these terms.

    The default row says all of REQUIRED; any other row says at least something.
    """
    given = {term: value for term, value in values.terms().items() if value is not None}
    if is_default and not given.keys() >= set(REQUIRED):
        return Trouble.DEFAULT_RULE_COMPLETE
    if not given:
        return Trouble.RULE_EMPTY
    for term, value in given.items():
        lowest, highest = LIMITS.get(term, (value, value))
        if not lowest <= value <= highest or value not in CHOICES.get(term, (value,)):
            return Trouble.NUMBER_BAD
    return None
