"""`/applications`: who applies for a card, and the library's answer."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from jieyue.fees.joining import approve_application
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import (
    EntryRefused,
    FaultOut,
    Limit,
    Offset,
    Output,
    Text,
    refusal,
)
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.deciding import ask_applicant, refuse_application
from jieyue.patrons.joining.outcomes import ApplicationRefused, ApplicationSaved
from jieyue.patrons.joining.queries import application_view, queue
from jieyue.patrons.rules.joining.approving import Match

router = Router(tags=["applications"])
OPEN_STATES: Final = frozenset({"sent", "asked"})

Which = Annotated[
    Literal["open", "decided"],
    Query(description="`open`: the oldest first. `decided`: the newest first."),
]


class Waiting(Output):
    """An application in a list. `is_plain`: nothing speaks against approving it without a look."""

    public_id: str
    state: str
    name: str
    group_name: str
    student_number: str
    phone_masked: str
    is_phone_verified: bool
    is_child: bool
    category: str
    branch: str
    invitation: str
    sent_at: datetime
    changed_at: datetime
    match: Match = Field(description="How it meets the roster's reader with its student number.")
    is_maybe_same: bool
    is_plain: bool


class Applications(Output):
    """A page of applications, and how many there are in all."""

    applications: list[Waiting]
    total: int


class OwnAnswer(Output):
    """The answer to a question of the library's own."""

    question: str
    answer: str


class AgreedTo(Output):
    """What the applicant, or the guardian, agreed to; in words of which version."""

    kind: str
    version: int
    giver: str
    guardian_name: str
    guardian_phone: str
    given_at: datetime
    withdrawn_at: datetime | None


class Alike(Output):
    """A reader who could be the applicant. `same`: name, phone, student_number, account."""

    public_id: str
    name: str
    group_name: str
    student_number: str
    has_account: bool
    same: list[str]


class ApplicationOut(Output):
    """An application with everything needed to decide it; after a while the answers are erased."""

    public_id: str
    state: str
    texts: dict[str, str] = Field(description="The answers by field: name, phone, born_on …")
    own: list[OwnAnswer]
    verified: list[str] = Field(description="Fields whose code was typed.")
    is_child: bool = Field(description="Under 14: a guardian must have agreed.")
    age: int | None
    category: str
    category_name: str
    branch: str
    branch_name: str
    invitation: str
    is_signed_in: bool
    sent_at: datetime
    changed_at: datetime
    question: str
    reason: str
    decided_at: datetime | None
    decided_by: str
    decided_how: str = Field(description="`staff`, or the rule that approved it.")
    patron: str = Field(description="The reader it became (id); empty before.")
    is_erased: bool
    consents: list[AgreedTo]
    match: Match
    roster: str = Field(description="The reader who has this student number (id), or empty.")
    is_maybe_same: bool
    alike: list[Alike]


class Approval(Input):
    """Card type and branch by code; empty: what they asked for, else the form's and the token's."""

    category: Text = ""
    branch: Text = ""
    roster: Text = Field(
        "", description="The reader of the roster they are (id), who has no sign-in yet."
    )
    card_barcode: Text = Field("", description="Empty: the next number of the library's range.")
    may_be_same: bool = Field(
        default=False, description="Confirms that who has this name and phone is somebody else."
    )
    seen_at: datetime | None = Field(
        None,
        description=(
            "The `changed_at` that was looked at: with other answers since, it is refused "
            "(`changed_meanwhile`)."
        ),
    )


class Question(Input):
    """What the applicant is asked for; they read it where their application stands."""

    text: Text


class Refusal(Input):
    """Why; the applicant is told."""

    reason: Text


@router.get(
    "",
    response={200: Applications, **PROBLEMS},
    operation_id="list_applications",
    summary="List applications for a card",
)
def list_applications(
    request: ApiRequest, which: Which = "open", limit: Limit = 20, offset: Offset = 0
) -> HttpResponse:
    """List those that wait or are decided; a token of one branch sees its own and nobody's."""
    need(request, Permission.PATRON_EDIT)
    found = queue(request.desk, which=which, limit=limit, offset=offset)
    return answer(Applications.model_validate(found))


@router.get(
    "/{application_id}",
    response={200: ApplicationOut, **PROBLEMS_OF_ONE},
    operation_id="get_application",
    summary="Get an application",
)
def get_application(request: ApiRequest, application_id: str) -> HttpResponse:
    """Get an application with its answers and the readers who are like the applicant."""
    need(request, Permission.PATRON_EDIT)
    view = there(application_view(request.desk, application_id))
    names = set(ApplicationOut.model_fields) - {"own", "match", "roster", "alike", "is_maybe_same"}
    known: dict[str, Any] = {name: getattr(view, name) for name in names}
    known["verified"] = sorted(view.verified)
    return answer(
        ApplicationOut.model_validate(
            known
            | {
                "own": [{"question": label, "answer": text} for label, text in view.own],
                "match": view.known.match,
                "roster": view.known.patron,
                "is_maybe_same": view.known.is_maybe_same,
                "alike": view.known.alike,
            }
        )
    )


@router.put(
    "/{application_id}/approval",
    response={200: ApplicationSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="approve_application",
    summary="Approve an application",
    openapi_extra=REPEATABLE,
)
def put_approval(request: ApiRequest, application_id: str, new: Approval) -> HttpResponse:
    """Make the applicant a reader, or give them the reader of the roster they are."""
    need(request, Permission.PATRON_EDIT)
    if new.seen_at is not None:
        view = there(application_view(request.desk, application_id))
        if view.state in OPEN_STATES and view.changed_at != new.seen_at:
            changed = view.changed_at.isoformat()
            fault = FaultOut(code="changed_meanwhile", field="application", value=changed)
            return answer(EntryRefused(faults=[fault]), 409)
    given = new.model_dump(exclude={"seen_at"})
    return _answered(approve_application(request.desk, application=application_id, **given))


@router.put(
    "/{application_id}/question",
    response={200: ApplicationSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="ask_applicant",
    summary="Ask the applicant for something more",
    openapi_extra=REPEATABLE,
)
def put_question(request: ApiRequest, application_id: str, new: Question) -> HttpResponse:
    """Ask for something more; until they have answered it counts as asked."""
    return _answered(ask_applicant(request.desk, application=application_id, text=new.text))


@router.put(
    "/{application_id}/refusal",
    response={200: ApplicationSaved, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="refuse_application",
    summary="Refuse an application",
    openapi_extra=REPEATABLE,
)
def put_refusal(request: ApiRequest, application_id: str, new: Refusal) -> HttpResponse:
    """Refuse it; the applicant reads the reason."""
    return _answered(
        refuse_application(request.desk, application=application_id, reason=new.reason)
    )


def _answered(outcome: ApplicationSaved | ApplicationRefused) -> HttpResponse:
    return answer(outcome) if isinstance(outcome, ApplicationSaved) else refusal(outcome)
