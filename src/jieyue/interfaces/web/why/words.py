"""How a date or a charge came about, line by line, in plain words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.queries.why import ChargeWhy, FineWhyStep, LoanWhy, RuleSaid, WhyStep
from jieyue.circulation.rules.fines import Fine, Step
from jieyue.interfaces.web.saying import day_words, told_day
from jieyue.kit.money import yuan


@dataclass(frozen=True, slots=True)
class Line:
    """What was done, and what stood there after it."""

    text: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyWords:
    """A page of it: the answer first, then how it came about, then what else to know."""

    title: str
    about: str
    answer: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def loan_words(why: LoanWhy, zone: ZoneInfo, today: date) -> WhyWords:
    """Return why a loan is due when it is."""
    due = told_day(why.due_on, today)
    lines = [Line(_loan_start(why), day_words(why.counted_on, with_weekday=True))]
    lines += [Line(date_step_words(step), _when(step, zone)) for step in why.steps]
    return WhyWords(
        title=_("Why this date?"),
        about=f"{why.title} · {why.barcode}",
        answer=_("Due on %(day)s.") % {"day": due},
        lines=tuple(lines),
        notes=tuple(_loan_notes(why)),
    )


def charge_words(why: ChargeWhy) -> WhyWords:
    """Return why a charge is what it is."""
    lines = []
    if why.due_on and why.ended_on:
        lines = [
            Line(_("Was due"), day_words(why.due_on, with_weekday=True)),
            Line(_("Came back"), day_words(why.ended_on, with_weekday=True)),
        ]
    lines += [_charge_line(step, is_hourly=why.is_hourly) for step in why.steps]
    notes = [] if why.fits else [_("The amount was set otherwise afterwards.")]
    if not why.kind:
        notes.append(_("Entered by staff or by the rules for cards; nothing was calculated."))
    return WhyWords(
        title=_("Why this charge?"),
        about=why.title,
        answer=f"¥{yuan(why.amount_cents)}",
        lines=tuple(lines),
        notes=tuple(notes),
    )


def _loan_start(why: LoanWhy) -> str:
    if why.is_renewed:
        return _("Renewed at %(branch)s") % {"branch": why.branch}
    return _("Lent at %(branch)s") % {"branch": why.branch}


def _loan_notes(why: LoanWhy) -> list[str]:
    notes = []
    if not why.steps:
        notes.append(_("How this date was made is not known: the loan was taken over as it was."))
    elif not why.fits:
        notes.append(_("The date was moved later on; the steps say how it came about at first."))
    if why.rule is not None:
        notes.append(rule_words(why.rule))
    if why.is_recalled:
        notes.append(_("It was asked back, because others wait for it."))
    return notes


def rule_words(rule: RuleSaid) -> str:
    """Say which row of the lending rules decided, and whether it is still there."""
    if rule.is_built_in:
        return _("No row of the lending rules says it: as delivered.")
    names = [rule.branch, rule.card_type, rule.item_type]
    row = " × ".join(name for name in names if name) or _("Everything else")
    if rule.is_gone:
        return _("The row “%(row)s” of the lending rules said so; it was deleted since.") % {
            "row": row
        }
    if rule.is_changed:
        return _(
            "The row “%(row)s” of the lending rules said so; it says something else today. Loans "
            "keep their dates."
        ) % {"row": row}
    return _("The row “%(row)s” of the lending rules says so.") % {"row": row}


def _when(step: WhyStep, zone: ZoneInfo) -> str:
    day = day_words(step.on, with_weekday=True)
    return f"{day} {step.at.astimezone(zone):%H:%M}" if step.at else day


def date_step_words(step: WhyStep) -> str:
    """Return what moved a date."""
    return _DATE_STEPS[step.what](step.note) if step.what in _DATE_STEPS else _("moved")


def _days(note: str) -> str:
    number = int(note or 0)
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def _hours(note: str) -> str:
    number = int(note or 0)
    return ngettext("%(n)s hour", "%(n)s hours", number) % {"n": number}


def _named(text: str, name: str) -> str:
    return _("%(text)s (%(name)s)") % {"text": text, "name": name} if name else text


_DATE_STEPS: Final[dict[str, Callable[[str], str]]] = {
    "others_wait": lambda note: _("Others wait for it, so not the usual %(days)s") % {
        "days": _days(note)
    },
    "from_due_date": lambda _note: _("Counted from the date it was due"),
    "recall": lambda note: _("Asked back: %(days)s are left") % {"days": _days(note)},
    "counted": lambda note: _("%(days)s later") % {"days": _days(note)},
    "hours": lambda note: _("%(hours)s later") % {"hours": _hours(note)},
    "on_site": lambda _note: _("Read here, until closing"),
    "vacation": lambda note: _named(_("Moved past the vacation"), note),
    "closed": lambda note: _named(_("Closed that day, so another day"), note),
    "opening": lambda note: _named(_("Closed then, so when it opens next"), note),
    "closing": lambda note: _named(_("Closed then, so when it closes before"), note),
    "ceiling": lambda _note: _("Not longer than the card is valid"),
    "term_end": lambda note: _named(_("Not past the end of the term"), note),
    "closed_before": lambda note: _named(_("Closed that day, so an open day before"), note),
    "moved_closure": lambda note: _named(_("Closed when something came up, so later"), note),
    "moved_vacation": lambda note: _named(_("Moved past the vacation afterwards"), note),
    "moved_calendar": lambda note: _named(_("The calendar changed, so an open day after"), note),
    "moved_term_end": lambda note: _named(_("Brought forward to the end of the term"), note),
    "next_day": lambda _note: _("Lent as the day ended, so the next day"),
}  # fmt: skip


def fine_lines(fine: Fine) -> list[Line]:
    """Return how a fine came about."""
    return [_charge_line(step, is_hourly=fine.facts.is_hourly) for step in fine.steps]


def _charge_line(step: FineWhyStep | Step, *, is_hourly: bool) -> Line:
    text = _CHARGE_STEPS[step.what](step) if step.what in _CHARGE_STEPS else step.what
    if step.what in ("late", "closed", "vacation", "night", "grace"):
        figure = str(step.figure)
        return Line(text, _hours(figure) if is_hourly else _days(figure))
    if step.what in ("days", "max_days"):
        return Line(text, _days(str(step.figure)))
    return Line(text, f"¥{yuan(step.figure)}")


_CHARGE_STEPS: Final[dict[str, Callable[[FineWhyStep | Step], str]]] = {
    "late": lambda _step: _("Late by"),
    "closed": lambda s: _named(_("Closed days do not count: −%(n)s") % {"n": s.by}, s.name),
    "vacation": lambda s: _named(_("Vacation days do not count: −%(n)s") % {"n": s.by}, s.name),
    "night": lambda s: _("Hours outside opening hours do not count: −%(n)s") % {"n": s.by},
    "grace": lambda s: _("Days of grace: −%(n)s") % {"n": s.by},
    "money": lambda s: _("times ¥%(rate)s") % {"rate": yuan(s.by)},
    "max_fine": lambda s: _("At most ¥%(cap)s per book") % {"cap": yuan(s.by)},
    "price": lambda s: _("Never more than the price, ¥%(cap)s") % {"cap": yuan(s.by)},
    "reader": lambda s: _("At most ¥%(cap)s per reader") % {"cap": yuan(s.by)},
    "days": lambda s: _("No loans: %(n)s for each day late") % {"n": _days(str(s.by))},
    "max_days": lambda s: _("No loans: at most %(n)s") % {"n": _days(str(s.by))},
    "share": lambda s: _("%(percent)s%% of the price") % {"percent": s.by},
    "fee": lambda s: _("For the work: ¥%(fee)s") % {"fee": yuan(s.by)},
    "said": lambda _step: _("Set by staff"),
}
