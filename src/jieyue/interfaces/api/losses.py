"""`/loans/{loan_id}/loss` and the like: lost, replaced, damaged and claimed books."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from jieyue.circulation.actions.claims import (
    Claimed,
    ClaimResolved,
    Resolution,
    claim_returned,
    resolve_claim,
)
from jieyue.circulation.actions.damages import Damaged, mark_damaged
from jieyue.circulation.actions.losses import (
    LossRefused,
    LostReported,
    NotLostAfterAll,
    price_loss,
    report_lost,
    withdraw_loss,
)
from jieyue.circulation.actions.replacements import Replaced, accept_replacement
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Input, answer
from jieyue.interfaces.api.entries import Text
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, refused

of_loan = Router(tags=["losses"])

# The actions know what can be a cost and say so (`cost_bad`); this only bounds the number.
Cents = Annotated[int, Field(ge=-(2**31), lt=2**31)]


class NewLoss(Input):
    """What it costs, where no price is known or the rule's figure will not do."""

    cost_cents: Cents | None = None


class LossCost(Input):
    """What a lost copy costs; 0 settles it."""

    cost_cents: Cents


class NewReplacement(Input):
    """The label of the new copy (empty: it takes over the lost one's), and its price."""

    barcode: Annotated[str, StringConstraints(max_length=40, pattern=LINE)] = ""
    price_cents: Cents | None = None


class NewDamage(Input):
    """What is damaged (the reader sees it), what it costs, and whether it is to be mended."""

    reason: Text
    cost_cents: Cents = 0
    to_repair: bool = True


class ClaimEnd(Input):
    """What came of a claim whose copy did not turn up. A copy that did is simply returned."""

    resolution: Resolution
    cost_cents: Cents | None = None


@of_loan.put(
    "/{loan_id}/loss",
    response={200: LostReported, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="report_lost",
    summary="Report a book lost",
    openapi_extra=REPEATABLE,
)
def put_loss(request: ApiRequest, loan_id: str, new: NewLoss) -> HttpResponse:
    """Count the copy as lost and charge its cost; the loan is open until that is settled."""
    return _answered(report_lost(request.desk, loan=loan_id, cost_cents=new.cost_cents))


@of_loan.put(
    "/{loan_id}/loss/cost",
    response={200: LostReported, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="price_loss",
    summary="Say what a lost book costs",
    openapi_extra=REPEATABLE,
)
def put_cost(request: ApiRequest, loan_id: str, new: LossCost) -> HttpResponse:
    """Charge a loss whose price nobody knew."""
    return _answered(price_loss(request.desk, loan=loan_id, cost_cents=new.cost_cents))


@of_loan.delete(
    "/{loan_id}/loss",
    response={200: NotLostAfterAll, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="withdraw_loss",
    summary="Not lost after all",
    openapi_extra=REPEATABLE,
)
def delete_loss(request: ApiRequest, loan_id: str) -> HttpResponse:
    """Let the loan go on; what is left of the charge is let off."""
    return _answered(withdraw_loss(request.desk, loan=loan_id))


@of_loan.put(
    "/{loan_id}/replacement",
    response={200: Replaced, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="accept_replacement",
    summary="Accept another copy for a lost one",
    openapi_extra=REPEATABLE,
)
def put_replacement(request: ApiRequest, loan_id: str, new: NewReplacement) -> HttpResponse:
    """Settle a loss by a copy of the same or a newer edition."""
    return _answered(
        accept_replacement(
            request.desk, loan=loan_id, barcode=new.barcode, price_cents=new.price_cents
        )
    )


@of_loan.put(
    "/{loan_id}/damage",
    response={200: Damaged, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="mark_damaged",
    summary="Say that a copy came back damaged",
    openapi_extra=REPEATABLE,
)
def put_damage(request: ApiRequest, loan_id: str, new: NewDamage) -> HttpResponse:
    """Charge the damage of a loan that has come back, and send the copy to be mended."""
    return _answered(
        mark_damaged(
            request.desk,
            loan=loan_id,
            reason=new.reason,
            cost_cents=new.cost_cents,
            to_repair=new.to_repair,
        )
    )


@of_loan.put(
    "/{loan_id}/claim",
    response={200: Claimed, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="claim_returned",
    summary="The reader says it was returned",
    openapi_extra=REPEATABLE,
)
def put_claim(request: ApiRequest, loan_id: str) -> HttpResponse:
    """Stop fines and limits for the loan until the claim is settled."""
    return _answered(claim_returned(request.desk, loan=loan_id))


@of_loan.post(
    "/{loan_id}/claim/end",
    response={200: ClaimResolved, 409: LossRefused, **PROBLEMS_OF_ONE},
    operation_id="resolve_claim",
    summary="Settle a claim",
    openapi_extra=REPEATABLE,
)
def end_claim(request: ApiRequest, loan_id: str, new: ClaimEnd) -> HttpResponse:
    """Say what came of a claim: lost, never lent, or withdrawn."""
    return _answered(
        resolve_claim(
            request.desk, loan=loan_id, resolution=new.resolution, cost_cents=new.cost_cents
        )
    )


def _answered(outcome: Any) -> HttpResponse:
    if isinstance(outcome, LossRefused):
        return refused(outcome, Reason.LOAN_UNKNOWN)
    return answer(outcome)
