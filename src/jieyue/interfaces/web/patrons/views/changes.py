"""The small forms about a reader's card and borrowing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jieyue.accounts.passwords import new_secret
from jieyue.fees.membership import renew_membership
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.dialogs import form_of
from jieyue.interfaces.web.patrons.forms import show_faults
from jieyue.interfaces.web.patrons.page import address, known, show_patron
from jieyue.interfaces.web.saying import sent_before
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved
from jieyue.notices.channels.reach import revive_address
from jieyue.patrons.actions import (
    PatronRefused,
    PatronSaved,
    card_found,
    freeze_patron,
    replace_card,
    report_card_lost,
    set_patron_password,
    unfreeze_patron,
)
from jieyue.patrons.queries import PatronView
from jieyue.patrons.rules.membership import PatronFault

Outcome = PatronSaved | PatronRefused


@staff_page(Permission.PATRON_EDIT)
@require_POST
def suspend(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: no borrowing for this reader until somebody lifts it."""
    return _with_form(
        request,
        patron,
        "suspension",
        lambda given: freeze_patron(request.desk, patron=patron, reason=given["reason"]),
        lambda _saved: _("Borrowing is suspended."),
    )


@staff_page(Permission.PATRON_EDIT)
@require_POST
def lift(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: the reader may borrow again."""
    return _press(
        request,
        patron,
        lambda: unfreeze_patron(request.desk, patron=patron),
        _("The reader may borrow again."),
    )


@staff_page(Permission.PATRON_EDIT)
@require_POST
def lose_card(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: the card is lost."""
    return _press(
        request,
        patron,
        lambda: report_card_lost(request.desk, patron=patron),
        _("The card no longer works. Give a new one when the reader is here."),
    )


@staff_page(Permission.PATRON_EDIT)
@require_POST
def find_card(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: the lost card was found."""
    return _press(
        request,
        patron,
        lambda: card_found(request.desk, patron=patron),
        _("The card works again."),
    )


@staff_page(Permission.PATRON_EDIT)
@require_POST
def new_card(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: a new card takes the old one's place."""
    return _with_form(
        request,
        patron,
        "card",
        lambda given: replace_card(
            request.desk, patron=patron, card_barcode=given["card_barcode"]
        ),
        lambda saved: _("The new card is %(card)s.") % {"card": saved.card},
    )  # fmt: skip


@staff_page(Permission.PATRON_EDIT)
@require_POST
def extend(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: the card is valid for longer; its fee is charged."""
    return _with_form(
        request,
        patron,
        "validity",
        lambda given: renew_membership(
            request.desk, patron=patron, expires_on=given["expires_on"]
        ),
        _extended,
    )  # fmt: skip


@staff_page(Permission.PATRON_EDIT)
@require_POST
def password(request: StaffRequest, patron: str) -> HttpResponse:
    """POST: the reader signs in with this password."""
    return _with_form(
        request,
        patron,
        "password",
        lambda given: set_patron_password(
            request.desk, patron=patron, password=new_secret(given["password"])
        ),
        lambda _saved: _("The password is set."),
    )


@staff_page(Permission.PATRON_EDIT)
@require_POST
def revive(request: StaffRequest, patron: str, channel: str) -> HttpResponse:
    """POST: the address works again, so it is tried with the next message."""
    reader = known(patron)
    try:
        outcome = revive_address(request.desk, patron=patron, channel=channel)
    except KeyReusedError:
        return show_patron(request, reader, status=422, notices={"refused": [sent_before()]})
    if isinstance(outcome, NotSaved):
        raise Http404("no such address")
    messages.success(request, _("The next message is sent there again."))
    return elsewhere(request, address(request, patron))


def _extended(saved: PatronSaved) -> str:
    text = (
        _("The card is valid until %(day)s.") % {"day": saved.expires_on.isoformat()}
        if saved.expires_on
        else _("The card does not expire.")
    )
    if saved.charged_cents:
        text += " " + _("¥%(fee)s was charged.") % {"fee": yuan(saved.charged_cents)}
    return text


def _with_form(
    request: StaffRequest,
    patron: str,
    name: str,
    change: Callable[[dict[str, Any]], Outcome],
    words: Callable[[PatronSaved], str],
) -> HttpResponse:
    """Make a dialog's change, or show the dialog again with what was typed and what is wrong."""
    reader = known(patron)
    form = form_of(name, request.POST)
    if not form.is_valid():
        return show_patron(request, reader, status=422, open_dialog=name, form=form)
    return _change(request, reader, lambda: change(form.cleaned_data), words, name=name, form=form)


def _press(
    request: StaffRequest, patron: str, change: Callable[[], Outcome], text: str
) -> HttpResponse:
    """Make a change that asks for nothing."""
    return _change(request, known(patron), change, lambda _saved: text)


def _change(
    request: StaffRequest,
    reader: PatronView,
    change: Callable[[], Outcome],
    words: Callable[[PatronSaved], str],
    *,
    name: str = "",
    form: forms.Form | None = None,
) -> HttpResponse:
    try:
        outcome = change()
    except KeyReusedError:
        return show_patron(request, reader, status=422, notices={"refused": [sent_before()]})
    if isinstance(outcome, PatronSaved):
        messages.success(request, words(outcome))
        return elsewhere(request, address(request, reader.public_id))
    _gone(outcome)
    rest = show_faults(form or form_of("card", {}), outcome.faults)
    return show_patron(
        request,
        known(reader.public_id),
        status=409,
        notices={"refused": rest} if rest else None,
        open_dialog="" if rest else name,
        form=form,
    )


def _gone(outcome: PatronRefused) -> None:
    if any(fault.code is PatronFault.PATRON_UNKNOWN for fault in outcome.faults):
        raise Http404("no such reader")
