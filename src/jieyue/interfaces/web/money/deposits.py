"""Deposits: one reader's, everybody's, and giving all of them back."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.abolition import abolish_deposits
from jieyue.circulation.actions.deposits import (
    DepositFault,
    DepositRefused,
    ask_deposit_back,
    give_deposit_back,
    keep_deposit,
    take_deposit,
)
from jieyue.circulation.queries.deposits import deposit_view, latest_abolition
from jieyue.circulation.queries.deposits import deposits as all_deposits
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.money.forms import DepositForm, GiveBackForm
from jieyue.interfaces.web.patrons.page import known
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import sent_before
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import PatronView

FAULTS = {
    DepositFault.PATRON_UNKNOWN: lazy("This reader is no longer here."),
    DepositFault.AMOUNT_BAD: lazy("Please write an amount above 0 and up to 100,000 yuan."),
    DepositFault.METHOD_UNKNOWN: lazy("Please choose how it was paid."),
    DepositFault.NO_DEPOSIT: lazy("There is no deposit."),
    DepositFault.HAS_LOANS: lazy("Books are still on loan. They are returned first."),
    DepositFault.OWES_MONEY: lazy(
        "Money is still owed. It is paid, or kept from the deposit, first."
    ),
    DepositFault.OWES_NOTHING: lazy("Nothing is owed."),
    DepositFault.ASKED_ALREADY: lazy("The deposit was asked for already."),
    DepositFault.RUNNING_ALREADY: lazy("They are being given back already. Wait until it is done."),
}


@staff_page(Permission.FEES)
@require_GET
def deposits(request: StaffRequest) -> HttpResponse:
    """GET everybody's deposits, or with the header `Jieyue-Live` only how far giving back is."""
    if "Jieyue-Live" in request.headers:
        return draw(request, "money/abolition.html", {"run": latest_abolition(), "is_live": 1})
    return _draw_all(request)


@staff_page(Permission.SETTINGS)
@require_POST
def abolish(request: StaffRequest) -> HttpResponse:
    """POST: have all deposits given back; the page shows how far that is."""
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _draw_all(request, form=form, status=422)
    try:
        outcome = abolish_deposits(request.desk, method=form.cleaned_data["method"])
    except KeyReusedError:
        return _draw_all(request, errors=[sent_before()], status=422)
    if isinstance(outcome, DepositRefused):
        return _draw_all(request, errors=fault_words(outcome), status=409)
    return elsewhere(request, reverse("money:deposits", args=[request.library.slug]))


@staff_page(Permission.FEES)
@require_GET
def deposit(request: StaffRequest, patron: str) -> HttpResponse:
    """GET a reader's deposit with what can be done."""
    return _draw_one(request, known(patron))


@staff_page(Permission.FEES)
@require_POST
def take(request: StaffRequest, patron: str) -> HttpResponse:
    """POST a deposit."""
    return _post(request, patron, DepositForm, take_deposit, _("¥%(sum)s deposit taken."))


@staff_page(Permission.FEES)
@require_POST
def ask(request: StaffRequest, patron: str) -> HttpResponse:
    """POST that the reader wants it back."""
    return _post(request, patron, None, ask_deposit_back, _("Noted."))


@staff_page(Permission.FEES)
@require_POST
def give_back(request: StaffRequest, patron: str) -> HttpResponse:
    """POST that all of it is given back."""
    return _post(request, patron, GiveBackForm, give_deposit_back, _("¥%(sum)s given back."))


@staff_page(Permission.FEES)
@require_POST
def keep(request: StaffRequest, patron: str) -> HttpResponse:
    """POST that what is owed is taken from it."""
    return _post(request, patron, None, keep_deposit, _("¥%(sum)s kept from the deposit."))


def fault_words(refused: DepositRefused) -> list[str]:
    """Return every reason why nothing happened."""
    return [str(FAULTS[fault]) for fault in refused.faults]


def _post(
    request: StaffRequest,
    patron: str,
    kind: type[forms.Form] | None,
    act: Callable[..., Any],
    text: str,
) -> HttpResponse:
    reader = known(patron)
    form = kind(request.POST) if kind else None
    if form is not None and not form.is_valid():
        return _draw_one(request, reader, form=form, status=422)
    try:
        outcome = act(request.desk, patron=patron, **(form.cleaned_data if form else {}))
    except KeyReusedError:
        return _draw_one(request, reader, errors=[sent_before()], status=422)
    if isinstance(outcome, DepositRefused):
        return _draw_one(request, reader, errors=fault_words(outcome), status=409)
    messages.success(request, text % {"sum": yuan(abs(getattr(outcome, "amount_cents", 0)))})
    return elsewhere(request, reverse("money:deposit", args=[request.library.slug, patron]))


def _draw_one(
    request: StaffRequest,
    reader: PatronView,
    *,
    form: forms.Form | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "reader": reader,
        "deposit": deposit_view(request.desk, reader.id),
        "take_form": form if isinstance(form, DepositForm) else DepositForm(auto_id="in-%s"),
        "back_form": form if isinstance(form, GiveBackForm) else GiveBackForm(auto_id="out-%s"),
        "errors": errors or [],
    }
    return draw(request, "money/deposit.html", context, status=status)


def _draw_all(
    request: StaffRequest,
    *,
    form: forms.Form | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "deposits": all_deposits(request.desk),
        "form": form or GiveBackForm(),
        "errors": errors or [],
        "run": latest_abolition(),
        "may_abolish": request.desk.may(Permission.SETTINGS) and request.desk.works_at(None),
    }
    return draw(request, "money/deposits.html", context, status=status)
