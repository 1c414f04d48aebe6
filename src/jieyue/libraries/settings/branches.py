"""Branches and their weekly hours.

Whoever works at single branches changes those only; opening one more takes the whole library.
"""

from datetime import time
from typing import Final

from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, OpeningHours
from jieyue.libraries.rules.changes import Trouble, name_trouble, text_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import (
    NotSaved,
    Saved,
    changed,
    free_code,
    not_saved,
    saved,
)
from jieyue.libraries.versions import calendar_changed, rules_changed

LIMITS: Final = {"address": 300, "phone": 40}


@action(needs=Permission.SETTINGS, whole_library=True)
def add_branch(desk: Desk, *, name: str, address: str = "", phone: str = "") -> Saved | NotSaved:
    """Open a branch. It has no hours yet, so it counts as always open."""
    name = name.strip()
    trouble = _trouble(name, address, phone)
    if trouble is not None:
        return not_saved(trouble)
    if Branch.objects.filter(name=name).exists():
        return not_saved(Trouble.NAME_TAKEN)
    code = free_code("b", Branch.objects.values_list("code", flat=True))
    Branch.objects.create(
        library_id=desk.library_id,
        code=code,
        name=name,
        address=address.strip(),
        phone=phone.strip(),
        created_at=desk.now,
    )
    rules_changed(desk.library_id)
    return saved(code, branch=code)


@action(needs=Permission.SETTINGS)
def edit_branch(
    desk: Desk, *, branch: str, name: str, address: str = "", phone: str = ""
) -> Saved | NotSaved:
    """Change a branch's name, address or telephone."""
    name = name.strip()
    row = _own(desk, branch)
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    trouble = _trouble(name, address, phone)
    if trouble is not None:
        return not_saved(trouble)
    if Branch.objects.filter(name=name).exclude(pk=row.pk).exists():
        return not_saved(Trouble.NAME_TAKEN)
    values = {"name": name, "address": address.strip(), "phone": phone.strip()}
    differing = changed(row, values)
    row.save(update_fields=differing)
    rules_changed(desk.library_id)
    return saved(branch, branch=branch, changed=differing)


@action(needs=Permission.SETTINGS)
def reopen_branch(desk: Desk, *, branch: str) -> Saved | NotSaved:
    """Open a closed branch again; closing one is circulation/actions/closing_branches.py."""
    row = _own(desk, branch)
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    row.is_open = True
    row.save(update_fields=["is_open"])
    rules_changed(desk.library_id)
    return saved(row.code, branch=row.code)


@action(needs=Permission.SETTINGS)
def set_hours(
    desk: Desk, *, branch: str, hours: tuple[tuple[int, time, time], ...]
) -> Saved | NotSaved:
    """Set the week: (weekday, opens, closes), 0 is Monday, local times, several a day allowed.

    A weekday without hours is closed; no hours at all means always open. Open loans due on a day
    that is closed now move to the next open day.
    """
    row = _own(desk, branch)
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    trouble = hours_trouble(hours)
    if trouble is not None:
        return not_saved(trouble)
    OpeningHours.objects.filter(branch=row).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            library_id=desk.library_id,
            branch=row,
            weekday=weekday,
            opens_at_time=opens,
            closes_at_time=closes,
        )
        for weekday, opens, closes in sorted(hours)
    )
    calendar_changed(desk.library_id, now=desk.now)
    return saved(branch, branch=branch, weekdays=sorted({weekday for weekday, _, _ in hours}))


def hours_trouble(hours: tuple[tuple[int, time, time], ...]) -> Trouble | None:
    """Say what is wrong with a week of hours."""
    ended: dict[int, time] = {}
    for weekday, opens, closes in sorted(hours):
        if not 0 <= weekday <= 6:
            return Trouble.NUMBER_BAD
        if closes <= opens:
            return Trouble.CLOSES_BEFORE_OPENING
        if weekday in ended and opens < ended[weekday]:
            return Trouble.HOURS_OVERLAP
        ended[weekday] = closes
    return None


def _own(desk: Desk, branch: str) -> Branch | None:
    """Lock the branch of this code. Raises OtherBranchError for one where the desk has no say."""
    row = lock_one(Branch.objects.filter(code=branch))
    if row is not None:
        need_branch(desk, row.pk)
    return row


def _trouble(name: str, address: str, phone: str) -> Trouble | None:
    return name_trouble(name) or text_trouble(LIMITS, address=address, phone=phone)
