"""How call numbers are made: for the library, and for a branch that differs."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from jieyue.catalog.actions.shelving import set_shelving
from jieyue.catalog.rules.shelving import Scheme
from jieyue.catalog.settings_queries import shelving_schemes
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.fields import offer
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission

# Each with what two books of one author would get; class and author are the same everywhere.
SCHEMES = {
    Scheme.RUNNING: (
        lazy("Class and running number"),
        lazy("The next number of the class. The most common way."),
        ("I247.57/12", "I247.57/13"),
    ),
    Scheme.AUTHOR: (
        lazy("Class and author"),
        lazy("The author's initials in pinyin, so that an author's books stand close together."),
        ("I247.57/YH", "I247.57/YH2"),
    ),
    Scheme.YEAR: (
        lazy("Class and year"),
        lazy("The year of publication: new books stand behind older ones of the class."),
        ("I247.57/2012", "I247.57/2012-2"),
    ),
    Scheme.CLASS: (
        lazy("The class alone"),
        lazy("For small shelves, where books of a class may stand in any order."),
        ("I247.57", "I247.57"),
    ),
    Scheme.FREE: (
        lazy("Nothing is suggested"),
        lazy("You write every call number yourself."),
        ("—", "—"),
    ),
}


class ShelvingForm(forms.Form):
    """A scheme; of a branch, none is as the library."""

    scheme = forms.ChoiceField(label=lazy("How new call numbers are made"), required=False)
    branch = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def shelving(request: StaffRequest) -> HttpResponse:
    """GET the library's scheme and its branches'; POST one of them."""
    kept = shelving_schemes()
    form = ShelvingForm(request.POST or None)
    offer(form, scheme=[("", ""), *((scheme.value, scheme.value) for scheme in Scheme)])
    context = _context(request, kept)
    if request.method == "GET":
        return show(request, "shelving.html", context)
    return submit(
        request,
        form,
        "shelving.html",
        context,
        lambda: set_shelving(request.desk, **form.cleaned_data),
        text=_("Saved. Numbers given already stay as they are."),
        address=to(request, "shelving"),
    )


def _context(request: StaffRequest, kept: dict[str, Scheme]) -> dict[str, Any]:
    chosen = kept.get("", Scheme.RUNNING)
    places = [branch for branch in branches() if branch.is_open]
    return {
        "schemes": [
            {
                "value": scheme.value,
                "name": name,
                "text": text,
                "examples": examples,
                "is_chosen": scheme is chosen,
            }
            for scheme, (name, text, examples) in SCHEMES.items()
        ],
        "places": [
            {
                "code": place.code,
                "name": place.name,
                "scheme": kept[place.code].value if place.code in kept else "",
                "may_change": request.desk.works_at(place.id),
            }
            for place in places
        ]
        if len(places) > 1
        else [],
    }
