"""Telling readers: once, and only what is still true when it is said."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Block, Closure, Hold, Loan, MovedDate, MovedHold
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Door
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.actions import NoticesRead, Told, read_notices, tell
from jieyue.notices.jobs import forget_old_notices, tell_date_moved, tell_hold_ready
from jieyue.notices.models import Notice
from jieyue.notices.queries import notices_of, unread_of
from jieyue.outbox.models import Task
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Application
from tests.world import World, day

FETCH_BY = day("2026-03-05")


@pytest.fixture
def worker(world: World):
    return worker_desk(world.library.pk, world.now)


def ready_hold(world: World, **changes) -> Hold:
    copy = world.copy(world.title("活着"))
    values = {
        "public_id": public_id(), "title": copy.title, "patron": world.patron(),
        "pickup_branch": world.branch, "queue_class": 5, "queued_at": world.now,
        "placed_at": world.now, "state": "ready", "captured_copy": copy,
        "captured_at": world.now, "ready_at": world.now, "fetch_by": FETCH_BY,
    }  # fmt: skip
    return Hold.objects.create(library_id=world.library.pk, **(values | changes))


def loan(world: World) -> Loan:
    copy, patron = world.copy(world.title("活着")), world.patron()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    return Loan.objects.get(copy=copy)


def test_the_reader_hears_that_a_book_is_ready(world, worker):
    hold = ready_hold(world)

    assert tell_hold_ready(worker, {"hold": hold.public_id}) == Told(notices=1)

    [told] = notices_of(hold.patron_id)
    assert (told.kind, told.title, told.branch, told.on, told.is_read) == (
        "hold_ready", "活着", "总馆", FETCH_BY, False,
    )  # fmt: skip


def test_a_promise_kept_twice_is_said_once(world, worker):
    hold = ready_hold(world)
    tell_hold_ready(worker, {"hold": hold.public_id})

    assert tell_hold_ready(worker, {"hold": hold.public_id}) == Told(notices=0)
    assert unread_of(hold.patron_id) == 1


@pytest.mark.parametrize("state", ["fulfilled", "cancelled", "expired"])
def test_nobody_hears_of_a_book_already_fetched_or_gone(world, worker, state):
    """RERO #2295: the notice named a book that no longer waited for its reader."""
    hold = ready_hold(world, state=state, ended_at=world.now)

    assert tell(worker, kind="hold_ready", event=hold.public_id) == Told(notices=0)
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("loan_renewed", {"renewals": 1}),
        ("loan_recalled", {"recalled_at": True}),
        ("loan_lost", {"lost_at": True, "lost_how": "overdue"}),
    ],
)
def test_a_loan_is_spoken_of_only_while_it_is_open(world, worker, kind, changes):
    """Librarika #318: reminders came for books long returned."""
    row = loan(world)
    assert tell(worker, kind=kind, event=row.public_id) == Told(notices=0)  # not true yet

    values = {name: world.now if value is True else value for name, value in changes.items()}
    Loan.objects.filter(pk=row.pk).update(**values)
    assert tell(worker, kind=kind, event=row.public_id) == Told(notices=1)

    Notice.objects.all().delete()
    checkin(world.desk(), copy_barcodes=(row.copy.barcode,))
    assert tell(worker, kind=kind, event=row.public_id) == Told(notices=0)


def test_a_closure_is_told_to_every_reader_whose_date_it_moved(world, worker):
    rows = [loan(world), loan(world), loan(world)]
    closure = Closure.objects.create(
        library_id=world.library.pk, public_id=public_id(), name="停电", starts_on=FETCH_BY,
        ends_on=FETCH_BY, created_at=world.now,
    )  # fmt: skip
    for row in rows:
        later = row.due_at + timedelta(days=1)
        MovedDate.objects.create(
            library_id=world.library.pk, closure=closure, loan=row, due_before=row.due_at,
            due_after=later,
        )  # fmt: skip
        Loan.objects.filter(pk=row.pk).update(due_at=later)
    checkin(world.desk(), copy_barcodes=(rows[2].copy.barcode,))

    assert tell_date_moved(worker, {"closure": closure.public_id}) == Told(notices=2)
    assert {row.patron_id for row in Notice.objects.all()} == {r.patron_id for r in rows[:2]}


def test_a_book_that_waits_longer_because_of_a_closure_is_told(world, worker):
    hold = ready_hold(world)
    closure = Closure.objects.create(
        library_id=world.library.pk, public_id=public_id(), name="停电", starts_on=FETCH_BY,
        ends_on=FETCH_BY, created_at=world.now,
    )  # fmt: skip
    later = FETCH_BY + timedelta(days=1)
    MovedHold.objects.create(
        library_id=world.library.pk, closure=closure, hold=hold, fetch_before=FETCH_BY,
        fetch_after=later,
    )  # fmt: skip
    Hold.objects.update(fetch_by=later)

    assert tell_date_moved(worker, {"closure": closure.public_id}) == Told(notices=1)
    [told] = notices_of(hold.patron_id)
    assert (told.kind, told.on) == ("fetch_moved", later)

    # The closure is taken back, and the day with it.
    Closure.objects.update(undone_at=world.now)
    Hold.objects.update(fetch_by=FETCH_BY)
    assert tell_date_moved(worker, {"closure": closure.public_id}) == Told(notices=1)
    assert notices_of(hold.patron_id)[0].on == FETCH_BY


def test_nobody_hears_of_a_book_that_is_still_on_its_way(world, worker):
    """dp2 #641 and #671, RERO #913: readers came for books that had not arrived."""
    east = world.east()
    hold = world.hold(world.patron(), world.title("活着"), pickup_branch=east)
    copy = world.copy(hold.title)

    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    assert Task.objects.count() == 0
    assert tell_hold_ready(worker, {"hold": hold.public_id}) == Told(notices=0)

    checkin(world.desk(branch_id=east.pk), copy_barcodes=(copy.barcode,))
    assert [task.payload for task in Task.objects.all()] == [{"hold": hold.public_id}]
    assert tell_hold_ready(worker, {"hold": hold.public_id}) == Told(notices=1)


def test_a_suspension_is_told_while_it_lasts(world, worker):
    row = loan(world)
    block = Block.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron_id=row.patron_id,
        kind="suspension", starts_on=FETCH_BY, ends_on=FETCH_BY, loan=row, created_at=world.now,
    )  # fmt: skip

    assert tell(worker, kind="suspended", event=block.public_id) == Told(notices=1)
    Notice.objects.all().delete()
    Block.objects.update(lifted_at=world.now)
    assert tell(worker, kind="suspended", event=block.public_id) == Told(notices=0)


def test_who_applied_is_told_once_they_are_a_reader(world):
    worker, patron = world.desk(door=Door.WORKER, staff_id=None), world.patron()
    row = Application.objects.create(
        library_id=world.library.pk, public_id="APPLIED", who_hash="-", sent_at=world.now,
        changed_at=world.now,
    )  # fmt: skip
    assert tell(worker, kind="application_answered", event="APPLIED") == Told(notices=0)
    row.state, row.patron = "approved", patron
    row.save()
    for told in (1, 0):
        outcome = tell(worker, kind="application_answered", event="APPLIED")
        assert outcome == Told(notices=told)
    assert Notice.objects.get().patron_id == patron.pk


def test_the_worker_keeps_the_promise(world):
    hold = ready_hold(world)
    promise("notices.hold_ready", {"hold": hold.public_id}, at=world.now)

    assert keep_one_promise() is True
    assert unread_of(hold.patron_id) == 1


def test_only_the_worker_tells(world):
    with pytest.raises(ForbiddenError):
        tell(world.desk(), kind="hold_ready", event="x")


def test_a_reader_reads_their_own_messages_only(world, worker):
    mine, other = ready_hold(world), ready_hold(world)
    for hold in (mine, other):
        tell(worker, kind="hold_ready", event=hold.public_id)
    ids = tuple(Notice.objects.values_list("public_id", flat=True))

    desk = world.reader_desk(mine.patron)
    assert read_notices(desk, notices=ids) == NoticesRead(notices=1)
    assert (unread_of(mine.patron_id), unread_of(other.patron_id)) == (0, 1)


def test_old_messages_are_forgotten(world, worker):
    hold = ready_hold(world)
    tell(worker, kind="hold_ready", event=hold.public_id)

    assert forget_old_notices(world.now + timedelta(days=180)) == 0
    assert forget_old_notices(world.now + timedelta(days=181)) == 1


@pytest.mark.parametrize("count", [1, 40])
def test_messages_take_three_statements(world, worker, django_assert_num_queries, count):
    first = ready_hold(world)
    for number in range(count):
        Notice.objects.create(
            library_id=world.library.pk, public_id=public_id(), patron_id=first.patron_id,
            kind="hold_ready", about=str(number), created_at=world.now,
            facts={"title": first.title.public_id},
        )  # fmt: skip
    with django_assert_num_queries(3):
        assert len(notices_of(first.patron_id, limit=50)) == count
