"""`/loans/…/why` and `/charges/…/why`: what a date or a charge was made of."""

from django.http import HttpResponse
from ninja import Router

from jieyue.circulation.queries.why import ChargeWhy, LoanWhy, charge_why, loan_why
from jieyue.interfaces.api.answers import ApiRequest, answer, need
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission

of_loan = Router(tags=["loans"])
of_charge = Router(tags=["charges"])


@of_loan.get(
    "/{loan_id}/why",
    response={200: LoanWhy, **PROBLEMS_OF_ONE},
    operation_id="why_due",
    summary="Why a loan is due when it is",
)
def why_due(request: ApiRequest, loan_id: str) -> HttpResponse:
    """Return the steps that led to a loan's date, as they were when it was lent or renewed."""
    need(request, Permission.PATRON_VIEW)
    return answer(there(loan_why(request.desk, loan_id)))


@of_charge.get(
    "/{charge_id}/why",
    response={200: ChargeWhy, **PROBLEMS_OF_ONE},
    operation_id="why_charged",
    summary="Why a charge is what it is",
)
def why_charged(request: ApiRequest, charge_id: str) -> HttpResponse:
    """Return the steps that led to a charge, calculated again from what was kept with it."""
    need(request, Permission.PATRON_VIEW)
    return answer(there(charge_why(request.desk, charge_id)))
