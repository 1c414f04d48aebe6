"""Piles that came to rest halfway: why, and how they go on or back."""

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.circulation.actions.piles import (
    PileBegun,
    begin_pile,
    give_pile_up,
    stop_pile,
    undo_pile,
)
from jieyue.circulation.jobs.piles import keep_pile, stop_hopeless_piles
from jieyue.circulation.models import PileRow
from jieyue.circulation.queries.piles import pile as pile_view
from jieyue.circulation.rules.piles import PileKind
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.models import Role, Staff
from jieyue.libraries.worker_desk import worker_desk
from jieyue.outbox.models import Task
from tests.actions.pile_case import done, finish, made, undone
from tests.world import World


@pytest.mark.parametrize("lost", ["gone", "right", "branch"])
def test_a_pile_whose_beginner_may_no_more_comes_to_rest_and_says_so(
    world: World, lost: str
) -> None:
    title = world.title()
    copies = [world.copy(title) for _ in range(3)]
    world.east()
    pile = made(world, copies, PileKind.RELOCATE, branch="east")
    begin_pile(world.desk(), pile=pile)
    PileRow.objects.filter(position=1).update(state="done", before={"shelf": ""}, after={})
    taken(world, lost)
    worker = worker_desk(world.library.pk, world.now)
    assert worker is not None
    keep_pile(worker, {"pile": pile, "step": 2})

    seen = pile_view(world.desk(), pile)
    assert seen is not None
    assert (seen.state, seen.counts) == ("done", {"done": 1, "left": 2})
    assert (seen.reasons, seen.may_undo) == ((("no_right", 2),), True)
    assert seen.may_go_on == 2
    assert set(Copy.objects.values_list("branch_id", flat=True)) == {world.branch.pk}
    undo_pile(world.desk(), pile=pile)
    keep_pile(worker, {"pile": pile, "step": 1})
    again = pile_view(world.desk(), pile)
    assert again is not None
    assert (again.state, again.counts, again.may_undo) == ("done", {"done": 1, "left": 2}, True)
    assert again.reasons == (("no_right", 3),)
    with pytest.raises(ForbiddenError):
        stop_pile(world.desk(), pile=pile)


def test_a_pile_whose_step_fails_again_and_again_rests_and_goes_on(world: World) -> None:
    title = world.title()
    copies = [world.copy(title) for _ in range(3)]
    pile = made(world, copies, PileKind.RELOCATE, shelf="B-7")
    begin_pile(world.desk(), pile=pile)
    PileRow.objects.filter(position=1).update(state="done", before={"shelf": ""}, after={})
    assert stop_hopeless_piles(world.now) == 0
    Task.objects.update(attempts=4, leased_until=None)

    assert stop_hopeless_piles(world.now) == 1

    seen = pile_view(world.desk(), pile)
    assert seen is not None
    assert (seen.state, seen.counts) == ("done", {"done": 1, "left": 2})
    assert (seen.reasons, seen.may_undo, seen.may_go_on) == ((("given_up", 2),), True, 2)
    [entry] = Entry.objects.filter(action="give_pile_up")
    assert entry.data == {"pile": pile, "kind": "relocate", "copies": 2}
    with pytest.raises(ForbiddenError):
        give_pile_up(world.desk(), pile=pile)
    late = world.days_later(31)
    assert begin_pile(late, pile=pile) == Refused(faults=(Fault(FaultCode.PILE_TOO_OLD),))

    assert begin_pile(world.desk(), pile=pile) == PileBegun(pile=pile, is_small=True)
    assert stop_hopeless_piles(world.now) == 0  # the promise that failed is not mistaken for it
    finish(world, pile)
    assert set(Copy.objects.values_list("shelf", flat=True)) == {"", "B-7"}
    assert dict(PileRow.objects.values_list("position", "state")) == dict.fromkeys(
        (1, 2, 3), "done"
    )
    assert begin_pile(world.desk(), pile=pile) == Refused(faults=(Fault(FaultCode.PILE_BEGUN),))


def test_an_undo_whose_step_fails_again_and_again_can_be_begun_once_more(world: World) -> None:
    pile = made(world, [world.copy(shelf="A")], PileKind.RELOCATE, shelf="B-7")
    done(world, pile)
    undo_pile(world.desk(), pile=pile)
    Task.objects.update(attempts=4, leased_until=None)

    assert stop_hopeless_piles(world.now) == 1

    seen = pile_view(world.desk(), pile)
    assert seen is not None
    assert (seen.state, seen.reasons) == ("done", (("given_up", 1),))
    assert (seen.may_undo, seen.may_go_on) == (True, 0)
    undone(world, pile)
    assert Copy.objects.get().shelf == "A"


def taken(world: World, what: str) -> None:
    """Let whoever began work here no more, at no branch, or with no right to move books."""
    if what == "gone":
        Staff.objects.filter(pk=world.staff.pk).update(is_active=False)
    elif what == "right":
        role = Role.objects.create(
            library_id=world.library.pk, code="looker", name="查阅", permissions=["catalog_view"]
        )
        Staff.objects.filter(pk=world.staff.pk).update(role=role)
    else:
        Staff.objects.filter(pk=world.staff.pk).update(all_branches=False)
