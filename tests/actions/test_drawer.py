"""The end of a day at the cash drawer."""

from jieyue.circulation.actions.charges import refund, take_payment
from jieyue.circulation.actions.deposits import take_deposit
from jieyue.fees.actions import charge
from jieyue.fees.drawer import (
    DrawerFault,
    DrawerRefused,
    close_drawer,
    close_of,
    closes_of,
    drawer_of,
)
from jieyue.fees.models import DrawerLine
from jieyue.libraries.models import Branch
from tests.world import World


def pay(world: World, patron, cents: int, method: str = "cash", **desk) -> str:
    line = charge(world.desk(), patron=patron.public_id, amount_cents=cents, reason="x").line
    take_payment(
        world.desk(**desk), patron=patron.public_id, charge=line, amount_cents=cents, method=method
    )
    return line


def test_only_cash_of_this_branch_is_counted_and_what_was_given_back_is_taken_off(
    world: World,
) -> None:
    patron = world.patron()
    other = Branch.objects.create(
        library=world.library, code="west", name="西馆", created_at=world.now
    )
    first = pay(world, patron, 500)
    pay(world, patron, 700, method="wechat")
    pay(world, patron, 900, branch_id=other.pk)
    take_deposit(world.desk(), patron=patron.public_id, amount_cents=10000)
    refund(world.desk(), patron=patron.public_id, charge=first, amount_cents=200, reason="x")

    view = drawer_of(world.desk())
    assert view.expected_cents == 10300
    assert sorted(line.cents for line in view.lines) == [-200, 500, 10000]
    closed = close_drawer(world.desk(), expected_cents=10300, counted_cents=10300)

    assert (closed.difference_cents, closed.lines) == (0, 3)
    assert drawer_of(world.desk()).lines == ()
    assert drawer_of(world.desk(branch_id=other.pk)).expected_cents == 900
    shown = close_of(world.desk(), closed.close)
    assert shown is not None
    assert [line.cents for line in shown[1]] == [10000, -200, 500] or len(shown[1]) == 3
    assert [c.expected_cents for c in closes_of(world.desk())] == [10300]


def test_a_difference_is_explained_and_a_count_of_other_money_is_looked_at_again(
    world: World,
) -> None:
    patron = world.patron()
    pay(world, patron, 500)
    call = {"expected_cents": 500, "counted_cents": 450}
    unexplained = close_drawer(world.desk(), **call)
    pay(world, patron, 100)
    changed = close_drawer(world.desk(), **call, note_text="少了五角")
    bad = close_drawer(world.desk(), expected_cents=600, counted_cents=-1)

    assert unexplained == DrawerRefused(
        fault=DrawerFault.DIFFERENCE_UNEXPLAINED, expected_cents=500
    )
    assert changed == DrawerRefused(fault=DrawerFault.CHANGED_MEANWHILE, expected_cents=600)
    assert bad.fault == DrawerFault.COUNT_BAD
    assert not DrawerLine.objects.exists()
    closed = close_drawer(world.desk(), expected_cents=600, counted_cents=550, note_text="少了五角")
    assert closed.difference_cents == -50


def test_the_second_desk_finds_nothing_left_to_count(world: World) -> None:
    pay(world, world.patron(), 500)
    call = {"expected_cents": 500, "counted_cents": 500}
    assert close_drawer(world.desk(), **call).type == "drawer_closed"
    assert close_drawer(world.desk(), **call).fault == DrawerFault.NOTHING_TO_COUNT
