"""Card types."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.card_types import (
    add_card_type,
    deactivate_card_type,
    edit_card_type,
    reactivate_card_type,
)
from jieyue.circulation.queries.policies import CardTypeView, RuleTable, card_types, rule_table
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.rule_forms import CardTypeForm
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET every card type with what it grants."""
    return show(request, "card_types.html", _cards())


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET the form for a new card type; POST it."""
    form = CardTypeForm(request.POST or None, **_choices(rule_table()))
    if request.method == "GET":
        return show(request, "card_type.html", {"form": form})
    return submit(
        request,
        form,
        "card_type.html",
        {},
        lambda: add_card_type(request.desk, values=form.values()),
        text=_("The card type is there."),
        address=to(request, "card_types"),
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def card_type(request: StaffRequest, card_type: str) -> HttpResponse:
    """GET one card type; POST the change."""
    card = next((c for c in card_types() if c.code == card_type), None)
    if card is None:
        raise Http404("no such card type")
    form = CardTypeForm(request.POST or None, card=card, **_choices(rule_table()))
    if request.method == "GET":
        return show(request, "card_type.html", {"form": form, "card": card})
    return submit(
        request,
        form,
        "card_type.html",
        {"card": card},
        lambda: edit_card_type(request.desk, card_type=card_type, values=form.values()),
        text=_("Saved. Loans already made keep their dates."),
        address=to(request, "card_types"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def use(request: StaffRequest, card_type: str) -> HttpResponse:
    """POST `on` or `off`: offer the card type to new readers, or no longer."""
    is_on = request.POST.get("to") == "on"
    change = reactivate_card_type if is_on else deactivate_card_type
    return press(
        request,
        lambda: change(request.desk, card_type=card_type),
        lambda trouble, status: show(
            request, "card_types.html", _cards() | {"trouble": trouble}, status=status
        ),
        text=_("In use again.") if is_on else _("No longer offered. Readers who have it keep it."),
        address=to(request, "card_types"),
    )


def _cards() -> dict[str, list[CardTypeView]]:
    found = card_types()
    return {
        "cards": [card for card in found if card.is_active],
        "unused": [card for card in found if not card.is_active],
    }


def _choices(table: RuleTable) -> dict[str, Any]:
    default = next(row for row in table.rows if row.is_default)
    kinds = [kind for kind in table.item_types if kind.is_active]
    return {"item_types": kinds, "defaults": default.terms}
