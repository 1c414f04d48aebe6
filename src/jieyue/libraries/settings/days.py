"""Days that differ from the week: holidays (节假日) and exchanged working days (调休)."""

from datetime import date

from django.db.models import QuerySet

from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, SpecialDays
from jieyue.libraries.rules.changes import Trouble, name_trouble, span_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.libraries.versions import calendar_changed


@action(needs=Permission.SETTINGS)
def add_special_days(
    desk: Desk, *, name: str, starts_on: date, ends_on: date, is_closed: bool, branch: str = ""
) -> Saved | NotSaved:
    """Add days, `ends_on` included, for one branch (its code) or the whole library."""
    name = name.strip()
    trouble = name_trouble(name) or span_trouble(starts_on, ends_on)
    if trouble is not None:
        return not_saved(trouble)
    place = Branch.objects.filter(code=branch).first() if branch else None
    if branch and place is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, place.pk if place else None)
    if _days(name, starts_on, ends_on, branch).exists():
        return not_saved(Trouble.DAYS_THERE_ALREADY)
    SpecialDays.objects.create(
        library_id=desk.library_id,
        branch=place,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        is_closed=is_closed,
    )
    calendar_changed(desk.library_id, now=desk.now)
    return saved(**_said(name, starts_on, ends_on, branch), closed=is_closed)


@action(needs=Permission.SETTINGS)
def remove_special_days(
    desk: Desk, *, name: str, starts_on: date, ends_on: date, branch: str = ""
) -> Saved | NotSaved:
    """Take days off the calendar again, named as they were added.

    A closure that came up is undone instead, so that the dates it moved come back too.
    """
    found = _days(name, starts_on, ends_on, branch).filter(is_sudden=False)
    row = found.first()
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    found.delete()
    calendar_changed(desk.library_id, now=desk.now)
    return saved(**_said(name, starts_on, ends_on, branch))


def _days(name: str, starts_on: date, ends_on: date, branch: str) -> QuerySet[SpecialDays]:
    found: QuerySet[SpecialDays] = SpecialDays.objects.filter(
        name=name, starts_on=starts_on, ends_on=ends_on
    )
    return found.filter(branch__code=branch) if branch else found.filter(branch=None)


def _said(name: str, starts_on: date, ends_on: date, branch: str) -> dict[str, str]:
    return {
        "days": name,
        "from": starts_on.isoformat(),
        "to": ends_on.isoformat(),
        "branch": branch,
    }
