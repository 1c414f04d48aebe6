"""What stands against renewing, recalling or re-dating, in plain words: part of `words.py`."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import (
    Facts,
    Said,
    Words,
    dated,
    day_of,
    figure,
    plain,
)


def _used_up(facts: Facts) -> Said:
    limit = figure(facts, "limit")
    in_time = _("Please return it in time.")
    if limit == 0:
        return _("This cannot be renewed."), _("Take it back and lend it anew."), in_time
    text = ngettext(
        "Renewed %(limit)s time already, which is the most.",
        "Renewed %(limit)s times already, which is the most.",
        limit,
    ) % {"limit": limit}
    return text, _("Take it back and lend it anew."), in_time


def _gains_nothing(facts: Facts) -> Said:
    text = _("It is due on %(on)s anyway; renewing now gains nothing.") % {
        "on": day_of(facts, "on")
    }
    return text, *_from_first_day(facts)


def _too_soon(facts: Facts) -> Said:
    return _("It is too early to renew it."), *_from_first_day(facts)


def _from_first_day(facts: Facts) -> tuple[str, str]:
    if "first" not in facts:
        return _("Return it in time, or have the card extended."), _("Please return it in time.")
    help_ = _("It can be renewed from %(on)s.") % {"on": day_of(facts, "first")}
    return help_, help_


def _awaited(facts: Facts) -> Said:
    count = figure(facts, "waiting")
    text = ngettext(
        "Another reader waits for it.", "%(count)s other readers wait for it.", count
    ) % {"count": count}  # fmt: skip
    return (
        text,
        _("It can be renewed once they are served or do not want it any more."),
        _("Please return it in time. You can reserve it again."),
    )


def _not_seen(facts: Facts) -> Said:
    limit = figure(facts, "limit")
    text = (
        ngettext(
            "Renewed %(limit)s time without showing the book.",
            "Renewed %(limit)s times without showing the book.",
            limit,
        )
        % {"limit": limit}
        if limit
        else _("It is renewed only when the book is shown.")
    )
    return (
        text,
        _("With the book in your hands: choose Renew at the desk and scan it."),
        _("Please bring it to the desk; there it can be renewed."),
    )


def _day_unfit(facts: Facts) -> Said:
    text = _("It came back between %(first)s and %(last)s.") % {
        "first": day_of(facts, "first"),
        "last": day_of(facts, "last"),
    }
    return text, _("Give a day before it was scanned, and not before it was lent."), ""


def _too_late(facts: Facts) -> Said:
    days = figure(facts, "days")
    text = ngettext(
        "The day of a return can be corrected for %(days)s day.",
        "The day of a return can be corrected for %(days)s days.",
        days,
    ) % {"days": days}
    return text, _("Let the reader off on their page instead."), ""


WORDS: Final[Words] = {
    Reason.RENEWALS_USED_UP: _used_up,
    Reason.COPY_NOT_SEEN: _not_seen,
    Reason.RENEWAL_TOO_SOON: _too_soon,
    Reason.RENEWAL_GAINS_NOTHING: _gains_nothing,
    Reason.LOAN_LOST: lambda facts: plain(
        dated(facts, _("It counts as lost."), _("It counts as lost since %(day)s.")),
        _("When it turns up, scan it as a return: then it is found."),
        _("If you find it, please bring it to the desk."),
    ),
    Reason.LOAN_CLAIMED: lambda facts: plain(
        dated(
            facts,
            _("It is said to have been returned."),
            _("Since %(day)s it is said to have been returned."),
        ),
        _("Settle that first on the reader's page."),
        _("The library is looking for it."),
    ),
    Reason.LOAN_AWAITED: _awaited,
    Reason.LOAN_RECALLED: lambda _f: plain(
        _("It was recalled for another reader."),
        _("Take it back when it comes."),
        _("Please return it by the new date."),
    ),
    Reason.LOAN_OVERDUE: lambda _f: plain(
        _("It is overdue."), _("Take it back first."), _("Please return it first.")
    ),
    Reason.RECALL_NOT_ALLOWED: lambda _f: plain(
        _("The lending rules recall no such loans."),
        _("Set in the lending rules how many days a recall leaves."),
    ),
    Reason.NOBODY_WAITS: lambda _f: plain(
        _("Nobody waits for it whom another copy could not serve."),
        _("Reserve it first for whoever needs it."),
    ),
    Reason.FINE_PAID: lambda _f: plain(
        _("Money was taken for it."), _("Give it back on the reader's page first.")
    ),
    Reason.RETURN_DAY_UNFIT: _day_unfit,
    Reason.TOO_LATE_TO_REDATE: _too_late,
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.RENEWALS_USED_UP: _("renewals used up"),
        Reason.COPY_NOT_SEEN: _("book not shown"),
        Reason.RENEWAL_TOO_SOON: _("too early"),
        Reason.RENEWAL_GAINS_NOTHING: _("gains nothing"),
        Reason.LOAN_LOST: _("lost"),
        Reason.LOAN_CLAIMED: _("said to be returned"),
        Reason.LOAN_AWAITED: _("others wait"),
        Reason.LOAN_RECALLED: _("recalled"),
        Reason.LOAN_OVERDUE: _("overdue"),
        Reason.RECALL_NOT_ALLOWED: _("no recalls"),
        Reason.NOBODY_WAITS: _("nobody waits"),
        Reason.FINE_PAID: _("already paid"),
        Reason.RETURN_DAY_UNFIT: _("day does not fit"),
        Reason.TOO_LATE_TO_REDATE: _("too long ago"),
    }
