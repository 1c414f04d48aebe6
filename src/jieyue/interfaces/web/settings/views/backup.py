"""How old the last copy of everything is."""

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show
from jieyue.kit.backup import BackupStatus, backup_status
from jieyue.libraries.rules.permissions import Permission

TROUBLES: Final = {
    "no_folder": lazy("No folder for copies has been chosen yet."),
    "folder_gone": lazy("The folder is not there. Is the disk plugged in?"),
    "folder_unusable": lazy("Nothing can be written to the folder."),
    "disk_full": lazy("The disk is full."),
    "busy": lazy("A copy was being made at that moment."),
    "check_failed": lazy("The copy was not sound and was thrown away."),
    "program_missing": lazy("A program that copying needs is not installed."),
    "program_failed": lazy("The program that copies the database failed."),
    "failed": lazy("Copying failed."),
}


@staff_page(Permission.SETTINGS)
@require_GET
def backup(request: StaffRequest) -> HttpResponse:
    """GET the state of the nightly copy. The folder is chosen on the server, never here.

    A page that wrote to any folder named in a form would be a hole in the installation.
    """
    status = backup_status(request.desk.now)
    last = status.last_at.astimezone(request.desk.zone) if status.last_at else None
    context: dict[str, Any] = {
        "status": status,
        "age": age_words(status),
        "trouble_text": TROUBLES.get(status.error, status.error),
        "last": f"{last:%Y-%m-%d %H:%M}" if last else "",
        "megabytes": f"{(status.size_bytes or 0) / 1_000_000:.1f}",
    }
    return show(request, "backup.html", context)


def age_words(status: BackupStatus) -> str:
    """Return how old the last good copy is; empty if there is none."""
    return hours_words(status.age_hours)


def hours_words(hours: int | None) -> str:
    """Return an age in words, empty if there is none."""
    if hours is None:
        return ""
    if hours < 1:
        return _("less than an hour")
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
