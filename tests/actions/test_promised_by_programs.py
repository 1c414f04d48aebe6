"""What a program's token began, the worker goes on with as far as that token reaches."""

from dataclasses import replace

from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.piles import begin_pile, make_pile
from jieyue.circulation.jobs.piles import keep_pile
from jieyue.circulation.models import PileChange, PileRow
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.imports.actions import start_import
from jieyue.imports.models import Import
from jieyue.kit import clock
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import OWNER
from jieyue.libraries.tokens import desk_of_token, issue_token, revoke_token, token_at
from jieyue.libraries.worker_desk import worker_desk
from tests.bringing import Bringing
from tests.imports import work_on
from tests.world import World

HERE = "main"


def program_at(world: World) -> Desk:
    """Return the desk of a program that reaches one branch."""
    issued = issue_token(world.desk(), name="程序", branch=HERE, permissions=frozenset(OWNER))
    desk = desk_of_token(issued.secret, now=clock.now(), key=None)
    assert desk is not None
    return replace(desk, now=world.now)


def begun(world: World, desk: Desk) -> str:
    """Have copies of two branches moved, by the worker; return the pile."""
    copies = [world.copy(), world.copy(branch=world.east())]
    change = Change(kind=PileKind.RELOCATE, shelf="A")
    made = make_pile(desk, change=change, copies=tuple(copy.public_id for copy in copies))
    begin_pile(desk, pile=made.pile)
    return made.pile


def test_a_pile_is_changed_only_where_its_token_reaches(world: World) -> None:
    pile = begun(world, program_at(world))

    keep_pile(worker_desk(world.library.pk, world.now), {"pile": pile, "step": 1})

    found = PileRow.objects.order_by("position").values_list("state", "why", "copy__shelf")
    assert list(found) == [("done", "", "A"), ("left", "copy_elsewhere", "")]


def test_a_pile_stops_when_its_token_was_revoked(world: World) -> None:
    pile = begun(world, program_at(world))
    revoke_token(world.desk(), name="程序")

    keep_pile(worker_desk(world.library.pk, world.now), {"pile": pile, "step": 1})

    assert PileChange.objects.get().state == "done"
    assert set(PileRow.objects.values_list("state", "why")) == {("left", "no_right")}
    assert not Copy.objects.filter(shelf="A").exists()


def test_an_import_brings_copies_only_where_its_token_reaches(world: World) -> None:
    world.east()
    desk = program_at(world)
    run = Bringing(desk, BOOKS, "书名,条码号,分馆\n呐喊,B001,main\n彷徨,B002,east\n")

    run.check()

    assert run.row.token_id == token_at(desk) is not None
    assert run.verdicts() == [(2, "new", [], []), (3, "wrong", ["branch_unknown"], [])]


def test_an_import_rests_when_its_token_was_revoked(world: World) -> None:
    desk = program_at(world)
    run = Bringing(desk, BOOKS, "书名,条码号\n呐喊,B001\n").check()
    start_import(desk, run=run.run)
    revoke_token(world.desk(), name="程序")
    work_on(world)

    row = Import.objects.get()
    assert (row.state, row.problem) == ("stopped", "no_right")
    assert not Copy.objects.exists()
