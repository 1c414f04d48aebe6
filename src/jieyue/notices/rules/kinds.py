"""What sets kinds of notices apart: how soon they go, by which ways, who may switch them off."""

from datetime import timedelta
from typing import Final

# Cheapest first: what costs nothing is tried before what does.
CHANNELS: Final = ("push", "wechat", "email", "sms")
# Carried by people, where the library says so: slips through the class, a call.
HAND_WAYS: Final = ("paper", "phone")
ALL_WAYS: Final = CHANNELS + HAND_WAYS
EVERY_WAY: Final = CHANNELS
FREE_WAYS: Final = ("push", "wechat", "email")

# Computed from the data once a day; everything else is told by whoever made it happen.
REMINDERS: Final = frozenset({"due_soon", "due_today", "overdue", "hold_expiring", "card_expiring"})
# May wait for the next morning, and are said together.
DAILY: Final = REMINDERS | {"loan_renewed", "hold_passed_on", "loan_lost", "suspended"}
# A reader who gets one of these by no way misses nothing that matters: staff need not act.
MINOR: Final = frozenset({"receipt", "loan_renewed"})
# Worth paying for, unless the library says otherwise.
GRAVE: Final = frozenset(
    {
        *("due_today", "overdue", "hold_ready", "hold_expiring", "loan_recalled", "date_moved"),
        "application_answered",  # how they hear that they may come at all
    }
)
# What whoever stands by a child hears as well: their books and their card, nothing they wrote.
FOR_GUARDIANS: Final = REMINDERS | {
    *("hold_ready", "hold_passed_on", "fetch_moved", "pickup_moved"),
    *("loan_recalled", "loan_lost", "date_moved", "suspended"),
}
# Worth a slip or a call, unless the library says otherwise: with the books and the card goes
# that somebody may come at all.
BY_HAND: Final = FOR_GUARDIANS | {"application_answered"}
# What a reader has to hear whether they like it or not; the way is still theirs to choose.
ALWAYS: Final = frozenset(
    {"overdue", "loan_recalled", "loan_lost", "date_moved", "application_answered"}
)
# The gravest first: it names a digest, and begins it.
GRAVITY: Final = (
    *("loan_lost", "overdue", "loan_recalled", "due_today", "hold_ready", "hold_expiring"),
    *("due_soon", "date_moved", "fetch_moved", "pickup_moved", "suspended", "hold_passed_on"),
    *("application_answered", "link_asked", "card_expiring", "loan_renewed", "receipt"),
)
# How long a message waits for others to go along with it.
COLLECTED: Final = {"receipt": timedelta(minutes=5)}
SHORTLY: Final = timedelta(minutes=1)


def built_in_ways(kind: str) -> tuple[str, ...]:
    """Return the channels of a kind where the library has said nothing.

    Those by hand count only where it uses them at all.
    """
    return (EVERY_WAY if kind in GRAVE else FREE_WAYS) + (HAND_WAYS if kind in BY_HAND else ())


def gravity(kind: str) -> int:
    """Return its place among the kinds, 0 being the gravest; unknown ones come last."""
    return GRAVITY.index(kind) if kind in GRAVITY else len(GRAVITY)
