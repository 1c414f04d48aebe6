"""Lost, damaged and claimed books: all that wait, and one loan with everything one can do."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.claims import claim_returned, resolve_claim
from jieyue.circulation.actions.damages import mark_damaged
from jieyue.circulation.actions.losses import LossRefused, price_loss, report_lost, withdraw_loss
from jieyue.circulation.actions.replacements import accept_replacement
from jieyue.circulation.queries.losses import LossCase, loss_case, open_cases
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.losses.forms import ClaimForm, CostForm, DamageForm, ReplacementForm
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import sent_before
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

FORMS: dict[str, type[forms.Form]] = {
    "loss": CostForm,
    "cost": CostForm,
    "replacement": ReplacementForm,
    "damage": DamageForm,
    "claim_end": ClaimForm,
}


@staff_page(Permission.PATRON_VIEW)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET what waits: claims to look into, losses to settle, money to give back."""
    context = {"page_active": "patrons", "cases": open_cases(request.desk)}
    return draw(request, "losses/list.html", context)


@staff_page(Permission.PATRON_VIEW)
@require_GET
def case(request: StaffRequest, loan: str) -> HttpResponse:
    """GET one loan, and what can be said of its copy."""
    return _show(request, _known(request, loan))


@staff_page(Permission.PATRON_VIEW, Permission.FEES)
@require_POST
def loss(request: StaffRequest, loan: str) -> HttpResponse:
    """POST that the copy is lost, with its cost or as the rule says."""
    return _do(request, loan, "loss", report_lost, _("It counts as lost."))


@staff_page(Permission.PATRON_VIEW, Permission.FEES)
@require_POST
def cost(request: StaffRequest, loan: str) -> HttpResponse:
    """POST what a lost copy costs whose price nobody knew."""
    return _do(request, loan, "cost", price_loss, _("The cost is in the account."))


@staff_page(Permission.PATRON_VIEW, Permission.FEES)
@require_POST
def not_lost(request: StaffRequest, loan: str) -> HttpResponse:
    """POST that it is not lost after all."""
    return _do(request, loan, "", withdraw_loss, _("The loan goes on as before."))


@staff_page(Permission.PATRON_VIEW, Permission.FEES)
@require_POST
def replacement(request: StaffRequest, loan: str) -> HttpResponse:
    """POST the copy that replaces the lost one."""
    text = _("The loss is settled by the new copy.")
    return _do(request, loan, "replacement", accept_replacement, text)


@staff_page(Permission.PATRON_VIEW, Permission.FEES)
@require_POST
def damage(request: StaffRequest, loan: str) -> HttpResponse:
    """POST what is damaged."""
    return _do(request, loan, "damage", mark_damaged, _("The damage is written down."))


@staff_page(Permission.PATRON_VIEW, Permission.CHECKIN)
@require_POST
def claim(request: StaffRequest, loan: str) -> HttpResponse:
    """POST that the reader says it was returned."""
    text = _("Written down. Fines stop, and it counts toward no limit until it is settled.")
    return _do(request, loan, "", claim_returned, text)


@staff_page(Permission.PATRON_VIEW, Permission.FEES)
@require_POST
def claim_end(request: StaffRequest, loan: str) -> HttpResponse:
    """POST what came of a claim."""
    return _do(request, loan, "claim_end", resolve_claim, _("The claim is settled."))


def _known(request: StaffRequest, loan: str) -> LossCase:
    found = loss_case(request.desk, loan)
    if found is None:
        raise Http404("no such loan")
    return found


def _do(
    request: StaffRequest, loan: str, name: str, act: Callable[..., Any], text: str
) -> HttpResponse:
    """Read the form called `name`, if any, act, and show the loan as it stands then."""
    known = _known(request, loan)
    form = FORMS[name](request.POST, auto_id=f"{name}-%s") if name else None
    if form is not None and not form.is_valid():
        return _show(request, known, status=422, forms_given={name: form})
    given = form.cleaned_data if form is not None else {}
    if name == "damage":
        given["cost_cents"] = given["cost_cents"] or 0
    try:
        outcome = act(request.desk, loan=loan, **given)
    except KeyReusedError:
        return _show(request, known, status=422, refused=[sent_before()])
    if isinstance(outcome, LossRefused):
        if any(why.code is Reason.LOAN_UNKNOWN for why in outcome.reasons):
            raise Http404("no such loan")
        words = [reason_words(why) for why in outcome.reasons]
        said = [f"{word.text} {word.help}".strip() for word in words]
        kept = {name: form} if form is not None else {}
        return _show(request, known, status=409, refused=said, forms_given=kept)
    messages.success(request, text)
    return elsewhere(request, reverse("losses:case", args=[request.library.slug, loan]))


def _show(
    request: StaffRequest,
    case: LossCase,
    *,
    status: int = 200,
    refused: list[str] | None = None,
    forms_given: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    drawn = {name: made(auto_id=f"{name}-%s") for name, made in FORMS.items()}
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "case": case,
        "refused": refused or [],
        "forms": drawn | (forms_given or {}),
        "may_claim": "checkin" in {right.value for right in request.desk.permissions},
    }
    return draw(request, "losses/case.html", context, status=status)
