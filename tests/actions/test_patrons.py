"""Readers and their cards."""

from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, connection, transaction

from jieyue.accounts.models import Account, SignIn
from jieyue.accounts.passwords import new_secret
from jieyue.accounts.sessions import open_session
from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.rules.reasons import Reason
from jieyue.fees.membership import add_patron, renew_membership
from jieyue.fees.models import LedgerLine
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.numbers import barcode
from jieyue.libraries.rules.permissions import HELPER
from jieyue.patrons.actions import (
    PatronRefused,
    PatronSaved,
    card_found,
    edit_patron,
    freeze_patron,
    replace_card,
    report_card_lost,
    set_patron_password,
    unfreeze_patron,
)
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.rules.membership import Fault, PatronFault
from jieyue.patrons.writing import Details
from tests.world import World


def add(world: World, name: str = "林晓雨", **more):
    action = {
        k: more.pop(k)
        for k in ("card_barcode", "expires_on", "password", "may_be_same")
        if k in more
    }
    details = Details(**({"name": name, "category": "adult"} | more))
    return add_patron(world.desk(), details=details, **action)


def codes(outcome) -> list[tuple[str, PatronFault]]:
    assert isinstance(outcome, PatronRefused)
    return [(fault.field, fault.code) for fault in outcome.faults]


def paid_category(world: World, **more) -> PatronCategory:
    values = {"code": "paid", "name": "校外", "valid_months": 12, "yearly_fee_cents": 2000} | more
    return PatronCategory.objects.create(library_id=world.library.pk, **values)


def test_a_name_is_all_it_takes(world: World) -> None:
    outcome = add(world, " 林  晓雨 ")

    patron = Patron.objects.get()
    assert outcome == PatronSaved(patron=patron.public_id, card=barcode("card", 1))
    assert (patron.name, patron.branch_id, patron.expires_on) == ("林 晓雨", world.branch.pk, None)
    assert "|linxiaoyu|" in patron.name_key
    entry = Entry.objects.get()
    assert (entry.action, entry.outcome, entry.patron_id, entry.data) == (
        "add_patron",
        "patron_saved",
        patron.pk,
        {},
    )


def test_phone_and_address_are_ciphertext_in_the_database(world: World) -> None:
    add(world, phone="+86 138 1234 1234", email="Li@Example.CN")

    patron = Patron.objects.get()
    assert (patron.phone, patron.email) == ("13812341234", "li@example.cn")
    assert patron.phone_hash == keyed_hash("13812341234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, email FROM patrons_patron")
        [stored] = cursor.fetchall()
    assert not any("1234" in value or "example" in value for value in stored)


def test_the_card_type_says_until_when_and_charges_its_fee(world: World) -> None:
    paid_category(world)

    outcome = add(world, category="paid")

    assert (outcome.expires_on, outcome.charged_cents) == (date(2027, 3, 1), 2000)
    line = LedgerLine.objects.get()
    assert (line.kind, line.amount_cents, line.reason, line.staff_id) == (
        "charge",
        2000,
        "yearly_fee",
        world.staff.pk,
    )


def test_everything_wrong_is_said_at_once_and_nothing_changes(world: World) -> None:
    world.patron("王小明", card="777", student_number="20260001")

    outcome = add(
        world,
        "",
        category="nobody",
        branch="nowhere",
        student_number="20260001",
        phone="12",
        email="x",
        group_name="长" * 61,
        card_barcode="777",
        expires_on=date(2026, 3, 1),
    )

    assert codes(outcome) == [
        ("group_name", PatronFault.TOO_LONG),
        ("name", PatronFault.NAME_MISSING),
        ("phone", PatronFault.PHONE_BAD),
        ("email", PatronFault.EMAIL_BAD),
        ("category", PatronFault.CATEGORY_UNKNOWN),
        ("branch", PatronFault.BRANCH_UNKNOWN),
        ("student_number", PatronFault.STUDENT_NUMBER_TAKEN),
        ("card_barcode", PatronFault.CARD_TAKEN),
        ("expires_on", PatronFault.DATE_PAST),
    ]
    assert Patron.objects.count() == 1
    assert Entry.objects.get().outcome == "refused"


def test_a_card_is_neither_a_copy_nor_another_card(world: World) -> None:
    copy, other = world.copy(), world.patron()

    assert codes(add(world, card_barcode=copy.barcode)) == [
        ("card_barcode", PatronFault.CARD_IS_COPY)
    ]
    assert codes(add(world, card_barcode=other.card)) == [("card_barcode", PatronFault.CARD_TAKEN)]
    assert codes(add(world, card_barcode="卡")) == [("card_barcode", PatronFault.CARD_BAD)]
    assert add(world, card_barcode=" 990001 ").card == "990001"


def test_numbers_taken_by_hand_are_passed_over(world: World) -> None:
    world.patron(card=barcode("card", 1))
    world.copy(barcode=barcode("card", 2))

    assert add(world).card == barcode("card", 3)


def test_the_same_name_and_phone_asks_first(world: World) -> None:
    first = add(world, phone="138 1234 1234")

    asked = add(world, "林晓雨 ", phone="13812341234")
    assert asked.faults == (Fault("name", PatronFault.MAYBE_SAME, first.patron),)

    assert isinstance(add(world, phone="13812341234", may_be_same=True), PatronSaved)
    assert isinstance(add(world, "林晓雪", phone="13812341234"), PatronSaved)  # a sister


def test_a_student_number_is_one_readers_only(world: World) -> None:
    first = add(world, student_number="20260001")
    taken = Fault("student_number", PatronFault.STUDENT_NUMBER_TAKEN, first.patron)

    assert add(world, "王小明", student_number=" 20260001 ").faults == (taken,)
    second = add(world, "王小明")
    details = Details(name="王小明", category="adult", student_number="20260001")
    assert edit_patron(world.desk(), patron=second.patron, details=details).faults == (taken,)


def test_editing_changes_details_and_how_one_is_found(world: World) -> None:
    patron = add(world, phone="13812341234", group_name="三（1）班").patron

    details = Details(name="曾晓雨", category="adult", group_name="四（1）班")
    outcome = edit_patron(world.desk(), patron=patron, details=details)

    row = Patron.objects.get()
    assert isinstance(outcome, PatronSaved)
    assert (row.name, row.group_name, row.phone, row.phone_hash) == ("曾晓雨", "四（1）班", "", "")
    assert "|zxy|" in row.name_key


def test_a_date_of_birth_stays_is_changed_and_is_taken_away(world: World) -> None:
    patron = add(world, born_on="2016-09-01").patron
    details = Details(name="林晓雨", category="adult")

    def edited(born_on: str | None) -> str:
        edit_patron(world.desk(), patron=patron, details=replace(details, born_on=born_on))
        return Patron.objects.get().born_on

    assert [edited(None), edited("2012-02-29"), edited("2026-03-03"), edited("")] == [
        "2016-09-01", "2012-02-29", "2012-02-29", "",
    ]  # fmt: skip
    assert codes(add(world, "新人", born_on="2026-03-03")) == [("born_on", PatronFault.DATE_BAD)]
    assert isinstance(add(world, "新人", born_on="2026-03-02"), PatronSaved)


def test_a_card_type_no_longer_given_out_may_be_kept(world: World) -> None:
    paid_category(world, yearly_fee_cents=0)
    patron = add(world, category="paid").patron
    PatronCategory.objects.filter(code="paid").update(is_active=False)

    assert codes(add(world, "新人", category="paid")) == [
        ("category", PatronFault.CATEGORY_UNKNOWN)
    ]
    kept = edit_patron(
        world.desk(), patron=patron, details=Details(name="林晓雨", category="paid")
    )  # fmt: skip
    assert isinstance(kept, PatronSaved)


def test_a_suspended_reader_is_told_why_until_it_is_lifted(world: World) -> None:
    patron, copy = world.patron(), world.copy()
    desk = world.desk()

    freeze_patron(desk, patron=patron.public_id, reason=" 押金未交 ")
    refused = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card).results[0]
    assert [(why.code, why.facts) for why in refused.reasons] == [
        (Reason.PATRON_FROZEN, {"note": "押金未交"})
    ]

    unfreeze_patron(desk, patron=patron.public_id)
    lent = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card).results[0]
    assert lent.type == "lent"


def test_a_suspension_needs_a_reason(world: World) -> None:
    patron = world.patron()
    outcome = freeze_patron(world.desk(), patron=patron.public_id, reason="  ")
    assert codes(outcome) == [("reason", PatronFault.REASON_MISSING)]
    patron.refresh_from_db()
    assert patron.frozen_at is None


def test_a_lost_card_stops_and_works_again_when_found(world: World) -> None:
    patron = world.patron()
    desk = world.desk()
    report_card_lost(desk, patron=patron.public_id)
    [card] = Card.objects.all()
    assert (card.lost_at, card.ended_at) == (world.now, None)

    card_found(desk, patron=patron.public_id)
    card.refresh_from_db()
    assert card.lost_at is None


def test_a_new_card_takes_the_old_ones_place(world: World) -> None:
    patron = world.patron(card="777")

    outcome = replace_card(world.desk(), patron=patron.public_id)

    assert outcome.card == barcode("card", 1)
    old, new = Card.objects.order_by("id")
    assert (old.ended_at, new.ended_at, new.patron_id) == (world.now, None, patron.pk)
    refused = replace_card(world.desk(), patron=patron.public_id, card_barcode="777")
    assert codes(refused) == [("card_barcode", PatronFault.CARD_TAKEN)]
    assert Card.objects.get(ended_at=None) == new


def test_a_reader_has_one_current_card_whatever_the_code_does(world: World) -> None:
    patron = world.patron()
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.create(
            library_id=world.library.pk, patron=patron, barcode="x-1", issued_at=world.now
        )


def test_extending_goes_on_from_the_end_and_charges_again(world: World) -> None:
    category = paid_category(world)
    patron = world.patron(category=category, expires_on=date(2026, 3, 31))

    outcome = renew_membership(world.desk(), patron=patron.public_id)

    assert (outcome.expires_on, outcome.charged_cents) == (date(2027, 3, 31), 2000)
    past = renew_membership(
        world.desk(), patron=patron.public_id, expires_on=date(2026, 3, 1)
    )  # fmt: skip
    assert codes(past) == [("expires_on", PatronFault.DATE_PAST)]
    assert LedgerLine.objects.count() == 1


def test_a_password_gives_a_login_of_ones_own(world: World) -> None:
    add(world, password=new_secret("first words"))
    patron = Patron.objects.get()
    account = Account.objects.get(pk=patron.account_id)
    assert (account.login, check_password("first words", account.password)) == (None, True)

    open_session(account.pk, how="password", agent="", address="", now=world.now)
    set_patron_password(
        world.desk(), patron=patron.public_id, password=new_secret("second words")
    )  # fmt: skip
    assert not SignIn.objects.exists()  # none is listed that is over
    account.refresh_from_db()
    assert check_password("second words", account.password)


def test_a_login_that_belongs_to_staff_is_not_touched(world: World) -> None:
    patron = world.patron(account_id=world.staff.account_id)

    set_patron_password(
        world.desk(), patron=patron.public_id, password=new_secret("new words")
    )  # fmt: skip

    patron.refresh_from_db()
    assert patron.account_id != world.staff.account_id
    owner = Account.objects.get(pk=world.staff.account_id)
    assert check_password("correct horse", owner.password)


def test_a_login_that_opens_another_librarys_pages_is_not_touched(world: World) -> None:
    """Staff here would read there what their reader borrows."""
    account = Account.objects.create(
        name="林晓雨", password=new_secret("her own words").stored, created_at=world.now
    )
    patron = world.patron(account_id=account.pk)
    other = World(slug="elsewhere")
    Patron.across_libraries.create(
        library=other.library, public_id="THERE", name="林晓雨", account_id=account.pk,
        category=other.category, branch=other.branch, created_at=other.now,
    )  # fmt: skip

    set_patron_password(world.desk(), patron=patron.public_id, password=new_secret("new words"))

    patron.refresh_from_db()
    account.refresh_from_db()
    assert check_password("her own words", account.password)
    assert patron.account_id not in (None, account.pk)
    mine = Account.objects.get(pk=patron.account_id)
    assert check_password("new words", mine.password)


def test_adding_twice_with_one_key_adds_one_and_keeps_no_name_in_clear(world: World) -> None:
    call = {"details": Details(name="林晓雨", category="adult"), "password": None}
    first = add_patron(world.desk(key="k"), **call)
    assert add_patron(world.desk(key="k"), **call) == first
    assert Patron.objects.count() == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda desk: edit_patron(
            desk, patron="NOBODY", details=Details(name="x", category="adult")
        ),
        lambda desk: freeze_patron(desk, patron="NOBODY", reason="x"),
        lambda desk: unfreeze_patron(desk, patron="NOBODY"),
        lambda desk: report_card_lost(desk, patron="NOBODY"),
        lambda desk: card_found(desk, patron="NOBODY"),
        lambda desk: replace_card(desk, patron="NOBODY"),
        lambda desk: renew_membership(desk, patron="NOBODY"),
        lambda desk: set_patron_password(desk, patron="NOBODY", password=new_secret("x")),
    ],
)
def test_an_unknown_reader_is_refused_and_a_helper_may_not(world: World, call) -> None:
    assert codes(call(world.desk())) == [("patron", PatronFault.PATRON_UNKNOWN)]
    with pytest.raises(ForbiddenError):
        call(world.desk(permissions=HELPER))
