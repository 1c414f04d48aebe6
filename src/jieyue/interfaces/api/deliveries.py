"""`/deliveries`: what became of messages to readers."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query, Router

from jieyue.interfaces.api.answers import LINE, ApiRequest, answer, need
from jieyue.interfaces.api.entries import Limit, Offset, Output
from jieyue.interfaces.api.problems import PROBLEMS
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.deliveries import DeliveryFilter, DeliveryView, deliveries

router = Router(tags=["messages"])

State = Literal["waiting", "handed", "dropped", "failed", "given_up", "unreached"]
Channel = Annotated[
    str, Query(max_length=20, pattern=LINE, description="email, sms, wechat, push …")
]
Kind = Annotated[
    str, Query(max_length=20, pattern=LINE, description="What they are about: due_soon …")
]
Reader = Annotated[str, Query(max_length=20, pattern=LINE, description="To this reader (id).")]


class Deliveries(Output):
    """Messages, newest first. `unreached` and `given_up` are those staff have to see to."""

    deliveries: list[DeliveryView]


@router.get(
    "",
    response={200: Deliveries, **PROBLEMS},
    operation_id="list_deliveries",
    summary="List messages to readers and what became of them",
)
def list_deliveries(
    request: ApiRequest,
    state: Annotated[State | None, Query(description="Only these.")] = None,
    channel: Channel = "",
    kind: Kind = "",
    on: Annotated[date | None, Query(description="Made on this local day.")] = None,
    patron: Reader = "",
    limit: Limit = 20,
    offset: Offset = 0,
) -> HttpResponse:
    """List messages to readers; a token of one branch sees those of its readers."""
    need(request, Permission.MESSAGES)
    wanted = DeliveryFilter(
        states=(state,) if state else (),
        kind=kind,
        channel=channel,
        on=on,
        patron=patron,
        branch_ids=request.desk.branch_ids,
    )
    found = deliveries(wanted, zone=request.desk.zone, limit=limit, offset=offset)
    return answer(Deliveries(deliveries=found))
