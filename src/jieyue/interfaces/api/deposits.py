"""`/deposits` and `/patrons/{patron_id}/deposit`: 押金, one reader's and everybody's."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from jieyue.circulation.actions.abolition import AbolitionBegun, abolish_deposits
from jieyue.circulation.actions.deposits import (
    DepositAsked,
    DepositBooked,
    DepositFault,
    DepositRefused,
    ask_deposit_back,
    give_deposit_back,
    keep_deposit,
    take_deposit,
)
from jieyue.circulation.queries.deposits import (
    AbolitionView,
    DepositView,
    Holder,
    deposit_view,
    deposits,
    latest_abolition,
)
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Limit, Offset, Output
from jieyue.interfaces.api.fees import Cents, Method
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, NotFoundError, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import patron_by_id

router = Router(tags=["deposits"])
of_patron = Router(tags=["deposits"])


class NewDeposit(Input):
    """Money taken (fen), and how."""

    amount_cents: Cents
    method: Method = "cash"


class NewDepositRefund(Input):
    """How all of it is given back."""

    method: Method = "cash"


class Deposits(Output):
    """A page of the readers with a deposit, who asked for it back first; the figures are of all.

    `abolition` is the latest run that gives all of them back, and how far it is.
    """

    held: int
    cents: int
    paid_back: int
    abolition: AbolitionView | None
    holders: list[Holder]


@router.get(
    "",
    response={200: Deposits, **PROBLEMS},
    operation_id="list_deposits",
    summary="List deposits",
)
def list_deposits(request: ApiRequest, limit: Limit = 20, offset: Offset = 0) -> HttpResponse:
    """List whose deposit is held, with what keeps it here: loans and what is owed."""
    need(request, Permission.FEES)
    found = deposits(request.desk)
    return answer(
        Deposits(
            held=len(found.holders),
            cents=found.cents,
            paid_back=found.paid_back,
            abolition=latest_abolition(),
            holders=list(found.holders[offset : offset + limit]),
        )
    )


@router.post(
    "/abolition",
    response={202: AbolitionBegun, 409: DepositRefused, **PROBLEMS},
    operation_id="abolish_deposits",
    summary="Give all deposits back",
    openapi_extra=REPEATABLE,
)
def abolish(request: ApiRequest, new: NewDepositRefund) -> HttpResponse:
    """Begin to give everybody's back who has nothing open. `list_deposits` says how far it is."""
    outcome = abolish_deposits(request.desk, method=new.method)
    return answer(outcome, 202 if isinstance(outcome, AbolitionBegun) else 409)


@of_patron.get(
    "/{patron_id}/deposit",
    response={200: DepositView, **PROBLEMS_OF_ONE},
    operation_id="deposit_of_patron",
    summary="Get a reader's deposit",
)
def get_deposit(request: ApiRequest, patron_id: str) -> HttpResponse:
    """Get what a reader has paid in, with every line."""
    need(request, Permission.FEES)
    view = there(patron_by_id(patron_id))
    return answer(deposit_view(request.desk, view.id))


@of_patron.post(
    "/{patron_id}/deposit/payments",
    response={201: DepositBooked, 409: DepositRefused, **PROBLEMS_OF_ONE},
    operation_id="take_deposit",
    summary="Take a deposit",
    openapi_extra=REPEATABLE,
)
def take(request: ApiRequest, patron_id: str, new: NewDeposit) -> HttpResponse:
    """Take a deposit, or more of it."""
    return _answered(take_deposit(request.desk, patron=patron_id, **new.model_dump()))


@of_patron.put(
    "/{patron_id}/deposit/request",
    response={200: DepositAsked, 409: DepositRefused, **PROBLEMS_OF_ONE},
    operation_id="ask_deposit_back",
    summary="Note that a reader wants the deposit back",
    openapi_extra=REPEATABLE,
)
def ask(request: ApiRequest, patron_id: str) -> HttpResponse:
    """Note the wish; it stands until the money is given back."""
    return _answered(ask_deposit_back(request.desk, patron=patron_id), 200)


@of_patron.post(
    "/{patron_id}/deposit/refund",
    response={201: DepositBooked, 409: DepositRefused, **PROBLEMS_OF_ONE},
    operation_id="give_deposit_back",
    summary="Give a deposit back",
    openapi_extra=REPEATABLE,
)
def give_back(request: ApiRequest, patron_id: str, new: NewDepositRefund) -> HttpResponse:
    """Give all of it back, to a reader with nothing on loan and nothing owed."""
    return _answered(give_deposit_back(request.desk, patron=patron_id, method=new.method))


@of_patron.post(
    "/{patron_id}/deposit/use",
    response={201: DepositBooked, 409: DepositRefused, **PROBLEMS_OF_ONE},
    operation_id="keep_deposit",
    summary="Pay what is owed out of a deposit",
    openapi_extra=REPEATABLE,
)
def use(request: ApiRequest, patron_id: str) -> HttpResponse:
    """Settle what a reader owes out of the deposit, as far as it goes."""
    return _answered(keep_deposit(request.desk, patron=patron_id))


def _answered(outcome: Any, status: int = 201) -> HttpResponse:
    if not isinstance(outcome, DepositRefused):
        return answer(outcome, status)
    if DepositFault.PATRON_UNKNOWN in outcome.faults:
        raise NotFoundError
    return answer(outcome, 409)
