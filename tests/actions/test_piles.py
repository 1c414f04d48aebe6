"""Any pile of copies is changed together, and taken back where nothing followed."""

from datetime import timedelta
from typing import Any

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.exporting import Choice
from jieyue.catalog.models import Copy, ItemType, ShelvingScheme, Title
from jieyue.catalog.rules.call_order import call_key
from jieyue.catalog.rules.copies import CopyDetails
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.editing import edit_copy
from jieyue.circulation.actions.piles import (
    PileBegun,
    PileMade,
    begin_pile,
    make_pile,
    step_pile,
    undo_pile,
)
from jieyue.circulation.jobs.piles import forget_old_piles, keep_pile
from jieyue.circulation.models import PileChange, PileRow
from jieyue.circulation.queries.piles import pile as pile_view
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.rules.permissions import HELPER
from jieyue.outbox.models import Task
from tests.actions.pile_case import done, made, undone
from tests.world import World


def everything() -> list[dict[str, Any]]:
    return list(Copy.objects.order_by("pk").values())


def test_a_pile_is_looked_at_moved_and_moved_back(world: World) -> None:
    east = world.east()
    copies = [world.copy(shelf="A-1"), world.copy(shelf="A-2", branch=east), world.copy()]
    before = everything()
    pile = made(world, copies, PileKind.RELOCATE, branch="east", shelf="B-7")

    seen = pile_view(world.desk(), pile)
    assert seen is not None
    assert (seen.state, seen.counts) == ("draft", {"waiting": 3, "left": 0})
    assert [(line.before["shelf"], line.after["shelf"]) for line in seen.lines] == [
        ("A-1", "B-7"), ("A-2", "B-7"), ("", "B-7"),
    ]  # fmt: skip
    assert everything() == before

    assert done(world, pile) == {}
    assert set(Copy.objects.values_list("branch_id", "shelf")) == {(east.pk, "B-7")}
    row = PileRow.objects.get(position=2)
    assert (row.before, row.after) == ({"shelf": "A-2"}, {"shelf": "B-7"})
    notes = Entry.objects.filter(action="step_pile").order_by("copy_id")
    assert [(n.copy_id, n.data) for n in notes] == [
        (copy.pk, {"pile": pile, "kind": "relocate"}) for copy in copies
    ]

    assert undone(world, pile) == {}
    assert everything() == before
    assert PileChange.objects.get().state == "undone"


def test_what_a_reader_has_or_waits_for_is_not_withdrawn(world: World) -> None:
    title = world.title()
    free, lent, held, gone = (world.copy(title, note="旧") for _ in range(4))
    reader = world.patron()
    checkout(world.desk(), card_barcode=reader.card, copy_barcodes=(lent.barcode,))
    world.hold(world.patron(), title)
    checkin(world.desk(), copy_barcodes=(held.barcode,))
    Copy.objects.filter(pk=gone.pk).update(standing="withdrawn", withdrawn_at=world.now)
    pile = made(world, [free, lent, held, gone], PileKind.WITHDRAW, reason="复本过多")
    expected = {
        lent.barcode: "copy_on_loan",
        held.barcode: "copy_held",
        gone.barcode: "copy_withdrawn",
    }
    seen = pile_view(world.desk(), pile)
    assert seen is not None
    assert seen.counts == {"waiting": 1, "left": 3}
    assert {line.barcode: line.why for line in seen.lines if line.why} == expected
    assert [line.state for line in seen.lines] == ["left", "left", "left", "waiting"]

    assert done(world, pile) == expected
    free.refresh_from_db()
    assert (free.standing, free.withdrawn_at, free.note) == ("withdrawn", world.now, "复本过多")

    assert undone(world, pile) == {}
    free.refresh_from_db()
    assert (free.standing, free.withdrawn_at, free.note) == ("in_use", None, "旧")


def test_what_happened_after_the_preview_counts(world: World) -> None:
    copies = [world.copy(), world.copy()]
    pile = made(world, copies, PileKind.STANDING, standing="repair")
    checkout(world.desk(), card_barcode=world.patron().card, copy_barcodes=(copies[0].barcode,))
    assert done(world, pile) == {copies[0].barcode: "copy_on_loan"}
    assert list(Copy.objects.order_by("pk").values_list("standing", flat=True)) == [
        "in_use", "repair",
    ]  # fmt: skip


def test_standings_go_back_unless_a_reader_has_the_copy_by_then(world: World) -> None:
    copies = [world.copy(standing="missing"), world.copy(standing="repair")]
    pile = made(world, copies, PileKind.STANDING, standing="in_use")
    assert done(world, pile) == {}
    checkout(world.desk(), card_barcode=world.patron().card, copy_barcodes=(copies[0].barcode,))
    assert undone(world, pile) == {copies[0].barcode: "copy_on_loan"}
    assert list(Copy.objects.order_by("pk").values_list("standing", flat=True)) == [
        "in_use", "repair",
    ]  # fmt: skip


def test_what_was_edited_since_stays(world: World) -> None:
    copies = [world.copy(shelf="A"), world.copy(shelf="A")]
    pile = made(world, copies, PileKind.RELOCATE, shelf="B")
    done(world, pile)
    mine = copies[0]
    edit_copy(
        world.desk(), copy=mine.public_id, details=CopyDetails(barcode=mine.barcode, shelf="C")
    )
    assert undone(world, pile) == {mine.barcode: "changed_since"}
    assert list(Copy.objects.order_by("pk").values_list("shelf", flat=True)) == ["C", "A"]


def test_type_and_origin_change_only_what_is_said(world: World) -> None:
    comic = ItemType.objects.create(library=world.library, code="comic", name="漫画")
    copy = world.copy(source="赠送", price_cents=1_000)
    assert done(world, made(world, [copy], PileKind.ITEM_TYPE, item_type="comic")) == {}
    change = {"supplier": "新华书店", "price_cents": 3_950}
    assert done(world, made(world, [copy], PileKind.ORIGIN, **change)) == {}
    copy.refresh_from_db()
    assert (copy.item_type_id, copy.source, copy.supplier, copy.price_cents) == (
        comic.pk, "赠送", "新华书店", 3_950,
    )  # fmt: skip


def test_reclassified_titles_get_numbers_anew_one_for_all_their_copies(world: World) -> None:
    ShelvingScheme.objects.create(library=world.library, branch=None, kind="running")
    numbers = {"call_number": "I247.5/9", "call_key": call_key("I247.5/9")}
    title, other = world.title(clc="I247.5"), world.title(clc="I247.5")
    copies = [world.copy(title, **numbers), world.copy(title, **numbers), world.copy(other)]
    before = everything()
    pile = made(world, [copies[0], copies[2]], PileKind.RECLASSIFY, clc="I287.45")
    assert PileChange.objects.get().total == 3  # all copies of a title come along

    assert done(world, pile) == {}
    assert set(Title.objects.values_list("clc", flat=True)) == {"I287.45"}
    after = list(Copy.objects.order_by("pk").values_list("call_number", "call_key"))
    assert [number for number, _ in after] == ["I287.45/1", "I287.45/1", "I287.45/2"]
    assert [call_key(number) for number, _ in after] == [key for _, key in after]

    world.copy(world.title(clc="I247.5"), **numbers)  # meanwhile another book gets the number
    assert undone(world, pile) == {
        copies[0].barcode: "call_number_taken", copies[1].barcode: "call_number_taken"
    }  # fmt: skip
    assert everything()[2] == before[2]
    other.refresh_from_db()
    assert other.clc == "I247.5"


def test_reclassifying_is_taken_back_whole(world: World) -> None:
    numbers = {"call_number": "K8/1", "call_key": call_key("K8/1")}
    title = world.title(clc="K8")
    world.copy(title, **numbers)
    before = everything()
    pile = made(world, list(Copy.objects.all()), PileKind.RECLASSIFY, clc="K9")
    done(world, pile)
    assert Copy.objects.get().call_number == "K9/1"
    assert undone(world, pile) == {}
    assert everything() == before
    title.refresh_from_db()
    assert title.clc == "K8"


def test_a_pile_comes_from_a_search_public_ids_or_barcodes_and_knows_what_is_on_nothing(
    world: World,
) -> None:
    title = world.title("活着")
    copies = [world.copy(title), world.copy(title), world.copy()]
    change = Change(kind=PileKind.RELOCATE, shelf="B")

    def of(**asked: Any) -> list[tuple[int | None, str]]:
        outcome = make_pile(world.desk(), change=change, **asked)
        assert isinstance(outcome, PileMade)
        rows = PileRow.objects.filter(pile__public_id=outcome.pile).order_by("position")
        return list(rows.values_list("copy_id", "barcode"))

    def rows(*chosen: Copy) -> list[tuple[int | None, str]]:
        return [(copy.pk, copy.barcode) for copy in chosen]

    assert of(choice=Choice(text="活着")) == rows(*copies[:2])
    assert of(copies=(copies[2].public_id, copies[0].public_id)) == rows(copies[2], copies[0])
    twice = (copies[1].barcode, "NOWHERE", f" {copies[1].barcode}")
    assert of(barcodes=twice) == [*rows(copies[1]), (None, "NOWHERE")]


def test_what_is_wrong_with_a_change_is_said_and_nothing_is_made(world: World) -> None:
    copy = world.copy()

    def against(kind: PileKind, **change: Any) -> tuple[Fault, ...]:
        asked = Change(kind=kind, **change)
        outcome = make_pile(world.desk(), change=asked, barcodes=(copy.barcode,))
        assert isinstance(outcome, Refused), outcome
        return outcome.faults

    assert against(PileKind.RELOCATE) == (Fault(FaultCode.CHANGE_MISSING),)
    assert against(PileKind.RELOCATE, branch="nowhere") == (
        Fault(FaultCode.BRANCH_UNKNOWN, "branch", "nowhere"),
    )
    assert against(PileKind.WITHDRAW) == (Fault(FaultCode.REASON_MISSING, "reason"),)
    assert against(PileKind.STANDING, standing="withdrawn") == (
        Fault(FaultCode.STANDING_UNKNOWN, "standing", "withdrawn"),
    )
    assert against(PileKind.ITEM_TYPE) == (Fault(FaultCode.ITEM_TYPE_UNKNOWN, "item_type"),)
    assert against(PileKind.RECLASSIFY, clc="I" * 41) == (Fault(FaultCode.TOO_LONG, "clc", "40"),)
    empty = make_pile(world.desk(), change=Change(kind=PileKind.RELOCATE, shelf="B"))
    assert empty == Refused(faults=(Fault(FaultCode.PILE_EMPTY),))
    assert PileChange.objects.count() == 0


def test_a_change_is_begun_once_and_taken_back_once_within_30_days(world: World) -> None:
    pile = made(world, [world.copy()], PileKind.RELOCATE, shelf="B")
    begun = Refused(faults=(Fault(FaultCode.PILE_BEGUN),))
    assert undo_pile(world.desk(), pile=pile) == begun
    done(world, pile)
    assert begin_pile(world.desk(), pile=pile) == begun
    assert undo_pile(world.days_later(31), pile=pile) == Refused(
        faults=(Fault(FaultCode.PILE_TOO_OLD),)
    )
    undone(world, pile)
    assert undo_pile(world.desk(), pile=pile) == begun
    unknown = Refused(faults=(Fault(FaultCode.PILE_UNKNOWN, "pile", "NONE"),))
    assert begin_pile(world.desk(), pile="NONE") == undo_pile(world.desk(), pile="NONE") == unknown


def test_each_change_needs_its_right_and_the_branch(world: World) -> None:
    east = world.east()
    title = world.title(clc="K8")
    here, there = world.copy(title), world.copy(title, branch=east)
    both = (here.barcode, there.barcode)
    helper = world.desk(permissions=HELPER)
    for kind in (PileKind.WITHDRAW, PileKind.RECLASSIFY, PileKind.ITEM_TYPE, PileKind.ORIGIN):
        with pytest.raises(ForbiddenError):
            make_pile(helper, change=Change(kind=kind, reason="x"), barcodes=both)
    mine = world.desk(branch_ids=frozenset({world.branch.pk}))
    with pytest.raises(OtherBranchError):
        make_pile(mine, change=Change(kind=PileKind.RELOCATE, branch="east"), barcodes=both)

    def left(**change: Any) -> dict[str, str]:
        pile = make_pile(mine, change=Change(**change), barcodes=both)
        assert isinstance(pile, PileMade)
        seen = pile_view(mine, pile.pile)
        assert seen is not None
        return {line.barcode: line.why for line in seen.lines if line.why}

    elsewhere = {there.barcode: "copy_elsewhere"}
    assert left(kind=PileKind.RELOCATE, shelf="B") == elsewhere
    assert left(kind=PileKind.RECLASSIFY, clc="K9") == {here.barcode: "copy_elsewhere"} | elsewhere


def test_a_change_into_another_branch_is_begun_and_taken_back_by_who_works_there(
    world: World,
) -> None:
    east = world.east()
    copy = world.copy()
    pile = made(world, [copy], PileKind.RELOCATE, branch="east")
    only_here = world.desk(branch_ids=frozenset({world.branch.pk}))
    with pytest.raises(OtherBranchError):
        begin_pile(only_here, pile=pile)
    done(world, pile)
    with pytest.raises(OtherBranchError):
        undo_pile(only_here, pile=pile)
    only_there = world.desk(branch_ids=frozenset({east.pk}))
    assert isinstance(undo_pile(only_there, pile=pile), PileBegun)
    step_pile(only_there, pile=pile)
    assert PileRow.objects.values_list("state", "why").get() == ("stayed", "copy_elsewhere")
    assert Copy.objects.get(pk=copy.pk).branch_id == east.pk


def test_a_large_pile_is_done_by_the_worker_in_steps_wherever_it_was_stopped(
    world: World,
) -> None:
    title = world.title()
    copies = [world.copy(title) for _ in range(230)]
    pile = made(world, copies, PileKind.RELOCATE, shelf="B")
    begun = begin_pile(world.desk(), pile=pile)
    assert begun == PileBegun(pile=pile, is_small=False)
    step_pile(world.desk(), pile=pile)  # somebody died after the first

    ran = 0
    while (task := Task.objects.filter(done_at=None).order_by("pk").first()) is not None:
        keep_pile(world.desk(permissions=frozenset(), staff_id=None), task.payload)
        Task.objects.filter(pk=task.pk).update(done_at=world.now)
        ran += 1

    assert ran == 2
    assert PileRow.objects.filter(state="done").count() == 230
    assert set(Copy.objects.values_list("shelf", flat=True)) == {"B"}
    assert PileChange.objects.get().state == "done"
    assert forget_old_piles(world.now + timedelta(days=91)) > 0
    assert PileRow.objects.count() == 0
