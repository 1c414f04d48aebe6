"""A reader's page, put together: whoever changes something draws it again with what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.circulation.queries.charges import AccountView, account_view
from jieyue.circulation.queries.holds import HoldView, holds_of
from jieyue.circulation.queries.loans import LoanView, history_of, loans_of
from jieyue.circulation.queries.readers import journal_of
from jieyue.circulation.queries.stops import stops_of
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason
from jieyue.interfaces.web.access import StaffRequest
from jieyue.interfaces.web.deliveries.views import row_of
from jieyue.interfaces.web.hold_words import wait_words
from jieyue.interfaces.web.message_words import CHANNEL_ICONS, why_words
from jieyue.interfaces.web.patrons.dialogs import dialogs_of
from jieyue.interfaces.web.patrons.stops import stop_rows
from jieyue.interfaces.web.patrons.words import (
    event_by,
    event_words,
    group_word,
    number_word,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.queries import branches
from jieyue.notices.channels.reach import dead_of
from jieyue.notices.deliveries import deliveries_of
from jieyue.patrons.queries import PatronView, categories, patron_by_id
from jieyue.patrons.rules.births import age_on, read_date

RECENT: Final = 5  # past loans on the page itself


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, and daisyUI's colour for it."""

    words: str
    tone: str


def known(public_id: str) -> PatronView:
    """Return the reader of an address. Raises Http404."""
    found = patron_by_id(public_id)
    if found is None:
        raise Http404("no such reader")
    return found


def address(request: StaffRequest, patron: str, name: str = "patron") -> str:
    """Return the address of a reader's page of this library."""
    return reverse(f"patrons:{name}", args=[request.library.slug, patron])


def badges(
    *, is_frozen: bool, expires_on: date | None, today: date, card_is_lost: bool = False
) -> list[Badge]:
    """Return what keeps a reader from borrowing; empty when nothing does."""
    found = []
    if is_frozen:
        found.append(Badge(_("Suspended"), "error"))
    if card_is_lost:
        found.append(Badge(_("Card lost"), "error"))
    if expires_on is not None and expires_on < today:
        found.append(Badge(_("Expired"), "warning"))
    return found


def show_patron(
    request: StaffRequest,
    reader: PatronView,
    *,
    status: int = 200,
    notices: Mapping[str, list[str]] | None = None,
    open_dialog: str = "",
    form: forms.Form | None = None,
) -> HttpResponse:
    """Draw the page. `form` takes its place in the dialog named `open_dialog`, which is open.

    `notices` are lines of text by kind (refused, look). Sixteen statements at most.
    """
    desk = request.desk
    loans = loans_of(desk, reader.id)
    past, past_total = history_of(desk, reader.id, limit=RECENT)
    account = account_view(desk, reader.id)
    owed = account.owed_cents
    kinds = {kind.code: kind for kind in categories(active_only=False)}
    dialogs = dialogs_of(request, reader, owed=owed, category=kinds[reader.category_code])
    asked = open_dialog or request.GET.get("do", "")
    for dialog in dialogs.values():
        dialog.is_open = dialog.name == asked
        if form is not None and dialog.is_open:
            dialog.form = form
    stops = stops_of(desk, reader.public_id)
    said = {stop.why.code for stop in stops if "renew" in stop.acts}  # once, above the loans
    rows = [_loan_row(loan, said) for loan in loans]
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "reader": reader,
        "badges": badges(
            is_frozen=reader.is_frozen,
            card_is_lost=reader.card_is_lost,
            expires_on=reader.expires_on,
            today=desk.today,
        ),
        "stops": stop_rows(stops),
        "is_expired": reader.expires_on is not None and reader.expires_on < desk.today,
        "group_word": group_word(request.library.kind),
        "number_word": number_word(request.library.kind),
        "dead": _dead(request, reader),
        "born": _born(request, reader),
        "since": reader.created_at.astimezone(desk.zone).date(),
        "rows": rows,
        "holds": [_hold_row(hold) for hold in _holds(request, reader)],
        "places": branches(),
        "renewable": sum(1 for loan in loans if not loan.reasons),
        "overdue": sum(1 for loan in loans if loan.is_overdue),
        "past": past,
        "past_total": past_total,
        "owed": owed,
        "account": account if _sees_money(request) else AccountView(owed_cents=owed, charges=()),
        "sent": _sent(request, reader.id),
        "events": _events(request, reader.id) if "journal_view" in _rights(request) else (),
        "dialogs": dialogs,
        "notices": notices or {},
    }
    return draw(request, "patrons/patron.html", context, status=status)


def _born(request: StaffRequest, reader: PatronView) -> dict[str, Any] | None:
    """Return the date of birth and the age for whoever may change readers."""
    born_on = read_date(reader.born_on) if "patron_edit" in _rights(request) else None
    if born_on is None:
        return None
    return {"on": born_on, "age": age_on(born_on, request.desk.today)}


def _dead(request: StaffRequest, reader: PatronView) -> list[dict[str, Any]]:
    """Return the addresses at which nothing arrives, for whoever may correct them."""
    if "patron_edit" not in _rights(request):
        return []
    found = []
    for one in dead_of(reader.id):
        why, help_ = why_words(one.code, one.detail)
        since = one.since.astimezone(request.desk.zone).date()
        found.append(
            {
                "channel": one.channel,
                "words": _dead_words()[one.channel],
                "icon": CHANNEL_ICONS[one.channel],
                "since": since,
                "why": why,
                "help": help_,
                "detail": one.detail if one.detail != why else "",
            }
        )
    return found


def _dead_words() -> dict[str, str]:
    return {
        "email": _("E-mails to this reader do not arrive."),
        "sms": _("Text messages to this reader do not arrive."),
    }


def _rights(request: StaffRequest) -> set[str]:
    return {permission.value for permission in request.desk.permissions}


def _sees_money(request: StaffRequest) -> bool:
    return bool(_rights(request) & {"fees", "patron_edit"})


def _holds(request: StaffRequest, reader: PatronView) -> list[HoldView]:
    may_see = "holds" in _rights(request)
    return holds_of(request.desk, reader.id) if may_see else []


def _hold_row(hold: HoldView) -> dict[str, Any]:
    return {"hold": hold, "wait": wait_words(hold.wait)}


def _loan_row(loan: LoanView, said: set[Reason]) -> dict[str, Any]:
    codes = [why.code for why in loan.reasons]
    return {
        "loan": loan,
        "why": [reason_words(why).text for why in loan.reasons if why.code not in said],
        "override": ",".join(codes) if codes and OVERRIDABLE.issuperset(codes) else "",
        "night": [reason_words(why).text for why in loan.not_renewed],
    }


def _sent(request: StaffRequest, patron_id: int) -> list[dict[str, Any]]:
    """Return the last messages to a reader and what became of them."""
    if "messages" not in _rights(request):
        return []
    return [row_of(one, request) for one in deliveries_of(patron_id, limit=5)]


def _events(request: StaffRequest, patron_id: int) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at.astimezone(request.desk.zone).strftime("%Y-%m-%d %H:%M"),
            "words": event_words(event),
            "title": event.title,
            "by": event_by(event),
            "is_refusal": event.outcome == "refused",
        }
        for event in journal_of(patron_id)
    ]
