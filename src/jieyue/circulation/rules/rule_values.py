"""The terms somebody types into a row of the lending rules, and which of them are possible."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from jieyue.circulation.rules.policies import COLUMNS
from jieyue.libraries.rules.changes import Trouble

CLOSED_DAYS: Final = ("next_open", "previous_open", "keep")
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "max_loans": (0, 999),
    "loan_days": (1, 3650),
    "max_renewals": (0, 99),
    "renewal_days": (1, 3650),
    "max_holds": (0, 999),
    "max_overdue": (0, 999),
    "max_owed_cents": (0, 10_000_000),
}


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

    def terms(self) -> dict[str, Any]:
        """Return the terms by column, in the table's order."""
        values = asdict(self)
        return {column: values[column] for column in COLUMNS}


def rule_trouble(values: RuleValues, *, is_default: bool) -> Trouble | None:
    """Say why a row cannot have these terms; the default row has every one, others at least one."""
    terms = values.terms()
    given = [column for column in COLUMNS if terms[column] is not None]
    if is_default and len(given) < len(COLUMNS):
        return Trouble.DEFAULT_RULE_COMPLETE
    if not given:
        return Trouble.RULE_EMPTY
    for column, (lowest, highest) in LIMITS.items():
        if terms[column] is not None and not lowest <= terms[column] <= highest:
            return Trouble.NUMBER_BAD
    if values.closed_days is not None and values.closed_days not in CLOSED_DAYS:
        return Trouble.NUMBER_BAD
    return None
