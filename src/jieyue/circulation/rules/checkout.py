"""May this copy be lent to this patron? Every reason against it, gravest first."""

from dataclasses import dataclass
from datetime import date

from jieyue.circulation.rules.blocks import PatronFacts, patron_refusals
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity

__all__ = ["CopyFacts", "PatronFacts", "by_gravity", "checkout_refusals", "patron_refusals"]


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
    price_cents: int | None = None
    held_id: int | None = None  # the hold it is kept for, on the shelf or on its way
    held_for: int | None = None  # its patron
    own_hold_id: int | None = None  # the borrower's open hold on the title
    own_kept_id: int | None = None  # the copy that is kept for that hold, this one or another
    is_on_its_way: bool = False


STANDING_REASONS = {
    "withdrawn": Reason.COPY_WITHDRAWN,
    "lost": Reason.COPY_LOST,
    "repair": Reason.COPY_IN_REPAIR,
    "reference": Reason.COPY_REFERENCE,
}  # a missing copy on the desk is found: it is lent, with a note


def checkout_refusals(
    patron: PatronFacts,
    copy: CopyFacts,
    *,
    terms: Terms,
    today: date,
    lent_before: int = 0,
    ahead: int = 0,
    free: int = 1,
    deposit: tuple[Why, ...] = (),
    on_site: int | None = None,
) -> tuple[Why, ...]:
    """Return every reason against the loan, gravest first; empty means lend it.

    All reasons are returned, not the first, so that staff can clear them in one visit.
    `lent_before` counts the copies of the same call that were lent before this one; `ahead` whoever
    waits for the title and comes before this patron, `free` the copies that could serve them;
    `deposit` what rules/deposits.py has against it. `on_site` counts what they read in the library
    now, if this is to be read there too: anything may be, and only that limit counts.
    """
    reasons = patron_refusals(patron, terms=terms, today=today)
    standing = STANDING_REASONS.get(copy.standing)
    if standing is not None and (on_site is None or standing is not Reason.COPY_REFERENCE):
        reasons.append(Why(standing))
    if copy.on_loan_to_patron_id == patron.patron_id:
        reasons.append(Why(Reason.COPY_ON_LOAN_TO_PATRON))
    elif copy.on_loan_to_patron_id is not None:
        reasons.append(Why(Reason.COPY_ON_LOAN))
    reasons += deposit
    if copy.held_for not in (None, patron.patron_id):
        reasons.append(Why(Reason.COPY_HELD_FOR_ANOTHER))
    elif copy.held_for is None and ahead and free <= ahead:
        reasons.append(Why(Reason.TITLE_HELD_BY_OTHERS, {"waiting": ahead}))
    if not terms.may_borrow and on_site is None:
        reasons.append(Why(Reason.ITEM_TYPE_NOT_ALLOWED))
    have = lent_before + (patron.open_loans if on_site is None else on_site)
    reasons += _limit(have, terms, is_on_site=on_site is not None)
    return by_gravity(reasons)


def _limit(have: int, terms: Terms, *, is_on_site: bool) -> list[Why]:
    limit, code = terms.max_loans, Reason.PATRON_AT_LOAN_LIMIT
    if is_on_site:
        limit, code = terms.max_on_site, Reason.PATRON_AT_ON_SITE_LIMIT
    return [Why(code, {"open": have, "limit": limit})] if have >= limit else []
