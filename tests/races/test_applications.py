"""Two of the staff and one application: whoever is first decides, the other is told so."""

from dataclasses import replace

import pytest

from jieyue.fees.joining import approve_application
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk
from jieyue.patrons.joining.deciding import refuse_application
from jieyue.patrons.models import Application, Patron
from tests.actions.joining_case import open_form, send
from tests.races.test_desks import race
from tests.world import World

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
STAFF = 4


def waiting() -> tuple[World, str, list[Desk]]:
    """Return a library, an application that waits there, and the desks of its staff."""
    world = World()
    with library_scope(world.library.pk):
        open_form(world)
        application = send(world).application
        world.patron("别人")  # makes the card type that is given
    return world, application, [replace(world.desk(), key=f"tab-{n}") for n in range(STAFF)]


def test_many_who_approve_one_application_make_one_reader() -> None:
    _, application, desks = waiting()

    outcomes = race(lambda desk: approve_application(desk, application=application), desks)

    saved = [outcome for outcome in outcomes if outcome.type == "application_saved"]
    faults = {fault.code.value for o in outcomes if o.type == "refused" for fault in o.faults}
    assert (len(saved), faults) == (1, {"decided_already"})
    assert list(Patron.across_libraries.filter(name="林晓雨").values_list("public_id")) == [
        (saved[0].patron,)
    ]


def test_who_approves_and_who_refuses_do_not_both_win() -> None:
    _, application, desks = waiting()

    def decide(place: int):
        if place % 2:
            return refuse_application(desks[place], application=application, reason="住得太远")
        return approve_application(desks[place], application=application)

    outcomes = race(decide, range(STAFF))

    [saved] = [outcome for outcome in outcomes if outcome.type == "application_saved"]
    row = Application.across_libraries.get()
    made = Patron.across_libraries.filter(name="林晓雨").count()
    assert row.state == saved.state
    assert made == (1 if saved.state == "approved" else 0)
