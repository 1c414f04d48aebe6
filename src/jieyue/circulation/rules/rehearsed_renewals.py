"""What renewals that were made would have been under other rules: the function that renews.

Compared like loans (rules/rehearsal.py): with what today's rules would say, so that a difference
comes from the change alone. Who waited, and what the reader owed or had late, plays no part here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jieyue.circulation.rules.blocks import PatronFacts
from jieyue.circulation.rules.due_dates import DateRules, DueDate
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.rehearsal import Side
from jieyue.circulation.rules.renewals import Asked, LoanFacts, renewal_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRenewal:
    """A renewal as it was, and what was true just before it. Moments are aware UTC."""

    patron_id: int
    branch_id: int
    category_id: int
    item_type_id: int
    at: datetime
    due_at: datetime
    renewals: int
    unseen_renewals: int
    is_seen: bool
    is_from_due: bool  # it counted from the due date: the rule said so, or it renewed itself
    is_hourly: bool = False
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class RenewalsCompared:
    """Renewals looked at, those no longer possible, and by how many days the others move."""

    made: int = 0
    refused: int = 0
    moved: tuple[int, ...] = ()  # days, negative for earlier; 0 for hours


def compare_renewals(renewals: Iterable[PastRenewal], old: Side, new: Side) -> RenewalsCompared:
    """Compare them all."""
    made = refused = 0
    moved: list[int] = []
    for one in renewals:
        made += 1
        key = one.branch_id, one.category_id, one.item_type_id
        was_terms = old.terms(*key)
        was = _due(one, was_terms, old.dates(one.branch_id), was_terms)
        if was is None:  # somebody overrode a rule
            continue
        is_now = _due(one, new.terms(*key), new.dates(one.branch_id), was_terms)
        if is_now is None:
            refused += 1
        elif is_now.at != was.at:
            moved.append((is_now.on - was.on).days)
    return RenewalsCompared(made, refused, tuple(moved))


def _due(one: PastRenewal, terms: Terms, dates: DateRules, then: Terms) -> DueDate | None:
    """Return the date the renewal would lead to; None: it would be refused."""
    renewed_itself = one.is_from_due and then.renewal_from != "due_date"
    found = renewal_of(
        LoanFacts(
            due_at=one.due_at,
            renewals=one.renewals,
            is_ended=False,
            unseen_renewals=one.unseen_renewals,
            is_hourly=one.is_hourly,
        ),
        _nobody(one),
        terms=terms,
        now=one.at,
        dates=dates,
        asked=Asked(seen=one.is_seen, automatic=renewed_itself),
    )
    return None if found.reasons else found.due


def _nobody(one: PastRenewal) -> PatronFacts:
    """Return a reader against whom nothing is."""
    return PatronFacts(
        patron_id=one.patron_id,
        category_id=one.category_id,
        card_is_lost=False,
        card_is_ended=False,
        is_frozen=False,
        frozen_reason="",
        expires_on=one.expires_on,
        open_loans=0,
        overdue_loans=0,
        owed_cents=0,
    )
