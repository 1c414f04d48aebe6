"""Two of the staff make a class's sheet at once, on the engine of the run."""

import pytest

from jieyue.kit.scope import library_scope
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.models import ClassSheet, ClassSheetLine, Delivery
from jieyue.notices.paper import NoSheet, give_out_sheet, make_sheet, withdraw_sheet
from jieyue.notices.telephone import calls, note_call
from tests.mailing import MORNING, Clock, at, lent, reminded, sent
from tests.races.test_desks import race
from tests.world import World

CLASS = "三年级2班"


def waiting(world: World, readers: int) -> Clock:
    """Let some readers of the class wait for a sheet."""
    clock = Clock(at(world, MORNING))
    set_by_hand(world.desk(), ways=("paper",), class_ways={}, calls=3, shows_titles=False)
    with library_scope(world.library.pk):
        for number in range(readers):
            lent(world, "活着", "2026-03-05", world.patron(f"学生{number}", group_name=CLASS))
        reminded(world, clock())
    sent(world, clock)
    return clock


@pytest.mark.django_db(transaction=True)
def test_who_makes_a_sheet_at_once_makes_one_and_it_ends_once() -> None:
    world = World()
    clock = waiting(world, readers=6)
    desk = world.desk(now=clock())

    made = race(lambda _: make_sheet(desk, group=CLASS), range(4))
    assert sorted(one.type for one in made) == ["no_sheet"] * 3 + ["sheet_made"]
    with library_scope(world.library.pk):
        [sheet] = ClassSheet.objects.values_list("public_id", flat=True)
        assert ClassSheetLine.objects.count() == 6
    assert {one for one in made if isinstance(one, NoSheet)} == {
        NoSheet(why="nothing", sheet=sheet)
    }

    ends = [give_out_sheet, withdraw_sheet, give_out_sheet, withdraw_sheet]
    ended = race(lambda end: end(desk, sheet=sheet), ends)
    assert sorted(one.type for one in ended) == ["refused"] * 3 + ["sheet_ended"]
    with library_scope(world.library.pk):
        [state] = ClassSheet.objects.values_list("state", flat=True)
        left = {"given": ("handed", sheet), "withdrawn": ("waiting", "")}[state]
        assert set(Delivery.objects.values_list("state", "reference")) == {left}


@pytest.mark.django_db(transaction=True)
def test_who_notes_a_call_at_once_with_others_notes_it_once() -> None:
    world = World()
    set_by_hand(world.desk(), ways=("phone",), class_ways={}, calls=3, shows_titles=False)
    clock = Clock(at(world, MORNING))
    with library_scope(world.library.pk):
        lent(world, "活着", "2026-03-05", world.patron(phone="13800001111"))
        reminded(world, clock())
    sent(world, clock)
    desk = world.desk(now=clock())
    with library_scope(world.library.pk):
        [call] = calls(desk)
    given = {"patron": call.patron, "mark": call.mark, "said": call.said}

    noted = race(lambda answer: note_call(desk, answer=answer, **given), ["told"] * 4)
    assert sorted(one.type for one in noted) == ["call_noted"] + ["refused"] * 3
    with library_scope(world.library.pk):
        assert list(Delivery.objects.values_list("channel", "state")) == [("phone", "handed")]
