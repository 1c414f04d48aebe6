"""An import that cannot go on comes to rest, and goes on when somebody asks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.models import Copy
from jieyue.imports.actions import (
    ImportRefused,
    start_check,
    start_import,
    start_undo,
    stop_import,
)
from jieyue.imports.jobs import TRIES, forget_old_imports, stop_hopeless_imports
from jieyue.imports.models import Import
from jieyue.imports.rules.runs import KEPT
from jieyue.imports.stepping import keep_step
from jieyue.libraries.models import Role
from jieyue.libraries.rules.permissions import OWNER
from jieyue.outbox.models import Task
from tests.imports import HEADINGS, brought, checked, imported, undone, work_on
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [HEADINGS, *((f"书{n}", "鲁迅", "北新书局", "1926", "", f"B0000{n}") for n in range(3))]


def failed(world: World, times: int = TRIES) -> None:
    """Have the step that waits fail so often."""
    waiting = Task.objects.filter(kind="imports.books", done_at=None)
    waiting.update(attempts=times, leased_until=None, last_error="OSError in write")


def stands(run: str) -> tuple[str, str]:
    found = Import.objects.get(public_id=run)
    return found.state, found.problem


def test_a_dry_run_given_up_can_be_begun_again(world: World, tmp_path) -> None:
    run = brought(world, tmp_path, ROWS)
    start_check(world.desk(), run=run)
    failed(world)

    assert stop_hopeless_imports(world.now) == 1

    assert stands(run) == ("uploaded", "given_up")
    assert (checked(world, run).state, stands(run)) == ("checked", ("checked", ""))


def test_an_import_given_up_stops_and_goes_on(world: World, tmp_path) -> None:
    run = brought(world, tmp_path, ROWS)
    checked(world, run)
    start_import(world.desk(), run=run)
    failed(world)

    assert stop_hopeless_imports(world.now) == 1

    assert stands(run) == ("stopped", "given_up")
    [entry] = Entry.objects.filter(action="give_import_up")
    assert (entry.outcome, entry.data) == ("given_up", {"import": run})
    work_on(world)  # the promise that failed does nothing any more
    assert not Copy.objects.exists()
    start_import(world.desk(), run=run)
    work_on(world)
    assert (stands(run), Copy.objects.count()) == (("done", ""), 3)


def test_one_that_was_stopped_ends_with_its_days(world: World, tmp_path) -> None:
    run = brought(world, tmp_path, ROWS)
    checked(world, run)
    start_import(world.desk(), run=run)
    stop_import(world.desk(), run=run)
    late = world.desk(now=world.now + KEPT + timedelta(days=1))

    assert forget_old_imports(late.now) == 4  # a part and three rows

    assert start_import(late, run=run) == ImportRefused(reasons=("not_now",))
    assert start_undo(late, run=run) == ImportRefused(reasons=("too_late_to_undo",))


def test_an_undo_given_up_leaves_the_rest_in(world: World, tmp_path) -> None:
    run = imported(world, brought(world, tmp_path, ROWS)).public_id
    start_undo(world.desk(), run=run)
    failed(world)

    assert stop_hopeless_imports(world.now) == 1

    assert (stands(run), Copy.objects.count()) == (("done", "given_up"), 3)
    assert undone(world, run).state == "undone"
    assert not Copy.objects.exists()


def test_who_lost_the_right_leaves_it_to_a_colleague(world: World, tmp_path) -> None:
    run = brought(world, tmp_path, ROWS)
    begun = {"uploaded": start_check, "stopped": start_import, "done": start_undo}
    for state, begin in begun.items():
        begin(world.desk(), run=run)
        Role.objects.update(permissions=[])
        work_on(world)
        assert stands(run) == (state, "no_right")
        Role.objects.update(permissions=sorted(OWNER))
        begin(world.desk(), run=run)
        work_on(world)

    assert stands(run) == ("undone", "")


def test_an_undo_that_lost_the_right_is_as_it_was(world: World, tmp_path) -> None:
    done = imported(world, brought(world, tmp_path, ROWS))
    start_undo(world.desk(), run=done.public_id)
    Role.objects.update(permissions=[])
    later = world.desk(now=world.now + timedelta(days=1))
    keep_step(BOOKS, later, {"import": done.public_id, "step": done.steps + 1})

    rests = Import.objects.get()

    assert (rests.rows_done, rests.ended_at) == (3, done.ended_at)


@pytest.mark.parametrize(
    "waiting", [{"attempts": TRIES - 1}, {"attempts": TRIES, "leased_until": timedelta(minutes=1)}]
)
def test_what_is_tried_still_stays_at_work(waiting: dict[str, Any], world: World, tmp_path) -> None:
    run = brought(world, tmp_path, ROWS)
    start_check(world.desk(), run=run)
    given = {
        name: world.now + value if isinstance(value, timedelta) else value
        for name, value in waiting.items()
    }
    Task.objects.filter(kind="imports.books", done_at=None).update(**given)

    assert stop_hopeless_imports(world.now) == 0

    assert stands(run) == ("checking", "")


def test_a_step_that_was_given_up_is_not_mixed_up_with_the_next(world: World, tmp_path) -> None:
    def broken(*_given: Any) -> Any:
        raise OSError(28, "no space")

    run = brought(world, tmp_path, ROWS)
    with pytest.raises(OSError, match="no space"):
        checked(world, run, replace(BOOKS, judge=broken))
    failed(world)
    stop_hopeless_imports(world.now)

    start_check(world.desk(), run=run)

    assert stop_hopeless_imports(world.now) == 0
    work_on(world)
    assert Import.objects.get(public_id=run).counts == {"new": 3}
