"""Several desks and one queue, real threads, on the engine of the run."""

from collections import Counter
from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.hold_upkeep import expire_holds
from jieyue.circulation.actions.holds import cancel_hold, move_hold, place_hold
from jieyue.circulation.models import Hold, Transit
from jieyue.kit.scope import library_scope
from tests.races.test_desks import DESKS, race
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return World()


def made(world: World, work):
    with library_scope(world.library.pk):
        return work()


def held_titles(world: World, readers: int):
    """Return a title and the holds of so many readers on it, in order."""
    title = world.title()
    return title, [
        world.hold(world.patron(), title, queued_at=world.now + timedelta(minutes=n))
        for n in range(readers)
    ]


def types(outcomes) -> Counter:
    return Counter(
        str(outcome) if isinstance(outcome, Exception) else outcome.type for outcome in outcomes
    )


def test_eight_clicks_make_one_hold(world: World) -> None:
    """Evergreen LP#1029601, vufind PR #838: the same hold twice."""
    title, patron = made(world, lambda: (world.title(), world.patron()))
    made(world, lambda: world.copy(title))

    outcomes = race(
        lambda _: place_hold(
            world.desk(), title=title.public_id, patron=patron.public_id, pickup="main"
        ),
        range(DESKS),
    )

    assert types(outcomes) == {"hold_placed": 1, "refused": DESKS - 1}
    assert Hold.across_libraries.count() == 1


def test_eight_titles_and_a_limit_of_three_make_three_holds(world: World) -> None:
    """FOLIO CIRC-1756, of holds: parallel requests beat the limit."""
    made(world, lambda: world.policy(max_holds=3))
    patron = made(world, world.patron)
    titles = [made(world, world.title) for _ in range(DESKS)]
    for title in titles:
        made(world, lambda title=title: world.copy(title))

    outcomes = race(
        lambda title: place_hold(
            world.desk(), title=title.public_id, patron=patron.public_id, pickup="main"
        ),
        titles,
    )

    assert types(outcomes) == {"hold_placed": 3, "refused": DESKS - 3}


def test_eight_desks_scanning_one_copy_capture_it_once(world: World) -> None:
    """Evergreen LP#902255, Koha 34596 and 40331: a copy scanned twice took two holds."""
    title, holds = made(world, lambda: held_titles(world, 3))
    copy = made(world, lambda: world.copy(title))

    outcomes = race(lambda _: checkin(world.desk(), copy_barcodes=(copy.barcode,)), range(DESKS))

    goes = {outcome.results[0].goes.hold for outcome in outcomes}
    states = Hold.across_libraries.order_by("queued_at").values_list("state", "captured_copy_id")
    assert goes == {holds[0].public_id}
    assert list(states) == [("ready", copy.pk), ("waiting", None), ("waiting", None)]
    assert Transit.across_libraries.count() == 0


def test_copies_returned_at_once_serve_as_many_readers(world: World) -> None:
    """Evergreen LP#902255: two copies of a title served one reader twice."""
    title, holds = made(world, lambda: held_titles(world, 5))
    copies = [made(world, lambda: world.copy(title)) for _ in range(3)]

    outcomes = race(lambda copy: checkin(world.desk(), copy_barcodes=(copy.barcode,)), copies)

    captured = {outcome.results[0].goes.hold for outcome in outcomes}
    assert captured == {hold.public_id for hold in holds[:3]}
    kept = Hold.across_libraries.filter(state="ready").values_list("captured_copy_id", flat=True)
    assert set(kept) == {copy.pk for copy in copies}


def test_cancelling_while_it_expires_passes_the_copy_on_once(world: World) -> None:
    title, holds = made(world, lambda: held_titles(world, 3))
    copy = made(world, lambda: world.copy(title))
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    first, later = holds[0].public_id, world.days_later(9)

    def act(number):
        if number % 2:
            return expire_holds(later, holds=(first,))
        return cancel_hold(later, hold=first)

    race(act, range(DESKS))

    states = list(Hold.across_libraries.order_by("queued_at").values_list("state", flat=True))
    assert states[0] in ("cancelled", "expired")
    assert states[1:] == ["ready", "waiting"]
    kept = Hold.across_libraries.get(state="ready")
    assert kept.captured_copy_id == copy.pk


def test_desks_that_move_holds_at_once_leave_every_hold_its_own_place(world: World) -> None:
    """Koha 5609: two desks left doubled places and gaps."""
    _, holds = made(world, lambda: held_titles(world, DESKS))
    first = holds[0].public_id

    outcomes = race(
        lambda hold: move_hold(world.desk(), hold=hold.public_id, before=first, reason="急用"),
        holds[1:],
    )

    assert types(outcomes) == {"hold_moved": DESKS - 1}
    places = Hold.across_libraries.values_list("queue_class", "queued_at", "id")
    assert len({(queue_class, at) for queue_class, at, _ in places}) == DESKS
    last = Hold.across_libraries.order_by("queue_class", "queued_at", "id").last()
    assert last is not None and last.public_id == first


def test_cancelling_while_a_copy_comes_back_never_keeps_it_for_nobody(world: World) -> None:
    title, holds = made(world, lambda: held_titles(world, 4))
    copies = [made(world, lambda: world.copy(title)) for _ in range(4)]

    def act(number):
        if number < 4:
            return checkin(world.desk(), copy_barcodes=(copies[number].barcode,))
        return cancel_hold(world.desk(), hold=holds[number - 4].public_id)

    outcomes = race(act, range(8))

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert set(Hold.across_libraries.values_list("state", flat=True)) == {"cancelled"}
