"""How long it stays known who borrowed what."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from jieyue.circulation.actions.history import set_retention
from jieyue.circulation.queries.history import retention
from jieyue.circulation.rules.history import MAX_DAYS
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.fields import number
from jieyue.libraries.rules.permissions import Permission


class RetentionForm(forms.Form):
    """Two times, in days."""

    unchosen_days = number(
        lazy("Readers who have not chosen: forgotten after (days)"),
        1,
        MAX_DAYS,
        help_text=lazy("Counted from the return. Empty: never."),
    )
    grace_days = number(
        lazy("Readers who want no history: forgotten after (days)"),
        1,
        MAX_DAYS,
        required=True,
        help_text=lazy("Long enough to find damage, and who had the book."),
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def history(request: StaffRequest) -> HttpResponse:
    """GET the form; POST the change."""
    rules = retention()
    initial = {"unchosen_days": rules.unchosen_days, "grace_days": rules.grace_days}
    form = RetentionForm(request.POST or None, initial=initial)
    if request.method == "GET":
        return show(request, "history.html", {"form": form})
    return submit(
        request,
        form,
        "history.html",
        {},
        lambda: set_retention(request.desk, **form.cleaned_data),
        text=_("Saved."),
        address=to(request, "history"),
    )
