"""`/vacations` and `/term-ends`: days that move dates, and days that no date passes."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from jieyue.circulation.actions.term_ends import add_term_end, bring_forward, delete_term_end
from jieyue.circulation.actions.vacations import add_vacation, delete_vacation, edit_vacation
from jieyue.circulation.queries.closures import MovePreview
from jieyue.circulation.queries.term_ends import (
    NOTICE_DAYS,
    USUAL_NOTICE,
    EarlierPreview,
    earlier_preview,
    term_end_named,
)
from jieyue.circulation.queries.vacations import (
    TermEndView,
    VacationView,
    Values,
    rule_of,
    term_ends,
    vacation,
    vacation_preview,
    vacations,
)
from jieyue.circulation.rules.vacations import vacation_trouble
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Output
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, NotFoundError, there
from jieyue.interfaces.api.settings import Code, Name, done, flat, made, place_of
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved

router = Router(tags=["calendar"])
of_terms = Router(tags=["calendar"])

CardType = Annotated[
    str, Query(max_length=20, pattern=LINE, description="Code of a card type; empty: for all.")
]
Number = Annotated[int, Field(ge=0, le=365)]
Moves = Annotated[
    Literal["none", "all", "made", "due"],
    Field(
        description=(
            "Which loans are due after it: none, all, those made in the window, or those due in it."
        )
    ),
]
LateDays = Annotated[
    Literal["never", "if_late_before", "if_late_after"],
    Field(description="Whether its days count as late, for whom was late before or is after it."),
]


class VacationIn(Input):
    """A vacation with its four switches; days are included, a window left out is the vacation."""

    name: Name
    starts_on: date
    ends_on: date
    moves: Moves = "none"
    window_starts_on: date | None = None
    window_ends_on: date | None = None
    due_on: date | None = Field(None, description="The day they are due, or:")
    due_after_open_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        None, description="On which open day after it they are due."
    )
    late_days: LateDays = "never"
    grace_days: Number = 0
    extra_loans: Number = 0


class NewVacation(VacationIn):
    """A vacation of a branch (its code), or empty of the whole library."""

    branch: Code = ""


class VacationOut(VacationIn, Output):
    """A vacation as it stands."""

    id: str
    branch: str
    branch_name: str


class Vacations(Output):
    """Vacations that are not over, next first."""

    vacations: list[VacationOut]


class NewTermEnd(Input):
    """A day that no loan made before it passes, for a card type (its code) or for all."""

    name: Name
    on: date
    card_type: Code = ""


class EarlierIn(Input):
    """Which last day of term (of a card type or of all), and how many days readers must have."""

    card_type: Code = ""
    notice_days: Annotated[int, Field(ge=NOTICE_DAYS[0], le=NOTICE_DAYS[1])] = USUAL_NOTICE


class TermEnds(Output):
    """Last days of term from today on, next first."""

    term_ends: list[TermEndView]


@router.get(
    "",
    response={200: Vacations, **PROBLEMS},
    operation_id="list_vacations",
    summary="List vacations",
)
def list_vacations(request: ApiRequest) -> HttpResponse:
    """List the vacations that are not over."""
    need(request, Permission.SETTINGS)
    return answer(Vacations(vacations=[_out(v) for v in vacations(since=request.desk.today)]))


@router.post(
    "/preview",
    response={200: MovePreview, 409: NotSaved, **PROBLEMS},
    operation_id="preview_vacation",
    summary="Ask which loans a vacation would move",
)
def preview(request: ApiRequest, new: NewVacation) -> HttpResponse:
    """Say what `add_vacation` with the same input would move, day by day. Nothing is written."""
    need(request, Permission.SETTINGS)
    place = place_of(request.desk, new.branch)
    if isinstance(place, NotSaved):
        return answer(place, 409)
    return _previewed(request, _values(new), place)


@router.post(
    "",
    response={201: Saved, 409: NotSaved, **PROBLEMS},
    operation_id="add_vacation",
    summary="Add a vacation",
    openapi_extra=REPEATABLE,
)
def create(request: ApiRequest, new: NewVacation) -> HttpResponse:
    """Add a vacation; open loans it concerns move, later only, and their readers are told."""
    return made(add_vacation(request.desk, values=_values(new), branch=new.branch))


@router.get(
    "/{vacation_id}",
    response={200: VacationOut, **PROBLEMS_OF_ONE},
    operation_id="get_vacation",
    summary="Get a vacation",
)
def get(request: ApiRequest, vacation_id: str) -> HttpResponse:
    """Get a vacation by id, also one that is over."""
    need(request, Permission.SETTINGS)
    return answer(_out(there(vacation(vacation_id))))


@router.post(
    "/{vacation_id}/preview",
    response={200: MovePreview, 409: NotSaved, **PROBLEMS_OF_ONE},
    operation_id="preview_vacation_change",
    summary="Ask which loans a changed vacation would move",
)
def preview_change(request: ApiRequest, vacation_id: str, new: VacationIn) -> HttpResponse:
    """Say what `edit_vacation` with the same input would move, day by day. Nothing is written."""
    need(request, Permission.SETTINGS)
    view = there(vacation(vacation_id))
    place = place_of(request.desk, view.branch)
    if isinstance(place, NotSaved):
        raise NotFoundError
    return _previewed(request, _values(new), place, before=view.values)


@router.put(
    "/{vacation_id}",
    response={200: Saved, 409: NotSaved, **PROBLEMS_OF_ONE},
    operation_id="edit_vacation",
    summary="Change a vacation",
    openapi_extra=REPEATABLE,
)
def replace(request: ApiRequest, vacation_id: str, new: VacationIn) -> HttpResponse:
    """Replace a vacation's values; loans it moved before move on, never back."""
    return done(edit_vacation(request.desk, vacation=vacation_id, values=_values(new)))


@router.delete(
    "/{vacation_id}",
    response={200: Saved, 409: NotSaved, **PROBLEMS_OF_ONE},
    operation_id="delete_vacation",
    summary="Delete a vacation",
    openapi_extra=REPEATABLE,
)
def delete(request: ApiRequest, vacation_id: str) -> HttpResponse:
    """Delete a vacation; dates already given stay until its closure is undone."""
    return done(delete_vacation(request.desk, vacation=vacation_id))


@of_terms.get(
    "",
    response={200: TermEnds, **PROBLEMS},
    operation_id="list_term_ends",
    summary="List last days of term",
)
def list_term_ends(request: ApiRequest) -> HttpResponse:
    """List the last days of term from today on."""
    need(request, Permission.SETTINGS)
    return answer(TermEnds(term_ends=term_ends(since=request.desk.today)))


@of_terms.post(
    "",
    response={201: Saved, 409: NotSaved, **PROBLEMS},
    operation_id="add_term_end",
    summary="Add a last day of term",
    openapi_extra=REPEATABLE,
)
def create_term_end(request: ApiRequest, new: NewTermEnd) -> HttpResponse:
    """Add one; loans already made keep their dates. Needs a token for all branches."""
    return made(add_term_end(request.desk, name=new.name, on=new.on, card_type=new.card_type))


@of_terms.delete(
    "/{on}",
    response={200: Saved, 409: NotSaved, **PROBLEMS_OF_ONE},
    operation_id="delete_term_end",
    summary="Delete a last day of term",
    openapi_extra=REPEATABLE,
)
def remove_term_end(request: ApiRequest, on: date, card_type: CardType = "") -> HttpResponse:
    """Delete the one of this day and card type; what it brought forward has its old date again."""
    return done(delete_term_end(request.desk, on=on, card_type=card_type))


@of_terms.post(
    "/{on}/dates/preview",
    response={200: EarlierPreview, **PROBLEMS_OF_ONE},
    operation_id="preview_earlier_dates",
    summary="Ask which loans are due after a last day of term",
)
def preview_earlier(request: ApiRequest, on: date, new: EarlierIn) -> HttpResponse:
    """Say what `bring_forward` with the same input would move, day by day. Nothing is written."""
    need(request, Permission.SETTINGS)
    end = there(term_end_named(on, new.card_type))
    return answer(earlier_preview(request.desk, end, notice_days=new.notice_days))


@of_terms.post(
    "/{on}/dates",
    response={200: Saved, 409: NotSaved, **PROBLEMS_OF_ONE},
    operation_id="bring_forward",
    summary="Bring forward what is due after a last day of term",
    openapi_extra=REPEATABLE,
)
def bring_dates_forward(request: ApiRequest, on: date, new: EarlierIn) -> HttpResponse:
    """Make loans due later due on that day, where readers have that much notice; they are told.

    Needs a token for all branches.
    """
    return done(
        bring_forward(request.desk, on=on, card_type=new.card_type, notice_days=new.notice_days)
    )


def _values(new: VacationIn) -> Values:
    return Values(**new.model_dump(exclude={"branch"}))


def _previewed(
    request: ApiRequest, values: Values, place: int | None, *, before: Values | None = None
) -> HttpResponse:
    rule = rule_of(values, place)
    trouble = vacation_trouble(rule)
    if trouble is not None:
        return answer(NotSaved(trouble=trouble), 409)
    was = rule_of(before, place) if before else None
    return answer(vacation_preview(request.desk, rule, before=was))


def _out(view: VacationView) -> VacationOut:
    columns: dict[str, Any] = view.values.columns()
    return VacationOut.model_validate(flat(view, columns))
