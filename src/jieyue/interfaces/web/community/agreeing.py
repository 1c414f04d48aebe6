"""Whether the library may write to a reader about activities and books: their yes, and its end."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.interfaces.web.access import (
    ReaderRequest,
    StaffRequest,
    elsewhere,
    reader_page,
    staff_page,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import sent_before
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.consents import (
    MESSAGES,
    Agreement,
    ConsentRefused,
    agreement_of,
    give_consent,
    withdraw_consent,
)
from jieyue.patrons.queries import patron_by_id


@require_http_methods(["GET", "POST"])
@reader_page
def own(request: ReaderRequest) -> HttpResponse:
    """GET what I would agree to, and whether I did; POST `do`: agree or stop."""
    assert request.desk.patron_id is not None
    if request.method == "POST":
        give = partial(give_consent, request.desk, kind=MESSAGES)
        stop = partial(withdraw_consent, request.desk, kind=MESSAGES)
        _change(request, give, stop)
        return elsewhere(request, reverse("voice:agreement", args=[request.library.slug]))
    found = agreement_of(request.desk, request.desk.patron_id)
    return draw(request, "community/agreement.html", _context(request, found))


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def of_reader(request: StaffRequest, patron: str) -> HttpResponse:
    """GET whether a reader agreed; POST `do`: agree (they say so here) or stop."""
    reader = patron_by_id(patron)
    if reader is None:
        raise Http404("no such reader")
    if request.method == "POST":
        give = partial(give_consent, request.desk, kind=MESSAGES, patron=patron)
        stop = partial(withdraw_consent, request.desk, kind=MESSAGES, patron=patron)
        _change(request, give, stop)
        return elsewhere(request, reverse("voices:agreement", args=[request.library.slug, patron]))
    context = _context(request, agreement_of(request.desk, reader.id))
    context |= {"page_active": "patrons", "reader": reader}
    return draw(request, "community/staff_agreement.html", context)


def _context(request: ReaderRequest | StaffRequest, found: Agreement) -> dict[str, Any]:
    return {
        "page_active": "me",
        "one": found,
        "words": found.text.words(get_language() or "", request.library.name),
        "key": str(uuid4()),
    }


def _change(request: HttpRequest, give: Callable[..., Any], stop: Callable[..., Any]) -> None:
    do, given = request.POST.get("do"), request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    if do not in ("agree", "stop"):
        raise Http404("no such answer")
    try:
        is_yes = do == "agree"
        outcome = give(version=version, language=get_language() or "zh-hans") if is_yes else stop()
    except KeyReusedError:
        messages.error(request, sent_before())
        return
    if not isinstance(outcome, ConsentRefused):
        agreed = _("Noted: the library may write about activities and books.")
        ended = _("Noted: no more such messages.")
        messages.success(request, agreed if is_yes else ended)
    elif outcome.code == "guardian_needed":
        text = _("Until 14 a guardian agrees for the child, in the library.")
        messages.error(request, text)
    else:
        messages.warning(request, _("The words have changed meanwhile. Please read them again."))
