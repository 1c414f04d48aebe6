"""`/titles`: find, describe, and add copies."""

from dataclasses import asdict
from datetime import datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Field, Path, Query, Router, Schema

from jieyue.catalog.actions.adding import Catalogued, add_by_isbn
from jieyue.catalog.actions.copies import CopiesAdded, add_copies
from jieyue.catalog.actions.titles import TitleAdded, TitleEdited, add_title, edit_title
from jieyue.catalog.queries import TitleView, title_by_isbn, title_view
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.search import search_titles
from jieyue.catalog.search.ordering import Order
from jieyue.catalog.search.where import Where, described
from jieyue.circulation.queries.finding import with_copies
from jieyue.circulation.queries.loans import NO_COPIES, Availability, availability_of
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Barcode, Input, answer, need
from jieyue.interfaces.api.copies import CopyOut, copies_out
from jieyue.interfaces.api.entries import (
    EntryRefused,
    Limit,
    Offset,
    Output,
    Text,
    Words,
    refusal,
)
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, NotFoundError
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["titles"])


class Book(Input):
    """A book's description. Unknown text is empty, unknown numbers null; the price is in fen.

    `authors`, `translators` and `subjects` are joined with " / "; `volume` tells it from its set.
    """

    name: Text
    isbn13: Text = ""
    unified_number: Text = ""
    subtitle: Text = ""
    authors: Text = ""
    translators: Text = ""
    publisher: Text = ""
    year: int | None = None
    price_cents: int | None = None
    pages: int | None = None
    series: Text = ""
    clc: Text = ""
    language: Text = ""
    audience: Text = ""
    summary: Text = ""
    place: Text = ""
    edition: Text = ""
    volume: Text = ""
    subjects: Text = ""

    def description(self) -> Description:
        """Return what the actions take."""
        return Description(**self.model_dump())


class Copies(Input):
    """Copies to add: `count` of them with numbers of the library's own range, or `barcodes`.

    `branch` and `item_type` are codes; empty takes the token's branch and the default type.
    """

    count: int = 1
    barcodes: tuple[Barcode, ...] = ()
    branch: Text = ""
    item_type: Text = ""
    shelf: Text = ""
    call_number: Text = ""
    suggests_call_number: bool = False
    accession: Text = ""
    numbers_accession: bool = False
    price_cents: int | None = None
    source: Text = ""
    supplier: Text = ""
    parts: Text = ""
    note: Text = ""

    def new(self) -> NewCopies:
        """Return what the actions take."""
        return NewCopies(**self.model_dump())


class BookWithCopies(Input):
    """A book by its ISBN. Without a description a new one is a draft, looked up at night."""

    book: Book | None = None
    copies: Copies = Copies()


class TitleHitOut(Output):
    """A title in a list."""

    public_id: str
    name: str
    volume: str
    subtitle: str
    authors: str
    publisher: str
    year: int | None
    isbn13: str
    clc: str
    availability: Availability


class Titles(Output):
    """A page of titles, and how many there are in all.

    `has_more`: so many fit that they were not counted to the end. `did_you_mean`: a name likelier
    than the words, empty if none is.
    """

    titles: list[TitleHitOut]
    total: int
    has_more: bool
    did_you_mean: str


class Narrowed(Schema):
    """What titles must meet beside their words; what is left out does not count.

    `main_class` is the first letter of the class, `branch` a code, `available` a copy that can be
    taken from the shelf now (of that branch, if one is given).
    """

    branch: str = Field("", max_length=40, pattern=LINE)
    available: bool = False
    main_class: str = Field("", pattern="^[A-Z]?$")
    language: str = Field("", max_length=10, pattern=LINE)
    audience: Literal["", "early", "child", "teen", "adult"] = ""
    year_from: int | None = Field(None, ge=0, le=9999)
    year_to: int | None = Field(None, ge=0, le=9999)
    sort: Order = "best"

    def where(self) -> Where | None:
        """Return the condition; None if there is no such branch. One statement for a branch."""
        places = {place.code: place.id for place in branches()} if self.branch else {}
        if self.branch and self.branch not in places:
            return None
        return described(
            main_class=self.main_class,
            language=self.language,
            audience=self.audience,
            year_from=self.year_from,
            year_to=self.year_to,
        ) + with_copies(branch_id=places.get(self.branch), is_available=self.available)


class TitleOut(Output):
    """A title with its copies; withdrawn ones are listed too."""

    public_id: str
    book: Description
    state: str
    doubts: list[str]
    created_at: datetime
    updated_at: datetime
    copies: list[CopyOut]
    availability: Availability


@router.get(
    "", response={200: Titles, **PROBLEMS}, operation_id="find_titles", summary="Find titles"
)
def find_titles(
    request: ApiRequest,
    q: Words,
    narrowed: Query[Narrowed],
    limit: Limit = 20,
    offset: Offset = 0,
) -> HttpResponse:
    """Find titles by title, author, ISBN, pinyin or initials, the best first."""
    need(request, Permission.CATALOG_VIEW)
    where = narrowed.where()
    if where is None:
        return answer(Titles(titles=[], total=0, has_more=False, did_you_mean=""))
    page = search_titles(q, where=where, limit=limit, offset=offset, order=narrowed.sort)
    free = availability_of(request.desk.zone, [hit.id for hit in page.hits])
    hits = [
        TitleHitOut.model_validate(asdict(hit) | {"availability": free.get(hit.id, NO_COPIES)})
        for hit in page.hits
    ]
    return answer(
        Titles(
            titles=hits,
            total=page.total,
            has_more=page.has_more,
            did_you_mean=page.did_you_mean,
        )
    )


@router.get(
    "/by-isbn/{isbn}",
    response={200: TitleOut, **PROBLEMS_OF_ONE},
    operation_id="title_by_isbn",
    summary="Get a title by its ISBN",
)
def get_title_by_isbn(request: ApiRequest, isbn: Path[str]) -> HttpResponse:
    """Get the title with this ISBN-10 or ISBN-13; hyphens and spaces do not matter."""
    need(request, Permission.CATALOG_VIEW)
    number = isbn13_of(isbn)
    return _shown(request, title_by_isbn(number) if number else None)


@router.post(
    "/by-isbn/{isbn}/copies",
    response={201: Catalogued, 409: EntryRefused, **PROBLEMS},
    operation_id="catalogue_isbn",
    summary="Catalogue a book by its ISBN",
    openapi_extra=REPEATABLE,
)
def catalogue_isbn(request: ApiRequest, isbn: Path[str], new: BookWithCopies) -> HttpResponse:
    """Add copies to the title with this ISBN, making it if the library has none."""
    outcome = add_by_isbn(
        request.desk,
        isbn13=isbn13_of(isbn) or isbn[:40],
        book=new.book.description() if new.book else None,
        source="api",
        copies=new.copies.new(),
    )
    return answer(outcome, 201) if isinstance(outcome, Catalogued) else refusal(outcome)


@router.post(
    "",
    response={201: TitleAdded, 409: EntryRefused, **PROBLEMS},
    operation_id="add_title",
    summary="Add a title",
    openapi_extra=REPEATABLE,
)
def create_title(request: ApiRequest, new: Book) -> HttpResponse:
    """Add a title without copies. An ISBN the library has already is refused."""
    outcome = add_title(request.desk, book=new.description(), source="api")
    return answer(outcome, 201) if isinstance(outcome, TitleAdded) else refusal(outcome)


@router.get(
    "/{title_id}",
    response={200: TitleOut, **PROBLEMS_OF_ONE},
    operation_id="get_title",
    summary="Get a title",
)
def get_title(request: ApiRequest, title_id: str) -> HttpResponse:
    """Get a title with its copies and what of it stands on the shelf now."""
    need(request, Permission.CATALOG_VIEW)
    return _shown(request, title_view(title_id))


@router.put(
    "/{title_id}",
    response={200: TitleEdited, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="edit_title",
    summary="Describe a title anew",
    openapi_extra=REPEATABLE,
)
def replace_title(request: ApiRequest, title_id: str, new: Book) -> HttpResponse:
    """Replace a title's whole description."""
    outcome = edit_title(request.desk, title=title_id, book=new.description())
    return answer(outcome) if isinstance(outcome, TitleEdited) else refusal(outcome)


@router.post(
    "/{title_id}/copies",
    response={201: CopiesAdded, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="add_copies",
    summary="Add copies to a title",
    openapi_extra=REPEATABLE,
)
def create_copies(request: ApiRequest, title_id: str, new: Copies) -> HttpResponse:
    """Add 1 to 500 copies, all or none."""
    outcome = add_copies(request.desk, title=title_id, copies=new.new())
    return answer(outcome, 201) if isinstance(outcome, CopiesAdded) else refusal(outcome)


def _shown(request: ApiRequest, title: TitleView | None) -> HttpResponse:
    if title is None:
        raise NotFoundError
    free = availability_of(request.desk.zone, [title.id])
    shown = TitleOut(
        public_id=title.public_id,
        book=title.book,
        state=title.state,
        doubts=list(title.doubts),
        created_at=title.created_at,
        updated_at=title.updated_at,
        copies=copies_out(request, title.copies),
        availability=free.get(title.id, NO_COPIES),
    )
    return answer(shown)
