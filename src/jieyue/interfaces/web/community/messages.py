"""A message as its reader opens it, and the question after self-service."""

from dataclasses import replace
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.community.actions.messages import note_left, open_message
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.actions.survey import answer_survey, ask_survey
from jieyue.community.queries.messages import received
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.community.words import fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.patrons.joining.consents import withdraw_consent


@require_GET
@reader_page
def message(request: ReaderRequest, recipient: str) -> HttpResponse:
    """Show a message that was for me; that it was opened is counted."""
    assert request.desk.patron_id is not None
    found = received(recipient, request.desk.patron_id)
    if found is None:
        raise Http404("no such message")
    open_message(request.desk, recipient=recipient)
    context = {
        "page_active": "me",
        "one": found,
        "on": found.at.astimezone(request.library.zone).date(),
        "key": str(uuid4()),
    }
    return draw(request, "community/message.html", context)


@require_POST
@reader_page
def unsubscribe(request: ReaderRequest, recipient: str) -> HttpResponse:
    """Be written to no more: the consent ends, and the message that caused it is noted."""
    assert request.desk.patron_id is not None
    if received(recipient, request.desk.patron_id) is None:
        raise Http404("no such message")
    # The form's key serves the second of the two actions.
    withdraw_consent(replace(request.desk, key=None), kind="messages")
    note_left(request.desk, recipient=recipient)
    messages.success(request, _("You will get no more such messages."))
    return elsewhere(request, reverse("voice:message", args=[request.library.slug, recipient]))


@require_http_methods(["GET", "POST"])
@reader_page
def survey(request: ReaderRequest) -> HttpResponse:
    """Ask the question, on its own page (GET) or as a part of a receipt (POST by htmx)."""
    asked = ask_survey(request.desk)
    context = {"page_active": "me", "asked": asked, "key": str(uuid4())}
    if request.headers.get("HX-Request"):
        return draw(request, "community/survey_page.html#question", context)
    return draw(request, "community/survey_page.html", context)


@require_POST
@reader_page
def survey_answer(request: ReaderRequest) -> HttpResponse:
    """Keep an answer, without who it was."""
    face = request.POST.get("face", "")
    outcome = answer_survey(
        request.desk,
        question=request.POST.get("question", "")[:12],
        face=int(face) if face in ("1", "2", "3") else 0,
        remark=request.POST.get("remark", ""),
    )
    errors = []
    if isinstance(outcome, VoiceRefused):
        errors = [fault_words(fault) for fault in outcome.faults]
    context = {"page_active": "me", "is_done": not errors, "errors": errors}
    name = "community/survey_page.html"
    if request.headers.get("HX-Request"):
        name += "#thanks"
    return draw(request, name, context, status=409 if errors else 200)
