"""Which copies are fetched from the shelf: one for each who waits, the same at every branch."""

from datetime import UTC, datetime, timedelta

from jieyue.circulation.rules.holds import Waiting
from jieyue.circulation.rules.picks import FreeCopy, picks

START = datetime(2026, 3, 2, tzinfo=UTC)


def hold(number: int, *, pickup: int = 1, copy: int | None = None, queue_class: int = 5) -> Waiting:
    return Waiting(
        hold_id=number, public_id=str(number), patron_id=number, category_id=1, title_id=7,
        copy_id=copy, pickup_branch_id=pickup, queue_class=queue_class,
        queued_at=START + timedelta(minutes=number),
    )  # fmt: skip


def free(number: int, branch: int = 1) -> FreeCopy:
    return FreeCopy(copy_id=number, title_id=7, branch_id=branch)


def test_each_copy_is_for_one_reader_and_each_reader_gets_one() -> None:
    assert picks([hold(1), hold(2), hold(3)], [free(10), free(11)]) == {10: 1, 11: 2}
    assert picks([hold(1)], [free(10), free(11)]) == {10: 1}


def test_a_copy_where_it_is_fetched_comes_first() -> None:
    assert picks([hold(1, pickup=2)], [free(10, branch=1), free(11, branch=2)]) == {11: 1}


def test_who_waits_for_one_copy_gets_no_other() -> None:
    assert picks([hold(1, copy=12)], [free(10), free(11)]) == {}
    assert picks([hold(1, copy=11)], [free(10), free(11)]) == {11: 1}


def test_the_class_comes_before_the_time() -> None:
    assert picks([hold(1), hold(2, queue_class=1)], [free(10)]) == {10: 2}
