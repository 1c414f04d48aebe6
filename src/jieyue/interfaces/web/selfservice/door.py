"""What hangs and stands in the library: the screen at the door, signs, return points."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.self_service import (
    return_points,
    rules_of_code,
    self_rules,
)
from jieyue.circulation.rules.self_service import (
    SelfRules,
    door_code,
    is_display_code,
    point_code,
    seconds_left,
    sign_code,
)
from jieyue.interfaces.web.access import LibraryRequest, StaffRequest, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.selfservice.qr import qr_svg
from jieyue.kit import clock
from jieyue.libraries.actions import need_branch
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission


def here_address(request: LibraryRequest, code: str) -> str:
    """Return the whole address a code stands for."""
    return request.build_absolute_uri(
        reverse("selfservice:here", args=[request.library.slug, code])
    )


@never_cache
@require_GET
def door(request: LibraryRequest, code: str) -> HttpResponse:
    """The screen at the door: opened on a tablet by its address, no sign-in, full of the code."""
    return draw(request, "selfservice/door.html", _door(request, code))


@never_cache
@require_GET
def door_now(request: LibraryRequest, code: str) -> HttpResponse:
    """The code of now, which the screen asks for every few seconds."""
    return draw(request, "selfservice/door.html#now", _door(request, code))


def _door(request: LibraryRequest, code: str) -> dict[str, Any]:
    rules = _rules_of(code)
    now = clock.now()
    address = here_address(request, door_code(rules, now))
    names = {branch.id: branch.name for branch in branches()}
    return {
        "code": code,
        "branch": names.get(rules.branch_id, ""),
        "svg": qr_svg(address, words=_("Scan to borrow by yourself")),
        "seconds": seconds_left(now),
        "is_on": rules.may_borrow and rules.by_door,
        "library": request.library,
    }


def _rules_of(code: str) -> SelfRules:
    found = rules_of_code(code)
    if found is None or not is_display_code(found[0], code):
        raise Http404("no such screen")
    return found[0]


@csp("print")
@staff_page(Permission.SETTINGS)
@require_GET
def signs(request: StaffRequest, branch: str) -> HttpResponse:
    """Signs to print: one for the shelves where that is a way in, one for each return point."""
    place = next((one for one in branches() if one.code == branch), None)
    if place is None:
        raise Http404("no such branch")
    need_branch(request.desk, place.id)
    rules = self_rules(place.id)
    sheets: list[dict[str, Any]] = []
    if rules and rules.may_borrow and rules.by_sign:
        address = here_address(request, sign_code(rules))
        sheets.append({"svg": qr_svg(address), "point": None, "name": place.name})
    for point in return_points(place.id):
        if rules and rules.may_return and point.is_active:
            address = here_address(request, point_code(rules, point.public_id))
            sheets.append({"svg": qr_svg(address), "point": point, "name": place.name})
    return draw(request, "selfservice/signs.html", {"sheets": sheets, "branch": place})
