"""Why not, of reservations: each reason with what would help staff, and the reader."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.rules.reasons import Reason
from jieyue.circulation.rules.waiting_time import Wait
from jieyue.interfaces.web.saying import Facts, Said, Words, alike, figure, plain


def _hold_limit(facts: Facts) -> Said:
    limit = figure(facts, "limit")
    if limit == 0:
        return _("This kind of card does not reserve books."), "", _("Please ask at the desk.")
    text = ngettext(
        "All %(limit)s reservation is used.", "All %(limit)s reservations are used.", limit
    ) % {"limit": limit}  # fmt: skip
    return text, _("Cancel one first, or reserve all the same."), _("Cancel one first.")


WORDS: Final[Words] = {
    Reason.TITLE_UNKNOWN: lambda _f: alike(_("There is no such book."), _("Reload the page.")),
    Reason.PICKUP_UNKNOWN: lambda _f: alike(_("There is no such branch."), _("Choose a branch.")),
    Reason.PICKUP_CLOSED: lambda _f: alike(
        _("This branch lends no more."), _("Choose another branch.")
    ),
    Reason.HOLD_UNKNOWN: lambda _f: alike(
        _("There is no such reservation."), _("Reload the page.")
    ),
    Reason.HOLD_ENDED: lambda _f: alike(_("This reservation has ended."), _("Reload the page.")),
    Reason.HOLD_CAPTURED: lambda _f: plain(
        _("A copy is kept for it already."),
        _("Reload the page. Cancel it if the reader does not want it any more."),
        _("Reload the page. Cancel it if you do not want it any more."),
    ),
    Reason.ALREADY_ON_HOLD: lambda _f: plain(
        _("It is reserved already."),
        _("The reservation stands on the reader's page."),
        _("You find it under “My reservations”."),
    ),
    Reason.TITLE_ON_LOAN_TO_PATRON: lambda _f: plain(
        _("A copy of this book is borrowed already."),
        _("Renew it instead."),
        _("You can renew it instead."),
    ),
    Reason.NO_COPY_CAN_SERVE: lambda _f: plain(
        _("No copy of it can be lent to this kind of card."),
        _("Copies are for reading here, lost or withdrawn, or the lending rules say no."),
        _("Please ask at the desk."),
    ),
    Reason.HOLD_NOT_SUSPENDED: lambda _f: alike(
        _("The reservation is not suspended."), _("Reload the page.")
    ),
    Reason.WAKES_TOO_EARLY: lambda _f: alike(
        _("It can go on from tomorrow at the earliest."), _("Choose a later day.")
    ),
    Reason.OTHER_QUEUE: lambda _f: plain(
        _("They do not wait in the same queue."), _("Reload the page.")
    ),
    Reason.REASON_MISSING: lambda _f: plain(
        _("No reason was given."), _("Say why; it stays on record.")
    ),
    Reason.PATRON_AT_HOLD_LIMIT: _hold_limit,
}


def wait_words(wait: Wait | None) -> str:
    """Return about how long one waits; empty if nobody knows."""
    if wait is None:
        return ""
    if wait.to_days <= 1:
        return _("Probably within a day.")
    if wait.from_days == wait.to_days:
        return _("Probably in about %(to)s days.") % {"to": wait.to_days}
    figures = {"from": wait.from_days, "to": wait.to_days}
    return _("Probably in %(from)s to %(to)s days.") % figures


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.TITLE_UNKNOWN: _("unknown book"),
        Reason.PICKUP_UNKNOWN: _("unknown branch"),
        Reason.PICKUP_CLOSED: _("branch closed"),
        Reason.HOLD_UNKNOWN: _("unknown reservation"),
        Reason.HOLD_ENDED: _("reservation ended"),
        Reason.HOLD_CAPTURED: _("copy kept already"),
        Reason.ALREADY_ON_HOLD: _("reserved already"),
        Reason.TITLE_ON_LOAN_TO_PATRON: _("has a copy already"),
        Reason.NO_COPY_CAN_SERVE: _("no copy to lend"),
        Reason.HOLD_NOT_SUSPENDED: _("not suspended"),
        Reason.WAKES_TOO_EARLY: _("day too early"),
        Reason.OTHER_QUEUE: _("another queue"),
        Reason.REASON_MISSING: _("no reason given"),
        Reason.PATRON_AT_HOLD_LIMIT: _("reservation limit"),
    }
