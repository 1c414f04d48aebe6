"""Background tasks that the worker gave up on."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.saying import moment_words
from jieyue.interfaces.web.settings.answers import Change, press, show, to
from jieyue.interfaces.web.settings.background_words import task_words, trouble_of
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.background import give_background_up, try_background_again
from jieyue.outbox.parked import parked_kinds


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET what was given up on, by kind."""
    return show(request, "background.html", _rows(request))


@staff_page(Permission.SETTINGS)
@require_POST
def again(request: StaffRequest) -> HttpResponse:
    """POST a kind: try it again."""
    kind = request.POST.get("kind", "")
    return _press(
        request,
        lambda: try_background_again(request.desk, kind=kind),
        _("It is being tried again. If it fails again, it comes back to this list."),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def end(request: StaffRequest) -> HttpResponse:
    """POST a kind: give it up for good."""
    kind = request.POST.get("kind", "")
    return _press(
        request,
        lambda: give_background_up(request.desk, kind=kind),
        _("Given up for good. It will not be done."),
    )


def _press(request: StaffRequest, change: Change, text: str) -> HttpResponse:
    def redraw(trouble: str, status: int) -> HttpResponse:
        return show(
            request, "background.html", _rows(request) | {"trouble": trouble}, status=status
        )

    return press(request, change, redraw, text=text, address=to(request, "background"))


def _rows(request: StaffRequest) -> dict[str, Any]:
    return {
        "rows": [
            {
                "kind": row.kind,
                "what": task_words(row.kind),
                "count": row.count,
                "since": moment_words(row.since, request.desk.zone),
                "trouble": trouble_of(row.last_error),
                "error": row.last_error,
            }
            for row in parked_kinds(request.desk.now)
        ]
    }
