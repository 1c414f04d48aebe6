"""What is on its way from and to this branch: scan, pack, send, receive."""

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.transit_outcomes import TransitRefused
from jieyue.circulation.actions.transits import cancel_transit, send_copy
from jieyue.circulation.queries.desk import IsCopy, recognise
from jieyue.circulation.queries.transits import (
    LATE_DAYS,
    slips,
    stock_elsewhere,
    transit_board,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.transits import answers
from jieyue.interfaces.web.transits.answers import Answer
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission

LATE_CHOICES: Final = (3, LATE_DAYS, 14, 30)


@require_GET
@staff_page(Permission.TRANSIT)
def home(request: StaffRequest) -> HttpResponse:
    """GET everything on its way from and to the branch; `late` days make it overdue."""
    return show(request)


@require_POST
@staff_page(Permission.TRANSIT)
def scans(request: StaffRequest) -> HttpResponse:
    """POST a scan `q`: it came (`to` empty), or goes into the box for the branch `to`."""
    to = request.POST.get("to", "")[:40]
    try:
        answer = _scanned(request, request.POST.get("q", ""), to)
    except KeyReusedError:
        answer = answers.sent_before()
    return show(request, answer, to=to)


def _scanned(request: StaffRequest, text: str, to: str) -> Answer:
    seen = recognise(request.desk, text)
    if not isinstance(seen.thing, IsCopy):
        return answers.unknown()
    barcode = seen.thing.copy.barcode
    if to:
        outcome = send_copy(request.desk, copy_barcode=barcode, to_branch=to)
        return answers.of_sending(request.desk, outcome)
    return answers.of_receiving(request.desk, checkin(request.desk, copy_barcodes=(barcode,)))


@require_POST
@staff_page(Permission.TRANSIT)
def cancel(request: StaffRequest, transit: str) -> HttpResponse:
    """POST: take a copy out of its box again."""
    outcome = cancel_transit(request.desk, transit=transit)
    if isinstance(outcome, TransitRefused):
        if outcome.reasons[0].code is Reason.TRANSIT_UNKNOWN:
            raise Http404("no such transit")
        return show(request, answers.of_reasons("", outcome.reasons))
    words = _("%(title)s travels no more. Take it out of the box.") % {"title": outcome.title}
    return done(request, words)


@require_GET
@staff_page(Permission.TRANSIT)
def elsewhere_here(request: StaffRequest) -> HttpResponse:
    """GET the copies of this branch that are at another."""
    context = {"page_active": "transits", "rows": stock_elsewhere(request.desk)}
    return draw(request, "transits/elsewhere.html", context)


@csp("print")
@require_GET
@staff_page(Permission.TRANSIT)
def slips_to_print(request: StaffRequest) -> HttpResponse:
    """GET slips: `?transit=` one, `?branch=` what lies here for it, `&manifest=` only that."""
    number = request.GET.get("manifest", "")
    found = slips(
        request.desk,
        transit=request.GET.get("transit", "")[:12],
        branch=request.GET.get("branch", "")[:40],
        manifest=int(number) if number.isdecimal() and len(number) < 10 else 0,
    )
    if not found:
        raise Http404("nothing to print")
    return draw(request, "transits/slips.html", {"slips": found})


def show(
    request: StaffRequest, answer: Answer | None = None, *, to: str = "", status: int = 0
) -> HttpResponse:
    """Draw the page, or for htmx what changes on it."""
    asked = request.GET.get("late", "")
    late = int(asked) if asked in {str(days) for days in LATE_CHOICES} else LATE_DAYS
    board = transit_board(request.desk, late_days=late)
    others = [b for b in branches() if b.id != request.desk.branch_id]
    context: dict[str, Any] = {
        "page_active": "transits",
        "board": board,
        "others": others,
        "answer": answer,
        "to": to or request.GET.get("to", ""),
        "late": late,
        "late_choices": LATE_CHOICES,
        "key": uuid4().hex,
    }
    part = "#board" if request.headers.get("HX-Request") else ""
    code = status or (answer.status if answer else 200)
    response = draw(request, f"transits/home.html{part}", context, status=code)
    response["Cache-Control"] = "no-store"  # the same address is a page and a part of it
    return response


def done(request: StaffRequest, text: str, address: str = "") -> HttpResponse:
    """Say that it is done, on the page one goes to next."""
    messages.success(request, text)
    return elsewhere(request, address or reverse("transits:home", args=[request.library.slug]))
