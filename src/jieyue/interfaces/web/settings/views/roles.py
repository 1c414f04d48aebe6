"""Roles and their rights."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import show, submit, to
from jieyue.interfaces.web.settings.fields import rights_in, rights_offered
from jieyue.interfaces.web.settings.staff_forms import RoleForm
from jieyue.interfaces.web.settings.words import RIGHTS, right_words
from jieyue.libraries.rules.changes import KEPT_BY_OWNERS
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.queries import RoleView, roles
from jieyue.libraries.settings.roles import add_role, edit_role


@staff_page(Permission.STAFF)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the roles with what each may."""
    rows = [
        {
            "role": role,
            "rights": [right_words(right) for right in RIGHTS if right in role.permissions],
        }
        for role in roles()
    ]
    return show(request, "roles.html", {"rows": rows})


@staff_page(Permission.STAFF)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET the form for a role of the library's own; POST it."""
    form = RoleForm(request.POST or None, rights=rights_offered(request.desk.permissions))
    if request.method == "GET":
        return show(request, "role.html", {"form": form})
    return submit(
        request,
        form,
        "role.html",
        {},
        lambda: add_role(
            request.desk,
            name=form.cleaned_data["name"],
            permissions=rights_in(form, "permissions"),
        ),
        text=_("The role is there. Give it to a colleague next."),
        address=to(request, "roles"),
    )


@staff_page(Permission.STAFF)
@require_http_methods(["GET", "POST"])
def role(request: StaffRequest, role: str) -> HttpResponse:
    """GET one role; POST its name and rights."""
    known = next((found for found in roles() if found.code == role), None)
    if known is None:
        raise Http404("no such role")
    form = RoleForm(
        request.POST or None,
        initial={"name": known.name, "permissions": [p.value for p in known.permissions]},
        rights=rights_offered(request.desk.permissions),
    )
    context = _context(request, known)
    if request.method == "GET":
        return show(request, "role.html", context | {"form": form})
    return submit(
        request,
        form,
        "role.html",
        context,
        lambda: edit_role(
            request.desk,
            role=role,
            name=form.cleaned_data["name"],
            permissions=rights_in(form, "permissions"),
        ),
        text=_("Saved. It holds from the next click on."),
        address=to(request, "roles"),
    )


def _context(request: StaffRequest, known: RoleView) -> dict[str, Any]:
    return {
        "role": known,
        "is_above": not known.permissions <= request.desk.permissions,
        "kept": [right_words(right) for right in Permission if right in KEPT_BY_OWNERS]
        if known.code == "owner"
        else [],
    }
