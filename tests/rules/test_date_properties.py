"""What holds of every due date: 30 zones, both clock changes, closures, vacations, leap days."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from jieyue.circulation.rules.due_dates import (
    Ceiling,
    DueDate,
    due_date,
    hourly_due,
    on_site_due,
)
from jieyue.circulation.rules.vacations import VacationRule, uncounted_days
from jieyue.libraries.rules.calendars import Calendar, Span, end_of_day, start_of_day
from tests.rules.test_due_dates import ZONES

DAY = timedelta(days=1)
TIMES = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))

moments = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


def last_second(moment: datetime, zone: ZoneInfo) -> bool:
    """Say whether the next second is another local day."""
    day = moment.astimezone(zone).date()
    return (moment + timedelta(seconds=1)).astimezone(zone).date() > day


@cache
def _changes(name: str, year: int) -> list[datetime]:
    zone = ZoneInfo(name)
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=h) for h in range(365 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


@st.composite
def clock_changes(draw: st.DrawFn) -> tuple[datetime, ZoneInfo]:
    """Return a moment within two days of a change of the clock, in a zone that has one."""
    zone = ZoneInfo(draw(st.sampled_from([z for z in ZONES if _changes(z, 2025)])))
    hour = draw(st.sampled_from(_changes(zone.key, 2025)))
    return hour + timedelta(seconds=draw(st.integers(-172_800, 172_800))), zone


starts = st.tuples(moments, zones) | clock_changes()


@st.composite
def calendars(draw: st.DrawFn, first: date) -> Calendar:
    """Return a calendar that opens within 400 days: a week with hours, closures, exceptions."""
    weekdays = draw(st.frozensets(st.integers(0, 6)))
    hours: list[tuple[int, time, time]] = []
    if draw(st.booleans()):
        for weekday in sorted(weekdays):
            edges = sorted(draw(st.lists(TIMES, min_size=2, max_size=4, unique=True)))
            pairs = zip(edges[::2], edges[1::2], strict=False)
            hours += [(weekday, opens, closes) for opens, closes in pairs]
    spans = draw(
        st.lists(
            st.builds(
                lambda start, length, is_closed, is_sudden: Span(
                    first + timedelta(start),
                    first + timedelta(start + length),
                    "春节" if is_closed else "调休",
                    is_closed,
                    is_closed and is_sudden,
                ),
                st.integers(-10, 120),
                st.integers(0, 25),
                st.booleans(),
                st.booleans(),
            ),
            max_size=5,
        )
    )
    return Calendar(weekdays, tuple(spans), tuple(hours))


@st.composite
def vacations(draw: st.DrawFn, first: date, moves: list[str]) -> tuple[VacationRule, ...]:
    """Return up to two vacations around the loan; each ends before its loans are due."""
    found = []
    for number in range(draw(st.integers(0, 2))):
        start = first + timedelta(draw(st.integers(-30, 90)))
        end = start + timedelta(draw(st.integers(0, 60)))
        fixed = draw(st.none() | st.integers(1, 20))
        found.append(
            VacationRule(
                name=f"v{number}",
                starts_on=start,
                ends_on=end,
                moves=draw(st.sampled_from(moves)),
                window_starts_on=draw(st.none() | st.just(start - 10 * DAY)),
                due_on=None if fixed is None else end + timedelta(fixed),
                due_after_open_days=draw(st.integers(1, 9)) if fixed is None else None,
            )
        )
    return tuple(found)


@st.composite
def loans(draw: st.DrawFn, moves: tuple[str, ...] = ("none", "all", "made", "due")) -> dict:
    """Return what a loan by the day is made of."""
    start, zone = draw(starts)
    first = start.astimezone(zone).date()
    return {
        "start": start,
        "days": draw(st.integers(1, 120)),
        "zone": zone,
        "calendar": draw(calendars(first)),
        "closed_days": draw(st.sampled_from(["next_open", "previous_open", "keep"])),
        "ceilings": tuple(
            Ceiling(first + timedelta(n), why)
            for n, why in draw(
                st.lists(
                    st.tuples(st.integers(0, 120), st.sampled_from(["card_expiry", "term_end"])),
                    max_size=2,
                )
            )
        ),
        "vacations": draw(vacations(first, list(moves))),
    }


def made(loan: dict) -> DueDate | None:
    return due_date(loan["start"], **{k: v for k, v in loan.items() if k != "start"})


@given(loan=loans())
def test_due_is_the_last_instant_of_a_local_day_never_before_it_was_lent(loan: dict) -> None:
    found = made(loan)
    assume(found is not None)
    assert found.at > loan["start"]
    assert found.at.astimezone(loan["zone"]).date() == found.on
    assert last_second(found.at, loan["zone"])
    assert found.on >= loan["start"].astimezone(loan["zone"]).date()


@given(loan=loans())
def test_due_is_on_an_open_day_unless_a_ceiling_forbids_it(loan: dict) -> None:
    found = made(loan)
    assume(found is not None and loan["closed_days"] != "keep")
    calendar, first = loan["calendar"], loan["start"].astimezone(loan["zone"]).date()
    assume(found.on > first)  # lent on a closed day with a ceiling on it
    if not calendar.is_open(found.on):
        ceiling = min(c.on for c in loan["ceilings"])
        assert found.on in (ceiling, first + DAY)
        assert calendar.previous_open(ceiling, not_before=first) is None


@given(loan=loans())
def test_no_ceiling_is_passed(loan: dict) -> None:
    found = made(loan)
    assume(found is not None and loan["ceilings"])
    if found.steps[-1].what == "next_day":  # lent in the ceiling's last second
        assert loan["start"] > found.at - 2 * DAY
    else:
        assert found.on <= min(ceiling.on for ceiling in loan["ceilings"])


@given(loan=loans(moves=("none", "all", "made")), more=st.integers(1, 30))
def test_more_days_are_never_due_earlier(loan: dict, more: int) -> None:
    """A vacation that moves only what is due in a window cannot promise that, by what it says."""
    short, long = made(loan), made(loan | {"days": loan["days"] + more})
    assume(short is not None and long is not None)
    assert short.at <= long.at


@given(loan=loans())
def test_a_vacation_never_brings_a_date_forward(loan: dict) -> None:
    found, without = made(loan), made(loan | {"vacations": ()})
    assume(found is not None and without is not None)
    assert found.at >= without.at


@given(loan=loans())
def test_the_steps_lead_to_the_date(loan: dict) -> None:
    found = made(loan)
    assume(found is not None)
    assert found.steps[-1].on == found.on
    first = loan["start"].astimezone(loan["zone"]).date()
    assert found.steps[0].on == first + timedelta(days=loan["days"])


@given(loan=loans(), hours=st.integers(1, 100), data=st.data())
def test_a_loan_by_the_hour_ends_while_the_branch_is_open(loan: dict, hours: int, data) -> None:
    zone, calendar, start = loan["zone"], loan["calendar"], loan["start"]
    found = hourly_due(
        start, hours=hours, zone=zone, calendar=calendar, closed_days=loan["closed_days"]
    )
    assume(found is not None)
    asked = (start + timedelta(hours=hours)).replace(microsecond=0)
    assert found.at > start
    if loan["closed_days"] == "keep":
        assert found.at == asked  # elapsed hours, whatever the clock does
        return
    openings = calendar.openings(found.on, zone)
    assert any(opens <= found.at <= closes for opens, closes in openings)
    edges = [edge for opening in openings for edge in opening]
    assert found.at == asked or found.at in edges  # real hours of that date, nothing made up
    if loan["closed_days"] == "next_open":
        assert found.at >= asked


@given(loan=loans(), hours=st.integers(1, 100))
def test_a_loan_by_the_hour_keeps_under_the_ceilings(loan: dict, hours: int) -> None:
    found = hourly_due(
        loan["start"], hours=hours, zone=loan["zone"], calendar=loan["calendar"],
        closed_days=loan["closed_days"], ceilings=loan["ceilings"],
    )  # fmt: skip
    assume(found is not None and loan["ceilings"] and found.steps[-1].what != "next_day")
    assert found.on <= min(ceiling.on for ceiling in loan["ceilings"])
    assert found.at > loan["start"]


@given(loan=loans(), hours=st.integers(1, 100), more=st.integers(1, 50))
def test_more_hours_are_never_due_earlier(loan: dict, hours: int, more: int) -> None:
    def due(count: int) -> DueDate | None:
        return hourly_due(
            loan["start"], hours=count, zone=loan["zone"], calendar=loan["calendar"],
            closed_days=loan["closed_days"],
        )  # fmt: skip

    short, long = due(hours), due(hours + more)
    assume(short is not None and long is not None)
    assert short.at <= long.at


@given(loan=loans())
def test_read_in_the_library_is_due_the_same_day(loan: dict) -> None:
    zone, start = loan["zone"], loan["start"]
    found = on_site_due(start, zone, loan["calendar"])
    today = start.astimezone(zone).date()
    assert found.at > start
    assert found.on == today or found.steps[-1].what == "next_day"
    closings = [closes for _, closes in loan["calendar"].openings(today, zone) if closes > start]
    if closings:
        assert found.at == closings[-1]


@given(start=starts, days=st.integers(-400, 400))
def test_local_days_follow_each_other_without_gap_or_overlap(start, days: int) -> None:
    moment, zone = start
    day = moment.astimezone(zone).date() + timedelta(days)
    assert end_of_day(day, zone) + timedelta(seconds=1) == start_of_day(day + DAY, zone)
    assert timedelta(hours=22) < end_of_day(day, zone) - start_of_day(day, zone) < timedelta(days=2)


@given(year=st.sampled_from([2020, 2024, 2028]), zone=zones)
def test_a_leap_day_is_a_day(year: int, zone: ZoneInfo) -> None:
    start = datetime(year, 2, 28, 12, tzinfo=zone).astimezone(UTC)
    always = Calendar(frozenset())
    found = due_date(start, days=1, zone=zone, calendar=always, closed_days="keep")
    year_later = due_date(start, days=366, zone=zone, calendar=always, closed_days="keep")
    assert found is not None
    assert year_later is not None
    assert (found.on, year_later.on) == (date(year, 2, 29), date(year + 1, 2, 28))


@given(data=st.data(), due=st.integers(-60, 60), back=st.integers(0, 90))
def test_days_that_do_not_count_lie_between_due_and_back(data, due: int, back: int) -> None:
    today = date(2026, 7, 1)
    rules = data.draw(vacations(today, ["none"]))
    due_on, back_on = today + timedelta(due), today + timedelta(due + back)
    for free in uncounted_days(rules, due_on=due_on, returned_on=back_on):
        assert free.starts_on <= back_on
        assert free.ends_on > due_on
