"""Opening a library."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import new_secret
from jieyue.audit.models import Entry
from jieyue.catalog.models import ItemType
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.opening import (
    LibraryOpened,
    NewLibrary,
    NewOwner,
    OpeningFault,
    OpeningRefused,
    free_slug,
    open_library,
)
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Branch, Library, OpeningHours, Role, SpecialDays, Staff
from jieyue.libraries.rules.kinds import KINDS, STARTS
from jieyue.libraries.rules.permissions import HELPER, LIBRARIAN, OWNER
from jieyue.patrons.models import PatronCategory
from tests.world import World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def library(**changes) -> NewLibrary:
    return NewLibrary(**({"kind": "primary", "name": "青禾小学图书馆"} | changes))


def owner(**changes) -> NewOwner:
    defaults: dict[str, Any] = {
        "name": "陈静",
        "login": "Chenjing",
        "password": new_secret("correct horse"),
    }
    return NewOwner(**(defaults | changes))


def opened(**changes):
    return open_library(library=library(**changes), owner=owner(), now=NOW)


def test_a_school_starts_with_everything_its_first_loan_needs() -> None:
    outcome = opened(contact_name="陈静", contact_phone="13800000000", address="青禾路 1 号")

    assert outcome == LibraryOpened(slug="qinghexiaoxue", name="青禾小学图书馆")
    made = Library.objects.get()
    assert (made.kind, made.time_zone, made.contact_name, made.contact_phone, made.address) == (
        "primary",
        "Asia/Shanghai",
        "陈静",
        "13800000000",
        "青禾路 1 号",
    )
    account = Account.objects.get()
    assert (account.login, account.name) == ("chenjing", "陈静")
    assert account.check_password("correct horse")
    with library_scope(made.pk):
        staff = Staff.objects.get()
        assert (staff.account_id, staff.name, staff.all_branches, staff.role.code) == (
            account.pk,
            "陈静",
            True,
            "owner",
        )
        assert {r.code: r.granted() for r in Role.objects.all()} == {
            "owner": OWNER,
            "librarian": LIBRARIAN,
            "helper": HELPER,
        }
        assert [(b.code, b.name) for b in Branch.objects.all()] == [("main", "图书馆")]
        assert sorted(OpeningHours.objects.values_list("weekday", "opens_at_time")) == [
            (day, time(8)) for day in range(5)
        ]
        spring = SpecialDays.objects.get(name="春节")
        assert (spring.starts_on, spring.ends_on) == (date(2027, 2, 5), date(2027, 2, 8))
        assert PatronCategory.objects.get(is_default=True).name == "学生"
        assert ItemType.objects.get(is_default=True).name == "图书"
        assert LoanPolicy.objects.count() == 1 + len(STARTS["primary"].rules)
        entry = Entry.objects.get()
        assert (entry.action, entry.outcome, entry.door, entry.staff_id, entry.data) == (
            "open_library",
            "library_opened",
            "setup",
            staff.pk,
            {"kind": "primary"},
        )


@pytest.mark.parametrize("kind", KINDS)
def test_a_library_of_every_kind_lends_its_first_book(kind) -> None:
    opened(kind=kind)
    world = World.__new__(World)  # around what was opened instead of what a world stocks
    world.now, world.library = NOW, Library.objects.get()
    with library_scope(world.library.pk):
        world.branch, world.staff = Branch.objects.get(), Staff.objects.get()
        world.category = PatronCategory.objects.get(is_default=True)
        world.item_type = ItemType.objects.get(is_default=True)
        copy, patron = world.copy(), world.patron()

        outcome = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)

    assert [result.type for result in outcome.results] == ["lent"]


def test_an_account_that_signed_in_opens_a_second_library() -> None:
    opened()
    account = Account.objects.get()

    outcome = open_library(
        library=library(name="陈家书房", kind="family"), owner=account.pk, now=NOW
    )

    assert outcome == LibraryOpened(slug="chenjia", name="陈家书房")
    assert Account.objects.count() == 1


def test_another_key_is_another_request() -> None:
    open_library(library=library(), owner=owner(), now=NOW, key="k")
    taken = library(slug="qinghexiaoxue")

    outcome = open_library(library=taken, owner=owner(login="a2"), now=NOW, key="k2")

    assert outcome == OpeningRefused(reasons=(("slug", OpeningFault.SLUG_TAKEN),))
    assert Account.objects.count() == 1


@pytest.mark.parametrize("slug", ["qinghexiaoxue", ""])
def test_a_double_click_gets_the_same_answer_and_one_library(slug) -> None:
    call: dict[str, Any] = {"library": library(slug=slug), "now": NOW, "key": "form-1"}

    answers = [open_library(owner=owner(), **call) for _ in range(2)]

    assert answers == [LibraryOpened(slug="qinghexiaoxue", name="青禾小学图书馆")] * 2
    assert (Library.objects.count(), Account.objects.count()) == (1, 1)


def test_every_fault_of_the_input_at_once() -> None:
    outcome = open_library(
        library=library(
            kind="castle", name=" ", slug="Bad Slug", time_zone="Mars/Base", address="长" * 301
        ),
        owner=owner(name="", login="x"),
        now=NOW,
    )

    assert outcome == OpeningRefused(
        reasons=(
            ("kind", OpeningFault.KIND_UNKNOWN),
            ("name", OpeningFault.MISSING),
            ("address", OpeningFault.TOO_LONG),
            ("owner_name", OpeningFault.MISSING),
            ("slug", OpeningFault.SLUG_BAD),
            ("time_zone", OpeningFault.ZONE_UNKNOWN),
            ("owner_login", OpeningFault.LOGIN_BAD),
        )
    )
    assert not Library.objects.exists()
    assert not Account.objects.exists()


@pytest.mark.parametrize("slug", ["api", "new", "static", "sign-in", "help", "qinghe-lianxi"])
def test_the_installations_own_addresses_are_refused(slug) -> None:
    assert opened(slug=slug) == OpeningRefused(reasons=(("slug", OpeningFault.SLUG_RESERVED),))


def test_a_taken_sign_in_name_is_refused_in_any_case() -> None:
    opened()
    outcome = open_library(library=library(slug="another"), owner=owner(login="CHENJING"), now=NOW)
    assert outcome == OpeningRefused(reasons=(("owner_login", OpeningFault.LOGIN_TAKEN),))
    assert Library.objects.count() == 1


def test_a_closed_account_opens_nothing() -> None:
    assert open_library(library=library(), owner=404, now=NOW) == OpeningRefused(
        reasons=(("owner", OpeningFault.ACCOUNT_UNKNOWN),)
    )


def test_the_next_free_address_is_offered() -> None:
    opened()
    assert free_slug("青禾小学图书馆") == "qinghexiaoxue-2"
