"""Why not: stable codes, public API, each with the figures that explain it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """A reason against a loan or a renewal, gravest first. Never rename one."""

    COPY_UNKNOWN = "copy_unknown"
    COPY_CODE_NEEDED = "copy_code_needed"
    PATRON_UNKNOWN = "patron_unknown"
    SCANNED_TWICE = "scanned_twice"
    TITLE_UNKNOWN = "title_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    TRANSIT_UNKNOWN = "transit_unknown"
    MANIFEST_UNKNOWN = "manifest_unknown"
    STOCK_TAKE_UNKNOWN = "stock_take_unknown"
    STOCK_LINE_UNKNOWN = "stock_line_unknown"
    PICKUP_UNKNOWN = "pickup_unknown"
    PICKUP_CLOSED = "pickup_closed"
    HOLD_UNKNOWN = "hold_unknown"
    HOLD_ENDED = "hold_ended"
    HOLD_CAPTURED = "hold_captured"
    ALREADY_ON_HOLD = "already_on_hold"
    TITLE_ON_LOAN_TO_PATRON = "title_on_loan_to_patron"
    NO_COPY_CAN_SERVE = "no_copy_can_serve"
    COPY_WITHDRAWN = "copy_withdrawn"
    COPY_ON_LOAN_TO_PATRON = "copy_on_loan_to_patron"
    COPY_ON_LOAN = "copy_on_loan"
    COPY_HELD_FOR_ANOTHER = "copy_held_for_another"
    TITLE_HELD_BY_OTHERS = "title_held_by_others"
    BRANCH_CLOSED = "branch_closed"
    NOT_HERE = "not_here"
    SELF_SERVICE_OFF = "self_service_off"
    SELF_SERVICE_CLOSED = "self_service_closed"
    SELF_SERVICE_NOT_FOR_CARD = "self_service_not_for_card"
    SELF_SERVICE_LIMIT = "self_service_limit"
    OTHER_BRANCH = "other_branch"
    TRANSIT_ENDED = "transit_ended"
    MANIFEST_SENT = "manifest_sent"
    NOTHING_TO_SEND = "nothing_to_send"
    STOCK_TAKE_CLOSED = "stock_take_closed"
    STOCK_TAKE_PAUSED = "stock_take_paused"
    STOCK_TAKE_OPEN = "stock_take_open"
    STOCK_TAKE_EMPTY = "stock_take_empty"
    STOCK_TAKE_TOO_LARGE = "stock_take_too_large"
    STOCK_TAKE_NOTHING_LEFT = "stock_take_nothing_left"
    STOCK_LINE_SETTLED = "stock_line_settled"
    STOCK_LINE_NOT_SETTLED = "stock_line_not_settled"
    SETTLING_UNFIT = "settling_unfit"
    COPY_IS_HERE = "copy_is_here"
    COPY_IN_TRANSIT = "copy_in_transit"
    CARD_LOST = "card_lost"
    CARD_REPLACED = "card_replaced"
    NO_OPEN_DAY = "no_open_day"
    PATRON_FROZEN = "patron_frozen"
    PATRON_BLOCKED = "patron_blocked"
    PATRON_SUSPENDED = "patron_suspended"
    PATRON_EXPIRED = "patron_expired"
    COPY_LOST = "copy_lost"
    COPY_IN_REPAIR = "copy_in_repair"
    COPY_REFERENCE = "copy_reference"
    ITEM_TYPE_NOT_ALLOWED = "item_type_not_allowed"
    PATRON_AT_LOAN_LIMIT = "patron_at_loan_limit"
    PATRON_AT_ON_SITE_LIMIT = "patron_at_on_site_limit"
    PATRON_AT_HOLD_LIMIT = "patron_at_hold_limit"
    PATRON_HAS_LOST = "patron_has_lost"
    PATRON_OVERDUE_TOO_LONG = "patron_overdue_too_long"
    PATRON_HAS_OVERDUE = "patron_has_overdue"
    PATRON_OWES_TOO_MUCH = "patron_owes_too_much"
    DEPOSIT_TOO_SMALL = "deposit_too_small"
    COPY_HAS_NO_PRICE = "copy_has_no_price"
    PATRON_NO_SHOWS = "patron_no_shows"
    LOAN_UNKNOWN = "loan_unknown"
    LOAN_ENDED = "loan_ended"
    LOAN_NOT_RETURNED = "loan_not_returned"
    LOAN_LOST = "loan_lost"
    LOAN_NOT_LOST = "loan_not_lost"
    LOAN_CLAIMED = "loan_claimed"
    LOAN_NOT_CLAIMED = "loan_not_claimed"
    TOO_MANY_CLAIMS = "too_many_claims"
    COST_UNKNOWN = "cost_unknown"
    COST_BAD = "cost_bad"
    COST_SAID = "cost_said"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    REPLACEMENT_UNFIT = "replacement_unfit"
    REPLACEMENT_USED = "replacement_used"
    LOAN_AWAITED = "loan_awaited"
    LOAN_RECALLED = "loan_recalled"
    LOAN_OVERDUE = "loan_overdue"
    RENEWALS_USED_UP = "renewals_used_up"
    COPY_NOT_SEEN = "copy_not_seen"
    RENEWAL_TOO_SOON = "renewal_too_soon"
    RENEWAL_GAINS_NOTHING = "renewal_gains_nothing"
    RECALL_NOT_ALLOWED = "recall_not_allowed"
    NOBODY_WAITS = "nobody_waits"
    HOLD_NOT_SUSPENDED = "hold_not_suspended"
    WAKES_TOO_EARLY = "wakes_too_early"
    OTHER_QUEUE = "other_queue"
    REASON_MISSING = "reason_missing"
    FINE_PAID = "fine_paid"
    RETURN_DAY_UNFIT = "return_day_unfit"
    TOO_LATE_TO_REDATE = "too_late_to_redate"
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    SOMETHING_FOLLOWED = "something_followed"
    DEPOSIT_GIVEN_BACK = "deposit_given_back"


# What staff with the right may waive by name; facts and the database's own rules are never waived.
OVERRIDABLE: Final = frozenset(
    {
        Reason.COPY_HELD_FOR_ANOTHER,
        Reason.TITLE_HELD_BY_OTHERS,
        Reason.PATRON_FROZEN,
        Reason.PATRON_BLOCKED,
        Reason.PATRON_SUSPENDED,
        Reason.PATRON_EXPIRED,
        Reason.COPY_LOST,
        Reason.COPY_IN_REPAIR,
        Reason.COPY_REFERENCE,
        Reason.ITEM_TYPE_NOT_ALLOWED,
        Reason.PATRON_AT_LOAN_LIMIT,
        Reason.PATRON_AT_ON_SITE_LIMIT,
        Reason.PATRON_AT_HOLD_LIMIT,
        Reason.PATRON_HAS_LOST,
        Reason.PATRON_OVERDUE_TOO_LONG,
        Reason.PATRON_HAS_OVERDUE,
        Reason.PATRON_OWES_TOO_MUCH,
        Reason.DEPOSIT_TOO_SMALL,
        Reason.COPY_HAS_NO_PRICE,
        Reason.PATRON_NO_SHOWS,
        Reason.LOAN_RECALLED,
        Reason.LOAN_OVERDUE,
        Reason.RENEWALS_USED_UP,
        Reason.COPY_NOT_SEEN,
        Reason.RENEWAL_TOO_SOON,
    }
)


@dataclass(frozen=True, slots=True)
class Why:
    """A reason with its figures, such as `{"limit": 3, "open": 3}`; a door finds the words."""

    code: Reason
    facts: dict[str, str | int] = field(default_factory=dict)


def codes(reasons: Iterable[Why]) -> tuple[str, ...]:
    """Return the bare codes, for the journal."""
    return tuple(why.code.value for why in reasons)


def kept_figures(reasons: Iterable[Why]) -> dict[str, dict[str, dict[str, str | int]]]:
    """Return what a journal entry's data keeps of a refusal, to explain it later.

    The figures by code, without what staff wrote of a reader.
    """
    found = {
        why.code.value: {name: value for name, value in why.facts.items() if name != "note"}
        for why in reasons
    }
    return {"why": found} if any(found.values()) else {}


def waived(reasons: Iterable[Why], override: frozenset[Reason]) -> tuple[Why, ...]:
    """Return the reasons that a named override lifts."""
    return tuple(w for w in reasons if w.code in override and w.code in OVERRIDABLE)


def applying(checks: Iterable[tuple[Reason, bool]]) -> tuple[Reason, ...]:
    """Return the reasons that apply, in the order given."""
    return tuple(reason for reason, applies in checks if applies)


_ORDER: Final = {reason: place for place, reason in enumerate(Reason)}


def by_gravity(reasons: list[Why]) -> tuple[Why, ...]:
    """Sort reasons as `Reason` lists them."""
    return tuple(sorted(reasons, key=lambda why: _ORDER[why.code]))
