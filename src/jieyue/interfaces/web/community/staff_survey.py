"""What readers said after self-service, by month; and the library's limits."""

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.actions.settings import set_voice_rules
from jieyue.community.actions.survey import set_survey
from jieyue.community.queries.settings import rules_of
from jieyue.community.queries.survey import (
    SurveyMonth,
    survey_months,
    survey_question,
    survey_remarks,
)
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.community.forms import RulesForm
from jieyue.interfaces.web.community.words import show_faults
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

WIDTH: Final = 40  # of a month in the chart
HEIGHT: Final = 120
FACES: Final = {
    1: ("frown", gettext_lazy("Badly")),
    2: ("meh", gettext_lazy("So-so")),
    3: ("smile", gettext_lazy("Well")),
}  # an icon, and its words


@staff_page(Permission.MESSAGES)
@require_GET
def report(request: StaffRequest) -> HttpResponse:
    """The latest year by month, and the remarks of one, `?month=2026-03`."""
    months = survey_months()
    asked = _month(request.GET.get("month", ""))
    chosen = next((m for m in months if m.month == asked), months[0] if months else None)
    remarks = survey_remarks(chosen.month) if chosen else []
    context = {
        "page_active": "voice",
        "tab": "survey",
        "question": survey_question(),
        "months": months,
        "chosen": chosen,
        "bars": _bars(months),
        "width": max(len(months), 1) * WIDTH,
        "height": HEIGHT,
        "remarks": [(FACES[face], remark, about) for face, remark, about in remarks],
    }
    return draw(request, "community/staff_survey.html", context)


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def rules(request: StaffRequest) -> HttpResponse:
    """GET the library's limits and its question; POST them."""
    now, question = rules_of(), survey_question()
    names = ("takes_feedback", "takes_visitors", "wishes_per_month", "messages_per_month")
    initial: dict[str, Any] = {name: getattr(now, name) for name in names}
    initial |= {"is_asked": bool(question), "question": question}
    form = RulesForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 409
            given = form.cleaned_data
            outcomes = [
                set_survey(
                    replace(request.desk, key=None),
                    text=given["question"], is_asked=given["is_asked"],
                ),
                set_voice_rules(request.desk, **{name: given[name] for name in names}),
            ]  # fmt: skip
            refused = [one for one in outcomes if isinstance(one, VoiceRefused)]
            if not refused:
                messages.success(request, _("Saved."))
                return elsewhere(request, reverse("voices:rules", args=[request.library.slug]))
            for one in refused:
                faults = [
                    replace(f, field="question") if f.field == "text" else f for f in one.faults
                ]
                show_faults(form, faults)
    context = {"page_active": "voice", "tab": "rules", "form": form, "key": str(uuid4())}
    return draw(request, "community/staff_rules.html", context, status=status)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None


def _bars(months: list[SurveyMonth]) -> list[dict[str, Any]]:
    """Return the columns of the chart, the oldest first: stacked, as high as its answers."""
    most = max((month.answered for month in months), default=0) or 1
    found = []
    for place, month in enumerate(reversed(months)):
        top = HEIGHT
        for kind in ("happy", "so_so", "unhappy"):
            count = getattr(month, kind)
            height = round(count * HEIGHT / most)
            top -= height
            if count:
                found.append(
                    {"x": place * WIDTH + 6, "y": top, "height": height, "kind": kind, "n": count}
                )
    return found
