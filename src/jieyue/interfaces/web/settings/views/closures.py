"""Closures that come up, and every list of dates that moved at once, to be put back."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.circulation.actions.closures import close_suddenly, undo_closure
from jieyue.circulation.queries.closures import KEPT_FOR, NewClosure, closure_preview, closures
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.calendar_forms import ClosureForm
from jieyue.interfaces.web.settings.calendar_words import closure_preview_lines, moved_row
from jieyue.interfaces.web.settings.places import Reach, branch_id_of, open_branches
from jieyue.libraries.rules.changes import span_trouble
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """GET what moved dates, with a form to close; POST shows what would move, POST again closes."""
    form = _form(request, request.POST or None)
    context: dict[str, Any] = {"rows": _rows(request), "form": form, "may_change": True}
    if request.method == "GET":
        return show(request, "closures.html", context)
    if form.is_valid():
        values = form.cleaned_data
        values["ends_on"] = values["ends_on"] or values["starts_on"]
        if not form.was_shown() and span_trouble(values["starts_on"], values["ends_on"]) is None:
            new = NewClosure(
                values["name"],
                values["starts_on"],
                values["ends_on"],
                branch_id_of(values["branch"]),
            )
            found = closure_preview(request.desk, new)
            lines = closure_preview_lines(found, request.desk.today)
            return show(request, "closures.html", context | {"form": form.shown(), "lines": lines})
    return submit(
        request,
        form,
        "closures.html",
        context,
        lambda: close_suddenly(
            request.desk, **{k: v for k, v in form.cleaned_data.items() if k != "seen"}
        ),
        text=_("Closed. The dates have moved, and the readers are being told."),
        address=to(request, "closures"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def undo(request: StaffRequest, closure: str) -> HttpResponse:
    """POST: put the dates back that nobody changed since, and open again."""
    return press(
        request,
        lambda: undo_closure(request.desk, closure=closure),
        lambda trouble, status: show(
            request,
            "closures.html",
            {
                "rows": _rows(request),
                "form": _form(request, None),
                "may_change": True,
                "trouble": trouble,
            },
            status=status,
        ),
        text=_("The dates are put back. Loans renewed or moved since keep theirs."),
        address=to(request, "closures"),
    )


def _rows(request: StaffRequest) -> list[dict[str, Any]]:
    desk, reach = request.desk, Reach(request.desk)
    return [
        moved_row(view, desk.today, desk.zone) | {"may_change": view.branch in reach}
        for view in closures(since=desk.now - KEPT_FOR)
    ]


def _form(request: StaffRequest, data: QueryDict | None) -> ClosureForm:
    reach = Reach(request.desk)
    return ClosureForm(data, branches=open_branches(reach), everywhere=reach.is_everywhere)
