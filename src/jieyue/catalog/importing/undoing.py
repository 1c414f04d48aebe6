"""Taking a list back: copies and titles that nothing followed on, and fields nobody changed."""

from collections import defaultdict
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import columns_of
from jieyue.catalog.importing.title_rows import WRITTEN, update_titles
from jieyue.catalog.importing.writing import COPY_FIELDS, mark_of
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.faults import FaultCode
from jieyue.catalog.search.indexing import index_again
from jieyue.imports.rules.runs import COUNTED, ELSEWHERE, RowState
from jieyue.imports.works import EDITED, Batch, KeptRow, Run, Settled
from jieyue.kit.relations import pointed_at
from jieyue.libraries.desk import Desk

STOCK_LINE: Final = "stockline"
"""The table that points at a copy while it is counted."""


def take_back(desk: Desk, run: Run, rows: Batch) -> list[Settled]:
    """Take the rows back, the last first. What something followed on stays, and says why.

    A fixed number of statements: those of the tables that point at copies and titles.
    """
    marks = {int(pk): mark for row in rows for pk, mark in row.made.get("copies", {}).items()}
    copies = _copies_to_go(desk, marks)
    copies |= pointed_at(Copy, [pk for pk, why in copies.items() if why == ""])
    gone = [pk for pk, why in copies.items() if why == ""]
    Copy.objects.filter(pk__in=gone).delete()
    _fields_back(desk, rows)
    titles = _titles_gone(rows)
    for row in rows:
        _note(run, row)
    return [_settled(row, copies, titles) for row in rows]


def _copies_to_go(desk: Desk, marks: dict[int, str]) -> dict[int, str]:
    """Lock the copies; return for each that is there why it stays, "" if it may go."""
    locked = Copy.objects.filter(pk__in=marks).select_for_update().order_by("pk")
    list(locked.values_list("pk", flat=True))
    found = {}
    for copy in Copy.objects.filter(pk__in=marks).only("pk", *COPY_FIELDS):
        why = "" if mark_of(copy) == marks[copy.pk] else EDITED
        found[copy.pk] = why if desk.works_at(copy.branch_id) else ELSEWHERE
    return found


def _fields_back(desk: Desk, rows: Batch) -> None:
    """Put fields of titles back as they were, where they still say what the list said."""
    changes = [(row.made["title"], row.made["fields"]) for row in rows if "fields" in row.made]
    ids = {title for title, _ in changes}
    if not ids:
        return
    locked = Title.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
    list(locked.values_list("pk", flat=True))
    titles = {title.pk: title for title in Title.objects.filter(pk__in=ids)}
    touched = set()
    for pk, fields in changes:
        title = titles.get(pk)
        for name, (before, after) in fields.items():
            if title is not None and getattr(title, name) == after:
                setattr(title, name, before)
                touched.add(pk)
    update_titles(
        desk, [(pk, {n: getattr(titles[pk], n) for n in WRITTEN} | _keys(titles[pk]))
               for pk in sorted(touched)],
    )  # fmt: skip
    index_again(sorted(touched))


def _keys(title: Title) -> dict[str, object]:
    return {"match_key": columns_of(book_of(title))["match_key"]}


def _titles_gone(rows: Batch) -> dict[int, str]:
    """Delete the titles these rows made; return for each why it stays, "" if it is gone."""
    ids = [row.made["title"] for row in rows if row.made.get("is_new")]
    if not ids:
        return {}
    locked = Title.objects.filter(pk__in=ids).select_for_update().order_by("pk")
    found = dict.fromkeys(locked.values_list("pk", flat=True), "")
    found |= pointed_at(Title, ids)
    gone = [pk for pk, why in found.items() if why == ""]
    Title.objects.filter(pk__in=gone).delete()
    return found


def _note(run: Run, row: KeptRow) -> None:
    data = {"import": run.public_id, "row": row.number}
    for pk in row.made.get("copies", {}) or [None]:
        note(Note(title_id=row.made["title"], copy_id=int(pk) if pk else None, data=data))


def _left(row: KeptRow, copies: dict[int, str], titles: dict[int, str]) -> dict[str, Any]:
    """Return what is still there of what a row made, so that nothing is taken back twice."""
    made = {name: value for name, value in row.made.items() if name != "fields"}
    if "copies" in made:
        made["copies"] = {pk: mark for pk, mark in made["copies"].items() if copies.get(int(pk))}
    if not titles.get(made["title"]):
        made.pop("is_new", None)
    return made


def _settled(row: KeptRow, copies: dict[int, str], titles: dict[int, str]) -> Settled:
    made = [int(pk) for pk in row.made.get("copies", {})]
    stay = [(copies[pk], "copy") for pk in made if copies.get(pk)]
    title = row.made["title"] if row.made.get("is_new") else None
    if title is not None and titles.get(title):
        stay.append((titles[title], "title"))
    followed: dict[str, int] = defaultdict(int)
    for why, what in stay:
        followed[f"{what}.{why}"] += 1
    gone = sum(not copies.get(pk) for pk in made)
    faults = tuple(
        (FaultCode.SOMETHING_FOLLOWED.value, what, str(count)) for what, count in followed.items()
    )
    return Settled(
        state=RowState.KEPT if stay else RowState.UNDONE,
        verdict=row.verdict,
        faults=faults,
        made=_left(row, copies, titles) if stay else {},
        tally={
            "titles": -int(title is not None and not titles.get(title)),
            "copies": -gone,
            "numbered": -gone if "told" in row.made else 0,
            ELSEWHERE: int(any(why == ELSEWHERE for why, _ in stay)),
            COUNTED: int(any(why == STOCK_LINE for why, _ in stay)),
        },
    )
