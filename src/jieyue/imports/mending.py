"""A row that cannot come in, put right by a person: judged again, and brought in if it is time.

Before the import the row waits with the others. After it, it comes in at once, in one transaction
with what is kept of it, so that an undo takes it back like any other.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.imports.actions import ImportRefused, locked, refused
from jieyue.imports.keeping import kept_row, kept_values, row_of, run_of
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.rules.runs import REPEATED, Against, RowState, State
from jieyue.imports.works import WRONG, FileRow, KeptRow, RowFault, Said, Settled, Verdict, Work
from jieyue.kit.errors import describe, is_of_data
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import KeyReusedError, action
from jieyue.libraries.desk import Desk

log = logging.getLogger("jieyue.imports")

MENDABLE: Final = frozenset({State.CHECKED, State.STOPPED, State.DONE})
"""States of an import in which a row can be put right."""
LONGEST: Final = 10_000  # characters of a cell; no field has room for more


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMended:
    """The row says now what was typed: `verdict` is of that, `is_in` that it has come in."""

    type: Literal["row_mended"] = "row_mended"
    run: str
    number: int
    verdict: str
    is_in: bool


def mend_row(
    desk: Desk, work: Work, *, run: str, number: int, cells: Mapping[int, str]
) -> RowMended | ImportRefused:
    """Put fields of a wrong row right, by their place from 0, and judge it again.

    If nothing is wrong with it any more it waits to come in, or comes in where the others have.
    """
    said = {place: text.replace("\0", "")[:LONGEST] for place, text in cells.items()}
    there, read, prepared = desk, None, None
    with library_scope(desk.library_id):
        found = Import.objects.filter(public_id=run, kind=work.kind).first()
        row = ImportRow.objects.filter(run=found, number=number).first() if found else None
        if found is not None and row is not None:
            there = replace(desk, branch_id=found.branch_id)
            before = kept_row(row)
            texts = [text for _, text in work.mending.fields(found.columns, before)]
            if texts:
                changed = _changed(texts, said)
                read = work.mending.again(run_of(found), before, changed, desk.today.year)
            if read is not None:
                read = replace(read, first_row=number)
                asks = replace(before, cells=read.cells, reading=read.reading, verdict="new")
                prepared = work.prepare(there, run_of(found), [asks])
    try:
        return _mend_row(there, work, read, prepared, run=run, number=number, cells=said)
    except KeyReusedError:
        raise
    except Exception as error:
        if not is_of_data(error):
            raise
        log.warning("Row %s of import %s not put right: %s", number, run, describe(error))
        return ImportRefused(reasons=(Against.ROW_NOT_UNDERSTOOD.value,))


def _changed(cells: Sequence[str], said: Mapping[int, str]) -> tuple[str, ...]:
    """Return the cells with those that were typed; one that says the same stays as it is."""
    found = dict(enumerate(cells))
    for place, text in said.items():
        if found.get(place, "").split() != text.split():
            found[place] = " ".join(text.split())
    line = [found.get(place, "") for place in range(max(found, default=-1) + 1)]
    while line and not line[-1]:
        line.pop()
    return tuple(line)


@action(needs=None)
def _mend_row(
    desk: Desk,
    work: Work,
    read: FileRow | None,
    prepared: Any,
    *,
    run: str,
    number: int,
    cells: Mapping[int, str],  # noqa: ARG001 (read before; part of what is repeated)
) -> RowMended | ImportRefused:
    now = locked(desk, run)
    if now is None or now.kind != work.kind:
        return refused(Against.IMPORT_UNKNOWN)
    row = ImportRow.objects.filter(run_id=now.pk, number=number).first()
    if row is None:
        return refused(Against.ROW_UNKNOWN)
    before = kept_row(row)
    is_open = row.state in {RowState.WAITING, RowState.LEFT_OUT} and row.verdict == WRONG
    is_mendable = bool(work.mending.fields(now.columns, before))
    if State(now.state) not in MENDABLE or not is_open or not is_mendable:
        return refused(Against.NOT_NOW)
    if read is None:
        return refused(Against.ROW_EMPTY)
    note(Note(data={"import": run, "row": number}))
    [verdict] = work.judge(desk, run_of(now), [read])
    if row.state == RowState.WAITING:
        verdict = _with_repeated(work, now, verdict, before, read)
    _keep(now, row, read, verdict)
    is_in = False
    if row.state == RowState.LEFT_OUT and row.verdict != WRONG:
        is_in = _come_in(desk, work, now, row, prepared)
    now.save(update_fields=["counts"])
    return RowMended(run=run, number=number, verdict=row.verdict, is_in=is_in)


def _with_repeated(
    work: Work, now: Import, verdict: Verdict, before: KeptRow, read: FileRow
) -> Verdict:
    """Say once more what a row repeats of one that waits, where its cells say it still."""

    def said(row: Said, field: str) -> list[str]:
        return [text for kind, text in work.mending.fields(now.columns, row) if kind == field]

    repeated: tuple[RowFault, ...] = tuple(
        fault
        for fault in before.faults
        if fault[0].endswith(REPEATED) and said(before, fault[1]) == said(read, fault[1])
    )
    if not repeated:
        return verdict
    return replace(verdict, verdict=WRONG, faults=(*verdict.faults, *repeated), tally={})


def _keep(now: Import, row: ImportRow, read: FileRow, verdict: Verdict) -> None:
    """Keep what the row says now, and count it under its verdict."""
    kept = row_of(now, read, verdict)
    for name in ("cells", "reading", "faults", "doubts", "made", "sealed"):
        setattr(row, name, getattr(kept, name))
    row.verdict, row.first_row = kept.verdict, kept.first_row
    row.changed, row.is_doubtful = kept.changed, kept.is_doubtful
    row.save()
    counts = Counter(now.counts)
    counts.subtract([WRONG])
    counts.update([row.verdict, "mended"])
    counts["doubtful"] += row.is_doubtful
    counts.update(verdict.tally)
    now.counts = {name: count for name, count in counts.items() if count}


def _come_in(desk: Desk, work: Work, now: Import, row: ImportRow, prepared: Any) -> bool:
    """Bring the row in as the worker does; say whether something was written."""
    kept = kept_row(row)
    [settled] = work.write(desk, run_of(now), [kept], prepared)
    _settle(now, row, kept, settled)
    return settled.state == RowState.DONE


def _settle(now: Import, row: ImportRow, kept: KeptRow, settled: Settled) -> None:
    counts = Counter(now.counts)
    counts.subtract([row.state, row.verdict])
    counts.update([settled.state.value, settled.verdict])
    counts.update(settled.tally)
    now.counts = {name: count for name, count in counts.items() if count}
    row.state, row.verdict = settled.state.value, settled.verdict
    row.changed = list(settled.changed)
    values: dict[str, Any] = kept_values(
        now.kind, cells=list(kept.cells), reading=kept.reading, faults=list(settled.faults),
        doubts=list(kept.doubts), made=settled.made,
    )  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
