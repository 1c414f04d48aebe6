"""What the words of reasons are made of: their shape, the figures in them, and dates."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _

from jieyue.circulation.rules.reasons import Reason

Facts = Mapping[str, str | int]
Said = tuple[str, str, str]  # the text, what helps staff, what helps the reader
Words = dict[Reason, Callable[[Facts], Said]]


def plain(text: str, for_staff: str = "", for_patron: str = "") -> Said:
    """Return words without figures."""
    return text, for_staff, for_patron


def alike(text: str, for_both: str) -> Said:
    """Return words whose help is the same for staff and readers."""
    return text, for_both, for_both


def figure(facts: Facts, name: str, default: int = 0) -> int:
    """Return a number that a reason carries, or the default if it does not."""
    return int(facts.get(name, default))


def day_of(facts: Facts, name: str) -> str:
    """Return a day that a reason carries, with its year unless that is `today`'s, if given."""
    on = date.fromisoformat(str(facts.get(name, "1970-01-01")))
    return told_day(on, date.fromisoformat(str(facts.get("today", "1970-01-01"))))


def dated(facts: Facts, text: str, text_with_day: str) -> str:
    """Return the words with the day since when it is so, if the reason carries one."""
    return text_with_day % {"day": day_of(facts, "since")} if "since" in facts else text


def day_words(on: date, *, with_year: bool = False, with_weekday: bool = False) -> str:
    """Return a local date as people say it: `12月21日`, `21 Dec`."""
    # Translators: Django date formats, such as 12月21日 and 12月21日 周一.
    shape = _("j M Y") if with_year else _("D j M") if with_weekday else _("j M")
    return dateformat.format(on, shape)


def told_day(on: date, today: date) -> str:
    """Return a local date as readers are told it: with its year when that is not this one."""
    return day_words(on, with_year=on.year != today.year)


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment by the library's clock: `12月21日 17:00`."""
    local = moment.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def sent_before() -> str:
    """Return the words for a form that was sent twice with different content."""
    return _("This form was sent before. Look whether your change is there already.")
