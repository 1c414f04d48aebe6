"""Reading titles and copies."""

from datetime import timedelta

import pytest

from jieyue.catalog import queries
from jieyue.catalog.actions import add_book
from jieyue.catalog.call_numbers import suggested_call_number
from jieyue.catalog.models import Copy, ItemType
from jieyue.catalog.queries import Addition, CopyView, ItemTypeView, TitleView
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from tests.world import World


def test_a_title_comes_with_its_copies(world: World) -> None:
    title = world.title("红楼梦", isbn13="9787020002207", authors="曹雪芹", clc="I242.4")
    copy = world.copy(title, shelf="A-1", call_number="I242.4/1", parts="CD 1 张")
    view = CopyView(
        id=copy.pk,
        public_id=copy.public_id,
        barcode=copy.barcode,
        title_id=title.pk,
        title_public_id=title.public_id,
        title="红楼梦",
        authors="曹雪芹",
        isbn13="9787020002207",
        clc="I242.4",
        branch_id=world.branch.pk,
        branch_code="main",
        branch="总馆",
        item_type_code="book",
        item_type="图书",
        shelf="A-1",
        call_number="I242.4/1",
        accession_number="",
        price_cents=None,
        source="",
        supplier="",
        parts="CD 1 张",
        note="",
        standing="in_use",
        added_at=world.now,
        withdrawn_at=None,
    )
    whole = TitleView(
        id=title.pk,
        public_id=title.public_id,
        book=Description(name="红楼梦", isbn13="9787020002207", authors="曹雪芹", clc="I242.4"),
        state="confirmed",
        doubts=(),
        source="",
        created_at=world.now,
        updated_at=world.now,
        copies=(view,),
    )
    assert queries.title_view(title.public_id) == whole
    assert queries.title_by_isbn("9787020002207") == whole
    assert queries.copy_by_barcode(copy.barcode) == view
    assert queries.copy_by_public_id(copy.public_id) == view
    assert queries.copies_by_public_id([copy.public_id]) == [view]


def test_what_is_not_there_is_none(world: World) -> None:
    theirs = World(slug="southfield").copy(barcode="770011")
    assert queries.title_view(theirs.public_id) is None
    assert queries.title_by_isbn("") is None
    assert queries.title_by_unified_number("") is None
    assert queries.copy_by_barcode("770011") is None
    assert queries.copy_by_public_id(theirs.public_id) is None
    assert queries.added_together(theirs.public_id) == ()


def test_item_types_on_offer_begin_with_the_default(world: World) -> None:
    ItemType.objects.create(library_id=world.library.pk, code="old", name="旧", is_active=False)
    book = ItemTypeView(id=world.item_type.pk, code="book", name="图书", is_default=True)
    assert queries.item_types() == [book]
    assert [t.code for t in queries.item_types(active_only=False)] == ["book", "old"]


def test_what_came_in_today_is_listed_by_step(world: World) -> None:
    old = world.copy()
    Copy.objects.filter(pk=old.pk).update(added_at=world.now - timedelta(days=1))
    made = add_book(
        world.desk(), book=Description(name="班级诗集", authors="三年二班"),
        copies=NewCopies(count=3),
    )  # fmt: skip
    codes = [copy.barcode for copy in made.copies]
    assert queries.recent_additions(world.desk()) == [
        Addition(
            title_public_id=made.title,
            name="班级诗集",
            authors="三年二班",
            publisher="",
            isbn13="",
            clc="",
            state="confirmed",
            copy=min(copy.copy for copy in made.copies),
            copies=3,
            first_barcode=min(codes),
            last_barcode=max(codes),
            added_at=world.now,
        )
    ]
    assert set(queries.added_together(made.copies[1].copy)) == {c.copy for c in made.copies}


@pytest.mark.parametrize("rows", [1, 40])
def test_fixed_numbers_of_statements(world: World, django_assert_num_queries, rows: int) -> None:
    title = world.title(
        "红楼梦", isbn13="9787020002207", clc="I242.4", authors="曹雪芹"
    )  # fmt: skip
    copies = [world.copy(title, call_number=f"I242.4/{n}") for n in range(rows)]
    with django_assert_num_queries(2):
        assert len(queries.title_view(title.public_id).copies) == rows
    with django_assert_num_queries(1):
        queries.recent_additions(world.desk())
    with django_assert_num_queries(2):
        queries.added_together(copies[0].public_id)
    with django_assert_num_queries(2):
        queries.taken_barcodes([copy.barcode for copy in copies])
    with django_assert_num_queries(3):  # the scheme, other volumes of the work, the class
        suggested_call_number(queries.book_of(title), branch_id=world.branch.pk)
    with django_assert_num_queries(2):
        own = suggested_call_number(
            queries.book_of(title), branch_id=world.branch.pk, title_id=title.pk
        )
    assert own == "I242.4/0"
