"""A poster for the door: the library's name, a QR code, three steps. One A4 page."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.joining.inviting import qr_path
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.form import form_now


@staff_page(Permission.PATRON_EDIT)
@require_GET
@csp("print")
def poster(request: StaffRequest) -> HttpResponse:
    """GET the poster; it says so, off the sheet, while the form is closed."""
    address = request.build_absolute_uri(reverse("joining:start", args=[request.library.slug]))
    context = {"qr": qr_path(address), "address": address, "is_open": form_now().is_open}
    return draw(request, "joining/poster.html", context)
