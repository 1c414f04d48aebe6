"""A closure that came up (临时闭馆): close, move every date it touches, and take that back."""

from datetime import date

from jieyue.circulation.actions.moving import (
    locked_loans,
    locked_moves,
    locked_shelf,
    move,
    put_back,
)
from jieyue.circulation.models import Closure
from jieyue.circulation.queries.closures import (
    NewClosure,
    changed_calendars,
    loans_due_in,
    loans_due_later,
)
from jieyue.circulation.queries.moving import due_loans
from jieyue.circulation.rules.moving import moved_by_calendar, shelf_moves
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, SpecialDays
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.changes import Trouble, name_trouble, span_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.libraries.versions import rules_changed


@action(needs=Permission.SETTINGS)
def close_suddenly(
    desk: Desk, *, name: str, starts_on: date, ends_on: date, branch: str = ""
) -> Saved | NotSaved:
    """Close one branch (its code) or the whole library for these days, `ends_on` included.

    Open loans due in them move to the next open day, never earlier, and holds keep their open days
    on the shelf; every reader concerned is told. It closes even days that are open by exception.
    """
    name = name.strip()
    trouble = name_trouble(name) or span_trouble(starts_on, ends_on)
    if trouble is not None:
        return not_saved(trouble)
    place = Branch.objects.filter(code=branch).first() if branch else None
    if branch and place is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, place.pk if place else None)
    new = NewClosure(name, starts_on, ends_on, place.pk if place else None)
    chosen = loans_due_in(desk, new)
    since = max(desk.today, starts_on)
    loans, shelf = locked_loans(chosen), locked_shelf(chosen.branch_ids, since)
    before, after = changed_calendars(new)
    days = {"name": name, "starts_on": starts_on, "ends_on": ends_on, "branch": place}
    special = SpecialDays.objects.create(library_id=desk.library_id, is_sudden=True, **days)
    rules_changed(desk.library_id)
    moved = move(
        desk,
        chosen=chosen,
        moves=moved_by_calendar(loans, after, desk.zone),
        shelf=shelf_moves(shelf, before, after, since=since),
        shelf_since=since,
        cause=Closure.Cause.CLOSURE,
        special_days_id=special.pk,
        **days,
    )
    return saved(
        moved.closure.public_id,
        days=name,
        branch=branch,
        loans=moved.loans,
        holds=moved.holds,
        **{"from": starts_on.isoformat(), "to": ends_on.isoformat()},
    )


@action(needs=Permission.SETTINGS)
def undo_closure(desk: Desk, *, closure: str) -> Saved | NotSaved:
    """Open again, and move back what nobody changed since: renewed loans keep their date.

    What would be due, or waited for, on a day that has passed or is closed meanwhile is so on the
    next open day.
    """
    row = lock_one(Closure.objects.filter(public_id=closure))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    if row.undone_at is not None:
        return not_saved(Trouble.UNDONE_ALREADY)
    groups = locked_moves(row)
    if row.special_days_id is not None:
        SpecialDays.objects.filter(pk=row.special_days_id).delete()
        rules_changed(desk.library_id)
    return saved(closure, days=row.name, loans=put_back(desk, row, groups))


@action(needs=Permission.SETTINGS)
def move_off_closed_days(desk: Desk) -> Saved:
    """Move open loans that are due on a closed day from today on to the next open day.

    After a change of the calendar, and every night: it computes from what is there, so a run that
    was missed or doubled changes nothing. Loans whose terms keep closed days stay.
    """
    branch_ids = list(Branch.objects.order_by("id").values_list("id", flat=True))
    chosen = loans_due_later(desk, branch_ids)
    calendars = calendars_of(branch_ids)
    if not moved_by_calendar(due_loans(chosen), calendars, desk.zone):
        return Saved()
    moves = moved_by_calendar(locked_loans(chosen), calendars, desk.zone)
    if not moves:
        return Saved()
    days = [one.of.due_at.astimezone(desk.zone).date() for one in moves]
    named = zip((calendars[one.of.branch_id] for one in moves), days, strict=True)
    names = [calendar.why_closed(day) for calendar, day in named]
    moved = move(
        desk,
        chosen=chosen,
        moves=moves,
        cause=Closure.Cause.CALENDAR,
        name=next((name for name in names if name), ""),
        starts_on=min(days),
        ends_on=max(days),
    )
    return saved(moved.closure.public_id, loans=moved.loans)
