"""Last days of term (学期末还书日): days no loan made before them may pass."""

from datetime import date, timedelta

from jieyue.circulation.actions.moving import locked_loans, locked_moves, move, put_back
from jieyue.circulation.models import Closure, TermEnd
from jieyue.circulation.queries.closures import branch_ids_of
from jieyue.circulation.queries.term_ends import NOTICE_DAYS, due_after, term_end_named
from jieyue.circulation.rules.moving import moved_by_term_end
from jieyue.kit.transactions import lock_all
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.changes import Trouble, name_trouble, span_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.libraries.versions import rules_changed
from jieyue.patrons.models import PatronCategory


@action(needs=Permission.SETTINGS, whole_library=True)
def add_term_end(desk: Desk, *, name: str, on: date, card_type: str = "") -> Saved | NotSaved:
    """Add one for a card type (its code) or all. Open loans keep the dates they were given."""
    name = name.strip()
    trouble = name_trouble(name) or span_trouble(on, on)
    if trouble is not None:
        return not_saved(trouble)
    category = PatronCategory.objects.filter(code=card_type).first() if card_type else None
    if card_type and category is None:
        return not_saved(Trouble.UNKNOWN)
    if TermEnd.objects.filter(on=on, category=category).exists():
        return not_saved(Trouble.DAYS_THERE_ALREADY)
    TermEnd.objects.create(library_id=desk.library_id, name=name, on=on, category=category)
    rules_changed(desk.library_id)
    return saved(days=name, **{"from": on.isoformat()}, card_type=card_type)


@action(needs=Permission.SETTINGS, whole_library=True)
def bring_forward(
    desk: Desk, *, on: date, card_type: str = "", notice_days: int
) -> Saved | NotSaved:
    """Make the open loans that are due after it due on it, or on the last open day before it.

    Only by choice, and only where the reader has `notice_days` left to hear of it: what would be
    due sooner than that keeps its date. Remembered, and put back with `delete_term_end`.
    """
    end = term_end_named(on, card_type)
    if end is None:
        return not_saved(Trouble.UNKNOWN)
    if not NOTICE_DAYS[0] <= notice_days <= NOTICE_DAYS[1]:
        return not_saved(Trouble.NUMBER_BAD)
    branch_ids = branch_ids_of(None)
    chosen = due_after(desk, end, branch_ids)
    moves = moved_by_term_end(
        locked_loans(chosen),
        on,
        calendars_of(branch_ids),
        desk.zone,
        not_before=desk.today + timedelta(days=notice_days),
    )
    said = {"days": end.name, "from": on.isoformat(), "card_type": card_type}
    if not moves:
        return saved(**said)
    moved = move(
        desk,
        chosen=chosen,
        moves=moves,
        cause=Closure.Cause.TERM_END,
        term_end_id=end.pk,
        name=end.name,
        starts_on=on,
        ends_on=on,
    )
    return saved(moved.closure.public_id, **said, loans=moved.loans)


@action(needs=Permission.SETTINGS, whole_library=True)
def delete_term_end(desk: Desk, *, on: date, card_type: str = "") -> Saved | NotSaved:
    """Delete the one of this day and card type (its code, empty for all).

    Loans it brought forward get their old dates back, unless they were renewed or moved since.
    """
    end = term_end_named(on, card_type)
    if end is None:
        return not_saved(Trouble.UNKNOWN)
    closures = lock_all(Closure.objects.filter(term_end_id=end.pk, undone_at=None))
    moved = [(closure, locked_moves(closure)) for closure in closures]
    end.delete()
    rules_changed(desk.library_id)
    loans = sum(put_back(desk, closure, groups) for closure, groups in moved)
    return saved(**{"from": on.isoformat()}, card_type=card_type, loans=loans or None)
