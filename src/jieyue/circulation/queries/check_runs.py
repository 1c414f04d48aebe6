"""When the library was last looked at for contradictions, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jieyue.circulation.models import CheckRun

OLD_HOURS: Final = 36  # a night was missed


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """The last look. Without one, `age_hours` is None."""

    age_hours: int | None
    contradictions: int

    @property
    def ok(self) -> bool:
        """Say whether it was looked lately and nothing was found."""
        return self.age_hours is not None and self.age_hours < OLD_HOURS and not self.contradictions


def check_status(now: datetime) -> CheckStatus:
    """Return how the last look of the library in scope came out. One statement."""
    last = CheckRun.objects.order_by("-at").values_list("at", "contradictions").first()
    if last is None:
        return CheckStatus(None, 0)
    at, found = last
    return CheckStatus(int((now - at).total_seconds() // 3600), found)
