"""Background tasks (promises) that the worker gave up on: try them again, or let them go."""

from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.outbox.parked import give_kind_up, try_kind_again


@action(needs=Permission.SETTINGS, whole_library=True)
def try_background_again(desk: Desk, *, kind: str) -> Saved | NotSaved:
    """Have the worker try everything of this kind again that it gave up on."""
    count = try_kind_again(kind, desk.now)
    return saved(task=kind, count=count) if count else not_saved(Trouble.UNKNOWN)


@action(needs=Permission.SETTINGS, whole_library=True)
def give_background_up(desk: Desk, *, kind: str) -> Saved | NotSaved:
    """Let everything of this kind go that the worker gave up on: it will never be done."""
    count = give_kind_up(kind, desk.now)
    return saved(task=kind, count=count) if count else not_saved(Trouble.UNKNOWN)
