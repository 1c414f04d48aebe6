"""What a branch does for readers who wait: fetch, put on the hold shelf, take off it."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jieyue.circulation.actions.checkin import UnknownCopy, checkin
from jieyue.circulation.queries.hold_shelf import hold_shelf, left_over, pick_list
from jieyue.circulation.queries.transits import hold_code
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.goes_words import goes_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.libraries.rules.permissions import Permission

MAX_CODE: Final = 40


@staff_page(Permission.CHECKIN)
@require_GET
def shelf(request: StaffRequest) -> HttpResponse:
    """GET the hold shelf of this branch, and what is to be taken off it."""
    found = hold_shelf(request.desk)
    context = {
        "page_active": "holds",
        "books": [{"book": book, "code": hold_code(book.hold)} for book in found],
        "expired": sum(book.state == "expired" for book in found),
        "left_over": left_over(request.desk),
        "picks": len(pick_list(request.desk)),
    }
    return draw(request, "holds/shelf.html", context)


@staff_page(Permission.CHECKIN)
@require_http_methods(["GET", "POST"])
def pick(request: StaffRequest) -> HttpResponse:
    """GET what to fetch from this branch's shelves; POST the `barcode` of what was fetched.

    What is scanned is taken in like any return: whoever is next gets it.
    """
    if request.method == "POST":
        _scan(request, request.POST.get("barcode", "").strip()[:MAX_CODE])
        return elsewhere(request, reverse("holds:picks", args=[request.library.slug]))
    found = pick_list(request.desk)
    return draw(request, "holds/picks.html", {"page_active": "holds", "picks": found})


def _scan(request: StaffRequest, barcode: str) -> None:
    if not barcode or not barcode.isprintable():
        messages.warning(request, _("Scan the barcode of a book."))
        return
    [result] = checkin(request.desk, copy_barcodes=(barcode,)).results
    if isinstance(result, UnknownCopy):
        messages.error(request, _("No copy here has the number %(code)s.") % {"code": barcode})
    elif words := goes_words(result.goes):
        messages.success(request, _("“%(title)s”: ") % {"title": result.title} + words)
    else:
        text = _("Nobody waits for “%(title)s” any more. Put it back on its shelf.")
        messages.warning(request, text % {"title": result.title})


@csp("print")
@staff_page(Permission.CHECKIN)
@require_GET
def slips(request: StaffRequest) -> HttpResponse:
    """GET slips to lay into the books on the hold shelf: all, or `?hold=` only one."""
    asked = request.GET.get("hold", "")
    context = {
        "slips": [
            {"book": book, "code": hold_code(book.hold)}
            for book in hold_shelf(request.desk)
            if not asked or book.hold == asked
        ]
    }
    return draw(request, "holds/slips.html", context)
