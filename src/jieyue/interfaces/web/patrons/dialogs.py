"""The small forms of a reader's page. Each opens as a dialog, and without JavaScript by `?do=`."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.circulation.queries.charges import ChargeView
from jieyue.interfaces.web.access import StaffRequest
from jieyue.interfaces.web.money_words import reason_of
from jieyue.interfaces.web.patrons.forms import (
    CardForm,
    ExtendForm,
    MoneyForm,
    PasswordForm,
    SuspendForm,
)
from jieyue.kit.money import yuan
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import CategoryView, PatronView
from jieyue.patrons.rules.membership import extended_until


@dataclass(slots=True, kw_only=True)
class Dialog:
    """A form with its words. `name` is also its address's name and what `?do=` says."""

    name: str
    title: str
    text: str
    button: str
    address: str
    tone: str = "primary"
    form: forms.Form | None = None
    is_open: bool = False


def dialogs_of(
    request: StaffRequest, reader: PatronView, *, owed: int, category: CategoryView
) -> dict[str, Dialog]:
    """Return the dialogs whoever is at the desk may use, by name. No statement."""
    found: list[Dialog] = []
    if request.desk.may(Permission.PATRON_EDIT):
        found += _about_the_card(request, reader, category)
    if request.desk.may(Permission.FEES):
        found += money_dialogs(request, reader, owed=owed).values()
    return {dialog.name: dialog for dialog in found}


def _to(request: StaffRequest, reader: PatronView, name: str) -> str:
    return reverse(f"patrons:{name}", args=[request.library.slug, reader.public_id])


def _about_the_card(
    request: StaffRequest, reader: PatronView, category: CategoryView
) -> list[Dialog]:
    def dialog(name: str, **words: Any) -> Dialog:
        form = FORMS[name](auto_id=f"{name}-%s") if name in FORMS else None
        return Dialog(name=name, address=_to(request, reader, name), form=form, **words)

    return [
        dialog(
            "suspension",
            title=_("Suspend borrowing"),
            text=_("Until somebody lifts it, this reader can return but not borrow or renew."),
            button=_("Suspend"),
            tone="error",
        ),
        dialog(
            "card_lost",
            title=_("Report the card lost"),
            text=_("Card %(card)s stops working at once. What is on loan stays on loan.")
            % {"card": reader.card},
            button=_("Report lost"),
            tone="error",
        ),
        dialog(
            "card",
            title=_("Give a new card"),
            text=_("Loans, history and dues stay with the reader; the old card stops working.")
            if reader.card
            else _("This reader has no card now."),
            button=_("Give the card"),
        ),
        dialog(
            "validity",
            title=_("Extend the card"),
            text=_extension(request, reader, category),
            button=_("Extend"),
        ),
        dialog(
            "password",
            title=_("Set a password"),
            text=_("The reader signs in with card or phone number and this password.")
            + (_(" Where they are signed in now, they will be signed out.")
               if reader.may_sign_in else ""),
            button=_("Set the password"),
        ),
    ]  # fmt: skip


def _extension(request: StaffRequest, reader: PatronView, category: CategoryView) -> str:
    until = extended_until(request.desk.today, reader.expires_on, category.valid_months)
    text = (
        _("The card will be valid until %(day)s.") % {"day": until.isoformat()}
        if until
        else _("Cards of this type do not expire.")
    )
    if category.yearly_fee_cents:
        text += " " + _("The fee of ¥%(fee)s is charged.") % {
            "fee": yuan(category.yearly_fee_cents)
        }
    return text


def money_dialogs(
    request: StaffRequest, reader: PatronView, *, owed: int, charge: ChargeView | None = None
) -> dict[str, Dialog]:
    """Return the dialogs about money, for one charge or the oldest first. No statement."""

    def dialog(name: str, cents: int, text: str, **words: Any) -> Dialog:
        form = money_form(name, owed=cents, charge=charge.charge if charge else "")
        return Dialog(name=name, address=_to(request, reader, name), form=form, text=text, **words)

    left = charge.left_cents if charge else owed
    what = _what_for(charge)
    owed_now = what + _("Owed now: ¥%(owed)s") % {"owed": yuan(max(0, left))}
    kept = _("It stands in the account until it is paid or let off.")
    found = [
        dialog("payments", left, owed_now, title=_("Take a payment"), button=_("Take the payment")),
        dialog("charges", 0, kept, title=_("Charge something"), button=_("Charge")),
        dialog("waivers", left, owed_now, title=_("Let off"), button=_("Let off")),
    ]
    if charge is not None:
        paid = what + _("Paid: ¥%(paid)s. What is given back is no longer owed.") % {
            "paid": yuan(charge.paid_cents)
        }
        found.append(
            dialog(
                "refunds", charge.paid_cents, paid, title=_("Give money back"),
                button=_("Give it back"),
            )
        )  # fmt: skip
    return {one.name: one for one in found}


def _what_for(charge: ChargeView | None) -> str:
    if charge is None:
        return ""
    return " · ".join(text for text in (reason_of(charge.reason), charge.title) if text) + " · "


FORMS: dict[str, type[forms.Form]] = {
    "suspension": SuspendForm,
    "card": CardForm,
    "validity": ExtendForm,
    "password": PasswordForm,
}


def money_form(name: str, data: Any = None, *, owed: int = 0, charge: str = "") -> MoneyForm:
    """Return the form of one of the dialogs about money; the amount stands in it already."""
    initial: dict[str, Any] = {"charge": charge}
    if name != "charges" and owed > 0:
        initial["amount_cents"] = owed
    return MoneyForm(data, initial=initial, auto_id=f"{name}-%s", name=name)


def form_of(name: str, data: Any) -> forms.Form:
    """Return a dialog's form with what was sent."""
    return FORMS[name](data, auto_id=f"{name}-%s")
