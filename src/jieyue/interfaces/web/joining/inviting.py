"""Invitations: making one, printing its slips for a class, and ending it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.joining.words import fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.kit.paper.codes import qr_rows
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.invitations import (
    end_invitation,
    invitation_view,
    invitations,
    make_invitation,
    slips_of,
)
from jieyue.patrons.joining.outcomes import JoiningSaved
from jieyue.patrons.queries import categories, groups
from jieyue.patrons.rules.births import read_date
from jieyue.patrons.rules.joining.form import Fault, JoiningFault, Rule

FIELDS = ("name", "places", "how", "ends_on", "category", "branch", "group_name")


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """GET the invitations and a form for another; POST makes it."""
    given = {name: request.POST.get(name, "")[:11_000] for name in FIELDS}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        ends_on = read_date(given["ends_on"])
        if given["ends_on"] and ends_on is None:
            wrong["ends_on"] = fault_words(Fault("ends_on", JoiningFault.DATE_PAST))
        else:
            places = given["places"].strip()
            outcome = make_invitation(
                request.desk,
                name=given["name"],
                places=int(places) if places.isdecimal() and len(places) < 6 else 0,
                is_slips=given["how"] != "shared",
                ends_on=ends_on,
                category=given["category"][:20],
                branch=given["branch"][:20],
                group_name=given["group_name"],
            )
            if isinstance(outcome, JoiningSaved):
                messages.success(request, _("The invitation is made."))
                return elsewhere(request, _address(request, "invitations"))
            wrong = {one.field: fault_words(one) for one in outcome.faults}
    rows = [
        {"one": one, "link": _link(request, one.code) if one.code else ""}
        for one in invitations(request.desk)
    ]
    context = {
        "page_active": "patrons",
        "rows": rows,
        "given": given,
        "wrong": wrong,
        "types": categories(),
        "groups": groups(),
        "approves": Rule.INVITED in form_now().rules,
        "is_open": form_now().is_open,
        "key": uuid4().hex,
    }
    return draw(request, "joining/invitations.html", context, status=409 if wrong else 200)


@staff_page(Permission.PATRON_EDIT)
@require_GET
@csp("print")
def slips(request: StaffRequest, invitation: str) -> HttpResponse:
    """GET a sheet of slips, one for each code nobody has used; or of the shared code once."""
    found = invitation_view(request.desk, invitation)
    if found is None:
        raise Http404("no such invitation")
    codes = slips_of(invitation) if found.is_slips else [found.code]
    made = [{"code": code, "qr": qr_path(_link(request, code))} for code in codes]
    context = {"found": found, "slips": [] if found.is_over else made}
    return draw(request, "joining/slips.html", context)


@staff_page(Permission.PATRON_EDIT)
@require_POST
def end(request: StaffRequest, invitation: str) -> HttpResponse:
    """End an invitation."""
    outcome = end_invitation(request.desk, invitation=invitation)
    if not isinstance(outcome, JoiningSaved):
        raise Http404("no such invitation")
    messages.success(request, _("Nobody can use this invitation any more."))
    return elsewhere(request, _address(request, "invitations"))


def qr_path(text: str) -> dict[str, Any]:
    """Return a QR code for an SVG: its side in modules, and the path of the dark ones."""
    rows = qr_rows(text)
    runs = [
        f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, bit in enumerate(row) if bit == "1"
    ]
    return {"side": len(rows), "path": "".join(runs)}


def _link(request: StaffRequest, code: str) -> str:
    start = reverse("joining:start", args=[request.library.slug])
    return request.build_absolute_uri(f"{start}?code={code}")


def _address(request: StaffRequest, name: str) -> str:
    return reverse(f"applications:{name}", args=[request.library.slug])
