"""What a loan remembers of the terms it was made under, to rebuild and explain its dates."""

from typing import Any

from jieyue.circulation.rules.due_dates import DueDate
from jieyue.circulation.rules.policies import Terms


def remembered(version: int, terms: Terms, due: DueDate, *, days: int, row: str) -> dict[str, Any]:
    """Return the JSON kept in `Loan.terms`: rule version, rows used, days, and every step."""
    return {
        "rules_version": version,
        "policy": terms.rows[row],
        "days": days,
        "closed_days": terms.closed_days,
        "steps": [[step.what, step.on.isoformat(), step.note] for step in due.steps],
    }
