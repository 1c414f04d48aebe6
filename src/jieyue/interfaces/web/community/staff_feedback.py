"""Feedback as staff deal with it."""

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.community.actions.feedback import (
    answer_feedback,
    assign_feedback,
    close_feedback,
    note_feedback,
    reopen_feedback,
)
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.queries.feedback import (
    PAGE,
    colleagues,
    feedback_by_id,
    feedback_list,
    feedback_waiting,
)
from jieyue.community.rules.feedback import FeedbackState
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.community.feedback import send_picture
from jieyue.interfaces.web.community.words import (
    FEEDBACK_STATES,
    KIND_ICONS,
    KINDS,
    fault_words,
)
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

STATES: Final = tuple(state.value for state in FeedbackState)


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """List feedback of a state, what waits longest first."""
    state = request.GET.get("state", "new")
    state = state if state in STATES else "new"
    number = page_number(request)
    found = feedback_list(request.desk, state=state, limit=PAGE + 1, offset=(number - 1) * PAGE)
    context = {
        "page_active": "voice",
        "tab": "feedback",
        "rows": [_shown(row, request) for row in found[:PAGE]],
        "state": state,
        "states": FEEDBACK_STATES.items(),
        "waiting": feedback_waiting(request.desk),
        "number": number,
        "last": number + 1 if len(found) > PAGE else number,
        "query": f"state={state}",
        "key": str(uuid4()),
    }
    return draw(request, "community/staff_feedback.html", context)


@staff_page(Permission.MESSAGES)
@require_GET
def one(request: StaffRequest, feedback: str) -> HttpResponse:
    """Show one with everything said of it."""
    found = feedback_by_id(request.desk, feedback)
    if found is None:
        raise Http404("no such feedback")
    zone = request.library.zone
    context = {
        "page_active": "voice",
        "one": _shown(found, request),
        "lines": [(line, line.at.astimezone(zone).date()) for line in found.lines],
        "colleagues": colleagues(),
        "key": str(uuid4()),
    }
    return draw(request, "community/staff_feedback_one.html", context)


@staff_page(Permission.MESSAGES)
@require_POST
def change(request: StaffRequest, feedback: str) -> HttpResponse:
    """POST `do`: answer, answer_and_close, note, assign, close or reopen."""
    if feedback_by_id(request.desk, feedback) is None:
        raise Http404("no such feedback")
    do, text = request.POST.get("do", ""), request.POST.get("text", "")[:5000]
    chosen = request.POST.get("staff", "")[:9]
    if do in ("answer", "answer_and_close"):
        closes = do == "answer_and_close"
        outcome = answer_feedback(request.desk, feedback=feedback, text=text, closes=closes)
        done = _("Answered. The reader is told.")
    elif do == "note":
        outcome = note_feedback(request.desk, feedback=feedback, text=text)
        done = _("The note is kept.")
    elif do == "assign":
        staff = int(chosen) if chosen.isascii() and chosen.isdigit() else None
        outcome = assign_feedback(request.desk, feedback=feedback, staff=staff)
        done = _("Assigned.")
    elif do == "reopen":
        outcome = reopen_feedback(request.desk, feedback=feedback)
        done = _("It waits for an answer again.")
    else:
        outcome = close_feedback(request.desk, feedback=(feedback,))
        done = _("Closed.")
    _say(request, outcome, done)
    args = [request.library.slug, feedback]
    return elsewhere(request, reverse("voices:feedback_one", args=args))


@staff_page(Permission.MESSAGES)
@require_POST
def close(request: StaffRequest) -> HttpResponse:
    """POST: close those that were ticked."""
    chosen = tuple(dict.fromkeys(one[:20] for one in request.POST.getlist("feedback")))
    _say(request, close_feedback(request.desk, feedback=chosen), _("Closed."))
    return elsewhere(request, reverse("voices:feedback", args=[request.library.slug]))


@staff_page(Permission.MESSAGES)
@require_GET
def picture(request: StaffRequest, feedback: str) -> HttpResponse:
    """Send the picture that came with it."""
    found = feedback_by_id(request.desk, feedback)
    return send_picture(feedback if found is not None else "")


def _say(request: StaffRequest, outcome: object, done: str) -> None:
    if isinstance(outcome, VoiceRefused):
        for fault in outcome.faults:
            messages.error(request, fault_words(fault))
    else:
        messages.success(request, done)


def _shown(row: Any, request: StaffRequest) -> dict[str, Any]:
    return {
        "row": row,
        "kind": KINDS[row.kind],
        "icon": KIND_ICONS[row.kind],
        "state": FEEDBACK_STATES[row.state],
        "on": row.created_at.astimezone(request.library.zone).date(),
    }
