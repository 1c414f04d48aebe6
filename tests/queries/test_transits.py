"""What travels between branches, as the pages list it."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.manifests import make_manifest, send_manifest
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.queries.transits import (
    manifest_view,
    slips,
    stock_elsewhere,
    transit_board,
)
from tests.world import World

pytestmark = pytest.mark.django_db


def send(world: World, count: int = 1, *, desk=None) -> list[str]:
    copies = [world.copy() for _ in range(count)]
    for copy in copies:
        send_copy(desk or world.desk(), copy_barcode=copy.barcode, to_branch="east")
    return [copy.barcode for copy in copies]


def test_the_board_says_what_to_send_what_left_and_what_comes(world: World) -> None:
    east = world.east()
    there = world.desk(branch_id=east.pk)
    [left] = send(world, desk=world.desk(now=world.now - timedelta(days=8)))
    make_manifest(world.desk(), to_branch="east")
    send_manifest(world.desk(), number=1)
    [packed] = send(world)
    make_manifest(world.desk(), to_branch="east")
    [loose] = send(world)

    board = transit_board(world.desk())

    assert [(b.branch, b.manifest, [w.barcode for w in b.ways]) for b in board.to_send] == [
        ("east", 2, [packed]), ("east", 0, [loose]),
    ]  # fmt: skip
    assert [way.barcode for way in board.left] == [left]
    assert [(way.barcode, way.days, way.is_late) for way in board.late] == [(left, 8, True)]
    assert not board.coming
    assert [(m.number, m.copies, m.still_out) for m in board.manifests] == [(2, 1, 1), (1, 1, 1)]
    coming = transit_board(there, late_days=30)
    assert [way.barcode for way in coming.coming] == [left, packed, loose]
    assert not coming.late


@pytest.mark.parametrize("count", [1, 40])
def test_statements_do_not_grow(world: World, django_assert_num_queries, count: int) -> None:
    world.east()
    send(world, count)
    make_manifest(world.desk(), to_branch="east")

    with django_assert_num_queries(3):
        board = transit_board(world.desk())
    with django_assert_num_queries(2):
        manifest = manifest_view(world.desk(), 1)
    with django_assert_num_queries(1):
        printed = slips(world.desk(), branch="east")
    with django_assert_num_queries(1):
        away = stock_elsewhere(world.desk())

    assert len(board.to_send[0].ways) == len(manifest.ways) == len(printed) == len(away) == count
    assert manifest_view(world.desk(), 2) is None


def test_a_slip_names_a_waiting_reader_only_by_a_code(world: World) -> None:
    copy = world.copy()
    hold = world.hold(world.patron("林晓雨"), copy.title, pickup_branch=world.east())
    [result] = checkin(world.desk(), copy_barcodes=(copy.barcode,)).results

    [slip] = slips(world.desk(), transit=result.goes.transit)

    assert (slip.why, slip.to_name, slip.hold_code) == ("hold", "东馆", hold.public_id[-4:])
    assert "林晓雨" not in str(slip)


def test_slips_are_those_of_a_manifest_or_of_what_has_not_left(world: World) -> None:
    world.east()
    [listed] = send(world)
    make_manifest(world.desk(), to_branch="east")
    [loose] = send(world)

    def of(**asked) -> list[str]:
        return [way.barcode for way in slips(world.desk(), **asked)]

    assert of(branch="east", manifest=1) == [listed]
    assert of(branch="east") == [listed, loose]
    send_manifest(world.desk(), number=1)
    assert of(branch="east") == [loose]
    assert of(branch="nowhere") == of(transit="NOTTHERE22") == []


def test_stock_elsewhere_is_travelling_kept_or_lent_there(world: World) -> None:
    east = world.east()
    there = world.desk(branch_id=east.pk)
    [travelling] = send(world)
    kept, lent = world.copy(), world.copy()
    world.hold(world.patron(), kept.title, pickup_branch=east)
    for desk in (world.desk(), there):
        checkin(desk, copy_barcodes=(kept.barcode,))
    checkout(there, copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    world.copy(branch=east)

    found = stock_elsewhere(world.desk())

    assert {(row.barcode, row.why, row.place) for row in found} == {
        (travelling, "travels", "东馆"),
        (kept.barcode, "kept", "东馆"),
        (lent.barcode, "lent", "东馆"),
    }
