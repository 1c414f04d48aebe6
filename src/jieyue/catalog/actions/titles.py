"""Titles by themselves: add, edit, confirm, and fill a draft that somebody now knows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import (
    FETCH_COVER,
    LOOK_UP,
    Refused,
    columns_of,
    make_title,
    next_night,
    refused,
)
from jieyue.catalog.actions.originals import keep_original
from jieyue.catalog.models import Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import (
    FIELDS,
    Description,
    draft_name,
    faults_of,
    filled,
    found_by,
    tidied,
)
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.provenance import handed_on, said_by
from jieyue.catalog.search.indexing import index_titles
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import is_promised, promise

MAX_NIGHTS: Final = 30  # between two look-ups of a draft


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleAdded:
    """A title without copies yet."""

    type: Literal["title_added"] = "title_added"
    title: str  # public id
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEdited:
    """What the title says now; `changed` names the fields that differ from before."""

    type: Literal["title_edited"] = "title_edited"
    title: str
    name: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFilled:
    """A draft that a source now knows; `changed` names the fields that were empty."""

    type: Literal["draft_filled"] = "draft_filled"
    title: str
    name: str
    state: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFromSource:
    """What somebody chose of a source's answer stands with the title."""

    type: Literal["taken_from_source"] = "taken_from_source"
    title: str
    name: str
    changed: tuple[str, ...]
    fetches_cover: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpPutOff:
    """Nobody knows the draft yet; the sources are asked again at `until` (UTC)."""

    type: Literal["look_up_put_off"] = "look_up_put_off"
    title: str
    until: datetime


@action(needs=Permission.CATALOG_EDIT)
def add_title(desk: Desk, *, book: Description, source: str = "") -> TitleAdded | Refused:
    """Add a title without copies. An ISBN the library has already is refused."""
    book = tidied(book)
    faults = faults_of(book)
    if book.isbn13 and not faults:
        faults = isbn_faults(book.isbn13, except_id=None)
    if faults:
        return refused(faults)
    title = make_title(desk, book, state=Title.State.CONFIRMED, source=source)
    note(Note(title_id=title.pk))
    return TitleAdded(title=title.public_id, name=title.name)


@action(needs=Permission.CATALOG_EDIT)
def edit_title(desk: Desk, *, title: str, book: Description) -> TitleEdited | Refused:
    """Write what somebody says of the title, who has looked at it: nothing is doubtful after.

    A draft that still has its stand-in name stays a draft.
    """
    row = lock_one(Title.objects.filter(public_id=title))
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    book = tidied(book)
    faults = faults_of(book)
    if book.isbn13 and not faults:
        faults = isbn_faults(book.isbn13, except_id=row.pk)
    if faults:
        return refused(faults, title_id=row.pk)
    is_nameless = bool(book.isbn13) and book.name == draft_name(book.isbn13)
    state = row.state if is_nameless else Title.State.CONFIRMED
    return _written(desk, row, book, state=state, doubts=row.doubts if is_nameless else [])


@action(needs=Permission.CATALOG_EDIT)
def confirm_title(desk: Desk, *, title: str) -> TitleEdited | Refused:
    """Say that a doubtful title is right as it stands."""
    row = lock_one(Title.objects.filter(public_id=title))
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    return _written(desk, row, book_of(row), state=Title.State.CONFIRMED, doubts=[])


def reclassify(desk: Desk, row: Title, clc: str) -> None:
    """Write another class of a title that is locked, inside an action; nothing else changes."""
    book = replace(book_of(row), clc=clc)
    _written(desk, row, book, state=row.state, doubts=row.doubts)
    row.clc = clc


@action(needs=Permission.CATALOG_EDIT)
def fill_draft(
    desk: Desk, *, title: str, book: Description, doubts: tuple[str, ...] = (), source: str = ""
) -> DraftFilled | Refused:
    """Fill the empty fields of a draft; what people typed stays. Others are refused."""
    row = lock_one(Title.objects.filter(public_id=title, state=Title.State.DRAFT))
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    state = Title.State.DOUBTFUL if doubts else Title.State.CONFIRMED
    before, who = book_of(row), source[:40]
    if before.name == draft_name(before.isbn13):
        before = replace(before, name="")  # the stand-in is nobody's word
    row.provenance = handed_on(row.provenance, before, old=row.source, new=who)
    row.source = who
    book = filled(book_of(row), book)
    edited = _written(desk, row, book, state=state, doubts=list(doubts), who=who)
    keep_original(desk, row.pk, isbn13=row.isbn13, source=row.source)
    promise(FETCH_COVER, {"title_id": row.pk}, at=desk.now)
    return DraftFilled(
        title=edited.title, name=edited.name, state=state.value, changed=edited.changed
    )


@action(needs=Permission.CATALOG_EDIT)
def take_from_source(
    desk: Desk,
    *,
    title: str,
    seen: Description,
    found: Description,
    take: frozenset[str],
    source: str,
    doubts: tuple[str, ...] = (),
    takes_cover: bool = False,
) -> TakenFromSource | Refused:
    """Write the fields named in `take` as the source says them (`found`); all others stay.

    `seen` is what the title said when somebody chose: a chosen field that says something else by
    now is refused. The cover is fetched after, and takes the place of another one.
    """
    row = lock_one(Title.objects.filter(public_id=title))
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    before, who = book_of(row), source[:40]
    chosen = [name for name in FIELDS if name in take and name != "isbn13"]
    book = replace(before, **{name: getattr(found, name) for name in chosen})
    changed = [name for name in chosen if getattr(before, name) != getattr(seen, name)]
    faults = [Fault(FaultCode.FIELD_CHANGED, name) for name in changed] or faults_of(book)
    if not chosen and not takes_cover:
        faults = [Fault(FaultCode.CHANGE_MISSING)]
    if faults:
        return refused(faults, title_id=row.pk)
    state, why = row.state, list(row.doubts)
    if row.state == Title.State.DRAFT and "name" in chosen:
        # The stand-in is nobody's word: the record is the source's from now on.
        nameless = replace(before, name="")
        row.provenance = handed_on(row.provenance, nameless, old=row.source, new=who)
        row.source = who
        state, why = (Title.State.DOUBTFUL if doubts else Title.State.CONFIRMED), list(doubts)
        keep_original(desk, row.pk, isbn13=row.isbn13, source=who)
    edited = _written(desk, row, book, state=state, doubts=why, who=who)
    if takes_cover:
        promise(FETCH_COVER, {"title_id": row.pk, "from": who}, at=desk.now)
    return TakenFromSource(
        title=edited.title, name=edited.name, changed=edited.changed, fetches_cover=takes_cover
    )


@action(needs=Permission.CATALOG_EDIT)
def put_off_look_up(desk: Desk, *, title: str, tries: int) -> LookUpPutOff | Refused:
    """Promise another look-up of a draft that is still unknown after `tries` nights.

    The nights between double, up to a month: what no source knew for weeks comes late or never.
    """
    row = Title.objects.filter(public_id=title, state=Title.State.DRAFT).first()
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    at = next_night(desk, nights=min(2 ** min(tries, 5), MAX_NIGHTS))
    if not is_promised(LOOK_UP, {"title_id": row.pk, "tries": tries}, after=desk.now):
        promise(LOOK_UP, {"title_id": row.pk, "tries": tries}, at=at)
    note(Note(title_id=row.pk, data={"tries": tries}))
    return LookUpPutOff(title=title, until=at)


def _written(
    desk: Desk, row: Title, book: Description, *, state: str, doubts: list[str], who: str = ""
) -> TitleEdited:
    """Write what `who` says: a source, "" for a person."""
    before = book_of(row)
    changed = tuple(name for name in FIELDS if getattr(before, name) != getattr(book, name))
    Title.objects.filter(pk=row.pk).update(
        **columns_of(book),
        state=state,
        doubts=doubts,
        source=row.source,
        provenance=said_by(row.provenance, changed, who),
        updated_at=desk.now,
    )
    index_titles({row.pk: found_by(book)})
    note(Note(title_id=row.pk, data={"changed": list(changed)}))
    return TitleEdited(title=row.public_id, name=book.name, changed=changed)


def isbn_faults(isbn13: str, *, except_id: int | None) -> list[Fault]:
    """Return what stands against the ISBN: another title has it. One statement."""
    taken = Title.objects.filter(isbn13=isbn13).exclude(pk=except_id)
    other = taken.values_list("public_id", flat=True).first()
    return [Fault(FaultCode.ISBN_TAKEN, "isbn13", other)] if other else []
