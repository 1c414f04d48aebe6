"""Writing the journal: rows are noted while an action runs, and written as it ends."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an action adds to its journal row; plain values only, no names or phone numbers."""

    outcome: str = ""
    patron_id: int | None = None
    title_id: int | None = None
    copy_id: int | None = None
    reasons: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


_notes: ContextVar[list[Note] | None] = ContextVar("jieyue_notes", default=None)

INSERT: Final = """
INSERT INTO audit_entry (library_id, at, action, outcome, door, branch_id, staff_id,
                         patron_id, title_id, copy_id, reasons, overridden, data,
                         acting_patron_id, on_behalf)
SELECT <library:bigint>, <at:timestamptz>, <action:text>, notes.outcome, <door:text>,
       <branch:bigint>, <staff:bigint>, notes.patron_id, notes.title_id, notes.copy_id,
       notes.reasons, notes.overridden, notes.data,
       <acting:bigint>, <on_behalf:text>
  FROM <notes:(outcome text, patron_id bigint, title_id bigint, copy_id bigint,
               reasons jsonb, overridden jsonb, data jsonb)>
 WHERE <library:bigint> > 0
"""


def start() -> None:
    """Forget what an earlier run of the action noted."""
    _notes.set([])


def note(entry: Note) -> None:
    """Add a row to the journal of the action that is running.

    Raises:
        RuntimeError: no action is running, so nobody would write it.

    """
    notes = _notes.get()
    if notes is None:
        raise RuntimeError("note() belongs inside an @action")
    notes.append(entry)


def finish(outcome: str) -> list[dict[str, Any]]:
    """Return the rows for INSERT; an action that noted nothing still gets one."""
    notes = _notes.get() or [Note()]
    _notes.set(None)
    return [
        {
            "outcome": entry.outcome or outcome,
            "patron_id": entry.patron_id,
            "title_id": entry.title_id,
            "copy_id": entry.copy_id,
            "reasons": entry.reasons,
            "overridden": entry.overridden,
            "data": entry.data,
        }
        for entry in notes
    ]
