"""A branch that closes for good leaves nobody waiting in front of a locked door."""

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy, Title
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closing_branches import close_branch
from jieyue.circulation.actions.effects.capture import Goes
from jieyue.circulation.actions.holds import change_pickup, place_hold
from jieyue.circulation.actions.manifests import make_manifest, send_manifest
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.models import Hold, Transit
from jieyue.circulation.queries.closing_branches import Heading, heading_for
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.rules.reasons import Reason
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.jobs import tell_pickup_moved
from jieyue.notices.queries import notices_of
from jieyue.outbox.models import Task
from tests.world import World

pytestmark = pytest.mark.django_db
NEEDED = NotSaved(trouble=Trouble.STILL_AWAITED_HERE)


@pytest.fixture
def east(world: World) -> Branch:
    return world.east()


def at(world: World, branch: Branch) -> Desk:
    return world.desk(branch_id=branch.pk)


def scanned(desk: Desk, copy: Copy) -> Goes:
    [result] = checkin(desk, copy_barcodes=(copy.barcode,)).results
    return result.goes


def lent_title(world: World) -> Title:
    """Return a title whose only copy is lent, so that one waits for it."""
    copy = world.copy()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card)
    return copy.title


def reserved(world: World, title: Title) -> Hold:
    """Place a hold to be fetched at East."""
    patron = world.patron().public_id
    placed = place_hold(world.desk(), title=title.public_id, patron=patron, pickup="east")
    return Hold.objects.get(public_id=placed.hold)


def ways(copy: Copy) -> list[tuple[str, str, str, str | None]]:
    rows = Transit.objects.filter(copy=copy).order_by("id")
    return list(rows.values_list("from_branch__code", "to_branch__code", "why", "ending"))


def close(world: World, **more: str) -> Saved | NotSaved:
    return close_branch(world.desk(), branch="east", **more)


def test_readers_who_wait_go_to_the_branch_that_takes_over(world: World, east: Branch) -> None:
    reader = world.patron()
    hold = world.hold(reader, lent_title(world), pickup_branch=east)

    assert close(world) == NEEDED
    assert heading_for("east") == Heading(waiting=1)
    assert close(world, takes_over="main") == Saved(code="east")

    hold.refresh_from_db()
    assert (hold.pickup_branch, hold.state) == (world.branch, "waiting")
    entry = Entry.objects.order_by("-id")[0]
    said = {"branch": "east", "to_branch": "main", "holds": 1, "copies": 0}
    assert (entry.action, entry.outcome, entry.data) == ("close_branch", "saved", said)


def test_they_are_told_once_where_to_fetch_it(world: World, east: Branch) -> None:
    reader = world.patron()
    world.hold(reader, title := lent_title(world), pickup_branch=east)
    close(world, takes_over="main")

    task = Task.objects.get(kind="notices.pickup_moved")
    desk = worker_desk(world.library.pk, now=world.now)
    assert [tell_pickup_moved(desk, task.payload).notices for _ in range(2)] == [1, 0]
    [told] = notices_of(reader.pk)
    assert (told.kind, told.title, told.branch) == ("pickup_moved", title.name, "总馆")


def test_what_is_kept_there_goes_into_the_box(world: World, east: Branch) -> None:
    copy = world.copy(branch=east)
    hold = reserved(world, copy.title)
    assert scanned(at(world, east), copy).to == "hold_shelf"

    assert heading_for("east") == Heading(kept=1)
    assert close(world) == NEEDED
    assert close(world, takes_over="main") == Saved(code="east")

    hold.refresh_from_db()
    assert (hold.state, hold.pickup_branch, hold.fetch_by) == ("in_transit", world.branch, None)
    assert ways(copy) == [("east", "main", "hold", None)]
    assert contradictions() == []
    assert scanned(world.desk(), copy).to == "hold_shelf"
    assert contradictions() == []


def test_boxes_on_their_way_there_go_on_to_it(world: World, east: Branch) -> None:
    west = Branch.objects.create(
        library_id=world.library.pk, code="west", name="西馆", created_at=world.now
    )
    sent, home = world.copy(), world.copy(branch=east)
    send_copy(world.desk(), copy_barcode=sent.barcode, to_branch="east")
    number = make_manifest(world.desk(), to_branch="east").number
    send_manifest(world.desk(), number=number)
    assert scanned(world.desk(), home).branch == "east"

    assert heading_for("east") == Heading(boxes=2)
    assert close(world, takes_over="west") == Saved(code="east")

    assert ways(sent) == [("main", "west", "request", None)]
    assert ways(home) == [("main", "west", "home", None)]
    assert contradictions() == []
    assert scanned(at(world, west), sent) == Goes(stays="sent", left="main")
    assert scanned(at(world, west), home) == Goes(stays="home_closed", left="east")


def test_what_lies_in_a_box_at_that_branch_comes_out_again(world: World, east: Branch) -> None:
    copy, other = world.copy(), world.copy(branch=east)
    hold = reserved(world, copy.title)
    assert scanned(world.desk(), copy).branch == "east"
    assert scanned(world.desk(), other).branch == "east"

    assert close(world, takes_over="main") == Saved(code="east")

    hold.refresh_from_db()
    assert (hold.state, hold.pickup_branch) == ("waiting", world.branch)
    assert ways(copy) == [("main", "east", "hold", "cancelled")]
    assert ways(other) == [("main", "east", "home", "cancelled")]
    assert contradictions() == []
    assert scanned(world.desk(), copy).to == "hold_shelf"


def test_a_branch_nobody_waits_for_just_closes(world: World, east: Branch) -> None:
    ended = {"state": "cancelled", "ended_at": world.now}
    world.hold(world.patron(), world.title(), pickup_branch=east, **ended)

    assert close(world) == Saved(code="east")
    assert Task.objects.count() == 0


@pytest.mark.parametrize("takes_over", ["nope", "east", "west"])
def test_only_another_open_branch_takes_over(world: World, east: Branch, takes_over: str) -> None:
    mine = {"library_id": world.library.pk, "created_at": world.now}
    Branch.objects.create(**mine, code="west", name="西馆", is_open=False)
    hold = world.hold(world.patron(), lent_title(world), pickup_branch=east)

    assert close(world, takes_over=takes_over) == NotSaved(trouble=Trouble.UNKNOWN)
    east.refresh_from_db()
    hold.refresh_from_db()
    assert east.is_open
    assert hold.pickup_branch == east


def test_nobody_reserves_for_a_closed_branch(world: World, east: Branch) -> None:
    hold = world.hold(reader := world.patron(), lent_title(world))
    close(world)

    placed = place_hold(
        world.desk(), title=lent_title(world).public_id, patron=reader.public_id, pickup="east"
    )
    moved = change_pickup(world.desk(), hold=hold.public_id, pickup="east")
    for outcome in (placed, moved):
        assert [why.code for why in outcome.reasons] == [Reason.PICKUP_CLOSED]
    assert Hold.objects.filter(pickup_branch=east).count() == 0
