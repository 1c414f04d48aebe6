"""What a loan remembers of the terms it was made under, to rebuild and explain its dates."""

from typing import Any

from jieyue.circulation.rules.due_dates import DueDate, Step
from jieyue.circulation.rules.policies import Terms


def remembered(version: int, terms: Terms, due: DueDate, *, days: int, row: str) -> dict[str, Any]:
    """Return the JSON kept in `Loan.terms`: rule version, rows used, days, and every step."""
    return {
        "rules_version": version,
        "policy": terms.rows[row],
        "days": days,
        "closed_days": terms.closed_days,
        "steps": [_plain(step) for step in due.steps],
    }


def _plain(step: Step) -> list[str]:
    """Return a step as [what, local date, note], and the UTC instant where the hour matters."""
    plain = [step.what, step.on.isoformat(), step.note]
    return plain if step.at is None else [*plain, step.at.isoformat()]
