"""Holidays and exchanged working days."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.calendar_forms import DaysForm
from jieyue.interfaces.web.settings.places import Reach, open_branches
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.days import add_special_days, remove_special_days
from jieyue.libraries.settings.queries import special_days


class _NamedDays(forms.Form):
    """Which days a button is about."""

    name = forms.CharField(max_length=100)
    starts_on = forms.DateField()
    ends_on = forms.DateField()
    branch = forms.CharField(max_length=20, required=False)


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def days(request: StaffRequest) -> HttpResponse:
    """GET the days still to come with a form for more; POST it."""
    form = _form(request, request.POST or None)
    context = {"rows": _rows(request), "may_change": True}
    if request.method == "GET":
        return show(request, "days.html", context | {"form": form})

    return submit(
        request,
        form,
        "days.html",
        context,
        lambda: add_special_days(
            request.desk,
            name=form.cleaned_data["name"],
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"] or form.cleaned_data["starts_on"],
            is_closed=form.cleaned_data["what"] == "closed",
            branch=form.cleaned_data["branch"],
        ),
        text=_("The days are in the calendar."),
        address=to(request, "days"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def remove(request: StaffRequest) -> HttpResponse:
    """POST: take days off the calendar."""
    named = _NamedDays(request.POST)
    if not named.is_valid():
        raise Http404("no such days")
    return press(
        request,
        lambda: remove_special_days(request.desk, **named.cleaned_data),
        lambda trouble, status: show(
            request,
            "days.html",
            {
                "rows": _rows(request),
                "form": _form(request, None),
                "may_change": True,
                "trouble": trouble,
            },
            status=status,
        ),
        text=_("The days are off the calendar."),
        address=to(request, "days"),
    )


def _rows(request: StaffRequest) -> list[dict[str, Any]]:
    today, reach = request.desk.today, Reach(request.desk)
    return [
        {
            "days": found,
            "first": day_words(found.starts_on, with_year=found.starts_on.year != today.year),
            "last": day_words(found.ends_on) if found.ends_on != found.starts_on else "",
            "count": (found.ends_on - found.starts_on).days + 1,
            "is_now": found.starts_on <= today <= found.ends_on,
            "may_change": found.branch in reach,
        }
        for found in special_days(since=today)
    ]


def _form(request: StaffRequest, data: QueryDict | None) -> DaysForm:
    reach = Reach(request.desk)
    return DaysForm(data, branches=open_branches(reach), everywhere=reach.is_everywhere)
