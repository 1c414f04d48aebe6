"""A worker for tests of imports: leases of two seconds, short steps, and one that is killed.

    python -m tests.run.importing_worker TURNS [START]

Kills itself with SIGKILL in the middle of its batch number TURNS, its statements sent but nothing
committed; 0 is for a worker that lives until nothing is left to do. START is the
action that begins: start_check, start_import or start_undo.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from typing import Any


def main(turns: int, start: str = "") -> None:
    """Keep promises until no import is at work."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "jieyue.config.settings"
    import django

    django.setup()
    from jieyue.catalog.importing.books import BOOKS
    from jieyue.imports import stepping
    from jieyue.interfaces.worker import loop
    from jieyue.outbox import tasks

    tasks.LEASE = timedelta(seconds=2)  # type: ignore[misc]
    stepping.keep_step.__kwdefaults__["seconds"] = 0.2
    stepping.READ = 20  # type: ignore[misc]
    # Frozen, and small batches are what is wanted here.
    object.__setattr__(BOOKS, "batch", 20)
    if start:
        _begin(start)
    _count(stepping, turns)
    while _is_at_work():
        if not loop.keep_one_promise():
            time.sleep(0.05)  # a lease of somebody killed


def _begin(start: str) -> None:
    from jieyue.imports import actions
    from jieyue.imports.models import Import
    from jieyue.kit import clock
    from jieyue.kit.scope import library_scope
    from jieyue.libraries.models import Library
    from jieyue.libraries.worker_desk import worker_desk

    library = Library.objects.get()
    with library_scope(library.pk):
        desk = worker_desk(library.pk, clock.now())
        getattr(actions, start)(desk, run=Import.objects.get().public_id)


def _count(stepping: Any, turns: int) -> None:
    """Die in the transaction of a batch, before it commits."""
    left = [turns]

    def dying(function: Any) -> Any:
        def run(*arguments: Any) -> Any:
            found = function(*arguments)
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return run

    stepping._keep = dying(stepping._keep)
    stepping._settled = dying(stepping._settled)


def _is_at_work() -> bool:
    from jieyue.imports.models import Import
    from jieyue.imports.rules.runs import AT_WORK

    states = Import.across_libraries.values_list("state", flat=True)
    return any(state in AT_WORK for state in states)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
