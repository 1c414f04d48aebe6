"""Which rows are of one book, and what becomes of a row the library knows something of."""

from dataclasses import replace

import pytest

from jieyue.catalog.rules.descriptions import Description, draft_of
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.matching import Books, are_one, identity_of
from jieyue.catalog.rules.importing.rows import BookRow, RowCopies
from jieyue.catalog.rules.importing.verdicts import (
    Judged,
    There,
    Verdict,
    judged,
    merged,
    without,
)

ISBN = "9787536692930"
OTHER_ISBN = "9787506365437"
BOOK = Description(name="三体", authors="刘慈欣", publisher="重庆出版社", year=2008)
ROW = BookRow(number=2, book=BOOK, copies=RowCopies(barcodes=("00012301",)))


def same(one: Description, other: Description) -> bool:
    assert are_one(identity_of(one), identity_of(other)) == are_one(
        identity_of(other), identity_of(one)
    )
    return are_one(identity_of(one), identity_of(other))


@pytest.mark.parametrize(
    "other",
    [
        BOOK,
        replace(BOOK, name="《三 體》", publisher="重慶出版社"),
        replace(BOOK, isbn13=ISBN),
        replace(BOOK, authors="刘慈欣 / 李明"),
        replace(BOOK, year=None),
        replace(BOOK, authors=""),
    ],
)
def test_one_book_written_by_different_people(other: Description) -> None:
    assert same(BOOK, other)


@pytest.mark.parametrize(
    "other",
    [
        replace(BOOK, name="三体 第二册"),
        replace(BOOK, authors="刘明"),
        replace(BOOK, publisher="作家出版社"),
        replace(BOOK, year=2010),
        replace(BOOK, publisher="", year=None),
        Description(name="三体"),
    ],
)
def test_books_that_may_be_others_stay_apart(other: Description) -> None:
    assert not same(BOOK, other)


def test_volumes_are_books_of_their_own_however_a_list_writes_them() -> None:
    second = replace(BOOK, volume="第二册")

    assert not same(BOOK, second)
    assert not same(replace(BOOK, volume="第一册"), second)
    for alike in (
        replace(BOOK, volume="2"),
        replace(BOOK, name="三体 第2册"),
        replace(BOOK, name="三体(2)"),
    ):
        assert same(second, alike)
        assert identity_of(second).key == identity_of(alike).key != identity_of(BOOK).key


def test_numbers_decide_before_names() -> None:
    assert same(replace(BOOK, isbn13=ISBN), Description(name="3 体", isbn13=ISBN))
    assert not same(replace(BOOK, isbn13=ISBN), replace(BOOK, isbn13=OTHER_ISBN))
    assert not same(
        replace(BOOK, unified_number="10019·1"), replace(BOOK, unified_number="10019·2")
    )
    assert same(
        Description(name="三体", unified_number="10019·1", year=1980),
        Description(name="三体", unified_number="10019·1"),
    )


def test_bare_titles_alike_are_one_book_and_drafts_never_by_name() -> None:
    assert same(Description(name="新华字典"), Description(name="新华 字典"))
    assert not same(draft_of(ISBN), Description(name=draft_of(ISBN).name))
    assert identity_of(draft_of(ISBN)).key == ""


def test_names_without_letters_are_compared_as_they_are() -> None:
    assert same(Description(name="!"), Description(name="！"))
    assert not same(Description(name="!"), Description(name="?"))


def test_rows_of_one_book_find_their_first() -> None:
    books = Books()
    rows = [
        replace(BOOK, isbn13=ISBN),
        replace(BOOK, isbn13=OTHER_ISBN),
        BOOK,
        Description(name="三体全集", isbn13=ISBN),
        Description(name="三体"),
        Description(name="三体"),
        draft_of(OTHER_ISBN),
    ]

    assert [books.first_row(book, n) for n, book in enumerate(rows, start=2)] == [
        *(2, 3, 2, 2, 6, 6, 3)
    ]


def test_a_row_that_says_more_leads_later_ones() -> None:
    books = Books()
    rows = [
        replace(BOOK, year=None),
        replace(BOOK, isbn13=ISBN),
        Description(name="三体", isbn13=ISBN),
    ]

    assert [books.first_row(book, n) for n, book in enumerate(rows, start=2)] == [2, 2, 2]


def test_a_book_the_library_does_not_have_is_new() -> None:
    assert judged(ROW, There()) == Judged(verdict=Verdict.NEW, book=BOOK, copies=ROW.copies)


def test_another_copy_and_what_was_missing_are_an_update() -> None:
    there = There(book=replace(BOOK, publisher="", year=2007, summary="好"))

    assert judged(ROW, there) == Judged(
        verdict=Verdict.UPDATE,
        book=replace(BOOK, year=2007, summary="好"),
        copies=ROW.copies,
        changed=("publisher",),
    )


def test_a_row_with_nothing_new_is_a_duplicate() -> None:
    there = There(book=BOOK, own_barcodes=frozenset({"00012301"}))

    assert judged(ROW, there) == Judged(
        verdict=Verdict.DUPLICATE, book=BOOK, copies=RowCopies(count=0)
    )


def test_better_data_is_never_overwritten_unless_said_so() -> None:
    kept = replace(BOOK, isbn13=ISBN, price_cents=2300)
    found = replace(BOOK, name="三体（重庆版）", isbn13=OTHER_ISBN, price_cents=1, publisher="")

    assert merged(kept, found) == kept
    assert merged(kept, found, replaces={"name", "isbn13", "publisher", "price_cents"}) == replace(
        kept, name="三体（重庆版）", price_cents=1
    )
    assert merged(kept, draft_of(ISBN), replaces={"name"}) == kept
    assert merged(draft_of(ISBN), replace(BOOK, isbn13=ISBN)) == replace(BOOK, isbn13=ISBN)


@pytest.mark.parametrize(
    ("there", "code", "field", "value"),
    [
        (There(other_barcodes=frozenset({"00012301"})), "barcode_taken", "barcode", "00012301"),
        (There(cards=frozenset({"00012301"})), "barcode_is_card", "barcode", "00012301"),
        (There(accessions=frozenset({"T1"})), "accession_taken", "accession", "T1"),
        (There(places_missing=frozenset({"branch"})), "branch_unknown", "branch", "北校区"),
        (There(places_missing=frozenset({"item_type"})), "item_type_unknown", "item_type", "光盘"),
    ],
)
def test_what_the_library_has_can_make_a_row_wrong(
    there: There, code: str, field: str, value: str
) -> None:
    copies = replace(ROW.copies, accessions=("T1",), branch="北校区", item_type="光盘")
    found = judged(replace(ROW, copies=copies), there)

    assert (found.verdict, found.faults) == (
        Verdict.WRONG,
        (Fault(FaultCode(code), field, value),),
    )


def test_a_row_said_twice_is_a_duplicate_and_a_faulty_one_wrong() -> None:
    repeated = Fault(FaultCode.ROW_REPEATED, "", "2")
    bad = Fault(FaultCode.NAME_MISSING, "name")

    assert judged(replace(ROW, faults=(repeated,)), There()).verdict == Verdict.DUPLICATE
    assert judged(replace(ROW, faults=(repeated, bad)), There()).verdict == Verdict.WRONG


def test_copies_that_are_there_go_with_their_own_numbers() -> None:
    three = RowCopies(count=3, barcodes=("101", "102", "103"), accessions=("A", "B", "C"))

    assert without(three, {"102"}) == RowCopies(
        count=2, barcodes=("101", "103"), accessions=("A", "C")
    )
    assert without(replace(three, accessions=("A",)), {"101"}).accessions == ()
    assert without(replace(three, accessions=("A",)), {"102"}).accessions == ("A",)
    assert without(RowCopies(count=4), {"101"}) == RowCopies(count=4)
