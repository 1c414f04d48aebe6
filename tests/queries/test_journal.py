"""Reading the journal: newest first, by page, filtered, with names."""

from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.queries.journal import JournalFilter, JournalRow, journal_page
from jieyue.kit.scope import library_scope
from tests.world import World


def note(world: World, number: int = 0, **values) -> Entry:
    defaults = {"action": "checkout", "outcome": "lent", "door": "desk", "branch_id": None}
    return Entry.objects.create(
        library=world.library,
        at=world.now + timedelta(seconds=number),
        **(defaults | values),
    )


def test_an_entry_comes_with_the_names_of_what_it_is_about(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lent = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)

    [row] = journal_page(JournalFilter()).rows

    assert row == JournalRow(
        at=world.now,
        action="checkout",
        outcome="lent",
        door="desk",
        staff="陈静",
        branch="总馆",
        patron=patron.public_id,
        patron_name="林晓雨",
        copy=copy.public_id,
        barcode=copy.barcode,
        title=copy.title.public_id,
        title_name=copy.title.name,
        reasons=(),
        overridden=(),
        data={"loan": lent.results[0].loan, "limit": 5},
    )


def test_what_an_entry_named_may_be_gone(world: World) -> None:
    note(world, patron_id=99, copy_id=99, staff_id=99, branch_id=99, title_id=99)

    [row] = journal_page(JournalFilter()).rows

    assert (row.patron_name, row.title_name, row.staff, row.branch) == ("", "", "", "")


def test_pages_join_without_gap_or_repeat_even_within_one_instant(world: World) -> None:
    for number in range(7):
        note(world, number // 3, data={"n": number})

    seen, before = [], ""
    while True:
        page = journal_page(JournalFilter(), before=before, limit=2)
        seen += [row.data["n"] for row in page.rows]
        before = page.older
        if not before:
            break

    assert seen == [6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("mark", ["x", "!!!", "OTk", "é", "LTEuLTE", "9" * 80])
def test_a_mark_nobody_issued_begins_at_the_top(world: World, mark: str) -> None:
    note(world)
    assert len(journal_page(JournalFilter(), before=mark).rows) <= 1


def test_filters(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    note(world, 1, action="checkin", outcome="returned", copy_id=copy.pk)
    note(world, 2, outcome="refused", reasons=["patron_frozen"], patron_id=patron.pk)
    note(world, 3, action="renew", outcome="renewed", staff_id=world.staff.pk)

    def found(**wanted):
        return [row.action for row in journal_page(JournalFilter(**wanted)).rows]

    assert found(actions=("renew", "checkin")) == ["renew", "checkin"]
    assert found(is_refused=True) == ["checkout"]
    assert found(staff="owner-northfield") == ["renew"]
    assert found(patron=patron.public_id) == ["checkout"]
    assert found(copy=copy.public_id) == found(copy=copy.barcode) == ["checkin"]
    assert found(since=world.now + timedelta(seconds=2)) == ["renew", "checkout"]
    assert found(patron="nobody") == []


def test_another_librarys_journal_is_not_read(world: World) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        note(other)

    assert journal_page(JournalFilter()).rows == ()


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_is_one_statement(world: World, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        note(world, number, patron_id=world.patron().pk, copy_id=world.copy().pk)

    with django_assert_num_queries(1):
        page = journal_page(JournalFilter(since=world.now))

    assert len(page.rows) == count
