"""What the library's own people carry to readers: class sheets and calls."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.fields import number, yes
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.by_hand_rules import MOST_CALLS, MOST_CLASSES, set_by_hand
from jieyue.notices.house_rules import ByHand, house_rules
from jieyue.notices.rules.kinds import HAND_WAYS
from jieyue.patrons.groups import classes

WAYS: Final = {"paper": lazy("On paper first"), "phone": lazy("By telephone first")}


class ByHandForm(forms.Form):
    """Everything but the classes, which are choices of their own."""

    paper = yes(lazy("On paper, through the class"))
    phone = yes(lazy("By telephone"))
    shows_titles = yes(lazy("The teacher's list names the books, too"))
    calls = number(
        lazy("So many calls that nobody answers, then the next way"), 1, MOST_CALLS, required=True
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def by_hand(request: StaffRequest) -> HttpResponse:
    """GET the page; POST it whole: `class` and `class_way` name classes and ways in turn."""
    rules = house_rules().by_hand
    if request.method == "POST":
        form = ByHandForm(request.POST)
        chosen = _chosen(request)
    else:
        form = ByHandForm(initial=_initial(rules))
        chosen = dict(rules.class_ways)
    names = [view.name for view in classes(request.desk.today)]
    names += [name for name in chosen if name not in names]
    context = {
        "form": form,
        "classes": [{"name": name, "way": chosen.get(name, "")} for name in names],
        "ways": WAYS.items(),
    }
    if request.method == "GET":
        return show(request, "by_hand.html", context)
    return submit(
        request,
        form,
        "by_hand.html",
        context,
        lambda: set_by_hand(request.desk, **_values(form.cleaned_data, chosen)),
        text=_("Saved. Who could not be told so far is looked at again within minutes."),
        address=to(request, "by_hand"),
    )


def _initial(rules: ByHand) -> dict[str, Any]:
    return {way: way in rules.ways for way in HAND_WAYS} | {
        "shows_titles": rules.shows_titles,
        "calls": rules.calls,
    }


def _chosen(request: StaffRequest) -> dict[str, str]:
    names, ways = request.POST.getlist("class"), request.POST.getlist("class_way")
    pairs = zip(names[:MOST_CLASSES], ways, strict=False)
    return {name: way for name, way in pairs if name and way in HAND_WAYS}


def _values(given: dict[str, Any], chosen: dict[str, str]) -> dict[str, Any]:
    return {
        "ways": tuple(way for way in HAND_WAYS if given[way]),
        "class_ways": chosen,
        "calls": given["calls"],
        "shows_titles": given["shows_titles"],
    }
