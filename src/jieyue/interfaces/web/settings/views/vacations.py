"""Vacations (寒暑假) and last days of term."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.term_ends import add_term_end, delete_term_end
from jieyue.circulation.actions.vacations import add_vacation, delete_vacation, edit_vacation
from jieyue.circulation.queries.policies import card_types
from jieyue.circulation.queries.vacations import (
    TermEndView,
    due_later,
    rule_of,
    term_ends,
    vacation_preview,
    vacations,
)
from jieyue.circulation.queries.vacations import vacation as vacation_of
from jieyue.circulation.rules.vacations import vacation_trouble
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.settings.answers import Change, press, show, submit, to
from jieyue.interfaces.web.settings.calendar_forms import TermEndForm, VacationForm
from jieyue.interfaces.web.settings.calendar_words import (
    span_words,
    vacation_lines,
    vacation_preview_lines,
)
from jieyue.interfaces.web.settings.places import Reach, branch_id_of, open_branches
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.changes import span_trouble
from jieyue.libraries.rules.permissions import Permission


class _NamedTermEnd(forms.Form):
    """Which last day of term a button is about."""

    on = forms.DateField()
    card_type = forms.CharField(max_length=20, required=False)


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the vacations and last days of term still to come."""
    return show(request, "vacations.html", _lists(request))


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET the form for a vacation; POST shows which loans would move, POST again saves."""
    reach = Reach(request.desk)
    form = VacationForm(
        request.POST or None, branches=open_branches(reach), everywhere=reach.is_everywhere
    )
    context = {"may_change": True}
    if request.method == "GET":
        return show(request, "vacation.html", context | {"form": form})
    return _look_or_save(
        request,
        form,
        context,
        lambda: add_vacation(
            request.desk, values=form.values(), branch=form.cleaned_data["branch"]
        ),
        branch_id=branch_id_of(request.POST.get("branch", "")),
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def vacation(request: StaffRequest, vacation: str) -> HttpResponse:
    """GET one vacation; POST the change, first to look, then to save."""
    view = vacation_of(vacation)
    if view is None:
        raise Http404("no such vacation")
    form = VacationForm(request.POST or None, values=view.values, branches=())
    context = {"view": view, "may_change": view.branch in Reach(request.desk)}
    if request.method == "GET":
        return show(request, "vacation.html", context | {"form": form})
    return _look_or_save(
        request,
        form,
        context,
        lambda: edit_vacation(request.desk, vacation=vacation, values=form.values()),
        branch_id=next((b.id for b in branches(open_only=False) if b.code == view.branch), None),
        before=view.values,
    )


@staff_page(Permission.SETTINGS)
@require_POST
def delete(request: StaffRequest, vacation: str) -> HttpResponse:
    """POST: delete a vacation."""
    return press(
        request,
        lambda: delete_vacation(request.desk, vacation=vacation),
        lambda trouble, status: _again(request, trouble, status),
        text=_("The vacation is deleted. Dates already given stay."),
        address=to(request, "vacations"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def add_end(request: StaffRequest) -> HttpResponse:
    """POST a last day of term."""
    form = TermEndForm(request.POST, cards=_cards())
    return submit(
        request,
        form,
        "vacations.html",
        _lists(request),
        lambda: add_term_end(request.desk, **form.cleaned_data),
        text=_("Saved. Loans already made keep their dates."),
        address=_after_adding(request, form),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def delete_end(request: StaffRequest) -> HttpResponse:
    """POST: delete a last day of term."""
    named = _NamedTermEnd(request.POST)
    if not named.is_valid():
        raise Http404("no such day")
    return press(
        request,
        lambda: delete_term_end(request.desk, **named.cleaned_data),
        lambda trouble, status: _again(request, trouble, status),
        text=_("Deleted. What was brought forward has its old date again; other dates stay."),
        address=to(request, "vacations"),
    )


def _after_adding(request: StaffRequest, form: TermEndForm) -> str:
    """Return where to go: to what is due later, if anything is."""
    listing = to(request, "vacations")
    if not form.is_valid():
        return listing
    named = {name: form.cleaned_data[name] for name in ("on", "card_type")}
    if span_trouble(named["on"], named["on"]) is not None:
        return listing
    [(loans, _readers)] = due_later(
        request.desk, [TermEndView(name="", card_type_name="", **named)]
    )
    return f"{to(request, 'bring_forward')}?{urlencode(named)}" if loans else listing


def _look_or_save(
    request: StaffRequest,
    form: VacationForm,
    context: dict[str, Any],
    change: Change,
    *,
    branch_id: int | None,
    before: Any = None,
) -> HttpResponse:
    if form.is_valid() and not form.was_shown():
        values = form.values()
        rule = rule_of(values, branch_id)
        if vacation_trouble(rule) is None:
            was = rule_of(before, branch_id) if before else None
            found = vacation_preview(request.desk, rule, before=was)
            today = request.desk.today
            lines = vacation_lines(values, today) + vacation_preview_lines(values, found, today)
            shown = {"form": form.shown(), "lines": lines}
            return show(request, "vacation.html", context | shown)
    return submit(
        request,
        form,
        "vacation.html",
        context,
        change,
        text=_("The vacation is saved."),
        address=to(request, "vacations"),
    )


def _again(request: StaffRequest, trouble: str, status: int) -> HttpResponse:
    return show(request, "vacations.html", _lists(request) | {"trouble": trouble}, status=status)


def _lists(request: StaffRequest) -> dict[str, Any]:
    today = request.desk.today
    ends = term_ends(since=today)
    return {
        "may_change": True,  # one's own branch; last days of term are the whole library's
        "vacations": [
            {
                "view": view,
                "days": span_words(view.values.starts_on, view.values.ends_on, today),
                "lines": vacation_lines(view.values, today),
                "is_now": view.values.starts_on <= today <= view.values.ends_on,
            }
            for view in vacations(since=today)
        ],
        "term_ends": [
            {
                "end": end,
                "day": day_words(end.on, with_year=end.on.year != today.year),
                "loans": loans,
                "readers": readers,
            }
            for end, (loans, readers) in zip(ends, due_later(request.desk, ends), strict=True)
        ],
        "form": TermEndForm(cards=_cards()),
    }


def _cards() -> list[Any]:
    return [card for card in card_types() if card.is_active]
