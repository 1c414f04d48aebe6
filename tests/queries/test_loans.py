"""Loans as pages show them: plain values in a fixed number of statements."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.queries.loans import (
    Availability,
    BranchAvailability,
    availability_of,
    copy_states,
    history_of,
    lent_and_returned_today,
    loans_of,
)
from jieyue.circulation.queries.shelf import copies_on_shelf, newest_titles
from tests.world import SHANGHAI, World


def statements(work) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@pytest.fixture
def lent(world: World):
    """One reader with three loans (one of them back) of a title of two copies, and others."""
    world.policy(max_loans=60)
    patron, title = world.patron(), world.title("活着")
    copies = [world.copy(title), world.copy(), world.copy()]
    world.copy(title)
    for copy in copies:
        checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    checkin(world.days_later(1), copy_barcodes=(copies[2].barcode,))
    return patron, title, copies


def test_open_loans_and_past_ones(world: World, lent) -> None:
    patron, title, copies = lent
    later = world.days_later(2)

    found = loans_of(later, patron.pk)
    past, total = history_of(later, patron.pk)

    assert [(loan.barcode, loan.due_on, loan.days_left) for loan in found] == [
        (copies[0].barcode, date(2026, 4, 1), 28),
        (copies[1].barcode, date(2026, 4, 1), 28),
    ]
    assert found[0].title_id == title.public_id
    assert found[0].renewed_on == date(2026, 4, 3)
    assert [(loan.barcode, loan.returned_on) for loan in past] == [
        (copies[2].barcode, date(2026, 3, 3))
    ]
    assert total == 1


def test_availability_comes_from_committed_rows(world: World, lent) -> None:
    _, title, _ = lent
    assert availability_of(SHANGHAI, [title.pk]) == {
        title.pk: Availability(
            copies=2,
            available=1,
            branches=(
                BranchAvailability(
                    branch="总馆", copies=2, available=1, shelf="", next_due_on=date(2026, 4, 1)
                ),
            ),
        )
    }


def test_availability_names_a_shelf_where_one_stands(world: World, lent) -> None:
    _, title, copies = lent
    Copy.objects.filter(pk=copies[0].pk).update(shelf="A1")  # on loan
    world.copy(title, shelf="B1")
    world.copy(title, shelf="A0", standing="repair")
    world.copy(title, shelf="A2", branch=world.east(), standing="reference")

    [found] = availability_of(SHANGHAI, [title.pk]).values()

    assert [(one.branch, one.available, one.shelf) for one in found.branches] == [
        ("总馆", 2, "B1"),
        ("东馆", 0, ""),
    ]


def test_copies_say_where_they_are(world: World, lent) -> None:
    patron, title, copies = lent
    [state] = copy_states(SHANGHAI, [copies[0].pk]).values()
    assert (state.due_on, state.patron, state.patron_name) == (
        date(2026, 4, 1),
        patron.public_id,
        "林晓雨",
    )
    shelf = copies_on_shelf(SHANGHAI, title.pk)
    assert [copy.is_here for copy in shelf] == [True, False]


def test_todays_figures_leave_mistakes_out(world: World, lent) -> None:
    assert lent_and_returned_today(world.desk()) == (3, 1)
    assert lent_and_returned_today(world.desk(now=world.now + timedelta(days=1))) == (0, 1)


@pytest.mark.parametrize("rows", [1, 40])
def test_the_number_of_statements_is_fixed(world: World, rows: int) -> None:
    world.policy(max_loans=60)
    patron = world.patron()
    copies = [world.copy() for _ in range(rows)]
    for copy in copies:
        checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    titles = [copy.title_id for copy in copies]
    loans_of(world.desk(), patron.pk)  # the rulebook is read once a version

    assert statements(lambda: loans_of(world.desk(), patron.pk)) == 1
    assert statements(lambda: history_of(world.desk(), patron.pk)) == 1
    assert statements(lambda: availability_of(SHANGHAI, titles)) == 1
    assert statements(lambda: copy_states(SHANGHAI, [copy.pk for copy in copies])) == 1
    assert statements(lambda: copies_on_shelf(SHANGHAI, titles[0])) == 1
    assert statements(newest_titles) == 1
    assert statements(lambda: lent_and_returned_today(world.desk())) == 1
