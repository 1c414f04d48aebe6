"""What is due after the last day of a term, and what would move if it were brought forward."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jieyue.circulation.models import TermEnd
from jieyue.circulation.queries.closures import MovePreview, branch_ids_of, loan_days
from jieyue.circulation.queries.moving import Chosen, due_loans, readers_of
from jieyue.circulation.rules.moving import moved_by_term_end
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import start_of_day

NOTICE_DAYS: Final = (1, 90)  # how many days readers may be given to hear of an earlier date
USUAL_NOTICE: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPreview(MovePreview):
    """What would be due earlier; `staying` are the loans due later that keep their date."""

    staying: int


def term_end_named(on: date, card_type: str) -> TermEnd | None:
    """Return the last day of term of this day and card type (its code, empty for all)."""
    rows = TermEnd.objects.select_related("category").filter(on=on)
    kind = {"category__code": card_type} if card_type else {"category": None}
    return rows.filter(**kind).first()


def earlier_preview(desk: Desk, end: TermEnd, *, notice_days: int) -> EarlierPreview:
    """Say which loans `bring_forward` would move. Three statements, four if any move."""
    branch_ids = branch_ids_of(None)
    chosen = due_after(desk, end, branch_ids)
    groups = due_loans(chosen)
    moves = moved_by_term_end(
        groups,
        end.on,
        calendars_of(branch_ids),
        desk.zone,
        not_before=desk.today + timedelta(days=notice_days),
    )
    return EarlierPreview(
        loans=loan_days(moves, desk.zone),
        readers=readers_of(chosen, moves),
        staying=sum(group.loans for group in groups) - sum(move.of.loans for move in moves),
    )


def due_after(desk: Desk, end: TermEnd, branch_ids: list[int]) -> Chosen:
    """Return which open loans are due after a last day of term and not overdue, by card type."""
    first = max(end.on + timedelta(days=1), desk.today)
    return Chosen(
        branch_ids=branch_ids,
        since=start_of_day(first, desk.zone),
        with_kept=True,
        category_id=end.category_id,
    )
