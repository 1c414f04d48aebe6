"""`/closures`: days that a library closes unforeseen, and whatever moved dates at once."""

from datetime import date

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from jieyue.circulation.actions.closures import close_suddenly, undo_closure
from jieyue.circulation.queries.closures import (
    KEPT_FOR,
    ClosureView,
    MovePreview,
    NewClosure,
    closure_preview,
    closures,
)
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Output
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE
from jieyue.interfaces.api.settings import Code, Name, done, made, place_of
from jieyue.libraries.rules.changes import name_trouble, span_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved

router = Router(tags=["calendar"])


class NewClosureIn(Input):
    """Days (both included) on which a branch, or the whole library, is closed, and why."""

    name: Name = Field(description="Why; readers are told.")
    starts_on: date
    ends_on: date
    branch: Code = Field("", description="Code of the branch; empty: the whole library.")


class Closures(Output):
    """What moved dates in the last year, latest first."""

    closures: list[ClosureView]


@router.get(
    "",
    response={200: Closures, **PROBLEMS},
    operation_id="list_closures",
    summary="List what moved dates",
)
def list_closures(request: ApiRequest) -> HttpResponse:
    """List closures, vacations and changes of the calendar that moved dates, latest first."""
    need(request, Permission.SETTINGS)
    return answer(Closures(closures=closures(since=request.desk.now - KEPT_FOR)))


@router.post(
    "/preview",
    response={200: MovePreview, 409: NotSaved, **PROBLEMS},
    operation_id="preview_closure",
    summary="Ask what closing would move",
)
def preview(request: ApiRequest, new: NewClosureIn) -> HttpResponse:
    """Say what `close_suddenly` with the same input would move. Nothing is written."""
    need(request, Permission.SETTINGS)
    name = new.name.strip()
    trouble = name_trouble(name) or span_trouble(new.starts_on, new.ends_on)
    if trouble is not None:
        return answer(NotSaved(trouble=trouble), 409)
    place = place_of(request.desk, new.branch)
    if isinstance(place, NotSaved):
        return answer(place, 409)
    closure = NewClosure(name, new.starts_on, new.ends_on, place)
    return answer(closure_preview(request.desk, closure))


@router.post(
    "",
    response={201: Saved, 409: NotSaved, **PROBLEMS},
    operation_id="close_suddenly",
    summary="Close unforeseen",
    openapi_extra=REPEATABLE,
)
def create(request: ApiRequest, new: NewClosureIn) -> HttpResponse:
    """Close for these days: what is due in them moves, later only, and the readers are told."""
    return made(close_suddenly(request.desk, **new.model_dump()))


@router.post(
    "/{closure_id}/undo",
    response={200: Saved, 409: NotSaved, **PROBLEMS_OF_ONE},
    operation_id="undo_closure",
    summary="Put the dates back",
    openapi_extra=REPEATABLE,
)
def undo(request: ApiRequest, closure_id: str) -> HttpResponse:
    """Open again and put back what nobody changed since; loans renewed meanwhile keep theirs."""
    return done(undo_closure(request.desk, closure=closure_id))
