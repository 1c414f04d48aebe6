"""Loans due after a last day of term: brought forward by choice only, with notice, and put back."""

from datetime import date

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closures import close_suddenly, undo_closure
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.term_ends import add_term_end, bring_forward, delete_term_end
from jieyue.circulation.models import Closure, Loan, MovedDate, TermEnd
from jieyue.circulation.queries.closures import MovedDay
from jieyue.circulation.queries.term_ends import EarlierPreview, earlier_preview
from jieyue.circulation.queries.why import loan_why
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.jobs import tell_date_moved
from jieyue.notices.models import Notice
from jieyue.outbox.models import Task
from jieyue.patrons.models import PatronCategory
from tests.world import World

MARCH_20 = date(2026, 3, 20)  # a Friday, 18 days after NOON


def lend(world: World, *, days: int = 30, patron=None) -> str:
    world.policy(loan_days=days, max_loans=50)
    patron = patron or world.patron()
    [lent] = checkout(
        world.desk(), copy_barcodes=(world.copy().barcode,), card_barcode=patron.card
    ).results
    return lent.loan


def due(world: World, loan: str) -> str:
    at = Loan.objects.get(public_id=loan).due_at
    return at.astimezone(world.desk().zone).strftime("%m-%d %H:%M")


def term_ends(world: World, on: date = MARCH_20, **more) -> Saved | NotSaved:
    return add_term_end(world.desk(), name="毕业", on=on, **more)


def forward(world: World, on: date = MARCH_20, **more) -> Saved | NotSaved:
    return bring_forward(world.desk(), on=on, **{"notice_days": 7} | more)


def drop(world: World, on: date = MARCH_20) -> Saved | NotSaved:
    return delete_term_end(world.desk(), on=on)


def test_what_is_due_after_it_is_due_on_it_as_previewed(world: World) -> None:
    late, later, before = lend(world), lend(world, days=40), lend(world, days=18)
    term_ends(world)

    said = earlier_preview(world.desk(), TermEnd.objects.get(), notice_days=7)
    outcome = forward(world)

    closure = Closure.objects.get()
    assert said == EarlierPreview(
        loans=(
            MovedDay(date(2026, 4, 1), MARCH_20, 1),
            MovedDay(date(2026, 4, 11), MARCH_20, 1),
        ),
        readers=2,
        staying=0,
    )
    assert outcome == Saved(code=closure.public_id)
    assert [due(world, loan) for loan in (late, later, before)] == ["03-20 23:59"] * 3
    assert MovedDate.objects.count() == 2
    assert (closure.cause, closure.name, closure.starts_on) == ("term_end", "毕业", MARCH_20)
    entry = Entry.objects.get(action="bring_forward")
    assert entry.data == {"days": "毕业", "from": "2026-03-20", "loans": 2}
    assert forward(world) == Saved()  # nothing is due later any more


def test_adding_one_brings_nothing_forward_by_itself(world: World) -> None:
    loan = lend(world)
    term_ends(world)
    assert due(world, loan) == "04-01 23:59"
    assert not Task.objects.filter(kind="notices.date_moved").exists()


@pytest.mark.parametrize(("notice_days", "due_on"), [(18, "03-20"), (19, "04-01")])
def test_nobody_has_less_notice_than_was_promised(
    world: World, notice_days: int, due_on: str
) -> None:
    loan = lend(world)
    term_ends(world)

    said = earlier_preview(world.desk(), TermEnd.objects.get(), notice_days=notice_days)
    forward(world, notice_days=notice_days)

    assert due(world, loan) == f"{due_on} 23:59"
    assert said.staying == (due_on == "04-01")


def test_a_day_that_has_passed_brings_nothing_forward(world: World) -> None:
    loan = lend(world)
    term_ends(world, date(2026, 3, 1))
    assert forward(world, date(2026, 3, 1), notice_days=1) == Saved()
    assert due(world, loan) == "04-01 23:59"


def test_if_it_is_a_closed_day_the_open_day_before_counts(world: World) -> None:
    world.opens_on_weekdays()
    loan = lend(world)
    sunday = date(2026, 3, 22)
    term_ends(world, sunday)

    forward(world, sunday, notice_days=19)
    assert due(world, loan) == "04-01 23:59"  # the Friday before leaves 18 days
    forward(world, sunday, notice_days=18)
    assert due(world, loan) == "03-20 23:59"


def test_it_concerns_its_card_type_only(world: World) -> None:
    child = PatronCategory.objects.create(library=world.library, code="child", name="少儿")
    patron = world.patron()
    patron.category = child
    patron.save()
    young, grown = lend(world, patron=patron), lend(world)
    term_ends(world, card_type="child")

    forward(world, card_type="child")

    assert [due(world, young), due(world, grown)] == ["03-20 23:59", "04-01 23:59"]
    assert forward(world) == NotSaved(trouble=Trouble.UNKNOWN)
    assert forward(world, card_type="child", notice_days=0) == NotSaved(trouble=Trouble.NUMBER_BAD)


def test_loans_by_the_hour_and_lost_ones_stay(world: World) -> None:
    hourly, lost = lend(world), lend(world)
    Loan.objects.filter(public_id=hourly).update(is_hourly=True)
    Loan.objects.filter(public_id=lost).update(lost_at=world.now, lost_how="staff")
    term_ends(world)
    assert forward(world) == Saved()
    assert [due(world, loan) for loan in (hourly, lost)] == ["04-01 23:59"] * 2


def test_deleting_it_puts_back_what_was_not_renewed_meanwhile(world: World) -> None:
    plain, renewed, moved = lend(world), lend(world), lend(world)
    term_ends(world)
    forward(world)
    later = world.days_later(10)
    TermEnd.objects.update(on=date(2026, 5, 30))  # so that the renewal passes it
    world.rules_changed()
    renew(later, loans=(renewed,))
    TermEnd.objects.update(on=MARCH_20)
    kept = due(world, renewed)
    Loan.objects.filter(public_id=moved).update(due_at=world.days_later(15).now)
    moved_to = due(world, moved)

    assert drop(world) == Saved()

    assert [due(world, one) for one in (plain, renewed, moved)] == ["04-01 23:59", kept, moved_to]
    assert kept != "03-20 23:59"
    assert Closure.objects.get().undone_at == world.now
    entry = Entry.objects.get(action="delete_term_end")
    assert entry.data == {"from": "2026-03-20", "loans": 1}


def test_an_old_date_that_is_closed_meanwhile_comes_back_as_the_next_open_day(
    world: World,
) -> None:
    loan = lend(world)
    term_ends(world)
    forward(world)
    april_1 = date(2026, 4, 1)
    close_suddenly(world.desk(), name="台风", starts_on=april_1, ends_on=april_1)

    drop(world)

    assert due(world, loan) == "04-02 23:59"


def test_the_dates_alone_can_be_put_back_and_the_day_stays(world: World) -> None:
    loan = lend(world)
    term_ends(world)
    code = forward(world).code

    undo_closure(world.desk(), closure=code)

    assert due(world, loan) == "04-01 23:59"
    assert TermEnd.objects.exists()
    assert drop(world) == Saved()
    assert due(world, loan) == "04-01 23:59"


def test_readers_are_told_why_and_told_again_when_it_is_over(world: World) -> None:
    loan = lend(world)
    term_ends(world)
    worker = worker_desk(world.library.pk, world.now)
    closure = forward(world).code
    assert tell_date_moved(worker, {"closure": closure}).notices == 1
    assert loan_why(world.desk(), loan).steps[-1].what == "moved_term_end"
    drop(world)

    assert tell_date_moved(worker, {"closure": closure}).notices == 1

    told = [(one.facts["because"], one.facts["on"]) for one in Notice.objects.order_by("id")]
    assert told == [("term_end", "2026-03-20"), ("term_end_gone", "2026-04-01")]
    assert loan_why(world.desk(), loan).fits


def test_a_day_at_the_end_of_time_is_not_saved(world: World) -> None:
    assert term_ends(world, date.max) == NotSaved(trouble=Trouble.DAY_TOO_FAR)


@pytest.mark.parametrize("count", [1, 20])
def test_a_school_takes_as_many_statements_as_a_reader(
    world: World, count: int, django_assert_max_num_queries
) -> None:
    patron = world.patron()
    for _ in range(count):
        lend(world, patron=patron)
    term_ends(world)
    with django_assert_max_num_queries(16):
        forward(world)
    with django_assert_max_num_queries(20):
        drop(world)
