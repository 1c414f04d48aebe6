"""`/loans`: lend, renew, undo, and ask beforehand."""

from typing import Annotated, Final, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import AwareDatetime, Field

from jieyue.circulation.actions.checkout import MAX_COPIES, Checkout, Lent, NotLent, checkout
from jieyue.circulation.actions.recall import NotRecalled, Recalled, recall, undo_recall
from jieyue.circulation.actions.redate_return import NotRedated, ReturnRedated, redate_return
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
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, refused
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["loans"])

UNDO: Final = {
    "checkout": undo_checkout,
    "checkin": undo_checkin,
    "renewal": undo_renewal,
    "recall": undo_recall,
}
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
    seen: Annotated[
        bool,
        Field(
            description=(
                "The copy was shown. Renewals without it have a limit of their own; with it they "
                "count anew."
            )
        ),
    ] = False


class NewUndo(Input):
    """Which step was the mistake."""

    step: Literal["checkout", "checkin", "renewal", "recall"]


class NewReturnDate(Input):
    """When a copy really came back."""

    as_of: AwareDatetime


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
    """Renew a loan (its id). 409 lists every reason against it.

    `renewable_from` is the first local day it will be allowed, if waiting is all that it takes.
    """
    override = new.override if new else frozenset[Reason]()
    seen = {"seen": True} if new and new.seen else {}
    [result] = renew(request.desk, loans=(loan_id,), override=override, **seen).results
    if isinstance(result, NotRenewed):
        return refused(result, Reason.LOAN_UNKNOWN)
    return answer(result, 201)


@router.post(
    "/{loan_id}/recall",
    response={200: Recalled, 409: NotRecalled, **PROBLEMS_OF_ONE},
    operation_id="recall_loan",
    summary="Recall a loan that others wait for",
    openapi_extra=REPEATABLE,
)
def recall_loan(request: ApiRequest, loan_id: str) -> HttpResponse:
    """Ask for a loan back sooner, never later than it is due. 409 lists every reason against."""
    outcome = recall(request.desk, loan=loan_id)
    if isinstance(outcome, NotRecalled):
        return refused(outcome, Reason.LOAN_UNKNOWN)
    return answer(outcome)


@router.post(
    "/{loan_id}/return-date",
    response={200: ReturnRedated, 409: NotRedated, **PROBLEMS_OF_ONE},
    operation_id="redate_return",
    summary="Correct when a copy came back",
    openapi_extra=REPEATABLE,
)
def correct_return_date(request: ApiRequest, loan_id: str, new: NewReturnDate) -> HttpResponse:
    """Say that a copy came back earlier than it was scanned; the fine is the one of that day."""
    outcome = redate_return(request.desk, loan=loan_id, as_of=new.as_of)
    if isinstance(outcome, NotRedated):
        return refused(outcome, Reason.LOAN_UNKNOWN)
    return answer(outcome)


@router.post(
    "/{loan_id}/undo",
    response={200: Undone, 409: NotUndone, **PROBLEMS_OF_ONE},
    operation_id="undo_step",
    summary="Take back a mistake of today",
    openapi_extra=REPEATABLE,
)
def undo_step(request: ApiRequest, loan_id: str, new: NewUndo) -> HttpResponse:
    """Take back a checkout, return, renewal or recall of today that nothing has followed."""
    outcome = UNDO[new.step](request.desk, loan=loan_id)
    if isinstance(outcome, NotUndone):
        return refused(outcome, Reason.LOAN_UNKNOWN)
    return answer(outcome)
