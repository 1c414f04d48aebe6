"""Branches and their weekly hours."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.closing_branches import close_branch
from jieyue.circulation.queries.closing_branches import heading_for
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.forms import BranchForm, HoursForm
from jieyue.interfaces.web.settings.places import Reach
from jieyue.interfaces.web.settings.words import WEEKDAYS
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.branches import (
    add_branch,
    edit_branch,
    reopen_branch,
    set_hours,
)
from jieyue.libraries.settings.queries import BranchDetails, branches_in_detail


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET every branch with its week."""
    rows = [{"branch": b, "week": week_words(b)} for b in branches_in_detail()]
    return show(request, "branches.html", {"rows": rows})


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET the form for a new branch; POST it."""
    form = BranchForm(request.POST or None)
    if request.method == "GET":
        return show(request, "new_branch.html", {"form": form})
    return submit(
        request,
        form,
        "new_branch.html",
        {},
        lambda: add_branch(request.desk, **form.cleaned_data),
        text=_("The branch is open. Now set its hours."),
        address=to(request, "branches"),
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def branch(request: StaffRequest, branch: str) -> HttpResponse:
    """GET one branch; POST its name and address."""
    known = _known(branch)
    context = _context(request, known)
    if request.method == "GET":
        return show(request, "branch.html", context)
    form = BranchForm(request.POST)
    return submit(
        request,
        form,
        "branch.html",
        context,
        lambda: edit_branch(request.desk, branch=branch, **form.cleaned_data),
        text=_("Saved."),
        address=to(request, "branch", branch),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def hours(request: StaffRequest, branch: str) -> HttpResponse:
    """POST the week. With `copy` the first day's times go to other days, and nothing is saved."""
    known = _known(branch)
    form = HoursForm(_copied(request.POST.dict()), branch=known)
    context = _context(request, known) | {"hours": form}
    if request.POST.get("copy"):
        return show(request, "branch.html", context | {"is_copied": True})
    if not form.is_valid():
        return show(request, "branch.html", context, status=422)
    return press(
        request,
        lambda: set_hours(request.desk, branch=branch, hours=form.hours),
        lambda trouble, status: show(
            request, "branch.html", context | {"trouble": trouble}, status=status
        ),
        text=_("The hours are saved. Due dates already given stay as they are."),
        address=to(request, "branch", branch),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def close(request: StaffRequest, branch: str) -> HttpResponse:
    """POST: close the branch for good; `takes_over` is where readers go instead."""
    context = _context(request, _known(branch))
    takes_over = request.POST.get("takes_over", "")
    return press(
        request,
        lambda: close_branch(request.desk, branch=branch, takes_over=takes_over),
        lambda trouble, status: show(
            request, "branch.html", context | {"trouble": trouble}, status=status
        ),
        text=_("The branch is closed."),
        address=to(request, "branches"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def reopen(request: StaffRequest, branch: str) -> HttpResponse:
    """POST: open the branch again."""
    context = _context(request, _known(branch))
    return press(
        request,
        lambda: reopen_branch(request.desk, branch=branch),
        lambda trouble, status: show(
            request, "branch.html", context | {"trouble": trouble}, status=status
        ),
        text=_("The branch is open again."),
        address=to(request, "branches"),
    )


def week_words(branch: BranchDetails) -> list[dict[str, Any]]:
    """Return the week in lines: neighbouring days with the same hours share one."""
    by_day: list[str] = []
    for weekday in range(7):
        spans = [f"{o:%H:%M}–{c:%H:%M}" for d, o, c in branch.hours if d == weekday]
        by_day.append(" ".join(spans))
    lines: list[dict[str, Any]] = []
    for weekday, times in enumerate(by_day if branch.hours else []):
        if lines and lines[-1]["times"] == times:
            lines[-1]["days"] = f"{lines[-1]['first']}–{WEEKDAYS[weekday]}"
        else:
            name = str(WEEKDAYS[weekday])
            classes = "" if times else "t2"
            lines.append({"first": name, "days": name, "times": times, "classes": classes})
    return lines


def _known(code: str) -> BranchDetails:
    found = next((b for b in branches_in_detail() if b.code == code), None)
    if found is None:
        raise Http404("no such branch")
    return found


def _context(request: StaffRequest, known: BranchDetails) -> dict[str, Any]:
    others = [b for b in branches_in_detail() if b.is_open and b.code != known.code]
    return {
        "branch": known,
        "may_change": known.code in Reach(request.desk),
        "others": others,
        "heading": heading_for(known.code),
        "form": BranchForm(initial=asdict(known)),
        "hours": HoursForm(branch=known),
    }


def _copied(data: dict[str, Any]) -> dict[str, Any]:
    """Return the form with Monday's times on the days that `copy` (`5` or `7`) names."""
    last = {"5": 5, "7": 7}.get(str(data.get("copy", "")), 0)
    for weekday in range(1, last):
        for rest in ("a_opens", "a_closes", "b_opens", "b_closes"):
            data[f"d{weekday}{rest}"] = data.get(f"d0{rest}", "")
    return data
