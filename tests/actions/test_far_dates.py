"""Days as far away as a form lets them be typed: lending goes on, and no page falls over."""

from dataclasses import replace
from datetime import date

import pytest

from jieyue.circulation.actions.blocks import add_block
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closures import close_suddenly
from jieyue.circulation.actions.holds import suspend_hold
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.term_ends import add_term_end
from jieyue.circulation.actions.vacations import add_vacation
from jieyue.circulation.models import Vacation
from jieyue.circulation.queries.vacations import Values
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved
from tests.world import World

LAST, FIRST = date.max, date.min
FAR = Values(name="暑假", starts_on=LAST, ends_on=LAST, late_days="if_late_after", grace_days=9)
MOVING = {"late_days": "never", "grace_days": 0, "moves": "all"}


@pytest.mark.parametrize(
    "values",
    [
        FAR,
        replace(FAR, **MOVING, due_after_open_days=3),
        replace(FAR, **MOVING, starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 30), due_on=LAST),
        replace(FAR, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2),
                window_starts_on=LAST, window_ends_on=LAST),
        replace(FAR, starts_on=FIRST, ends_on=FIRST),
    ],
)  # fmt: skip
def test_a_vacation_at_an_end_of_time_is_not_saved(world: World, values: Values) -> None:
    assert add_vacation(world.desk(), values=values) == NotSaved(trouble=Trouble.DAY_TOO_FAR)
    assert Vacation.objects.count() == 0


def test_no_day_that_can_be_saved_keeps_books_from_coming_and_going(world: World) -> None:
    world.policy(settled_by="money", fine_cents=10, max_owed_cents=10_000)
    desk, patron, copy = world.desk(), world.patron(), world.copy()
    patron.expires_on = LAST
    patron.save()
    for day in (FIRST, LAST):
        add_term_end(desk, name=f"学期 {day}", on=day)
        closed = close_suddenly(desk, name="停电", starts_on=day, ends_on=day)
        assert closed == NotSaved(trouble=Trouble.DAY_TOO_FAR)
    add_block(desk, patron=patron.public_id, reason="撕书", stops=("hold",), ends_on=LAST)
    other = world.patron("王小明")
    hold = world.hold(other, copy.title)
    suspend_hold(desk, hold=hold.public_id, wakes_on=LAST)

    [lent] = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    renewed = renew(world.days_later(20), loans=(lent.loan,))
    [back] = checkin(world.days_later(90), copy_barcodes=(copy.barcode,)).results

    assert (lent.type, renewed.results[0].type, back.type) == ("lent", "renewed", "returned")
    assert back.fine_cents > 0
