"""Borrowing and returning without staff."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.self_checkout import (
    SelfChoice,
    SelfLent,
    SelfNotLent,
    self_checkout,
)
from jieyue.circulation.models import Loan, Receipt, ReceiptLine
from jieyue.circulation.queries.self_service import CopyHere
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.actions import ForbiddenError
from tests.self_service import allow, at_the_door, being, reasons
from tests.world import World


def test_a_reader_borrows_the_book_in_hand(world: World) -> None:
    allow(world)
    copy, patron = world.copy(parts="CD 1 张"), world.patron()

    outcome = self_checkout(at_the_door(world, patron), scan=copy.barcode)

    loan, receipt = Loan.objects.get(), Receipt.objects.get()
    assert outcome == SelfLent(
        loan=loan.public_id,
        copy=copy.public_id,
        copy_barcode=copy.barcode,
        title_id=copy.title.public_id,
        title=copy.title.name,
        due_on=date(2026, 4, 1),
        due_at=loan.due_at,
        parts="CD 1 张",
        loans_left=4,
        receipt=receipt.public_id,
        books=1,
    )
    assert (loan.copy_id, loan.patron_id, loan.branch_id) == (copy.pk, patron.pk, world.branch.pk)
    assert receipt.valid_until == world.now + timedelta(hours=2)
    entry = Entry.objects.get(action="checkout")
    assert (entry.outcome, entry.door, entry.staff_id) == ("lent", "reader", None)


@pytest.mark.parametrize("form", ["address", "lower_case", "isbn"])
def test_qr_code_and_isbn_mean_the_copy_too(world: World, form: str) -> None:
    allow(world)
    copy = world.copy(world.title(isbn13="9787020002207"))
    world.copy(copy.title, branch=world.east())
    scan = {
        "address": f"https://books.example.org/{world.slug}/c/{copy.public_id}",
        "lower_case": f"http://books.example.org/{world.slug}/c/{copy.public_id.lower()}/",
        "isbn": "978-7-02-000220-7",
    }[form]

    outcome = self_checkout(at_the_door(world, world.patron()), scan=scan)

    assert isinstance(outcome, SelfLent)
    assert outcome.copy_barcode == copy.barcode


def test_of_several_copies_here_the_reader_says_which(world: World) -> None:
    allow(world)
    title = world.title(isbn13="9787020002207")
    first, second = world.copy(title, call_number="I242/1"), world.copy(title, shelf="3 架")
    lent = world.copy(title)
    checkout(world.desk(), copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    desk = at_the_door(world, world.patron())

    outcome = self_checkout(desk, scan=title.isbn13)

    assert outcome == SelfChoice(
        title=title.name,
        copies=(
            CopyHere(barcode=first.barcode, copy=first.public_id, call_number="I242/1", shelf=""),
            CopyHere(barcode=second.barcode, copy=second.public_id, call_number="", shelf="3 架"),
        ),
    )
    assert Loan.objects.count() == 1
    assert isinstance(self_checkout(desk, scan=second.barcode), SelfLent)


def test_the_address_of_another_librarys_copy_is_unknown(world: World) -> None:
    allow(world)
    copy = world.copy()
    address = f"https://books.example.org/elsewhere/c/{copy.public_id}"

    outcome = self_checkout(at_the_door(world, world.patron()), scan=address)

    assert reasons(outcome) == [Reason.COPY_UNKNOWN]


def test_without_a_rule_nothing_is_lent_and_nothing_changes(world: World) -> None:
    copy = world.copy()

    outcome = self_checkout(at_the_door(world, world.patron()), scan=copy.barcode)

    assert outcome == SelfNotLent(
        copy_barcode=copy.barcode,
        title=copy.title.name,
        reasons=(Why(Reason.SELF_SERVICE_OFF),),
    )
    assert not Loan.objects.exists()
    entry = Entry.objects.get()
    assert (entry.action, entry.outcome, entry.reasons) == (
        "checkout",
        "refused",
        ["self_service_off"],
    )


@pytest.mark.parametrize(
    "presence",
    [
        None,
        {"until": timedelta(seconds=-1)},
        {"how": "sign"},
        {"branch_id": 0},
    ],
)
def test_only_who_is_here_borrows(world: World, presence: dict | None) -> None:
    allow(world)
    desk = at_the_door(world, world.patron())
    if presence is None:
        desk = replace(desk, presence=None)
    else:
        if "until" in presence:
            presence = {"until": world.now + presence["until"]}
        desk = being(desk, **presence)

    outcome = self_checkout(desk, scan=world.copy().barcode)

    assert reasons(outcome) == [Reason.NOT_HERE]
    assert not Loan.objects.exists()


def test_every_reason_is_said_those_of_the_desk_too(world: World) -> None:
    allow(world, not_for=("adult",), when="windows", windows=((0, "18:00", "21:00"),))
    world.policy(max_loans=0)
    desk = replace(at_the_door(world, world.patron()), presence=None)

    outcome = self_checkout(desk, scan=world.copy(standing="reference").barcode)

    assert reasons(outcome) == [
        Reason.NOT_HERE,
        Reason.SELF_SERVICE_CLOSED,
        Reason.SELF_SERVICE_NOT_FOR_CARD,
        Reason.COPY_REFERENCE,
        Reason.PATRON_AT_LOAN_LIMIT,
    ]


def test_while_the_branch_is_open_means_its_calendar(world: World) -> None:
    allow(world, when="open")
    world.opens_on_weekdays()
    patron = world.patron()
    noon = at_the_door(world, patron)
    saturday = world.now + timedelta(days=5)
    weekend = being(replace(noon, now=saturday), until=saturday + timedelta(hours=1))

    closed = self_checkout(weekend, scan=world.copy().barcode)
    lent = self_checkout(noon, scan=world.copy().barcode)

    assert reasons(closed) == [Reason.SELF_SERVICE_CLOSED]
    assert isinstance(lent, SelfLent)


def test_a_visit_has_a_limit_and_one_receipt(world: World) -> None:
    allow(world, most=2)
    desk = at_the_door(world, world.patron())
    copies = [world.copy() for _ in range(3)]

    first, second, third = (self_checkout(desk, scan=copy.barcode) for copy in copies)

    assert (first.books, second.books, first.receipt) == (1, 2, second.receipt)
    assert third.reasons == (Why(Reason.SELF_SERVICE_LIMIT, {"limit": 2, "open": 2}),)
    assert ReceiptLine.objects.count() == 2
    later = world.now + timedelta(hours=3)
    again = being(replace(desk, now=later), until=later + timedelta(minutes=1))
    assert isinstance(self_checkout(again, scan=copies[2].barcode), SelfLent)
    assert Receipt.objects.count() == 2


def test_the_same_key_gets_the_same_answer_after_the_door_was_scanned_again(world: World) -> None:
    allow(world)
    copy = world.copy()
    desk = at_the_door(world, world.patron(), key="scan-1")
    later = desk.now + timedelta(minutes=20)
    again = being(replace(desk, now=later), until=later, how="sign")

    first, second = (self_checkout(d, scan=copy.barcode) for d in (desk, again))

    assert isinstance(first, SelfLent)
    assert second == first
    assert Loan.objects.count() == 1


def test_staff_do_not_borrow_through_the_readers_door(world: World) -> None:
    allow(world)
    with pytest.raises(ForbiddenError):
        self_checkout(world.desk(), scan=world.copy().barcode)
