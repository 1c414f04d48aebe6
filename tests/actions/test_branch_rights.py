"""Whoever works at single branches changes nothing that is another branch's or the library's."""

from datetime import date, time

import pytest

from jieyue.catalog.actions.item_types import add_item_type
from jieyue.circulation.actions.closing_branches import close_branch
from jieyue.circulation.actions.policies import add_rule, delete_rule, edit_rule
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.rules.rule_values import RuleValues
from jieyue.libraries.actions import OtherBranchError
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, Library, OpeningHours, SpecialDays
from jieyue.libraries.settings.branches import (
    add_branch,
    edit_branch,
    reopen_branch,
    set_hours,
)
from jieyue.libraries.settings.days import add_special_days, remove_special_days
from jieyue.libraries.settings.library import edit_library
from jieyue.libraries.settings.outcomes import Saved
from jieyue.libraries.tokens import issue_token, revoke_token
from tests.world import World

DAY = {"name": "元旦", "starts_on": date(2027, 1, 1), "ends_on": date(2027, 1, 1)}
WEEK = ((0, time(9), time(17)),)


@pytest.fixture
def east(world: World) -> Branch:
    return Branch.objects.create(
        library_id=world.library.pk, code="east", name="东馆", created_at=world.now
    )


def at(world: World, branch: Branch) -> Desk:
    """Return the desk of somebody with every right who works at one branch only."""
    return world.desk(branch_id=branch.pk, branch_ids=frozenset({branch.pk}))


CHANGES = {
    "name": lambda d, b: edit_branch(d, branch=b, name="新名"),
    "hours": lambda d, b: set_hours(d, branch=b, hours=WEEK),
    "days": lambda d, b: add_special_days(d, **DAY, is_closed=True, branch=b),
    "rule": lambda d, b: add_rule(d, values=RuleValues(loan_days=7), branch=b),
    "closing": lambda d, b: close_branch(d, branch=b),
    "opening": lambda d, b: reopen_branch(d, branch=b),
}
WHOLE = {
    "library": lambda d: edit_library(d, name="馆", time_zone="Asia/Tokyo", lock_minutes=5),
    "branch": lambda d: add_branch(d, name="西馆"),
    "days": lambda d: add_special_days(d, **DAY, is_closed=True),
    "rule": lambda d: edit_rule(d, values=RuleValues(loan_days=1)),
    "new rule": lambda d: add_rule(d, values=RuleValues(loan_days=1), item_type="book"),
    "item type": lambda d: add_item_type(d, name="期刊"),
}


def state(world: World) -> tuple[object, ...]:
    return (
        Library.objects.filter(pk=world.library.pk).values_list("name", "rules_version").get(),
        list(Branch.objects.order_by("id").values_list("code", "name", "is_open")),
        OpeningHours.objects.count(),
        list(SpecialDays.objects.values_list("name", "branch__code")),
        list(LoanPolicy.objects.order_by("id").values_list("id", "loan_days")),
    )


@pytest.mark.parametrize("change", CHANGES)
def test_another_branch_stays_as_it_is(world: World, east: Branch, change: str) -> None:
    before = state(world)

    with pytest.raises(OtherBranchError):
        CHANGES[change](at(world, east), "main")

    assert state(world) == before
    assert CHANGES[change](at(world, east), "east").type == "saved"


@pytest.mark.parametrize("change", WHOLE)
def test_what_holds_everywhere_stays_as_it_is(world: World, east: Branch, change: str) -> None:
    before = state(world)

    with pytest.raises(OtherBranchError):
        WHOLE[change](at(world, east))

    assert state(world) == before


def test_days_and_rules_of_another_branch_are_not_taken_away(world: World, east: Branch) -> None:
    add_special_days(world.desk(), **DAY, is_closed=True, branch="main")
    add_rule(world.desk(), values=RuleValues(loan_days=7), branch="main")
    before = state(world)

    with pytest.raises(OtherBranchError):
        remove_special_days(at(world, east), **DAY, branch="main")
    with pytest.raises(OtherBranchError):
        delete_rule(at(world, east), branch="main")

    assert state(world) == before
    assert remove_special_days(at(world, world.branch), **DAY, branch="main").type == "saved"
    assert isinstance(delete_rule(at(world, world.branch), branch="main"), Saved)


def test_a_key_of_another_branch_stays_valid(world: World, east: Branch) -> None:
    issue_token(world.desk(), name="门禁", branch="main", permissions=frozenset())

    with pytest.raises(OtherBranchError):
        revoke_token(at(world, east), name="门禁")

    assert revoke_token(at(world, world.branch), name="门禁").was_known
