"""Keys for other programs."""

from jieyue.accounts.models import Account
from jieyue.libraries.models import ApiToken, Branch, Role, Staff, StaffBranch
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.staff import deactivate_staff, reactivate_staff
from jieyue.libraries.tokens import TokenIssued, TokenRefused, desk_of_token, issue_token
from tests.world import World

CHECKIN = frozenset({Permission.CHECKIN})


def test_a_token_is_no_way_to_a_branch_where_one_does_not_work(world: World) -> None:
    mine = {"library_id": world.library.pk}
    Branch.objects.create(**mine, code="north", name="城北", created_at=world.now)
    person = Staff.objects.create(
        **mine, account=Account.objects.create(login="lin", name="林", created_at=world.now),
        role=Role.objects.get(code="owner"), name="林", created_at=world.now, all_branches=False,
    )  # fmt: skip
    StaffBranch.objects.create(**mine, staff=person, branch=world.branch)
    desk = world.desk(staff_id=person.pk)

    refused = issue_token(desk, name="门禁", branch="north", permissions=CHECKIN)

    assert refused == TokenRefused(reason="rights_exceed_yours")
    assert not ApiToken.objects.exists()
    for who, branch in ((desk, "main"), (world.desk(), "north")):
        made = issue_token(who, name=f"门禁 {branch}", branch=branch, permissions=CHECKIN)
        assert isinstance(made, TokenIssued)


def test_the_key_of_a_colleague_who_is_shut_out_opens_nothing(world: World) -> None:
    account = Account.objects.create(login="lin", name="林", created_at=world.now)
    person = Staff.objects.create(
        library_id=world.library.pk, account=account, role=Role.objects.get(code="owner"),
        name="林", created_at=world.now,
    )  # fmt: skip
    desk = world.desk(staff_id=person.pk)
    issued = issue_token(desk, name="门禁", branch="main", permissions=CHECKIN)
    assert isinstance(issued, TokenIssued)

    def opens() -> bool:
        return desk_of_token(issued.secret, now=world.now, key=None) is not None

    assert opens()
    deactivate_staff(world.desk(), staff="lin")
    assert not opens()
    reactivate_staff(world.desk(), staff="lin")
    assert opens()


def test_a_token_reaches_every_branch_only_as_long_as_its_maker_does(world: World) -> None:
    account = Account.objects.create(login="lin", name="林", created_at=world.now)
    person = Staff.objects.create(
        library_id=world.library.pk, account=account, role=Role.objects.get(code="owner"),
        name="林", created_at=world.now,
    )  # fmt: skip
    wanted = {"branch": "main", "permissions": CHECKIN, "all_branches": True}
    issued = issue_token(world.desk(staff_id=person.pk), name="网站", **wanted)
    assert isinstance(issued, TokenIssued)

    def reach() -> frozenset[int] | None:
        return desk_of_token(issued.secret, now=world.now, key=None).branch_ids

    assert reach() is None
    Staff.objects.filter(pk=person.pk).update(all_branches=False)
    StaffBranch.objects.create(library_id=world.library.pk, staff=person, branch=world.branch)
    assert reach() == frozenset({world.branch.pk})
    limited = world.desk(staff_id=person.pk, branch_ids=frozenset({world.branch.pk}))
    assert issue_token(limited, name="二", **wanted) == TokenRefused(reason="rights_exceed_yours")
