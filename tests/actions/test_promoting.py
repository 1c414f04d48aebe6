"""The school year in one step: classes move up, leavers' cards end, and it can be taken back."""

from dataclasses import replace
from datetime import date, timedelta

from jieyue.patrons import promoting
from jieyue.patrons.groups import classes, promotion, proposals
from jieyue.patrons.jobs import keep_promotion
from jieyue.patrons.models import Patron, PromotedReader, Promotion
from jieyue.patrons.promoting import (
    Move,
    PromotionBegun,
    PromotionFault,
    PromotionRefused,
    begin_promotion,
    step_promotion,
    undo_promotion,
)
from tests.world import World

SUMMER = date(2026, 8, 31)
PLAN = (
    Move(was="五年级1班", now="六年级1班"),
    Move(was="六年级1班", now="2026届六年级1班", leaves=True),
    Move(was="一年级1班", now="二年级1班"),
)


def school(world: World) -> dict[str, Patron]:
    return {
        name: world.patron(name, group_name=group, expires_on=ends)
        for name, group, ends in (
            ("小一", "一年级1班", None),
            ("小五", "五年级1班", date(2030, 8, 31)),
            ("小六", "六年级1班", date(2030, 8, 31)),
            ("早走", "六年级1班", date(2026, 5, 1)),
            ("老师", "教师", None),
        )
    }


def where(people: dict[str, Patron]) -> dict[str, tuple[str, date | None]]:
    rows = Patron.objects.filter(pk__in=[patron.pk for patron in people.values()])
    return {row.name: (row.group_name, row.expires_on) for row in rows}


def promoted(world: World) -> str:
    begun = begin_promotion(world.desk(), moves=PLAN, leave_on=SUMMER)
    assert isinstance(begun, PromotionBegun)
    while not step_promotion(world.desk(), promotion=begun.promotion).is_last:
        pass
    return begun.promotion


def test_classes_move_up_and_leavers_cards_end(world: World) -> None:
    people = school(world)
    promoted(world)
    assert where(people) == {
        "小一": ("二年级1班", None),
        "小五": ("六年级1班", date(2030, 8, 31)),
        "小六": ("2026届六年级1班", SUMMER),
        "早走": ("2026届六年级1班", date(2026, 5, 1)),
        "老师": ("教师", None),
    }


def test_it_is_taken_back_but_for_who_was_changed_since(world: World) -> None:
    people = school(world)
    before = where(people)
    made = promoted(world)
    Patron.objects.filter(pk=people["小五"].pk).update(group_name="六年级2班")
    undone = undo_promotion(world.days_later(29), promotion=made)
    assert undone == PromotionBegun(promotion=made, readers=4)
    assert step_promotion(world.desk(), promotion=made).is_last
    assert where(people) == before | {"小五": ("六年级2班", date(2030, 8, 31))}
    view = promotion(made, world.now)
    assert view is not None
    assert (view.state, view.left, view.may_undo) == ("undone", 1, False)


def test_it_is_not_taken_back_after_thirty_days_or_twice(world: World) -> None:
    school(world)
    made = promoted(world)
    late = undo_promotion(world.days_later(31), promotion=made)
    assert late == PromotionRefused(fault=PromotionFault.UNDO_TOO_LATE)
    undo_promotion(world.desk(), promotion=made)
    again = undo_promotion(world.desk(), promotion=made)
    assert again == PromotionRefused(fault=PromotionFault.AT_WORK)
    gone = undo_promotion(world.desk(), promotion="AAAAAAAA")
    assert gone == PromotionRefused(fault=PromotionFault.PROMOTION_UNKNOWN)


def test_a_large_school_takes_steps_and_the_worker_goes_on(world: World, monkeypatch) -> None:
    monkeypatch.setattr(promoting, "STEP", 2)
    people = school(world)
    begun = begin_promotion(world.desk(), moves=PLAN, leave_on=SUMMER)
    assert isinstance(begun, PromotionBegun)
    first = step_promotion(world.desk(), promotion=begun.promotion)
    assert (first.done, first.is_last) == (2, False)
    for step in range(1, 5):  # the worker may repeat a step, and come when nothing is left
        keep_promotion(world.desk(), {"promotion": begun.promotion, "step": step})
    assert Promotion.objects.get().state == "done"
    assert where(people)["小六"] == ("2026届六年级1班", SUMMER)
    assert PromotedReader.objects.filter(state="done").count() == 4


def test_somebody_moved_meanwhile_stays_where_they_are(world: World) -> None:
    people = school(world)
    begun = begin_promotion(world.desk(), moves=PLAN, leave_on=SUMMER)
    assert isinstance(begun, PromotionBegun)
    Patron.objects.filter(pk=people["小一"].pk).update(group_name="一年级2班")
    step = step_promotion(world.desk(), promotion=begun.promotion)
    assert (step.done, step.left) == (3, 1)
    assert where(people)["小一"] == ("一年级2班", None)


def test_two_classes_become_one_only_if_that_is_meant(world: World) -> None:
    school(world)
    moves = (Move(was="一年级1班", now="三年级1班"), Move(was="五年级1班", now="三年级1班"))
    refused = PromotionRefused(fault=PromotionFault.TWO_INTO_ONE, classes=("三年级1班",))
    assert begin_promotion(world.desk(), moves=moves, leave_on=SUMMER) == refused
    onto = (Move(was="一年级1班", now="教师"),)
    refused = replace(refused, classes=("教师",))
    assert begin_promotion(world.desk(), moves=onto, leave_on=SUMMER) == refused
    meant = begin_promotion(world.desk(), moves=moves, leave_on=SUMMER, may_join=True)
    assert isinstance(meant, PromotionBegun)


def test_what_cannot_be_done_is_refused_and_nothing_changes(world: World) -> None:
    people = school(world)
    before = where(people)

    def tried(*moves: Move) -> PromotionFault:
        outcome = begin_promotion(world.desk(), moves=moves, leave_on=SUMMER)
        assert isinstance(outcome, PromotionRefused)
        return outcome.fault

    same = Move(was="一年级1班", now="一年级1班")
    assert tried() is PromotionFault.NOTHING_MOVES
    assert tried(same) is PromotionFault.NOTHING_MOVES
    assert tried(Move(was="九年级9班", now="十年级")) is PromotionFault.CLASS_UNKNOWN
    assert tried(Move(was="一年级1班", now=" ")) is PromotionFault.NAME_MISSING
    assert tried(Move(was="一年级1班", now="班" * 61)) is PromotionFault.NAME_TOO_LONG
    assert tried(PLAN[0], replace(PLAN[0], now="x")) is PromotionFault.CLASS_TWICE
    assert where(people) == before
    assert not PromotedReader.objects.exists()
    begin_promotion(world.desk(), moves=PLAN, leave_on=SUMMER)
    assert tried(*PLAN) is PromotionFault.AT_WORK


def test_the_table_counts_whom_the_promotion_moves_cards_that_ended_too(world: World) -> None:
    world.patron("甲", group_name="二年级1班")
    world.patron("乙", group_name="二年级1班", expires_on=SUMMER - timedelta(days=9))
    world.patron("丙", group_name="老班", expires_on=SUMMER - timedelta(days=9))
    [row] = proposals(SUMMER, year=2026, kind="primary")
    assert (row.was, row.readers) == ("二年级1班", 2)
    moves = (Move(was=row.was, now=row.now, leaves=False),)
    begun = begin_promotion(world.desk(now=world.now), moves=moves, leave_on=SUMMER)
    assert begun.readers == row.readers
    assert [(view.name, view.readers) for view in classes(SUMMER)] == [("二年级1班", 1)]


def test_the_table_proposes_names_for_classes_that_are_still_here(world: World) -> None:
    school(world)
    promoted(world)
    after = SUMMER + timedelta(days=1)
    assert [(view.name, view.readers) for view in classes(after)] == [
        ("二年级1班", 1), ("六年级1班", 1), ("教师", 1),
    ]  # fmt: skip
    table = proposals(after, year=2027, kind="primary")
    assert [(row.was, row.now, row.fate.value) for row in table] == [
        ("二年级1班", "三年级1班", "moves"),
        ("六年级1班", "2027届六年级1班", "leaves"),
        ("教师", "教师", "unknown"),
    ]
