"""Loans by the hour, and reading in the library."""

from datetime import UTC, date, datetime, time

import pytest

from jieyue.circulation.actions.checkout import Lent, NotLent, checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.models import Loan, TermEnd, Vacation
from jieyue.circulation.queries.lending import preview_checkout
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.kit.ids import public_id
from jieyue.libraries.models import OpeningHours, SpecialDays
from tests.world import World

FRIDAY = datetime(2026, 3, 6, 8, tzinfo=UTC)  # 16:00 in Shanghai


@pytest.fixture
def hours(world: World) -> World:
    """Open on weekdays, 9 to 12 and 14 to 18."""
    for weekday in range(5):
        for opens, closes in ((time(9), time(12)), (time(14), time(18))):
            OpeningHours.objects.create(
                library=world.library, branch=world.branch, weekday=weekday,
                opens_at_time=opens, closes_at_time=closes,
            )  # fmt: skip
    world.rules_changed()
    return world


def lend(world: World, *, on_site: bool = False, now: datetime = FRIDAY, **copy) -> Lent | NotLent:
    patron = copy.pop("patron", None) or world.patron()
    [result] = checkout(
        world.desk(now=now),
        copy_barcodes=(world.copy(**copy).barcode,),
        card_barcode=patron.card,
        on_site=on_site,
    ).results
    return result


def local(world: World, lent: Lent) -> str:
    return lent.due_at.astimezone(world.desk().zone).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("loan_hours", "closed_days", "due"),
    [
        (1, "next_open", "03-06 17:00"),
        (3, "next_open", "03-09 09:00"),  # at the weekend; Monday's real opening
        (3, "previous_open", "03-06 18:00"),
        (3, "keep", "03-06 19:00"),
    ],
)
def test_a_loan_by_the_hour(hours: World, loan_hours: int, closed_days: str, due: str) -> None:
    hours.policy(loan_hours=loan_hours, closed_days=closed_days)

    lent = lend(hours)

    loan = Loan.objects.get()
    assert local(hours, lent) == due
    assert (loan.is_hourly, loan.is_on_site, loan.due_at) == (True, False, lent.due_at)
    assert loan.terms["steps"][0][:3] == ["hours", loan.terms["steps"][0][1], str(loan_hours)]


def test_a_holiday_moves_an_hour_to_the_real_opening_of_the_day_after(hours: World) -> None:
    """Koha falls back to a hard-coded 10:00, and looks at weekdays only."""
    SpecialDays.objects.create(
        library=hours.library, name="馆庆", starts_on=date(2026, 3, 9), ends_on=date(2026, 3, 9)
    )
    hours.policy(loan_hours=3)

    assert local(hours, lend(hours)) == "03-10 09:00"


def test_a_renewal_by_the_hour_runs_from_now(hours: World) -> None:
    hours.policy(loan_hours=1)
    lent = lend(hours)

    [renewed] = renew(hours.desk(now=FRIDAY.replace(minute=30)), loans=(lent.loan,)).results

    assert (renewed.type, local(hours, renewed)) == ("renewed", "03-06 17:30")


def test_reading_here_is_due_when_the_library_closes(hours: World) -> None:
    lent = lend(hours, on_site=True)

    loan = Loan.objects.get()
    assert local(hours, lent) == "03-06 18:00"
    assert (loan.is_hourly, loan.is_on_site) == (False, True)


def test_what_is_not_lent_may_be_read_here(hours: World) -> None:
    hours.policy(may_borrow=False)

    taken = lend(hours, standing="reference")
    read = lend(hours, standing="reference", on_site=True)

    assert [why.code for why in taken.reasons] == [
        Reason.COPY_REFERENCE, Reason.ITEM_TYPE_NOT_ALLOWED,
    ]  # fmt: skip
    assert isinstance(read, Lent)


def test_reading_here_has_a_limit_of_its_own(hours: World) -> None:
    hours.policy(max_loans=1, max_on_site=1)
    patron = hours.patron()

    first = lend(hours, on_site=True, patron=patron)
    second = lend(hours, on_site=True, patron=patron)
    home = lend(hours, patron=patron)

    assert (first.type, first.loans_left) == ("lent", 0)
    assert second.reasons == (Why(Reason.PATRON_AT_ON_SITE_LIMIT, {"open": 1, "limit": 1}),)
    assert (home.type, home.loans_left) == ("lent", 0)


def test_the_preview_agrees_with_what_is_done(hours: World) -> None:
    copy, patron = hours.copy(), hours.patron()
    asked = {"copy_barcodes": (copy.barcode,), "card_barcode": patron.card, "on_site": True}

    [said] = preview_checkout(hours.desk(now=FRIDAY), **asked).results
    [done] = checkout(hours.desk(now=FRIDAY), **asked).results

    assert (said.due_at, said.loans_left) == (done.due_at, done.loans_left)


def test_a_vacation_moves_dates_and_lifts_the_limit(world: World) -> None:
    Vacation.objects.create(
        library=world.library, public_id=public_id(), name="寒假", starts_on=date(2026, 3, 16),
        ends_on=date(2026, 4, 12), moves="due", due_on=date(2026, 4, 20), late_days="never",
        window_starts_on=date(2026, 3, 6), extra_loans=1,
    )  # fmt: skip
    world.policy(max_loans=1)
    patron = world.patron()

    first, second, third = (lend(world, patron=patron) for _ in range(3))

    assert first.due_on == date(2026, 4, 20)
    assert Loan.objects.order_by("id")[0].terms["steps"] == [
        ["counted", "2026-04-05", "30"],
        ["vacation", "2026-04-20", "寒假"],
    ]
    assert (second.type, third.reasons[0].facts) == ("lent", {"open": 2, "limit": 2})


def test_a_term_end_is_the_last_day_for_its_card_type(world: World) -> None:
    TermEnd.objects.create(
        library=world.library, category=world.category, name="毕业", on=date(2026, 3, 20)
    )
    TermEnd.objects.create(library=world.library, name="过去", on=date(2026, 3, 1))
    world.rules_changed()

    lent = lend(world)

    assert lent.due_on == date(2026, 3, 20)
    assert Loan.objects.get().terms["steps"][-1] == ["term_end", "2026-03-20", "毕业"]


def test_a_week_without_an_open_day_is_refused_in_clear_words(world: World) -> None:
    """LP#1944601: a library closed on every weekday lent nothing and said nothing."""
    for year in (2026, 2027):
        SpecialDays.objects.create(
            library=world.library, name="装修", starts_on=date(year, 3, 5),
            ends_on=date(year + 1, 3, 4),
        )  # fmt: skip
    world.rules_changed()

    refused = lend(world)

    assert refused.reasons == (Why(Reason.NO_OPEN_DAY),)
    assert not refused.can_be_overridden
    assert not Loan.objects.exists()
