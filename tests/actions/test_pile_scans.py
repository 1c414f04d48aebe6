"""A pile is scanned by one of the staff, wherever they are, and lies there until it is changed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jieyue.circulation.actions import pile_scans
from jieyue.circulation.actions.pile_scans import PileSeen, scan_pile, take_off_pile
from jieyue.circulation.jobs.piles import forget_old_piles
from jieyue.circulation.models import PileScan
from jieyue.circulation.queries.pile_scans import all_scanned, pile_size, scanned_last
from tests.world import World


def whys(world: World, *scans: str, **desk: Any) -> list[str]:
    seen = scan_pile(replace(world.desk(), **desk), scans=scans).seen
    return [one.why or ("again" if one.is_again else "new") for one in seen]


def test_a_copy_lies_on_the_pile_once_in_the_order_of_the_scans(world: World) -> None:
    title = world.title()
    first, second = world.copy(title), world.copy(title)
    assert whys(world, second.barcode, first.barcode, second.barcode) == ["new", "new", "again"]
    label = f"https://jieyue.cn/{world.slug}/c/{first.public_id}"
    assert whys(world, label, "NO９WHERE") == ["again", "copy_unknown"]
    assert all_scanned(world.desk()) == (second.barcode, first.barcode)
    assert [one.copy for one in scanned_last(world.desk())] == [first.public_id, second.public_id]
    assert take_off_pile(world.desk(), copy=second.public_id).copies == 1
    assert (pile_size(world.desk()), take_off_pile(world.desk()).copies) == (1, 1)


def test_what_cannot_be_changed_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    title = world.title()
    gone = world.copy(title, standing="withdrawn", withdrawn_at=world.now)
    first, second = world.copy(title), world.copy(title)
    assert whys(world, gone.barcode) == ["copy_withdrawn"]
    assert whys(world, first.barcode, branch_ids=frozenset()) == ["copy_elsewhere"]
    monkeypatch.setattr(pile_scans, "MAX_PILE", 1)
    assert whys(world, first.barcode, second.barcode) == ["new", "pile_too_large"]
    assert whys(world, first.barcode) == ["again"]


def test_a_readers_card_is_no_book_and_its_number_is_kept_nowhere(world: World) -> None:
    card = world.patron().card
    seen = scan_pile(world.desk(), scans=(card,)).seen
    assert seen == (PileSeen(barcode="", is_card=True, why="copy_unknown"),)


def test_each_of_the_staff_has_a_pile_and_it_is_forgotten_after_a_month(world: World) -> None:
    copy = world.copy()
    assert whys(world, copy.barcode) == ["new"]
    assert pile_size(replace(world.desk(), staff_id=world.staff.pk + 1)) == 0
    with pytest.raises(ValueError, match="only staff"):
        whys(world, copy.barcode, staff_id=None)
    assert forget_old_piles(world.now + timedelta(days=29)) == 0
    assert forget_old_piles(world.now + timedelta(days=31)) == 1
    assert PileScan.objects.count() == 0
