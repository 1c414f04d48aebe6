"""Colleagues and roles: nobody grants what they lack, and one owner remains."""

import pytest

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import new_secret
from jieyue.audit.models import Entry
from jieyue.libraries.models import Branch, IdempotencyKey, Library, Role, Staff, StaffBranch
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import HELPER, LIBRARIAN, OWNER, Permission
from jieyue.libraries.settings import staff as people
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.libraries.settings.roles import add_role, edit_role
from tests.world import World

SECRET = "a long first password"


@pytest.fixture
def helpers(world: World) -> Role:
    return Role.objects.create(
        library=world.library, code="helper", name="志愿者", permissions=sorted(HELPER)
    )


@pytest.fixture
def librarians(world: World) -> Role:
    return Role.objects.create(
        library=world.library, code="librarian", name="馆员", permissions=sorted(LIBRARIAN)
    )


def add(world: World, login: str = "xiaoyu", role: str = "helper", branches=None, **desk):
    return people.add_staff(
        world.desk(**desk),
        name="林晓雨",
        login=login,
        password=new_secret(SECRET),
        role=role,
        branches=branches,
    )


def knows_password(account_id: int, text: str) -> bool:
    return Account.objects.get(pk=account_id).check_password(text)


def refused(trouble: Trouble) -> NotSaved:
    return NotSaved(trouble=trouble)


def test_a_colleague_gets_a_login_and_a_role(world: World, helpers: Role) -> None:
    assert add(world, "ＸiaoYu", branches=frozenset({"main"})) == Saved(code="xiaoyu")

    person = Staff.objects.get(account__login="xiaoyu")
    assert (person.name, person.role, person.all_branches) == ("林晓雨", helpers, False)
    assert [link.branch for link in StaffBranch.objects.filter(staff=person)] == [world.branch]
    assert knows_password(person.account_id, SECRET)
    assert Entry.objects.get().data == {"colleague": person.pk, "role": "helper"}


def test_a_repeat_adds_nobody_twice_and_keeps_no_password(world: World, helpers: Role) -> None:
    assert add(world, key="k") == add(world, key="k") == Saved(code="xiaoyu")
    assert Staff.objects.count() == 2
    assert SECRET not in (IdempotencyKey.objects.get().outcome or "")


@pytest.mark.parametrize(
    ("login", "trouble"),
    [
        ("x", Trouble.LOGIN_BAD),
        ("has space", Trouble.LOGIN_BAD),
        ("a/b", Trouble.LOGIN_BAD),
        ("owner-northfield", Trouble.LOGIN_TAKEN),
    ],
)
def test_sign_in_names_that_cannot_be(world: World, helpers: Role, login, trouble) -> None:
    assert add(world, login) == refused(trouble)
    assert Account.objects.count() == 1


def test_nobody_gives_a_role_above_their_own(world: World, librarians: Role) -> None:
    limited = HELPER | {Permission.STAFF}

    assert add(world, role="librarian", permissions=limited) == refused(Trouble.RIGHTS_EXCEED_YOURS)
    assert add(world, role="nope") == refused(Trouble.UNKNOWN)
    assert add(world, role="librarian", branches=frozenset({"nope"})) == refused(Trouble.UNKNOWN)
    assert add(world, role="librarian", branches=frozenset()) == refused(Trouble.BRANCHES_MISSING)


def test_nobody_gives_a_branch_they_lack(world: World, helpers: Role) -> None:
    Branch.objects.create(library=world.library, code="b2", name="东馆", created_at=world.now)
    Staff.objects.filter(pk=world.staff.pk).update(all_branches=False)
    StaffBranch.objects.create(library=world.library, staff=world.staff, branch=world.branch)

    assert add(world, branches=None) == refused(Trouble.RIGHTS_EXCEED_YOURS)
    assert add(world, branches=frozenset({"b2"})) == refused(Trouble.RIGHTS_EXCEED_YOURS)
    assert add(world, branches=frozenset({"main"})) == Saved(code="xiaoyu")


def test_a_colleague_moves_to_another_role(world: World, helpers, librarians) -> None:
    add(world)

    assert people.edit_staff(
        world.desk(), staff="xiaoyu", name="林小雨", role="librarian", branches=frozenset({"main"})
    ) == Saved(code="xiaoyu")
    person = Staff.objects.get(account__login="xiaoyu")
    assert (person.name, person.role.code, person.all_branches) == ("林小雨", "librarian", False)


def test_the_last_owner_stays_one(world: World, helpers: Role) -> None:
    me = "owner-northfield"
    change = {"staff": me, "name": "陈静", "role": "helper", "branches": None}

    assert people.edit_staff(world.desk(), **change) == refused(Trouble.LAST_OWNER)
    limited = change | {"role": "owner", "branches": frozenset({"main"})}
    assert people.edit_staff(world.desk(), **limited) == refused(Trouble.LAST_OWNER)
    assert people.deactivate_staff(world.desk(), staff=me) == refused(Trouble.NOT_YOURSELF)
    add(world, "second", role="owner")
    assert people.edit_staff(world.desk(), **change) == Saved(code=me)


def test_who_is_shut_out_can_be_let_in_again(world: World, helpers: Role) -> None:
    add(world)

    assert people.deactivate_staff(world.desk(), staff="xiaoyu") == Saved(code="xiaoyu")
    assert not Staff.objects.get(account__login="xiaoyu").is_active
    assert people.reactivate_staff(world.desk(), staff="xiaoyu") == Saved(code="xiaoyu")
    assert people.deactivate_staff(world.desk(), staff="nobody") == refused(Trouble.UNKNOWN)


def test_nobody_touches_a_colleague_above_them(world: World, helpers: Role) -> None:
    low = world.desk(permissions=HELPER | {Permission.STAFF}, staff_id=None)
    exceed = refused(Trouble.RIGHTS_EXCEED_YOURS)
    me = "owner-northfield"

    assert people.reset_password(low, staff=me, password=new_secret(SECRET)) == exceed
    assert people.reset_pin(low, staff=me) == exceed
    assert people.deactivate_staff(low, staff=me) == exceed
    assert knows_password(world.staff.account_id, "correct horse")


def test_a_password_is_reset_but_not_one_that_opens_another_library(
    world: World, helpers: Role
) -> None:
    add(world)
    person = Staff.objects.get(account__login="xiaoyu")
    new = new_secret("another password")

    assert people.reset_password(world.desk(), staff="xiaoyu", password=new) == Saved(code="xiaoyu")
    assert knows_password(person.account_id, "another password")

    other = World(slug="southfield")
    Staff.across_libraries.filter(pk=other.staff.pk).update(account=person.account)
    assert people.reset_password(
        world.desk(), staff="xiaoyu", password=new_secret(SECRET)
    ) == refused(Trouble.WORKS_ELSEWHERE)
    assert knows_password(person.account_id, "another password")


def test_practice_makes_no_real_logins(world: World, helpers: Role) -> None:
    real = World(slug="southfield")
    Library.objects.filter(pk=world.library.pk).update(practice_of=real.library)

    assert add(world) == refused(Trouble.ONLY_PRACTICE)


def test_a_pin_is_ones_own_to_set_and_a_managers_to_forget(world: World) -> None:
    assert people.set_own_pin(world.desk(permissions=HELPER), pin=new_secret("2468")) == Saved()
    assert Staff.objects.get(pk=world.staff.pk).pin
    assert people.reset_pin(world.desk(), staff="owner-northfield") == Saved(
        code="owner-northfield"
    )
    assert Staff.objects.get(pk=world.staff.pk).pin == ""
    assert people.set_own_pin(world.desk(staff_id=None), pin=None) == refused(Trouble.UNKNOWN)


def test_a_role_gets_rights_its_editor_has(world: World, helpers: Role) -> None:
    more = HELPER | {Permission.CHECKOUT}

    assert edit_role(world.desk(), role="helper", name="志愿者", permissions=more) == Saved(
        code="helper"
    )
    helpers.refresh_from_db()
    assert helpers.granted() == more | {Permission.CLASSES}  # who lends, lends to classes as well
    assert Entry.objects.get().data == {
        "role": "helper",
        "changed": ["permissions"],
        "given": ["checkout"],
    }
    low = world.desk(permissions=frozenset({Permission.STAFF}))
    assert edit_role(low, role="helper", name="志愿者", permissions=frozenset()) == refused(
        Trouble.RIGHTS_EXCEED_YOURS
    )
    reader_right = frozenset({Permission.OWN_LOANS})
    assert add_role(world.desk(), name="怪", permissions=reader_right) == refused(
        Trouble.RIGHTS_EXCEED_YOURS
    )


def test_the_owners_role_keeps_its_keys(world: World) -> None:
    assert edit_role(world.desk(), role="owner", name="馆长", permissions=LIBRARIAN) == refused(
        Trouble.OWNER_KEEPS_RIGHTS
    )
    assert Role.objects.get(code="owner").granted() == OWNER


def test_a_library_makes_a_role_of_its_own(world: World) -> None:
    assert add_role(world.desk(), name="小小图书管理员", permissions=HELPER) == Saved(code="r2")
    assert add_role(world.desk(), name="小小图书管理员", permissions=HELPER) == refused(
        Trouble.NAME_TAKEN
    )
