"""Keeping the promises of readers' voice, and what is done every hour.

notices.feedback_answered  {"feedback": "<public id>:<line>"}
notices.wish_answered      {"wish": …}
notices.activity           {"sign_up": …, "news": …} or {"activity": …, "news": …}
notices.message            {"message": …, "step": …}
community.reserve_wished   {"wish": …}
    community.send_message     {"message": …, "at": seconds}
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.circulation.actions.holds import place_hold
from jieyue.community.actions.activities import remind_of_activity
from jieyue.community.actions.messages import MessageStep, step_message
from jieyue.community.actions.telling import CommunityTold, tell_readers
from jieyue.community.actions.wishes import note_wish_reserved
from jieyue.community.models import Activity, Feedback, SurveyAsked, Wish, WishSupporter
from jieyue.community.rules.moments import start_of
from jieyue.kit.batches import delete_in_batches
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library

REMINDS_AT_HOUR: Final = 9  # by the library's clock
SENDER_KEPT: Final = timedelta(days=1)
ASKED_KEPT: Final = timedelta(days=400)  # for the figures of a year


def tell_feedback_answered(desk: Desk, payload: Mapping[str, Any]) -> CommunityTold:
    """Tell the reader that the library has answered."""
    return tell_readers(desk, kind="feedback_answered", event=str(payload["feedback"]))


def tell_wish_answered(desk: Desk, payload: Mapping[str, Any]) -> CommunityTold:
    """Tell everybody who wished for it how far it is."""
    return tell_readers(desk, kind="wish_answered", event=str(payload["wish"]))


def tell_activity(desk: Desk, payload: Mapping[str, Any]) -> CommunityTold:
    """Tell whoever signed up what is new."""
    who = payload.get("sign_up") or payload.get("activity") or ""
    return tell_readers(desk, kind="activity", event=f"{who}:{payload['news']}")


def tell_message(desk: Desk, payload: Mapping[str, Any]) -> CommunityTold:
    """Say a message to the readers of one step of its sending."""
    return tell_readers(desk, kind="message", event=f"{payload['message']}:{payload['step']}")


def keep_reserve_wished(desk: Desk, payload: Mapping[str, Any]) -> int:
    """Reserve what arrived for those who asked for it, in the order in which they did.

    Each is an action of its own: run again it goes on where it was. Who may not reserve is passed
    over, and finds the title from their wish. Returns for how many it was tried.
    """
    wish = str(payload["wish"])
    row = Wish.objects.filter(public_id=wish, state="arrived").exclude(title="").first()
    if row is None:
        return 0
    waiting = (
        WishSupporter.objects.filter(wish=row, wants_hold=True, hold_at=None)
        .order_by("asked_at", "id")
        .values_list("patron__public_id", "patron__branch__code")
    )
    tried = list(waiting)
    for patron, pickup in tried:
        place_hold(desk, title=row.title, patron=patron, pickup=pickup)
        note_wish_reserved(desk, wish=wish, patron=patron)
    return len(tried)


def keep_send_message(desk: Desk, payload: Mapping[str, Any]) -> MessageStep:
    """Do one step of sending a message; it promises the next one."""
    return step_message(desk, message=str(payload["message"]), at=int(payload["at"]))


def remind_of_activities(now: datetime) -> dict[str, int]:
    """Remind of what is tomorrow, from nine in the morning on. Returns how many by library."""
    return at_every_library(now, _remind)


def _remind(desk: Desk) -> int:
    if desk.now.astimezone(desk.zone).hour < REMINDS_AT_HOUR:
        return 0
    first = start_of(desk.today + timedelta(days=1), desk.zone)
    last = start_of(desk.today + timedelta(days=2), desk.zone)
    asked = Activity.objects.filter(
        starts_at__gte=first, starts_at__lt=last, published_at__isnull=False, reminded_at=None,
        cancelled_at=None, needs_sign_up=True,
    )  # fmt: skip
    names = list(asked.order_by("pk").values_list("public_id", flat=True))
    for name in names:
        remind_of_activity(desk, activity=name)
    return len(names)


def forget_senders(now: datetime) -> int:
    """Forget by what address feedback came, a day later, in every library. Returns how many."""
    old = Feedback.across_libraries.filter(created_at__lt=now - SENDER_KEPT)
    forgotten: int = old.exclude(sender_hash="").update(sender_hash="")
    return forgotten


def forget_asked(now: datetime) -> int:
    """Delete who was asked more than a year ago, in every library. Returns how many."""
    old = SurveyAsked.across_libraries.filter(month__lt=(now - ASKED_KEPT).date())
    return delete_in_batches(old)
