"""GET why a loan is due when it is, and why a charge is what it is."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.why import charge_why, loan_why
from jieyue.interfaces.web.access import ReaderRequest, StaffRequest, reader_page, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.why.words import WhyWords, charge_words, loan_words
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.PATRON_VIEW)
@require_GET
def loan(request: StaffRequest, loan: str) -> HttpResponse:
    """GET why a loan is due when it is."""
    found = loan_why(request.desk, loan)
    if found is None:
        raise Http404("no such loan")
    return draw(request, "why/staff.html", _shown(loan_words(found, request.desk.zone)))


@staff_page(Permission.PATRON_VIEW)
@require_GET
def charge(request: StaffRequest, charge: str) -> HttpResponse:
    """GET why a charge is what it is."""
    found = charge_why(request.desk, charge)
    if found is None:
        raise Http404("no such charge")
    return draw(request, "why/staff.html", _shown(charge_words(found)))


@reader_page
@require_GET
def own_loan(request: ReaderRequest, loan: str) -> HttpResponse:
    """GET why a loan of one's own is due when it is."""
    found = loan_why(request.desk, loan, patron_id=request.desk.patron_id)
    if found is None:
        raise Http404("no such loan")
    return draw(request, "why/reader.html", _shown(loan_words(found, request.desk.zone)))


@reader_page
@require_GET
def own_charge(request: ReaderRequest, charge: str) -> HttpResponse:
    """GET why a charge of one's own is what it is."""
    found = charge_why(request.desk, charge, patron_id=request.desk.patron_id)
    if found is None:
        raise Http404("no such charge")
    return draw(request, "why/reader.html", _shown(charge_words(found)))


def _shown(words: WhyWords) -> dict[str, Any]:
    return {"page_active": "loans", **asdict(words)}
