"""How long one waits: a range from this title's own returns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.waiting_time import CopyInUse, Wait, waiting_time
from tests.world import day

TODAY = day("2026-03-02")
SHELF = CopyInUse()
OUT = CopyInUse(lent_on=day("2026-02-20"), due_on=day("2026-03-22"))  # 10 days out, 20 left
KEPT = CopyInUse(is_kept=True)


def wait(place: int, copies, lengths=(8, 10, 12, 14, 30)) -> Wait | None:
    return waiting_time(place, copies=copies, lengths=lengths, shelf_days=3, today=TODAY)


@pytest.mark.parametrize(
    ("place", "copies", "expected"),
    [
        (1, [SHELF], Wait(0, 0)),
        (1, [OUT], Wait(1, 20)),  # short loans of 10 days are over; it is due in 20
        (2, [OUT], Wait(11, 37)),  # then somebody has it for 10 to 14 days, 3 on the shelf
        (2, [SHELF, SHELF], Wait(0, 0)),
        (2, [SHELF, OUT], Wait(1, 17)),  # the one on the shelf comes back first
        (1, [KEPT], Wait(10, 17)),
        (3, [SHELF], Wait(20, 34)),
    ],
)
def test_copies_are_dealt_out_along_the_queue(place, copies, expected) -> None:
    assert wait(place, copies) == expected


@pytest.mark.parametrize(("copies", "lengths"), [([], (5, 6, 7)), ([OUT], (5, 6)), ([OUT], ())])
def test_with_too_little_to_go_by_nothing_is_said(copies, lengths) -> None:
    assert wait(1, copies, lengths) is None


def test_a_loan_that_is_late_may_come_back_any_day() -> None:
    late = CopyInUse(lent_on=day("2026-01-01"), due_on=day("2026-01-31"))
    assert wait(1, [late]) == Wait(1, 1)


@given(
    st.integers(1, 30),
    st.lists(st.sampled_from([SHELF, OUT, KEPT]), min_size=1, max_size=6),
    st.lists(st.integers(0, 400), min_size=3, max_size=30),
)
def test_a_place_further_back_never_waits_less(place, copies, lengths) -> None:
    here, behind = wait(place, copies, lengths), wait(place + 1, copies, lengths)
    assert here is not None and behind is not None
    assert 0 <= here.from_days <= here.to_days
    assert here.from_days <= behind.from_days and here.to_days <= behind.to_days
