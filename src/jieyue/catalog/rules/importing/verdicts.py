"""What becomes of a row: the dry run says it, and the import does just that."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from jieyue.catalog.rules.descriptions import FIELDS, Description, filled, is_nameless
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.rows import BookRow, RowCopies

_NEVER_REPLACED: Final = frozenset({"isbn13", "unified_number"})
"""A book's numbers say which book it is: they are filled in, never changed."""


class Verdict(StrEnum):
    """What becomes of a row. Never rename one."""

    NEW = "new"  # a title the library does not have
    UPDATE = "update"  # copies, or what was missing, for a title it has
    DUPLICATE = "duplicate"  # nothing that is not there
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What the library has already, of what a row names.

    `book` is the title it belongs to, None if there is none; `own_barcodes` are on copies of that
    title, `other_barcodes` on those of another, `cards` on readers' cards. `accessions` are on any
    copy but those with `own_barcodes`. `places_missing` names what cannot be resolved: "branch",
    "item_type".
    """

    book: Description | None = None
    own_barcodes: frozenset[str] = frozenset()
    other_barcodes: frozenset[str] = frozenset()
    cards: frozenset[str] = frozenset()
    accessions: frozenset[str] = frozenset()
    places_missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A row with its verdict.

    `book` is what the title says afterwards, `changed` names the fields that differ from before;
    `copies` are those to add, without the ones that are there.
    """

    verdict: Verdict
    book: Description
    copies: RowCopies
    changed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def judged(row: BookRow, there: There, *, replaces: Collection[str] = ()) -> Judged:
    """Return what becomes of a row. `replaces` are fields in which the list is better than we are.

    Other fields of a title are filled where they are empty, never overwritten.
    """
    faults = row.faults + _against(row, there)
    if faults:
        # A row that only says once more what another says is nobody's mistake.
        is_repeat = all(fault.code == FaultCode.ROW_REPEATED for fault in faults)
        verdict = Verdict.DUPLICATE if is_repeat else Verdict.WRONG
        return Judged(
            verdict=verdict, book=row.book, copies=row.copies, faults=faults, doubts=row.doubts
        )
    copies = without(row.copies, there.own_barcodes)
    if there.book is None:
        return Judged(verdict=Verdict.NEW, book=row.book, copies=copies, doubts=row.doubts)
    book = merged(there.book, row.book, replaces=replaces)
    changed = tuple(name for name in FIELDS if getattr(book, name) != getattr(there.book, name))
    is_update = bool(changed or copies.count)
    return Judged(
        verdict=Verdict.UPDATE if is_update else Verdict.DUPLICATE,
        book=book,
        copies=copies,
        changed=changed,
        doubts=row.doubts,
    )


def merged(kept: Description, found: Description, *, replaces: Collection[str] = ()) -> Description:
    """Return `kept` with its empty fields filled, and those in `replaces` taken if not empty.

    The stand-in name of a draft is never taken.
    """
    book = filled(kept, found)
    taken: dict[str, Any] = {
        name: value
        for name in FIELDS
        if name in replaces
        and name not in _NEVER_REPLACED
        and (value := getattr(found, name)) not in ("", None)
        and not (name == "name" and is_nameless(found))
    }
    return replace(book, **taken)


def without(copies: RowCopies, barcodes: Collection[str]) -> RowCopies:
    """Return the copies that have none of these barcodes; each keeps its own accession number."""
    left = [place for place, code in enumerate(copies.barcodes) if code not in barcodes]
    if len(left) == len(copies.barcodes):
        return copies
    accessions = copies.accessions
    if len(accessions) == len(copies.barcodes):
        accessions = tuple(accessions[place] for place in left)
    elif not left or left[0] != 0:
        accessions = ()  # the one given belongs to the first copy, which is there
    return replace(
        copies,
        count=len(left),
        barcodes=tuple(copies.barcodes[place] for place in left),
        accessions=accessions,
    )


def _against(row: BookRow, there: There) -> tuple[Fault, ...]:
    new = without(row.copies, there.own_barcodes)
    found = [
        Fault(FaultCode.BARCODE_TAKEN, "barcode", code)
        for code in new.barcodes
        if code in there.other_barcodes
    ]
    found += [
        Fault(FaultCode.BARCODE_IS_CARD, "barcode", code)
        for code in new.barcodes
        if code in there.cards
    ]
    found += [
        Fault(FaultCode.ACCESSION_TAKEN, "accession", number)
        for number in new.accessions
        if number in there.accessions
    ]
    if "branch" in there.places_missing:
        found.append(Fault(FaultCode.BRANCH_UNKNOWN, "branch", row.copies.branch[:40]))
    if "item_type" in there.places_missing:
        found.append(Fault(FaultCode.ITEM_TYPE_UNKNOWN, "item_type", row.copies.item_type[:40]))
    return tuple(found)
