"""`/loans`: lend, renew, undo, and ask beforehand."""

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from jieyue.circulation.actions.checkout import MAX_COPIES, Checkout, Lent, NotLent, checkout
from jieyue.circulation.actions.renew import NotRenewed, Renewed, renew
from jieyue.circulation.actions.undo import (
    NotUndone,
    Undone,
    undo_checkin,
    undo_checkout,
    undo_renewal,
)
from jieyue.circulation.queries.lending import CheckoutPreview, preview_checkout
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Barcode, Input, answer, need
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, NotFoundError
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["loans"])

Copies = Annotated[tuple[Barcode, ...], Field(min_length=1, max_length=MAX_COPIES)]
Override = Annotated[
    frozenset[Reason], Field(description="Reasons to waive; needs the right `override`.")
]
OnSite = Annotated[
    bool, Field(description="To be read in the library until it closes; has its own limit.")
]


class NewLoan(Input):
    """One copy for one reader."""

    card_barcode: Barcode
    copy_barcode: Barcode
    override: Override = frozenset()
    on_site: OnSite = False


class NewLoans(Input):
    """A pile of copies for one reader."""

    card_barcode: Barcode
    copy_barcodes: Copies
    override: Override = frozenset()
    on_site: OnSite = False


class NewRenewal(Input):
    """Nothing is needed to renew; staff may waive reasons."""

    override: Override = frozenset()


class NewUndo(Input):
    """Which step was the mistake."""

    step: Literal["checkout", "checkin", "renewal"]


@router.post(
    "",
    response={201: Lent, 409: NotLent, **PROBLEMS},
    operation_id="lend",
    summary="Lend a copy",
    openapi_extra=REPEATABLE,
)
def lend(request: ApiRequest, new: NewLoan) -> HttpResponse:
    """Lend a copy to a reader. 409 lists every reason against it; nothing has changed then."""
    outcome = checkout(
        request.desk,
        copy_barcodes=(new.copy_barcode,),
        card_barcode=new.card_barcode,
        override=new.override,
        on_site=new.on_site,
    )
    [result] = outcome.results
    return answer(result, 201 if isinstance(result, Lent) else 409)


@router.post(
    "/batch",
    response={200: Checkout, **PROBLEMS},
    operation_id="lend_batch",
    summary="Lend a pile of copies",
    openapi_extra=REPEATABLE,
)
def lend_batch(request: ApiRequest, new: NewLoans) -> HttpResponse:
    """Lend several copies in one step; each has its own result, in the order given."""
    outcome = checkout(
        request.desk,
        copy_barcodes=new.copy_barcodes,
        card_barcode=new.card_barcode,
        override=new.override,
        on_site=new.on_site,
    )
    return answer(outcome)


@router.post(
    "/preview",
    response={200: CheckoutPreview, **PROBLEMS},
    operation_id="preview_loans",
    summary="Ask what lending would do",
)
def preview_loans(request: ApiRequest, new: NewLoans) -> HttpResponse:
    """Say what `lend_batch` with the same input would do now. Nothing is written."""
    need(request, Permission.CHECKOUT)
    if new.override:
        need(request, Permission.OVERRIDE)
    preview = preview_checkout(
        request.desk,
        copy_barcodes=new.copy_barcodes,
        card_barcode=new.card_barcode,
        override=new.override,
        on_site=new.on_site,
    )
    return answer(preview)


@router.post(
    "/{loan_id}/renewals",
    response={201: Renewed, 409: NotRenewed, **PROBLEMS_OF_ONE},
    operation_id="renew_loan",
    summary="Renew a loan",
    openapi_extra=REPEATABLE,
)
def renew_loan(request: ApiRequest, loan_id: str, new: NewRenewal | None = None) -> HttpResponse:
    """Renew a loan (its id). 409 lists every reason against it."""
    override = new.override if new else frozenset[Reason]()
    [result] = renew(request.desk, loans=(loan_id,), override=override).results
    if isinstance(result, NotRenewed) and _is_unknown(result):
        raise NotFoundError
    return answer(result, 201 if isinstance(result, Renewed) else 409)


@router.post(
    "/{loan_id}/undo",
    response={200: Undone, 409: NotUndone, **PROBLEMS_OF_ONE},
    operation_id="undo_step",
    summary="Take back a mistake of today",
    openapi_extra=REPEATABLE,
)
def undo_step(request: ApiRequest, loan_id: str, new: NewUndo) -> HttpResponse:
    """Take back a checkout, return or renewal of today that nothing has followed."""
    undo = {"checkout": undo_checkout, "checkin": undo_checkin, "renewal": undo_renewal}[new.step]
    outcome = undo(request.desk, loan=loan_id)
    if isinstance(outcome, NotUndone) and _is_unknown(outcome):
        raise NotFoundError
    return answer(outcome, 200 if isinstance(outcome, Undone) else 409)


def _is_unknown(refused: NotRenewed | NotUndone) -> bool:
    return any(why.code is Reason.LOAN_UNKNOWN for why in refused.reasons)
