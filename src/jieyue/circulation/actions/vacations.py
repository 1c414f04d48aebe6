"""寒暑假: vacations with their four switches. Saving one moves the open loans it concerns."""

from datetime import date
from typing import Any

from jieyue.circulation.actions.moving import locked_loans, move
from jieyue.circulation.models import Closure, Vacation
from jieyue.circulation.queries.closures import branch_ids_of
from jieyue.circulation.queries.vacations import Values, chosen_by, rule_of
from jieyue.circulation.rules.moving import moved_by_vacation
from jieyue.circulation.rules.vacations import VacationRule, vacation_trouble
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, changed, not_saved, saved
from jieyue.libraries.versions import rules_changed


@action(needs=Permission.SETTINGS)
def add_vacation(desk: Desk, *, values: Values, branch: str = "") -> Saved | NotSaved:
    """Add a vacation of one branch (its code) or the whole library; open loans follow it.

    Dates move later only, are remembered, and every reader concerned is told.
    """
    place = Branch.objects.filter(code=branch).first() if branch else None
    if branch and place is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, place.pk if place else None)
    trouble = vacation_trouble(rule_of(values, None))
    if trouble is not None:
        return not_saved(trouble)
    loans = _move(desk, rule_of(values, place.pk if place else None))
    row = Vacation.objects.create(
        library_id=desk.library_id, public_id=public_id(), branch=place, **values.columns()
    )
    rules_changed(desk.library_id)
    return saved(row.public_id, **_said(values, branch), loans=loans)


@action(needs=Permission.SETTINGS)
def edit_vacation(desk: Desk, *, vacation: str, values: Values) -> Saved | NotSaved:
    """Change a vacation. Loans it moved before move on if its new date is later, never back."""
    row = lock_one(Vacation.objects.filter(public_id=vacation))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    rule = rule_of(values, row.branch_id)
    trouble = vacation_trouble(rule)
    if trouble is not None:
        return not_saved(trouble)
    loans = _move(desk, rule, before=rule_of(row, row.branch_id))
    differing = changed(row, values.columns())
    row.save(update_fields=differing)
    rules_changed(desk.library_id)
    return saved(vacation, **_said(values, ""), changed=differing, loans=loans)


@action(needs=Permission.SETTINGS)
def delete_vacation(desk: Desk, *, vacation: str) -> Saved | NotSaved:
    """Delete a vacation. Dates already given stay; those it moved can be put back by themselves."""
    row = lock_one(Vacation.objects.filter(public_id=vacation))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    row.delete()
    rules_changed(desk.library_id)
    return saved(days=row.name)


def _move(desk: Desk, rule: VacationRule, *, before: VacationRule | None = None) -> int:
    """Move the open loans that the vacation moves; return how many."""
    if rule.moves == "none":
        return 0
    branch_ids = branch_ids_of(rule.branch_id)
    chosen = chosen_by(rule, branch_ids, desk)
    groups = locked_loans(chosen)
    calendars = calendars_of(branch_ids)
    moves = moved_by_vacation(groups, rule, calendars, desk.zone, before=before)
    if not moves:
        return 0
    return move(
        desk,
        chosen=chosen,
        moves=moves,
        cause=Closure.Cause.VACATION,
        branch_id=rule.branch_id,
        name=rule.name,
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
    ).loans


def _said(values: Values, branch: str) -> dict[str, Any]:
    days: dict[str, date] = {"from": values.starts_on, "to": values.ends_on}
    plain = {key: day.isoformat() for key, day in days.items()}
    return {"days": values.name, "branch": branch, **plain}
