"""Activities as staff plan them, and the list of who comes."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.community.actions.activities import (
    Event,
    cancel_activity,
    publish_activity,
    write_activity,
)
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.actions.sign_ups import leave_activity, sign_up, tick_activity
from jieyue.community.queries.activities import (
    PAGE,
    ActivityView,
    activity_by_id,
    all_activities,
    comers,
)
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.community.activities import when_words
from jieyue.interfaces.web.community.forms import ActivityForm
from jieyue.interfaces.web.community.staff_news import places_of
from jieyue.interfaces.web.community.words import NEWS_STATES, fault_words, show_faults
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import categories, patron_by_card

_TYPED = (
    "name", "text", "place", "needs_sign_up", "places", "has_waiting_list", "min_age", "max_age",
)  # fmt: skip


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """List activities, the latest first."""
    number = page_number(request)
    found = all_activities(request.desk, limit=PAGE + 1, offset=(number - 1) * PAGE)
    context = {
        "page_active": "voice",
        "tab": "activities",
        "rows": [(one, NEWS_STATES[one.state], when_words(one)) for one in found[:PAGE]],
        "number": number,
        "last": number + 1 if len(found) > PAGE else number,
    }
    return draw(request, "community/staff_activities.html", context)


@staff_page(Permission.MESSAGES)
@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, activity: str = "") -> HttpResponse:
    """GET the form; POST what it says."""
    known = _known(request, activity) if activity else None
    form = ActivityForm(
        request.POST or None,
        initial=_initial(known) if known else {},
        places=places_of(request),
        cards=categories(),
        may_all=request.desk.works_at(None),
    )
    if request.method == "GET":
        return _form(request, form, known)
    if not form.is_valid():
        return _form(request, form, known, status=422)
    given = form.cleaned_data
    event = Event(
        **{name: given[name] for name in _TYPED},
        starts=given["starts_at"],
        ends=given["ends_at"],
        branch=given["branch"],
        categories=tuple(given["categories"]),
        sign_up_from=given["sign_up_from"],
        sign_up_until=given["sign_up_until"],
    )
    outcome = write_activity(request.desk, event=event, activity=activity)
    if isinstance(outcome, VoiceRefused):
        return _form(request, form, known, show_faults(form, outcome.faults), status=409)
    return _to(request, outcome.id)


@staff_page(Permission.MESSAGES)
@require_GET
def one(request: StaffRequest, activity: str) -> HttpResponse:
    """Show one as readers see it, with who comes and who waits."""
    return draw(request, "community/staff_activity.html", _context(request, activity))


@csp("print")
@staff_page(Permission.MESSAGES)
@require_GET
def sheet(request: StaffRequest, activity: str) -> HttpResponse:
    """Print the list of who comes."""
    return draw(request, "community/staff_activity_print.html", _context(request, activity))


@staff_page(Permission.MESSAGES)
@require_POST
def change(request: StaffRequest, activity: str) -> HttpResponse:
    """POST `do`: publish, cancel (with `reason`), tick, add (`card`) or remove (`sign_up`)."""
    known = _known(request, activity)
    do = request.POST.get("do", "")
    if do == "publish":
        outcome: Any = publish_activity(request.desk, activity=activity)
        done = _("Published. Readers can see it.")
    elif do == "cancel":
        reason = request.POST.get("reason", "")
        outcome = cancel_activity(request.desk, activity=activity, reason=reason)
        done = _("Cancelled. Everybody who signed up is told.")
        if getattr(outcome, "state", "") == "removed":
            messages.success(request, _("The draft is gone."))
            return elsewhere(request, reverse("voices:activities", args=[request.library.slug]))
    elif do == "tick":
        came = tuple(name[:12] for name in request.POST.getlist("came"))
        listed = tuple(name[:12] for name in request.POST.getlist("listed"))
        outcome = tick_activity(request.desk, activity=activity, came=came, listed=listed)
        done = _("Noted who came.")
    elif do == "remove":
        name = request.POST.get("sign_up", "")[:12]
        there = {row.sign_up for row in comers(known)}
        outcome = leave_activity(request.desk, sign_up=name if name in there else "")
        done = _("Taken off the list.")
    else:
        reader = patron_by_card(request.POST.get("card", "").strip()[:40])
        outcome = sign_up(
            request.desk, activity=activity, patron=reader.public_id if reader else ""
        )
        done = _("On the list.")
    if isinstance(outcome, VoiceRefused):
        for fault in outcome.faults:
            messages.error(request, fault_words(fault))
    else:
        messages.success(request, done)
    return _to(request, activity)


def _known(request: StaffRequest, activity: str) -> ActivityView:
    known = activity_by_id(request.desk, activity)
    if known is None:
        raise Http404("no such activity")
    return known


def _context(request: StaffRequest, activity: str) -> dict[str, Any]:
    known = _known(request, activity)
    found = comers(known)
    return {
        "page_active": "voice",
        "one": known,
        "when": when_words(known),
        "state": NEWS_STATES[known.state],
        "coming": [row for row in found if row.state == "comes"],
        "waiting": [row for row in found if row.state == "waits"],
        "came": sum(row.came is True for row in found),
        "key": str(uuid4()),
    }


def _initial(known: ActivityView) -> dict[str, Any]:
    def typed(moment: Any) -> str:
        return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""

    return {name: getattr(known, name) for name in _TYPED} | {
        "branch": known.branch_code,
        "categories": list(known.category_codes),
        "starts_at": typed(known.starts),
        "ends_at": typed(known.ends),
        "sign_up_from": typed(known.sign_up_from),
        "sign_up_until": typed(known.sign_up_until),
    }


def _form(
    request: StaffRequest, form: ActivityForm, known: ActivityView | None,
    errors: list[str] | None = None, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "page_active": "voice", "form": form, "known": known, "errors": errors or [],
        "key": str(uuid4()),
    }  # fmt: skip
    return draw(request, "community/staff_activity_form.html", context, status=status)


def _to(request: StaffRequest, activity: str) -> HttpResponse:
    return elsewhere(request, reverse("voices:activity", args=[request.library.slug, activity]))
