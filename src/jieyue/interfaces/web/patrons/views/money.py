"""Charging a reader, taking money, letting them off."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jieyue.circulation.actions.charges import take_payment, waive
from jieyue.fees.actions import charge
from jieyue.fees.queries import owed_cents
from jieyue.fees.rules import FeeFault
from jieyue.fees.settling import Booked, NotBooked
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.dialogs import money_form
from jieyue.interfaces.web.patrons.page import address, known, show_patron
from jieyue.interfaces.web.patrons.views.editing import sent_before
from jieyue.interfaces.web.patrons.words import fee_fault_words
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

FIELD_OF = {
    FeeFault.AMOUNT_BAD: "amount_cents",
    FeeFault.MORE_THAN_OWED: "amount_cents",
    FeeFault.REASON_MISSING: "reason",
    FeeFault.REASON_TOO_LONG: "reason",
}


@staff_page(Permission.FEES)
@require_POST
def charges(request: StaffRequest, patron: str) -> HttpResponse:
    """POST a charge."""
    return _book(request, patron, "charges", charge, _("¥%(amount)s was charged."))


@staff_page(Permission.FEES)
@require_POST
def payments(request: StaffRequest, patron: str) -> HttpResponse:
    """POST a payment of all or some of what is owed."""
    return _book(request, patron, "payments", take_payment, _("¥%(amount)s was paid."))


@staff_page(Permission.FEES)
@require_POST
def waivers(request: StaffRequest, patron: str) -> HttpResponse:
    """POST a waiver of all or some of what is owed."""
    return _book(request, patron, "waivers", waive, _("¥%(amount)s was let off."))


def _book(
    request: StaffRequest,
    patron: str,
    name: str,
    book: Callable[..., Booked | NotBooked],
    text: str,
) -> HttpResponse:
    reader = known(patron)
    form = money_form(name, request.POST, owed=owed_cents([reader.id]).get(reader.id, 0))
    if not form.is_valid():
        return show_patron(request, reader, status=422, open_dialog=name, form=form)
    given = form.cleaned_data
    try:
        outcome = book(
            request.desk,
            patron=patron,
            amount_cents=given["amount_cents"],
            reason=given["reason"],
        )
    except KeyReusedError:
        return show_patron(request, reader, status=422, notices={"refused": [sent_before()]})
    if isinstance(outcome, Booked):
        left = _("Owed now: ¥%(owed)s") % {"owed": yuan(outcome.owed_cents)}
        done = text % {"amount": yuan(abs(outcome.amount_cents))}
        messages.success(request, f"{done} {left}")
        return elsewhere(request, address(request, patron))
    if outcome.fault is FeeFault.PATRON_UNKNOWN:
        raise Http404("no such reader")
    form.add_error(FIELD_OF[outcome.fault], fee_fault_words(outcome))
    return show_patron(request, reader, status=409, open_dialog=name, form=form)
