"""Staff cancel, pause, move and redirect a reservation, and are back where they were."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jieyue.circulation.actions.hold_outcomes import (
    HoldCancelled,
    HoldMoved,
    HoldRefused,
    HoldResumed,
    HoldSuspended,
    PickupChanged,
)
from jieyue.circulation.actions.holds import (
    cancel_hold,
    change_pickup,
    move_hold,
    resume_hold,
    suspend_hold,
)
from jieyue.circulation.queries.holds import hold_of
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.goes_words import goes_words
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.rules.permissions import Permission

Outcome = (
    HoldCancelled | HoldMoved | HoldRefused | HoldResumed | HoldSuspended | PickupChanged
)  # fmt: skip


@staff_page(Permission.HOLDS)
@require_POST
def cancel(request: StaffRequest, hold: str) -> HttpResponse:
    """Cancel a reservation; a copy kept for it goes on."""
    return _done(request, hold, cancel_hold(request.desk, hold=hold))


@staff_page(Permission.HOLDS)
@require_POST
def suspend(request: StaffRequest, hold: str) -> HttpResponse:
    """Pass it over until `wakes_on`, or until somebody resumes it."""
    given = request.POST.get("wakes_on", "").strip()
    try:
        wakes_on = date.fromisoformat(given) if given else None
    except ValueError:
        messages.error(request, _("Please give the day as 2026-03-31."))
        return _back(request, hold)
    return _done(request, hold, suspend_hold(request.desk, hold=hold, wakes_on=wakes_on))


@staff_page(Permission.HOLDS)
@require_POST
def resume(request: StaffRequest, hold: str) -> HttpResponse:
    """Let it count again."""
    return _done(request, hold, resume_hold(request.desk, hold=hold))


@staff_page(Permission.HOLDS)
@require_POST
def move(request: StaffRequest, hold: str) -> HttpResponse:
    """Put it right in front of `before` (empty: at the end), for a `reason` that stays."""
    outcome = move_hold(
        request.desk,
        hold=hold,
        before=request.POST.get("before", "")[:20],
        reason=request.POST.get("reason", ""),
    )
    return _done(request, hold, outcome)


@staff_page(Permission.HOLDS)
@require_POST
def pickup(request: StaffRequest, hold: str) -> HttpResponse:
    """Have it fetched at another branch."""
    outcome = change_pickup(request.desk, hold=hold, pickup=request.POST.get("pickup", "")[:40])
    return _done(request, hold, outcome)


def _done(request: StaffRequest, hold: str, outcome: Outcome) -> HttpResponse:
    match outcome:
        case HoldRefused():
            for why in outcome.reasons:
                words = reason_words(why)
                messages.error(request, f"{words.text} {words.help}".strip())
        case HoldCancelled():
            text = _("Cancelled: “%(title)s”.") % {"title": outcome.title}
            if outcome.copy_barcode:
                way = goes_words(outcome.goes) or _("Put it back on its shelf.")
                text = f"{text} {outcome.copy_barcode}: {way}"
            messages.success(request, text)
        case HoldMoved():
            messages.success(request, _("Now at place %(place)s.") % {"place": outcome.place})
        case HoldSuspended() | HoldResumed() | PickupChanged():
            messages.success(request, _("Saved: “%(title)s”.") % {"title": outcome.title})
    return _back(request, hold)


def _back(request: StaffRequest, hold: str) -> HttpResponse:
    """Return to the page the form stood on: the shelf, the reader's, else the title's queue."""
    of = hold_of(hold)
    if of is None:
        raise Http404("no such hold")
    slug, back = request.library.slug, request.POST.get("back", "")
    if back == "shelf":
        return elsewhere(request, reverse("holds:shelf", args=[slug]))
    if back == "patron" and of.patron:
        return elsewhere(request, reverse("patrons:patron", args=[slug, of.patron]) + "#holds")
    return elsewhere(request, reverse("holds:queue", args=[slug, of.title]))
