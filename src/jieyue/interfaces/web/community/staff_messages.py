"""Messages to groups of readers: written, looked at, sent, stopped, and what came of them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.community.actions.messages import send_message, stop_message, write_message
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.queries.audience import reached
from jieyue.community.queries.messages import (
    PAGE,
    MessageView,
    came_of,
    group_messages,
    message_by_id,
)
from jieyue.community.rules.audience import Audience
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.class_words import CLASS_WORDS
from jieyue.interfaces.web.community.forms import MessageForm
from jieyue.interfaces.web.community.staff_news import places_of
from jieyue.interfaces.web.community.words import MESSAGE_STATES, fault_words, show_faults
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import categories, groups

_ASKED = ("group", "category", "subject", "unseen_days", "overdue")


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """List messages, the newest first."""
    number = page_number(request)
    found = group_messages(request.desk, limit=PAGE + 1, offset=(number - 1) * PAGE)
    context = {
        "page_active": "voice",
        "tab": "messages",
        "rows": [(one, MESSAGE_STATES[one.state]) for one in found[:PAGE]],
        "number": number,
        "last": number + 1 if len(found) > PAGE else number,
    }
    return draw(request, "community/staff_messages.html", context)


@staff_page(Permission.MESSAGES)
@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, message: str = "") -> HttpResponse:
    """GET the form; POST what it says: then one sees whom it reaches."""
    known = _known(request, message) if message else None
    form = MessageForm(
        request.POST or None,
        initial=_initial(known) if known else {},
        places=places_of(request),
        groups=groups(),
        cards=categories(),
        subjects=[(letter, f"{letter} {words}") for letter, words in CLASS_WORDS.items()],
        may_all=request.desk.works_at(None),
    )
    if request.method == "GET":
        return _form(request, form, known)
    if not form.is_valid():
        return _form(request, form, known, status=422)
    given = form.cleaned_data
    outcome = write_message(
        request.desk,
        name=given["name"],
        text=given["text"],
        branch=given["branch"],
        audience=Audience(**{name: given[name] for name in _ASKED}),
        message=message,
    )
    if isinstance(outcome, VoiceRefused):
        return _form(request, form, known, show_faults(form, outcome.faults), status=409)
    return _to(request, outcome.id)


@staff_page(Permission.MESSAGES)
@require_GET
def one(request: StaffRequest, message: str) -> HttpResponse:
    """Show a message: whom it would reach, how far it is, or what came of it."""
    known = _known(request, message)
    is_open = known.state in ("draft", "scheduled")
    context = {
        "page_active": "voice",
        "one": known,
        "state": MESSAGE_STATES[known.state],
        "send_at": moment_words(known.send_at, request.library.zone) if known.send_at else "",
        "asks": _audience_words(known),
        "reach": reached(request.desk, known.audience, known.branch_id) if is_open else None,
        "came": None if is_open else came_of(known.public_id),
        "key": str(uuid4()),
    }
    return draw(request, "community/staff_message.html", context)


@staff_page(Permission.MESSAGES)
@require_POST
def change(request: StaffRequest, message: str) -> HttpResponse:
    """POST `do`: send (now, or `at` a local moment) or stop."""
    _known(request, message)
    if request.POST.get("do") == "send":
        try:
            typed = request.POST.get("at", "")
            at = datetime.strptime(typed, "%Y-%m-%dT%H:%M") if typed else None  # noqa: DTZ007
        except ValueError:
            messages.error(request, _("This is no day and time."))
            return _to(request, message)
        outcome = send_message(request.desk, message=message, at=at)
        done = _("It is on its way.") if at is None else _("It goes at that time.")
    else:
        outcome = stop_message(request.desk, message=message)
        done = _("Stopped. Nobody more gets it.")
    if isinstance(outcome, VoiceRefused):
        for fault in outcome.faults:
            messages.error(request, fault_words(fault))
    else:
        messages.success(request, done)
    return _to(request, message)


def _known(request: StaffRequest, message: str) -> MessageView:
    known = message_by_id(request.desk, message)
    if known is None:
        raise Http404("no such message")
    return known


def _initial(known: MessageView) -> dict[str, Any]:
    return asdict(known.audience) | {
        "name": known.name, "text": known.text, "branch": known.branch_code,
    }  # fmt: skip


def _audience_words(known: MessageView) -> list[str]:
    """Return the filter in words; empty for all readers."""
    asked, said = known.audience, []
    if known.branch:
        said.append(_("Branch: %(name)s") % {"name": known.branch})
    if asked.group:
        said.append(_("Class: %(name)s") % {"name": asked.group})
    if asked.category:
        names = {card.code: card.name for card in categories()}
        said.append(_("Card: %(name)s") % {"name": names.get(asked.category, asked.category)})
    if asked.unseen_days:
        said.append(_("Not seen for %(days)s days") % {"days": asked.unseen_days})
    if asked.subject:
        words = CLASS_WORDS.get(asked.subject[:1], "")
        said.append(_("Have read: %(name)s") % {"name": f"{asked.subject} {words}".strip()})
    if asked.overdue:
        said.append(_("Have something overdue"))
    return said


def _form(
    request: StaffRequest, form: MessageForm, known: MessageView | None,
    errors: list[str] | None = None, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "page_active": "voice", "form": form, "known": known, "errors": errors or [],
        "key": str(uuid4()),
    }  # fmt: skip
    return draw(request, "community/staff_message_form.html", context, status=status)


def _to(request: StaffRequest, message: str) -> HttpResponse:
    return elsewhere(request, reverse("voices:message", args=[request.library.slug, message]))
