"""What stops a reader, in plain words: part of `words.py`."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import Facts, Said, Words, day_of, figure
from jieyue.kit.money import yuan


def _until(facts: Facts) -> str:
    return day_of(facts, "until") if facts.get("until") else ""


def _blocked(facts: Facts) -> Said:
    note = str(facts.get("note", "")).rstrip("。.")
    text = _("Blocked by the library: %(note)s.") % {"note": note} if note else ""
    until = _until(facts)
    ends = _("It ends by itself after %(until)s.") % {"until": until} if until else ""
    return (
        text or _("Blocked by the library."),
        ends or _("Lift the block on the reader's page when it is settled."),
        ends or _("Please ask at the desk."),
    )


def _suspended(facts: Facts) -> Said:
    until = _until(facts)
    text = (
        _("Suspended for late returns until %(until)s.") % {"until": until}
        if until
        else _("Suspended for late returns.")
    )
    if facts.get("pay_cents"):
        ends = _("It ends after that day, or at once when ¥%(pay)s is paid.") % {
            "pay": yuan(figure(facts, "pay_cents"))
        }
    else:
        ends = _("It ends by itself after that day.") if until else ""
    return text, ends, ends or _("Please ask at the desk.")


def _lost(facts: Facts) -> Said:
    count = figure(facts, "lost", 1)
    text = ngettext(
        "%(count)s lost book is not settled.", "%(count)s lost books are not settled.", count
    ) % {"count": count}  # fmt: skip
    return (
        text,
        _("Settle it on the reader's page: paid, replaced by another copy, or let off."),
        _("Pay for it or bring another copy of the same or a newer edition."),
    )


def _too_long(facts: Facts) -> Said:
    days = figure(facts, "days", 1)
    text = ngettext(
        "A book is %(days)s day overdue.", "A book is %(days)s days overdue.", days
    ) % {"days": days}  # fmt: skip
    return text, _("Take it back, or report it lost."), _("Return it, or report it lost.")


def _no_shows(facts: Facts) -> Said:
    count = figure(facts, "no_shows", 1)
    text = ngettext(
        "%(count)s reserved book was not fetched within a year.",
        "%(count)s reserved books were not fetched within a year.",
        count,
    ) % {"count": count}
    until = _until(facts)
    ends = _("It ends by itself after %(until)s.") % {"until": until} if until else ""
    return text, ends, ends or _("Please ask at the desk.")


WORDS: Final[Words] = {
    Reason.PATRON_BLOCKED: _blocked,
    Reason.PATRON_SUSPENDED: _suspended,
    Reason.PATRON_HAS_LOST: _lost,
    Reason.PATRON_OVERDUE_TOO_LONG: _too_long,
    Reason.PATRON_NO_SHOWS: _no_shows,
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.PATRON_BLOCKED: _("blocked by the library"),
        Reason.PATRON_SUSPENDED: _("suspended for lateness"),
        Reason.PATRON_HAS_LOST: _("lost books"),
        Reason.PATRON_OVERDUE_TOO_LONG: _("overdue too long"),
        Reason.PATRON_NO_SHOWS: _("reserved, not fetched"),
    }
