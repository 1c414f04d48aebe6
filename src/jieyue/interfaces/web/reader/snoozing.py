"""Until when a reservation may sleep: the days one is likely to mean, in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from jieyue.circulation.queries.vacations import vacations
from jieyue.interfaces.web.saying import told_day
from jieyue.libraries.queries import holidays

AHEAD_DAYS: Final = 90
MOST_HOLIDAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Snooze:
    """A choice: the day it goes on, and the words for it."""

    on: date
    words: str


def snoozes(today: date) -> list[Snooze]:
    """Return a week, a month, and after the holidays that come. Two statements."""
    until = today + timedelta(days=AHEAD_DAYS)
    off = [(one.name, one.starts_on, one.ends_on) for one in holidays(today, until)]
    off += [
        (one.values.name, one.values.starts_on, one.values.ends_on)
        for one in vacations(since=today)
        if not one.branch and one.values.starts_on <= until
    ]
    found = [
        Snooze(today + timedelta(days=7), _("For one week")),
        Snooze(today + timedelta(days=28), _("For four weeks")),
    ]
    for name, _starts_on, ends_on in sorted(off, key=lambda one: one[1])[:MOST_HOLIDAYS]:
        on = ends_on + timedelta(days=1)
        words = _("After %(holiday)s (%(on)s)") % {"holiday": name, "on": told_day(on, today)}
        found.append(Snooze(on, words))
    return found
