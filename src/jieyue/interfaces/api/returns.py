"""`/returns`: take copies back."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from jieyue.circulation.actions.checkin import Checkin, checkin
from jieyue.circulation.actions.checkout import MAX_COPIES
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Barcode, Input, answer
from jieyue.interfaces.api.problems import PROBLEMS

router = Router(tags=["returns"])


class NewReturns(Input):
    """Copies that came back."""

    copy_barcodes: Annotated[tuple[Barcode, ...], Field(min_length=1, max_length=MAX_COPIES)]


@router.post(
    "",
    response={200: Checkin, **PROBLEMS},
    operation_id="take_back",
    summary="Take copies back",
    openapi_extra=REPEATABLE,
)
def take_back(request: ApiRequest, new: NewReturns) -> HttpResponse:
    """Take copies back. A return is always accepted; what is odd about it is said in the result."""
    return answer(checkin(request.desk, copy_barcodes=new.copy_barcodes))
