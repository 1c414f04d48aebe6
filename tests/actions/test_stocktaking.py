"""Stock-taking: what is expected, what a scan says, where the rest is, and that it adds up."""

from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stock_settling import settle
from jieyue.circulation.actions.stocktaking import (
    close_stock_take,
    mark_not_found,
    pause_stock_take,
    reopen_stock_take,
    resume_stock_take,
    start_stock_take,
    unmark_not_found,
)
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.actions.withdraw import set_standing, withdraw_copy
from jieyue.circulation.models import StockLine, StockTake
from jieyue.circulation.queries.stocktaking import lines, progress
from jieyue.circulation.rules.stocktaking import Finding, Settling, Verdict
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.models import IdempotencyKey
from jieyue.libraries.rules.permissions import HELPER
from tests.actions.stock_case import codes, counts, lend, minutes, scan, start
from tests.world import World


def test_what_is_in_use_of_a_branch_shelf_or_class_is_expected(world: World) -> None:
    east = world.east()
    world.copy(shelf="A", call_number="I247.5/1")
    world.copy(shelf="A", call_number="I247.59/2", standing="reference")
    world.copy(shelf="B", call_number="K20/1", standing="repair")
    world.copy(shelf="B", call_number="I25/1", branch=east)
    for standing in ("missing", "lost"):
        world.copy(shelf="A", call_number="I247.5/9", standing=standing)
    withdraw_copy(world.desk(), copy=world.copy(shelf="A").public_id, reason="旧")

    def expected(**scope) -> int:
        return StockTake.objects.get(public_id=start(world, **scope)).expected

    assert expected() == 4
    assert expected(branch="main") == 3
    assert expected(branch="main", shelf="A") == 2
    assert expected(first="I", last="I") == 3
    assert expected(first="I247", last="I247") == 2
    assert expected(first="I247.59/2") == 3
    assert StockLine.objects.filter(is_expected=True).count() == 17


def test_a_part_without_books_another_branch_and_a_helper_are_refused(world: World) -> None:
    east = world.east()
    world.copy()
    desk = world.desk()
    assert codes(start_stock_take(desk, name="", shelf="Z")) == ["stock_take_empty"]
    assert codes(start_stock_take(desk, name="", branch="nowhere")) == ["branch_unknown"]
    with pytest.raises(ForbiddenError):
        start_stock_take(world.desk(permissions=HELPER), name="盘点")
    with pytest.raises(OtherBranchError):
        start_stock_take(world.desk(branch_ids=frozenset({east.pk})), name="盘点", branch="main")
    assert not StockTake.objects.exists()


def test_a_book_is_counted_once_however_often_it_is_scanned(world: World) -> None:
    copy = world.copy(world.title("边城"), shelf="A", call_number="I246.5/1")
    world.copy()
    take = start(world)

    [first] = scan(minutes(world, 1), take, copy.barcode).results
    [again] = scan(minutes(world, 2), take, f"http://x/{world.slug}/c/{copy.public_id}").results

    assert (first.title, first.findings, first.is_expected) == ("边城", (), True)
    assert (first.is_again, again.is_again) == (False, True)
    assert again.first_seen_at == first.seen_at == minutes(world, 1).now
    assert counts(take) == {"seen": 1, "not_found": 1}
    entry = Entry.objects.get(outcome="counted")
    assert (entry.copy_id, entry.data) == (copy.pk, {"stock_take": take})


def test_what_is_odd_is_said_gravest_first(world: World) -> None:
    east, desk = world.east(), world.desk()
    lent, travelling, kept, right, shelf, elsewhere, gone, missing = (
        world.copy(shelf="A", branch=east if n == 5 else world.branch) for n in range(8)
    )
    lend(desk, world, lent)
    send_copy(desk, copy_barcode=travelling.barcode, to_branch="east")
    world.hold(world.patron(), kept.title)
    checkin(desk, copy_barcodes=(kept.barcode,))
    Copy.objects.filter(pk=shelf.pk).update(shelf="B")
    withdraw_copy(desk, copy=gone.public_id, reason="旧")
    set_standing(desk, copy=missing.public_id, standing="missing")
    take = start(world, branch="main")

    barcodes = [c.barcode for c in (lent, travelling, kept, right, shelf, elsewhere, gone, missing)]
    scans = tuple(StockScan(text=text, shelf="A") for text in (*barcodes, "9999999", "杂"))
    results = scan_stock(desk, stock_take=take, scans=scans).results

    assert [list(one.findings) for one in results[:8]] == [
        ["on_loan"], ["travelling"], ["kept"], [], ["wrong_shelf"], ["wrong_branch"],
        ["withdrawn"], ["missing"],
    ]  # fmt: skip
    assert [(one.type, one.barcode) for one in results[8:]] == [
        ("unknown_seen", "9999999"), ("unknown_seen", "杂"),
    ]  # fmt: skip
    found = progress(StockTake.objects.get().pk)
    assert (found.expected, found.seen, found.extra, found.unknown) == (5, 5, 3, 2)
    assert (found.odd, found.to_catalogue) == (7, 2)


def test_a_readers_card_is_said_to_be_one_and_kept_nowhere(world: World) -> None:
    world.copy()
    card = world.patron(card="A0017").card
    take = start(world)
    before = Entry.objects.count()

    results = scan(world.desk(key="once"), take, f" {card.lower()}", card, "A0018").results

    assert [one.type for one in results] == ["card_seen", "card_seen", "unknown_seen"]
    assert [line.barcode for line in StockLine.objects.filter(copy=None)] == ["A0018"]
    assert Entry.objects.count() == before + 1
    kept = [repr(list(model.objects.values())) for model in (Entry, StockLine, IdempotencyKey)]
    assert not [rows for rows in kept if card in rows]


def test_what_happens_after_a_scan_is_not_held_against_it(world: World) -> None:
    """A phone without network counts at 12:01; the book is lent at 12:05, and the scan comes."""
    copy, back = world.copy(), world.copy()
    lend(world.desk(), world, back)
    take = start(world)
    lend(minutes(world, 5), world, copy)
    checkin(minutes(world, 5), copy_barcodes=(back.barcode,))
    made = minutes(world, 1).now
    scans = tuple(StockScan(text=c.barcode, seen_at=made) for c in (copy, back))

    results = scan_stock(minutes(world, 9), stock_take=take, scans=scans).results

    assert [one.findings for one in results] == [(), ()]
    assert {one.seen_at for one in results} == {made}
    # A clock that is wrong is not believed.
    early, late = world.copy(), world.copy()
    wrong = (
        StockScan(text=early.barcode, seen_at=world.now - timedelta(days=3)),
        StockScan(text=late.barcode, seen_at=world.now + timedelta(days=3)),
    )
    moments = [
        one.seen_at for one in scan_stock(minutes(world, 9), stock_take=take, scans=wrong).results
    ]
    assert moments == [world.now, minutes(world, 9).now]


def test_a_book_in_the_wrong_place_of_the_row_is_heard(world: World) -> None:
    titles = ("甲", "乙", "丙", "丁")
    a, b, c, d = (
        world.copy(world.title(name), call_number=f"I247/{n + 1}") for n, name in enumerate(titles)
    )
    take = start(world)

    def out(scanner: str, *copies: Copy) -> list[str]:
        outcome = scan(world.desk(), take, *(one.barcode for one in copies), scanner=scanner)
        return [one.before for one in outcome.results]

    assert out("phone", a, d) == ["", ""]
    assert out("phone", b) == ["丁"]
    assert out("other", c) == [""]
    [line] = lines(StockTake.objects.get().pk, "odd")
    assert (line.title, line.findings, line.ways) == (
        "乙", (Finding.OUT_OF_ORDER,), (Settling.DONE,),
    )  # fmt: skip
    relaxed = start(world, checks_order=False)
    [_, second] = scan(world.desk(), relaxed, d.barcode, a.barcode, scanner="phone").results
    assert second.findings == ()


def test_what_was_at_a_desk_meanwhile_is_not_missing(world: World) -> None:
    desk = world.desk()
    world.east()
    copies = [world.copy(shelf="A") for _ in range(10)]
    lent, comes, goes, both, travels, kept, repair, moved, gone, nowhere = copies
    for copy in (lent, comes):
        lend(desk, world, copy)
    set_standing(desk, copy=repair.public_id, standing="repair")
    take = start(world, shelf="A")
    later = minutes(world, 5)
    for copy in (goes, both):
        lend(later, world, copy)
    checkin(minutes(world, 6), copy_barcodes=(comes.barcode,))
    checkin(minutes(world, 6), copy_barcodes=(both.barcode,))
    send_copy(later, copy_barcode=travels.barcode, to_branch="east")
    world.hold(world.patron(), kept.title)
    checkin(later, copy_barcodes=(kept.barcode,))
    Copy.objects.filter(pk=moved.pk).update(shelf="B")
    withdraw_copy(later, copy=gone.public_id, reason="旧")

    assert counts(take) == {
        "on_loan": 2, "handled": 2, "travelling": 1, "kept": 1, "in_repair": 1, "gone": 2,
        "not_found": 1,
    }  # fmt: skip
    marked = mark_not_found(minutes(world, 9), stock_take=take)
    assert (marked.copies, marked.is_undone) == (1, False)
    nowhere.refresh_from_db()
    assert nowhere.standing == "missing"
    assert Copy.objects.filter(standing="missing").count() == 1


def test_missing_ones_are_marked_and_that_is_taken_back(world: World) -> None:
    plain, reference, found = world.copy(), world.copy(standing="reference"), world.copy()
    take = start(world)

    assert mark_not_found(world.desk(), stock_take=take).copies == 3
    assert codes(mark_not_found(world.desk(), stock_take=take)) == ["stock_take_nothing_left"]
    entry = Entry.objects.filter(action="mark_not_found", copy_id=reference.pk).get()
    assert (entry.outcome, entry.data) == (
        "standing_set", {"was": "reference", "standing": "missing", "stock_take": take},
    )  # fmt: skip
    [one] = scan(minutes(world, 1), take, found.barcode).results
    assert one.findings == (Finding.MISSING,)
    settle(minutes(world, 1), stock_take=take, copy=found.public_id, how=Settling.TAKE_BACK)
    assert counts(take) == {"seen": 1, "marked": 2}

    assert unmark_not_found(world.desk(), stock_take=take).copies == 2
    standings = Copy.objects.order_by("pk").values_list("standing", flat=True)
    assert list(standings) == ["in_use", "reference", "in_use"]
    assert counts(take) == {"seen": 1, "not_found": 2}
    assert codes(unmark_not_found(world.desk(), stock_take=take)) == ["stock_take_nothing_left"]
    assert plain.standing == "in_use"


def test_a_closed_count_adds_up_and_stays_as_it_was(world: World) -> None:
    seen, nowhere, lent = (world.copy() for _ in range(3))
    lend(world.desk(), world, lent)
    take = start(world)
    scan(world.desk(), take, seen.barcode, "0000999")
    before = counts(take)

    closed = close_stock_take(minutes(world, 9), stock_take=take)

    assert (closed.type, closed.state) == ("stock_take_changed", "closed")
    row = StockTake.objects.get()
    assert row.totals == {
        "expected": 3, "seen": 1, "on_loan": 1, "kept": 0, "travelling": 0, "in_repair": 0,
        "handled": 0, "gone": 0, "marked": 0, "not_found": 1, "extra": 0, "unknown": 1,
    }  # fmt: skip
    assert row.expected == sum(row.totals[verdict.value] for verdict in Verdict)
    checkin(minutes(world, 10), copy_barcodes=(lent.barcode,))
    lend(minutes(world, 11), world, nowhere)
    assert counts(take) == before
    assert codes(scan(minutes(world, 12), take, seen.barcode)) == ["stock_take_closed"]
    assert codes(close_stock_take(world.desk(), stock_take=take)) == ["stock_take_closed"]
    # Lent since: it cannot be missing, whatever the frozen report says.
    assert codes(mark_not_found(minutes(world, 12), stock_take=take)) == ["stock_take_nothing_left"]

    reopen_stock_take(minutes(world, 13), stock_take=take)
    assert counts(take) == {"seen": 1, "handled": 1, "on_loan": 1}
    assert codes(reopen_stock_take(world.desk(), stock_take=take)) == ["stock_take_open"]


def test_a_pause_lets_only_earlier_scans_in(world: World) -> None:
    copy, other = world.copy(), world.copy()
    take = start(world)
    assert pause_stock_take(minutes(world, 5), stock_take=take).state == "paused"
    assert codes(pause_stock_take(minutes(world, 5), stock_take=take)) == ["stock_take_paused"]

    assert codes(scan(minutes(world, 7), take, copy.barcode)) == ["stock_take_paused"]
    early = (StockScan(text=copy.barcode, seen_at=minutes(world, 4).now),)
    assert scan_stock(minutes(world, 7), stock_take=take, scans=early).type == "stock_scans"
    assert resume_stock_take(minutes(world, 8), stock_take=take).state == "open"
    assert scan(minutes(world, 9), take, other.barcode).type == "stock_scans"
    assert counts(take) == {"seen": 2}
    assert codes(resume_stock_take(world.desk(), stock_take="NOTTHERE22")) == ["stock_take_unknown"]
