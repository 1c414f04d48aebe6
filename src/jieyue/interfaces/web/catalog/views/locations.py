"""Where the shelves are: which ones have a way described, and describing one."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.actions.locations import (
    LocationRemoved,
    add_location,
    edit_location,
    remove_location,
)
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.locations import (
    Locations,
    LocationView,
    ShelfInUse,
    location,
    locations,
    shelf_names,
    shelves_in_use,
)
from jieyue.catalog.rules.locations import LIMITS, Directions
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.forms import show_faults
from jieyue.interfaces.web.catalog.words import faults_in_words
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.queries import BranchView, branches
from jieyue.libraries.rules.permissions import Permission

SHOWN: Final = 60  # shelves of a branch without a way, those with the most copies


class LocationForm(forms.Form):
    """A room or shelf, and the way there."""

    branch = forms.ChoiceField(label=lazy("Branch"))
    name = forms.CharField(
        label=lazy("Room or shelf"),
        max_length=LIMITS["name"],
        widget=forms.TextInput(attrs={"list": "copy-shelves", "autocomplete": "off"}),
        help_text=lazy("As it is written in the copies. “A” also serves A-01, A-02 and so on."),
    )
    directions = forms.CharField(
        label=lazy("Directions"),
        max_length=LIMITS["directions"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy(
            "So that a child finds it, such as: second floor, through the door, third on the left."
        ),
    )
    map_url = forms.CharField(
        label=lazy("Link to a map"),
        max_length=LIMITS["map_url"],
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=lazy("A floor plan or a place in a map service."),
    )

    def given(self) -> Directions:
        """Return what was typed."""
        return Directions(**{n: self.cleaned_data[n] for n in ("name", "directions", "map_url")})


@staff_page(Permission.CATALOG_EDIT)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the ways that are described, and the shelves that have none, branch by branch."""
    known, used = locations(), shelves_in_use()
    context = {
        "page_active": "catalog",
        "places": [_of_branch(place, known, used) for place in _places(request)],
        "key": str(uuid4()),
    }
    return draw(request, "catalog/locations.html", context)


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET an empty form, `?branch=&name=` filled in; POST the way to a room or shelf."""
    asked = {name: request.GET.get(name, "")[:60] for name in ("branch", "name")}
    form = LocationForm(request.POST or None, initial=asked)
    _offer(form, _places(request))
    if request.method == "GET":
        return _form_page(request, form)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    branch, given = form.cleaned_data["branch"], form.given()
    return _after(request, form, add_location(request.desk, branch=branch, given=given))


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, location: str) -> HttpResponse:
    """GET a way; POST it anew. It stays with its branch."""
    known = _known(request, location)
    form = LocationForm(
        request.POST or None, initial={name: getattr(known, name) for name in LIMITS}
    )
    del form.fields["branch"]
    if request.method == "GET":
        return _form_page(request, form, known)
    if not form.is_valid():
        return _form_page(request, form, known, status=422)
    outcome = edit_location(request.desk, location=location, given=form.given())
    return _after(request, form, outcome, known)


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def remove(request: StaffRequest, location: str) -> HttpResponse:
    """POST: nobody is told this way any more."""
    _known(request, location)
    outcome = remove_location(request.desk, location=location)
    if isinstance(outcome, LocationRemoved):
        messages.success(request, _("Removed: %(name)s.") % {"name": outcome.name})
    else:
        messages.error(request, " ".join(faults_in_words(outcome.faults)))
    return elsewhere(request, _address(request))


def _places(request: StaffRequest) -> list[BranchView]:
    """Return the open branches at which whoever asks works."""
    return [b for b in branches() if b.is_open and request.desk.works_at(b.id)]


def _known(request: StaffRequest, public_id: str) -> LocationView:
    known = location(public_id)
    if known is None or not request.desk.works_at(known.branch_id):
        raise Http404("no such location")
    return known


def _of_branch(place: BranchView, known: Locations, used: list[ShelfInUse]) -> dict[str, Any]:
    """Return a branch's ways with how many copies each serves, and the shelves without one."""
    served: Counter[str] = Counter()
    bare: list[ShelfInUse] = []
    for shelf in used:
        if shelf.branch_id != place.id:
            continue
        if (way := known.of(place.id, shelf.name)) is not None:
            served[way.public_id] += shelf.copies
        else:
            bare.append(shelf)
    most = sorted(bare, key=lambda shelf: -shelf.copies)[:SHOWN]
    ways = [way for way in known.all if way.branch_id == place.id]
    return {
        "place": place,
        "ways": [(way, served[way.public_id]) for way in _in_order(ways)],
        "bare": [
            (
                shelf,
                urlencode({"branch": place.code, "name": shelf.name}),
                urlencode({"branch": place.code, "shelf": shelf.name}),
            )
            for shelf in _in_order(most)
        ],
        "more": len(bare) - len(most),
    }


def _in_order(rows: Iterable[Any]) -> list[Any]:
    """Return rows by name, A2 before A10."""
    return sorted(
        rows, key=lambda row: [p.zfill(12) for p in re.findall(r"[0-9]{1,12}|[^0-9]+", row.name)]
    )


def _offer(form: LocationForm, places: list[BranchView]) -> None:
    field = form.fields["branch"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(place.code, place.name) for place in places]
    if len(places) == 1:
        field.widget = forms.HiddenInput()
        field.initial = form.initial["branch"] = places[0].code


def _form_page(
    request: StaffRequest,
    form: LocationForm,
    known: LocationView | None = None,
    *,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page_active": "catalog",
        "form": form,
        "known": known,
        "errors": errors or [],
        "shelves": shelf_names(),
        "key": str(uuid4()),
    }
    return draw(request, "catalog/location.html", context, status=status)


def _after(
    request: StaffRequest, form: LocationForm, outcome: object, known: LocationView | None = None
) -> HttpResponse:
    if isinstance(outcome, Refused):
        errors = show_faults(form, outcome.faults)
        return _form_page(request, form, known, errors=errors, status=409)
    text = _("Saved. Readers see the directions beside every copy that stands there.")
    messages.success(request, text)
    return elsewhere(request, _address(request))


def _address(request: StaffRequest) -> str:
    return reverse("catalog:locations", args=[request.library.slug])
