"""For staff: what is to be shelved, the gate, and what was reported there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.receipts import pass_receipt, report_at_gate, settle_report
from jieyue.circulation.actions.self_checkin import Shelved, shelve
from jieyue.circulation.queries.receipts import (
    ReceiptView,
    gate_tasks,
    public_keys,
    receipt_view,
    to_shelve,
)
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.goes_words import goes_words, slip_address
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.rules.permissions import Permission

KINDS = {
    "more": lazy("More books than the receipt says"),
    "fewer": lazy("Fewer books than the receipt says"),
    "other": lazy("Other books than the receipt says"),
    "no_receipt": lazy("Books without a receipt"),
}


@staff_page(Permission.COPY_SHELVE)
@require_http_methods(["GET", "POST"])
def shelving(request: StaffRequest) -> HttpResponse:
    """What readers returned by themselves: scan each as it is put where it stands."""
    answer: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        outcome = shelve(request.desk, scan=request.POST.get("q", "")[:1000])
        answer = {"outcome": outcome}
        if isinstance(outcome, Shelved):
            answer["goes"] = goes_words(outcome.goes)
            answer["place"] = " ".join(filter(None, (outcome.shelf, outcome.call_number)))
            answer["slip"] = slip_address(request.desk, outcome.goes.transit)
        else:
            answer["why"] = [reason_words(why) for why in outcome.reasons]
            status = 409
    context = {
        "page_active": "selfservice",
        "rows": to_shelve(request.desk),
        "answer": answer,
        "zone": request.library.zone,
        "tasks": [(task, KINDS[task.kind]) for task in gate_tasks(request.desk.branch_ids)],
    }
    part = "#list" if request.headers.get("HX-Request") else ""
    return draw(request, f"selfservice/shelving.html{part}", context, status=status)


@never_cache
@csp("scan")
@staff_page(Permission.COPY_SHELVE)
@require_GET
def gate(request: StaffRequest) -> HttpResponse:
    """The guard's page: the camera reads receipts, with or without network."""
    typed = request.GET.get("receipt", "").strip().upper()[:12]
    if typed:
        typed = typed if typed.isascii() and typed.isalnum() else "0"  # no receipt's number
        return elsewhere(request, reverse("selfservice:check", args=[request.library.slug, typed]))
    return draw(request, "selfservice/gate.html", {"page_active": "selfservice", "kinds": KINDS})


@never_cache
@staff_page(Permission.COPY_SHELVE)
@require_GET
def keys(request: StaffRequest) -> HttpResponse:
    """The public keys of receipts, which the gate's page keeps for when the network is gone."""
    return JsonResponse({"library": request.library.slug, "keys": public_keys(request.desk.now)})


@never_cache
@csp("scan")
@staff_page(Permission.COPY_SHELVE)
@require_GET
def check(request: StaffRequest, receipt: str) -> HttpResponse:
    """What is true of a receipt now: green or not, the books, their number, until when."""
    found = _found(request, receipt)
    zone = request.library.zone
    context = {
        "page_active": "selfservice",
        "receipt": found,
        "number": receipt[:12],
        "kinds": KINDS,
        "made": found.made_at.astimezone(zone) if found else None,
        "until": found.valid_until.astimezone(zone) if found else None,
        "checked": found.checked_at.astimezone(zone) if found and found.checked_at else None,
    }
    part = "#verdict" if "Jieyue-Scan" in request.headers else ""
    status = 200 if found else 404
    return draw(request, f"selfservice/check.html{part}", context, status=status)


def _found(request: StaffRequest, receipt: str) -> ReceiptView | None:
    found = receipt_view(request.desk.now, request.library.zone, receipt.upper())
    return found if found and request.desk.works_at(found.branch_id) else None


@staff_page(Permission.COPY_SHELVE)
@require_POST
def passed(request: StaffRequest, receipt: str) -> HttpResponse:
    """The books went through. The gate's script stays on its page and wants no other."""
    if not pass_receipt(request.desk, receipt=receipt).was_known:
        raise Http404("no such receipt")
    if "Jieyue-Scan" in request.headers:
        return HttpResponse(status=204)
    messages.success(request, _("Checked. The next one, please."))
    return elsewhere(request, reverse("selfservice:gate", args=[request.library.slug]))


@staff_page(Permission.COPY_SHELVE)
@require_POST
def report(request: StaffRequest) -> HttpResponse:
    """Something does not fit: a task for staff, and the reader goes on."""
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404("no such kind")
    number, text = request.POST.get("receipt", "")[:12], request.POST.get("text", "")
    report_at_gate(request.desk, kind=kind, receipt=number, text=text)
    messages.success(
        request, _("Noted for the staff. Please let the reader go on; the staff will ask later.")
    )
    return elsewhere(request, reverse("selfservice:gate", args=[request.library.slug]))


@staff_page(Permission.COPY_SHELVE)
@require_POST
def settled(request: StaffRequest, report: str) -> HttpResponse:
    """Somebody looked into a report."""
    if not settle_report(request.desk, report=report).was_open:
        raise Http404("no such report")
    messages.success(request, _("Off the list."))
    return elsewhere(request, reverse("selfservice:shelving", args=[request.library.slug]))
