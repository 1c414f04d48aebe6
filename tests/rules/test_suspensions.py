"""停借: one after the other, and counted only once all is back."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.suspensions import Suspension, suspended


def on(day: int, month: int = 4) -> date:
    return date(2026, month, day)


def run(first: int, last: int, id_: int = 1) -> Suspension:
    return Suspension(on(first), on(last), id_)


def test_it_begins_on_the_day_after_the_return() -> None:
    assert suspended([], due_on=on(1), returned_on=on(4), days=3) == ([], Suspension(on(5), on(7)))


def test_the_next_one_continues_from_its_end() -> None:
    assert suspended([run(5, 7)], due_on=on(2), returned_on=on(4), days=2) == (
        [],
        Suspension(on(8), on(9)),
    )


def test_days_that_ran_while_another_was_late_are_given_back() -> None:
    moved, new = suspended([run(5, 7)], due_on=on(1), returned_on=on(20), days=2)
    assert (moved, new) == ([run(21, 23)], Suspension(on(24), on(25)))


def test_days_waited_before_it_was_late_stay_waited() -> None:
    moved, new = suspended([run(5, 9)], due_on=on(6), returned_on=on(20), days=1)
    assert (moved, new) == ([run(21, 23)], Suspension(on(24), on(24)))


def test_what_was_over_before_is_over() -> None:
    assert suspended([run(2, 4)], due_on=on(4), returned_on=on(9), days=1) == (
        [],
        Suspension(on(10), on(10)),
    )


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40), st.integers(1, 20)), max_size=6))
def test_days_never_overlap_and_none_is_lost(returns) -> None:
    """Whatever comes back when: in the end nobody waits longer than the days they were given."""
    start, today, given_days = on(1, 1), on(1, 1), 0
    running: list[Suspension] = []
    for number, (gap, late, days) in enumerate(returns, start=1):
        today += timedelta(days=gap)
        due_on = today - timedelta(days=late)
        moved, new = suspended(running, due_on=max(due_on, start), returned_on=today, days=days)
        by_id = {s.id: s for s in [*running, *moved]}
        running = [*by_id.values(), Suspension(new.starts_on, new.ends_on, number)]
        given_days += days
        assert new.starts_on > today
        ahead = sorted((s for s in running if s.ends_on > today), key=lambda s: s.starts_on)
        assert all(a.ends_on < b.starts_on for a, b in itertools.pairwise(ahead))
        assert sum((s.ends_on - s.starts_on).days + 1 for s in running) <= given_days


def test_none_ends_later_than_the_cap_allows() -> None:
    cap = {"due_on": on(1), "returned_on": on(4), "most": 10}
    assert suspended([], days=30, **cap) == ([], Suspension(on(5), on(14)))
    assert suspended([run(5, 9)], days=30, **(cap | {"due_on": on(4)})) == (
        [],
        Suspension(on(10), on(14)),
    )


def test_at_the_cap_another_one_ends_with_those_that_run() -> None:
    found = suspended([run(5, 14)], due_on=on(4), returned_on=on(4), days=30, most=10)
    assert found == ([], Suspension(on(14), on(14)))


def test_what_moves_keeps_the_cap_too() -> None:
    found = suspended([run(5, 20)], due_on=on(3), returned_on=on(25), days=3, most=10)
    assert found == ([Suspension(on(26), on(5, 5), 1)], Suspension(on(5, 5), on(5, 5)))
