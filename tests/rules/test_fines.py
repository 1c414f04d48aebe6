"""What being late costs: tables, and properties over zones, clock changes, closures and caps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.due_dates import end_of_day
from jieyue.circulation.rules.fines import (
    Fine,
    Step,
    as_json,
    fine_of,
    from_json,
    late_facts,
    stopped_at,
)
from jieyue.circulation.rules.policies import BUILT_IN, Terms
from jieyue.circulation.rules.vacations import FreeDays
from jieyue.libraries.rules.calendars import Calendar, Span
from tests.rules.test_due_dates import ALWAYS, SHANGHAI, WEEKDAYS, ZONES

FRIDAY = end_of_day(date(2026, 3, 6), SHANGHAI)  # due


def terms(**changes) -> Terms:
    given_values = {
        "may_borrow": True, "max_loans": 5, "loan_days": 30, "max_renewals": 2,
        "renewal_days": 30, "max_holds": 5, "max_overdue": 0, "max_owed_cents": 0,
        "closed_days": "next_open", "settled_by": "money", "fine_cents": 40,
        "fine_price_cap": False,
    }  # fmt: skip
    return Terms(**(BUILT_IN | given_values | changes), rows={})


def noon(day: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=zone).astimezone(UTC)


def fine(
    back: str | datetime, *, due_at=FRIDAY, zone=SHANGHAI, calendar=ALWAYS, is_hourly=False,
    price=None, before=0, unpaid=0, free=(), **changes,
) -> Fine:  # fmt: skip
    return fine_of(
        late_facts(
            due_at=due_at,
            ended_at=noon(back, zone) if isinstance(back, str) else back,
            zone=zone,
            calendar=calendar,
            is_hourly=is_hourly,
            terms=terms(**changes),
            price_cents=price,
            before_cents=before,
            unpaid_cents=unpaid,
            free=free,
        )
    )


def figures(found: Fine) -> tuple[int, int, int]:
    return found.units, found.amount_cents, found.days


def test_every_step_of_a_figure_is_kept() -> None:
    spring = Span(date(2026, 3, 10), date(2026, 3, 11), "校庆", True)
    found = fine("2026-03-16", calendar=Calendar(frozenset(range(7)), (spring,)), fine_grace=2,
                 fine_spares_grace=True, max_fine_cents=200)  # fmt: skip

    assert figures(found) == (6, 200, 0)
    assert found.late_days == 10
    assert found.steps == (
        Step("late", 10),
        Step("closed", 8, 2, "校庆"),
        Step("grace", 6, 2),
        Step("money", 240, 40),
        Step("max_fine", 200, 200),
    )


@pytest.mark.parametrize(
    ("back", "changes", "expected"),
    [
        ("2026-03-06", {}, (0, 0, 0)),  # the due day itself
        ("2026-03-07", {}, (1, 40, 0)),
        ("2026-03-14", {}, (8, 320, 0)),
        ("2026-03-14", {"settled_by": "nothing"}, (0, 0, 0)),
        ("2026-03-14", {"settled_by": "days"}, (8, 0, 8)),
        ("2026-03-14", {"settled_by": "either"}, (8, 320, 8)),
        ("2026-03-14", {"settled_by": "days", "suspension_days": 3}, (8, 0, 24)),
        (
            "2026-03-14",
            {"settled_by": "days", "suspension_days": 3, "max_suspension_days": 10},
            (8, 0, 10),
        ),
        ("2026-03-09", {"fine_grace": 3}, (0, 0, 0)),
        ("2026-03-10", {"fine_grace": 3}, (4, 160, 0)),
        ("2026-03-10", {"fine_grace": 3, "fine_spares_grace": True}, (1, 40, 0)),
        ("2026-03-14", {"calendar": WEEKDAYS}, (5, 200, 0)),
        ("2026-03-14", {"calendar": WEEKDAYS, "fine_counts_closed": True}, (8, 320, 0)),
        # Saturday and Sunday use up no grace.
        ("2026-03-09", {"calendar": WEEKDAYS, "fine_grace": 1}, (0, 0, 0)),
        ("2026-03-08", {"calendar": WEEKDAYS}, (0, 0, 0)),
        ("2026-03-14", {"max_fine_cents": 100}, (8, 100, 0)),
        ("2026-03-14", {"max_fine_cents": 100, "before": 80}, (8, 20, 0)),
        ("2026-03-14", {"max_fine_cents": 100, "before": 120}, (8, 0, 0)),
        ("2026-03-14", {"fine_price_cap": True, "price": 250}, (8, 250, 0)),
        ("2026-03-14", {"fine_price_cap": True, "price": None}, (8, 320, 0)),
        ("2026-03-14", {"price": 250}, (8, 320, 0)),
        ("2026-03-14", {"max_fines_cents": 500, "unpaid": 300}, (8, 200, 0)),
        ("2026-03-14", {"max_fines_cents": 500, "unpaid": 600}, (8, 0, 0)),
        # A cap left nothing to pay: nothing is waited out for it either.
        ("2026-03-14", {"settled_by": "either", "max_fines_cents": 5, "unpaid": 5}, (8, 0, 0)),
        ("2026-03-14", {"settled_by": "either", "fine_cents": 0}, (8, 0, 8)),
    ],
)
def test_days_late(back: str, changes: dict, expected: tuple[int, int, int]) -> None:
    assert figures(fine(back, **changes)) == expected


def test_vacation_days_do_not_count() -> None:
    found = fine("2026-03-14", free=(FreeDays(date(2026, 3, 10), date(2026, 3, 31), "春假"),))
    assert figures(found) == (3, 120, 0)
    assert found.steps[1] == Step("vacation", 3, 5, "春假")


def test_a_holiday_between_is_not_charged() -> None:
    """Koha 35700."""
    labour = Span(date(2026, 5, 1), date(2026, 5, 5), "劳动节", True)
    due_at = end_of_day(date(2026, 4, 30), SHANGHAI)
    calendar = Calendar(frozenset(range(7)), (labour,))
    assert figures(fine("2026-05-07", due_at=due_at, calendar=calendar)) == (2, 80, 0)


def test_the_day_is_that_of_the_branch_and_not_that_of_utc() -> None:
    """FOLIO CIRC-2152."""
    apia, honolulu = ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Honolulu")
    saturday_there = datetime(2026, 3, 6, 22, tzinfo=UTC)  # Saturday 11:00 in Apia, Friday in UTC
    closed_saturday = Calendar(frozenset({0, 1, 2, 3, 4, 6}))

    assert figures(
        fine(saturday_there, due_at=end_of_day(date(2026, 3, 6), apia), zone=apia,
             calendar=closed_saturday)
    ) == (0, 0, 0)  # fmt: skip
    assert figures(
        fine(datetime(2026, 3, 8, 5, tzinfo=UTC), due_at=end_of_day(date(2026, 3, 6), honolulu),
             zone=honolulu, calendar=WEEKDAYS)  # Saturday 19:00 there, Sunday in UTC
    ) == (0, 0, 0)  # fmt: skip


def test_a_day_costs_a_day_however_short_the_branch_opens() -> None:
    """FOLIO: with closed time left out, eight open hours of a day were a third of a day."""
    assert figures(fine("2026-03-13", calendar=WEEKDAYS)) == (5, 200, 0)


@pytest.mark.parametrize(
    ("zone", "due", "back", "hours"),
    [
        ("Asia/Shanghai", "2026-03-06T15:00", "2026-03-06T15:01", 1),
        ("Asia/Shanghai", "2026-03-06T15:00", "2026-03-06T16:00", 1),
        ("Asia/Shanghai", "2026-03-06T15:00", "2026-03-06T16:00:01", 2),
        ("Europe/Paris", "2026-03-28T15:00", "2026-03-29T15:00", 23),  # the clock goes forward
        ("Europe/Paris", "2026-10-24T15:00", "2026-10-25T15:00", 25),  # and back
    ],
)
def test_hours_late_are_those_that_passed(zone: str, due: str, back: str, hours: int) -> None:
    where = ZoneInfo(zone)
    due_at, ended_at = (
        datetime.fromisoformat(text).replace(tzinfo=where).astimezone(UTC) for text in (due, back)
    )
    found = fine(ended_at, due_at=due_at, zone=where, is_hourly=True, fine_cents=100)
    assert figures(found) == (hours, hours * 100, 0)


def test_hours_of_a_closed_day_do_not_count_and_days_are_those_touched() -> None:
    due_at = datetime(2026, 3, 6, 8, tzinfo=UTC)  # Friday 16:00
    back = datetime(2026, 3, 9, 2, tzinfo=UTC)  # Monday 10:00
    found = fine(
        back, due_at=due_at, calendar=WEEKDAYS, is_hourly=True, fine_cents=100, settled_by="either"
    )
    assert figures(found) == (18, 1800, 2)
    assert found.steps[:2] == (Step("late", 66), Step("closed", 18, 48))


NINE_TO_FIVE = Calendar(
    frozenset(range(5)), hours=tuple((day, time(9), time(17)) for day in range(5))
)


@pytest.mark.parametrize(
    ("due", "back", "hours"),
    [
        ("2026-03-05T16:00", "2026-03-05T16:30", 1),  # a Thursday
        ("2026-03-05T16:00", "2026-03-05T20:00", 1),  # taken back after closing: the book drop
        ("2026-03-05T16:00", "2026-03-06T09:00", 1),  # the first thing next morning
        ("2026-03-05T16:00", "2026-03-06T09:30", 2),  # the hours are put together
        ("2026-03-05T16:00", "2026-03-09T10:00", 10),  # Friday whole, the weekend not at all
        ("2026-03-05T17:00", "2026-03-06T08:59", 0),
    ],
)
def test_an_hourly_loan_counts_the_hours_of_opening(due: str, back: str, hours: int) -> None:
    due_at, ended_at = (
        datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)
        for text in (due, back)
    )
    given = {"due_at": due_at, "is_hourly": True, "fine_cents": 100, "calendar": NINE_TO_FIVE}
    found = fine(ended_at, **given)
    assert figures(found) == (hours, hours * 100, 0)
    assert fine_of(from_json(as_json(found.facts))) == found


def test_the_step_says_how_many_hours_it_was_closed() -> None:
    due_at = datetime(2026, 3, 5, 8, tzinfo=UTC)  # Thursday 16:00
    back = datetime(2026, 3, 9, 2, tzinfo=UTC)  # Monday 10:00
    given = {"due_at": due_at, "is_hourly": True, "fine_cents": 100, "calendar": NINE_TO_FIVE}
    found = fine(back, **given)
    steps = (Step("late", 90), Step("closed", 42, 48), Step("night", 10, 32))
    assert found.steps[:3] == steps
    assert figures(fine(back, **given, fine_counts_closed=True)) == (90, 9000, 0)


def test_a_figure_kept_before_hours_were_told_apart_stays_what_it_was() -> None:
    due_at, back = datetime(2026, 3, 5, 8, tzinfo=UTC), datetime(2026, 3, 6, 2, tzinfo=UTC)
    kept = as_json(fine(back, due_at=due_at, is_hourly=True).facts)
    del kept["closed_seconds"]
    assert fine_of(from_json(kept)).units == 18


def test_a_claim_or_a_loss_stops_the_clock() -> None:
    back, claimed, lost = noon("2026-03-20"), noon("2026-03-10"), noon("2026-03-12")
    assert stopped_at(back, None, None) == back
    assert stopped_at(back, claimed, lost) == claimed
    assert stopped_at(back, None, noon("2026-03-25")) == back


def test_what_was_kept_gives_the_same_figure() -> None:
    found = fine("2026-03-20", calendar=WEEKDAYS, price=5000, fine_grace=1, settled_by="either")
    assert fine_of(from_json(as_json(found.facts) | {"rules_version": 3})) == found


TERMS = st.fixed_dictionaries(
    {
        "settled_by": st.sampled_from(["nothing", "money", "days", "either"]),
        "fine_cents": st.integers(0, 500),
        "fine_grace": st.integers(0, 10),
        "fine_spares_grace": st.booleans(),
        "fine_counts_closed": st.booleans(),
        "max_fine_cents": st.integers(0, 3000),
        "fine_price_cap": st.booleans(),
        "max_fines_cents": st.integers(0, 5000),
        "suspension_days": st.integers(0, 5),
        "max_suspension_days": st.integers(0, 60),
        "is_hourly": st.booleans(),
        "price": st.none() | st.integers(0, 10_000),
        "before": st.integers(0, 4000),
        "unpaid": st.integers(0, 6000),
        "has_hours": st.booleans(),
    }
)


@given(
    values=TERMS,
    zone=st.sampled_from(ZONES),
    due_on=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    hour=st.integers(0, 23),
    late=st.integers(-50, 24 * 70),
    more=st.integers(0, 24 * 30),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    closed=st.tuples(st.integers(-3, 20), st.integers(0, 20)),
)
def test_never_below_zero_never_less_for_coming_later_and_never_over_a_cap(
    values, zone, due_on, hour, late, more, weekdays, closed
) -> None:
    where = ZoneInfo(zone)
    starts_on = due_on + timedelta(days=closed[0])
    span = Span(starts_on, starts_on + timedelta(days=closed[1]), "闭馆", True)
    has_hours = values.pop("has_hours")
    hours = tuple((day, time(9), time(17)) for day in sorted(weekdays)) if has_hours else ()
    calendar = Calendar(weekdays, (span,), hours)
    due_at = (
        end_of_day(due_on, where) - timedelta(hours=hour)
        if values["is_hourly"]
        else end_of_day(due_on, where)
    )
    back = due_at + timedelta(hours=late)

    found = fine(back, due_at=due_at, zone=where, calendar=calendar, **values)
    later = fine(
        back + timedelta(hours=more), due_at=due_at, zone=where, calendar=calendar, **values
    )

    assert min(figures(found)) >= 0
    assert all(a <= b for a, b in zip(figures(found), figures(later), strict=True))
    assert fine_of(from_json(as_json(found.facts))) == found
    if late <= 0:
        assert figures(found) == (0, 0, 0)
    cap, price, reader = values["max_fine_cents"], values["price"], values["max_fines_cents"]
    if cap:
        assert found.amount_cents + values["before"] <= max(cap, values["before"])
    if values["fine_price_cap"] and price is not None:
        assert found.amount_cents <= price
    if reader:
        assert found.amount_cents <= max(0, reader - values["unpaid"])
    if values["max_suspension_days"]:
        assert found.days <= values["max_suspension_days"]
    spared = replace(found.facts, max_fine_cents=0, fine_price_cap=False, max_fines_cents=0)
    assert found.amount_cents <= fine_of(spared).amount_cents
