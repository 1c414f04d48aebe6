"""The library itself."""

from dataclasses import asdict

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.forms import LibraryForm
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.library import edit_library
from jieyue.libraries.settings.queries import library_details


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def library(request: StaffRequest) -> HttpResponse:
    """GET the form; POST the change."""
    form = LibraryForm(request.POST or None, initial=asdict(library_details(request.library.id)))
    if request.method == "GET":
        return show(request, "library.html", {"form": form})
    return submit(
        request,
        form,
        "library.html",
        {},
        lambda: edit_library(request.desk, **form.cleaned_data),
        text=_("Saved."),
        address=to(request, "library"),
    )
