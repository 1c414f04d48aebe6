"""Cataloguing: titles, copies, drafts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions import (
    AddedCopy,
    Catalogued,
    CopiesAdded,
    DraftFilled,
    Refused,
    TitleAdded,
    TitleEdited,
    add_book,
    add_by_isbn,
    add_copies,
    add_title,
    confirm_title,
    edit_title,
    fill_draft,
)
from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.call_order import call_key
from jieyue.catalog.rules.copies import CopyDetails, NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.search import search_titles
from jieyue.circulation.actions.editing import CopyEdited, edit_copy
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import HELPER
from jieyue.outbox.models import Task
from tests.world import World

STONE = Description(
    name="红楼梦",
    isbn13="9787020002207",
    authors="曹雪芹 / 高鹗",
    publisher="人民文学出版社",
    year=1996,
    price_cents=5970,
    clc="I242.4",
)


def nothing_changed(world: World) -> None:
    assert not Title.objects.exists()
    assert not Copy.objects.exists()
    assert not Task.objects.exists()


def refusal(*faults: Fault) -> Refused:
    return Refused(faults=faults)


def test_a_new_isbn_becomes_a_title_with_consecutive_barcodes(world: World) -> None:
    outcome = add_by_isbn(
        world.desk(),
        isbn13=STONE.isbn13,
        book=STONE,
        source="curated",
        copies=NewCopies(count=3, shelf="A-3", price_cents=4500, source="采购", parts="CD 1 张"),
    )

    title = Title.objects.get()
    copies = list(Copy.objects.order_by("id"))
    assert outcome == Catalogued(
        title=title.public_id,
        name="红楼梦",
        state="confirmed",
        is_new_title=True,
        copies=tuple(
            AddedCopy(copy=c.public_id, barcode=c.barcode, accession_number="", call_number="")
            for c in copies
        ),
    )
    assert [c.barcode for c in copies] == ["300000015", "300000023", "300000031"]
    assert book_of(title) == STONE
    assert [hit.id for hit in search_titles("honglou").hits] == [title.pk]
    kept = {(c.branch_id, c.item_type_id, c.shelf, c.price_cents, c.parts) for c in copies}
    assert kept == {(world.branch.pk, world.item_type.pk, "A-3", 4500, "CD 1 张")}
    entry = Entry.objects.get()
    assert (entry.action, entry.outcome, entry.title_id) == ("add_by_isbn", "catalogued", title.pk)
    assert entry.data == {"count": 3, "first": "300000015", "last": "300000031"}


def test_the_same_isbn_again_adds_a_copy_to_the_same_title(world: World) -> None:
    first = add_by_isbn(world.desk(), isbn13=STONE.isbn13, book=STONE, copies=NewCopies())
    other = Description(name="别的名字", isbn13=STONE.isbn13)
    second = add_by_isbn(world.desk(), isbn13=STONE.isbn13, book=other, copies=NewCopies())

    assert (second.title, second.name, second.is_new_title) == (first.title, "红楼梦", False)
    assert Title.objects.count() == 1
    assert Copy.objects.count() == 2


def test_a_double_click_adds_once(world: World) -> None:
    call: dict[str, Any] = {"isbn13": STONE.isbn13, "book": STONE, "copies": NewCopies(count=2)}
    first = add_by_isbn(world.desk(key="k"), **call)
    assert add_by_isbn(world.desk(key="k"), **call) == first
    assert Copy.objects.count() == 2


def test_a_book_nobody_knows_is_a_draft_looked_up_again_at_night(world: World) -> None:
    outcome = add_by_isbn(world.desk(), isbn13="9787020002207", copies=NewCopies())

    title = Title.objects.get()
    assert (outcome.name, outcome.state) == ("ISBN 978-7-02-000220-7", "draft")
    assert title.state == "draft"
    task = Task.objects.get()
    assert (task.kind, task.payload) == ("catalog.look_up", {"title_id": title.pk})
    assert task.run_at == datetime(2026, 3, 2, 18, 30, tzinfo=UTC)  # 02:30 on the 3rd there


def test_doubts_leave_a_title_doubtful_until_somebody_looked(world: World) -> None:
    book = Description(name="红楼梦", isbn13=STONE.isbn13)
    made = add_by_isbn(
        world.desk(), isbn13=STONE.isbn13, book=book, doubts=("author_missing",),
        copies=NewCopies(),
    )  # fmt: skip
    assert made.state == "doubtful"
    assert Title.objects.get().doubts == ["author_missing"]

    outcome = confirm_title(world.desk(), title=made.title)

    assert outcome == TitleEdited(title=made.title, name="红楼梦", changed=())
    title = Title.objects.get()
    assert (title.state, title.doubts) == ("confirmed", [])


def test_books_without_any_number_are_titles_of_their_own(world: World) -> None:
    old = Description(name="青春之歌", unified_number="10019·1234", authors="杨沫")
    first = add_book(world.desk(), book=old, copies=NewCopies())
    second = add_book(world.desk(), book=old, copies=NewCopies())

    assert first.is_new_title and second.is_new_title
    assert first.title != second.title
    assert book_of(Title.objects.earliest("id")) == old


@pytest.mark.parametrize(
    ("copies", "faults"),
    [
        ({"count": 0}, [Fault(FaultCode.COUNT_OUT_OF_RANGE, "count", "500")]),
        ({"count": 501}, [Fault(FaultCode.COUNT_OUT_OF_RANGE, "count", "500")]),
        (
            {"count": 2, "barcodes": ("77001",)},
            [Fault(FaultCode.COUNT_DIFFERS, "barcodes", "1")],
        ),
        (
            {"count": 2, "barcodes": ("77001", "７７００１")},
            [Fault(FaultCode.BARCODE_TWICE, "barcodes", "77001")],
        ),
        (
            {"barcodes": ("9787020002207",)},
            [Fault(FaultCode.BARCODE_IS_ISBN, "barcodes", "9787020002207")],
        ),
        ({"barcodes": ("书😀",)}, [Fault(FaultCode.BARCODE_BAD, "barcodes", "书😀")]),
        ({"branch": "nowhere"}, [Fault(FaultCode.BRANCH_UNKNOWN, "branch", "nowhere")]),
        ({"item_type": "dvd"}, [Fault(FaultCode.ITEM_TYPE_UNKNOWN, "item_type", "dvd")]),
        ({"shelf": "长" * 61}, [Fault(FaultCode.TOO_LONG, "shelf", "60")]),
        ({"price_cents": -1}, [Fault(FaultCode.NUMBER_OUT_OF_RANGE, "price_cents", "-1")]),
        (
            {"count": 2, "accession": "甲"},
            [Fault(FaultCode.ACCESSION_BAD, "accession", "甲")],
        ),
    ],
)
def test_copies_that_cannot_be_added_change_nothing(world: World, copies, faults) -> None:
    outcome = add_by_isbn(world.desk(), isbn13=STONE.isbn13, book=STONE, copies=NewCopies(**copies))

    assert outcome == refusal(*faults)
    nothing_changed(world)
    entry = Entry.objects.get()
    assert (entry.outcome, entry.reasons) == ("refused", [fault.code.value for fault in faults])


@pytest.mark.parametrize(
    ("book", "fault"),
    [
        (Description(name=" "), Fault(FaultCode.NAME_MISSING, "name")),
        (Description(name="长" * 10_000), Fault(FaultCode.TOO_LONG, "name", "300")),
        (Description(name="书", year=9), Fault(FaultCode.NUMBER_OUT_OF_RANGE, "year", "9")),
        (
            Description(name="书", isbn13="9787020002208"),
            Fault(FaultCode.ISBN_BAD, "isbn13", "9787020002208"),
        ),
    ],
)
def test_titles_that_cannot_be_kept_change_nothing(world: World, book, fault) -> None:
    assert add_title(world.desk(), book=book) == refusal(fault)
    assert add_book(world.desk(), book=book, copies=NewCopies()) == refusal(fault)
    nothing_changed(world)


def test_barcodes_on_a_copy_or_a_card_are_refused_each_by_name(world: World) -> None:
    world.copy(barcode="770011")
    world.patron(card="880022")
    before = Copy.objects.count()
    new = NewCopies(count=3, barcodes=("770011", "880022", "990033"))

    outcome = add_by_isbn(world.desk(), isbn13=STONE.isbn13, book=STONE, copies=new)

    assert outcome == refusal(
        Fault(FaultCode.BARCODE_TAKEN, "barcodes", "770011"),
        Fault(FaultCode.BARCODE_IS_CARD, "barcodes", "880022"),
    )
    assert Copy.objects.count() == before
    assert not Title.objects.filter(isbn13=STONE.isbn13).exists()


def test_our_own_range_passes_over_numbers_already_on_a_label(world: World) -> None:
    world.copy(barcode="300000023")
    world.patron(card="300000031")

    outcome = add_by_isbn(world.desk(), isbn13=STONE.isbn13, book=STONE, copies=NewCopies(count=2))

    assert [copy.barcode for copy in outcome.copies] == ["300000015", "300000049"]


def test_accession_numbers_run_on_from_the_first_or_from_our_own_range(world: World) -> None:
    made = add_by_isbn(
        world.desk(), isbn13=STONE.isbn13, book=STONE,
        copies=NewCopies(count=3, accession="2026-0099"),
    )  # fmt: skip
    assert [c.accession_number for c in made.copies] == ["2026-0099", "2026-0100", "2026-0101"]

    again = NewCopies(count=2, accession="2026-0100")
    outcome = add_copies(world.desk(), title=made.title, copies=again)
    assert outcome == refusal(
        Fault(FaultCode.ACCESSION_TAKEN, "accession", "2026-0100"),
        Fault(FaultCode.ACCESSION_TAKEN, "accession", "2026-0101"),
    )
    own = NewCopies(count=2, numbers_accession=True)
    added = add_copies(world.desk(), title=made.title, copies=own)
    assert [c.accession_number for c in added.copies] == ["000001", "000002"]


def test_call_numbers_run_on_in_their_class_and_stay_with_a_title(world: World) -> None:
    world.copy(call_number="I242.4/7")
    suggest = NewCopies(suggests_call_number=True)

    first = add_by_isbn(world.desk(), isbn13=STONE.isbn13, book=STONE, copies=suggest)
    more = add_copies(world.desk(), title=first.title, copies=suggest)

    assert first.copies[0].call_number == more.copies[0].call_number == "I242.4/8"


def test_a_suggested_call_number_that_went_meanwhile_is_given_anew(world: World) -> None:
    world.copy(call_number="I242.4/8")
    told = NewCopies(call_number="I242.4/8", suggests_call_number=True, suggested="I242.4/8")
    typed = NewCopies(call_number="I242.4/8", suggests_call_number=True, suggested="I242.4/7")
    book = replace(STONE, isbn13="")

    anew = add_book(world.desk(), book=book, copies=told)
    as_typed = add_book(world.desk(), book=book, copies=typed)

    assert anew.copies[0].call_number == "I242.4/9"
    assert as_typed.copies[0].call_number == "I242.4/8"


def test_an_edited_copy_stands_where_its_call_number_says(world: World) -> None:
    copy = world.copy(call_number="I242.4/10")
    details = CopyDetails(barcode=copy.barcode, call_number="I242.4/9")

    edit_copy(world.desk(), copy=copy.public_id, details=details)

    assert Copy.objects.get(pk=copy.pk).call_key == call_key("I242.4/9") < copy.call_key


def test_more_copies_of_a_title_are_all_or_none(world: World) -> None:
    title = world.title()
    outcome = add_copies(world.desk(), title=title.public_id, copies=NewCopies(count=500))
    assert isinstance(outcome, CopiesAdded)
    assert Copy.objects.count() == len({c.barcode for c in outcome.copies}) == 500

    assert add_copies(world.desk(), title="NOSUCH", copies=NewCopies()) == refusal(
        Fault(FaultCode.TITLE_UNKNOWN, "title", "NOSUCH")
    )


def test_a_title_of_another_library_is_unknown(world: World) -> None:
    other = World(slug="southfield")
    theirs = other.title()
    faults = refusal(Fault(FaultCode.TITLE_UNKNOWN, "title", theirs.public_id))
    desk = world.desk()
    assert add_copies(desk, title=theirs.public_id, copies=NewCopies()) == faults
    assert edit_title(desk, title=theirs.public_id, book=STONE) == faults
    assert confirm_title(desk, title=theirs.public_id) == faults


def test_adding_a_title_refuses_an_isbn_the_library_has(world: World) -> None:
    added = add_title(world.desk(), book=STONE)
    title = Title.objects.get()
    assert added == TitleAdded(title=title.public_id, name="红楼梦")
    assert add_title(world.desk(), book=STONE) == refusal(
        Fault(FaultCode.ISBN_TAKEN, "isbn13", title.public_id)
    )


def test_editing_a_title_writes_every_field_and_says_which(world: World) -> None:
    title = world.title("石头记", authors="曹雪芹", state="doubtful", doubts=["x"])
    outcome = edit_title(world.desk(), title=title.public_id, book=STONE)

    title.refresh_from_db()
    assert outcome.changed == (
        "name", "isbn13", "authors", "publisher", "year", "price_cents", "clc",
    )  # fmt: skip
    assert book_of(title) == STONE
    assert (title.state, title.doubts) == ("confirmed", [])
    assert search_titles("shitouji").hits == ()
    assert Entry.objects.get().data == {"changed": list(outcome.changed)}


def test_a_draft_is_filled_where_nobody_typed_anything(world: World) -> None:
    add_by_isbn(world.desk(), isbn13=STONE.isbn13, copies=NewCopies())
    title = Title.objects.get()
    Title.objects.update(publisher="手写的社")

    outcome = fill_draft(world.desk(), title=title.public_id, book=STONE, source="Open Library")

    assert outcome == DraftFilled(
        title=title.public_id,
        name="红楼梦",
        state="confirmed",
        changed=("name", "authors", "year", "price_cents", "clc"),
    )
    title.refresh_from_db()
    assert (title.publisher, title.source, title.state) == (
        "手写的社", "Open Library", "confirmed",
    )  # fmt: skip
    again = fill_draft(world.desk(), title=title.public_id, book=STONE)
    assert again == refusal(Fault(FaultCode.TITLE_UNKNOWN, "title", title.public_id))


def test_a_copy_is_edited_and_keeps_what_is_not_given(world: World) -> None:
    ItemType.across_libraries.create(library=world.library, code="dvd", name="光盘")
    copy = world.copy(barcode="770011")
    details = CopyDetails(barcode="77 0099", item_type="dvd", shelf="B-1", price_cents=100)

    outcome = edit_copy(world.desk(), copy=copy.public_id, details=details)

    assert outcome == CopyEdited(
        copy=copy.public_id,
        barcode="770099",
        changed=("shelf", "barcode", "price_cents", "item_type_id"),
    )
    copy.refresh_from_db()
    assert (copy.barcode, copy.shelf, copy.item_type.code, copy.branch_id) == (
        "770099", "B-1", "dvd", world.branch.pk,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({"barcode": "880022"}, Fault(FaultCode.BARCODE_IS_CARD, "barcodes", "880022")),
        ({"barcode": "990033"}, Fault(FaultCode.BARCODE_TAKEN, "barcodes", "990033")),
        ({"barcode": ""}, Fault(FaultCode.BARCODE_BAD, "barcodes", "")),
        (
            {"barcode": "770011", "accession_number": "A1"},
            Fault(FaultCode.ACCESSION_TAKEN, "accession", "A1"),
        ),
        (
            {"barcode": "770011", "note": "长" * 301},
            Fault(FaultCode.TOO_LONG, "note", "300"),
        ),
    ],
)
def test_a_copy_cannot_be_edited_into_another(world: World, details, fault) -> None:
    copy = world.copy(barcode="770011")
    world.copy(barcode="990033", accession_number="A1")
    world.patron(card="880022")

    outcome = edit_copy(world.desk(), copy=copy.public_id, details=CopyDetails(**details))

    assert outcome == refusal(fault)
    copy.refresh_from_db()
    assert copy.barcode == "770011"


def test_a_helper_may_not_catalogue(world: World) -> None:
    with pytest.raises(ForbiddenError):
        add_by_isbn(world.desk(permissions=HELPER), isbn13=STONE.isbn13, copies=NewCopies())
    nothing_changed(world)


def test_an_isbn_that_is_none_is_refused(world: World) -> None:
    outcome = add_by_isbn(world.desk(), isbn13="123", copies=NewCopies())
    assert outcome == refusal(Fault(FaultCode.ISBN_BAD, "isbn13", "123"))
    nothing_changed(world)
