"""Vacations and last days of term: saving one moves open loans, later only."""

from dataclasses import replace
from datetime import date

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closures import undo_closure
from jieyue.circulation.actions.term_ends import add_term_end, delete_term_end
from jieyue.circulation.actions.vacations import add_vacation, delete_vacation, edit_vacation
from jieyue.circulation.models import Closure, Loan, TermEnd, Vacation
from jieyue.circulation.queries.closures import MovedDay, MovePreview
from jieyue.circulation.queries.vacations import (
    TermEndView,
    VacationView,
    Values,
    due_later,
    rule_of,
    term_ends,
    vacation,
    vacation_preview,
    vacations,
)
from jieyue.libraries.models import Library
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from tests.world import World

SPRING = Values(
    name="春假", starts_on=date(2026, 3, 28), ends_on=date(2026, 4, 6), moves="due",
    due_on=date(2026, 4, 10), late_days="never",
)  # fmt: skip
APRIL_1 = date(2026, 4, 1)


def lend(world: World, *, days: int = 30) -> str:
    world.policy(loan_days=days)
    [lent] = checkout(
        world.desk(), copy_barcodes=(world.copy().barcode,), card_barcode=world.patron().card
    ).results
    return lent.loan


def due(world: World, loan: str) -> date:
    return Loan.objects.get(public_id=loan).due_at.astimezone(world.desk().zone).date()


def test_it_moves_the_open_loans_due_in_it_as_previewed(world: World) -> None:
    inside, before, after = lend(world), lend(world, days=20), lend(world, days=37)

    said = vacation_preview(world.desk(), rule_of(SPRING, None))
    outcome = add_vacation(world.desk(), values=SPRING)

    row = Vacation.objects.get()
    assert said == MovePreview(loans=(MovedDay(APRIL_1, date(2026, 4, 10), 1),), readers=1)
    assert outcome == Saved(code=row.public_id)
    assert [due(world, loan) for loan in (inside, before, after)] == [
        date(2026, 4, 10), date(2026, 3, 22), date(2026, 4, 8),
    ]  # fmt: skip
    assert vacations(since=world.desk().today) == [
        VacationView(id=row.public_id, values=SPRING, branch="", branch_name="")
    ]


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({"moves": "none", "due_on": None}, None),
        ({"moves": "all", "due_on": date(2026, 4, 10)}, date(2026, 4, 10)),
        ({"moves": "made"}, None),  # made before the window
        ({"moves": "made", "window_starts_on": date(2026, 3, 1)}, date(2026, 4, 10)),
        ({"due_on": None, "due_after_open_days": 2}, date(2026, 4, 8)),
    ],
)
def test_which_open_loans_move(world: World, changes: dict, moved: date | None) -> None:
    loan = lend(world)
    add_vacation(world.desk(), values=replace(SPRING, **changes))
    assert due(world, loan) == (moved or APRIL_1)


def test_a_later_date_takes_along_what_it_moved_before_and_an_earlier_one_does_not(
    world: World,
) -> None:
    loan = lend(world)
    code = add_vacation(world.desk(), values=SPRING).code

    later = replace(SPRING, due_on=date(2026, 4, 13))
    edit_vacation(world.desk(), vacation=code, values=later)
    assert due(world, loan) == date(2026, 4, 13)

    edit_vacation(world.desk(), vacation=code, values=SPRING)
    assert due(world, loan) == date(2026, 4, 13)
    assert vacation(code) == VacationView(id=code, values=SPRING, branch="", branch_name="")


def test_deleting_it_leaves_dates_and_they_can_be_put_back(world: World) -> None:
    loan = lend(world)
    code = add_vacation(world.desk(), values=SPRING).code

    assert delete_vacation(world.desk(), vacation=code) == Saved()
    assert due(world, loan) == date(2026, 4, 10)

    undo_closure(world.desk(), closure=Closure.objects.get().public_id)
    assert due(world, loan) == APRIL_1
    assert vacation(code) is None


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"name": " "}, Trouble.NAME_MISSING),
        ({"ends_on": date(2026, 3, 1)}, Trouble.ENDS_BEFORE_START),
        ({"window_ends_on": date(2026, 3, 1)}, Trouble.ENDS_BEFORE_START),
        ({"due_on": None}, Trouble.WHEN_MISSING),
        ({"due_after_open_days": 3}, Trouble.WHEN_MISSING),
        ({"due_on": date(2026, 4, 6)}, Trouble.RETURNS_BEFORE_END),
        ({"grace_days": 400}, Trouble.NUMBER_BAD),
        ({"moves": "some"}, Trouble.NUMBER_BAD),
    ],
)
def test_what_cannot_be_a_vacation(world: World, changes: dict, trouble: Trouble) -> None:
    outcome = add_vacation(world.desk(), values=replace(SPRING, **changes))
    assert outcome == NotSaved(trouble=trouble)
    assert not Vacation.objects.exists()


def test_what_is_not_there_is_unknown(world: World) -> None:
    unknown = NotSaved(trouble=Trouble.UNKNOWN)
    assert add_vacation(world.desk(), values=SPRING, branch="west") == unknown
    assert edit_vacation(world.desk(), vacation="x", values=SPRING) == unknown
    assert delete_vacation(world.desk(), vacation="x") == unknown
    assert add_term_end(world.desk(), name="毕业", on=APRIL_1, card_type="x") == unknown
    assert delete_term_end(world.desk(), on=APRIL_1) == unknown


def test_a_last_day_of_term_comes_and_goes(world: World) -> None:
    made = add_term_end(world.desk(), name=" 毕业 ", on=APRIL_1, card_type="adult")
    again = add_term_end(world.desk(), name="离校", on=APRIL_1, card_type="adult")

    assert (made, again) == (Saved(), NotSaved(trouble=Trouble.DAYS_THERE_ALREADY))
    assert term_ends(since=APRIL_1) == [
        TermEndView(name="毕业", on=APRIL_1, card_type="adult", card_type_name="成人")
    ]
    assert delete_term_end(world.desk(), on=APRIL_1, card_type="adult") == Saved()
    assert not TermEnd.objects.exists()
    assert Library.objects.get(pk=world.library.pk).rules_version == 3


def test_a_last_day_of_term_says_which_loans_pass_it_and_shortens_none(
    world: World, django_assert_num_queries
) -> None:
    loans = [lend(world, days=days) for days in (29, 30, 31, 40)]
    before = list(Loan.objects.order_by("id").values_list("due_at", flat=True))
    add_term_end(world.desk(), name="离校", on=APRIL_1)
    add_term_end(world.desk(), name="毕业", on=date(2026, 4, 10), card_type="adult")
    checkin(world.desk(), copy_barcodes=(Loan.objects.get(public_id=loans[2]).copy.barcode,))

    ends = [*term_ends(since=APRIL_1), TermEndView(name="", on=APRIL_1, card_type="x",
                                                   card_type_name="")]  # fmt: skip
    with django_assert_num_queries(1):
        assert due_later(world.desk(), ends) == [(1, 1), (1, 1), (0, 0)]
    assert list(Loan.objects.order_by("id").values_list("due_at", flat=True)) == before
