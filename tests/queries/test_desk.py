"""What the desk recognises in a scan, and what it reads of a reader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.queries.desk import (
    IsBook,
    IsCard,
    IsCopy,
    IsNothing,
    IsSeveral,
    IsWords,
    OpenReader,
    kept_outcome,
    recognise,
    recognise_choice,
)
from jieyue.circulation.queries.desk_reader import reader_at_desk, returns_today
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.fees.models import LedgerLine
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import HELPER
from jieyue.patrons.models import Card
from tests.world import World, day

ISBN = "9787020002207"


def lend(world: World, copy, patron, **desk):
    outcome = checkout(world.desk(**desk), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    return outcome.results[0]


def thing(world: World, text: str, **desk):
    return recognise(world.desk(**desk), text).thing


@pytest.mark.parametrize("typed", ["{}", " {}\r\n", "{:.4}\u3000{:.0}"])
def test_a_card_by_its_barcode(world: World, typed: str) -> None:
    patron = world.patron(card="200000017")
    text = typed.format(patron.card, "") if "\u3000" not in typed else "2000 00017"

    assert thing(world, text) == IsCard(
        patron=patron.public_id, patron_name="林晓雨", card="200000017", state="current"
    )


@pytest.mark.parametrize("state", ["lost", "ended"])
def test_an_old_card_says_whose_it_was(world: World, state: str) -> None:
    patron = world.patron()
    Card.objects.filter(barcode=patron.card).update(**{f"{state}_at": world.now})

    found = thing(world, patron.card)

    assert (found.patron_name, found.state) == ("林晓雨", state)


def test_a_copy_on_loan_says_who_has_it(world: World) -> None:
    copy, patron = world.copy(shelf="A-07", parts="CD 1 张"), world.patron()
    lent = lend(world, copy, patron)

    found = thing(world, copy.barcode)

    assert isinstance(found, IsCopy)
    assert (found.copy.loan, found.copy.borrower_name, found.copy.due_on) == (
        lent.loan,
        "林晓雨",
        day("2026-04-01"),
    )
    assert (found.copy.shelf, found.copy.parts, found.copy.is_here) == ("A-07", "CD 1 张", True)
    assert found.copy.lent_at == world.now


def test_a_copy_on_the_shelf_says_who_had_it(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lend(world, copy, patron)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))

    found = thing(world, copy.barcode).copy

    assert (found.loan, found.borrower) == ("", "")
    assert (found.last_borrower, found.last_returned_at) == (patron.public_id, world.now)


def test_a_copy_by_its_printed_address(world: World) -> None:
    copy = world.copy()
    address = f"https：／／books.example／{world.slug}／c／{copy.public_id.lower()}"

    assert thing(world, address).copy.barcode == copy.barcode


def test_an_address_of_another_library_is_not_ours(world: World) -> None:
    other = World(slug="elsewhere")
    with library_scope(other.library.pk):
        copy = other.copy()

    theirs = thing(world, f"https://books.example/elsewhere/c/{copy.public_id}")
    forged = thing(world, f"https://books.example/{world.slug}/c/{copy.public_id}")

    assert theirs == IsNothing(why="other_library")
    assert forged == IsNothing(why="unknown")
    assert thing(world, copy.barcode) == IsNothing(why="unknown")


def test_one_code_on_a_card_and_a_copy_is_a_choice(world: World) -> None:
    patron, copy = world.patron(card="777"), world.copy(barcode="777")

    found = thing(world, "777")

    assert isinstance(found, IsSeveral)
    assert [card.patron for card in found.cards] == [patron.public_id]
    assert [c.public_id for c in found.copies] == [copy.public_id]


@pytest.mark.parametrize(
    "typed", [ISBN, "978-7-02-000220-7", "７-02-000220-X", "ISBN 7-02-000220-X"]
)
def test_an_isbn_in_any_form_finds_its_copies(world: World, typed: str) -> None:
    title = world.title("红楼梦", isbn13=ISBN)
    elsewhere = Branch.objects.create(
        library_id=world.library.pk, code="east", name="东馆", created_at=world.now
    )
    there, here = world.copy(title, branch=elsewhere), world.copy(title)
    world.copy(title, standing="withdrawn", withdrawn_at=world.now)

    found = thing(world, typed)

    assert isinstance(found, IsBook)
    assert [c.barcode for c in found.copies] == [here.barcode, there.barcode]


def test_an_isbn_without_copies_is_a_book_all_the_same(world: World) -> None:
    assert thing(world, ISBN) == IsBook(isbn13=ISBN, copies=())


def test_a_barcode_that_looks_like_an_isbn_is_a_copy(world: World) -> None:
    copy = world.copy(barcode=ISBN)
    world.copy(world.title("红楼梦", isbn13=ISBN))

    assert thing(world, ISBN).copy.barcode == copy.barcode


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \t\x00 ", "empty"),
        ("9787020002208", "unknown"),
        ("399999999", "unknown"),
        ("😀🐉", "unknown"),
        ("%_'\"\\;--", "unknown"),
        ("ｘ" * 10_000, "too_long"),
    ],
)
def test_nothing_says_why(world: World, text: str, why: str) -> None:
    assert thing(world, text) == IsNothing(why=why)


def test_words_find_readers_and_titles(world: World) -> None:
    patron = world.patron("王小明", name_key="王小明 wangxiaoming wxm")
    title = world.title("王子与贫儿")

    found = thing(world, "王")

    assert isinstance(found, IsWords)
    assert [hit.public_id for hit in found.patrons] == [patron.public_id]
    assert [hit.public_id for hit in found.titles] == [title.public_id]


def test_a_helper_is_shown_no_readers(world: World) -> None:
    world.patron("王小明", name_key="王小明 wangxiaoming wxm")

    assert thing(world, "王小明", permissions=HELPER) == IsNothing(why="unknown")


def test_the_open_reader_comes_along_with_the_latest_card(world: World) -> None:
    patron = world.patron()
    Card.objects.filter(barcode=patron.card).update(ended_at=world.now)
    Card.objects.create(
        library_id=world.library.pk, patron=patron, barcode="299", issued_at=world.now
    )

    seen = recognise(world.desk(), "x", reader=patron.public_id)

    assert seen.reader == OpenReader(public_id=patron.public_id, name="林晓雨", card="299")
    assert recognise(world.desk(), "x", reader="NOBODY").reader is None


def test_a_choice_is_recognised(world: World) -> None:
    title = world.title("红楼梦")
    copy, patron = world.copy(title), world.patron()
    desk = world.desk()

    assert recognise_choice(desk, "copy", copy.barcode).thing.copy.barcode == copy.barcode
    assert recognise_choice(desk, "card", patron.card).thing.patron == patron.public_id
    assert len(recognise_choice(desk, "title", title.public_id).thing.copies) == 1
    assert recognise_choice(desk, "copy", "404").thing == IsNothing(why="unknown")


def test_a_repeated_key_brings_its_outcome(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lend(world, copy, patron, key="scan-1")

    seen = recognise(world.desk(key="scan-1"), copy.barcode)

    assert '"type":"checkout"' in seen.earlier
    assert recognise(world.desk(key="scan-2"), copy.barcode).earlier == ""
    assert recognise(world.desk(key="scan-1", caller="staff:0"), copy.barcode).earlier == ""
    assert kept_outcome(world.desk(), "scan-1") == seen.earlier
    assert kept_outcome(world.desk(), "scan-2") == ""


@pytest.mark.parametrize("copies", [1, 40])
def test_one_statement_recognises_codes(world: World, copies: int) -> None:
    title = world.title("红楼梦", isbn13=ISBN)
    for _ in range(copies):
        world.copy(title)
    patron = world.patron()

    for text in (patron.card, world.copy().barcode, ISBN):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            recognise(world.desk(), text, reader=patron.public_id)
        assert len(statements) == 1


def test_a_reader_with_everything_against_them(world: World) -> None:
    world.policy(max_loans=1, max_owed_cents=100)
    patron = world.patron(
        group_name="三年二班", student_number="2023-18", expires_on=day("2026-03-31")
    )
    lend(world, world.copy(), patron)
    LedgerLine.objects.create(
        library_id=world.library.pk, public_id="LINE", patron=patron, kind="charge",
        amount_cents=560, reason="card", at=world.now,
    )  # fmt: skip
    later = world.desk(now=world.now + timedelta(days=60))

    with CaptureQueriesContext(connection) as statements:
        reader = reader_at_desk(later, patron.public_id)

    assert len(statements) == 1
    assert (reader.open_loans, reader.overdue_loans, reader.max_loans, reader.owed_cents) == (
        1, 1, 1, 560,
    )  # fmt: skip
    assert (reader.group_name, reader.student_number, reader.card_state) == (
        "三年二班", "2023-18", "current",
    )  # fmt: skip
    assert reader.against == (
        Why(Reason.PATRON_EXPIRED, {"on": "2026-03-31"}),
        Why(Reason.PATRON_AT_LOAN_LIMIT, {"open": 1, "limit": 1}),
        Why(Reason.PATRON_HAS_OVERDUE, {"overdue": 1, "tolerated": 0}),
        Why(Reason.PATRON_OWES_TOO_MUCH, {"owed_cents": 560, "tolerated_cents": 100}),
    )


def test_no_such_reader(world: World) -> None:
    assert reader_at_desk(world.desk(), "NOBODY") is None


@pytest.mark.parametrize("count", [1, 40])
def test_todays_returns_in_two_statements(world: World, count: int) -> None:
    patron, copies = world.patron(), [world.copy() for _ in range(count)]
    world.policy(max_loans=100)
    for copy in copies:
        lend(world, copy, patron, now=world.now - timedelta(days=40))
    barcodes = tuple(copy.barcode for copy in copies)
    checkin(world.desk(), copy_barcodes=barcodes)
    lend(world, copies[0], patron)

    with CaptureQueriesContext(connection) as statements:
        found = returns_today(world.desk(), limit=100)

    assert len(statements) == 2
    assert {row.barcode for row in found} == set(barcodes)
    assert {row.barcode for row in found if not row.can_correct} == {copies[0].barcode}
    assert {row.days_overdue for row in found} == {10}
    assert found[0].clock == "12:00"
    assert returns_today(world.days_later(1)) == []
