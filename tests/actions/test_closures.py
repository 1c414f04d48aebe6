"""A closure that came up: dates move later only, are remembered, and go back when it is undone."""

from datetime import UTC, date, datetime

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closures import close_suddenly, move_off_closed_days, undo_closure
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.jobs.dates import move_dates
from jieyue.circulation.models import Closure, Hold, Loan, MovedDate, MovedHold
from jieyue.circulation.queries.closures import (
    MovedDay,
    MovePreview,
    NewClosure,
    closure_preview,
    closures,
)
from jieyue.circulation.queries.why import loan_why
from jieyue.interfaces.worker.registry import handler_of
from jieyue.kit.ids import public_id
from jieyue.libraries.models import Branch, SpecialDays
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.days import add_special_days, remove_special_days
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.jobs import tell_date_moved
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from tests.world import World

APRIL_1 = date(2026, 4, 1)  # where a loan of 30 days made at NOON is due, a Wednesday
APRIL_3 = date(2026, 4, 3)


def lend(world: World, *, days: int = 30, **copy) -> str:
    world.policy(loan_days=days)
    patron = copy.pop("patron", None) or world.patron()
    [lent] = checkout(
        world.desk(), copy_barcodes=(world.copy(**copy).barcode,), card_barcode=patron.card
    ).results
    return lent.loan


def due(world: World, loan: str) -> str:
    zone = world.desk().zone
    return Loan.objects.get(public_id=loan).due_at.astimezone(zone).strftime("%m-%d %H:%M")


def close(world: World, first: date = APRIL_1, last: date = APRIL_3, **more) -> Saved | NotSaved:
    return close_suddenly(world.desk(), name="台风", starts_on=first, ends_on=last, **more)


def shelved(world: World, fetch_by: date) -> Hold:
    title = world.title()
    return Hold.objects.create(
        library=world.library, public_id=public_id(), title=title, patron=world.patron(),
        pickup_branch=world.branch, queue_class=1, queued_at=world.now, placed_at=world.now,
        state="ready", captured_copy=world.copy(title), captured_at=world.now, ready_at=world.now,
        fetch_by=fetch_by,
    )  # fmt: skip


def test_what_is_due_in_it_moves_and_nothing_else(world: World) -> None:
    inside, before, after = lend(world), lend(world, days=29), lend(world, days=33)
    returned = lend(world)
    Loan.objects.filter(public_id=returned).update(returned_at=world.now, ending="returned")

    outcome = close(world)

    closure = Closure.objects.get()
    assert outcome == Saved(code=closure.public_id)
    assert [due(world, loan) for loan in (inside, before, after, returned)] == [
        "04-04 23:59", "03-31 23:59", "04-04 23:59", "04-01 23:59",
    ]  # fmt: skip
    moved = MovedDate.objects.get()
    assert (moved.loan.public_id, moved.closure) == (inside, closure)
    assert moved.due_before < moved.due_after == Loan.objects.get(public_id=inside).due_at
    entry = Entry.objects.get(action="close_suddenly")
    assert entry.data == {
        "days": "台风", "from": "2026-04-01", "to": "2026-04-03", "loans": 1,
        "holds": 0,
    }  # fmt: skip
    task = Task.objects.get(kind="notices.date_moved")
    assert task.payload == {"closure": closure.public_id}


def test_the_day_after_may_be_a_weekly_closed_day(world: World) -> None:
    """Evergreen's emergency closing takes it all the same."""
    world.opens_on_weekdays()
    loan = lend(world)

    close(world)

    assert due(world, loan) == "04-06 23:59"


def test_the_reader_is_told_why_the_date_is_another(world: World) -> None:
    loan = lend(world)
    closure = close(world).code

    moved = loan_why(world.desk(), loan)
    undo_closure(world.desk(), closure=closure)
    back = loan_why(world.desk(), loan)

    assert (moved.steps[-1].what, moved.steps[-1].note, moved.fits) == (
        "moved_closure", "台风", True,
    )  # fmt: skip
    assert (back.steps[-1].what, back.fits) == ("counted", True)


@pytest.mark.parametrize("count", [1, 40])
def test_a_city_takes_as_many_statements_as_a_village(
    world: World, count: int, django_assert_max_num_queries
) -> None:
    world.policy(max_loans=50)
    patron = world.patron()
    for _ in range(count):
        lend(world, patron=patron)
    with django_assert_max_num_queries(18):
        close(world)
    assert MovedDate.objects.count() == count


def test_overlapping_closures_lead_to_the_first_open_day_of_all(world: World) -> None:
    """Evergreen's break each other."""
    loan = lend(world)
    close(world, date(2026, 4, 3), date(2026, 4, 5))
    close(world)
    assert due(world, loan) == "04-06 23:59"


def test_it_closes_a_day_that_is_open_by_exception(world: World) -> None:
    SpecialDays.objects.create(
        library=world.library, name="调休", starts_on=APRIL_1, ends_on=APRIL_1, is_closed=False
    )
    loan = lend(world)
    close(world, APRIL_1, APRIL_1)
    assert due(world, loan) == "04-02 23:59"


def test_one_branch_closes_alone(world: World) -> None:
    other = Branch.objects.create(
        library=world.library, code="east", name="东馆", created_at=world.now
    )
    here = lend(world)
    there = lend(world)
    Loan.objects.filter(public_id=there).update(branch=other)

    close(world, branch="east")

    assert [due(world, here), due(world, there)] == ["04-01 23:59", "04-04 23:59"]
    assert close(world, branch="west") == NotSaved(trouble=Trouble.UNKNOWN)


def test_an_hour_moves_to_the_next_opening(world: World) -> None:
    world.opens_on_weekdays()
    world.policy(loan_hours=2)
    loan = lend(world)  # a Monday, due at 14:00

    close(world, date(2026, 3, 2), date(2026, 3, 3))

    assert due(world, loan) == "03-04 09:00"


def test_holds_keep_their_open_days_on_the_shelf(world: World) -> None:
    soon, later, past = (shelved(world, date(2026, 3, day)) for day in (3, 6, 1))

    close(world, date(2026, 3, 2), date(2026, 3, 4))

    dates = Hold.objects.order_by("id").values_list("fetch_by", flat=True)
    # Two open days were left, five, and none: these days are given back after the old last one.
    assert list(dates) == [date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 1)]
    assert [hold.pk for hold in (soon, later)] == list(
        MovedHold.objects.order_by("hold_id").values_list("hold_id", flat=True)
    )
    assert past.pk


def test_the_preview_says_what_is_done(world: World) -> None:
    patron = world.patron()
    lend(world, patron=patron)
    lend(world, patron=patron)
    lend(world, days=31)
    shelved(world, APRIL_3)
    new = NewClosure("台风", APRIL_1, APRIL_3, None)

    said = closure_preview(world.desk(), new)
    close(world)

    april_4 = date(2026, 4, 4)
    assert said == MovePreview(
        loans=(MovedDay(APRIL_1, april_4, 2), MovedDay(date(2026, 4, 2), april_4, 1)),
        holds=(MovedDay(APRIL_3, date(2026, 4, 6), 1),),
        readers=2,
    )
    [view] = closures(since=world.now)
    moving = [sum(day.count for day in days) for days in (said.loans, said.holds)]
    assert [view.loans, view.holds] == moving == [3, 1]


def test_undoing_puts_back_what_nobody_changed_since(world: World) -> None:
    plain, renewed = lend(world), lend(world)
    hold = shelved(world, APRIL_3)
    closure = close(world).code
    renew(world.days_later(30), loans=(renewed,))
    kept = due(world, renewed)

    assert undo_closure(world.desk(), closure=closure) == Saved(code=closure)

    hold.refresh_from_db()
    assert [due(world, plain), due(world, renewed)] == ["04-01 23:59", kept]
    assert hold.fetch_by == APRIL_3
    assert not SpecialDays.objects.exists()
    assert Closure.objects.get().undone_at == world.now
    assert undo_closure(world.desk(), closure=closure) == NotSaved(trouble=Trouble.UNDONE_ALREADY)
    assert undo_closure(world.desk(), closure="nope") == NotSaved(trouble=Trouble.UNKNOWN)


def test_whoever_was_told_is_told_again_when_it_is_undone(world: World) -> None:
    """And nobody else: whoever heard of nothing need not hear that it is nothing."""
    lend(world)
    worker = worker_desk(world.library.pk, world.now)
    closure = close(world).code
    assert tell_date_moved(worker, {"closure": closure}).notices == 1
    undo_closure(world.desk(), closure=closure)

    assert tell_date_moved(worker, {"closure": closure}).notices == 1
    assert tell_date_moved(worker, {"closure": closure}).notices == 0
    days = [notice.facts["on"] for notice in Notice.objects.order_by("id")]
    assert days == ["2026-04-04", "2026-04-01"]

    quiet = close(world).code
    undo_closure(world.desk(), closure=quiet)
    assert tell_date_moved(worker, {"closure": quiet}).notices == 0


def test_readers_whose_book_only_waits_longer_are_told_of_the_undoing_too(world: World) -> None:
    hold = shelved(world, APRIL_1)
    closure = close(world).code
    worker = worker_desk(world.library.pk, world.now)
    promised = Task.objects.filter(kind="notices.date_moved")
    assert [tell_date_moved(worker, task.payload).notices for task in promised] == [1]

    undo_closure(world.desk(), closure=closure)

    assert promised.all().count() == 2
    assert tell_date_moved(worker, promised.latest("id").payload).notices == 1
    told = Notice.objects.order_by("id").values_list("patron_id", "kind", "facts__on")
    assert list(told) == [
        (hold.patron_id, "fetch_moved", "2026-04-04"),
        (hold.patron_id, "fetch_moved", "2026-04-01"),
    ]


def test_undoing_late_makes_nobody_late(world: World) -> None:
    loan = lend(world)
    closure = close(world).code

    undo_closure(world.desk(now=datetime(2026, 4, 2, 4, tzinfo=UTC)), closure=closure)

    assert due(world, loan) == "04-02 23:59"


def test_undoing_leads_to_no_day_that_another_closure_closes(world: World) -> None:
    loan = lend(world)
    closure = close(world).code
    close(world, APRIL_1, APRIL_1)

    undo_closure(world.desk(), closure=closure)

    assert due(world, loan) == "04-02 23:59"


def test_undoing_keeps_no_book_on_the_shelf_until_a_closed_day(world: World) -> None:
    hold = shelved(world, APRIL_1)
    closure = close(world).code
    close(world, APRIL_1, APRIL_1)

    undo_closure(world.desk(), closure=closure)

    hold.refresh_from_db()
    assert hold.fetch_by == date(2026, 4, 2)


def test_undoing_late_keeps_a_book_on_the_shelf_until_a_day_that_is_open(world: World) -> None:
    hold = shelved(world, APRIL_1)
    closure = close(world).code
    close(world, date(2026, 4, 2), date(2026, 4, 2))

    undo_closure(world.desk(now=datetime(2026, 4, 2, 4, tzinfo=UTC)), closure=closure)

    hold.refresh_from_db()
    assert hold.fetch_by == APRIL_3


def test_undoing_leads_an_hour_to_an_opening_hour(world: World) -> None:
    world.opens_on_weekdays()
    world.policy(loan_hours=2)
    loan = lend(world)  # a Monday, due at 14:00
    closure = close(world, date(2026, 3, 2), date(2026, 3, 4)).code
    close(world, date(2026, 3, 2), date(2026, 3, 2))

    undo_closure(world.desk(), closure=closure)

    assert due(world, loan) == "03-03 09:00"


def test_another_change_of_the_calendar_moves_dates_later_only(world: World) -> None:
    """RERO's rule: a reader may hold a notice with the old date."""
    closed, free = lend(world), lend(world, days=33)
    SpecialDays.objects.create(
        library=world.library, name="清明", starts_on=APRIL_1, ends_on=APRIL_3
    )

    move_off_closed_days(world.desk())
    again = move_off_closed_days(world.desk())
    SpecialDays.objects.all().delete()
    move_off_closed_days(world.desk())

    assert [due(world, closed), due(world, free)] == ["04-04 23:59", "04-04 23:59"]
    assert again == Saved()
    closure = Closure.objects.get()
    assert (closure.cause, closure.name, closure.starts_on) == ("calendar", "清明", APRIL_1)


def test_a_change_of_the_calendar_promises_to_look_at_the_dates(world: World) -> None:
    loan = lend(world)
    add_special_days(world.desk(), name="清明", starts_on=APRIL_1, ends_on=APRIL_1, is_closed=True)
    task = Task.objects.get(kind="circulation.calendar_changed")

    handler_of(task.kind)(worker_desk(world.library.pk, world.now), task.payload)

    assert due(world, loan) == "04-02 23:59"


def test_every_night_every_library_is_looked_at(world: World) -> None:
    loan = lend(world)
    SpecialDays.objects.create(
        library=world.library, name="清明", starts_on=APRIL_1, ends_on=APRIL_1
    )

    assert move_dates(world.now) == 1
    assert due(world, loan) == "04-02 23:59"


def test_a_closure_is_undone_not_taken_off_the_calendar(world: World) -> None:
    close(world)
    outcome = remove_special_days(world.desk(), name="台风", starts_on=APRIL_1, ends_on=APRIL_3)
    assert outcome == NotSaved(trouble=Trouble.UNKNOWN)


def test_terms_that_keep_closed_days_keep_them_unless_a_closure_came_up(world: World) -> None:
    world.policy(closed_days="keep")
    loan = lend(world)
    SpecialDays.objects.create(
        library=world.library, name="清明", starts_on=APRIL_1, ends_on=APRIL_1
    )
    move_off_closed_days(world.desk())
    assert due(world, loan) == "04-01 23:59"
    close(world, APRIL_1, APRIL_1)
    assert due(world, loan) == "04-02 23:59"


@pytest.mark.parametrize(
    ("name", "last", "trouble"),
    [
        (" ", APRIL_3, Trouble.NAME_MISSING),
        ("台风", date(2026, 3, 31), Trouble.ENDS_BEFORE_START),
        ("台风", date(2027, 4, 2), Trouble.SPAN_TOO_LONG),
    ],
)
def test_what_cannot_be_closed(world: World, name: str, last: date, trouble: Trouble) -> None:
    outcome = close_suddenly(world.desk(), name=name, starts_on=APRIL_1, ends_on=last)
    assert outcome == NotSaved(trouble=trouble)
    assert not SpecialDays.objects.exists()
