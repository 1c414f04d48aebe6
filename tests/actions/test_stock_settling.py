"""Dealing with what a stock-take found, with the actions there are, and taking it back."""

from dataclasses import replace

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.copies import CopyDetails
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.editing import edit_copy
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stock_settling import dismiss_unknown, settle, unsettle
from jieyue.circulation.actions.withdraw import set_standing, withdraw_copy
from jieyue.circulation.models import Loan, StockLine, StockTake
from jieyue.circulation.queries.stocktaking import lines, progress
from jieyue.circulation.rules.stocktaking import Settling
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.rules.permissions import HELPER
from tests.actions.stock_case import codes, lend, minutes, scan, start
from tests.world import World


def test_a_book_said_to_be_lent_is_taken_back_and_that_is_undone(world: World) -> None:
    copy = world.copy()
    lend(world.desk(), world, copy)
    take = start(world)
    scan(minutes(world, 1), take, copy.barcode)
    desk = minutes(world, 2)

    done = settle(desk, stock_take=take, copy=copy.public_id, how=Settling.TAKE_BACK)

    assert (done.type, done.how) == ("line_settled", "take_back")
    assert Loan.objects.get().ending == "returned"
    assert settle(desk, stock_take=take, copy=copy.public_id, how=Settling.TAKE_BACK) == done
    other = settle(desk, stock_take=take, copy=copy.public_id, how=Settling.DONE)
    assert codes(other) == ["stock_line_settled"]

    back = unsettle(minutes(world, 3), stock_take=take, copy=copy.public_id)
    assert (back.type, back.copy) == ("line_reopened", copy.public_id)
    assert Loan.objects.filter(returned_at=None).count() == 1
    assert len(lines(StockTake.objects.get().pk, "odd")) == 1
    twice = unsettle(world.desk(), stock_take=take, copy=copy.public_id)
    assert codes(twice) == ["stock_line_not_settled"]


@pytest.mark.parametrize(
    ("standing", "how"), [("lost", Settling.TAKE_BACK), ("repair", Settling.IN_USE)]
)
def test_a_book_that_turns_up_is_in_use_again(world: World, standing, how) -> None:
    copy = world.copy()
    take = start(world)
    set_standing(world.desk(), copy=copy.public_id, standing=standing)
    scan(world.desk(), take, copy.barcode)

    settle(world.desk(), stock_take=take, copy=copy.public_id, how=how)
    copy.refresh_from_db()
    assert copy.standing == "in_use"

    unsettle(world.desk(), stock_take=take, copy=copy.public_id)
    copy.refresh_from_db()
    assert copy.standing == standing


def test_a_withdrawal_is_taken_back_and_stands_again(world: World) -> None:
    copy = world.copy()
    world.copy()
    withdraw_copy(world.desk(), copy=copy.public_id, reason="旧")
    take = start(world)
    scan(world.desk(), take, copy.barcode)
    steps = {"stock_take": take, "copy": copy.public_id}

    assert settle(world.desk(), **steps, how=Settling.RESTORE).type == "line_settled"
    assert Copy.objects.get(pk=copy.pk).standing == "in_use"
    assert unsettle(world.desk(), **steps).type == "line_reopened"
    assert Copy.objects.get(pk=copy.pk).standing == "withdrawn"
    with pytest.raises(ForbiddenError):
        settle(world.desk(permissions=HELPER), **steps, how=Settling.RESTORE)


def test_a_book_of_another_place_belongs_here_now_or_goes_home(world: World) -> None:
    east = world.east()
    stays, goes, shelf = world.copy(branch=east), world.copy(branch=east), world.copy(shelf="B")
    take = start(world)
    scans = tuple(StockScan(text=copy.barcode, shelf="A") for copy in (stays, goes, shelf))
    scan_stock(world.desk(), stock_take=take, scans=scans)

    for copy, how in ((stays, Settling.RELOCATE), (goes, Settling.TAKE_BACK)):
        settle(world.desk(), stock_take=take, copy=copy.public_id, how=how)
    settle(world.desk(), stock_take=take, copy=shelf.public_id, how=Settling.RELOCATE)

    def places() -> list[tuple[str, str]]:
        return list(Copy.objects.order_by("pk").values_list("branch__code", "shelf"))

    assert places() == [("main", "A"), ("east", ""), ("main", "A")]
    entry = Entry.objects.get(outcome="relocated", copy_id=shelf.pk)
    assert entry.data == {"stock_take": take, "shelf": "A", "was_shelf": "B"}
    for copy in (stays, shelf):
        unsettle(world.desk(), stock_take=take, copy=copy.public_id)
    assert places() == [("east", ""), ("east", ""), ("main", "B")]
    wrong = settle(world.desk(), stock_take=take, copy=stays.public_id, how=Settling.RESTORE)
    assert codes(wrong) == ["settling_unfit"]


def test_a_book_on_its_way_belongs_where_it_did_until_it_is_received(world: World) -> None:
    copy = world.copy(branch=world.east())
    take = start(world)
    scan(world.desk(), take, copy.barcode)
    steps = {"stock_take": take, "copy": copy.public_id}
    checkin(world.desk(), copy_barcodes=(copy.barcode,))  # it is to go home
    travels = Refused(faults=(Fault(FaultCode.COPY_IN_TRANSIT, "branch"),))

    assert settle(world.desk(), **steps, how=Settling.RELOCATE) == travels
    details = CopyDetails(barcode=copy.barcode, branch="main")
    assert edit_copy(world.desk(), copy=copy.public_id, details=details) == travels
    here = replace(details, branch="east", shelf="A-1")
    assert edit_copy(world.desk(), copy=copy.public_id, details=here).type == "copy_edited"
    assert (Copy.objects.get().branch.code, Copy.objects.get().shelf) == ("east", "A-1")


def test_a_relocated_book_that_travels_is_not_put_back(world: World) -> None:
    copy, east = world.copy(shelf="B"), world.east()
    world.copy(branch=east)
    take = start(world, branch="east")
    away = world.desk(branch_id=east.pk)
    scan(away, take, copy.barcode)
    steps = {"stock_take": take, "copy": copy.public_id}
    settle(away, **steps, how=Settling.RELOCATE)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))

    travels = Refused(faults=(Fault(FaultCode.COPY_IN_TRANSIT, "branch"),))
    assert unsettle(world.desk(), **steps) == travels
    assert Copy.objects.get(pk=copy.pk).branch == east


def test_a_book_moved_on_since_stays_where_it_is(world: World) -> None:
    copy = world.copy(shelf="B")
    take = start(world)
    scan_stock(world.desk(), stock_take=take, scans=(StockScan(text=copy.barcode, shelf="A"),))
    settle(world.desk(), stock_take=take, copy=copy.public_id, how=Settling.RELOCATE)
    edit_copy(
        world.desk(), copy=copy.public_id, details=CopyDetails(barcode=copy.barcode, shelf="C")
    )

    undone = unsettle(world.desk(), stock_take=take, copy=copy.public_id)

    assert codes(undone) == ["settling_unfit"]
    assert Copy.objects.get().shelf == "C"


def test_a_book_scanned_again_in_its_place_is_odd_no_more(world: World) -> None:
    copy = world.copy(shelf="B")
    take = start(world)
    for minute, shelf, odd in ((1, "A", 1), (2, "B", 0)):
        now = minutes(world, minute)
        found = (StockScan(text=copy.barcode, shelf=shelf),)
        scan_stock(now, stock_take=take, scans=found)
        assert progress(StockTake.objects.get().pk).odd == odd
    assert StockLine.objects.get().seen_at == minutes(world, 1).now


def test_an_unknown_barcode_is_kept_until_it_is_catalogued_or_dismissed(world: World) -> None:
    world.copy()
    take = start(world, branch="main")
    scan(world.desk(), take, "0000999", "0000888", "0000999")
    row = StockTake.objects.get().pk
    assert [line.barcode for line in lines(row, "unknown")] == ["0000999", "0000888"]

    made = world.copy(barcode="0000999")
    at_east = world.desk(branch_ids=frozenset({world.east().pk}))
    with pytest.raises(OtherBranchError):
        dismiss_unknown(at_east, stock_take=take, barcode="0000888")
    assert dismiss_unknown(world.desk(), stock_take=take, barcode="0000888").type == "line_settled"

    assert [line.catalogued for line in lines(row, "unknown")] == [made.public_id, ""]
    assert progress(row).to_catalogue == 0
    again = dismiss_unknown(world.desk(), stock_take=take, barcode="0000888")
    assert codes(again) == ["stock_line_settled"]
