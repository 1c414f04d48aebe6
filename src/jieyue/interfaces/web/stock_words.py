"""Stock-taking in words: what is odd about a book, where the others are, and why not."""

from typing import Final

from django.utils.translation import gettext as _

from jieyue.circulation.rules.reasons import Reason
from jieyue.circulation.rules.stocktaking import Finding, Settling, Verdict
from jieyue.interfaces.web.saying import Said, Words, figure


def _staff(text: str, help_text: str = "") -> Said:
    return text, help_text, ""


WORDS: Final[Words] = {
    Reason.STOCK_TAKE_UNKNOWN: lambda _f: _staff(
        _("There is no such stock-take."), _("Go back to the list of stock-takes.")
    ),
    Reason.STOCK_LINE_UNKNOWN: lambda _f: _staff(
        _("This book is not on the list."), _("Reload the page.")
    ),
    Reason.STOCK_TAKE_CLOSED: lambda _f: _staff(
        _("This stock-take is closed."), _("Reopen it to go on counting.")
    ),
    Reason.STOCK_TAKE_PAUSED: lambda _f: _staff(
        _("This stock-take is paused."), _("Press “Go on”, then the scans are counted.")
    ),
    Reason.STOCK_TAKE_OPEN: lambda _f: _staff(
        _("This stock-take is already running."), _("Reload the page.")
    ),
    Reason.STOCK_TAKE_EMPTY: lambda _f: _staff(
        _("No book is said to stand there."),
        _("Look at the shelf and the call numbers, or leave them empty to count everything."),
    ),
    Reason.STOCK_TAKE_TOO_LARGE: lambda f: _staff(
        _("That would be %(copies)s copies at once; %(limit)s is the most.")
        % {"copies": figure(f, "copies"), "limit": figure(f, "limit")},
        _("Count branch by branch or class by class."),
    ),
    Reason.STOCK_TAKE_NOTHING_LEFT: lambda _f: _staff(
        _("There is nothing left to do."), _("Reload the page.")
    ),
    Reason.STOCK_LINE_SETTLED: lambda _f: _staff(
        _("A colleague has dealt with this book already."), _("Reload the page.")
    ),
    Reason.STOCK_LINE_NOT_SETTLED: lambda _f: _staff(
        _("Nothing was done about this book yet."), _("Reload the page.")
    ),
    Reason.SETTLING_UNFIT: lambda _f: _staff(
        _("That does not help with this book any more."), _("Reload the page.")
    ),
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.STOCK_TAKE_UNKNOWN: _("no such stock-take"),
        Reason.STOCK_LINE_UNKNOWN: _("not on the list"),
        Reason.STOCK_TAKE_CLOSED: _("stock-take closed"),
        Reason.STOCK_TAKE_PAUSED: _("stock-take paused"),
        Reason.STOCK_TAKE_OPEN: _("stock-take running"),
        Reason.STOCK_TAKE_EMPTY: _("no book there"),
        Reason.STOCK_TAKE_TOO_LARGE: _("too many copies"),
        Reason.STOCK_TAKE_NOTHING_LEFT: _("nothing left to do"),
        Reason.STOCK_LINE_SETTLED: _("dealt with already"),
        Reason.STOCK_LINE_NOT_SETTLED: _("not dealt with yet"),
        Reason.SETTLING_UNFIT: _("does not help any more"),
    }


def finding_name(finding: Finding) -> str:
    """Return what is odd in a few words, for badges and lists."""
    return {
        Finding.UNKNOWN: _("unknown barcode"),
        Finding.WITHDRAWN: _("withdrawn, but here"),
        Finding.ON_LOAN: _("on loan, but here"),
        Finding.KEPT: _("kept for a reader"),
        Finding.TRAVELLING: _("on its way elsewhere, but here"),
        Finding.LOST: _("lost, but here"),
        Finding.MISSING: _("missing, but here"),
        Finding.IN_REPAIR: _("in repair, but here"),
        Finding.WRONG_BRANCH: _("of another branch"),
        Finding.WRONG_SHELF: _("wrong shelf"),
        Finding.OUT_OF_SCOPE: _("not of this part"),
        Finding.OUT_OF_ORDER: _("wrong place in the row"),
    }[finding]


def verdict_name(verdict: Verdict) -> str:
    """Return where an expected book is."""
    return {
        Verdict.SEEN: _("seen"),
        Verdict.ON_LOAN: _("on loan"),
        Verdict.KEPT: _("on the hold shelf"),
        Verdict.TRAVELLING: _("between branches"),
        Verdict.IN_REPAIR: _("in repair"),
        Verdict.HANDLED: _("at the desk meanwhile"),
        Verdict.GONE: _("moved or withdrawn meanwhile"),
        Verdict.MARKED: _("marked as missing"),
        Verdict.NOT_FOUND: _("not found"),
    }[verdict]


def settling_name(how: Settling) -> str:
    """Return what was done, for a line that is dealt with."""
    return {
        Settling.TAKE_BACK: _("checked in"),
        Settling.RESTORE: _("withdrawal undone"),
        Settling.IN_USE: _("in use again"),
        Settling.RELOCATE: _("belongs here now"),
        Settling.DONE: _("put right"),
    }[how]
