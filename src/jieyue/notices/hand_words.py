"""What stands on a slip for a reader, and what somebody says on the telephone.

A slip is read by a child of nine: what to do first, then the book, then the day. In the language
that is active, like `words`.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.notices.composing import Item
from jieyue.notices.words import day_words

# Kinds that name a book and a day, by the words for the day.
_DUE: Final = frozenset({"due_soon", "loan_recalled", "date_moved", "loan_renewed"})
_KEPT: Final = frozenset({"hold_ready", "hold_expiring", "fetch_moved"})
_UNTIL: Final = frozenset({"suspended", "card_expiring"})


def slip_heading(item: Item) -> str:
    """Return what a reader is to do, for all of a kind together. A test walks every kind."""
    if item.words is not None:
        return item.words.subject
    said = _HEADINGS.get(item.said_as) or _HEADINGS.get(item.kind)
    return said() if said else _("The library has a message for you")


def slip_day(item: Item, today: date) -> str:
    """Return the day that is named for a book, as one says it; empty if there is none."""
    on = day_words(item.on, today) if item.on else ""
    if not item.on:
        words = ""
    elif item.kind == "overdue":
        late = (today - item.on).days
        text = ngettext("due on %(on)s, %(n)s day late", "due on %(on)s, %(n)s days late", late)
        words = text % {"on": on, "n": late}
    elif item.kind == "due_today":
        words = _("today, %(on)s") % {"on": on}
    elif item.kind in _DUE or item.said_as in {"term_end", "term_end_gone"}:
        words = _("bring it back by %(on)s") % {"on": on}
    elif item.kind in _KEPT:
        words = _("kept for you until %(on)s") % {"on": on}
    elif item.kind in _UNTIL:
        words = _("till %(on)s") % {"on": on}
    else:
        words = on
    if not item.branch or not words:
        return words or item.branch
    return _("%(words)s, at %(branch)s") % {"words": words, "branch": item.branch}


_HEADINGS: Final[dict[str, Callable[[], str]]] = {
    "overdue": lambda: _("Please bring back to the library"),
    "due_today": lambda: _("Please bring back today"),
    "due_soon": lambda: _("Please bring back soon, or renew"),
    "loan_recalled": lambda: _("Somebody is waiting for it: please bring back"),
    "loan_lost": lambda: _("Counts as lost. If you find it, bring it"),
    "date_moved": lambda: _("There is a new date to bring back"),
    "term_end": lambda: _("The term ends: please bring back earlier"),
    "term_end_gone": lambda: _("There is a new date to bring back"),
    "hold_ready": lambda: _("Your book is here: come and fetch it"),
    "hold_expiring": lambda: _("Your book waits only a little longer"),
    "fetch_moved": lambda: _("Your book is here: come and fetch it"),
    "pickup_moved": lambda: _("You fetch your book at another place"),
    "hold_passed_on": lambda: _("Not fetched in time. Reserve it again if you like"),
    "suspended": lambda: _("You cannot borrow for some days"),
    "card_expiring": lambda: _("Your card runs out. Please ask in the library"),
    "application_answered": lambda: _("You have a library card now. Welcome!"),
    "link_asked": lambda: _("Somebody asks to help you with your books"),
    "loan_renewed": lambda: _("Renewed: you may keep it longer"),
    "renewed": lambda: _("Renewed: you may keep it longer"),
    "receipt": lambda: _("You have borrowed"),
    "returned": lambda: _("You have returned. Thank you!"),
}


def who_answers(name: str, library: str) -> str:
    """Return how a call begins."""
    words = _("Hello, this is the library %(library)s. May I speak to %(name)s?")
    return words % {"library": library, "name": name}


def for_others(name: str) -> str:
    """Return what is said when somebody else answers: nothing of what they read."""
    words = _("Please tell %(name)s that the library has a message and to call or come in. Thanks.")
    return words % {"name": name}
