"""Writing the copies of one step of a pile, forwards or back; inside its action."""

from collections.abc import Iterable
from typing import Any

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import call_number_for
from jieyue.catalog.actions.titles import reclassify
from jieyue.catalog.call_numbers import Shelves, shelves_of
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.call_order import call_key
from jieyue.catalog.rules.faults import FaultCode
from jieyue.circulation.models import PileChange, PileRow
from jieyue.circulation.queries.piles import Looked, looked_at, why_not
from jieyue.circulation.rules.piles import WITHDRAWN, PileKind, against, changed
from jieyue.kit.transactions import lock_all
from jieyue.libraries.desk import Desk

Counted = tuple[int, int]  # done, left out


def change_rows(desk: Desk, pile: PileChange, row_ids: list[int]) -> Counted:
    """Change the copies of some rows; return how many, and how many were left out."""
    rows, found, titles = _locked(desk, pile, row_ids)
    numbers = _Numbers(titles)
    is_numbered = pile.kind == PileKind.RECLASSIFY
    for one in found:
        row = rows[one.row_id]
        row.why = why_not(pile, one)
        if row.why or one.facts is None:
            row.state = PileRow.State.LEFT
            continue
        says = one.facts.says
        row.after = changed(pile.wanted, says)
        if is_numbered and one.title_id is not None:
            title = titles[one.title_id]
            if "clc" in pile.wanted and title.clc != pile.wanted["clc"]:
                reclassify(desk, title, pile.wanted["clc"])
            number = numbers.anew(title, says["branch_id"])
            if number and number != says["call_number"]:
                row.after["call_number"] = number
        row.before = {name: says[name] for name in row.after}
        row.state = PileRow.State.DONE if row.after else PileRow.State.LEFT
        row.why = "" if row.after else FaultCode.NOTHING_CHANGES.value
        if is_numbered:  # at once: the next title's number depends on it
            _write(desk, [(one, row.after)])
    done = [one for one in found if rows[one.row_id].state == PileRow.State.DONE]
    if not is_numbered:
        _write(desk, [(one, rows[one.row_id].after) for one in done])
    _note(pile, done)
    _keep(rows.values())
    return len(done), len(rows) - len(done)


def undo_rows(desk: Desk, pile: PileChange, row_ids: list[int]) -> Counted:
    """Take the changes of some rows back, where the copy still says what the pile made it say."""
    rows, found, titles = _locked(desk, pile, row_ids)
    numbers = _Numbers(titles)
    for one in found:
        row = rows[one.row_id]
        row.why = _against_undo(desk, row, one, numbers)
        row.state = PileRow.State.STAYED if row.why else PileRow.State.UNDONE
    back = [one for one in found if rows[one.row_id].state == PileRow.State.UNDONE]
    for one in back:
        before = rows[one.row_id].before
        title = titles.get(one.title_id or 0)
        if title is not None and "clc" in before and title.clc != before["clc"]:
            reclassify(desk, title, before["clc"])
    _write(desk, [(one, rows[one.row_id].before) for one in back])
    _note(pile, back)
    _keep(rows.values())
    return len(back), len(rows) - len(back)


def _against_undo(desk: Desk, row: PileRow, one: Looked, numbers: "_Numbers") -> str:
    if one.facts is None:
        return FaultCode.COPY_UNKNOWN.value
    says = one.facts.says
    if any(says[name] != value for name, value in row.after.items()):
        return FaultCode.CHANGED_SINCE.value
    if not desk.works_at(row.before.get("branch_id", says["branch_id"])):
        return FaultCode.COPY_ELSEWHERE.value
    code = against(row.before, one.facts, is_undo=True)
    number = row.before.get("call_number", "")
    if code is None and number and numbers.is_taken(one.title_id, number, says["branch_id"]):
        code = FaultCode.CALL_NUMBER_TAKEN
    return code.value if code else ""


def _locked(
    desk: Desk, pile: PileChange, row_ids: list[int]
) -> tuple[dict[int, PileRow], list[Looked], dict[int, Title]]:
    """Lock the copies by id, then their titles where these change; a later statement reads all."""
    of_them = PileRow.objects.filter(pile=pile, pk__in=row_ids)
    copy_ids = of_them.exclude(copy=None).values_list("copy_id", flat=True)
    copies = lock_all(Copy.objects.filter(pk__in=list(copy_ids)).only("pk", "title_id"))
    titles: dict[int, Title] = {}
    with_titles = pile.kind == PileKind.RECLASSIFY
    if with_titles:
        title_ids = {copy.title_id for copy in copies}
        titles = {title.pk: title for title in lock_all(Title.objects.filter(pk__in=title_ids))}
    rows = {row.pk: row for row in of_them}
    return rows, looked_at(desk, of_them, with_titles=with_titles), titles


class _Numbers:
    """Call numbers made in one step: a title gets one for each order its copies stand in."""

    def __init__(self, titles: dict[int, Title]) -> None:
        self._titles = titles
        self._shelves: dict[int, Shelves] = {}
        self._made: dict[tuple[int, int | None], str] = {}

    def anew(self, title: Title, branch_id: int) -> str:
        order = (title.pk, self._order(branch_id).branch_id)
        if order not in self._made:
            self._made[order] = call_number_for(title, branch_id, anew=True)
        return self._made[order]

    def is_taken(self, title_id: int | None, number: str, branch_id: int) -> bool:
        """Say whether another title has the number in this branch's order by now."""
        there = self._order(branch_id).copies().exclude(title_id=title_id or 0)
        return bool(there.filter(call_key=call_key(number)).exists())

    def _order(self, branch_id: int) -> Shelves:
        if branch_id not in self._shelves:
            self._shelves[branch_id] = shelves_of(branch_id)
        return self._shelves[branch_id]


def _write(desk: Desk, said: Iterable[tuple[Looked, dict[str, Any]]]) -> None:
    """Write what copies say: one statement for all that get the same."""
    groups: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for one, values in said:
        columns = {name: value for name, value in values.items() if name != "clc"}
        if not columns or one.copy_id is None:
            continue
        if "call_number" in columns:
            columns["call_key"] = call_key(columns["call_number"])
        if "standing" in columns:
            is_gone = columns["standing"] == WITHDRAWN
            columns["withdrawn_at"] = desk.now if is_gone else None
        _, ids = groups.setdefault(repr(sorted(columns.items())), (columns, []))
        ids.append(one.copy_id)
    for columns, ids in groups.values():
        Copy.objects.filter(pk__in=ids).update(**columns)


def _note(pile: PileChange, done: Iterable[Looked]) -> None:
    """Write a journal row for every copy."""
    for one in done:
        data = {"pile": pile.public_id, "kind": pile.kind}
        note(Note(title_id=one.title_id, copy_id=one.copy_id, data=data))


def _keep(rows: Iterable[PileRow]) -> None:
    PileRow.objects.bulk_update(rows, ["state", "before", "after", "why"], batch_size=100)
