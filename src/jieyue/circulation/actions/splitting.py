"""Moving copies that are another book to the record of that book (拆分书目), and taking that back.

Loans and history come along with the copies. The locks are those of merging.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import FETCH_COVER, Refused, make_title, refused
from jieyue.catalog.actions.titles import isbn_faults
from jieyue.catalog.apart import forget, tell
from jieyue.catalog.models import Copy, SplitTitle, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import FIELDS, Description, faults_of, tidied
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.provenance import said_by
from jieyue.circulation.actions.effects.release import release
from jieyue.circulation.actions.effects.two_queues import (
    begin_again,
    end_doubles,
    ended_pair,
    lock_both,
    set_free,
)
from jieyue.circulation.models import Hold
from jieyue.circulation.queries.merging import open_holds
from jieyue.circulation.rules.merging import UNDO, twice
from jieyue.circulation.rules.splitting import MAX_COPIES, Parted, crossing, parted
from jieyue.kit.ids import public_id
from jieyue.kit.relations import pointed_at
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise

KEPT: Final = ("source", "provenance")
"""What a record that begins as another's copy says of where its fields are from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Copies stand with another record. `freed` readers wait again; `ended` had reserved both."""

    type: Literal["split"] = "split"
    split: str  # public id, to take it back
    title: str  # public id of the record they were with
    into: str  # of the one they are with
    name: str
    copies: int
    holds: int
    freed: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsplit:
    """The copies are back. `is_gone`: the record made for them had nothing else and went."""

    type: Literal["unsplit"] = "unsplit"
    title: str
    name: str
    copies: int
    holds: int
    is_gone: bool


@action(needs=Permission.CATALOG_EDIT)
def split_title(
    desk: Desk,
    *,
    title: str,
    copies: tuple[str, ...],
    into: str = "",
    book: Description | None = None,
) -> Split | Refused:
    """Move copies of `title` to the record `into`, or to a new one that says `book`.

    Reservations of one of these copies go along. Those of the book stay, unless no copy of it is
    left. A reader for whom one of the copies was kept, but who waits for the other book, waits
    again in the same place.
    """
    source, target = lock_both(title, into)
    if source is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    moving = _ids_of(source, copies)
    faults = [Fault(FaultCode.COPY_UNKNOWN, "copies")] if len(moving) < len(set(copies)) else []
    if not 1 <= len(set(copies)) <= MAX_COPIES:
        faults = [Fault(FaultCode.COPIES_OUT_OF_RANGE, "copies", str(MAX_COPIES))]
    if book is None:
        faults += _against(source, target, into)
    else:
        book = tidied(book)
        faults += _against_new(source, book)
    if faults:
        return refused(faults, title_id=source.pk)
    made = _begun(desk, source, book) if book is not None else None
    other = made or target
    assert other is not None
    holds = parted(open_holds(source.pk), moving, is_empty=_is_emptied(source, moving))
    row = _row_of(desk, source, other)
    row.left = _moved(desk, source, other, copies=moving, holds=holds) | {"is_new": bool(made)}
    row.left["told_apart"] = bool(tell(desk, [source.pk, other.pk]))
    row.save()
    outcome = Split(
        split=row.public_id,
        title=source.public_id,
        into=other.public_id,
        name=other.name,
        copies=len(moving),
        holds=len(holds.moving),
        freed=len(holds.freed),
        ended=len(row.left["ended"]),
    )
    barcodes = list(Copy.objects.filter(pk__in=moving).values_list("barcode", flat=True)[:20])
    data = {"into": other.public_id, "name": other.name, "barcodes": barcodes}
    freed = [hold.public_id for hold in holds.freed]
    note(Note(title_id=source.pk, data=data | {"copies": len(moving), "freed": freed}))
    return outcome


@action(needs=Permission.CATALOG_EDIT)
def unsplit_title(desk: Desk, *, split: str) -> Unsplit | Refused:
    """Take the copies back to the record they were with, up to 30 days after.

    Only those that are still where the split moved them, with what is reserved of them.
    """
    found = SplitTitle.objects.filter(public_id=split).first()
    keys = (found.title.public_id, found.into.public_id) if found else ("", "")
    source, other = lock_both(*keys)
    row = lock_one(SplitTitle.objects.filter(public_id=split, title=source, into=other))
    if row is None or source is None or other is None or source == other:
        return refused([Fault(FaultCode.SPLIT_UNKNOWN, "split", split[:40])])
    if desk.now - row.split_at > UNDO:
        return refused([Fault(FaultCode.SPLIT_TOO_OLD)], title_id=source.pk)
    there = Copy.objects.filter(pk__in=row.left["copies"], title=other)
    moving = set(there.values_list("pk", flat=True))
    came = set(row.left["holds"])
    waiting = open_holds(other.pk)
    going = [hold for hold in waiting if hold.hold_id in came or hold.copy_id in moving]
    freed = crossing(waiting, [hold.hold_id for hold in going], moving)
    _moved(desk, other, source, copies=moving, holds=Parted(tuple(going), freed), also=came)
    begin_again(row.left["ended"])
    is_new = row.left["is_new"]
    if row.left.get("told_apart"):
        forget([(source.pk, other.pk)])
    row.delete()
    is_gone = is_new and not pointed_at(Title, [other.pk])
    if is_gone:
        other.delete()
    data = {"from": other.public_id, "name": other.name, "copies": len(moving)}
    note(Note(title_id=source.pk, data=data | {"is_gone": is_gone}))
    return Unsplit(
        title=source.public_id,
        name=source.name,
        copies=len(moving),
        holds=len(going),
        is_gone=is_gone,
    )


def _against(source: Title, target: Title | None, into: str) -> list[Fault]:
    if target is None:
        return [Fault(FaultCode.TITLE_UNKNOWN, "into", into[:40])]
    return [Fault(FaultCode.SAME_TITLE, "into", into)] if target.pk == source.pk else []


def _against_new(source: Title, book: Description) -> list[Fault]:
    """Return what stands against another book that is described so."""
    if book == book_of(source) or book == replace(book_of(source), isbn13=""):
        return [Fault(FaultCode.BOOK_THE_SAME, "book")]
    faults = faults_of(book)
    if book.isbn13 and not faults:
        faults = isbn_faults(book.isbn13, except_id=None)
    return faults


def _begun(desk: Desk, source: Title, book: Description) -> Title:
    """Insert the other book's record; who said what is kept for the fields it has from here."""
    title = make_title(desk, book, state=Title.State.CONFIRMED)
    before = book_of(source)
    changed = [name for name in FIELDS if getattr(before, name) != getattr(book, name)]
    title.source = source.source
    title.provenance = said_by(source.provenance, changed, "")
    title.save(update_fields=KEPT)
    if book.isbn13:
        promise(FETCH_COVER, {"title_id": title.pk}, at=desk.now)
    return title


def _ids_of(source: Title, copies: Collection[str]) -> set[int]:
    mine = Copy.objects.filter(title=source, public_id__in=list(copies))
    return set(mine.values_list("pk", flat=True))


def _is_emptied(source: Title, moving: Collection[int]) -> bool:
    """Say whether the library has no copy of this record any more once these have gone."""
    kept = Copy.objects.filter(title=source).exclude(standing=Copy.Standing.WITHDRAWN)
    return not kept.exclude(pk__in=moving).exists()


def _row_of(desk: Desk, source: Title, other: Title) -> SplitTitle:
    return SplitTitle(
        library_id=desk.library_id,
        public_id=public_id(),
        title=source,
        into=other,
        staff_id=desk.staff_id,
        split_at=desk.now,
    )


def _moved(
    desk: Desk,
    source: Title,
    other: Title,
    *,
    copies: Collection[int],
    holds: Parted,
    also: Collection[int] = (),
) -> dict[str, Any]:
    """Move copies (ids) and holds; return the ids of what moved, and who had reserved both.

    Ended holds of these copies are their history and go along, as do those of `also`.
    """
    moving = {hold.hold_id for hold in holds.moving}
    loose = set_free(holds.freed)  # first: a copy that does not come along is nobody's better place
    waiting = [hold for hold in open_holds(source.pk) if hold.hold_id in moving]
    pairs = twice(open_holds(other.pk), waiting)
    loose += end_doubles(desk, pairs)
    going = _history(source, copies, also) | moving
    Copy.objects.filter(pk__in=copies).update(title=other)
    Hold.objects.filter(pk__in=going, title=source).update(title=other)
    release(desk, [one for one in loose if one["captured_copy_id"] is not None])
    return {
        "copies": sorted(copies),
        "holds": sorted(going),
        "ended": [ended_pair(pair) for pair in pairs],
    }


def _history(source: Title, copies: Collection[int], also: Collection[int]) -> set[int]:
    ended = Hold.objects.filter(title=source, ended_at__isnull=False)
    found = ended.filter(copy__in=copies) | ended.filter(pk__in=also)
    return set(found.values_list("pk", flat=True))
