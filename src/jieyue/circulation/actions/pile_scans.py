"""Scanning a pile, book by book, before saying what shall be changed of it.

Each of the staff has one pile, wherever they scan; `begin_pile` takes off it what it changes.
"""

from dataclasses import dataclass
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.models import Copy
from jieyue.catalog.queries import cards_among
from jieyue.catalog.rules.faults import FaultCode
from jieyue.circulation.models import PileChange, PileRow, PileScan
from jieyue.circulation.queries.pile_scans import copies_meant
from jieyue.circulation.rules.piles import MAX_PILE, WITHDRAWN
from jieyue.circulation.rules.scanned import Scan, read_scan
from jieyue.circulation.rules.stocktaking import MAX_SCANS
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class PileSeen:
    """One scan. `why` is the code of why it cannot be in a pile, "" if it lies on it now."""

    barcode: str  # or what was read; of a reader's card nothing is kept
    copy: str = ""  # public id
    title: str = ""
    call_number: str = ""
    shelf: str = ""
    is_again: bool = False
    is_isbn: bool = False
    is_card: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PileScanned:
    """What became of each scan, in their order, and how many copies lie on the pile now."""

    type: Literal["pile_scanned"] = "pile_scanned"
    seen: tuple[PileSeen, ...]
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PileTakenOff:
    """So many copies were taken off the pile."""

    type: Literal["pile_taken_off"] = "pile_taken_off"
    copies: int


@action(needs=Permission.CATALOG_VIEW)
def scan_pile(desk: Desk, *, scans: tuple[str, ...]) -> PileScanned:
    """Put what was scanned onto one's pile; what lies there stays once. 1 to 100; else ValueError.

    Only whoever is one of the staff has a pile; else ValueError.
    """
    if not 0 < len(scans) <= MAX_SCANS:
        raise ValueError(f"1 to {MAX_SCANS} scans are read at once")
    if desk.staff_id is None:
        raise ValueError("only staff scan a pile")
    read = [read_scan(text) for text in scans]
    found = copies_meant(desk, read)
    no_copies = [scan for scan in read if scan.copy_among(found) is None]
    cards = cards_among(code for scan in no_copies for code in scan.codes)
    mine = PileScan.objects.filter(staff_id=desk.staff_id)
    here = set(mine.filter(copy__in=found.values()).values_list("copy_id", flat=True))
    count, new = mine.count(), list[PileScan]()
    seen = []
    for scan in read:
        copy = scan.copy_among(found)
        why = _against(desk, copy, is_full=count + len(new) >= MAX_PILE)
        is_again = copy is not None and copy.pk in here
        if copy is not None and not is_again and not why:
            here.add(copy.pk)
            new.append(
                PileScan(
                    library_id=desk.library_id,
                    staff_id=desk.staff_id,
                    copy=copy,
                    scanned_at=desk.now,
                )
            )
        if copy is None and cards.intersection(scan.codes):
            seen.append(PileSeen(barcode="", is_card=True, why=why))
        else:
            seen.append(_seen(scan, copy, why="" if is_again else why, is_again=is_again))
    PileScan.objects.bulk_create(new, ignore_conflicts=True)  # two devices scan the same book
    note(Note(data={"copies": len(new)}))
    return PileScanned(seen=tuple(seen), copies=count + len(new))


@action(needs=Permission.CATALOG_VIEW)
def take_off_pile(desk: Desk, *, copy: str = "") -> PileTakenOff:
    """Take a copy, by its public id, off one's pile, or all of them."""
    mine = PileScan.objects.filter(staff_id=desk.staff_id)
    if copy:
        mine = mine.filter(copy__public_id=copy[:12])
    return PileTakenOff(copies=mine.delete()[0])


def take_off_changed(desk: Desk, pile: PileChange) -> None:
    """Take the copies of a pile that is being changed off the one that was scanned."""
    copies = PileRow.objects.filter(pile=pile, copy__isnull=False).values("copy_id")
    PileScan.objects.filter(staff_id=desk.staff_id, copy_id__in=copies).delete()


def _against(desk: Desk, copy: Copy | None, *, is_full: bool) -> str:
    if copy is None:
        return FaultCode.COPY_UNKNOWN.value
    if not desk.works_at(copy.branch_id):
        return FaultCode.COPY_ELSEWHERE.value
    if copy.standing == WITHDRAWN:
        return FaultCode.COPY_WITHDRAWN.value
    return FaultCode.PILE_TOO_LARGE.value if is_full else ""


def _seen(scan: Scan, copy: Copy | None, *, why: str, is_again: bool) -> PileSeen:
    if copy is None:
        read = scan.isbn13 or scan.words
        return PileSeen(barcode=read[:60], is_isbn=bool(scan.isbn13), why=why)
    return PileSeen(
        barcode=copy.barcode,
        copy=copy.public_id,
        title=copy.title.name,
        call_number=copy.call_number,
        shelf=copy.shelf,
        is_again=is_again,
        why=why,
    )
