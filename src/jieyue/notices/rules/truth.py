"""Whether a notice still says what is so: asked when it is written and again as it goes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanNow:
    """A loan as it is in this moment; days are the library's."""

    due_on: date
    is_open: bool
    is_lost: bool
    is_claimed: bool
    is_recalled: bool
    is_undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldNow:
    """A hold as it is in this moment."""

    is_ready: bool
    is_open: bool
    fetch_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """Everything a notice may speak of, as it is now; None: it is gone or the notice names none."""

    today: date
    loan: LoanNow | None = None
    hold: HoldNow | None = None
    link_waits: bool = False  # somebody asked to act for them, and nobody has answered yet
    suspended_until: date | None = None
    card_until: date | None = None


def is_still_true(kind: str, facts: Mapping[str, Any], now: Now) -> bool:
    """Say whether the reader should still hear of it. What cannot change stays true."""
    told = facts.get("on")
    check = _CHECKS.get(kind)
    return check is None or check(date.fromisoformat(told) if told else None, now)


def kind_now(kind: str, on: date | None, today: date) -> str:
    """Return what a reminder of a due date is by today: due soon becomes today, then overdue."""
    if kind not in {"due_soon", "due_today", "overdue"} or on is None:
        return kind
    return "due_soon" if today < on else "due_today" if today == on else "overdue"


def _in_hands(on: date | None, now: Now) -> bool:
    """Say whether the book is still out, and due on the day that is named."""
    loan = now.loan
    return loan is not None and loan.is_open and not loan.is_lost and loan.due_on == on


def _is_wanted(on: date | None, now: Now) -> bool:
    return _in_hands(on, now) and now.loan is not None and not now.loan.is_claimed


def _due_soon(on: date | None, now: Now) -> bool:
    return _is_wanted(on, now) and on is not None and now.today <= on


def _due_today(on: date | None, now: Now) -> bool:
    return _is_wanted(on, now) and now.today == on


def _overdue(on: date | None, now: Now) -> bool:
    return _is_wanted(on, now) and on is not None and now.today > on


def _recalled(on: date | None, now: Now) -> bool:
    return _in_hands(on, now) and now.loan is not None and now.loan.is_recalled


def _lost(_on: date | None, now: Now) -> bool:
    return now.loan is not None and now.loan.is_open and now.loan.is_lost


def _on_the_shelf(on: date | None, now: Now) -> bool:
    hold = now.hold
    is_there = hold is not None and hold.is_ready and hold.fetch_by == on
    return is_there and on is not None and now.today <= on


def _to_be_fetched(_on: date | None, now: Now) -> bool:
    return now.hold is not None and now.hold.is_open


def _suspended(on: date | None, now: Now) -> bool:
    return on is not None and now.suspended_until == on and now.today <= on


def _card_ends(on: date | None, now: Now) -> bool:
    return on is not None and now.card_until == on and now.today <= on


def _link_waits(_on: date | None, now: Now) -> bool:
    return now.link_waits


def _receipt(_on: date | None, now: Now) -> bool:
    return now.loan is not None and not now.loan.is_undone


_CHECKS: Final[Mapping[str, Callable[[date | None, Now], bool]]] = {
    "due_soon": _due_soon,
    "due_today": _due_today,
    "overdue": _overdue,
    "loan_recalled": _recalled,
    "loan_renewed": _in_hands,
    "date_moved": _in_hands,
    "loan_lost": _lost,
    "hold_ready": _on_the_shelf,
    "hold_expiring": _on_the_shelf,
    "fetch_moved": _on_the_shelf,
    "pickup_moved": _to_be_fetched,
    "suspended": _suspended,
    "card_expiring": _card_ends,
    "link_asked": _link_waits,
    "receipt": _receipt,
}
