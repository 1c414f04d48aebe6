"""Our own words for every kind of notice, in the language that is active.

A library replaces any of them with its own (`NoticeTemplate`). Blanks stand in braces; those whom
we write to by several channels get the long text by e-mail and the short one everywhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, with its blanks still open; only some channels show a subject."""

    subject: str
    text: str


# Kinds that are said differently by what brought them about (`facts["because"]`).
VARIANTS: Final = ("returned", "renewed", "term_end", "term_end_gone")
FRAME: Final = "frame"
LONG_CHANNELS: Final = ("email",)


def built_in(kind: str, channel: str) -> Words:
    """Return our words for a kind (a `Notice.Kind`, a variant or the frame). A test walks them."""
    if kind == FRAME:
        return _frame(channel)
    subject, long, short = _KINDS.get(kind, _other)()
    return Words(subject, long if channel in LONG_CHANNELS else short)


def _frame(channel: str) -> Words:
    subject = _("{count} messages from {library}")
    if channel == "email":
        return Words(subject, _("Dear {reader},\n\n{messages}\n\n{library}"))
    return Words(subject, _("{reader}: {messages}") if channel == "sms" else "{messages}")


Said = tuple[str, str, str]  # subject, long, short


def _due_soon() -> Said:
    return (
        _("{title} is due on {date}"),
        _("Soon due:\n{books}\n\nPlease bring them back or renew them in time."),
        _("{title} is due on {date}. Please bring it back or renew it."),
    )


def _due_today() -> Said:
    return (
        _("{title} is due today"),
        _("Due today:\n{books}\n\nPlease bring them back or renew them today."),
        _("{title} is due today, {date}. Please bring it back or renew it."),
    )


def _overdue() -> Said:
    return (
        _("{title} is overdue"),
        _("Overdue:\n{books}\n\nPlease bring them back soon. Others may be waiting."),
        _("{title} was due on {date}. Please bring it back soon."),
    )


def _hold_ready() -> Said:
    return (
        _("{title} is waiting for you"),
        _("Waiting for you at {branch}:\n{books}\n\nPlease fetch them by then."),
        _("{title} is waiting for you at {branch} until {date}."),
    )


def _hold_expiring() -> Said:
    return (
        _("{title} waits for you only until {date}"),
        _("Still waiting for you at {branch}:\n{books}\n\nAfter that the next reader gets them."),
        _("{title} waits for you at {branch} only until {date}."),
    )


def _hold_passed_on() -> Said:
    return (
        _("{title} was not fetched in time"),
        _("Not fetched in time:\n{books}\n\nReserve them again if you still want them."),
        _("{title} was not fetched in time. Reserve it again if you still want it."),
    )


def _pickup_moved() -> Said:
    return (
        _("You will fetch {title} at {branch}"),
        _("The branch you chose has closed. You keep your place and fetch at {branch}:\n{books}"),
        _("The branch you chose has closed: you will fetch {title} at {branch}."),
    )


def _fetch_moved() -> Said:
    return (
        _("{title} waits for you until {date}"),
        _("Opening days have changed. At {branch} we keep for you:\n{books}"),
        _("Opening days have changed: {title} waits for you at {branch} until {date}."),
    )


def _loan_renewed() -> Said:
    return (
        _("{title} was renewed"),
        _("Renewed by itself, with the new date:\n{books}"),
        _("{title} was renewed. It is due on {date} now."),
    )


def _loan_recalled() -> Said:
    return (
        _("Somebody is waiting for {title}"),
        _("Somebody is waiting for these books. Please bring them back by then:\n{books}"),
        _("Somebody is waiting for {title}. Please bring it back by {date}."),
    )


def _date_moved() -> Said:
    return (
        _("{title} is due on {date} now"),
        _("Opening days have changed, and with them these dates:\n{books}"),
        _("Opening days have changed: {title} is due on {date} now."),
    )


def _term_end() -> Said:
    return (
        _("{title} is due earlier, on {date}"),
        _("The term ends, so these books are due earlier:\n{books}"),
        _("The term ends: {title} is due earlier, on {date}."),
    )


def _term_end_gone() -> Said:
    return (
        _("{title} is due on {date} now"),
        _("These books are not due earlier any more:\n{books}"),
        _("{title} is not due earlier any more, but on {date}."),
    )


def _loan_lost() -> Said:
    return (
        _("{title} counts as lost"),
        _("These books count as lost now:\n{books}\n\nIf you find them, bring them back."),
        _("{title} counts as lost now. If you find it, bring it back."),
    )


def _suspended() -> Said:
    return (
        _("Borrowing is suspended until {date}"),
        _("Books came back late, so borrowing is suspended until {date}."),
        _("Books came back late, so borrowing is suspended until {date}."),
    )


def _card_expiring() -> Said:
    return (
        _("Your card is valid until {date}"),
        _("Your card is valid until {date}. Please ask at the desk to have it extended."),
        _("Your card is valid until {date}. Please ask at the desk to have it extended."),
    )


def _application_answered() -> Said:
    return (
        _("You have a library card now"),
        _("Welcome! You have a card of this library now, and can borrow right away."),
        _("Welcome! You have a card of this library now, and can borrow right away."),
    )


def _link_asked() -> Said:
    return (
        _("{asker} asks to act for you"),
        _(
            "{asker} asks to act for you at {library}: to see what is due, renew and reserve.\n\n"
            "If you know them and want it, allow it under “Family and helpers”. If not, decline. "
            "It counts for nothing until you, or for a child the library, have said yes."
        ),
        _("{asker} asks to act for you. Allow or decline it under “Family and helpers”."),
    )


def _receipt() -> Said:
    return (
        _("Borrowed: {title}"),
        _("You have borrowed:\n{books}"),
        _("Borrowed: {title}, due on {date}."),
    )


def _returned() -> Said:
    return _("Returned: {title}"), _("You have returned:\n{books}"), _("Returned: {title}.")


def _renewed() -> Said:
    return (
        _("Renewed: {title}"),
        _("You have renewed:\n{books}"),
        _("Renewed: {title}, due on {date} now."),
    )


def _other() -> Said:
    """Return what is said of a kind that has no words of its own: where to read on."""
    text = _("There is a new message for you. Please look at your page at the library.")
    return _("A message from {library}"), text, text


_KINDS: Final[dict[str, Callable[[], Said]]] = {
    "due_soon": _due_soon,
    "due_today": _due_today,
    "overdue": _overdue,
    "hold_ready": _hold_ready,
    "hold_expiring": _hold_expiring,
    "hold_passed_on": _hold_passed_on,
    "pickup_moved": _pickup_moved,
    "fetch_moved": _fetch_moved,
    "loan_renewed": _loan_renewed,
    "loan_recalled": _loan_recalled,
    "date_moved": _date_moved,
    "term_end": _term_end,
    "term_end_gone": _term_end_gone,
    "loan_lost": _loan_lost,
    "suspended": _suspended,
    "card_expiring": _card_expiring,
    "application_answered": _application_answered,
    "link_asked": _link_asked,
    "receipt": _receipt,
    "returned": _returned,
    "renewed": _renewed,
}
KINDS: Final = tuple(_KINDS)


# --- What goes into the blanks ----------------------------------------------------------------


def book_words(titles: list[str]) -> str:
    """Return one book by name, and how many there are besides."""
    name = _("“%(title)s”") % {"title": titles[0]}
    more = len(titles) - 1
    if not more:
        return name
    text = ngettext("%(book)s and %(n)s more book", "%(book)s and %(n)s more books", more)
    return text % {"book": name, "n": more}


def book_line(title: str, on: str, late: int) -> str:
    """Return a line of a list of books: its name and its day, and how late it is."""
    name = _("“%(title)s”") % {"title": title}
    if late:
        text = ngettext(
            "· %(book)s, due on %(on)s (%(n)s day late)",
            "· %(book)s, due on %(on)s (%(n)s days late)",
            late,
        )
        return text % {"book": name, "on": on, "n": late}
    return _("· %(book)s, %(on)s") % {"book": name, "on": on} if on else f"· {name}"


def concerning(reader: str, text: str) -> str:
    """Return what is said to somebody about another reader."""
    return _("%(reader)s: %(text)s") % {"reader": reader, "text": text}


def day_words(on: date, today: date) -> str:
    """Return a day as one says it: `12月21日`; with its year when that is not this one."""
    # Translators: Django date formats, such as 12月21日 and 2027年1月5日.
    return dateformat.format(on, _("j M") if on.year == today.year else _("j M Y"))
