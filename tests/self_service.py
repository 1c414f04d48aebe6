"""Readers who stand in the library, for tests of borrowing and returning without staff."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from jieyue.circulation.actions.self_checkout import as_here
from jieyue.circulation.actions.self_rules import add_return_point, set_self_service
from jieyue.circulation.models import ReturnPoint
from jieyue.circulation.rules.reasons import Reason
from jieyue.libraries.desk import Desk, Presence
from jieyue.libraries.settings.outcomes import Saved
from jieyue.patrons.models import Patron
from tests.world import World


def allow(world: World, **values: Any) -> None:
    """Let readers borrow and return by themselves at the world's branch, at any hour."""
    given = {"may_borrow": True, "may_return": True, "when": "always"} | values
    assert isinstance(set_self_service(world.desk(), branch="main", **given), Saved)


def being(desk: Desk, **changes: Any) -> Desk:
    """Return the desk with its presence changed."""
    assert desk.presence is not None
    return replace(desk, presence=replace(desk.presence, **changes))


def at_the_door(world: World, patron: Patron, *, how: str = "door", **changes: Any) -> Desk:
    """Return the desk of a reader who scanned the code at the door five minutes ago."""
    until = world.now + timedelta(minutes=25)
    presence = Presence(branch_id=world.branch.pk, how=how, until=until)
    return as_here(world.reader_desk(patron, **({"presence": presence} | changes)))


def at_a_point(world: World, patron: Patron, **changes: Any) -> Desk:
    """Return the desk of a reader who scanned the code of a return point."""
    add_return_point(world.desk(), branch="main", name="门口还书架", says="放进蓝色的箱子。")
    point = ReturnPoint.objects.get()
    return being(at_the_door(world, patron, how="point", **changes), point=point.public_id)


def reasons(outcome: Any) -> list[Reason]:
    return [why.code for why in outcome.reasons]
