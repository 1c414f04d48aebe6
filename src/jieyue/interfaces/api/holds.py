"""`/holds`: reserve, cancel, pause, move; `/patrons/{id}/holds` and `/titles/{id}/holds` list."""

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from jieyue.catalog.queries import title_view
from jieyue.circulation.actions.hold_outcomes import (
    HoldCancelled,
    HoldMoved,
    HoldPlaced,
    HoldRefused,
    HoldResumed,
    HoldSuspended,
    PickupChanged,
)
from jieyue.circulation.actions.holds import (
    cancel_hold,
    change_pickup,
    move_hold,
    place_hold,
    resume_hold,
    suspend_hold,
)
from jieyue.circulation.queries.holds import HoldView, holds_of, queue_of
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.api.answers import (
    LINE,
    REPEATABLE,
    ApiRequest,
    Barcode,
    Input,
    answer,
    need,
)
from jieyue.interfaces.api.entries import Output, Text
from jieyue.interfaces.api.loans import Override
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, refused, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import patron_by_id

router = Router(tags=["holds"])
of_patron = Router(tags=["holds"])
of_title = Router(tags=["holds"])

Id = Annotated[str, StringConstraints(max_length=20, pattern=LINE)]


class NewHold(Input):
    """A title (its id) for a reader (id), or with `copy_barcode` one copy of it and no other."""

    patron: Id
    pickup: Text = Field(description="Code of the branch where it is fetched.")
    title: Id = ""
    copy_barcode: Barcode | None = None
    override: Override = frozenset()


class Suspension(Input):
    """Until when the hold is passed over; null: until it is resumed."""

    wakes_on: date | None = Field(None, description="First local day on which it counts again.")


class NewPlace(Input):
    """Where in its queue the hold is to stand."""

    before: Id = Field("", description="Right in front of this hold; empty: at the end.")
    reason: Text


class NewPickup(Input):
    """Where it is to be fetched."""

    branch: Text = Field(description="Code of the branch.")


class Holds(Output):
    """Open holds; those with a copy kept come first."""

    holds: list[HoldView]


@router.post(
    "",
    response={201: HoldPlaced, 409: HoldRefused, **PROBLEMS},
    operation_id="place_hold",
    summary="Reserve a title or a copy",
    openapi_extra=REPEATABLE,
)
def create_hold(request: ApiRequest, new: NewHold) -> HttpResponse:
    """Reserve for a reader. 409 lists every reason against it; nothing has changed then."""
    outcome = place_hold(
        request.desk,
        title=new.title,
        copy_barcode=new.copy_barcode or "",
        patron=new.patron,
        pickup=new.pickup,
        override=new.override,
    )
    return answer(outcome, 201 if isinstance(outcome, HoldPlaced) else 409)


@router.delete(
    "/{hold_id}",
    response={200: HoldCancelled, 409: HoldRefused, **PROBLEMS_OF_ONE},
    operation_id="cancel_hold",
    summary="Cancel a hold",
    openapi_extra=REPEATABLE,
)
def delete_hold(request: ApiRequest, hold_id: str) -> HttpResponse:
    """End a hold; a copy kept for it goes on, `goes` says where."""
    return _answered(cancel_hold(request.desk, hold=hold_id))


@router.put(
    "/{hold_id}/suspension",
    response={200: HoldSuspended, 409: HoldRefused, **PROBLEMS_OF_ONE},
    operation_id="suspend_hold",
    summary="Suspend a hold",
    openapi_extra=REPEATABLE,
)
def put_suspension(
    request: ApiRequest, hold_id: str, new: Suspension | None = None
) -> HttpResponse:
    """Pass a waiting hold over for a while; it keeps its place."""
    wakes_on = new.wakes_on if new else None
    return _answered(suspend_hold(request.desk, hold=hold_id, wakes_on=wakes_on))


@router.delete(
    "/{hold_id}/suspension",
    response={200: HoldResumed, 409: HoldRefused, **PROBLEMS_OF_ONE},
    operation_id="resume_hold",
    summary="Resume a suspended hold",
    openapi_extra=REPEATABLE,
)
def delete_suspension(request: ApiRequest, hold_id: str) -> HttpResponse:
    """Let a suspended hold count again."""
    return _answered(resume_hold(request.desk, hold=hold_id))


@router.put(
    "/{hold_id}/place",
    response={200: HoldMoved, 409: HoldRefused, **PROBLEMS_OF_ONE},
    operation_id="move_hold",
    summary="Move a hold in its queue",
    openapi_extra=REPEATABLE,
)
def put_place(request: ApiRequest, hold_id: str, new: NewPlace) -> HttpResponse:
    """Move a waiting hold, for a reason that stays on record."""
    return _answered(move_hold(request.desk, hold=hold_id, before=new.before, reason=new.reason))


@router.put(
    "/{hold_id}/pickup",
    response={200: PickupChanged, 409: HoldRefused, **PROBLEMS_OF_ONE},
    operation_id="change_pickup",
    summary="Fetch a hold elsewhere",
    openapi_extra=REPEATABLE,
)
def put_pickup(request: ApiRequest, hold_id: str, new: NewPickup) -> HttpResponse:
    """Choose another branch for a hold that still waits."""
    return _answered(change_pickup(request.desk, hold=hold_id, pickup=new.branch))


@of_patron.get(
    "/{patron_id}/holds",
    response={200: Holds, **PROBLEMS_OF_ONE},
    operation_id="holds_of_patron",
    summary="List a reader's holds",
)
def get_patron_holds(request: ApiRequest, patron_id: str) -> HttpResponse:
    """List a reader's open holds with place and wait, what is ready first."""
    need(request, Permission.PATRON_VIEW)
    view = there(patron_by_id(patron_id))
    return answer(Holds(holds=holds_of(request.desk, view.id)))


@of_title.get(
    "/{title_id}/holds",
    response={200: Holds, **PROBLEMS_OF_ONE},
    operation_id="holds_of_title",
    summary="List the queue of a title",
)
def get_title_holds(request: ApiRequest, title_id: str) -> HttpResponse:
    """List who has a copy of the title kept, then who waits, in order."""
    need(request, Permission.PATRON_VIEW)
    view = there(title_view(title_id))
    return answer(Holds(holds=queue_of(request.desk, view.id)))


def _answered(outcome: object) -> HttpResponse:
    if isinstance(outcome, HoldRefused):
        return refused(outcome, Reason.HOLD_UNKNOWN)
    return answer(outcome)
