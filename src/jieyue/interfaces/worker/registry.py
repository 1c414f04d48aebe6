"""Who keeps which kind of promise. The names are stored in rows: never rename one."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from jieyue.libraries.desk import Desk

Handler = Callable[[Desk, Mapping[str, Any]], object]

# kind → function(desk, payload). Each may run more than once for one promise, and must bear it.
HANDLERS: Final[dict[str, str]] = {
    "circulation.abolish_deposits": "jieyue.circulation.jobs.deposits:keep_abolition",
    "catalog.fetch_cover": "jieyue.catalog.jobs:keep_fetch_cover",
    "catalog.find_covers": "jieyue.catalog.importing.covers:keep_covers_step",
    "catalog.look_up": "jieyue.catalog.jobs:keep_look_up",
    "circulation.calendar_changed": "jieyue.circulation.jobs.dates:keep_calendar",
    "circulation.change_pile": "jieyue.circulation.jobs.piles:keep_pile",
    "circulation.recall_awaited": "jieyue.circulation.jobs.recalls:keep_recall",
    "imports.books": "jieyue.catalog.jobs:keep_books_step",
    "imports.marc": "jieyue.catalog.jobs:keep_marc_step",
    "imports.deposits": "jieyue.circulation.jobs.importing:keep_deposits_step",
    "imports.dues": "jieyue.circulation.jobs.importing:keep_dues_step",
    "imports.holds": "jieyue.circulation.jobs.importing:keep_holds_step",
    "imports.loans": "jieyue.circulation.jobs.importing:keep_loans_step",
    "imports.readers": "jieyue.patrons.jobs:keep_readers_step",
    "patrons.promotion": "jieyue.patrons.jobs:keep_promotion",
    "community.reserve_wished": "jieyue.community.jobs:keep_reserve_wished",
    "community.send_message": "jieyue.community.jobs:keep_send_message",
    "notices.activity": "jieyue.community.jobs:tell_activity",
    "notices.feedback_answered": "jieyue.community.jobs:tell_feedback_answered",
    "notices.message": "jieyue.community.jobs:tell_message",
    "notices.wish_answered": "jieyue.community.jobs:tell_wish_answered",
    "notices.forget": "jieyue.notices.jobs:forget_told",
    "notices.hold_ready": "jieyue.notices.jobs:tell_hold_ready",
    "notices.hold_passed_on": "jieyue.notices.jobs:tell_hold_passed_on",
    "notices.pickup_moved": "jieyue.notices.jobs:tell_pickup_moved",
    "notices.loan_renewed": "jieyue.notices.jobs:tell_loan_renewed",
    "notices.loan_recalled": "jieyue.notices.jobs:tell_loan_recalled",
    "notices.code": "jieyue.notices.codes:send_code",
    "notices.date_moved": "jieyue.notices.jobs:tell_date_moved",
    "notices.loan_lost": "jieyue.notices.jobs:tell_loan_lost",
    "notices.receipt": "jieyue.notices.jobs:tell_receipt",
    "notices.application_answered": "jieyue.notices.jobs:tell_application_answered",
    "notices.link_asked": "jieyue.notices.jobs:tell_link_asked",
    "notices.suspended": "jieyue.notices.jobs:tell_suspended",
}


class UnknownKindError(LookupError):
    """A promise of a kind that this version cannot keep; it is tried again, then parked."""


def named(path: str) -> Callable[..., Any]:
    """Return the function at `package.module:name`."""
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def handler_of(kind: str) -> Handler:
    """Return who keeps that kind of promise. Raises UnknownKindError."""
    if kind not in HANDLERS:
        raise UnknownKindError(kind)
    return named(HANDLERS[kind])
