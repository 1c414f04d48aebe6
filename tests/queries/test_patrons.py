"""Finding readers, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.queries.readers import OpenLoans, PatronEvent, journal_of, open_loans_of
from jieyue.fees.actions import charge
from jieyue.fees.membership import add_patron
from jieyue.fees.queries import owed_cents
from jieyue.kit.scope import library_scope
from jieyue.patrons.actions import freeze_patron, replace_card
from jieyue.patrons.importing.finding import ids_of
from jieyue.patrons.linking import _named
from jieyue.patrons.models import Patron
from jieyue.patrons.queries import (
    categories,
    find_patrons,
    groups,
    list_patrons,
    patron_by_card,
    patron_by_id,
)
from jieyue.patrons.writing import Details, detail_faults
from tests.queries.test_search_plans import asked_of, plan_of
from tests.world import World


def add(world: World, name: str, **more) -> Patron:
    details = Details(name=name, category="adult", **more)
    outcome = add_patron(world.desk(), details=details, may_be_same=True)
    patron: Patron = Patron.objects.get(public_id=outcome.patron)
    return patron


@pytest.mark.parametrize(
    "text",
    [
        "曾子涵",
        "子涵",
        "zengzihan",
        "ceng zi",
        "ZZH",
        "zzh",
        "ｚｚｈ",
        "20260001",
        "13812341234",
        "+86 138-1234-1234",
    ],
)
def test_a_reader_is_found_by(world: World, text) -> None:
    wanted = add(world, "曾子涵", student_number="20260001", phone="13812341234")
    add(world, "王小明", student_number="20260002", phone="13900000000")
    other = World(slug="elsewhere")
    with library_scope(other.library.pk):
        add(other, "曾子涵", student_number="20260001", phone="13812341234")

    assert [hit.public_id for hit in find_patrons(text)] == [wanted.public_id]


def test_a_reader_is_found_by_any_card_they_ever_had(world: World) -> None:
    patron = world.patron(card="777")
    new = replace_card(world.desk(), patron=patron.public_id).card

    assert [hit.card for hit in find_patrons("777")] == [new]
    assert patron_by_card("777") is None
    assert patron_by_card(new).public_id == patron.public_id


@pytest.mark.parametrize("text", ["", "  ", "·", "\x00", "%", "_", "没有这个人", "1" * 10_000])
def test_nothing_else_is_found(world: World, text) -> None:
    add(world, "曾子涵", phone="13812341234")
    assert find_patrons(text) == []


def test_a_list_masks_phones_and_narrows(world: World) -> None:
    add(world, "甲", group_name="三（1）班", phone="13812341234")
    add(world, "乙", group_name="三（2）班")

    page = list_patrons(group="三（1）班", category="adult")

    assert (page.total, [(hit.name, hit.phone_masked) for hit in page.hits]) == (
        1,
        [("甲", "138****1234")],
    )
    assert list_patrons(category="nobody").total == 0
    assert groups() == ["三（1）班", "三（2）班"]


def test_a_family_shares_a_phone(world: World) -> None:
    add(world, "甲", phone="13812341234")
    add(world, "乙", phone="13812341234")
    assert {hit.name for hit in find_patrons("138 1234 1234")} == {"甲", "乙"}


def test_readers_are_listed_in_the_order_of_their_pinyin(world: World) -> None:
    for name in ("程安", "单一诺", "陈国", "曾子涵", "陈安"):
        add(world, name)
    inorder = ["陈安", "陈国", "程安", "单一诺", "曾子涵"]
    assert [hit.name for hit in list_patrons().hits] == inorder


@pytest.mark.parametrize("count", [1, 40])
def test_statements_stay_the_same(world: World, count, django_assert_num_queries) -> None:
    world.policy(max_loans=99)
    patrons = [add(world, f"读者{n}", phone="13812341234", group_name=f"{n}") for n in range(count)]
    ids = [patron.pk for patron in patrons]
    copies = tuple(world.copy().barcode for _ in range(count))
    me = patron_by_id(patrons[0].public_id)
    checkout(world.desk(), copy_barcodes=copies, card_barcode=me.card)
    for _ in range(count):
        charge(world.desk(), patron=me.public_id, amount_cents=1, reason="x")

    with django_assert_num_queries(1):
        assert len(find_patrons("duzhe", limit=50)) == count
    with django_assert_num_queries(2):
        assert list_patrons(limit=50).total == count
    with django_assert_num_queries(1):
        assert len(find_patrons("13812341234")) == min(count, 20)
    with django_assert_num_queries(1):
        assert patron_by_card(me.card) == me
    with django_assert_num_queries(1):
        assert len(groups()) == count
    with django_assert_num_queries(1):
        assert len(categories()) == 1
    with django_assert_num_queries(1):
        assert owed_cents(ids) == {me.id: count}
    with django_assert_num_queries(1):
        assert open_loans_of(ids, now=world.now) == {me.id: OpenLoans(count, 0)}
    with django_assert_num_queries(1):
        assert len(journal_of(me.id, limit=100)) == 2 * count + 1


def test_overdue_loans_are_counted(world: World) -> None:
    patron, copy = world.patron(), world.copy()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    later = world.now + timedelta(days=31)
    assert open_loans_of([patron.pk], now=later) == {patron.pk: OpenLoans(1, 1)}


def test_the_journal_of_a_reader_names_book_and_colleague(world: World) -> None:
    patron, copy = world.patron(), world.copy()
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    freeze_patron(world.days_later(1), patron=patron.public_id, reason="x")

    events = journal_of(patron.pk)

    assert [(e.action, e.outcome, e.staff, e.title) for e in events] == [
        ("freeze_patron", "patron_saved", "陈静", ""),
        ("checkout", "lent", "陈静", copy.title.name),
    ]
    assert isinstance(events[0], PatronEvent)
    assert events[1].at == world.now


@dataclass(frozen=True)
class Numbered:
    """What a row of a list says of a reader."""

    name: str = ""
    card: str = ""
    student_number: str = "S1"
    group_name: str = ""
    phone: str = ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_walks_through_no_readers_for_a_student_number(world: World) -> None:
    patron = world.patron(student_number="S1")
    details = Details(name="李四", category="adult", student_number="S1")

    def looked_up() -> None:
        assert _named("S1", patron.name) == patron
        assert detail_faults(world.desk(), details)[0]
        assert ids_of([Numbered()]) == {patron.pk}

    steps = [
        step
        for text, params in asked_of(looked_up)
        if "student_number" in text.partition(" WHERE ")[2]
        for step in plan_of(text, params)
        if "patrons_patron" in step
    ]
    index = "INDEX patron_student_number_once (library_id=? AND student_number=?)"
    assert len(steps) == 3
    assert all(step.endswith(index) for step in steps), steps
