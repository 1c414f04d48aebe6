"""What I have read: kept for me, or forgotten, as I choose."""

import math
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.history import HistoryForgotten, erase_history
from jieyue.circulation.queries.history import KIND, choices_of, retention
from jieyue.circulation.queries.loans import history_of
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.reader.finding import PAGE_SIZE
from jieyue.interfaces.web.rendering import draw
from jieyue.patrons.joining.consents import (
    ConsentRefused,
    give_consent,
    texts,
    withdraw_consent,
)


@require_GET
@reader_page
def history(request: ReaderRequest) -> HttpResponse:
    """What I have read, latest first, and how long it stays."""
    assert request.desk.patron_id is not None
    number = page_number(request)
    found, total = history_of(
        request.desk, request.desk.patron_id, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    text = texts()[KIND]
    rules = retention()
    context = {
        "page_active": "loans",
        "loans": found,
        "total": total,
        "number": number,
        "last": max(1, math.ceil(total / PAGE_SIZE)),
        "chose": choices_of([request.desk.patron_id]).get(request.desk.patron_id),
        "rules": rules,
        "unchosen_days": rules.unchosen_days and max(rules.unchosen_days, rules.grace_days),
        "consent": text,
        "consent_words": text.words(get_language() or "", request.library.name),
    }
    return draw(request, "reader/history.html", context)


@require_POST
@reader_page
def keep(request: ReaderRequest) -> HttpResponse:
    """Keep my history from now on: I agree to these words."""
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    outcome = give_consent(
        request.desk, kind=KIND, version=version, language=get_language() or "zh-hans"
    )
    if isinstance(outcome, ConsentRefused):
        messages.warning(request, _("The words have changed meanwhile. Please read them again."))
    else:
        messages.success(request, _("Your history is kept for you from now on."))
    return elsewhere(request, _back(request))


@require_POST
@reader_page
def erase(request: ReaderRequest) -> HttpResponse:
    """Forget my history now, and keep none from now on."""
    withdraw_consent(replace(request.desk, key=None), kind=KIND)
    _say(request, erase_history(request.desk))
    return elsewhere(request, _back(request))


def _say(request: ReaderRequest, outcome: HistoryForgotten) -> None:
    if outcome.kept_for_dues:
        text = _("There is something unpaid, so what it was for stays until then.")
        messages.warning(request, text)
        return
    if outcome.kept:
        text = ngettext(
            "%(n)s book stays for now: days without borrowing, or money due back, hang on it.",
            "%(n)s books stay for now: days without borrowing, or money due back, hang on them.",
            outcome.kept,
        )
        messages.warning(request, text % {"n": outcome.kept})
        if not outcome.loans:
            return
    days = retention().grace_days
    if not outcome.loans:
        text = ngettext(
            "Nothing older than %(days)s day was there. What comes back goes after that time.",
            "Nothing older than %(days)s days was there. What comes back goes after that time.",
            days,
        )
        messages.success(request, text % {"days": days})
        return
    text = ngettext("%(n)s book is forgotten.", "%(n)s books are forgotten.", outcome.loans)
    messages.success(request, text % {"n": outcome.loans})


def _back(request: ReaderRequest) -> str:
    return reverse("reader:history", args=[request.library.slug])
