"""Which reminder a loan, a hold or a card wants on a day."""

from datetime import timedelta

import pytest

from jieyue.libraries.rules.calendars import Calendar, Span
from jieyue.notices.rules.reminding import Reminder, Steps, of_day, of_loan, reach
from tests.world import day

STEPS = Steps(before=(0, 3), overdue=(1, 7, 14), hold_before=1, card_before=30,
              skips_closed_days=True)  # fmt: skip
ALWAYS_OPEN = Calendar(frozenset())
WEEKDAYS = Calendar(frozenset(range(5)))
LENT = day("2026-02-01")
DUE = day("2026-03-12")  # a Thursday


def said(today, calendar=ALWAYS_OPEN, steps=STEPS, due=DUE, since=LENT):
    return of_loan(steps, calendar, due_on=due, since=since, today=day(today))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-03-08", None),
        ("2026-03-09", Reminder("due_soon", 3)),
        ("2026-03-11", Reminder("due_soon", 3)),  # made up for: said once, by its name
        ("2026-03-12", Reminder("due_today", 0)),
        ("2026-03-13", Reminder("overdue", 1)),
        ("2026-03-18", Reminder("overdue", 1)),
        ("2026-03-19", Reminder("overdue", 7)),
        ("2026-04-01", Reminder("overdue", 14)),
        ("2026-04-25", Reminder("overdue", 14)),
        ("2026-04-26", None),  # too long ago to be made up for
    ],
)
def test_a_loan_is_spoken_of_step_by_step(today, expected):
    assert said(today) == expected


def test_nobody_is_reminded_on_the_day_they_borrowed():
    assert said("2026-03-10", since=day("2026-03-10")) is None
    assert said("2026-03-12", since=day("2026-03-10")) == Reminder("due_today", 0)


def test_a_closed_day_s_reminder_is_said_on_the_open_day_before():
    due = day("2026-03-17")  # a Tuesday: three days before is Saturday
    assert said("2026-03-13", WEEKDAYS, due=due) == Reminder("due_soon", 3)
    assert said("2026-03-14", WEEKDAYS, due=due) is None
    sunday = day("2026-03-15")
    assert said("2026-03-13", WEEKDAYS, due=sunday) == Reminder("due_soon", 0)


def test_overdue_waits_until_the_library_opens():
    friday = day("2026-03-13")
    assert said("2026-03-14", WEEKDAYS, due=friday) is None
    assert said("2026-03-16", WEEKDAYS, due=friday) == Reminder("overdue", 1)


def test_before_a_vacation_everything_is_said_that_falls_into_it():
    vacation = Span(day("2026-01-19"), day("2026-02-22"), "寒假", is_closed=True)
    calendar = Calendar(frozenset(range(5)), (vacation,))
    friday = day("2026-01-16")
    assert reach(STEPS, calendar, most=3, today=friday) == day("2026-02-25")
    assert of_loan(
        STEPS, calendar, due_on=day("2026-02-24"), since=LENT - timedelta(days=60), today=friday
    ) == Reminder("due_soon", 3)


def test_a_library_may_speak_on_closed_days_too():
    steps = Steps(before=(3,), overdue=(), hold_before=0, card_before=0, skips_closed_days=False)
    assert said("2026-03-15", WEEKDAYS, steps, due=day("2026-03-18")) == Reminder("due_soon", 3)
    assert reach(steps, WEEKDAYS, most=3, today=day("2026-03-13")) == day("2026-03-16")


def test_a_last_day_is_spoken_of_once_it_is_near():
    def of(today, before=1, since="2026-03-01"):
        return of_day(
            STEPS, ALWAYS_OPEN, last_on=DUE, before=before, since=day(since), today=day(today)
        )

    assert of("2026-03-10") is None
    assert of("2026-03-11") == Reminder("", 1)
    assert of("2026-03-12") == Reminder("", 1)
    assert of("2026-03-13") is None
    assert of("2026-03-11", before=0) is None
    assert of("2026-03-11", since="2026-03-11") is None  # it was told only today
