"""The demo: what its rows must agree on, and that a second run keeps them."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F, Q

from jieyue.accounts.models import Account
from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy, Title
from jieyue.circulation.models import Loan
from jieyue.interfaces.cli.demo import build
from jieyue.interfaces.cli.demo.plans import PLANS, QINGHE, XIAOXUE
from jieyue.interfaces.cli.demo.sign_ins import FIRST_CARD, PASSWORD, READERS, wide
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Library, Staff
from jieyue.libraries.numbers import barcode
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import end_of_day
from jieyue.patrons.models import Card, Patron
from tests.world import NOON, SHANGHAI

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def counts(django_db_setup, django_db_blocker):
    """Build the demo once for this file; gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build.build(NOON, lambda share, what: None)
        transaction.set_rollback(True)


@pytest.fixture
def library(counts):
    """The public library, its scope open."""
    found = Library.objects.get(slug=QINGHE.slug)
    with library_scope(found.pk):
        yield found


def test_there_is_enough_to_look_at(counts, library):
    assert counts["titles"] >= 500
    assert Title.objects.count() >= 500
    assert 900 <= Copy.objects.count() <= 1400
    assert Patron.objects.count() == 160
    assert Loan.objects.count() > 1200
    assert 80 <= Loan.objects.filter(returned_at=None).count() <= 220
    assert Loan.objects.filter(returned_at=None, due_at__lt=NOON).count() >= 3
    assert Entry.objects.filter(outcome="refused").exists()
    assert Library.objects.count() == len(PLANS)


def test_a_copy_is_with_one_reader_at_a_time(library):
    loans = Loan.objects.order_by("copy_id", "lent_at").values_list(
        "copy_id", "lent_at", "returned_at"
    )
    before = None
    for loan in loans:
        if before is not None and before[0] == loan[0]:
            assert before[2] is not None and before[2] <= loan[1]
        before = loan


def test_loans_happened_in_the_past_on_open_days_and_are_due_after_they_were_made(library):
    calendars = calendars_of(list(Loan.objects.values_list("branch_id", flat=True).distinct()))
    for loan in Loan.objects.all():
        assert loan.lent_at <= NOON
        assert loan.due_at > loan.lent_at
        assert loan.returned_at is None or loan.lent_at < loan.returned_at <= NOON
        calendar = calendars[loan.branch_id]
        assert calendar.is_open(loan.lent_at.astimezone(SHANGHAI).date())
        due_on = loan.due_at.astimezone(SHANGHAI).date()
        assert loan.due_at == end_of_day(due_on, SHANGHAI)
        assert calendar.is_open(due_on)
    assert not Loan.objects.filter(copy__added_at__gt=F("lent_at")).exists()


def test_nobody_has_more_than_the_rules_allow(library):
    held = Counter(Loan.objects.filter(returned_at=None).values_list("patron_id", flat=True))
    limits = dict(Patron.objects.values_list("id", "category__code"))
    allowed = {"adult": 10, "child": 6, "senior": 10, "teacher": 20}

    assert all(number <= allowed[limits[patron]] for patron, number in held.items())
    assert not Loan.objects.filter(copy__item_type__code="reference").exists()
    assert not Loan.objects.filter(~Q(copy__standing="in_use")).exists()


def test_the_reader_whose_sign_in_is_shown_has_something_to_look_at(library):
    assert barcode("card", 1) == FIRST_CARD
    reader = Patron.objects.get(pk=Card.objects.get(barcode=FIRST_CARD).patron_id)

    assert reader.name == READERS[QINGHE.slug][0]
    account = Account.objects.get(pk=reader.account_id)
    assert account.check_password(PASSWORD)
    assert Loan.objects.filter(patron=reader, returned_at=None).count() >= 1


def test_staff_sign_in_as_printed(counts):
    for plan in PLANS:
        library = Library.objects.get(slug=plan.slug)
        with library_scope(library.pk):
            for person in plan.staff:
                account = Account.objects.get(login=person.login)
                assert account.check_password(PASSWORD)
                staff = Staff.objects.select_related("role").get(account=account)
                assert (staff.name, staff.role.code) == (person.name, person.role)


def test_new_numbers_go_on_where_the_demo_ends(library):
    from jieyue.libraries.numbers import next_barcodes

    [copy] = next_barcodes("copy", 1)
    [card] = next_barcodes("card", 1)

    assert not Copy.objects.filter(barcode=copy).exists()
    assert not Card.objects.filter(barcode=card).exists()
    assert copy == barcode("copy", Copy.objects.count() + 1)


def test_the_rows_hold_by_the_database_s_own_rules(counts):
    connection.check_constraints()
    assert Library.objects.get(slug=XIAOXUE.slug).kind == "primary"


def test_a_second_run_keeps_what_is_there(counts, capsys):
    before = Loan.across_libraries.count()
    build.build_unless_there()

    assert "kept" in capsys.readouterr().out
    assert Loan.across_libraries.count() == before


def test_the_history_goes_back_nine_months(counts):
    first = Loan.across_libraries.order_by("lent_at")[0].lent_at

    assert timedelta(days=240) < NOON - first < timedelta(days=build.DAYS + 1)


def test_columns_line_up_with_wide_characters():
    assert wide("陈静", 6) + "|" == "陈静  |"
