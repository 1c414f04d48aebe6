"""What travels in one box: listed once, sent once, received where it was sent."""

import pytest

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.effects.capture import Goes
from jieyue.circulation.actions.manifests import (
    make_manifest,
    receive,
    receive_manifest,
    send_manifest,
)
from jieyue.circulation.actions.transit_outcomes import (
    Arrived,
    ManifestMade,
    ManifestSent,
    NotArrived,
    Receipt,
    TransitRefused,
)
from jieyue.circulation.actions.transits import cancel_transit
from jieyue.circulation.models import Hold, Manifest
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.models import Branch
from tests.actions.test_transits import at, scanned, sent, ways
from tests.world import World, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def east(world: World) -> Branch:
    return world.east()


@pytest.fixture
def west(world: World) -> Branch:
    return Branch.objects.create(
        library_id=world.library.pk, code="west", name="西馆", created_at=world.now
    )


def test_a_manifest_lists_what_lies_ready_and_only_once(
    world: World, east: Branch, west: Branch
) -> None:
    copies = [world.copy() for _ in range(3)]
    for copy in copies[:2]:
        sent(world.desk(), copy)
    sent(world.desk(), copies[2], to="west")

    first = make_manifest(world.desk(), to_branch="east")
    nothing = make_manifest(world.desk(), to_branch="east")
    second = make_manifest(world.desk(), to_branch="west")

    assert first == ManifestMade(number=1, branch="east", branch_name="东馆", copies=2)
    assert nothing == TransitRefused(reasons=(Why(Reason.NOTHING_TO_SEND, {"to_branch": "east"}),))
    assert second == ManifestMade(number=2, branch="west", branch_name="西馆", copies=1)
    assert make_manifest(world.desk(), to_branch="nowhere") == TransitRefused(
        reasons=(Why(Reason.BRANCH_UNKNOWN),)
    )


def test_a_box_leaves_once(world: World, east: Branch) -> None:
    sent(world.desk(), world.copy())
    make_manifest(world.desk(), to_branch="east")

    assert send_manifest(world.desk(), number=1) == ManifestSent(number=1, copies=1)
    assert send_manifest(world.desk(), number=1) == TransitRefused(
        reasons=(Why(Reason.MANIFEST_SENT, {"manifest": 1}),)
    )
    assert send_manifest(world.desk(), number=2) == TransitRefused(
        reasons=(Why(Reason.MANIFEST_UNKNOWN),)
    )
    assert Manifest.objects.get().sent_at == world.now


def test_a_box_is_received_and_says_what_was_not_in_it(
    world: World, east: Branch, west: Branch
) -> None:
    plain, wanted, stray, back = (world.copy() for _ in range(4))
    hold = world.hold(world.patron(), wanted.title, pickup_branch=east)
    ids = {}
    for copy in (plain, stray, back):
        ids[copy.pk] = sent(world.desk(), copy)
    ids[wanted.pk] = scanned(world.desk(), wanted).transit
    make_manifest(world.desk(), to_branch="east")
    cancel_transit(world.desk(), transit=ids[back.pk])
    scanned(at(world, west), stray)

    outcome = receive_manifest(at(world, east), number=1)

    def about(copy: Copy) -> dict[str, str]:
        return {
            "transit": ids[copy.pk], "copy_barcode": copy.barcode, "title": copy.title.name,
        }  # fmt: skip

    assert outcome == Receipt(
        manifest=1,
        results=(
            Arrived(**about(plain), goes=Goes(to="shelf", stays="sent", left="main")),
            Arrived(
                **about(wanted),
                goes=Goes(to="hold_shelf", hold=hold.public_id, fetch_by=day("2026-03-05")),
            ),
            NotArrived(**about(stray), ended="elsewhere"),
            NotArrived(**about(back), ended="cancelled"),
        ),
    )
    assert Hold.objects.get().state == "ready"
    again = receive_manifest(at(world, east), number=1)
    assert [result.type for result in again.results] == ["not_arrived"] * 4


def test_a_box_is_received_only_where_it_was_sent(world: World, east: Branch) -> None:
    sent(world.desk(), world.copy())
    make_manifest(world.desk(), to_branch="east")

    assert receive_manifest(world.desk(), number=1) == TransitRefused(
        reasons=(Why(Reason.OTHER_BRANCH, {"manifest": 1}),)
    )
    assert receive_manifest(world.desk(), number=7) == TransitRefused(
        reasons=(Why(Reason.MANIFEST_UNKNOWN),)
    )


def test_single_transits_are_received(world: World, east: Branch, west: Branch) -> None:
    here, there = world.copy(), world.copy()
    ids = (sent(world.desk(), here), sent(world.desk(), there, to="west"))

    outcome = receive(at(world, east), transits=ids)

    assert [(result.type, result.transit) for result in outcome.results] == [
        ("arrived", ids[0]), ("not_arrived", ids[1]),
    ]  # fmt: skip
    assert ways(there) == [("main", "west", "request", None)]
    assert receive(at(world, east), transits=(*ids, "NOTTHERE22")) == TransitRefused(
        reasons=(Why(Reason.TRANSIT_UNKNOWN),)
    )
