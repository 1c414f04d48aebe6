"""Reading imports: what pages show of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jieyue.imports.keeping import has_arrived, look_of, opened, opened_one
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.rules.runs import KEPT, MADE, RowState, State, is_partly_undone
from jieyue.imports.works import PROBLEM, WRONG, RowFault
from jieyue.kit.tables.headings import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import. `rows_guessed` is at least `rows_read`; `counts` by verdict and by row state.

    `undo_until` is None where there is nothing to take back. `staff_id` is whoever began the last
    thing with it.
    """

    public_id: str
    kind: str
    state: str
    problem: str
    file_name: str
    file_bytes: int
    has_arrived: bool
    shape: dict[str, Any]
    columns: tuple[Column, ...]
    is_enough: bool
    options: dict[str, Any]
    again_of: str
    rows_guessed: int
    rows_read: int
    rows_done: int
    counts: dict[str, int]
    covers: dict[str, Any]
    staff_id: int | None
    branch_id: int
    created_at: datetime
    checked_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    undo_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRowView:
    """A row with its verdict and what became of it."""

    number: int
    cells: tuple[str, ...]
    reading: dict[str, Any]
    first_row: int
    verdict: str
    faults: tuple[RowFault, ...]
    doubts: tuple[RowFault, ...]
    changed: tuple[str, ...]
    state: str
    told: dict[str, str]  # of what it made


def import_view(public_id: str) -> ImportView | None:
    """Return an import. One statement."""
    row = Import.objects.select_related("again_of").filter(public_id=public_id).first()
    return None if row is None else _view(row)


def imports(*, kinds: tuple[str, ...] = (), limit: int = 50) -> list[ImportView]:
    """Return the latest imports, newest first. One statement."""
    found = Import.objects.select_related("again_of").order_by("-created_at", "-id")
    if kinds:
        found = found.filter(kind__in=kinds)
    return [_view(row) for row in found[:limit]]


def same_file_before(run: ImportView) -> ImportView | None:
    """Return the latest import of the same content that came in, or some of it. Two statements."""
    others = Import.objects.select_related("again_of").exclude(public_id=run.public_id)
    digests = Import.objects.filter(public_id=run.public_id).values_list("shape__digest", flat=True)
    if not (digest := digests.first()):
        return None
    row = (
        others.filter(shape__digest=digest, kind=run.kind)
        .filter(state__in=[State.DONE, State.STOPPED], ended_at__isnull=False)
        .order_by("-ended_at", "-id")
        .first()
    )
    return None if row is None else _view(row)


def parts_here(public_id: str) -> list[int]:
    """Return the numbers of the parts of a file that have arrived. One statement."""
    parts = ImportPart.objects.filter(run__public_id=public_id)
    return list(parts.order_by("number").values_list("number", flat=True))


def progress(run: ImportView) -> tuple[int, int]:
    """Return how many rows the worker is through, and of how many; a guess while it checks."""
    match State(run.state):
        case State.CHECKING:
            return run.rows_read, run.rows_guessed
        case State.UNDOING:
            return run.rows_done, run.rows_done + run.counts.get(RowState.DONE.value, 0)
        case _:
            return run.rows_done, run.rows_read


def gone_by_undo(run: ImportView) -> dict[str, int]:
    """Return how many of what it made an undo would take away; nothing that cannot be undone."""
    if run.undo_until is None:
        return {}
    return {name: count for name in MADE if (count := run.counts.get(name, 0))}


def import_rows_page(
    public_id: str,
    *,
    verdict: str = "",
    state: str = "",
    is_doubtful: bool = False,
    after: int = 0,
    limit: int = 50,
    offset: int = 0,
) -> list[ImportRowView]:
    """Return rows behind the number `after`, in order: all, or of a verdict, or of a state.

    `is_doubtful`: those that come in without something. `offset` of them are passed over first.
    One statement.
    """
    found = ImportRow.objects.filter(run__public_id=public_id, number__gt=after)
    if verdict:
        found = found.filter(verdict=verdict)
    if state:
        found = found.filter(state=state)
    if is_doubtful:
        found = found.filter(is_doubtful=True).exclude(verdict=WRONG)
    return [_row_view(row) for row in found.order_by("number")[offset : offset + limit]]


def import_row(public_id: str, number: int) -> ImportRowView | None:
    """Return a row of an import. One statement."""
    row = ImportRow.objects.filter(run__public_id=public_id, number=number).first()
    return None if row is None else _row_view(row)


def next_wrong_row(public_id: str, after: int = 0) -> int | None:
    """Return the number of the next row that can be put right. One statement."""
    rows = ImportRow.objects.filter(run__public_id=public_id, verdict=WRONG, number__gt=after)
    rows = rows.exclude(reading__has_key=PROBLEM)
    found: int | None = rows.order_by("number").values_list("number", flat=True).first()
    return found


def rows_to_put_right(public_id: str) -> Iterator[ImportRowView]:
    """Yield the wrong rows that did not come in, in order, for a file to put right."""
    after = 0
    while found := import_rows_page(public_id, verdict=WRONG, after=after, limit=500):
        yield from found
        after = found[-1].number


def originals_to_put_right(public_id: str) -> Iterator[bytes]:
    """Yield the bytes of records whose rows stayed out, each once, in order."""
    rows = ImportRow.objects.filter(
        run__public_id=public_id, verdict=WRONG, original__isnull=False
    ).exclude(state=RowState.DONE)
    before = b""
    for original in rows.order_by("number").values_list("original", flat=True).iterator(200):
        if bytes(original) != before:
            before = bytes(original)
            yield before


def made_behind(run_id: int, number: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Return what the next rows behind a number have made, with theirs. One statement."""
    rows = ImportRow.objects.filter(run_id=run_id, state=RowState.DONE, number__gt=number)
    return [(row.number, opened(row)["made"]) for row in rows.order_by("number")[:limit]]


def made_in_order(public_id: str) -> list[dict[str, Any]]:
    """Return what each row of an import made, in their order. One statement."""
    rows = ImportRow.objects.filter(run__public_id=public_id, state=RowState.DONE)
    return [opened_one(row, "made") for row in rows.only("made", "sealed").order_by("number")]


def _view(row: Import) -> ImportView:
    look = look_of(row)
    is_over = row.state in {State.DONE, State.STOPPED}
    may_undo = is_over or is_partly_undone(row.state, row.counts)
    return ImportView(
        public_id=row.public_id,
        kind=row.kind,
        state=row.state,
        problem=row.problem,
        file_name=row.file_name,
        file_bytes=row.file_bytes,
        has_arrived=has_arrived(row),
        shape=look.shape,
        columns=look.columns,
        is_enough=look.is_enough,
        options=row.options,
        again_of=row.again_of.public_id if row.again_of else "",
        rows_guessed=max(row.rows_guessed, row.rows_read),
        rows_read=row.rows_read,
        rows_done=row.rows_done,
        counts=row.counts,
        covers=row.covers,
        staff_id=row.staff_id,
        branch_id=row.branch_id,
        created_at=row.created_at,
        checked_at=row.checked_at,
        ended_at=row.ended_at,
        undone_at=row.undone_at,
        undo_until=row.ended_at + KEPT if may_undo and row.ended_at else None,
    )


def _row_view(row: ImportRow) -> ImportRowView:
    values = opened(row)
    return ImportRowView(
        number=row.number,
        cells=tuple(values["cells"]),
        reading=values["reading"],
        first_row=row.first_row,
        verdict=row.verdict,
        faults=tuple((code, name, value) for code, name, value in values["faults"]),
        doubts=tuple((code, name, value) for code, name, value in values["doubts"]),
        changed=tuple(row.changed),
        state=row.state,
        told=values["made"].get("told", {}),
    )


def readings_of(run_id: int, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what rows of an import say, by their numbers. One statement, none for no number."""
    # One whose cells could not even be kept says nothing.
    readings = _of_rows(run_id, numbers, "reading")
    return {number: reading for number, reading in readings.items() if reading}


def rows_saying(run_id: int, first: str, *others: str) -> list[tuple[Any, ...]]:
    """Return what rows of an import say under paths such as `copies__shelf`, in their order.

    First row, then each path; those without the first are left out. Of kinds that are not about
    people. One statement, which goes through all rows.
    """
    paths = [f"reading__{path}" for path in (first, *others)]
    rows = ImportRow.objects.filter(run_id=run_id, **{f"{paths[0]}__isnull": False})
    return list(rows.order_by("number").values_list("first_row", *paths))


def stamp_of(run_id: int) -> tuple[Any, ...]:
    """Return what changes whenever the rows of an import say something else. One statement."""
    asked = ("public_id", "checked_at", "counts__mended")
    found: tuple[Any, ...] = Import.objects.values_list(*asked).get(pk=run_id)
    return found


def made_by(run_id: int, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what rows of an import have made, by their numbers. One statement, or none."""
    return _of_rows(run_id, numbers, "made")


def _of_rows(run_id: int, numbers: Iterable[int], name: str) -> dict[int, dict[str, Any]]:
    asked = list(numbers)
    if not asked:
        return {}
    rows = ImportRow.objects.filter(run_id=run_id, number__in=asked)
    return {row.number: opened_one(row, name) for row in rows.only("number", name, "sealed")}
