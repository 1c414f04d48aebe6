"""`/piles`: many copies changed together: put together, looked at, done, taken back."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from jieyue.catalog.actions import Refused
from jieyue.catalog.exporting import Choice
from jieyue.catalog.queries import item_types
from jieyue.circulation.actions.piles import (
    PileBegun,
    PileMade,
    begin_pile,
    make_pile,
    step_pile,
    undo_pile,
)
from jieyue.circulation.queries.piles import PAGE, Pile, pile, recent_piles
from jieyue.circulation.rules.piles import MAX_PILE, Change, PileKind
from jieyue.imports.queries import import_view
from jieyue.interfaces.api.answers import (
    LINE,
    REPEATABLE,
    ApiRequest,
    Barcode,
    Input,
    answer,
    need,
)
from jieyue.interfaces.api.entries import EntryRefused, Output, Text, refusal
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, there
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["piles"])

Short = Annotated[str, StringConstraints(max_length=60, pattern=LINE)]
PublicId = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=LINE)]
_CODES: Final = {"branch_id": "branch", "item_type_id": "item_type"}


class NewChange(Input):
    """What every copy shall say; of each kind only its own fields count.

    relocate: `branch`, `shelf`. standing: `standing`. item_type: `item_type`. origin: `source`,
    `supplier`, `price_cents`. reclassify: `clc`, empty to make call numbers anew only. withdraw:
    `reason`.
    """

    kind: PileKind
    branch: Short = ""
    shelf: Text = ""
    standing: Short = ""
    item_type: Short = ""
    source: Text = ""
    supplier: Text = ""
    price_cents: Annotated[int, Field(ge=0, lt=1 << 31)] | None = None
    clc: Text = ""
    reason: Text = ""


class Found(Input):
    """The copies a search shows: words, branch (code), shelf, how the class begins."""

    q: Annotated[str, StringConstraints(max_length=200, pattern=LINE)] = ""
    branch: Short = ""
    shelf: Short = ""
    clc: Short = ""


class NewPile(Input):
    """A change and its copies: barcodes, ids, an import's or a search's; the first that is given.

    With nothing given, or an empty search, the pile is empty and refused.
    """

    change: NewChange
    barcodes: Annotated[tuple[Barcode, ...], Field(max_length=MAX_PILE + 1)] = ()
    copies: Annotated[tuple[PublicId, ...], Field(max_length=MAX_PILE + 1)] = ()
    import_id: Annotated[str, StringConstraints(max_length=12, pattern=LINE)] = ""
    search: Found | None = None


class NewPileState(Input):
    """Change the copies as looked at, or take the change back."""

    do: Literal["begin", "undo"]


class PileOut(Output):
    """A pile in a list. `counts` has copies by what becomes of them; `change` what each gets.

    waiting, done, left (out), undone, stayed (changed, and could not be taken back).
    """

    public_id: str
    kind: PileKind
    change: dict[str, str | int | None]
    state: str
    total: int
    counts: dict[str, int]
    created_at: datetime
    ended_at: datetime | None
    may_undo: bool


class PileLine(Output):
    """A copy of a pile. `why` it is left out or stayed; `before` and `after` of what changes."""

    barcode: str
    copy_id: str
    title: str
    state: str
    why: str
    before: dict[str, str | int | None]
    after: dict[str, str | int | None]


class PileReason(Output):
    """Why copies are left out, and how many."""

    code: str
    count: int


class PileDetails(PileOut):
    """A pile with a page of its copies, those left out first; of `lines_in_all`."""

    reasons: list[PileReason]
    lines: list[PileLine]
    lines_in_all: int


class _Codes:
    """Codes of branches and item types in place of row ids. Two statements."""

    def __init__(self) -> None:
        self._codes = {
            "branch_id": {one.id: one.code for one in branches(open_only=False)},
            "item_type_id": {one.id: one.code for one in item_types(active_only=False)},
        }

    def said(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return columns with their values as programs know them."""
        return {
            _CODES.get(name, name): self._codes[name].get(value, "") if name in _CODES else value
            for name, value in values.items()
        }

    def base(self, known: Pile) -> dict[str, Any]:
        """Return what lists say of a pile."""
        names = PileOut.model_fields.keys() - {"change"}
        return {name: getattr(known, name) for name in names} | {"change": self.said(known.wanted)}


def _settled(outcome: Any, status: int = 200) -> HttpResponse:
    if isinstance(outcome, Refused):
        return refusal(outcome)
    return answer(outcome, status)


@router.get(
    "",
    response={200: list[PileOut], **PROBLEMS},
    operation_id="list_piles",
    summary="The piles of late",
)
def list_all(request: ApiRequest) -> HttpResponse:
    """List the newest 20 that were begun."""
    need(request, Permission.CATALOG_VIEW)
    codes = _Codes()
    return answer([PileOut(**codes.base(one)) for one in recent_piles(request.desk)])


@router.post(
    "",
    response={201: PileMade, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="make_pile",
    summary="Put a pile together",
    openapi_extra=REPEATABLE,
)
def make(request: ApiRequest, new: NewPile) -> HttpResponse:
    """Put up to 10,000 copies together and change nothing yet: look at it, then begin."""
    need(request, Permission.CATALOG_VIEW)
    if new.import_id:
        there(import_view(new.import_id))
    search = new.search if new.search and any(new.search.model_dump().values()) else None
    choice = (
        Choice(text=search.q, branch=search.branch, shelf=search.shelf, clc=search.clc)
        if search
        else None
    )
    outcome = make_pile(
        request.desk,
        change=Change(**new.change.model_dump()),
        barcodes=new.barcodes,
        copies=new.copies,
        run=new.import_id,
        choice=choice,
        came_from=" · ".join(filter(None, search.model_dump().values())) if search else "",
    )
    return _settled(outcome, 201)


@router.get(
    "/{pile_id}",
    response={200: PileDetails, **PROBLEMS_OF_ONE},
    operation_id="get_pile",
    summary="What a pile would change, or has changed",
)
def get(
    request: ApiRequest, pile_id: str, page: Annotated[int, Query(ge=1, le=1_000)] = 1
) -> HttpResponse:
    """Return a pile and 50 of its copies; one that was not begun is judged as of now."""
    need(request, Permission.CATALOG_VIEW)
    known = there(pile(request.desk, pile_id, page=page))
    codes = _Codes()
    lines = [
        PileLine(
            barcode=line.barcode,
            copy_id=line.copy,
            title=line.title,
            state=line.state,
            why=line.why,
            before=codes.said(line.before),
            after=codes.said(line.after),
        )
        for line in known.lines[:PAGE]
    ]
    reasons = [PileReason(code=code, count=count) for code, count in known.reasons]
    return answer(
        PileDetails(**codes.base(known), reasons=reasons, lines=lines, lines_in_all=known.shown)
    )


@router.post(
    "/{pile_id}/state",
    response={200: PileBegun, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="change_pile",
    summary="Change a pile, or take the change back",
    openapi_extra=REPEATABLE,
)
def change(request: ApiRequest, pile_id: str, new: NewPileState) -> HttpResponse:
    """Begin; a small pile is done when the answer comes, a large one by the worker."""
    act = begin_pile if new.do == "begin" else undo_pile
    outcome = act(request.desk, pile=pile_id)
    if isinstance(outcome, PileBegun) and outcome.is_small:
        desk = replace(request.desk, key=None)  # each step is an action of its own
        while not step_pile(desk, pile=pile_id).is_last:
            pass
    return _settled(outcome)
