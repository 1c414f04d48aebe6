"""Where an application stands, for whoever holds its link: answer, take back, first password."""

from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.accounts.passwords import new_secret
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.joining.applying import standing_address
from jieyue.interfaces.web.joining.drafts import Draft, keep, outside_desk
from jieyue.interfaces.web.joining.words import STATE_WORDS
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import told_day
from jieyue.interfaces.web.site.own_password import NewPasswordField
from jieyue.kit import clock
from jieyue.patrons.codes import ways_offered
from jieyue.patrons.joining.applications import is_token
from jieyue.patrons.joining.deciding import set_first_password, withdraw_application
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.queries import Standing, standing
from jieyue.patrons.rules.joining.answers import normal

ICONS: Final = {
    "sent": "clock",
    "asked": "circle-help",
    "approved": "circle-check",
    "refused": "circle-x",
    "withdrawn": "undo-2",
}


class NewPasswordForm(forms.Form):
    """A first password."""

    new = NewPasswordField()


def _there(application: str, token: str) -> Standing:
    found = standing(application, now=clock.now()) if is_token(application, token) else None
    if found is None:
        raise Http404("no such application")
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def stands(request: LibraryRequest, application: str, token: str) -> HttpResponse:
    """GET where it stands; POST sets the first password, once."""
    found = _there(application, token)
    form = NewPasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and found.may_set_password:
            secret = new_secret(form.cleaned_data["new"])
            set_first_password(_desk(request, found), application=application, password=secret)
            return elsewhere(request, standing_address(request, application) + "?set=1")
        status = 422 if found.may_set_password else 409
    today: Any = request.page["today"]
    zone = request.library.zone
    context = {
        "found": found,
        "form": form,
        "icon_name": ICONS[found.state],
        "state": STATE_WORDS[found.state],
        "sent_on": told_day(found.sent_at.astimezone(zone).date(), today),
        "link": request.build_absolute_uri(standing_address(request, application)),
        "was_set": request.GET.get("set") == "1",
        "can_code": found.can_use_phone and "sms" in ways_offered(),
        "token": token,
    }
    return draw(request, "joining/standing.html", context, status=status)


@require_POST
def again(request: LibraryRequest, application: str, token: str) -> HttpResponse:
    """Open the form again with the answers that were sent."""
    found = _there(application, token)
    if found.state not in {"sent", "asked"}:
        return elsewhere(request, standing_address(request, application))
    texts = dict(found.kept["texts"])
    said = {one["label"]: one["answer"] for one in found.kept["own"]}
    draft = Draft(
        texts=texts,
        under_14=found.kept.get("under_14", ""),
        category=found.category,
        branch=found.branch,
        own=[said.get(question.label, "") for question in form_now().questions],
        verified=[normal(name, texts[name]) for name in found.kept["verified"] if name in texts],
        again=application,
    )
    keep(request, draft)
    return elsewhere(request, reverse("joining:step", args=[request.library.slug, "who"]))


@require_POST
def withdraw(request: LibraryRequest, application: str, token: str) -> HttpResponse:
    """Take the application back."""
    found = _there(application, token)
    withdraw_application(_desk(request, found), application=application)
    return elsewhere(request, standing_address(request, application))


def _desk(request: LibraryRequest, found: Standing) -> Any:
    return outside_desk(request, caller=found.public_id)
