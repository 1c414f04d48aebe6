"""Vacations, closures and the dates they move, in plain words."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from jieyue.circulation.queries.closures import ClosureView, MovedDay, MovePreview
from jieyue.circulation.queries.term_ends import EarlierPreview
from jieyue.circulation.queries.vacations import Values
from jieyue.interfaces.web.saying import day_words

MOVES: Final = (
    ("due", lazy("those due in it")),
    ("all", lazy("those due in it, or after it but before the new date")),
    ("made", lazy("those made in it")),
    ("none", lazy("none: due dates stay as they are")),
)
LATE_DAYS: Final = (
    ("never", lazy("No")),
    ("if_late_before", lazy("Only for what was overdue before it began")),
    ("if_late_after", lazy("All of them, unless it is back soon after it")),
)
CAUSES: Final = {
    "closure": lazy("Closure"),
    "vacation": lazy("Vacation"),
    "calendar": lazy("Calendar changed"),
    "term_end": lazy("Last day of term"),
}


def span_words(first: date, last: date, today: date) -> str:
    """Return days in a row: `1月16日 – 2月21日`, with the year unless it is this one."""
    said = day_words(first, with_year=first.year != today.year)
    if last == first:
        return said
    return f"{said} – {day_words(last, with_year=last.year != first.year)}"


def vacation_lines(values: Values, today: date) -> list[str]:
    """Say what a vacation does, one switch a line."""
    lines = []
    when = _when(values, today)
    if values.moves != "none":
        first = values.window_starts_on or values.starts_on
        last = values.window_ends_on or values.ends_on
        window = {"days": span_words(first, last, today), "when": when}
        lines.append(
            {
                "due": _("Loans due in %(days)s are due %(when)s."),
                "all": _("Loans due in %(days)s, or after it but before the new date, %(when)s."),
                "made": _("Loans made in %(days)s are due %(when)s."),
            }[values.moves]
            % window
        )
    lines.append(_late(values))
    if values.extra_loans:
        lines.append(
            ngettext(
                "%(n)s more loan for each reader.",
                "%(n)s more loans for each reader.",
                values.extra_loans,
            )
            % {"n": values.extra_loans}
        )
    return lines


def _when(values: Values, today: date) -> str:
    if values.due_on is not None:
        on = day_words(values.due_on, with_year=values.due_on.year != today.year)
        return _("on %(day)s") % {"day": on}
    return _("on open day %(n)s after it") % {"n": values.due_after_open_days or 1}


def _late(values: Values) -> str:
    if values.late_days == "if_late_after":
        return ngettext(
            "Back within %(n)s day after it, its days do not count as late; later, all do.",
            "Back within %(n)s days after it, its days do not count as late; later, all do.",
            values.grace_days,
        ) % {"n": values.grace_days}
    if values.late_days == "if_late_before":
        return _("Its days count as late only for what was overdue before.")
    return _("Its days do not count as late.")


def vacation_preview_lines(values: Values, found: MovePreview, today: date) -> list[str]:
    """Say which open loans saving it would move."""
    if not found.loans:
        return [_("No open loan moves now. It holds for loans made from now on.")]
    text = _vacation_made if values.moves == "made" else _vacation_due
    return [*(text(count, _day(to, today)) for to, count in _by_new_date(found)), _told(found)]


def _vacation_due(count: int, to: str) -> str:
    return ngettext(
        "%(count)s loan due in the vacation is due on %(day)s instead.",
        "%(count)s loans due in the vacation are due on %(day)s instead.",
        count,
    ) % {"count": count, "day": to}


def _vacation_made(count: int, to: str) -> str:
    return ngettext(
        "%(count)s loan made in that time is due on %(day)s instead.",
        "%(count)s loans made in that time are due on %(day)s instead.",
        count,
    ) % {"count": count, "day": to}


def closure_preview_lines(found: MovePreview, today: date) -> list[str]:
    """Say what closing would move, day by day."""
    lines = [_moved_loans(day, today) for day in found.loans]
    lines += [_moved_holds(day, today) for day in found.holds]
    if not lines:
        return [_("No loan is due on these days and no reserved book waits: nothing moves.")]
    return [*lines, _told(found)] if found.readers else lines


def earlier_lines(found: EarlierPreview, today: date) -> list[str]:
    """Say which loans would be due earlier, and which keep their date."""
    lines = [_earlier(count, to, found, today) for to, count in _by_new_date(found)]
    if found.staying:
        lines.append(
            ngettext(
                "%(count)s loan keeps its date: its reader would have too little notice.",
                "%(count)s loans keep their dates: their readers would have too little notice.",
                found.staying,
            )
            % {"count": found.staying}
        )
    return [*lines, _told(found)] if found.readers else lines


def _earlier(count: int, to: date, found: MovePreview, today: date) -> str:
    last = max(moved.on for moved in found.loans if moved.to == to)
    return ngettext(
        "%(count)s loan is due on %(to)s instead of %(on)s.",
        "%(count)s loans are due on %(to)s instead of on days until %(on)s.",
        count,
    ) % {"count": count, "on": _day(last, today), "to": _day(to, today)}


def _moved_loans(day: MovedDay, today: date) -> str:
    return ngettext(
        "%(count)s loan due on %(on)s is due on %(to)s instead.",
        "%(count)s loans due on %(on)s are due on %(to)s instead.",
        day.count,
    ) % {"count": day.count, "on": _day(day.on, today), "to": _day(day.to, today)}


def _moved_holds(day: MovedDay, today: date) -> str:
    return ngettext(
        "%(count)s reserved book waits until %(to)s instead of %(on)s.",
        "%(count)s reserved books wait until %(to)s instead of %(on)s.",
        day.count,
    ) % {"count": day.count, "on": _day(day.on, today), "to": _day(day.to, today)}


def _told(found: MovePreview) -> str:
    return ngettext(
        "%(count)s reader will be told.", "%(count)s readers will be told.", found.readers
    ) % {"count": found.readers}


def _by_new_date(found: MovePreview) -> list[tuple[date, int]]:
    days: dict[date, int] = {}
    for moved in found.loans:
        days[moved.to] = days.get(moved.to, 0) + moved.count
    return sorted(days.items())


def _day(day: date, today: date) -> str:
    return day_words(day, with_year=day.year != today.year)


def moved_row(view: ClosureView, today: date, zone: Any) -> dict[str, Any]:
    """Return a line of the list of moved dates."""
    counts = [
        ngettext("%(n)s loan", "%(n)s loans", view.loans) % {"n": view.loans},
        ngettext("%(n)s reserved book", "%(n)s reserved books", view.holds) % {"n": view.holds},
    ]
    numbers = [words for words, n in zip(counts, (view.loans, view.holds), strict=True) if n]
    return {
        "view": view,
        "cause": CAUSES[view.cause],
        "days": span_words(view.starts_on, view.ends_on, today),
        "moved": " · ".join(numbers) or _("nothing moved"),
        "on": _day(view.created_at.astimezone(zone).date(), today),
        "is_over": view.ends_on < today,
    }
