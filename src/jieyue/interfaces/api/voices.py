"""`/feedback` and `/wishes`: what readers wrote and wish for, and the library's answer."""

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from jieyue.community.actions.feedback import answer_feedback
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved
from jieyue.community.actions.wishes import decide_wishes
from jieyue.community.queries.feedback import feedback_by_id, feedback_list
from jieyue.community.queries.wishes import WishView, wish_by_id, wishes
from jieyue.community.rules.feedback import FeedbackState
from jieyue.community.rules.wishes import OPEN, WishState
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Limit, Output, Text
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission

of_feedback = Router(tags=["feedback"])
of_wishes = Router(tags=["wishes"])

Offset = Annotated[int, Query(ge=0, le=100_000)]
Id = Annotated[str, StringConstraints(max_length=12, pattern=LINE)]


class FeedbackLineOut(Output):
    """Something said afterwards: `answer`, `follow_up` (the reader's) or `note` (among staff)."""

    kind: str
    text: str
    at: datetime


class FeedbackOut(Output):
    """What somebody wrote; without a `patron` it was a visitor, perhaps with a `contact`."""

    public_id: str
    kind: str
    text: str
    state: str
    about_title: str
    about_page: str
    branch: str
    patron: str
    contact: str
    created_at: datetime
    changed_at: datetime
    lines: list[FeedbackLineOut]


class FeedbackList(Output):
    """Feedback without what was said afterwards; `new` begins with what waits longest."""

    feedback: list[FeedbackOut]


class WishList(Output):
    """Wishes, those with the most supporters first."""

    wishes: list[WishView]


class NewAnswer(Input):
    """What the reader is told; `closes`: nothing more is expected."""

    text: Text
    closes: bool = False


class Decision(Input):
    """How far a wish is. `declined` takes a reason; `title` is the id of what arrived."""

    state: WishState
    reason: Text = Field("", description="What everybody who has the wish is told.")
    title: Id = ""


@of_feedback.get(
    "",
    response={200: FeedbackList, **PROBLEMS},
    operation_id="list_feedback",
    summary="List feedback",
)
def get_feedback(
    request: ApiRequest, state: FeedbackState = FeedbackState.NEW, limit: Limit = 30,
    offset: Offset = 0,
) -> HttpResponse:  # fmt: skip
    """List feedback of a state that is within the token's reach."""
    need(request, Permission.MESSAGES)
    rows = feedback_list(request.desk, state=state.value, limit=limit, offset=offset)
    return answer(FeedbackList(feedback=[FeedbackOut.model_validate(row) for row in rows]))


@of_feedback.get(
    "/{feedback_id}",
    response={200: FeedbackOut, **PROBLEMS_OF_ONE},
    operation_id="feedback",
    summary="Get feedback with everything said of it",
)
def get_one(request: ApiRequest, feedback_id: str) -> HttpResponse:
    """Return one, with answers and notes."""
    need(request, Permission.MESSAGES)
    return answer(FeedbackOut.model_validate(there(feedback_by_id(request.desk, feedback_id))))


@of_feedback.post(
    "/{feedback_id}/answers",
    response={201: VoiceSaved, 409: VoiceRefused, **PROBLEMS_OF_ONE},
    operation_id="answer_feedback",
    summary="Answer feedback",
    openapi_extra=REPEATABLE,
)
def post_answer(request: ApiRequest, feedback_id: str, new: NewAnswer) -> HttpResponse:
    """Answer the reader, who is told."""
    need(request, Permission.MESSAGES)
    there(feedback_by_id(request.desk, feedback_id))
    outcome = answer_feedback(request.desk, feedback=feedback_id, text=new.text, closes=new.closes)
    return answer(outcome, 201 if isinstance(outcome, VoiceSaved) else 409)


@of_wishes.get(
    "",
    response={200: WishList, **PROBLEMS},
    operation_id="list_wishes",
    summary="List purchase wishes",
)
def get_wishes(
    request: ApiRequest, state: WishState | None = None, limit: Limit = 40, offset: Offset = 0
) -> HttpResponse:
    """List the wishes of a state; without one all that are not decided."""
    need(request, Permission.MESSAGES)
    states = [state.value] if state else [one.value for one in OPEN]
    return answer(WishList(wishes=wishes(states=states, limit=limit, offset=offset)))


@of_wishes.put(
    "/{wish_id}/state",
    response={200: VoiceSaved, 409: VoiceRefused, **PROBLEMS_OF_ONE},
    operation_id="decide_wish",
    summary="Decide a purchase wish",
    openapi_extra=REPEATABLE,
)
def put_state(request: ApiRequest, wish_id: str, new: Decision) -> HttpResponse:
    """Say how far it is; everybody who has it is told, and what arrived is reserved."""
    need(request, Permission.MESSAGES)
    there(wish_by_id(wish_id))
    outcome = decide_wishes(
        request.desk, wishes=(wish_id,), state=new.state.value, reason=new.reason, title=new.title
    )
    return answer(outcome, 200 if isinstance(outcome, VoiceSaved) else 409)
