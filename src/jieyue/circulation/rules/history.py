"""How long it stays known who borrowed what.

A reader who agreed to it keeps their history; one who said no is forgotten after the days of grace,
in which damage may still be found; who never chose, after the library's own time. Loans somebody
still owes for are never forgotten. (公共图书馆法 Art. 43; PIPL Art. 19: no longer than needed.)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

GRACE_DAYS: Final = 14
MAX_DAYS: Final = 3_650
# Of readers who never chose, by the library's kind: children's history is off the sooner.
UNCHOSEN_DAYS: Final = {"primary": 90, "secondary": 90}
USUAL_UNCHOSEN_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """Days after a return until it is forgotten whose it was; None: never."""

    unchosen_days: int | None
    grace_days: int = GRACE_DAYS

    def before(self, now: datetime, *, chose: bool | None) -> datetime | None:
        """Return the moment before which returns are forgotten; None: none is.

        `chose`: the reader said yes, no, or nothing yet (None).
        """
        if chose:
            return None
        if chose is None and self.unchosen_days is None:
            return None
        unchosen = self.unchosen_days or 0
        days = max(self.grace_days, unchosen) if chose is None else self.grace_days
        return now - timedelta(days=days)


def built_in(kind: str) -> RetentionRules:
    """Return what holds for a library of a kind until it says otherwise."""
    return RetentionRules(UNCHOSEN_DAYS.get(kind, USUAL_UNCHOSEN_DAYS))
