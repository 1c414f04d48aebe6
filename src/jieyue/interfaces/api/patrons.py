"""`/patrons`: readers and their cards."""

from datetime import date

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from jieyue.circulation.queries.loans import LoanView, loans_of
from jieyue.fees.membership import add_patron
from jieyue.fees.queries import owed_cents
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Barcode, Input, answer, need
from jieyue.interfaces.api.entries import (
    EntryRefused,
    Limit,
    Offset,
    Output,
    Text,
    Words,
    refusal,
)
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, NotFoundError, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import (
    PatronRefused,
    PatronSaved,
    edit_patron,
    freeze_patron,
    replace_card,
    report_card_lost,
    unfreeze_patron,
)
from jieyue.patrons.queries import PatronView, list_patrons, patron_by_card, patron_by_id
from jieyue.patrons.rules.births import read_date
from jieyue.patrons.writing import Details

router = Router(tags=["patrons"])


class PatronIn(Input):
    """What is entered of a reader. `category` and `branch` are codes; empty: the token's branch."""

    name: Text
    category: Text
    branch: Text = ""
    student_number: Text = ""
    group_name: Text = ""
    phone: Text = ""
    email: Text = ""
    note: Text = ""
    born_on: date | None = Field(
        None,
        description=(
            "Decides about a guardian's consent and age limits. Left out: stays as it is; null: "
            "not known."
        ),
    )


class NewPatron(PatronIn):
    """A reader to add, with a card: `card_barcode`, or the next of the library's range."""

    card_barcode: Barcode | None = None
    expires_on: date | None = Field(None, description="Last valid day; null: as the card type says")
    may_be_same: bool = Field(
        default=False, description="Confirms that who has this name and phone is somebody else."
    )


class NewFreeze(Input):
    """Why the reader may not borrow for now; the reader is told."""

    reason: Text


class NewCard(Input):
    """The card that replaces the present one: a scanned number, or the next of the range."""

    card_barcode: Barcode | None = None


class PatronHitOut(Output):
    """A reader in a list."""

    public_id: str
    name: str
    category: str
    branch: str
    group_name: str
    student_number: str
    phone_masked: str
    card: str
    is_frozen: bool
    expires_on: date | None


class Patrons(Output):
    """A page of readers, and how many there are in all."""

    patrons: list[PatronHitOut]
    total: int


class PatronOut(Output):
    """A reader. `owed_cents` is in fen; `card` is empty without a current card."""

    public_id: str
    name: str
    category_code: str
    category: str
    branch_code: str
    branch: str
    group_name: str
    student_number: str
    phone: str
    email: str
    note: str
    born_on: date | None = Field(
        description="Null where it is not known, and for a token without `patron_edit`."
    )
    card: str
    card_is_lost: bool
    expires_on: date | None
    is_frozen: bool
    frozen_reason: str
    owed_cents: int = 0


class Loans(Output):
    """A reader's open loans, due first, each with what renewing it would do."""

    loans: list[LoanView]


@router.get(
    "", response={200: Patrons, **PROBLEMS}, operation_id="find_patrons", summary="Find readers"
)
def find_patrons(
    request: ApiRequest, q: Words = "", limit: Limit = 20, offset: Offset = 0
) -> HttpResponse:
    """Find readers by name, pinyin, initials, student number, card or phone."""
    need(request, Permission.PATRON_VIEW)
    page = list_patrons(q, limit=limit, offset=offset)
    hits = [PatronHitOut.model_validate(hit) for hit in page.hits]
    return answer(Patrons(patrons=hits, total=page.total))


@router.post(
    "",
    response={201: PatronSaved, 409: EntryRefused, **PROBLEMS},
    operation_id="add_patron",
    summary="Add a reader",
    openapi_extra=REPEATABLE,
)
def create_patron(request: ApiRequest, new: NewPatron) -> HttpResponse:
    """Add a reader with a card; a card type with a yearly fee charges it."""
    outcome = add_patron(
        request.desk,
        details=_details(new),
        card_barcode=new.card_barcode or "",
        expires_on=new.expires_on,
        may_be_same=new.may_be_same,
    )
    return _answered(outcome, 201)


@router.get(
    "/by-card/{barcode}",
    response={200: PatronOut, **PROBLEMS_OF_ONE},
    operation_id="patron_by_card",
    summary="Get a reader by card",
)
def get_patron_by_card(request: ApiRequest, barcode: str) -> HttpResponse:
    """Get the reader whose current card this is; it may be reported lost."""
    need(request, Permission.PATRON_VIEW)
    return answer(_shown(request, patron_by_card(barcode)))


@router.get(
    "/{patron_id}",
    response={200: PatronOut, **PROBLEMS_OF_ONE},
    operation_id="get_patron",
    summary="Get a reader",
)
def get_patron(request: ApiRequest, patron_id: str) -> HttpResponse:
    """Get a reader by id."""
    need(request, Permission.PATRON_VIEW)
    return answer(_shown(request, patron_by_id(patron_id)))


@router.put(
    "/{patron_id}",
    response={200: PatronSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="edit_patron",
    summary="Change a reader's details",
    openapi_extra=REPEATABLE,
)
def replace_patron(request: ApiRequest, patron_id: str, new: PatronIn) -> HttpResponse:
    """Replace a reader's details; the card and its validity stay."""
    return _answered(edit_patron(request.desk, patron=patron_id, details=_details(new)))


@router.get(
    "/{patron_id}/loans",
    response={200: Loans, **PROBLEMS_OF_ONE},
    operation_id="loans_of_patron",
    summary="List a reader's open loans",
)
def get_loans(request: ApiRequest, patron_id: str) -> HttpResponse:
    """List a reader's open loans, due first."""
    need(request, Permission.PATRON_VIEW)
    view = there(patron_by_id(patron_id))
    return answer(Loans(loans=loans_of(request.desk, view.id)))


@router.put(
    "/{patron_id}/freeze",
    response={200: PatronSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="freeze_patron",
    summary="Suspend a reader",
    openapi_extra=REPEATABLE,
)
def put_freeze(request: ApiRequest, patron_id: str, new: NewFreeze) -> HttpResponse:
    """Suspend a reader's borrowing until somebody lifts it."""
    return _answered(freeze_patron(request.desk, patron=patron_id, reason=new.reason))


@router.delete(
    "/{patron_id}/freeze",
    response={200: PatronSaved, **PROBLEMS_OF_ONE},
    operation_id="unfreeze_patron",
    summary="Lift a suspension",
    openapi_extra=REPEATABLE,
)
def delete_freeze(request: ApiRequest, patron_id: str) -> HttpResponse:
    """Let a reader borrow again."""
    return _answered(unfreeze_patron(request.desk, patron=patron_id))


@router.put(
    "/{patron_id}/card/loss",
    response={200: PatronSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="report_card_lost",
    summary="Report a card lost",
    openapi_extra=REPEATABLE,
)
def put_card_loss(request: ApiRequest, patron_id: str) -> HttpResponse:
    """Stop the current card at once."""
    return _answered(report_card_lost(request.desk, patron=patron_id))


@router.post(
    "/{patron_id}/cards",
    response={201: PatronSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="replace_card",
    summary="Give a reader a new card",
    openapi_extra=REPEATABLE,
)
def create_card(request: ApiRequest, patron_id: str, new: NewCard) -> HttpResponse:
    """End the current card and give a new one."""
    barcode = new.card_barcode or ""
    return _answered(replace_card(request.desk, patron=patron_id, card_barcode=barcode), 201)


def _details(new: PatronIn) -> Details:
    given = new.model_dump(include=set(PatronIn.model_fields) - {"born_on"})
    if "born_on" in new.model_fields_set:
        given["born_on"] = new.born_on.isoformat() if new.born_on else ""
    return Details(**given)


def _answered(outcome: PatronSaved | PatronRefused, status: int = 200) -> HttpResponse:
    return answer(outcome, status) if isinstance(outcome, PatronSaved) else refusal(outcome)


def _shown(request: ApiRequest, view: PatronView | None) -> PatronOut:
    if view is None:
        raise NotFoundError
    sees_birth = request.desk.may(Permission.PATRON_EDIT)
    names = set(PatronOut.model_fields) - {"born_on", "owed_cents"}
    return PatronOut(
        **{name: getattr(view, name) for name in names},
        born_on=read_date(view.born_on) if sees_birth else None,
        owed_cents=owed_cents([view.id]).get(view.id, 0),
    )
