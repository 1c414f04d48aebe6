"""Asking for a reader's loan back sooner, and correcting the day of a return."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.circulation.actions.recall import Recalled, recall
from jieyue.circulation.actions.redate_return import ReturnRedated, redate_return
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.queries.returns import ReturnSeen, return_seen
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.page import address, known, show_patron
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words, sent_before
from jieyue.interfaces.web.words import reason_words
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

SHAPE = "%Y-%m-%dT%H:%M"


class ReturnForm(forms.Form):
    """When it came back, by the library's clock."""

    came_back = forms.DateTimeField(
        label=gettext_lazy("It came back at"),
        widget=forms.DateTimeInput(format=SHAPE, attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("By the library's clock."),
    )


@staff_page(Permission.PATRON_VIEW, Permission.RECALL)
@require_POST
def recalls(request: StaffRequest, patron: str) -> HttpResponse:
    """POST the loan to ask back (`loan`). 409 with every reason against it."""
    reader = known(patron)
    loan = request.POST.get("loan", "")
    if loan not in {one.loan for one in loans_of(request.desk, reader.id)}:
        raise Http404("not a loan of this reader")
    try:
        outcome = recall(request.desk, loan=loan)
    except KeyReusedError:
        return show_patron(request, reader, status=422, notices={"refused": [sent_before()]})
    if isinstance(outcome, Recalled):
        text = _("Recalled until %(day)s: %(title)s. The reader is told.")
        values = {"day": outcome.due_on.isoformat(), "title": outcome.title}
        messages.success(request, text % values)
        return elsewhere(request, address(request, patron))
    words = [reason_words(why) for why in outcome.reasons]
    refused = [f"{outcome.title} {word.text} {word.help}".strip() for word in words]
    return show_patron(request, reader, status=409, notices={"refused": refused})


@staff_page(Permission.PATRON_VIEW, Permission.BACKDATE)
@require_http_methods(["GET", "POST"])
def return_date(request: StaffRequest, loan: str) -> HttpResponse:
    """GET a form for when a book really came back; POST `came_back` by the library's clock."""
    seen = return_seen(request.desk, loan)
    if seen is None:
        raise Http404("not a return of this library")
    if request.method == "GET":
        return _show(
            request, seen, ReturnForm(initial={"came_back": seen.came_back.replace(tzinfo=None)})
        )
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _show(request, seen, form, status=422)
    given: datetime = form.cleaned_data["came_back"]
    try:
        outcome = redate_return(
            request.desk, loan=loan, as_of=given.replace(tzinfo=request.desk.zone)
        )
    except KeyReusedError:
        return _show(request, seen, form, status=422, refused=[sent_before()])
    if not isinstance(outcome, ReturnRedated):
        words = [reason_words(why) for why in outcome.reasons]
        refused = [f"{word.text} {word.help}".strip() for word in words]
        return _show(request, seen, form, status=409, refused=refused)
    messages.success(request, _redated(request, outcome))
    return elsewhere(request, address(request, seen.patron))


def _redated(request: StaffRequest, outcome: ReturnRedated) -> str:
    when = moment_words(outcome.returned_at, request.desk.zone)
    if outcome.fine_cents:
        return _("%(title)s came back on %(when)s; being late costs ¥%(fine)s now.") % {
            "title": outcome.title, "when": when, "fine": yuan(outcome.fine_cents),
        }  # fmt: skip
    text = _("%(title)s came back on %(when)s; nothing is to pay.")
    return text % {"title": outcome.title, "when": when}


def _show(
    request: StaffRequest,
    seen: ReturnSeen,
    form: ReturnForm,
    *,
    status: int = 200,
    refused: list[str] | None = None,
) -> HttpResponse:
    context = {
        "page_active": "patrons",
        "seen": seen,
        "form": form,
        "scanned": moment_words(seen.scanned, request.desk.zone),
        "refused": refused or [],
    }
    return draw(request, "patrons/return_date.html", context, status=status)
