"""A library's limits."""

from dataclasses import dataclass

from jieyue.community.models import CommunityRules
from jieyue.community.rules.limits import MESSAGES_PER_MONTH, WISHES_PER_MONTH


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    """What a library takes; without a row of its own, what stands here."""

    takes_feedback: bool = True
    takes_visitors: bool = True
    wishes_per_month: int = WISHES_PER_MONTH
    messages_per_month: int = MESSAGES_PER_MONTH


def rules_of() -> RulesView:
    """Return the library's limits. One statement."""
    row = CommunityRules.objects.first()
    if row is None:
        return RulesView()
    return RulesView(
        takes_feedback=row.takes_feedback,
        takes_visitors=row.takes_visitors,
        wishes_per_month=row.wishes_per_month,
        messages_per_month=row.messages_per_month,
    )
