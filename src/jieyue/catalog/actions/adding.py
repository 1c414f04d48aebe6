"""A book arrives: its title is made or found, and copies are added, in one transaction."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from jieyue.catalog.actions.making import (
    FETCH_COVER,
    AddedCopy,
    Refused,
    insert_copies,
    make_title,
    plan_copies,
    refused,
    title_to_add_to,
)
from jieyue.catalog.models import Title
from jieyue.catalog.pool import CURATED
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description, draft_of, faults_of, tidied
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.isbn import is_isbn13
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise

_WITHOUT_PICTURES: Final = ("", "api", CURATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogued:
    """The book is in the library: its title, new or found, and the copies added."""

    type: Literal["catalogued"] = "catalogued"
    title: str  # public id
    name: str
    state: str  # of the title: confirmed, doubtful, draft
    is_new_title: bool
    copies: tuple[AddedCopy, ...]


@action(needs=Permission.CATALOG_EDIT)
def add_by_isbn(
    desk: Desk,
    *,
    isbn13: str,
    book: Description | None = None,
    doubts: tuple[str, ...] = (),
    source: str = "",
    copies: NewCopies,
) -> Catalogued | Refused:
    """Make or find the title with this ISBN and add copies to it.

    Two desks that scan a new book at once make one title. `book` is used for a new title only;
    `doubts` (codes of rules/records.py) leave it doubtful. Without a `book` it is a draft that
    can be lent and is looked up again at night.
    """
    if not is_isbn13(isbn13):
        return refused([Fault(FaultCode.ISBN_BAD, "isbn13", isbn13[:40])])
    state = Title.State.DRAFT if book is None else Title.State.CONFIRMED
    if book is not None and doubts:
        state = Title.State.DOUBTFUL
    described = draft_of(isbn13) if book is None else replace(book, isbn13=isbn13)
    return _add(desk, described, copies, state=state, doubts=doubts, source=source)


@action(needs=Permission.CATALOG_EDIT)
def add_book(
    desk: Desk, *, book: Description, copies: NewCopies, source: str = ""
) -> Catalogued | Refused:
    """Make a title as somebody typed it, with its copies; one with its ISBN is used again.

    Books without any number, and those with a 统一书号, always make a new title: the key of the
    request keeps a double click from making two.
    """
    return _add(desk, book, copies, state=Title.State.CONFIRMED, doubts=(), source=source)


def _add(
    desk: Desk,
    book: Description,
    copies: NewCopies,
    *,
    state: str,
    doubts: tuple[str, ...],
    source: str,
) -> Catalogued | Refused:
    # Two at once meet the unique constraint; the second runs again and finds the first's title.
    title = title_to_add_to(isbn13=book.isbn13) if book.isbn13 else None
    book = tidied(book)
    faults = [] if title else faults_of(book)
    plan = plan_copies(desk, copies)
    if isinstance(plan, list):
        return refused(faults + plan, title_id=title.pk if title else None)
    if faults:
        return refused(faults)
    is_new = title is None
    title = title or make_title(desk, book, state=state, doubts=doubts, source=source)
    if is_new and book.isbn13 and source not in _WITHOUT_PICTURES:
        promise(FETCH_COVER, {"title_id": title.pk}, at=desk.now)
    return Catalogued(
        title=title.public_id,
        name=title.name,
        state=title.state,
        is_new_title=is_new,
        copies=insert_copies(desk, title, plan),
    )
