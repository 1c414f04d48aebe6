"""May this copy be lent to this patron? Every reason against it, gravest first."""

from dataclasses import dataclass
from datetime import date

from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronFacts:
    """What is true of the patron, read once under lock."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What is true of the copy, read once under lock."""

    copy_id: int
    title_id: int
    barcode: str
    title: str
    item_type_id: int
    standing: str
    parts: str
    on_loan_to_patron_id: int | None


STANDING_REASONS = {
    "withdrawn": Reason.COPY_WITHDRAWN,
    "lost": Reason.COPY_LOST,
    "repair": Reason.COPY_IN_REPAIR,
    "reference": Reason.COPY_REFERENCE,
}  # a missing copy on the desk is found: it is lent, with a note


def patron_refusals(patron: PatronFacts, *, terms: Terms, today: date) -> list[Why]:
    """Return every reason against lending this patron anything, whatever the copy."""
    checks: tuple[tuple[Reason, bool, dict[str, str | int]], ...] = (
        (Reason.CARD_LOST, patron.card_is_lost, {}),
        (Reason.CARD_REPLACED, patron.card_is_ended and not patron.card_is_lost, {}),
        (Reason.PATRON_FROZEN, patron.is_frozen, {"note": patron.frozen_reason}),
        (
            Reason.PATRON_EXPIRED,
            patron.expires_on is not None and patron.expires_on < today,
            {"on": patron.expires_on.isoformat() if patron.expires_on else ""},
        ),
        (
            Reason.PATRON_HAS_OVERDUE,
            patron.overdue_loans > terms.max_overdue,
            {"overdue": patron.overdue_loans, "tolerated": terms.max_overdue},
        ),
        (
            Reason.PATRON_OWES_TOO_MUCH,
            patron.owed_cents > terms.max_owed_cents,
            {"owed_cents": patron.owed_cents, "tolerated_cents": terms.max_owed_cents},
        ),
    )
    return [Why(reason, facts) for reason, applies, facts in checks if applies]


def checkout_refusals(
    patron: PatronFacts, copy: CopyFacts, *, terms: Terms, today: date, lent_before: int = 0
) -> tuple[Why, ...]:
    """Return every reason against the loan, gravest first; empty means lend it.

    All reasons are returned, not the first, so that staff can clear them in one visit.
    `lent_before` counts the copies of the same call that were lent before this one.
    """
    reasons = patron_refusals(patron, terms=terms, today=today)
    if (standing := STANDING_REASONS.get(copy.standing)) is not None:
        reasons.append(Why(standing))
    if copy.on_loan_to_patron_id == patron.patron_id:
        reasons.append(Why(Reason.COPY_ON_LOAN_TO_PATRON))
    elif copy.on_loan_to_patron_id is not None:
        reasons.append(Why(Reason.COPY_ON_LOAN))
    if not terms.may_borrow:
        reasons.append(Why(Reason.ITEM_TYPE_NOT_ALLOWED))
    have = patron.open_loans + lent_before
    if have >= terms.max_loans:
        reasons.append(Why(Reason.PATRON_AT_LOAN_LIMIT, {"open": have, "limit": terms.max_loans}))
    return by_gravity(reasons)


ORDER = {reason: place for place, reason in enumerate(Reason)}


def by_gravity(reasons: list[Why]) -> tuple[Why, ...]:
    """Sort reasons as `Reason` lists them."""
    return tuple(sorted(reasons, key=lambda why: ORDER[why.code]))
