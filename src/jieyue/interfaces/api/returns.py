"""`/returns`: take copies back."""

from typing import Annotated, Any, Final, Self

from django.http import HttpResponse
from ninja import Router
from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from jieyue.circulation.actions.checkin import Checkin, checkin
from jieyue.circulation.actions.checkout import MAX_COPIES
from jieyue.circulation.rules.returns import ReturnDateError
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Barcode, Input, answer
from jieyue.interfaces.api.problems import PROBLEMS, invalid

router = Router(tags=["returns"])


FAULTS: Final = {
    "in_future": "Nothing has come back in the future.",
    "too_long_ago": "A return can be dated back by 30 days, or to the last closing.",
}


class NewReturns(Input):
    """Copies that came back."""

    copy_barcodes: Annotated[tuple[Barcode, ...], Field(min_length=1, max_length=MAX_COPIES)]
    as_of: Annotated[
        AwareDatetime | None,
        Field(
            description=(
                "When they really came back, such as when the branch last closed for what lay in "
                "the book drop. Earlier than that needs the right `backdate` and is at most 30 "
                "days ago."
            )
        ),
    ] = None
    amnesty: Annotated[bool, Field(description="Forgive lateness; needs the right `amnesty`.")] = (
        False
    )
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=200, pattern=LINE),
        Field(description="Why lateness is forgiven, for the journal; an amnesty needs one."),
    ] = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.amnesty and not self.reason:
            raise ValueError("an amnesty needs a reason")
        return self


@router.post(
    "",
    response={200: Checkin, **PROBLEMS},
    operation_id="take_back",
    summary="Take copies back",
    openapi_extra=REPEATABLE,
)
def take_back(request: ApiRequest, new: NewReturns) -> HttpResponse:
    """Take copies back. A return is always accepted; what is odd about it is said in the result."""
    more: dict[str, Any] = {}
    if new.as_of is not None:
        more["as_of"] = new.as_of
    if new.amnesty:
        more |= {"amnesty": True, "reason": new.reason}
    try:
        return answer(checkin(request.desk, copy_barcodes=new.copy_barcodes, **more))
    except ReturnDateError as error:
        return invalid([{"loc": ("as_of",), "type": error.fault, "msg": FAULTS[error.fault]}])
