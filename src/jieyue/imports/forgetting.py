"""Throwing away a file that was not imported, and what was kept of old ones."""

from typing import Any

from jieyue.audit.journal import Note, note
from jieyue.imports.actions import BEFORE, ImportChanged, ImportRefused, locked, refused
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.rules.runs import Against, State, is_partly_undone
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk


def forget_import(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    """Throw away a file that was not imported, or whose import was undone.

    In two steps, since many rows take their time. Nobody can begin to point at it between them:
    one that has failed is not brought again.
    """
    outcome = _forget_import(desk, run=run)
    if isinstance(outcome, ImportChanged):
        with library_scope(desk.library_id):
            forget_contents(Import.objects.filter(public_id=run))
            Import.objects.filter(public_id=run).delete()
    return outcome


@action(needs=None)
def _forget_import(desk: Desk, *, run: str) -> ImportChanged | ImportRefused:
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in {*BEFORE, State.FAILED, State.UNDONE}:
        return refused(Against.NOT_NOW)
    if is_partly_undone(row.state, row.counts):
        return refused(Against.NOT_NOW)
    if Import.objects.filter(again_of=row).exists():
        return refused(Against.NOT_NOW)
    row.state = State.FAILED
    row.save()
    note(Note(data={"import": run}))
    return ImportChanged(run=run, state="")


def forget_contents(runs: Any) -> int:
    """Delete the parts and rows of imports, some at a time; return how many."""
    keys = list(runs.values_list("pk", flat=True))
    count = delete_in_batches(ImportRow.objects.filter(run_id__in=keys))
    for part in ImportPart.objects.filter(run_id__in=keys).values_list("pk", flat=True):
        count += ImportPart.objects.filter(pk=part).delete()[0]
    return count
