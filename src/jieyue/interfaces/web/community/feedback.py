"""Feedback on readers' pages: write it, see what became of it, say once more."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.queries import title_view
from jieyue.catalog.rules.pictures import MAX_BYTES, Picture, picture_of
from jieyue.community.actions.feedback import Sender, follow_up, send_feedback
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.queries.feedback import feedback_for, feedback_of, feedback_picture
from jieyue.community.queries.settings import rules_of
from jieyue.community.rules.faults import VoiceFault
from jieyue.interfaces.web.access import LibraryRequest, elsewhere, signed_in_reader
from jieyue.interfaces.web.community.forms import FeedbackForm
from jieyue.interfaces.web.community.words import (
    FEEDBACK_STATES,
    KIND_ICONS,
    KINDS,
    fault_words,
    picture_trouble,
    show_faults,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.addresses import client_address
from jieyue.kit import clock
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.queries import branches


@require_http_methods(["GET", "POST"])
def write(request: LibraryRequest) -> HttpResponse:
    """GET the form, `?about=title:…` or `page:/…` filled in; POST what somebody has to say."""
    desk, rules = signed_in_reader(request), rules_of()
    if not rules.takes_feedback or (desk is None and not rules.takes_visitors):
        return draw(request, "community/feedback_closed.html", {"page_active": "me"})
    places = [place for place in branches() if place.is_open]
    form = FeedbackForm(
        request.POST or None,
        request.FILES or None,
        initial={"about": request.GET.get("about", "")[:120]},
        places=places,
        is_reader=desk is not None,
    )
    if request.method == "GET":
        return _form(request, form)
    picture = _picture(request)
    if not form.is_valid() or isinstance(picture, str):
        if isinstance(picture, str):
            form.add_error("picture", picture)
        return _form(request, form, status=422)
    given = {name: form.cleaned_data.get(name, "") for name in ("kind", "text", "about", "branch")}
    sender = None
    if desk is None:
        sender = Sender(client_address(request), form.cleaned_data.get("contact", ""))
    outcome = send_feedback(desk or visitor(request), **given, picture=picture, sender=sender)
    if isinstance(outcome, VoiceRefused):
        return _form(request, form, show_faults(form, outcome.faults), status=409)
    messages.success(request, _("Thank you! The library has got it."))
    return elsewhere(request, _address(request, outcome.id))


@require_GET
def mine(request: LibraryRequest) -> HttpResponse:
    """List what I wrote, with the answers; visitors go straight to the form."""
    desk = signed_in_reader(request)
    if desk is None or desk.patron_id is None:
        return elsewhere(request, reverse("voice:write", args=[request.library.slug]))
    rows = [_shown(row, request) for row in feedback_of(desk.patron_id)]
    context = {"page_active": "me", "rows": rows, "takes": rules_of().takes_feedback}
    return draw(request, "community/feedback.html", context)


@require_GET
def one(request: LibraryRequest, feedback: str) -> HttpResponse:
    """Show one, to whoever wrote it."""
    found = feedback_for(signed_in_reader(request), feedback)
    if found is None:
        raise Http404("no such feedback")
    context = {"page_active": "me", "row": _shown(found, request), "key": str(uuid4())}
    return draw(request, "community/feedback_one.html", context)


@require_POST
def more(request: LibraryRequest, feedback: str) -> HttpResponse:
    """Say once more what is still open."""
    desk = signed_in_reader(request)
    found = feedback_for(desk, feedback)
    if found is None:
        raise Http404("no such feedback")
    who = desk if found.patron and desk else visitor(request)
    outcome = follow_up(who, feedback=feedback, text=request.POST.get("text", "")[:5000])
    if isinstance(outcome, VoiceRefused):
        if outcome.faults[0].code is VoiceFault.UNKNOWN:
            raise Http404("no such feedback")
        for fault in outcome.faults:
            messages.error(request, fault_words(fault))
    else:
        messages.success(request, _("Thank you! The library has got it."))
    return elsewhere(request, _address(request, feedback))


@require_GET
def picture(request: LibraryRequest, feedback: str) -> HttpResponse:
    """Send the picture to whoever wrote it."""
    found = feedback_for(signed_in_reader(request), feedback)
    return send_picture(feedback if found is not None else "")


def send_picture(feedback: str) -> HttpResponse:
    """Answer with the picture of feedback that whoever asks may see."""
    sent = feedback_picture(feedback, "large") if feedback else None
    if sent is None:
        raise Http404("no such picture")
    answer = HttpResponse(sent.content, content_type="image/webp")
    answer["Cache-Control"] = "private, max-age=86400"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def visitor(request: LibraryRequest) -> Desk:
    """Return a desk for somebody who did not sign in: no rights at all."""
    places = branches()
    return Desk(
        library_id=request.library.id,
        slug=request.library.slug,
        branch_id=places[0].id if places else 0,
        zone=request.library.zone,
        door=Door.READER,
        now=clock.now(),
        permissions=frozenset(),
        caller="visitor",
        key=request.POST.get("idempotency_key", "").replace("\0", "")[:100] or None,
    )


def _picture(request: LibraryRequest) -> Picture | str | None:
    """Return the picture drawn anew, or what is wrong with it; None without one."""
    file = request.FILES.get("picture")
    if file is None:
        return None
    found = picture_of(file.read()) if (file.size or 0) <= MAX_BYTES else None
    return found if isinstance(found, Picture) else picture_trouble()


def _form(
    request: LibraryRequest, form: FeedbackForm, errors: list[str] | None = None, *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    about = str(form["about"].value() or "")
    title = title_view(about.removeprefix("title:")) if about.startswith("title:") else None
    context = {
        "page_active": "me", "form": form, "errors": errors or [], "title": title,
        "key": str(uuid4()),
    }  # fmt: skip
    return draw(request, "community/feedback_write.html", context, status=status)


def _shown(row: Any, request: LibraryRequest) -> dict[str, Any]:
    return {
        "row": row,
        "kind": KINDS[row.kind],
        "icon": KIND_ICONS[row.kind],
        "state": FEEDBACK_STATES[row.state],
        "on": row.created_at.astimezone(request.library.zone).date(),
        "said": [
            (line, line.at.astimezone(request.library.zone).date())
            for line in row.lines
            if line.kind != "note"
        ],
    }


def _address(request: LibraryRequest, feedback: str) -> str:
    return reverse("voice:feedback", args=[request.library.slug, feedback])
