"""What time does to holds: books not fetched are passed on, suspended holds wake."""

from dataclasses import dataclass
from typing import Final, Literal

from jieyue.circulation.actions.effects.capture import SHELF
from jieyue.circulation.actions.effects.release import release
from jieyue.circulation.actions.hold_outcomes import noted
from jieyue.circulation.models import Hold
from jieyue.circulation.queries.hold_facts import lock_and_read_holds
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.calendars import end_of_day
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise

MAX_HOLDS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsExpired:
    """How many books were passed on because nobody fetched them in time."""

    type: Literal["holds_expired"] = "holds_expired"
    holds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsWoken:
    """How many suspended holds count again."""

    type: Literal["holds_woken"] = "holds_woken"
    holds: int


@action(needs=Permission.HOLDS)
def expire_holds(desk: Desk, *, holds: tuple[str, ...]) -> HoldsExpired:
    """End the holds (public ids) whose last day on the shelf has passed; their copies go on.

    Each counts as not fetched (到书未取) from the end of its last day, whenever this runs
    (Koha 40636). What was fetched or cancelled meanwhile is left alone.
    """
    late = [
        row
        for row in lock_and_read_holds(list(holds[:MAX_HOLDS]))
        if row["state"] == "ready" and row["fetch_by_on"] < desk.today
    ]
    for row in late:
        Hold.objects.filter(pk=row["hold_id"]).update(
            state=Hold.State.EXPIRED,
            ended_at=end_of_day(row["fetch_by_on"], desk.zone),
            ended_why="not_fetched",
        )
        promise("notices.hold_passed_on", {"hold": row["hold"]}, at=desk.now)
    goes = release(desk, late)
    for row in late:
        noted(row, on=row["fetch_by_on"].isoformat(), to=goes.get(row["hold_id"], SHELF).to)
    return HoldsExpired(holds=len(late))


@action(needs=Permission.HOLDS)
def wake_holds(desk: Desk, *, holds: tuple[str, ...]) -> HoldsWoken:
    """Let the suspended holds (public ids) count again whose day has come.

    Only for show: whoever asks whose turn it is counts them from that day on anyway.
    """
    due = [
        row
        for row in lock_and_read_holds(list(holds[:MAX_HOLDS]))
        if row["state"] == "waiting" and row["wakes_on"] and row["wakes_on"] <= desk.today
    ]
    Hold.objects.filter(pk__in=[row["hold_id"] for row in due]).update(
        suspended_at=None, wakes_on=None
    )
    for row in due:
        noted(row)
    return HoldsWoken(holds=len(due))
