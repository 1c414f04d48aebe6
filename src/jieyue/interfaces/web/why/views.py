"""GET why a loan is due when it is, and why a charge is what it is."""

from dataclasses import asdict

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.why import charge_why, loan_why
from jieyue.interfaces.web.access import ReaderRequest, StaffRequest, reader_page, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.way_back import way_back
from jieyue.interfaces.web.why.words import WhyWords, charge_words, loan_words
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.PATRON_VIEW)
@require_GET
def loan(request: StaffRequest, loan: str) -> HttpResponse:
    """GET why a loan is due when it is."""
    found = loan_why(request.desk, loan)
    if found is None:
        raise Http404("no such loan")
    words = loan_words(found, request.desk.zone, request.desk.today)
    return _answer(request, "why/staff.html", words, "desk:home")


@staff_page(Permission.PATRON_VIEW)
@require_GET
def charge(request: StaffRequest, charge: str) -> HttpResponse:
    """GET why a charge is what it is."""
    found = charge_why(request.desk, charge)
    if found is None:
        raise Http404("no such charge")
    return _answer(request, "why/staff.html", charge_words(found), "desk:home")


@reader_page
@require_GET
def own_loan(request: ReaderRequest, loan: str) -> HttpResponse:
    """GET why a loan of one's own is due when it is."""
    found = loan_why(request.desk, loan, patron_id=request.desk.patron_id)
    if found is None:
        raise Http404("no such loan")
    words = loan_words(found, request.desk.zone, request.desk.today)
    return _answer(request, "why/reader.html", words, "reader:loans")


@reader_page
@require_GET
def own_charge(request: ReaderRequest, charge: str) -> HttpResponse:
    """GET why a charge of one's own is what it is."""
    found = charge_why(request.desk, charge, patron_id=request.desk.patron_id)
    if found is None:
        raise Http404("no such charge")
    return _answer(request, "why/reader.html", charge_words(found), "reader:fees")


def _answer(
    request: StaffRequest | ReaderRequest, template: str, words: WhyWords, home: str
) -> HttpResponse:
    """Draw the page; `home` is where to go on for who came from nowhere."""
    back = way_back(request, reverse(home, args=[request.library.slug]))
    where = "patrons" if home == "desk:home" else "loans"
    return draw(request, template, {"page_active": where, "back": back, **asdict(words)})
