"""An import that cannot go on comes to rest, so that a person can go on with it."""

from datetime import datetime

from jieyue.imports.models import Import, ImportRow
from jieyue.imports.rules.runs import Against, RowState, State


def come_to_rest(row: Import, problem: Against, *, now: datetime) -> None:
    """Save an import that was at work, and is locked, as one that rests.

    What came in stays in; one that was being undone is as before, less what went.
    """
    if row.state == State.CHECKING:
        row.state = State.UPLOADED
    else:
        waiting = ImportRow.objects.filter(run_id=row.pk, state=RowState.WAITING).count()
        is_undo = row.state == State.UNDOING
        row.state = State.DONE if is_undo and not waiting else State.STOPPED
        row.ended_at = row.ended_at if is_undo else now
        row.rows_done = row.rows_read - waiting
    row.problem = problem.value
    row.save()
