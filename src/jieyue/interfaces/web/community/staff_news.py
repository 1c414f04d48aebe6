"""Announcements as staff write them."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.community.actions.announcements import (
    News,
    end_announcement,
    publish_announcement,
    write_announcement,
)
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.queries.announcements import (
    PAGE,
    AnnouncementView,
    all_announcements,
    announcement_by_id,
)
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.community.forms import AnnouncementForm
from jieyue.interfaces.web.community.words import NEWS_STATES, fault_words, show_faults
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.queries import BranchView, branches
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """List announcements, the newest first."""
    number = page_number(request)
    found = all_announcements(request.desk, limit=PAGE + 1, offset=(number - 1) * PAGE)
    context = {
        "page_active": "voice",
        "tab": "announcements",
        "rows": [(one, NEWS_STATES[one.state]) for one in found[:PAGE]],
        "number": number,
        "last": number + 1 if len(found) > PAGE else number,
    }
    return draw(request, "community/staff_announcements.html", context)


@staff_page(Permission.MESSAGES)
@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, announcement: str = "") -> HttpResponse:
    """GET the form; POST what it says. A draft is looked at before it is published."""
    known = _known(request, announcement) if announcement else None
    form = AnnouncementForm(
        request.POST or None,
        initial=_initial(known) if known else {"starts_on": request.desk.today},
        places=places_of(request),
        may_all=request.desk.works_at(None),
    )
    if request.method == "GET":
        return _form(request, form, known)
    if not form.is_valid():
        return _form(request, form, known, status=422)
    outcome = write_announcement(
        request.desk, news=News(**form.cleaned_data), announcement=announcement
    )
    if isinstance(outcome, VoiceRefused):
        return _form(request, form, known, show_faults(form, outcome.faults), status=409)
    args = [request.library.slug, outcome.id]
    return elsewhere(request, reverse("voices:announcement", args=args))


@staff_page(Permission.MESSAGES)
@require_GET
def preview(request: StaffRequest, announcement: str) -> HttpResponse:
    """Show it as readers will see it."""
    known = _known(request, announcement)
    context = {
        "page_active": "voice",
        "one": known,
        "state": NEWS_STATES[known.state],
        "key": str(uuid4()),
    }
    return draw(request, "community/staff_announcement.html", context)


@staff_page(Permission.MESSAGES)
@require_POST
def change(request: StaffRequest, announcement: str) -> HttpResponse:
    """POST `do`: publish or end; a draft that ends is thrown away."""
    known = _known(request, announcement)
    if request.POST.get("do") == "publish":
        outcome = publish_announcement(request.desk, announcement=announcement)
        done = _("Published. Readers see it on the front page from its first day on.")
    else:
        outcome = end_announcement(request.desk, announcement=announcement)
        done = _("Readers do not see it any more.")
    if isinstance(outcome, VoiceRefused):
        for fault in outcome.faults:
            messages.error(request, fault_words(fault))
    else:
        messages.success(request, done)
    if known.state == "draft" and not isinstance(outcome, VoiceRefused):
        return elsewhere(request, reverse("voices:announcements", args=[request.library.slug]))
    args = [request.library.slug, announcement]
    return elsewhere(request, reverse("voices:announcement", args=args))


def places_of(request: StaffRequest) -> list[BranchView]:
    """Return the open branches at which whoever asks works."""
    return [b for b in branches() if b.is_open and request.desk.works_at(b.id)]


def _known(request: StaffRequest, announcement: str) -> AnnouncementView:
    known = announcement_by_id(request.desk, announcement)
    if known is None:
        raise Http404("no such announcement")
    return known


def _initial(known: AnnouncementView) -> dict[str, Any]:
    names = ("name", "text", "starts_on", "ends_on", "is_pinned")
    return {name: getattr(known, name) for name in names} | {"branch": known.branch_code}


def _form(
    request: StaffRequest, form: AnnouncementForm, known: AnnouncementView | None,
    errors: list[str] | None = None, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "page_active": "voice", "form": form, "known": known, "errors": errors or [],
        "key": str(uuid4()),
    }  # fmt: skip
    return draw(request, "community/staff_announcement_form.html", context, status=status)
