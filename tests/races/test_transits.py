"""Several desks and one copy that travels: it leaves once, arrives once, is on one list."""

from collections import Counter

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.manifests import make_manifest, receive_manifest
from jieyue.circulation.actions.transits import cancel_transit, send_copy
from jieyue.circulation.models import Hold, Loan, Manifest, Transit
from jieyue.kit.scope import library_scope
from tests.races.test_desks import DESKS, in_scope, race, world_copy
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(outcomes) -> Counter:
    return Counter(getattr(outcome, "type", repr(outcome)) for outcome in outcomes)


def open_transits(copy) -> int:
    return Transit.across_libraries.filter(copy=copy, ended_at=None).count()


def test_a_copy_is_put_into_one_box() -> None:
    world = World()
    in_scope(world, world.east)
    copy = world_copy(world)

    outcomes = race(
        lambda _: send_copy(world.desk(), copy_barcode=copy.barcode, to_branch="east"),
        range(DESKS),
    )

    assert kinds(outcomes) == {"copy_sent": 1, "refused": DESKS - 1}
    assert open_transits(copy) == Transit.across_libraries.count() == 1


def test_two_desks_receive_the_same_transit_once() -> None:
    """Koha 34596: two scans of an arriving copy captured two holds and sent it on."""
    world = World()
    east = in_scope(world, world.east)
    copy = world_copy(world)
    for _ in range(3):
        in_scope(world, lambda: world.hold(world.patron(), copy.title, pickup_branch=east))
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    make_manifest(world.desk(), to_branch="east")
    there = world.desk(branch_id=east.pk)

    outcomes = race(
        lambda n: (
            receive_manifest(there, number=1)
            if n % 2
            else checkin(there, copy_barcodes=(copy.barcode,))
        ),
        range(DESKS),
    )

    assert {"checkin", "receipt"} == set(kinds(outcomes))
    states = Counter(Hold.across_libraries.values_list("state", flat=True))
    assert states == {"ready": 1, "waiting": 2}
    assert list(Transit.across_libraries.values_list("ending", flat=True)) == ["arrived"]


def test_eight_branches_scan_one_copy_and_it_has_one_way() -> None:
    world = World()
    east = in_scope(world, world.east)
    copy = in_scope(world, lambda: world.copy(branch=east))
    desks = [world.desk(), world.desk(branch_id=east.pk)]

    race(lambda n: checkin(desks[n % 2], copy_barcodes=(copy.barcode,)), range(DESKS))

    assert open_transits(copy) <= 1


def test_a_box_is_listed_once() -> None:
    world = World()
    in_scope(world, world.east)
    for _ in range(5):
        send_copy(world.desk(), copy_barcode=world_copy(world).barcode, to_branch="east")

    outcomes = race(lambda _: make_manifest(world.desk(), to_branch="east"), range(DESKS))

    assert kinds(outcomes) == {"manifest_made": 1, "refused": DESKS - 1}
    assert Manifest.across_libraries.count() == 1
    assert Transit.across_libraries.filter(manifest__isnull=False).count() == 5


def test_a_copy_lent_while_its_transit_is_cancelled_is_only_lent() -> None:
    """Koha SIP 4063: a copy was both on loan and on its way."""
    world = World()
    in_scope(world, world.east)
    for _ in range(5):
        copy, patron = world_copy(world), in_scope(world, world.patron)
        sent = send_copy(world.desk(), copy_barcode=copy.barcode, to_branch="east")
        steps = (
            lambda c=copy, p=patron: checkout(
                world.desk(), copy_barcodes=(c.barcode,), card_barcode=p.card
            ),
            lambda t=sent.transit: cancel_transit(world.desk(), transit=t),
        )

        outcomes = race(lambda step: step(), steps)

        assert outcomes[0].results[0].type == "lent", outcomes
        with library_scope(world.library.pk):
            assert Loan.objects.filter(copy=copy, returned_at=None).count() == 1
        assert open_transits(copy) == 0
