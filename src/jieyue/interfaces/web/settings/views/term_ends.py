"""What is due after a last day of term: bringing it forward, looked at first."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.circulation.actions.term_ends import bring_forward
from jieyue.circulation.queries.term_ends import USUAL_NOTICE, earlier_preview, term_end_named
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.calendar_forms import EarlierForm
from jieyue.interfaces.web.settings.calendar_words import earlier_lines
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def earlier(request: StaffRequest) -> HttpResponse:
    """GET how many loans are due later; POST shows what would move, POST again moves it."""
    asked = (
        request.POST
        if request.method == "POST"
        else {**request.GET.dict(), "notice_days": USUAL_NOTICE}
    )
    form = EarlierForm(asked)
    form.is_valid()
    named = {name: form.cleaned_data.get(name) for name in ("on", "card_type")}
    end = term_end_named(named["on"], named["card_type"] or "") if named["on"] else None
    if end is None:
        raise Http404("no such day")
    found = earlier_preview(
        request.desk, end, notice_days=form.cleaned_data.get("notice_days") or USUAL_NOTICE
    )
    today = request.desk.today
    context: dict[str, Any] = {
        "form": form,
        "end": end,
        "day": day_words(end.on, with_year=end.on.year != today.year),
        "later": found.staying + sum(day.count for day in found.loans),
    }
    if request.method == "GET":
        return show(request, "term_end.html", context)
    if form.is_valid() and not form.was_shown():
        lines = earlier_lines(found, today)
        shown = {"form": form.shown(), "lines": lines, "moves": bool(found.loans)}
        return show(request, "term_end.html", context | shown)
    return submit(
        request,
        form,
        "term_end.html",
        context,
        lambda: bring_forward(
            request.desk, **{k: v for k, v in form.cleaned_data.items() if k != "seen"}
        ),
        text=_("The loans are due earlier now, and their readers are being told."),
        address=to(request, "vacations"),
    )
