"""Manifests: making one, its page and its sheet, sending it off and taking it in."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.manifests import make_manifest, receive_manifest, send_manifest
from jieyue.circulation.actions.transit_outcomes import Arrived, Receipt, TransitRefused
from jieyue.circulation.queries.transits import ManifestView, manifest_view
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.goes_words import goes_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.transits import answers
from jieyue.interfaces.web.transits.views import done, show
from jieyue.libraries.rules.permissions import Permission

MAX_NUMBER = 10**15


@require_POST
@staff_page(Permission.TRANSIT)
def make(request: StaffRequest) -> HttpResponse:
    """POST `branch`: put what lies here for it on a manifest."""
    outcome = make_manifest(request.desk, to_branch=request.POST.get("branch", "")[:40])
    if isinstance(outcome, TransitRefused):
        if outcome.reasons[0].code is Reason.BRANCH_UNKNOWN:
            raise Http404("no such branch")
        return show(request, answers.of_reasons("", outcome.reasons))
    words = _("Manifest %(number)s is made. Print it and lay it into the box.")
    return done(request, words % {"number": outcome.number}, _address(request, outcome.number))


@require_GET
@staff_page(Permission.TRANSIT)
def manifest(request: StaffRequest, number: int) -> HttpResponse:
    """GET one manifest."""
    return _page(request, number)


@csp("print")
@require_GET
@staff_page(Permission.TRANSIT)
def sheet(request: StaffRequest, number: int) -> HttpResponse:
    """GET the manifest for paper."""
    context = {"manifest": _known(request, number), "today": request.desk.today}
    return draw(request, "transits/sheet.html", context)


@require_POST
@staff_page(Permission.TRANSIT)
def send(request: StaffRequest, number: int) -> HttpResponse:
    """POST: the box has left."""
    known = _known(request, number)
    outcome = send_manifest(request.desk, number=number)
    if isinstance(outcome, TransitRefused):
        return _page(request, number, answers.of_reasons("", outcome.reasons), status=409)
    words = _("The box for %(branch)s is on its way.") % {"branch": known.to_name}
    return done(request, words)


@require_POST
@staff_page(Permission.TRANSIT)
def take_in(request: StaffRequest, number: int) -> HttpResponse:
    """POST: everything on the manifest that is still on its way has arrived."""
    _known(request, number)
    outcome = receive_manifest(request.desk, number=number)
    if isinstance(outcome, TransitRefused):
        return _page(request, number, answers.of_reasons("", outcome.reasons), status=409)
    return _page(request, number, receipt=outcome)


def _page(
    request: StaffRequest,
    number: int,
    answer: answers.Answer | None = None,
    *,
    receipt: Receipt | None = None,
    status: int = 200,
) -> HttpResponse:
    known = _known(request, number)
    here = request.page["branch"].code  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "page_active": "transits",
        "manifest": known,
        "answer": answer,
        "receipt": _receipt(receipt) if receipt else None,
        "leaves_here": known.from_branch == here,
        "comes_here": known.to_branch == here,
        "key": uuid4().hex,
    }
    return draw(request, "transits/manifest.html", context, status=status)


def _receipt(receipt: Receipt) -> dict[str, Any]:
    """Return what to do with each copy that arrived, and which did not."""
    came = [result for result in receipt.results if isinstance(result, Arrived)]
    words = ngettext("%(n)s book has arrived.", "%(n)s books have arrived.", len(came))
    return {
        "words": words % {"n": len(came)},
        "came": [(result, goes_words(result.goes)) for result in came],
        "others": [result for result in receipt.results if not isinstance(result, Arrived)],
    }


def _known(request: StaffRequest, number: int) -> ManifestView:
    found = manifest_view(request.desk, number) if number < MAX_NUMBER else None
    if found is None:
        raise Http404("no such manifest")
    return found


def _address(request: StaffRequest, number: int) -> str:
    return reverse("transits:manifest", args=[request.library.slug, number])
