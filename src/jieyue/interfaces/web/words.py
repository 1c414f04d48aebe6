"""Why not, in plain words, and what would help: shared by the desk and the readers' pages."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.web import block_words
from jieyue.interfaces.web.hold_words import HOLD_WORDS, hold_names
from jieyue.interfaces.web.renewal_words import RENEWAL_WORDS, renewal_names
from jieyue.interfaces.web.transit_words import TRANSIT_WORDS, transit_names
from jieyue.kit.money import yuan

Facts = Mapping[str, str | int]


class ReasonWords(NamedTuple):
    """A reason and what would help; `help` may be empty."""

    text: str
    help: str


def reason_words(why: Why, *, for_reader: bool = False) -> ReasonWords:
    """Return the words of a reason, for staff, or for the reader it is about.

    Total over `Reason`: a test walks them all. The language is the active one.
    """
    text, for_staff, for_patron = _ALL_WORDS[why.code](why.facts)
    return ReasonWords(text, for_patron if for_reader else for_staff)


def reason_name(reason: Reason) -> str:
    """Return a reason in a few words, for badges, buttons and the journal."""
    return (_names() | hold_names() | transit_names() | renewal_names())[reason]


def day_words(on: date, *, with_year: bool = False, with_weekday: bool = False) -> str:
    """Return a local date as people say it: `12月21日`, `Dec 21`."""
    # Translators: Django date formats, such as 12月21日 and 12月21日 周一.
    shape = _("M j, Y") if with_year else _("D M j") if with_weekday else _("M j")
    return dateformat.format(on, shape)


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment by the library's clock: `12月21日 17:00`."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def _on(facts: Facts) -> str:
    return day_words(date.fromisoformat(str(facts.get("on", "1970-01-01"))), with_year=True)


def _fact(facts: Facts, name: str) -> int:
    return int(facts.get(name, 0))


def _limit(facts: Facts) -> tuple[str, str, str]:
    limit = _fact(facts, "limit")
    text = ngettext(
        "All %(limit)s loan is used.", "All %(limit)s loans are used.", limit
    ) % {"limit": limit}  # fmt: skip
    return text, _("Take one back first, or lend it all the same."), _("Return one first.")


def _on_site(facts: Facts) -> tuple[str, str, str]:
    limit = _fact(facts, "limit")
    text = ngettext(
        "No more than %(limit)s book at once is read here.",
        "No more than %(limit)s books at once are read here.",
        limit,
    ) % {"limit": limit}
    return text, _("Take one back first, or lend it all the same."), _("Give one back first.")


def _overdue(facts: Facts) -> tuple[str, str, str]:
    count = _fact(facts, "overdue")
    text = ngettext(
        "%(count)s book is overdue.", "%(count)s books are overdue.", count
    ) % {"count": count}  # fmt: skip
    return text, _("Take it back first."), _("Return it first.")


def _owes(facts: Facts) -> tuple[str, str, str]:
    text = _("¥%(owed)s is owed; up to ¥%(tolerated)s is allowed.") % {
        "owed": yuan(_fact(facts, "owed_cents")),
        "tolerated": yuan(_fact(facts, "tolerated_cents")),
    }
    return text, _("Settle it on the reader's page."), _("Please settle it at the desk.")


def _frozen(facts: Facts) -> tuple[str, str, str]:
    note = str(facts.get("note", ""))
    text = _("The card is suspended: %(note)s.") % {"note": note.rstrip("。.")} if note else ""
    return (
        text or _("The card is suspended."),
        _("Lift the suspension on the reader's page."),
        _("Please ask at the desk."),
    )


def _expired(facts: Facts) -> tuple[str, str, str]:
    return (
        _("The card was valid until %(on)s.") % {"on": _on(facts)},
        _("Extend the card on the reader's page."),
        _("Please have it extended at the desk."),
    )


def _plain(text: str, for_staff: str = "", for_patron: str = "") -> tuple[str, str, str]:
    return text, for_staff, for_patron


def _deposit(facts: Facts) -> tuple[str, str, str]:
    text = _("The deposit is ¥%(deposit)s; with this book ¥%(needed)s is needed.") % {
        "deposit": yuan(_fact(facts, "deposit_cents")),
        "needed": yuan(_fact(facts, "needed_cents")),
    }
    return text, _("Take more deposit on the reader's page."), _("Please ask at the desk.")


_WORDS: Final[dict[Reason, Callable[[Facts], tuple[str, str, str]]]] = {
    Reason.COPY_UNKNOWN: lambda _f: _plain(
        _("No copy here has this number."),
        _("Scan again, or add the book to the catalogue."),
        _("Please ask at the desk."),
    ),
    Reason.PATRON_UNKNOWN: lambda _f: _plain(
        _("No card here has this number."),
        _("Scan again, or find the reader by name."),
        _("Please ask at the desk."),
    ),
    Reason.SCANNED_TWICE: lambda _f: _plain(_("This copy was scanned twice.")),
    Reason.COPY_WITHDRAWN: lambda _f: _plain(
        _("This copy was withdrawn from the collection."),
        _("If it is to stay, bring it back on the book's page."),
        _("Please hand it in at the desk."),
    ),
    Reason.COPY_ON_LOAN_TO_PATRON: lambda _f: _plain(
        _("This reader has it already."), _("Renew it instead."), _("You can renew it instead.")
    ),
    Reason.COPY_ON_LOAN: lambda _f: _plain(
        _("Somebody else has it on loan."),
        _("It is in your hands: take it back, then lend it."),
        _("Please ask at the desk."),
    ),
    Reason.COPY_HELD_FOR_ANOTHER: lambda _f: _plain(
        _("It is kept for another reader who reserved it."),
        _("Put it on the hold shelf. Lending it all the same puts that reader back in the queue."),
        _("Please hand it in at the desk; you can reserve it yourself."),
    ),
    Reason.TITLE_HELD_BY_OTHERS: lambda f: _plain(
        _("Readers who reserved it come first: %(waiting)s.") % {"waiting": _fact(f, "waiting")},
        _("Take it back at the desk, and it goes to the next reader in the queue."),
        _("You can reserve it, too."),
    ),
    Reason.CARD_LOST: lambda _f: _plain(
        _("This card was reported lost."),
        _("Keep the card, and issue a new one on the reader's page."),
        _("Please get a new card at the desk."),
    ),
    Reason.CARD_REPLACED: lambda _f: _plain(
        _("This card was replaced by a newer one."),
        _("Use the new card, or find the reader by name."),
        _("Please use your new card."),
    ),
    Reason.NO_OPEN_DAY: lambda _f: _plain(
        _("The calendar has no open day it could be due on."),
        _("Look at opening hours and closed days in the settings."),
        _("Please ask at the desk."),
    ),
    **block_words.WORDS,
    Reason.PATRON_FROZEN: _frozen,
    Reason.PATRON_EXPIRED: _expired,
    Reason.COPY_LOST: lambda _f: _plain(
        _("This copy counts as lost."),
        _("Scan it as a return first: then it is found."),
        _("Please hand it in at the desk."),
    ),
    Reason.COPY_IN_REPAIR: lambda _f: _plain(
        _("This copy is in repair."),
        _("If it is mended, say so on the book's page."),
        _("Please ask at the desk."),
    ),
    Reason.COPY_REFERENCE: lambda _f: _plain(
        _("This copy is for reading here."),
        _("Look for another copy of the book."),
        _("You can read it in the library."),
    ),
    Reason.ITEM_TYPE_NOT_ALLOWED: lambda _f: _plain(
        _("This kind of card does not lend this kind of item."),
        _("The lending rules in the settings say so."),
        _("Please ask at the desk."),
    ),
    Reason.PATRON_AT_LOAN_LIMIT: _limit,
    Reason.PATRON_AT_ON_SITE_LIMIT: _on_site,
    Reason.PATRON_HAS_OVERDUE: _overdue,
    Reason.PATRON_OWES_TOO_MUCH: _owes,
    Reason.DEPOSIT_TOO_SMALL: _deposit,
    Reason.COPY_HAS_NO_PRICE: lambda _f: _plain(
        _("This copy has no price, so the deposit cannot cover it."),
        _("Write the price on the copy's page."),
        _("Please ask at the desk."),
    ),
    Reason.LOAN_UNKNOWN: lambda _f: _plain(
        _("There is no such loan."), _("Reload the page."), _("Reload the page.")
    ),
    Reason.LOAN_ENDED: lambda _f: _plain(
        _("It has come back already."), _("Reload the page."), _("Reload the page.")
    ),
    Reason.TOO_LATE_TO_UNDO: lambda _f: _plain(
        _("Only a step of today can be taken back."), _("Lend or take back as usual.")
    ),
    Reason.SOMETHING_FOLLOWED: lambda _f: _plain(
        _("Something has happened to this copy since."), _("Lend or take back as usual.")
    ),
}


_ALL_WORDS: Final = _WORDS | HOLD_WORDS | TRANSIT_WORDS | RENEWAL_WORDS


def _names() -> dict[Reason, str]:
    return block_words.names() | {
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
    }
