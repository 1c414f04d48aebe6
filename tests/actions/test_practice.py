"""Practice leaves no trace."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps

from jieyue.accounts.models import Account
from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy, Title, TitleIndex
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import BlockRule, Loan, LoanPolicy, TermEnd, Vacation
from jieyue.circulation.practice import (
    AlreadyPractisingError,
    PracticeStarted,
    PracticeStopped,
    remove_old_practices,
    start_practice,
    stop_practice,
)
from jieyue.fees.models import LedgerLine
from jieyue.kit.ids import public_id
from jieyue.kit.models import LibraryOwned
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Branch, Library, Role, Staff, StaffBranch
from jieyue.libraries.queries import library_by_slug
from jieyue.libraries.rules.permissions import HELPER
from jieyue.patrons.models import Card, Patron
from tests.shape.stock import one_of_everything
from tests.world import World, day

OWNED = [model for model in apps.get_models() if issubclass(model, LibraryOwned)]


def rows(library: Library) -> dict[str, list[Any]]:
    """Return everything a library has."""
    with library_scope(library.pk):
        return {m.__name__: list(m.objects.order_by("pk").values()) for m in OWNED}


@pytest.fixture
def stocked(world: World) -> World:
    for number in range(4):
        world.copy(world.title(f"真书 {number}"), parts="CD 1 张")
    world.policy(branch=world.branch, max_loans=7)
    world.patron("真读者")
    return world


def practise(world: World, **desk):
    started = start_practice(world.desk(**desk))
    made = Library.objects.get(slug=started.slug)
    with library_scope(made.pk):
        staff = Staff.objects.get(account_id=desk.get("account", world.staff.account_id))
        branch = Branch.objects.get()
    there = world.desk(library_id=made.pk, slug=made.slug, branch_id=branch.pk, staff_id=staff.pk)
    return started, made, there


def colleague(world: World) -> Staff:
    account = Account.objects.create(login="second", name="王芳", created_at=world.now)
    role = Role.objects.create(
        library_id=world.library.pk, code="helper", name="助手", permissions=sorted(HELPER)
    )
    staff = Staff.objects.create(
        library_id=world.library.pk, account=account, role=role, name="王芳", all_branches=False,
        created_at=world.now,
    )  # fmt: skip
    StaffBranch.objects.create(library_id=world.library.pk, staff=staff, branch=world.branch)
    return staff


def test_a_copy_of_the_library_with_made_up_readers(stocked: World) -> None:
    started, made, there = practise(stocked)

    assert started == PracticeStarted(slug="northfield-lianxi", was_joined=False)
    view = library_by_slug(made.slug)
    assert view is not None
    assert view.practice_of_slug == "northfield"
    real = sorted(Copy.objects.values_list("barcode", flat=True))
    with library_scope(made.pk):
        assert sorted(Copy.objects.values_list("barcode", flat=True)) == real
        assert sorted(Title.objects.values_list("name", flat=True)) == [
            f"真书 {n}" for n in range(4)
        ]
        assert LoanPolicy.objects.get(branch__isnull=False).max_loans == 7
        assert Patron.objects.count() == 6
        assert all(
            name.startswith("练习") for name in Patron.objects.values_list("name", flat=True)
        )
        assert Loan.objects.filter(due_at__lt=stocked.now).count() == 1
        assert Loan.objects.count() == 2
        card = Card.objects.get(patron__name="练习·林小满").barcode
        free = Copy.objects.order_by("-id")[0].barcode
    lent = checkout(there, copy_barcodes=(free,), card_barcode=card)
    assert [r.type for r in lent.results] == ["lent"]
    assert [r.type for r in checkin(there, copy_barcodes=(free,)).results] == ["returned"]


def test_the_real_library_keeps_no_trace(stocked: World) -> None:
    before = rows(stocked.library)

    _, made, there = practise(stocked)
    assert rows(stocked.library) == before
    assert stop_practice(there) == PracticeStopped(slug="northfield", was_removed=True)

    assert rows(stocked.library) == before
    assert not Library.objects.filter(pk=made.pk).exists()
    assert all(not left for left in rows(made).values())


def test_vacations_last_days_and_limits_are_practised_with(stocked: World) -> None:
    mine = {"library_id": stocked.library.pk}
    days = {"starts_on": day("2026-07-10"), "ends_on": day("2026-08-31")}
    Vacation.objects.create(
        **mine, **days, public_id=public_id(), branch=stocked.branch, name="暑假", moves="none",
        late_days="never",
    )  # fmt: skip
    TermEnd.objects.create(**mine, category=stocked.category, name="学期末", on=days["starts_on"])
    BlockRule.objects.create(**mine, condition="overdue", stops_renewing=False)

    _, made, _ = practise(stocked)

    with library_scope(made.pk):
        assert Vacation.objects.get().branch.code == stocked.branch.code
        assert TermEnd.objects.get().category.code == stocked.category.code
        assert not BlockRule.objects.get().stops_renewing


def test_whatever_was_done_in_practice_is_gone_afterwards(stocked: World) -> None:
    _, made, there = practise(stocked)
    with library_scope(made.pk):
        loan = Loan.objects.select_related("patron__category", "copy__title").order_by("id")[0]
        LedgerLine.objects.create(
            library_id=made.pk, public_id=public_id(), patron=loan.patron, kind="charge",
            amount_cents=100, reason="test", at=stocked.now,
        )  # fmt: skip
        other = Patron.objects.exclude(pk=loan.patron_id).order_by("id").first()
        world = SimpleNamespace(
            library=made, branch=loan.branch, category=loan.patron.category, now=stocked.now,
            staff=Staff.objects.order_by("id").first(), patron=lambda _name: other,
        )  # fmt: skip
        one_of_everything(world, loan.copy, loan.patron)

    assert stop_practice(there).was_removed
    assert all(not left for left in rows(made).values())


def test_practising_again_starts_afresh(stocked: World) -> None:
    _, made, _ = practise(stocked)
    with library_scope(made.pk):
        Patron.objects.filter(name="练习·林小满").update(name="改过的")

    _, again, _ = practise(stocked)

    assert again.pk != made.pk
    assert Library.objects.count() == 2
    with library_scope(again.pk):
        assert not Patron.objects.filter(name="改过的").exists()


def test_a_colleague_joins_and_the_last_one_leaves(stocked: World) -> None:
    second = colleague(stocked)
    _, made, first_desk = practise(stocked)
    joined = start_practice(stocked.desk(staff_id=second.pk))

    assert joined == PracticeStarted(slug=made.slug, was_joined=True)
    with library_scope(made.pk):
        theirs = Staff.objects.select_related("role").get(account_id=second.account_id)
        assert (theirs.role.code, theirs.all_branches) == ("helper", False)
        assert StaffBranch.objects.filter(staff=theirs).count() == 1
    assert not stop_practice(first_desk).was_removed
    second_desk = stocked.desk(
        library_id=made.pk, slug=made.slug, branch_id=first_desk.branch_id, staff_id=theirs.pk
    )
    assert stop_practice(second_desk).was_removed


def test_a_library_without_books_practises_with_made_up_ones(world: World) -> None:
    _, made, _ = practise(world)
    with library_scope(made.pk):
        assert Copy.objects.count() == 6
        assert Loan.objects.count() == 2
        assert TitleIndex.objects.count() == Title.objects.count()


def test_readers_logins_go_with_the_practice(stocked: World) -> None:
    _, made, there = practise(stocked)
    with library_scope(made.pk):
        login = Account.objects.create(name="练习", created_at=stocked.now)
        Patron.objects.filter(name="练习·林小满").update(account=login)
        Patron.objects.filter(name="练习·周老师").update(account_id=stocked.staff.account_id)

    stop_practice(there)

    assert not Account.objects.filter(pk=login.pk).exists()
    assert Account.objects.filter(pk=stocked.staff.account_id).exists()


def test_no_practice_of_a_practice(stocked: World) -> None:
    _, _, there = practise(stocked)
    with pytest.raises(AlreadyPractisingError):
        start_practice(there)


def test_stopping_at_the_real_desk_changes_nothing(stocked: World) -> None:
    before = rows(stocked.library)
    assert stop_practice(stocked.desk()) == PracticeStopped(slug="northfield", was_removed=False)
    assert rows(stocked.library) == before


def test_the_night_removes_what_is_left_over(stocked: World) -> None:
    practise(stocked)

    assert remove_old_practices(stocked.now + timedelta(hours=23)) == 0
    assert remove_old_practices(stocked.now + timedelta(hours=25)) == 1
    assert [library.slug for library in Library.objects.all()] == ["northfield"]
    assert not Entry.objects.exists()
