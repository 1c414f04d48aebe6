"""What stands against lending a copy or undoing a step, in plain words: part of `words.py`."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import (
    Facts,
    Said,
    Words,
    alike,
    dated,
    day_of,
    figure,
    plain,
)
from jieyue.kit.money import yuan


def _limit(facts: Facts) -> Said:
    limit = figure(facts, "limit")
    text = ngettext(
        "All %(limit)s loan is used.", "All %(limit)s loans are used.", limit
    ) % {"limit": limit}  # fmt: skip
    return text, _("Take one back first, or lend it all the same."), _("Return one first.")


def _on_site(facts: Facts) -> Said:
    limit = figure(facts, "limit")
    text = ngettext(
        "No more than %(limit)s book at once is read here.",
        "No more than %(limit)s books at once are read here.",
        limit,
    ) % {"limit": limit}
    return text, _("Take one back first, or lend it all the same."), _("Give one back first.")


def _overdue(facts: Facts) -> Said:
    count = figure(facts, "overdue")
    text = ngettext(
        "%(count)s book is overdue.", "%(count)s books are overdue.", count
    ) % {"count": count}  # fmt: skip
    return text, _("Take it back first."), _("Return it first.")


def _owes(facts: Facts) -> Said:
    text = _("¥%(owed)s is owed; up to ¥%(tolerated)s is allowed.") % {
        "owed": yuan(figure(facts, "owed_cents")),
        "tolerated": yuan(figure(facts, "tolerated_cents")),
    }
    return text, _("Settle it on the reader's page."), _("Please settle it at the desk.")


def _frozen(facts: Facts) -> Said:
    note = str(facts.get("note", ""))
    text = _("The card is suspended: %(note)s.") % {"note": note.rstrip("。.")} if note else ""
    return (
        text or _("The card is suspended."),
        _("Lift the suspension on the reader's page."),
        _("Please ask at the desk."),
    )


def _expired(facts: Facts) -> Said:
    return (
        _("The card was valid until %(on)s.") % {"on": day_of(facts, "on")},
        _("Extend the card on the reader's page."),
        _("Please have it extended at the desk."),
    )


def _deposit(facts: Facts) -> Said:
    text = _("The deposit is ¥%(deposit)s; with this book ¥%(needed)s is needed.") % {
        "deposit": yuan(figure(facts, "deposit_cents")),
        "needed": yuan(figure(facts, "needed_cents")),
    }
    return text, _("Take more deposit on the reader's page."), _("Please ask at the desk.")


WORDS: Final[Words] = {
    Reason.COPY_UNKNOWN: lambda _f: plain(
        _("No copy here has this number."),
        _("Scan again, or add the book to the catalogue."),
        _("Please ask at the desk."),
    ),
    Reason.PATRON_UNKNOWN: lambda _f: plain(
        _("No card here has this number."),
        _("Scan again, or find the reader by name."),
        _("Please ask at the desk."),
    ),
    Reason.SCANNED_TWICE: lambda _f: plain(_("This copy was scanned twice.")),
    Reason.COPY_WITHDRAWN: lambda _f: plain(
        _("This copy was withdrawn from the collection."),
        _("If it is to stay, bring it back on the book's page."),
        _("Please hand it in at the desk."),
    ),
    Reason.COPY_ON_LOAN_TO_PATRON: lambda _f: plain(
        _("This reader has it already."), _("Renew it instead."), _("You can renew it instead.")
    ),
    Reason.COPY_ON_LOAN: lambda _f: plain(
        _("Somebody else has it on loan."),
        _("It is in your hands: take it back, then lend it."),
        _("Please ask at the desk."),
    ),
    Reason.COPY_HELD_FOR_ANOTHER: lambda _f: plain(
        _("It is kept for another reader who reserved it."),
        _("Put it on the hold shelf. Lending it all the same puts that reader back in the queue."),
        _("Please hand it in at the desk; you can reserve it yourself."),
    ),
    Reason.TITLE_HELD_BY_OTHERS: lambda f: plain(
        _("Readers who reserved it come first: %(waiting)s.") % {"waiting": figure(f, "waiting")},
        _("Take it back at the desk, and it goes to the next reader in the queue."),
        _("You can reserve it, too."),
    ),
    Reason.CARD_LOST: lambda _f: plain(
        _("This card was reported lost."),
        _("Keep the card, and issue a new one on the reader's page."),
        _("Please get a new card at the desk."),
    ),
    Reason.CARD_REPLACED: lambda _f: plain(
        _("This card was replaced by a newer one."),
        _("Use the new card, or find the reader by name."),
        _("Please use your new card."),
    ),
    Reason.NO_OPEN_DAY: lambda _f: plain(
        _("The calendar has no open day it could be due on."),
        _("Look at opening hours and closed days in the settings."),
        _("Please ask at the desk."),
    ),
    Reason.PATRON_FROZEN: _frozen,
    Reason.PATRON_EXPIRED: _expired,
    Reason.COPY_LOST: lambda _f: plain(
        _("This copy counts as lost."),
        _("Scan it as a return first: then it is found."),
        _("Please hand it in at the desk."),
    ),
    Reason.COPY_IN_REPAIR: lambda _f: plain(
        _("This copy is in repair."),
        _("If it is mended, say so on the book's page."),
        _("Please ask at the desk."),
    ),
    Reason.COPY_REFERENCE: lambda _f: plain(
        _("This copy is for reading here."),
        _("Look for another copy of the book."),
        _("You can read it in the library."),
    ),
    Reason.ITEM_TYPE_NOT_ALLOWED: lambda _f: plain(
        _("This kind of card does not lend this kind of item."),
        _("The lending rules in the settings say so."),
        _("Please ask at the desk."),
    ),
    Reason.PATRON_AT_LOAN_LIMIT: _limit,
    Reason.PATRON_AT_ON_SITE_LIMIT: _on_site,
    Reason.PATRON_HAS_OVERDUE: _overdue,
    Reason.PATRON_OWES_TOO_MUCH: _owes,
    Reason.DEPOSIT_TOO_SMALL: _deposit,
    Reason.COPY_HAS_NO_PRICE: lambda _f: plain(
        _("This copy has no price, so the deposit cannot cover it."),
        _("Write the price on the copy's page."),
        _("Please ask at the desk."),
    ),
    Reason.LOAN_UNKNOWN: lambda _f: alike(_("There is no such loan."), _("Reload the page.")),
    Reason.LOAN_ENDED: lambda facts: alike(
        dated(facts, _("It has come back already."), _("The loan has ended on %(day)s.")),
        _("Reload the page."),
    ),
    Reason.TOO_LATE_TO_UNDO: lambda _f: plain(
        _("Only a step of today can be taken back."), _("Lend or take back as usual.")
    ),
    Reason.SOMETHING_FOLLOWED: lambda _f: plain(
        _("Something has happened to this copy since."), _("Lend or take back as usual.")
    ),
    Reason.DEPOSIT_GIVEN_BACK: lambda _f: plain(
        _("The deposit was given back since, and this loan needs one."),
        _("Take the deposit in again first."),
    ),
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.COPY_UNKNOWN: _("unknown number"),
        Reason.PATRON_UNKNOWN: _("unknown card"),
        Reason.SCANNED_TWICE: _("scanned twice"),
        Reason.COPY_WITHDRAWN: _("withdrawn"),
        Reason.COPY_ON_LOAN_TO_PATRON: _("has it already"),
        Reason.COPY_ON_LOAN: _("on loan"),
        Reason.COPY_HELD_FOR_ANOTHER: _("kept for another reader"),
        Reason.TITLE_HELD_BY_OTHERS: _("reserved by others"),
        Reason.CARD_LOST: _("card lost"),
        Reason.CARD_REPLACED: _("card replaced"),
        Reason.NO_OPEN_DAY: _("no open day"),
        Reason.PATRON_FROZEN: _("suspended"),
        Reason.PATRON_EXPIRED: _("card expired"),
        Reason.COPY_LOST: _("lost"),
        Reason.COPY_IN_REPAIR: _("in repair"),
        Reason.COPY_REFERENCE: _("for reading here"),
        Reason.ITEM_TYPE_NOT_ALLOWED: _("kind not allowed"),
        Reason.PATRON_AT_LOAN_LIMIT: _("loan limit"),
        Reason.PATRON_AT_ON_SITE_LIMIT: _("limit for reading here"),
        Reason.PATRON_HAS_OVERDUE: _("overdue books"),
        Reason.PATRON_OWES_TOO_MUCH: _("money owed"),
        Reason.DEPOSIT_TOO_SMALL: _("deposit too small"),
        Reason.COPY_HAS_NO_PRICE: _("no price"),
        Reason.LOAN_UNKNOWN: _("unknown loan"),
        Reason.LOAN_ENDED: _("returned already"),
        Reason.TOO_LATE_TO_UNDO: _("too late"),
        Reason.SOMETHING_FOLLOWED: _("something followed"),
        Reason.DEPOSIT_GIVEN_BACK: _("deposit given back"),
    }
