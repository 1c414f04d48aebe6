"""Item types."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.catalog.actions.item_types import (
    add_item_type,
    deactivate_item_type,
    edit_item_type,
    reactivate_item_type,
)
from jieyue.catalog.settings_queries import item_type_settings
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.forms import ItemTypeForm
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def item_types(request: StaffRequest) -> HttpResponse:
    """GET every item type with a form for one more; POST it."""
    form = ItemTypeForm(request.POST or None)
    if request.method == "GET":
        return show(request, "item_types.html", _kinds() | {"form": form})
    return submit(
        request,
        form,
        "item_types.html",
        _kinds(),
        lambda: add_item_type(request.desk, **form.cleaned_data),
        text=_("The item type is there."),
        address=to(request, "item_types"),
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def item_type(request: StaffRequest, item_type: str) -> HttpResponse:
    """GET one item type; POST the change."""
    kind = next((k for k in item_type_settings() if k.code == item_type), None)
    if kind is None:
        raise Http404("no such item type")
    initial = {"name": kind.name, "is_default": kind.is_default, "floats": kind.floats}
    form = ItemTypeForm(request.POST or None, initial=initial)
    context = {"kind": kind}
    if request.method == "GET":
        return show(request, "item_type.html", context | {"form": form})
    return submit(
        request,
        form,
        "item_type.html",
        context,
        lambda: edit_item_type(request.desk, item_type=item_type, **form.cleaned_data),
        text=_("Saved."),
        address=to(request, "item_types"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def use(request: StaffRequest, item_type: str) -> HttpResponse:
    """POST `on` or `off`: offer the item type for new copies, or no longer."""
    is_on = request.POST.get("to") == "on"
    change = reactivate_item_type if is_on else deactivate_item_type

    def again(trouble: str, status: int) -> HttpResponse:
        context: dict[str, Any] = {"form": ItemTypeForm(), "trouble": trouble}
        return show(request, "item_types.html", _kinds() | context, status=status)

    return press(
        request,
        lambda: change(request.desk, item_type=item_type),
        again,
        text=_("In use again.") if is_on else _("No longer offered. Copies that have it keep it."),
        address=to(request, "item_types"),
    )


def _kinds() -> dict[str, Any]:
    found = item_type_settings()
    return {
        "kinds": [kind for kind in found if kind.is_active],
        "unused": [kind for kind in found if not kind.is_active],
    }
