"""Recurring work on the imports of every library."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q

from jieyue.audit.journal import Note, note
from jieyue.imports.forgetting import forget_contents
from jieyue.imports.keeping import forget_leftovers
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.resting import come_to_rest
from jieyue.imports.rules.runs import AT_WORK, KEPT, STEP, Against, State
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import all_libraries
from jieyue.libraries.worker_desk import at_every_library
from jieyue.outbox.promises import is_hopeful

TRIES: Final = 4
"""So often a step is tried, over some minutes, before somebody is told."""
_AT_WORK: Final = [state.value for state in AT_WORK]


def forget_old_imports(now: datetime) -> int:
    """Delete files and rows of imports that ended 30 days ago, and of those nobody went on with.

    The import itself stays: when it was, and how many rows came in. Returns how many were deleted.
    """
    count = forget_leftovers()
    for library_id in all_libraries().values():
        with library_scope(library_id):
            parts = ImportPart.objects.filter(run_id=OuterRef("pk"))
            rows = ImportRow.objects.filter(run_id=OuterRef("pk"))
            old = Import.objects.filter(
                Exists(parts) | Exists(rows),
                Q(ended_at=None) | Q(ended_at__lt=now - KEPT),
                created_at__lt=now - KEPT,
            ).exclude(state__in=_AT_WORK)
            for run in old.order_by("pk").values_list("pk", flat=True):
                count += forget_contents(Import.objects.filter(pk=run))
                Import.objects.filter(pk=run).update(samples="")
                # Nothing is left that it could go on with.
                Import.objects.filter(pk=run, state=State.STOPPED).update(state=State.DONE)
    return count


# --- What the worker tries in vain ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """An import rests in `state`; None if it is at work after all, or was at rest."""

    type: Literal["given_up"] = "given_up"
    state: str | None = None


def stop_hopeless_imports(now: datetime) -> int:
    """Bring imports to rest whose step failed again and again; return how many.

    They would be at work for ever, and no other import could begin.
    """
    return sum(at_every_library(now, _stop_hopeless).values())


def _stop_hopeless(desk: Desk) -> int:
    at_work = list(Import.objects.filter(state__in=_AT_WORK))
    hopeless = [run for run in at_work if not _is_hopeful(desk, run)]
    return sum(give_import_up(desk, run=run.public_id).state is not None for run in hopeless)


def _is_hopeful(desk: Desk, run: Import) -> bool:
    payload = {"import": run.public_id, "step": run.steps}
    return is_hopeful(STEP.format(kind=run.kind), payload, now=desk.now, tries=TRIES)


@action(needs=None)
def give_import_up(desk: Desk, *, run: str) -> GivenUp:
    """Bring an import to rest whose step was tried in vain, so that a person can begin it again."""
    row = lock_one(Import.objects.filter(public_id=run, state__in=_AT_WORK))
    if row is None or _is_hopeful(desk, row):
        return GivenUp()
    come_to_rest(row, Against.GIVEN_UP, now=desk.now)
    note(Note(data={"import": run}))
    return GivenUp(state=row.state)
