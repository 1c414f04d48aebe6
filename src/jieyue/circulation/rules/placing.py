"""May this reader reserve this title or copy?"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from jieyue.circulation.rules.blocks import PatronFacts, patron_refusals
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity

# A copy that is mended or turns up may still serve; these never will.
NEVER_SERVE: Final = frozenset({"withdrawn", "lost", "reference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts:
    """What is true of the title and the reader's holds, read once under lock.

    `copies` are the (standing, item type) of every copy that is asked for.
    """

    pickup_is_open: bool
    copies: tuple[tuple[str, int], ...]
    has_hold: bool  # an open one on the title
    has_loan: bool  # of a copy of the title
    open_holds: int


def hold_refusals(
    patron: PatronFacts, facts: HoldFacts, *, terms: dict[int, Terms], today: date
) -> tuple[Why, ...]:
    """Return every reason against the hold, gravest first; empty means place it.

    `terms` at the pick-up branch, by item type, of every copy of `facts`.
    """
    serving = [
        terms[item_type]
        for standing, item_type in facts.copies
        if standing not in NEVER_SERVE and terms[item_type].may_borrow
    ]
    limit = max((of.max_holds for of in serving), default=None)
    reasons: list[Why] = []
    if serving:
        reasons += patron_refusals(patron, terms=serving[0], today=today, action="hold")
    else:
        reasons.append(Why(Reason.NO_COPY_CAN_SERVE))
    if not facts.pickup_is_open:
        reasons.append(Why(Reason.PICKUP_CLOSED))
    if facts.has_hold:
        reasons.append(Why(Reason.ALREADY_ON_HOLD))
    if facts.has_loan:
        reasons.append(Why(Reason.TITLE_ON_LOAN_TO_PATRON))
    if limit is not None and facts.open_holds >= limit:
        have: dict[str, str | int] = {"open": facts.open_holds, "limit": limit}
        reasons.append(Why(Reason.PATRON_AT_HOLD_LIMIT, have))
    return by_gravity(reasons)
