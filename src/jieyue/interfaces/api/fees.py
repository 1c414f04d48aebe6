"""`/patrons/{patron_id}/charges` and the like: what a reader owes, paying, letting off, refunds."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.circulation.queries.charges import account_view
from jieyue.fees.actions import charge
from jieyue.fees.rules import FeeFault
from jieyue.fees.settling import Booked, NotBooked
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Output, Text
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, NotFoundError, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import patron_by_id

of_patron = Router(tags=["fees"])

# The actions know which amounts can be and say so (`amount_bad`); this only bounds the number.
Cents = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Charge = Annotated[str, StringConstraints(max_length=40, pattern=LINE)]
Method = Literal["cash", "wechat", "alipay", "bank", "other"]


class NewCharge(Input):
    """What is charged (fen) and what for; the reader sees it."""

    amount_cents: Cents
    reason: Text


class NewPayment(Input):
    """Money taken (fen), for one charge or the oldest first. Only cash counts in the drawer."""

    amount_cents: Cents
    charge: Charge = ""
    method: Method = "cash"
    reason: Text = ""


class NewWaiver(Input):
    """What a reader is let off (fen), of one charge or the oldest first, and why."""

    amount_cents: Cents
    charge: Charge = ""
    reason: Text


class NewRefund(Input):
    """What is given back (fen) of what was paid for a charge, and why."""

    amount_cents: Cents
    charge: Charge
    method: Method = "cash"
    reason: Text


class LineOut(Output):
    """A payment, waiver or refund of a charge; `cents` is positive."""

    line: str
    kind: str
    cents: int
    method: str
    reason: str
    receipt: int | None
    on: date


class ChargeOut(Output):
    """A charge (fen). `reason` is a code (`late`, `lost_book`, …) or staff's words.

    `waits_until`: the last day without borrowing that settles it as well. `/charges/{charge}/why`
    explains the figure.
    """

    charge: str
    reason: str
    on: date
    charged_cents: int
    paid_cents: int
    waived_cents: int
    left_cents: int
    title: str
    title_id: str
    barcode: str
    loan: str
    waits_until: date | None
    steps: list[LineOut]


class AccountOut(Output):
    """A reader's charges, latest first. What late loans would cost now stands at the loans."""

    owed_cents: int
    charges: list[ChargeOut]


@of_patron.get(
    "/{patron_id}/charges",
    response={200: AccountOut, **PROBLEMS_OF_ONE},
    operation_id="charges_of_patron",
    summary="List a reader's charges",
)
def get_charges(request: ApiRequest, patron_id: str) -> HttpResponse:
    """List every charge with what was paid, let off and given back, and what is left."""
    need(request, Permission.FEES)
    view = there(patron_by_id(patron_id))
    return answer(AccountOut.model_validate(account_view(request.desk, view.id)))


@of_patron.post(
    "/{patron_id}/charges",
    response={201: Booked, 409: NotBooked, **PROBLEMS_OF_ONE},
    operation_id="charge_patron",
    summary="Charge a reader",
    openapi_extra=REPEATABLE,
)
def post_charge(request: ApiRequest, patron_id: str, new: NewCharge) -> HttpResponse:
    """Charge a reader an amount."""
    return _answered(charge(request.desk, patron=patron_id, **new.model_dump()))


@of_patron.post(
    "/{patron_id}/payments",
    response={201: Booked, 409: NotBooked, **PROBLEMS_OF_ONE},
    operation_id="take_payment",
    summary="Take a payment",
    openapi_extra=REPEATABLE,
)
def post_payment(request: ApiRequest, patron_id: str, new: NewPayment) -> HttpResponse:
    """Take money, never more than is owed; paying lifts what the charge stands for."""
    return _answered(take_payment(request.desk, patron=patron_id, **new.model_dump()))


@of_patron.post(
    "/{patron_id}/waivers",
    response={201: Booked, 409: NotBooked, **PROBLEMS_OF_ONE},
    operation_id="waive_charge",
    summary="Let a reader off",
    openapi_extra=REPEATABLE,
)
def post_waiver(request: ApiRequest, patron_id: str, new: NewWaiver) -> HttpResponse:
    """Let a reader off some or all of what is owed."""
    return _answered(waive(request.desk, patron=patron_id, **new.model_dump()))


@of_patron.post(
    "/{patron_id}/refunds",
    response={201: Booked, 409: NotBooked, **PROBLEMS_OF_ONE},
    operation_id="refund_charge",
    summary="Give money back",
    openapi_extra=REPEATABLE,
)
def post_refund(request: ApiRequest, patron_id: str, new: NewRefund) -> HttpResponse:
    """Give back what was paid for a charge, never more; it is let off with that."""
    return _answered(refund(request.desk, patron=patron_id, **new.model_dump()))


def _answered(outcome: Booked | NotBooked) -> HttpResponse:
    if isinstance(outcome, NotBooked):
        if outcome.fault is FeeFault.PATRON_UNKNOWN:
            raise NotFoundError
        return answer(outcome, 409)
    return answer(outcome, 201)
