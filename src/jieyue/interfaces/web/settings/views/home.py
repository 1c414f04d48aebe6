"""The overview: everything that can be changed, by what somebody may."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show
from jieyue.interfaces.web.settings.views.backup import TROUBLES, age_words
from jieyue.kit.backup import backup_status


@staff_page()
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """GET the overview; everybody who works here may at least set their own PIN.

    Everybody also sees how old the last copy of everything is.
    """
    status = backup_status(request.desk.now)
    context = {
        "backup": status,
        "age": age_words(status),
        "backup_trouble": TROUBLES.get(status.error, status.error),
    }
    return show(request, "home.html", context)
