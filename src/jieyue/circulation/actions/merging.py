"""Making one title of two (合并书目), and taking that back.

Copies bring their loans along. Everything with a key to the title moves; the other row goes, and
its public id leads to the kept one. Whoever lends, returns or reserves meanwhile waits for the
locks: copies by id, then both titles.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Q

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused, columns_of, refused
from jieyue.catalog.apart import handed_back, handed_over
from jieyue.catalog.merged import kept_aside, put_back
from jieyue.catalog.models import Copy, MergedTitle, SplitTitle, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import FIELDS, found_by
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.search.indexing import index_titles
from jieyue.circulation.actions.effects.release import release
from jieyue.circulation.actions.effects.two_queues import (
    begin_again,
    end_doubles,
    ended_pair,
    lock_both,
)
from jieyue.circulation.models import Hold
from jieyue.circulation.models.holds import CAPTURED_STATES
from jieyue.circulation.queries.merging import open_holds
from jieyue.circulation.rules.merging import UNDO, merged, twice
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

SAID: Final = (*FIELDS, "state", "doubts", "source", "provenance", "match_key")
"""Columns of a title that merging may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Two titles are one. `holds` moved; `ended` were of readers who had one on both."""

    type: Literal["merged"] = "merged"
    title: str  # public id of the one there is
    was: str  # public id that leads there now
    name: str
    copies: int
    holds: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    """They are two again. Copies and holds that came after the merge stay where they are."""

    type: Literal["unmerged"] = "unmerged"
    title: str  # the one that is back
    name: str
    kept: str
    copies: int
    holds: int


@action(needs=Permission.CATALOG_EDIT)
def merge_titles(
    desk: Desk, *, keep: str, drop: str, take: frozenset[str] = frozenset()
) -> Merged | Refused:
    """Make the title `drop` one with `keep`, which takes over its fields named in `take`.

    `take` may hold `cover`; an empty cover or MARC record is taken anyhow. A reader with a hold on
    both keeps the better place: the copy that is ready first of all.
    """
    kept, dropped = lock_both(keep, drop)
    if kept is None or dropped is None:
        unknown = keep if kept is None else drop
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", unknown[:40])])
    if kept.pk == dropped.pk:
        return refused([Fault(FaultCode.SAME_TITLE, "title", keep)], title_id=kept.pk)
    pairs = twice(open_holds(kept.pk), open_holds(dropped.pk))
    lost = end_doubles(desk, pairs)
    row = _row_of(desk, kept, dropped)
    row.left |= _moved(kept.pk, dropped.pk) | {"ended": [ended_pair(pair) for pair in pairs]}
    kept_aside(row, kept, dropped, take_cover="cover" in take)
    row.left |= handed_over(desk, kept=kept.pk, dropped=dropped.pk)
    dropped.delete()  # first: it may have the ISBN that is taken
    _write(desk, kept, dropped, take)
    row.left |= {"after": _said(kept)}
    row.save()
    release(desk, [one for one in lost if one["captured_copy_id"] is not None])
    outcome = Merged(
        title=kept.public_id,
        was=row.public_id,
        name=kept.name,
        copies=len(row.left["copies"]),
        holds=len(row.left["holds"]),
        ended=len(pairs),
    )
    data = {"was": row.public_id, "copies": outcome.copies, "holds": outcome.holds}
    ended = [pair.ends.public_id for pair in pairs]
    note(Note(title_id=kept.pk, data=data | {"ended": ended, "taken": sorted(take)}))
    return outcome


@action(needs=Permission.CATALOG_EDIT)
def unmerge_titles(desk: Desk, *, was: str) -> Unmerged | Refused:
    """Make two titles again of what `merge_titles` made one, up to 30 days after.

    What came later stays. Refused while a copy of the one is kept for a reader of the other.
    """
    row = MergedTitle.objects.filter(public_id=was).first()
    kept, _ = lock_both(row.into.public_id, "") if row else (None, None)
    row = lock_one(MergedTitle.objects.filter(public_id=was, into=kept)) if kept else None
    if row is None or kept is None:
        return refused([Fault(FaultCode.MERGE_UNKNOWN, "title", was[:40])])
    left = row.left
    found = Copy.objects.filter(pk__in=left["copies"], title=kept)
    copies = list(found.values_list("pk", flat=True))
    going = Q(pk__in=left["holds"]) | Q(copy__in=copies)
    holds = Hold.objects.filter(title=kept)
    captured = holds.filter(state__in=CAPTURED_STATES)
    faults = []
    if desk.now - row.merged_at > UNDO:
        faults.append(Fault(FaultCode.MERGE_TOO_OLD))
    if captured.filter(going ^ Q(captured_copy__in=copies)).exists():
        faults.append(Fault(FaultCode.COPY_HELD))
    if faults:
        return refused(faults, title_id=kept.pk)
    _say_again(desk, kept, left)
    back = _made_again(desk, row)
    moved = holds.filter(going).update(title=back)
    Copy.objects.filter(pk__in=copies).update(title=back)
    begin_again(left["ended"])
    MergedTitle.objects.filter(pk__in=left["merged"], into=kept).update(into=back)
    for name, key in (("split_from", "title"), ("split_into", "into")):
        SplitTitle.objects.filter(pk__in=left.get(name, [])).update(**{key: back})
    handed_back(desk, left, kept=kept.pk, back=back.pk)
    put_back(row, kept, back)
    row.delete()
    note(Note(title_id=back.pk, data={"kept": kept.public_id, "copies": len(copies)}))
    return Unmerged(
        title=back.public_id, name=back.name, kept=kept.public_id, copies=len(copies), holds=moved
    )


def _moved(kept_id: int, dropped_id: int) -> dict[str, Any]:
    """Move every row with a key to the title; return the ids of what moved."""
    moved: dict[str, Any] = {}
    for name, rows, key in (
        ("copies", Copy.objects.filter(title_id=dropped_id), "title_id"),
        ("holds", Hold.objects.filter(title_id=dropped_id), "title_id"),
        ("merged", MergedTitle.objects.filter(into_id=dropped_id), "into_id"),
        ("split_from", SplitTitle.objects.filter(title_id=dropped_id), "title_id"),
        ("split_into", SplitTitle.objects.filter(into_id=dropped_id), "into_id"),
    ):
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(**{key: kept_id})
    return moved


def _row_of(desk: Desk, kept: Title, dropped: Title) -> MergedTitle:
    """Return the row, not written yet, with what both said."""
    return MergedTitle(
        library_id=desk.library_id,
        public_id=dropped.public_id,
        into=kept,
        name=dropped.name,
        staff_id=desk.staff_id,
        merged_at=desk.now,
        left={
            "was_id": dropped.pk,
            "kept_id": kept.pk,
            "created_at": dropped.created_at.isoformat(),
            "dropped": _said(dropped),
            "before": _said(kept),
        },
    )


def _made_again(desk: Desk, row: MergedTitle) -> Title:
    """Insert the title as it was; without its ISBN if another title has that by now."""
    said = dict(row.left["dropped"])
    said["isbn13"] = _if_free(said["isbn13"])
    back: Title = Title.objects.create(
        pk=row.left["was_id"],
        library_id=desk.library_id,
        public_id=row.public_id,
        created_at=datetime.fromisoformat(row.left["created_at"]),
        updated_at=desk.now,
        **said,
    )
    index_titles({back.pk: found_by(book_of(back))})
    return back


def _if_free(isbn13: str) -> str:
    """Return the ISBN, or "" if another title has it by now."""
    return "" if isbn13 and Title.objects.filter(isbn13=isbn13).exists() else isbn13


def _said(title: Title) -> dict[str, Any]:
    return {name: getattr(title, name) for name in SAID}


def _write(desk: Desk, kept: Title, dropped: Title, take: frozenset[str]) -> None:
    """Write what the kept title says from now on, and who said it."""
    book = merged(book_of(kept), book_of(dropped), take)
    said = {
        name: dropped.provenance.get(name, dropped.source)
        for name in FIELDS
        if name in take and getattr(kept, name) != getattr(dropped, name)
    }
    values = columns_of(book) | {
        "state": dropped.state if "name" in take else kept.state,
        "doubts": dropped.doubts if "name" in take else kept.doubts,
        "provenance": kept.provenance | {name: source for name, source in said.items() if source},
    }
    for name, value in values.items():
        setattr(kept, name, value)
    Title.objects.filter(pk=kept.pk).update(**values, updated_at=desk.now)
    index_titles({kept.pk: found_by(book)})


def _say_again(desk: Desk, kept: Title, left: dict[str, Any]) -> None:
    """Put back what the merge wrote, where nobody has written anything else since."""
    if kept.pk != left["kept_id"]:
        return  # that one has become one with another in turn
    values = {
        name: left["before"][name]
        for name in SAID
        if getattr(kept, name) == left["after"][name] != left["before"][name]
    }
    if "isbn13" in values:
        values["isbn13"] = _if_free(values["isbn13"])
    for name, value in values.items():
        setattr(kept, name, value)
    values |= columns_of(book_of(kept))
    Title.objects.filter(pk=kept.pk).update(**values, updated_at=desk.now)
    index_titles({kept.pk: found_by(book_of(kept))})
