"""Two titles whose copies and holds come together or part: the locks, and readers in both queues.

Shared by actions/merging.py and actions/splitting.py.
"""

from collections.abc import Iterable
from typing import Any, Final

from jieyue.catalog.models import Copy, Title
from jieyue.circulation.actions.effects.release import REVERT_HOLDS
from jieyue.circulation.models import Hold
from jieyue.circulation.models.holds import OPEN_STATES
from jieyue.circulation.queries.hold_facts import HOLD_FACTS
from jieyue.circulation.rules.merging import Queued, Twice
from jieyue.kit import sql
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk

MERGED: Final = "merged"  # Hold.ended_why


def lock_both(keep: str, drop: str) -> tuple[Title | None, Title | None]:
    """Lock the copies of both in order of id, then both; a later statement reads them."""
    both = Title.objects.filter(public_id__in=[keep, drop])
    lock_all(Copy.objects.filter(title_id__in=list(both.values_list("pk", flat=True))))
    found = {title.public_id: title for title in lock_all(both, may_go=True)}
    return found.get(keep), found.get(drop)


def end_doubles(desk: Desk, pairs: Iterable[Twice]) -> list[sql.Row]:
    """End the worse hold of each pair; return what they were, for `release` to let go."""
    pairs = list(pairs)
    lost = _facts(pair.ends for pair in pairs)
    Hold.objects.filter(pk__in=[row["hold_id"] for row in lost]).update(
        state=Hold.State.CANCELLED, ended_at=desk.now, ended_why=MERGED,
        suspended_at=None, wakes_on=None,
    )  # fmt: skip
    for pair in pairs:
        _take_over(pair)
    return lost


def set_free(holds: Iterable[Queued]) -> list[sql.Row]:
    """Let holds that a copy is kept for wait again; return what they were, for `release`."""
    rows = _facts(holds)
    if rows:
        sql.write([REVERT_HOLDS], reverted=[row["hold_id"] for row in rows])
    return rows


def ended_pair(pair: Twice) -> dict[str, Any]:
    """Return of a reader with both what `begin_again` needs."""
    return {
        "hold": pair.ends.hold_id,
        "stays": pair.stays.hold_id,
        "stays_copy": pair.stays.copy_id,
    }


def _take_over(pair: Twice) -> None:
    """Let the hold that stays ask for no more than the reader did with both."""
    hold = Hold.objects.filter(pk=pair.stays.hold_id)
    if pair.any_copy_will_do and pair.stays.copy_id is not None:
        hold.update(copy=None)
    if pair.stays.is_suspended and not pair.is_suspended:
        hold.update(suspended_at=None, wakes_on=None)


def begin_again(ended: list[dict[str, Any]]) -> None:
    """Let readers with two holds wait in both queues again, if they still wait at all."""
    for pair in ended:
        stays = Hold.objects.filter(pk=pair["stays"], state__in=OPEN_STATES).first()
        hold = Hold.objects.filter(pk=pair["hold"], ended_why=MERGED).first()
        if stays is None or hold is None or hold.title_id == stays.title_id:
            continue
        waiting = Hold.objects.filter(title_id=hold.title_id, patron_id=hold.patron_id)
        if waiting.filter(state__in=OPEN_STATES).exists():
            continue  # they have reserved it anew
        Hold.objects.filter(pk=hold.pk).update(
            state=Hold.State.WAITING, ended_at=None, ended_why="", captured_copy=None,
            captured_at=None, ready_at=None, fetch_by=None,
        )  # fmt: skip
        is_served = stays.captured_copy_id not in (None, pair["stays_copy"])  # by another copy
        if pair["stays_copy"] is not None and stays.copy_id is None and not is_served:
            there = Copy.objects.filter(pk=pair["stays_copy"], title=stays.title_id).exists()
            Hold.objects.filter(pk=stays.pk).update(copy=pair["stays_copy"] if there else None)


def _facts(holds: Iterable[Queued]) -> list[sql.Row]:
    asked = [hold.public_id for hold in holds]
    return sql.rows(HOLD_FACTS, holds=asked) if asked else []
