"""The overview: everything that can be changed, by what somebody may."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show


@staff_page()
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """GET the overview; everybody who works here may at least set their own PIN."""
    return show(request, "home.html", {})
