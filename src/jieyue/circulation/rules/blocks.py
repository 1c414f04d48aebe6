"""What stops a reader from borrowing, renewing or reserving, and what would lift each.

Conditions × actions: how much is too much is a loan term (`max_overdue` …), which actions a
condition stops is the library's grid (`BlockRule`). Blocks set by staff and 停借 say themselves
what they stop. (The grid is FOLIO's, field/circulation.md §9.) Two limits concern borrowing only
and are checked with the copy: loans at once, and the 押金.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jieyue.circulation.rules.policies import Act, Grid, Terms
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity

ACTS: Final[tuple[Act, ...]] = ("borrow", "renew", "hold")
ALL: Final[frozenset[Act]] = frozenset(ACTS)
# Losing a card stops new loans, not the keeping of what one has.
DEFAULT: Final[Grid] = {
    "card_lost": frozenset({"borrow", "hold"}),
    "expired": ALL,
    "lost": ALL,
    "overdue_days": ALL,
    "overdue": ALL,
    "owed": ALL,
    "no_shows": ALL,
}
CONDITIONS: Final = tuple(DEFAULT)
# A lost card lends nothing, whatever the grid says: it may be in a stranger's hands.
ALWAYS: Final[Grid] = {"card_lost": frozenset({"borrow"})}

NO_SHOW_DAYS: Final = 365  # how long a hold that was not fetched counts


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFacts:
    """A block on the reader that is not lifted. Dates are local and inclusive.

    `pay_cents` is what is left to pay of the charge that would settle a 停借 at once; 0: none.
    """

    block: str  # public id
    kind: str  # manual, suspension
    reason: str
    stops: frozenset[Act]
    starts_on: date
    ends_on: date | None  # None: until lifted
    pay_cents: int = 0

    def is_in_force(self, today: date) -> bool:
        """Say whether it stops anything on this local date."""
        return self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronFacts:
    """What is true of the patron, read once under lock. Dates are local.

    Claimed loans count as nothing here; lost ones are open, but not overdue.
    """

    patron_id: int
    category_id: int
    card_is_lost: bool
    card_is_ended: bool
    is_frozen: bool
    frozen_reason: str
    expires_on: date | None
    open_loans: int
    overdue_loans: int
    owed_cents: int
    overdue_since_on: date | None = None  # the earliest last day of an overdue loan
    lost_loans: int = 0
    no_shows: tuple[date, ...] = ()  # of the last year, oldest first
    blocks: tuple[BlockFacts, ...] = ()


def patron_refusals(
    patron: PatronFacts, *, terms: Terms, today: date, action: Act = "borrow"
) -> list[Why]:
    """Return every reason against the patron's doing it, whatever the copy, gravest first.

    The facts of each say how much it is, how much is tolerated, and what lifts it: `until` (the
    last day it holds; empty: until staff lift it) where time does, else the figure to bring down.
    """
    checks: tuple[tuple[str, Reason, bool, dict[str, str | int]], ...] = (
        ("card_lost", Reason.CARD_LOST, patron.card_is_lost, {}),
        ("expired", Reason.PATRON_EXPIRED, *_expired(patron, today)),
        ("lost", Reason.PATRON_HAS_LOST, *_more("lost", patron.lost_loans, terms.max_lost)),
        ("overdue_days", Reason.PATRON_OVERDUE_TOO_LONG, *_overdue_days(patron, terms, today)),
        (
            "overdue",
            Reason.PATRON_HAS_OVERDUE,
            *_more("overdue", patron.overdue_loans, terms.max_overdue),
        ),
        (
            "owed",
            Reason.PATRON_OWES_TOO_MUCH,
            patron.owed_cents > terms.max_owed_cents,
            {"owed_cents": patron.owed_cents, "tolerated_cents": terms.max_owed_cents},
        ),
        ("no_shows", Reason.PATRON_NO_SHOWS, *_no_shows(patron, terms, today)),
    )
    reasons = [
        Why(reason, facts)
        for condition, reason, applies, facts in checks
        if applies and action in stopping(terms.grid, condition)
    ]
    if patron.card_is_ended and not patron.card_is_lost and action != "renew":
        reasons.append(Why(Reason.CARD_REPLACED))
    if patron.is_frozen:
        reasons.append(Why(Reason.PATRON_FROZEN, {"note": patron.frozen_reason}))
    return list(by_gravity([*reasons, *_blocks(patron, today, action)]))


def stopping(grid: Grid, condition: str) -> frozenset[Act]:
    """Return what a condition stops under a library's grid."""
    return grid.get(condition, DEFAULT[condition]) | ALWAYS.get(condition, frozenset())


def no_shows_since(today: date) -> date:
    """Return the first day whose no-shows still count today."""
    return today - timedelta(days=NO_SHOW_DAYS - 1)


def _more(name: str, have: int, tolerated: int) -> tuple[bool, dict[str, str | int]]:
    return have > tolerated, {name: have, "tolerated": tolerated}


def _expired(patron: PatronFacts, today: date) -> tuple[bool, dict[str, str | int]]:
    if patron.expires_on is None:
        return False, {}
    return patron.expires_on < today, {"on": patron.expires_on.isoformat()}


def _overdue_days(
    patron: PatronFacts, terms: Terms, today: date
) -> tuple[bool, dict[str, str | int]]:
    if patron.overdue_since_on is None:
        return False, {}
    days = (today - patron.overdue_since_on).days
    facts: dict[str, str | int] = {
        "days": days,
        "tolerated": terms.max_overdue_days,
        "since": patron.overdue_since_on.isoformat(),
    }
    return days > terms.max_overdue_days, facts


def _no_shows(patron: PatronFacts, terms: Terms, today: date) -> tuple[bool, dict[str, str | int]]:
    counted = [on for on in patron.no_shows if on >= no_shows_since(today)]
    too_many = len(counted) - terms.max_no_shows
    if too_many <= 0:
        return False, {}
    # When the last of those too many is a year old, few enough are left.
    until = counted[too_many - 1] + timedelta(days=NO_SHOW_DAYS - 1)
    return True, {
        "no_shows": len(counted),
        "tolerated": terms.max_no_shows,
        "until": until.isoformat(),
    }


def _blocks(patron: PatronFacts, today: date, action: Act) -> list[Why]:
    """Return a reason for each block of staff's, and one for all of 停借."""
    stopping = [b for b in patron.blocks if action in b.stops]
    reasons = [
        Why(Reason.PATRON_BLOCKED, {"note": b.reason, "until": _iso(b.ends_on)})
        for b in stopping
        if b.kind != "suspension" and b.is_in_force(today)
    ]
    suspended = unbroken([b for b in stopping if b.kind == "suspension"], today)
    if suspended:
        facts: dict[str, str | int] = {"until": _iso(suspended[-1].ends_on)}
        if all(b.pay_cents for b in suspended):
            facts["pay_cents"] = sum(b.pay_cents for b in suspended)
        reasons.append(Why(Reason.PATRON_SUSPENDED, facts))
    return reasons


def unbroken(blocks: Iterable[BlockFacts], today: date) -> list[BlockFacts]:
    """Return the 停借 in force and those that follow it without a gap; the last ends last.

    To the reader one after another is one stretch of days.
    """
    found: list[BlockFacts] = []
    last = today
    for block in sorted(blocks, key=lambda b: (b.starts_on, b.ends_on or date.max)):
        ends_on = block.ends_on or date.max
        if ends_on >= today and block.starts_on <= last + timedelta(days=bool(found)):
            found.append(block)
            last = max(last, ends_on)
    return sorted(found, key=lambda b: b.ends_on or date.max)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
