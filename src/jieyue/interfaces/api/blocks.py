"""What stops a reader, and blocks that staff set and lift."""

from datetime import date

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from jieyue.circulation.actions.blocks import Blocked, BlockLifted, add_block, lift_block
from jieyue.circulation.queries.stops import BlockView, Stop, blocks_of_reader, stops_of
from jieyue.circulation.rules.blocks import ACTS
from jieyue.circulation.rules.policies import Act
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import EntryRefused, Output, Text, refusal
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import patron_by_id

of_patron = Router(tags=["blocks"])
router = Router(tags=["blocks"])


class Stops(Output):
    """What stops a reader now, gravest first, and the blocks in force or to come."""

    stops: list[Stop]
    blocks: list[BlockView]


class NewBlock(Input):
    """A block. The reader sees `reason`, only staff `staff_note`; `ends_on` is its last day."""

    reason: Text
    staff_note: Text = ""
    stops: tuple[Act, ...] = Field(ACTS, max_length=len(ACTS))
    ends_on: date | None = None


class Lift(Input):
    """Why a block is lifted before it ends by itself."""

    why: Text


@of_patron.get(
    "/{patron_id}/blocks",
    response={200: Stops, **PROBLEMS_OF_ONE},
    operation_id="stops_of_patron",
    summary="Say what stops a reader",
)
def get_stops(request: ApiRequest, patron_id: str) -> HttpResponse:
    """List every reason against borrowing, renewing or reserving, with its figures."""
    need(request, Permission.PATRON_VIEW)
    there(patron_by_id(patron_id))
    return answer(
        Stops(
            stops=list(stops_of(request.desk, patron_id)),
            blocks=list(blocks_of_reader(request.desk, patron_id)),
        )
    )


@of_patron.post(
    "/{patron_id}/blocks",
    response={201: Blocked, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="add_block",
    summary="Block a reader",
    openapi_extra=REPEATABLE,
)
def create_block(request: ApiRequest, patron_id: str, new: NewBlock) -> HttpResponse:
    """Stop a reader until a day, or until somebody lifts it."""
    outcome = add_block(
        request.desk,
        patron=patron_id,
        reason=new.reason,
        staff_note=new.staff_note,
        stops=new.stops,
        ends_on=new.ends_on,
    )
    return answer(outcome, 201) if isinstance(outcome, Blocked) else refusal(outcome)


@router.post(
    "/{block_id}/lift",
    response={200: BlockLifted, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="lift_block",
    summary="Lift a block",
    openapi_extra=REPEATABLE,
)
def create_lift(request: ApiRequest, block_id: str, new: Lift) -> HttpResponse:
    """Lift a block, or a suspension for lateness, before it ends by itself."""
    outcome = lift_block(request.desk, block=block_id, why=new.why)
    return answer(outcome) if isinstance(outcome, BlockLifted) else refusal(outcome)
