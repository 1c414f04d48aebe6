"""Many drafts at once: looked up over some nights, so that nothing else waits for them."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jieyue.catalog.actions.making import LOOK_UP, next_night
from jieyue.libraries.desk import Desk
from jieyue.outbox.promises import promise_many, promised_at

A_NIGHT: Final = 1_000
APART: Final = timedelta(seconds=10)  # other promises are kept between two of them


def promise_look_ups(desk: Desk, title_ids: Sequence[int]) -> None:
    """Promise a look-up of each draft in the first night that has room. Two statements."""
    if not title_ids:
        return
    first = next_night(desk)
    known = Counter(
        (moment - first) // timedelta(days=1) for moment in promised_at(LOOK_UP, after=first)
    )
    night = 0
    promises = []
    for title_id in title_ids:
        while known[night] >= A_NIGHT:
            night += 1
        at = next_night(desk, nights=night + 1) + APART * known[night]
        known[night] += 1
        promises.append(({"title_id": title_id}, at))
    promise_many(LOOK_UP, promises)
