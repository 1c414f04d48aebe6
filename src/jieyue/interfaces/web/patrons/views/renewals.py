"""Renewing a reader's loans from their page."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jieyue.circulation.actions.renew import NotRenewed, Renewals, Renewed, renew
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.page import address, known, show_patron
from jieyue.interfaces.web.saying import sent_before
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

MAX_LOANS: Final = 100


@staff_page(Permission.PATRON_VIEW, Permission.RENEW)
@require_POST
def renewals(request: StaffRequest, patron: str) -> HttpResponse:
    """POST the loans to renew (`loan`, several). 409 if not one could be renewed.

    `override` names the reasons waived, with commas.
    """
    reader = known(patron)
    loans = tuple(request.POST.getlist("loan")[:MAX_LOANS])
    if not loans or not {loan.loan for loan in loans_of(request.desk, reader.id)}.issuperset(loans):
        raise Http404("not a loan of this reader")
    override = _reasons(request.POST.get("override", ""))
    try:
        outcome: Renewals = renew(request.desk, loans=loans, override=override)
    except KeyReusedError:
        return show_patron(request, reader, status=422, notices={"refused": [sent_before()]})
    renewed = [result for result in outcome.results if isinstance(result, Renewed)]
    refused = [_why(result) for result in outcome.results if isinstance(result, NotRenewed)]
    if not renewed:
        return show_patron(request, reader, status=409, notices={"refused": refused})
    for result in renewed:
        messages.success(request, _until(result))
    for text in refused:
        messages.warning(request, text)
    return elsewhere(request, address(request, patron))


def _until(result: Renewed) -> str:
    return _("Renewed until %(day)s: %(title)s") % {
        "day": result.due_on.isoformat(),
        "title": result.title,
    }


def _why(result: NotRenewed) -> str:
    reasons = [reason_words(why) for why in result.reasons]
    words = " ".join(f"{reason.text} {reason.help}".strip() for reason in reasons)
    return _("Not renewed: %(title)s. %(why)s") % {"title": result.title, "why": words}


def _reasons(text: str) -> frozenset[Reason]:
    known_codes = set(Reason)
    codes = [code for code in text.split(",") if code]
    if not known_codes.issuperset(codes):
        raise Http404("not a reason")
    return frozenset(Reason(code) for code in codes)
