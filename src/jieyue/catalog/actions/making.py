"""What the cataloguing actions share: making rows of titles and copies inside a transaction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.originals import keep_original
from jieyue.catalog.call_numbers import own_call_number, suggested_call_number
from jieyue.catalog.merged import merged_into
from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.catalog.queries import book_of, taken_accessions, taken_barcodes
from jieyue.catalog.rules.copies import LIMITS, NewCopies, consecutive, faults_of, read_barcode
from jieyue.catalog.rules.descriptions import FIELDS, Description, found_by
from jieyue.catalog.rules.faults import Fault, FaultCode, codes
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.catalog.rules.record_values import clean
from jieyue.catalog.search.indexing import index_titles
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.numbers import hold_range, next_barcodes, next_numbers
from jieyue.outbox.promises import promise

LOOK_UP: Final = "catalog.look_up"  # promises kept by catalog/jobs.py
FETCH_COVER: Final = "catalog.fetch_cover"
NIGHT: Final = time(2, 30)  # local: services are idle, and the copy of the night is made later
ACCESSION_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing changed, and everything that was wrong."""

    type: Literal["refused"] = "refused"
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedCopy:
    """A copy just made."""

    copy: str  # public id
    barcode: str
    accession_number: str
    call_number: str


def refused(
    faults: Iterable[Fault], *, title_id: int | None = None, copy_id: int | None = None
) -> Refused:
    """Return the refusal, with its codes in the journal."""
    outcome = Refused(faults=tuple(faults))
    note(
        Note(
            outcome="refused",
            title_id=title_id,
            copy_id=copy_id,
            reasons=codes(outcome.faults),
        )
    )
    return outcome


def make_title(
    desk: Desk, book: Description, *, state: str, doubts: Sequence[str] = (), source: str = ""
) -> Title:
    """Insert a title; a draft is promised to be looked up at night."""
    title: Title = Title.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        **columns_of(book),
        state=state,
        doubts=list(doubts),
        source=source[:40],
        created_at=desk.now,
        updated_at=desk.now,
    )
    index_titles({title.pk: found_by(book)})
    keep_original(desk, title.pk, isbn13=book.isbn13, source=title.source)
    if state == Title.State.DRAFT and book.isbn13:
        promise(LOOK_UP, {"title_id": title.pk}, at=next_night(desk))
    return title


def title_to_add_to(**asked: str) -> Title | None:
    """Lock the title with this public id or ISBN, so that it cannot go before its copies are there.

    The public id of one that was merged is the other's.
    """
    found = lock_one(Title.objects.filter(**asked))
    if found is None and (kept := merged_into(asked.get("public_id", ""))) is not None:
        found = lock_one(Title.objects.filter(public_id=kept))
    return found


def columns_of(book: Description) -> dict[str, object]:
    """Return a title's columns for a description."""
    return {name: getattr(book, name) for name in FIELDS} | {
        "match_key": identity_of(book).key,
    }


def next_night(desk: Desk, *, nights: int = 1) -> datetime:
    """Return the hour of the look-ups `nights` nights on, as aware UTC."""
    night = desk.today + timedelta(days=nights)
    return datetime.combine(night, NIGHT, desk.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """Copies that nothing stands against; barcodes and numbers of our own come at insertion."""

    new: NewCopies
    branch_id: int
    item_type_id: int
    accessions: list[str]


def plan_copies(desk: Desk, new: NewCopies) -> CopyPlan | list[Fault]:
    """Check copies to add before anything is written, or say everything against them."""
    new = _tidied(new)
    faults = faults_of(new)
    branch_id = branch_of(desk, new.branch)
    item_type_id = item_type_of(new.item_type)
    if branch_id is None:
        faults.append(Fault(FaultCode.BRANCH_UNKNOWN, "branch", new.branch[:40]))
    if item_type_id is None:
        faults.append(Fault(FaultCode.ITEM_TYPE_UNKNOWN, "item_type", new.item_type[:40]))
    faults += elsewhere(desk, branch_id)
    if faults or branch_id is None or item_type_id is None:
        return faults
    faults = barcode_conflicts(new.barcodes)
    accessions = consecutive(new.accession, new.count) if new.accession else []
    if accessions:
        taken = sorted(taken_accessions(accessions))
        faults += [Fault(FaultCode.ACCESSION_TAKEN, "accession", number) for number in taken]
    return faults or CopyPlan(new, branch_id, item_type_id, accessions)


def insert_copies(desk: Desk, title: Title, plan: CopyPlan) -> tuple[AddedCopy, ...]:
    """Insert planned copies in one statement.

    Barcodes of the library's own range that are on something already are passed over.
    """
    new = plan.new
    call_number = new.call_number
    if new.suggests_call_number and call_number in {"", new.suggested}:
        call_number = call_number_for(title, plan.branch_id) or call_number
    accessions = plan.accessions or [""] * new.count
    if new.numbers_accession and not plan.accessions:
        accessions = _own_accessions(new.count)
    made = Copy.objects.bulk_create(
        Copy(
            library_id=desk.library_id,
            public_id=public_id(),
            title=title,
            barcode=barcode,
            branch_id=plan.branch_id,
            item_type_id=plan.item_type_id,
            shelf=new.shelf,
            supplier=new.supplier,
            call_number=call_number,
            accession_number=accession,
            price_cents=new.price_cents,
            source=new.source,
            parts=new.parts,
            note=new.note,
            added_at=desk.now,
        )
        for barcode, accession in zip(
            new.barcodes or own_barcodes(new.count), accessions, strict=True
        )
    )
    _note_copies(title, made)
    return tuple(
        AddedCopy(
            copy=copy.public_id,
            barcode=copy.barcode,
            accession_number=copy.accession_number,
            call_number=copy.call_number,
        )
        for copy in made
    )


def _note_copies(title: Title, made: list[Copy]) -> None:
    """Write one journal row for all copies of one call."""
    note(
        Note(
            title_id=title.pk,
            copy_id=made[0].pk if len(made) == 1 else None,
            data={"count": len(made), "first": made[0].barcode, "last": made[-1].barcode},
        )
    )


def barcode_conflicts(barcodes: Iterable[str]) -> list[Fault]:
    """Which barcodes are on another copy or on a reader's card. Two statements if any."""
    asked = list(barcodes)
    if not asked:
        return []
    copies, cards = taken_barcodes(asked)
    found = [Fault(FaultCode.BARCODE_TAKEN, "barcodes", c) for c in asked if c in copies]
    return found + [Fault(FaultCode.BARCODE_IS_CARD, "barcodes", c) for c in asked if c in cards]


def branch_of(desk: Desk, code: str) -> int | None:
    """Return the open branch with this code; the desk's own for ""."""
    if not code:
        return desk.branch_id
    found: int | None = (
        Branch.objects.filter(code=code, is_open=True).values_list("id", flat=True).first()
    )
    return found


def elsewhere(desk: Desk, *branch_ids: int | None) -> list[Fault]:
    """Refuse what is of a branch where whoever is at the desk does not work."""
    is_here = all(desk.works_at(one) for one in branch_ids if one is not None)
    return [] if is_here else [Fault(FaultCode.COPY_ELSEWHERE, "branch")]


def item_type_of(code: str) -> int | None:
    """Return the item type with this code; the library's default for ""."""
    found = ItemType.objects.filter(is_active=True)
    found = found.filter(code=code) if code else found.order_by("-is_default", "id")
    row: int | None = found.values_list("id", flat=True).first()
    return row


def _tidied(new: NewCopies) -> NewCopies:
    texts: dict[str, Any] = {name: clean(getattr(new, name), 1_000) for name in LIMITS}
    barcodes = tuple(read for code in new.barcodes if (read := read_barcode(code)))
    return replace(new, barcodes=barcodes, **texts)


def call_number_for(title: Title, branch_id: int, *, anew: bool = False) -> str:
    """Return the title's own call number at the branch, or the next by its scheme; "" for none.

    Whoever gives numbers at the same time waits, and reads in later statements what came of it.
    `anew`: its own does not count.
    """
    if not anew and (known := own_call_number(title.pk, branch_id=branch_id)):
        return known
    if not title.clc:
        return ""
    hold_range("call_number")
    return suggested_call_number(book_of(title), branch_id=branch_id, title_id=title.pk, anew=anew)


def _own_accessions(count: int) -> list[str]:
    """The next numbers of the library's own range that nobody has written by hand."""
    found: list[str] = []
    while len(found) < count:
        batch = [f"{n:0{ACCESSION_DIGITS}d}" for n in next_numbers("accession", count - len(found))]
        taken = taken_accessions(batch)
        found += [number for number in batch if number not in taken]
    return found


def own_barcodes(count: int, *, besides: Collection[str] = ()) -> list[str]:
    """Take barcodes of the library's own range that are on nothing, and none of `besides`."""
    found: list[str] = []
    while len(found) < count:
        batch = next_barcodes("copy", count - len(found))
        copies, cards = taken_barcodes(batch)
        free = (code for code in batch if code not in copies and code not in cards)
        found += [code for code in free if code not in besides]
    return found
