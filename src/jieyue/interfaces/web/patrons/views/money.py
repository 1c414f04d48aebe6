"""Charging a reader, taking money, letting them off."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.fees.actions import charge
from jieyue.fees.rules import FeeFault
from jieyue.fees.settling import Booked, NotBooked
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.dialogs import money_form
from jieyue.interfaces.web.patrons.page import address, known, show_patron
from jieyue.interfaces.web.patrons.views.account import show_account
from jieyue.interfaces.web.patrons.words import fee_fault_words
from jieyue.interfaces.web.saying import sent_before
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

FIELD_OF = {
    FeeFault.AMOUNT_BAD: "amount_cents",
    FeeFault.MORE_THAN_OWED: "amount_cents",
    FeeFault.MORE_THAN_PAID: "amount_cents",
    FeeFault.METHOD_UNKNOWN: "method",
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
def refunds(request: StaffRequest, patron: str) -> HttpResponse:
    """POST money given back for a `charge`."""
    return _book(request, patron, "refunds", refund, _("¥%(amount)s was given back."))


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
    form = money_form(name, request.POST)
    charge = request.POST.get("charge", "")[:12]
    show = partial(show_account, charge=charge) if charge else show_patron
    if not form.is_valid():
        return show(request, reader, status=422, open_dialog=name, form=form)
    given = {key: value for key, value in form.cleaned_data.items() if key != "charge" or value}
    try:
        outcome = book(request.desk, patron=patron, **given)
    except KeyReusedError:
        return show(request, reader, status=422, notices={"refused": [sent_before()]})
    if isinstance(outcome, Booked):
        messages.success(request, _done(request, text, outcome))
        return elsewhere(request, address(request, patron, "account" if charge else "patron"))
    if outcome.fault in (FeeFault.PATRON_UNKNOWN, FeeFault.CHARGE_UNKNOWN):
        raise Http404("no such reader or charge")
    form.add_error(FIELD_OF[outcome.fault], fee_fault_words(outcome))
    return show(request, reader, status=409, open_dialog=name, form=form)


def _done(request: StaffRequest, text: str, outcome: Booked) -> SafeString:
    words = [
        text % {"amount": yuan(abs(outcome.amount_cents))},
        _("Owed now: ¥%(owed)s") % {"owed": yuan(outcome.owed_cents)},
    ]
    if outcome.lifted:
        words.append(_("Borrowing is open again."))
    if outcome.receipt is None:
        return format_html("{}", " ".join(words))
    return format_html(
        '{} <a class="link" href="{}">{}</a>',
        " ".join(words),
        reverse("patrons:receipt", args=[request.library.slug, outcome.patron, outcome.receipt]),
        _("Print the receipt"),
    )
