"""Vacations: each of the four switches alone, as tables."""

from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from jieyue.circulation.rules.vacations import (
    FreeDays,
    VacationRule,
    extra_loans,
    moved_by_vacation,
    uncounted_days,
)
from jieyue.libraries.rules.calendars import Calendar, Span

WEEKDAYS = Calendar(frozenset(range(5)))
# The winter of 2027: 16 January to 21 February, term begins on Monday the 22nd.
WINTER: MappingProxyType[str, Any] = MappingProxyType(
    {"name": "寒假", "starts_on": date(2027, 1, 16), "ends_on": date(2027, 2, 21)}
)


def on(text: str) -> date:
    return date.fromisoformat(text)


def moved(rule: VacationRule, due: str, *, made: str = "2026-12-20") -> str | None:
    found = moved_by_vacation([rule], on(due), made_on=on(made), calendar=WEEKDAYS)
    return found[0].isoformat() if found else None


@pytest.mark.parametrize(
    ("moves", "due", "made", "to"),
    [
        ("none", "2027-01-20", "2027-01-16", None),
        ("due", "2027-01-15", "2026-12-20", None),
        ("due", "2027-01-16", "2026-12-20", "2027-03-01"),
        ("due", "2027-02-21", "2026-12-20", "2027-03-01"),
        ("due", "2027-02-22", "2026-12-20", None),
        ("all", "2027-02-22", "2026-12-20", "2027-03-01"),
        ("all", "2027-03-01", "2026-12-20", None),
        ("all", "2027-01-15", "2026-12-20", None),
        ("made", "2027-01-20", "2027-01-15", None),
        ("made", "2027-01-20", "2027-01-16", "2027-03-01"),
        ("made", "2027-04-20", "2027-01-16", None),  # never brought forward
    ],
)
def test_which_loans_move(moves: str, due: str, made: str, to: str | None) -> None:
    rule = VacationRule(**WINTER, moves=moves, due_on=on("2027-03-01"))
    assert moved(rule, due, made=made) == to


def test_the_window_may_lie_before_the_vacation() -> None:
    rule = VacationRule(
        **WINTER, moves="made", due_on=on("2027-03-01"),
        window_starts_on=on("2027-01-04"), window_ends_on=on("2027-01-15"),
    )  # fmt: skip
    assert moved(rule, "2027-01-20", made="2027-01-04") == "2027-03-01"
    assert moved(rule, "2027-01-20", made="2027-01-03") is None
    assert moved(rule, "2027-02-20", made="2027-01-16") is None


def test_the_nth_open_day_after_is_counted_in_the_branchs_calendar() -> None:
    shut = Calendar(frozenset(range(5)), (Span(on("2027-02-22"), on("2027-02-23"), "停电", True),))
    rule = VacationRule(**WINTER, moves="due", due_after_open_days=3)
    assert rule.target(WEEKDAYS) == on("2027-02-24")
    assert rule.target(shut) == on("2027-02-26")


def test_of_two_vacations_the_later_date_counts() -> None:
    one = VacationRule(**WINTER, moves="due", due_on=on("2027-02-25"))
    other = VacationRule(**(WINTER | {"name": "延长"}), moves="due", due_on=on("2027-03-05"))
    found = moved_by_vacation(
        [other, one], on("2027-01-20"), made_on=on("2027-01-01"), calendar=WEEKDAYS
    )
    assert found == (on("2027-03-05"), "延长")


@pytest.mark.parametrize(
    ("late_days", "grace", "due", "back", "free_until"),
    [
        ("never", 0, "2027-01-10", "2027-02-25", "2027-02-21"),
        ("never", 0, "2027-01-20", "2027-02-25", "2027-02-21"),
        ("never", 0, "2027-02-21", "2027-02-25", None),  # not a day late in the vacation
        ("if_late_before", 0, "2027-01-15", "2027-02-25", None),  # overdue already: all count
        ("if_late_before", 0, "2027-01-16", "2027-02-25", "2027-02-21"),
        ("if_late_after", 7, "2027-01-20", "2027-02-28", "2027-02-28"),  # in the first week
        ("if_late_after", 7, "2027-01-20", "2027-03-01", None),  # a day too late: all count
        ("never", 0, "2027-01-10", "2027-01-15", None),  # back before it began
    ],
)
def test_which_vacation_days_count_as_late(
    late_days: str, grace: int, due: str, back: str, free_until: str | None
) -> None:
    rule = VacationRule(**WINTER, late_days=late_days, grace_days=grace)
    free = uncounted_days([rule], due_on=on(due), returned_on=on(back))
    expected = () if free_until is None else (FreeDays(rule.starts_on, on(free_until), "寒假"),)
    assert free == expected


def test_extra_loans_are_those_of_the_window() -> None:
    rules = [
        VacationRule(**WINTER, extra_loans=3, window_starts_on=on("2027-01-04")),
        VacationRule(**(WINTER | {"name": "other"}), extra_loans=5),
    ]
    assert [extra_loans(rules, on(f"2027-01-{day:02}")) for day in (3, 4, 15, 16)] == [0, 3, 3, 5]
    assert extra_loans(rules, on("2027-02-22")) == 0
