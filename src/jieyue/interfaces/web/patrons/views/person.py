"""A reader's page and history."""

from math import ceil
from typing import Final

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.loans import history_of
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.patrons.page import known, show_patron
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

PAGE: Final = 25


@staff_page(Permission.PATRON_VIEW)
@require_GET
def patron(request: StaffRequest, patron: str) -> HttpResponse:
    """GET a reader with card, loans, dues and what happened; `do` opens one of the small forms."""
    return show_patron(request, known(patron))


@staff_page(Permission.PATRON_VIEW)
@require_GET
def history(request: StaffRequest, patron: str) -> HttpResponse:
    """GET what a reader has returned, latest first."""
    reader = known(patron)
    number = page_number(request)
    past, total = history_of(request.desk, reader.id, limit=PAGE, offset=(number - 1) * PAGE)
    context = {
        "page_active": "patrons",
        "reader": reader,
        "past": past,
        "total": total,
        "number": number,
        "last": max(1, ceil(total / PAGE)),
        "query": "",
    }
    return draw(request, "patrons/history.html", context)
