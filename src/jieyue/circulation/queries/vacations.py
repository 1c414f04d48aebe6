"""Vacations and last days of term as the settings show them, and what a vacation would move."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from jieyue.circulation.models import TermEnd, Vacation
from jieyue.circulation.queries.closures import MovePreview, branch_ids_of, loan_days
from jieyue.circulation.queries.moving import Chosen, due_loans, readers_of
from jieyue.circulation.rules.moving import moved_by_vacation
from jieyue.circulation.rules.vacations import VacationRule
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import end_of_day, start_of_day

# Lost ones have no date that counts any more.
DUE_LATER: Final = """
SELECT ends.number, count(*) AS loans, count(DISTINCT n.patron_id) AS readers
  FROM circulation_loan n
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
  JOIN <ends:(number bigint, last timestamptz, category text)> ON n.due_at > ends.last
  JOIN patrons_patroncategory g ON g.library_id = <library:bigint> AND g.id = p.category_id
   AND (ends.category = '' OR g.code = ends.category)
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL AND n.lost_at IS NULL
 GROUP BY ends.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What somebody says of a vacation; `models.Vacation` explains each."""

    name: str
    starts_on: date
    ends_on: date
    moves: str = "none"
    window_starts_on: date | None = None
    window_ends_on: date | None = None
    due_on: date | None = None
    due_after_open_days: int | None = None
    late_days: str = "never"
    grace_days: int = 0
    extra_loans: int = 0

    def columns(self) -> dict[str, Any]:
        """Return the values by column, the name without blanks around it."""
        values = {column.name: getattr(self, column.name) for column in fields(self)}
        return values | {"name": self.name.strip()}


@dataclass(frozen=True, slots=True, kw_only=True)
class VacationView:
    """A vacation. `branch` is a code, empty (like its name) for the whole library."""

    id: str  # public id
    values: Values
    branch: str
    branch_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEndView:
    """A day no loan passes, for one card type (its name) or all (empty)."""

    name: str
    on: date
    card_type: str
    card_type_name: str


def vacations(*, since: date) -> list[VacationView]:
    """Return the vacations that end on `since` or later, next first. One statement."""
    rows = Vacation.objects.select_related("branch").filter(ends_on__gte=since)
    return [_view(row) for row in rows.order_by("starts_on", "id")]


def vacation(public_id: str) -> VacationView | None:
    """Return one vacation. One statement."""
    row = Vacation.objects.select_related("branch").filter(public_id=public_id).first()
    return _view(row) if row else None


def term_ends(*, since: date) -> list[TermEndView]:
    """Return the last days of term from `since` on, next first. One statement."""
    rows = TermEnd.objects.select_related("category").filter(on__gte=since)
    return [
        TermEndView(
            name=row.name,
            on=row.on,
            card_type=row.category.code if row.category else "",
            card_type_name=row.category.name if row.category else "",
        )
        for row in rows.order_by("on", "id")
    ]


def due_later(desk: Desk, ends: Sequence[TermEndView]) -> list[tuple[int, int]]:
    """Return for each how many open loans are due after it, and of how many readers.

    These were made before it was written down, and keep their dates: nothing shortens a loan behind
    its reader's back. One statement, none for none.
    """
    if not ends:
        return []
    asked = [
        {"number": number, "last": end_of_day(end.on, desk.zone), "category": end.card_type}
        for number, end in enumerate(ends)
    ]
    found = {row["number"]: row for row in sql.rows(DUE_LATER, ends=asked)}
    counts = (found.get(number, {"loans": 0, "readers": 0}) for number in range(len(ends)))
    return [(row["loans"], row["readers"]) for row in counts]


def vacation_preview(
    desk: Desk, rule: VacationRule, *, before: VacationRule | None = None
) -> MovePreview:
    """Say which open loans saving the vacation would move. Four statements, five if any do."""
    branch_ids = branch_ids_of(rule.branch_id)
    chosen = chosen_by(rule, branch_ids, desk)
    calendars = calendars_of(branch_ids)
    moves = moved_by_vacation(due_loans(chosen), rule, calendars, desk.zone, before=before)
    return MovePreview(loans=loan_days(moves, desk.zone), readers=readers_of(chosen, moves))


def chosen_by(rule: VacationRule, branch_ids: list[int], desk: Desk) -> Chosen:
    """Return which open loans a vacation may concern: made in its window, or due from it on.

    What is overdue already stays overdue.
    """
    first, last = (start_of_day(rule.window[0], desk.zone), end_of_day(rule.window[1], desk.zone))
    today = start_of_day(desk.today, desk.zone)
    if rule.moves == "made":
        return Chosen(branch_ids=branch_ids, since=today, made=(first, last), with_kept=True)
    return Chosen(branch_ids=branch_ids, since=max(first, today), with_kept=True)


def rule_of(values: Any, branch_id: int | None) -> VacationRule:
    """Return the rule that the values (or a row) make."""
    given = {column.name: getattr(values, column.name) for column in fields(Values)}
    return VacationRule(**given | {"name": values.name.strip()}, branch_id=branch_id)


def _view(row: Vacation) -> VacationView:
    return VacationView(
        id=row.public_id,
        values=Values(**{column.name: getattr(row, column.name) for column in fields(Values)}),
        branch=row.branch.code if row.branch else "",
        branch_name=row.branch.name if row.branch else "",
    )
