"""Why a loss, a claim or damage cannot be written down, in plain words: part of `words.py`."""

from typing import Final

from django.utils.translation import gettext as _

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import Words, alike, figure, plain

WORDS: Final[Words] = {
    Reason.LOAN_NOT_RETURNED: lambda _f: alike(
        _("It has not come back yet."), _("Take it back first, then say what is damaged.")
    ),
    Reason.LOAN_NOT_LOST: lambda _f: alike(_("It does not count as lost."), _("Reload the page.")),
    Reason.LOAN_NOT_CLAIMED: lambda _f: alike(
        _("Nobody says that it was returned."), _("Reload the page.")
    ),
    Reason.TOO_MANY_CLAIMS: lambda facts: plain(
        _("That was said of %(n)s books within a year.") % {"n": figure(facts, "most", 3)},
        _("Look for it together with the reader, and say so at the desk."),
        _("Please ask at the desk; somebody looks for it with you."),
    ),
    Reason.COST_UNKNOWN: lambda _f: alike(
        _("No price of this copy is known."), _("Please write what it costs.")
    ),
    Reason.COST_BAD: lambda _f: alike(
        _("This can be no cost."), _("Write an amount from 0 to 100,000 yuan.")
    ),
    Reason.COST_SAID: lambda _f: alike(
        _("What it costs is in the account already."),
        _("To correct it, let it off and charge again."),
    ),
    Reason.TEXT_MISSING: lambda _f: plain(_("Please write what is damaged.")),
    Reason.TEXT_TOO_LONG: lambda _f: plain(_("Too long: at most 200 characters.")),
    Reason.REPLACEMENT_UNFIT: lambda _f: alike(
        _("This number cannot stand for the lost copy."),
        _("It needs a number that is on nothing else, or of a copy in use that nobody has."),
    ),
    Reason.REPLACEMENT_USED: lambda _f: alike(
        _("This copy has replaced another lost book already."),
        _("One copy settles one loss. Scan another, or leave the number empty."),
    ),
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.LOAN_NOT_RETURNED: _("not returned yet"),
        Reason.LOAN_NOT_LOST: _("not lost"),
        Reason.LOAN_NOT_CLAIMED: _("not said to be returned"),
        Reason.TOO_MANY_CLAIMS: _("said too often"),
        Reason.COST_UNKNOWN: _("price unknown"),
        Reason.COST_BAD: _("no such cost"),
        Reason.COST_SAID: _("charged already"),
        Reason.TEXT_MISSING: _("no reason given"),
        Reason.TEXT_TOO_LONG: _("too long"),
        Reason.REPLACEMENT_UNFIT: _("unfit replacement"),
        Reason.REPLACEMENT_USED: _("has replaced another"),
    }
