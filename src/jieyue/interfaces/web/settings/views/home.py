"""The overview: everything that can be changed, by what somebody may."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.check_runs import check_status
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show
from jieyue.interfaces.web.settings.background_words import background_trouble
from jieyue.interfaces.web.settings.views.backup import TROUBLES, age_words, hours_words
from jieyue.kit.backup import backup_status


@staff_page()
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """GET the overview; everybody who works here may at least set their own PIN.

    Everybody also sees how old the last copy of everything is, and whether the nightly check found
    anything that contradicts itself.
    """
    status = backup_status(request.desk.now)
    check = check_status(request.desk.now)
    context = {
        "gave_up": background_trouble(request.desk),
        "check": check,
        "check_age": hours_words(check.age_hours),
        "backup": status,
        "age": age_words(status),
        "backup_trouble": TROUBLES.get(status.error, status.error),
    }
    return show(request, "home.html", context)
