"""Reading libraries, branches, calendars."""

from collections import defaultdict

from jieyue.libraries.models import OpeningHours, SpecialDays
from jieyue.libraries.rules.calendars import Calendar, Span


def calendars_of(branch_ids: list[int]) -> dict[int, Calendar]:
    """Return the calendar of each branch of the library in scope. Two statements."""
    weekdays: dict[int, set[int]] = defaultdict(set)
    for branch_id, weekday in OpeningHours.objects.values_list("branch_id", "weekday"):
        weekdays[branch_id].add(weekday)
    spans: dict[int | None, list[Span]] = defaultdict(list)
    rows = SpecialDays.objects.order_by("starts_on", "id").values_list(
        "branch_id", "starts_on", "ends_on", "name", "is_closed"
    )
    for branch_id, starts_on, ends_on, name, is_closed in rows:
        spans[branch_id].append(Span(starts_on, ends_on, name, is_closed))
    return {
        branch_id: Calendar(frozenset(weekdays[branch_id]), tuple(spans[None] + spans[branch_id]))
        for branch_id in branch_ids
    }
