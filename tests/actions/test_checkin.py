"""Taking back."""

from datetime import timedelta

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkin import Checkin, NotOnLoan, Returned, UnknownCopy, checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.effects.capture import Goes
from jieyue.circulation.models import Loan, Transit
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import HELPER
from tests.world import World


def lend(world: World, copy, patron):
    [result] = checkout(
        world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card
    ).results
    return result


def test_ends_the_loan_and_says_whose_it_was(world: World) -> None:
    copy, patron = world.copy(parts="CD 1 张"), world.patron()
    lent = lend(world, copy, patron)
    later = world.days_later(3)

    outcome = checkin(later, copy_barcodes=(copy.barcode,))

    assert outcome == Checkin(
        results=(
            Returned(
                loan=lent.loan,
                patron=patron.public_id,
                copy_barcode=copy.barcode,
                title=copy.title.name,
                parts="CD 1 张",
                days_overdue=0,
            ),
        )
    )
    loan = Loan.objects.get()
    assert (loan.returned_at, loan.ending) == (later.now, "returned")
    assert loan.returned_branch_id == world.branch.pk
    entry = Entry.objects.get(action="checkin")
    assert (entry.outcome, entry.patron_id, entry.copy_id) == ("returned", patron.pk, copy.pk)


def test_counts_overdue_days_by_local_dates(world: World) -> None:
    copy = world.copy()
    lent = lend(world, copy, world.patron())

    one_second_late = world.desk(now=lent.due_at + timedelta(seconds=1))
    outcome = checkin(one_second_late, copy_barcodes=(copy.barcode,))

    assert outcome.results[0].days_overdue == 1


def test_is_never_refused_whatever_is_wrong(world: World) -> None:
    other = Branch.objects.create(
        library_id=world.library.pk, code="east", name="东馆", created_at=world.now
    )
    away, missing, gone = (
        world.copy(branch=other),
        world.copy(standing="missing"),
        world.copy(standing="withdrawn", withdrawn_at=world.now),
    )

    outcome = checkin(
        world.desk(), copy_barcodes=(away.barcode, missing.barcode, gone.barcode, "404")
    )

    assert outcome.results == (
        NotOnLoan(
            copy_barcode=away.barcode,
            title=away.title.name,
            goes=Goes(
                to="branch",
                branch="east",
                branch_name="东馆",
                transit=Transit.objects.get().public_id,
            ),
            belongs_to="东馆",
            notes=("belongs_elsewhere",),
        ),
        NotOnLoan(copy_barcode=missing.barcode, title=missing.title.name, notes=("was_missing",)),
        NotOnLoan(copy_barcode=gone.barcode, title=gone.title.name, notes=("is_withdrawn",)),
        UnknownCopy(copy_barcode="404"),
    )
    missing.refresh_from_db()
    gone.refresh_from_db()
    assert (missing.standing, gone.standing) == ("in_use", "withdrawn")


def test_a_helper_may_take_back(world: World) -> None:
    copy = world.copy()
    lend(world, copy, world.patron())

    outcome = checkin(world.desk(permissions=HELPER), copy_barcodes=(copy.barcode, copy.barcode))

    assert [result.type for result in outcome.results] == ["returned", "not_on_loan"]


def test_a_clock_set_back_loses_no_return(world: World) -> None:
    copy = world.copy()
    lend(world, copy, world.patron())

    checkin(world.desk(now=world.now - timedelta(hours=1)), copy_barcodes=(copy.barcode,))

    assert Loan.objects.get().returned_at == world.now
