"""Who may sign up for an activity, and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.moments import age_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an activity asks of those who come. Moments are UTC; None: no such limit."""

    starts_at: datetime
    starts_on: date  # the local day
    needs_sign_up: bool
    is_cancelled: bool
    sign_up_from: datetime | None
    sign_up_until: datetime | None
    min_age: int | None
    max_age: int | None
    categories: Collection[str]


def against_signing_up(
    terms: Terms, *, now: datetime, born_on: date | None, category: str
) -> list[Fault]:
    """Return what stands against a reader's signing up, gravest first.

    Whose birthday nobody knows is believed: staff see that the age is unknown.
    """
    faults = []
    if terms.is_cancelled:
        faults.append(Fault(VoiceFault.ACTIVITY_CANCELLED))
    if not terms.needs_sign_up:
        faults.append(Fault(VoiceFault.NO_SIGN_UP))
    if now >= terms.starts_at or (terms.sign_up_until and now > terms.sign_up_until):
        faults.append(Fault(VoiceFault.SIGN_UP_OVER))
    if terms.sign_up_from and now < terms.sign_up_from:
        faults.append(Fault(VoiceFault.SIGN_UP_NOT_YET, "", terms.sign_up_from.isoformat()))
    if terms.categories and category not in terms.categories:
        faults.append(Fault(VoiceFault.WRONG_CARD))
    if born_on is not None and not _fits(terms, age_on(born_on, terms.starts_on)):
        faults.append(Fault(VoiceFault.WRONG_AGE, "", _ages(terms)))
    return faults


def _fits(terms: Terms, age: int) -> bool:
    least = terms.min_age if terms.min_age is not None else 0
    most = terms.max_age if terms.max_age is not None else 999
    return least <= age <= most


def _ages(terms: Terms) -> str:
    ends = (terms.min_age, terms.max_age)
    return "–".join("" if end is None else str(end) for end in ends)
