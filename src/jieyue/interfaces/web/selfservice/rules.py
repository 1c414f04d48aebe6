"""Settings → Self-service: the rules of a branch, its screen, its signs and return points."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.self_rules import (
    add_return_point,
    renew_display,
    renew_signs,
    set_self_service,
    switch_return_point,
)
from jieyue.circulation.queries.self_service import (
    all_self_rules,
    return_point,
    return_points,
    self_rules,
)
from jieyue.circulation.rules.self_service import display_code
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.selfservice.forms import PointForm, SelfServiceForm, entries_of
from jieyue.interfaces.web.settings.answers import press
from jieyue.libraries.queries import BranchView, branches
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import categories


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """The branches; with one only, its page at once."""
    places = [place for place in branches() if request.desk.works_at(place.id)]
    if len(places) == 1:
        return elsewhere(request, _to(request, "branch", places[0].code))
    rules = all_self_rules()
    rows = [(place, rules.get(place.id)) for place in places]
    return draw(request, "selfservice/branches.html", {"page_active": "settings", "rows": rows})


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def branch(request: StaffRequest, branch: str) -> HttpResponse:
    """What readers may do by themselves at a branch."""
    place = _place(request, branch)
    types = [(one.code, one.name) for one in categories()]
    if request.method == "GET":
        form = SelfServiceForm(initial=entries_of(self_rules(place.id)), card_types=types)
        return _show(request, place, form)
    form = SelfServiceForm(request.POST, card_types=types)
    if not form.is_valid():
        return _show(request, place, form, status=422)
    return press(
        request,
        lambda: set_self_service(request.desk, branch=branch, **form.values()),
        lambda trouble, status: _show(request, place, form, trouble=trouble, status=status),
        text=_("Saved. It holds from now on."),
        address=_to(request, "branch", branch),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def renew(request: StaffRequest, branch: str) -> HttpResponse:
    """New signs, or a new address and secret for the screen: the old ones end at once."""
    place = _place(request, branch)
    is_screen = request.POST.get("what") == "screen"
    change = renew_display if is_screen else renew_signs
    return press(
        request,
        lambda: change(request.desk, branch=branch),
        lambda trouble, status: _again(request, place, trouble, status),
        text=_("The old codes no longer work. Print the signs and open the screen again."),
        address=_to(request, "branch", branch),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def add_point(request: StaffRequest, branch: str) -> HttpResponse:
    """Add a return point."""
    place = _place(request, branch)
    form = PointForm(request.POST)
    if not form.is_valid():
        return _again(request, place, _("Please give it a name."), 422)
    return press(
        request,
        lambda: add_return_point(request.desk, branch=branch, **form.cleaned_data),
        lambda trouble, status: _again(request, place, trouble, status),
        text=_("Added. Now print its sign."),
        address=_to(request, "branch", branch),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def switch_point(request: StaffRequest, branch: str, point: str) -> HttpResponse:
    """Take a return point out of use, or into it again."""
    place = _place(request, branch)
    found = return_point(point)
    if found is None or found.branch_id != place.id:
        raise Http404("no such return point")
    is_active = request.POST.get("do") == "use"
    return press(
        request,
        lambda: switch_return_point(request.desk, point=point, is_active=is_active),
        lambda trouble, status: _again(request, place, trouble, status),
        text=_("Saved."),
        address=_to(request, "branch", branch),
    )


def _again(request: StaffRequest, place: BranchView, trouble: str, status: int) -> HttpResponse:
    types = [(one.code, one.name) for one in categories()]
    form = SelfServiceForm(initial=entries_of(self_rules(place.id)), card_types=types)
    return _show(request, place, form, trouble=trouble, status=status)


def _place(request: StaffRequest, code: str) -> BranchView:
    found = (one for one in branches() if one.code == code and request.desk.works_at(one.id))
    place = next(found, None)
    if place is None:
        raise Http404("no such branch")
    return place


def _to(request: StaffRequest, name: str, *args: str) -> str:
    return reverse(f"selfservice:{name}", args=[request.library.slug, *args])


def _show(
    request: StaffRequest,
    place: BranchView,
    form: SelfServiceForm,
    *,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    rules = self_rules(place.id)
    context: dict[str, Any] = {
        "page_active": "settings",
        "branch": place,
        "form": form,
        "point_form": PointForm(),
        "points": return_points(place.id),
        "trouble": trouble,
        "rules": rules,
        "key": uuid4().hex,
    }
    if rules is not None:
        path = reverse("selfservice:door", args=[request.library.slug, display_code(rules)])
        context["screen"] = request.build_absolute_uri(path)
    return draw(request, "selfservice/branch.html", context, status=status)
