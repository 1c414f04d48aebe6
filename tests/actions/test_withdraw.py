"""What staff say of a copy, withdrawing it, and taking back an addition."""

from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions import Refused, add_book, add_by_isbn, add_copies
from jieyue.catalog.merged import merged_into
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.copies import CopyDetails, NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.editing import edit_copy
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.actions.merging import merge_titles
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import start_stock_take
from jieyue.circulation.actions.withdraw import (
    AddingUndone,
    Restored,
    StandingSet,
    Withdrawn,
    restore_copy,
    set_standing,
    undo_adding,
    withdraw_copy,
)
from jieyue.circulation.models import Loan
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import HELPER
from tests.world import World

BOOK = Description(name="班级诗集")


def lend(world: World, copy: Copy) -> None:
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card)


def refusal(*codes: FaultCode) -> Refused:
    return Refused(faults=tuple(Fault(code) for code in codes))


def test_a_copy_is_withdrawn_with_its_reason_and_taken_back(world: World) -> None:
    copy = world.copy()

    outcome = withdraw_copy(world.desk(), copy=copy.public_id, reason=" 水浸\n破损 ")

    title = copy.title.public_id
    assert outcome == Withdrawn(copy=copy.public_id, barcode=copy.barcode, title=title)
    copy.refresh_from_db()
    assert (copy.standing, copy.withdrawn_at, copy.note) == ("withdrawn", world.now, "水浸 破损")
    entry = Entry.objects.get()
    assert (entry.action, entry.copy_id) == ("withdraw_copy", copy.pk)
    assert entry.data == {"was": "in_use", "reason": "水浸 破损"}

    assert restore_copy(world.desk(), copy=copy.public_id) == Restored(
        copy=copy.public_id, barcode=copy.barcode, title=title
    )
    copy.refresh_from_db()
    assert (copy.standing, copy.withdrawn_at) == ("in_use", None)
    again = restore_copy(world.desk(), copy=copy.public_id)
    assert again == refusal(FaultCode.COPY_NOT_WITHDRAWN)


def test_a_copy_on_loan_is_not_withdrawn(world: World) -> None:
    copy = world.copy()
    lend(world, copy)

    outcome = withdraw_copy(world.desk(), copy=copy.public_id, reason="破损")

    assert outcome == refusal(FaultCode.COPY_ON_LOAN)
    copy.refresh_from_db()
    assert copy.standing == "in_use"
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    assert isinstance(withdraw_copy(world.desk(), copy=copy.public_id, reason="破损"), Withdrawn)
    twice = withdraw_copy(world.desk(), copy=copy.public_id, reason="破损")
    assert twice == refusal(FaultCode.COPY_WITHDRAWN)


def test_withdrawing_wants_a_reason_and_the_right(world: World) -> None:
    copy = world.copy()
    outcome = withdraw_copy(world.desk(), copy=copy.public_id, reason=" ")
    assert outcome == Refused(faults=(Fault(FaultCode.REASON_MISSING, "reason"),))
    with pytest.raises(ForbiddenError):
        withdraw_copy(world.desk(permissions=HELPER), copy=copy.public_id, reason="破损")
    assert not Copy.objects.exclude(standing="in_use").exists()


@pytest.mark.parametrize("standing", ["reference", "repair", "missing", "lost"])
def test_a_helper_says_where_a_copy_is(world: World, standing: str) -> None:
    copy = world.copy()

    outcome = set_standing(
        world.desk(permissions=HELPER), copy=copy.public_id, standing=standing, note_text="书脊"
    )

    assert outcome == StandingSet(
        copy=copy.public_id, barcode=copy.barcode, standing=standing, was="in_use"
    )
    copy.refresh_from_db()
    assert (copy.standing, copy.note) == (standing, "书脊")


@pytest.mark.parametrize(
    ("standing", "faults"),
    [
        ("repair", (Fault(FaultCode.COPY_ON_LOAN),)),
        ("missing", (Fault(FaultCode.COPY_ON_LOAN),)),
        ("withdrawn", (Fault(FaultCode.STANDING_UNKNOWN, "standing", "withdrawn"),
                       Fault(FaultCode.COPY_ON_LOAN))),
    ],
)  # fmt: skip
def test_what_cannot_be_of_a_copy_a_reader_has(world: World, standing: str, faults) -> None:
    copy = world.copy()
    lend(world, copy)
    outcome = set_standing(world.desk(), copy=copy.public_id, standing=standing)
    assert outcome == Refused(faults=faults)
    copy.refresh_from_db()
    assert copy.standing == "in_use"


def test_that_a_copy_on_loan_is_lost_is_said_of_the_loan(world: World) -> None:
    copy = world.copy(price_cents=3850)
    lend(world, copy)
    loan = Loan.objects.get(copy=copy)
    refused = Refused(faults=(Fault(FaultCode.LOSS_OF_LOAN, "standing", loan.public_id),))

    assert set_standing(world.desk(), copy=copy.public_id, standing="lost") == refused
    copy.refresh_from_db()
    assert copy.standing == "in_use"
    report_lost(world.desk(), loan=loan.public_id)
    for standing in ("in_use", "lost"):
        assert set_standing(world.desk(), copy=copy.public_id, standing=standing) == refused
    copy.refresh_from_db()
    assert copy.standing == "lost"


def test_copies_of_a_branch_where_one_does_not_work_stay_as_they_are(world: World) -> None:
    there, here = world.copy(branch=world.east()), world.copy()
    gone = world.copy(branch=there.branch, standing="withdrawn", withdrawn_at=world.now)
    before = list(Copy.objects.order_by("pk").values())
    desk = world.desk(branch_ids=frozenset({world.branch.pk}))
    there_id, details = there.public_id, CopyDetails(barcode=there.barcode, shelf="A")
    to_east = CopyDetails(barcode=here.barcode, branch="east")
    assert [
        set_standing(desk, copy=there_id, standing="repair"),
        withdraw_copy(desk, copy=there_id, reason="破损"),
        restore_copy(desk, copy=gone.public_id),
        edit_copy(desk, copy=there_id, details=details),
        edit_copy(desk, copy=here.public_id, details=to_east),
        add_copies(desk, title=here.title.public_id, copies=NewCopies(branch="east")),
        undo_adding(desk, copies=(there_id,)),
    ] == [Refused(faults=(Fault(FaultCode.COPY_ELSEWHERE, "branch"),))] * 7
    assert list(Copy.objects.order_by("pk").values()) == before


def test_an_addition_of_today_is_taken_back_with_its_title(world: World) -> None:
    made = add_book(world.desk(), book=BOOK, copies=NewCopies(count=2))
    ids = tuple(copy.copy for copy in made.copies)

    outcome = undo_adding(world.desk(), copies=ids)

    assert outcome == AddingUndone(title=made.title, name="班级诗集", copies=2, is_title_gone=True)
    assert not Copy.objects.exists()
    assert not Title.objects.exists()
    assert [entry.action for entry in Entry.objects.order_by("id")] == ["add_book", "undo_adding"]


def test_a_title_that_was_there_before_stays(world: World) -> None:
    title = world.title("红楼梦")
    world.copy(title)
    desk = world.desk(now=world.now + timedelta(hours=1))
    made = add_copies(desk, title=title.public_id, copies=NewCopies())

    outcome = undo_adding(desk, copies=(made.copies[0].copy,))

    assert outcome.is_title_gone is False
    assert Copy.objects.count() == 1


def test_a_title_into_which_another_was_merged_stays(world: World) -> None:
    made = add_book(world.desk(), book=BOOK, copies=NewCopies())
    draft = world.title("红楼梦（旧）")
    merge_titles(world.desk(), keep=made.title, drop=draft.public_id)

    outcome = undo_adding(world.desk(), copies=(made.copies[0].copy,))

    assert outcome.is_title_gone is False
    assert merged_into(draft.public_id) == made.title


def test_an_addition_that_something_followed_stays(world: World) -> None:
    made = add_book(world.desk(), book=BOOK, copies=NewCopies(count=2))
    ids = tuple(copy.copy for copy in made.copies)
    lend(world, Copy.objects.earliest("id"))

    assert undo_adding(world.desk(), copies=ids) == refusal(FaultCode.SOMETHING_FOLLOWED)
    late = undo_adding(world.days_later(1), copies=ids)
    assert late == refusal(FaultCode.TOO_LATE_TO_UNDO, FaultCode.SOMETHING_FOLLOWED)
    assert Copy.objects.count() == 2


def test_an_addition_that_a_stock_take_counted_stays(world: World) -> None:
    made = add_book(world.desk(), book=BOOK, copies=NewCopies(count=2))
    counted, other = made.copies
    take = start_stock_take(world.desk(), name="盘点").stock_take
    scan_stock(world.desk(), stock_take=take, scans=(StockScan(text=counted.barcode),))

    taken_back = undo_adding(world.desk(), copies=(counted.copy,))

    assert taken_back == refusal(FaultCode.SOMETHING_FOLLOWED)
    assert undo_adding(world.desk(), copies=(other.copy,)).copies == 1


def test_only_copies_of_one_title_of_this_library_are_taken_back(world: World) -> None:
    theirs = World(slug="southfield").copy()
    unknown = Refused(faults=(Fault(FaultCode.COPY_UNKNOWN, "copies"),))
    two = (world.copy().public_id, world.copy().public_id)
    for copies in ((), (theirs.public_id,), two):
        assert undo_adding(world.desk(), copies=copies) == unknown
    assert Copy.across_libraries.count() == 3


def test_a_draft_taken_back_leaves_a_promise_that_finds_nothing(world: World) -> None:
    from jieyue.catalog.jobs import keep_look_up
    from jieyue.outbox.models import Task

    made = add_by_isbn(world.desk(), isbn13="9787999000013", copies=NewCopies())
    undo_adding(world.desk(), copies=(made.copies[0].copy,))
    assert keep_look_up(world.desk(), Task.objects.get().payload) is None
