"""What a reader says of a book of theirs: it is lost, or it was returned long ago."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.claims import claim_returned
from jieyue.circulation.actions.losses import LossRefused, report_lost
from jieyue.circulation.queries.losses import LossCase, loss_case
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.words import to_reader


@require_GET
@reader_page
def report(request: ReaderRequest, loan: str) -> HttpResponse:
    """GET what will happen if I say that it is lost, or that I returned it."""
    return draw(
        request, "reader/report.html", {"page_active": "loans", "case": _mine(request, loan)}
    )


@require_POST
@reader_page
def loss(request: ReaderRequest, loan: str) -> HttpResponse:
    """POST that I have lost it."""
    text = _("We have written down that it is lost. Please come to the desk to settle it.")
    return _do(request, loan, report_lost, text)


@require_POST
@reader_page
def claim(request: ReaderRequest, loan: str) -> HttpResponse:
    """POST that I returned it."""
    text = _("Thank you. The library looks for it; nothing more is charged meanwhile.")
    return _do(request, loan, claim_returned, text)


def _mine(request: ReaderRequest, loan: str) -> LossCase:
    found = loss_case(request.desk, loan)
    if found is None or found.patron != str(getattr(request.page["reader"], "public_id", "")):
        raise Http404("no such loan")
    return found


def _do(request: ReaderRequest, loan: str, act: Callable[..., Any], text: str) -> HttpResponse:
    outcome = act(request.desk, loan=loan)
    if not isinstance(outcome, LossRefused):
        messages.success(request, text)
        return elsewhere(request, reverse("reader:loans", args=[request.library.slug]))
    if any(why.code is Reason.LOAN_UNKNOWN for why in outcome.reasons):
        raise Http404("no such loan")
    words = [to_reader(why, request.desk.today) for why in outcome.reasons]
    context = {"page_active": "loans", "case": _mine(request, loan), "refused": words}
    return draw(request, "reader/report.html", context, status=409)
