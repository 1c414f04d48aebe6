"""The settings pages read in a fixed number of statements, for 1 row and for 40."""

from datetime import date, time

import pytest

from jieyue.accounts.models import Account
from jieyue.catalog import settings_queries as catalog
from jieyue.catalog.models import ItemType, SourceConfig
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries import policies
from jieyue.libraries.models import Branch, OpeningHours, Role, SpecialDays, Staff, StaffBranch
from jieyue.libraries.settings import queries
from jieyue.patrons.models import PatronCategory
from tests.world import World


def stock(world: World, count: int) -> None:
    mine = {"library": world.library}
    for n in range(count):
        branch = Branch.objects.create(**mine, code=f"b{n}", name=f"馆 {n}", created_at=world.now)
        OpeningHours.objects.create(
            **mine, branch=branch, weekday=0, opens_at_time=time(9), closes_at_time=time(17)
        )
        SpecialDays.objects.create(
            **mine, branch=branch, name="休", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3)
        )
        kind = ItemType.objects.create(**mine, code=f"t{n}", name=f"类 {n}")
        card = PatronCategory.objects.create(**mine, code=f"c{n}", name=f"卡 {n}")
        LoanPolicy.objects.create(**mine, branch=branch, category=card, item_type=kind, loan_days=1)
        role = Role.objects.create(**mine, code=f"r{n}", name=f"角色 {n}")
        account = Account.objects.create(login=f"p{n}", name="人", created_at=world.now)
        person = Staff.objects.create(
            **mine, account=account, role=role, name="人", all_branches=False, created_at=world.now
        )
        StaffBranch.objects.create(**mine, staff=person, branch=branch)
        SourceConfig.objects.create(**mine, kind="openlibrary", name=f"源 {n}")
        world.copy(item_type=kind)
        world.patron(category=card)


READS = [
    (lambda w: queries.library_details(w.library.pk), 1),
    (lambda w: queries.branches_in_detail(), 2),
    (lambda w: queries.special_days(since=date(2026, 1, 1)), 1),
    (lambda w: queries.roles(), 2),
    (lambda w: queries.colleagues(), 2),
    (lambda w: catalog.item_type_settings(), 2),
    (lambda w: catalog.source_views(), 1),
    (lambda w: catalog.source_to_try("源 0"), 1),
    (lambda w: policies.rule_table(), 4),
    (lambda w: policies.explain(branch="b0", card_type="c0", item_type="t0"), 4),
    (lambda w: policies.card_types(), 4),
]


@pytest.mark.parametrize("count", [1, 40])
def test_each_read_takes_its_stated_statements(
    world: World, count: int, django_assert_num_queries
) -> None:
    stock(world, count)
    for read, statements in READS:
        with django_assert_num_queries(statements):
            read(world)


def test_a_branch_comes_with_its_week(world: World) -> None:
    stock(world, 1)

    found = queries.branches_in_detail()

    assert [(b.code, b.hours) for b in found] == [
        ("main", ()),
        ("b0", ((0, time(9), time(17)),)),
    ]


def test_a_colleague_comes_with_role_and_places(world: World) -> None:
    stock(world, 1)

    owner, other = queries.colleagues()

    assert (owner.login, owner.branches, owner.role_code) == ("owner-northfield", None, "owner")
    assert (other.branches, other.branch_names, other.has_pin) == (("b0",), ("馆 0",), False)


def test_another_librarys_rows_are_not_read(world: World) -> None:
    from jieyue.kit.scope import library_scope

    other = World(slug="southfield")
    with library_scope(other.library.pk):
        stock(other, 3)

    assert [b.code for b in queries.branches_in_detail()] == ["main"]
    assert [p.login for p in queries.colleagues()] == ["owner-northfield"]
    assert catalog.source_views() == []
    assert len(policies.rule_table().rows) == 1
