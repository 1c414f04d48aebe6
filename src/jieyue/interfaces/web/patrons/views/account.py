"""A reader's account: every charge with what became of it, and receipts to print."""

from collections.abc import Mapping
from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.charges import ChargeView, account_view, receipt_of
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.patrons.dialogs import money_dialogs
from jieyue.interfaces.web.patrons.page import known
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import PatronView


@staff_page(Permission.FEES)
@require_GET
def account(request: StaffRequest, patron: str) -> HttpResponse:
    """GET the account; `do` opens a form, for the `charge` of a public id or the oldest first."""
    return show_account(
        request,
        known(patron),
        charge=request.GET.get("charge", ""),
        open_dialog=request.GET.get("do", ""),
    )


def show_account(
    request: StaffRequest,
    reader: PatronView,
    *,
    charge: str = "",
    open_dialog: str = "",
    form: forms.Form | None = None,
    status: int = 200,
    notices: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    """Draw the account. `form` takes its place in the open dialog. Three statements."""
    view = account_view(request.desk, reader.id)
    chosen: ChargeView | None = next((c for c in view.charges if c.charge == charge), None)
    dialogs = money_dialogs(request, reader, owed=view.owed_cents, charge=chosen)
    for dialog in dialogs.values():
        dialog.is_open = dialog.name == open_dialog
        if form is not None and dialog.is_open:
            dialog.form = form
    receipts = reverse("patrons:account", args=[request.library.slug, reader.public_id])
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "reader": reader,
        "account": view,
        "dialogs": dialogs,
        "receipts": f"{receipts}receipts/",
        "notices": notices or {},
    }
    return draw(request, "patrons/account.html", context, status=status)


@csp("print")
@staff_page(Permission.FEES)
@require_GET
def receipt(request: StaffRequest, patron: str, number: int) -> HttpResponse:
    """GET a receipt to print."""
    reader = known(patron)
    found = receipt_of(request.desk, reader.id, number)
    if found is None:
        raise Http404("no such receipt")
    return draw(request, "patrons/receipt.html", {"receipt": found})
