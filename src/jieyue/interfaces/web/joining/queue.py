"""The staff's queue of applications, and one with everything needed to decide it."""

from math import ceil
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jieyue.fees.joining import approve_application, approve_applications
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.joining.words import (
    CONSENT_WORDS,
    FIELD_WORDS,
    HOW_WORDS,
    SAME_WORDS,
    STATE_WORDS,
    fault_words,
)
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.applications import token_of
from jieyue.patrons.joining.deciding import ask_applicant, refuse_application
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.outcomes import ApplicationRefused
from jieyue.patrons.joining.queries import ApplicationView, application_view, waiting_count
from jieyue.patrons.joining.queries import queue as applications
from jieyue.patrons.queries import categories
from jieyue.patrons.rules.joining.approving import Match
from jieyue.patrons.rules.joining.form import Fault, JoiningFault

PAGE: Final = 50


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """GET those that wait, the oldest first, or `?which=decided`; POST approves the ticked ones."""
    error, left = "", []
    if request.method == "POST":
        outcome = approve_applications(
            request.desk, applications=tuple(request.POST.getlist("application"))
        )
        if isinstance(outcome, ApplicationRefused):
            error = fault_words(outcome.faults[0])
        else:
            _say_approved(request, len(outcome.approved))
            if not outcome.left:
                return elsewhere(request, _address(request, "list"))
            left = [(one.application, fault_words(Fault("", one.codes[0]))) for one in outcome.left]
    which = "decided" if request.GET.get("which") == "decided" else "open"
    number = page_number(request)
    found = applications(request.desk, which=which, limit=PAGE, offset=(number - 1) * PAGE)
    why = dict(left)
    context = {
        "page_active": "patrons",
        "rows": [_row(request, one, why.get(one.public_id, "")) for one in found.applications],
        "total": found.total,
        "which": which,
        "error": error,
        "left": len(left),
        "is_open": form_now().is_open,
        "pager_query": "which=decided" if which == "decided" else "",
        "number": number,
        "last": max(1, ceil(found.total / PAGE)),
        "key": uuid4().hex,
    }
    return draw(request, "joining/queue.html", context, status=409 if error or left else 200)


def _say_approved(request: StaffRequest, count: int) -> None:
    if count:
        text = ngettext("%(n)s reader more.", "%(n)s readers more.", count) % {"n": count}
        messages.success(request, text)


def _row(request: StaffRequest, one: Any, left: str) -> dict[str, Any]:
    return {
        "one": one,
        "sent": one.sent_at.astimezone(request.desk.zone),
        "state": STATE_WORDS[one.state],
        "left": left,
    }


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def one(request: StaffRequest, application: str) -> HttpResponse:
    """GET an application; POST `do`: approve, ask or refuse."""
    found = application_view(request.desk, application)
    if found is None:
        raise Http404("no such application")
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and _is_another(request, found):
        changed = _("The applicant has changed something meanwhile. Please look again.")
        return _draw(request, found, faults, changed)
    if request.method == "POST":
        outcome = _decide(request, application)
        if not isinstance(outcome, ApplicationRefused):
            return _next(request, found, outcome)
        faults = outcome.faults
        if any(fault.code is JoiningFault.APPLICATION_UNKNOWN for fault in faults):
            raise Http404("no such application")
        found = application_view(request.desk, application) or found
    return _draw(request, found, faults)


def _is_another(request: StaffRequest, found: ApplicationView) -> bool:
    """Say whether other answers stand there than were looked at, such as a number since checked."""
    seen = request.POST.get("seen", "")
    is_open = found.state in {"sent", "asked"}
    return bool(seen) and is_open and seen != found.changed_at.isoformat()


def _decide(request: StaffRequest, application: str) -> Any:
    given, desk = request.POST, request.desk
    if given.get("do") == "ask":
        return ask_applicant(desk, application=application, text=given.get("text", ""))
    if given.get("do") == "refuse":
        return refuse_application(desk, application=application, reason=given.get("text", ""))
    return approve_application(
        desk,
        application=application,
        category=given.get("category", "")[:20],
        branch=given.get("branch", "")[:20],
        roster=given.get("roster", "")[:12],
        card_barcode=given.get("card_barcode", "")[:60],
        may_be_same=given.get("may_be_same") == "1",
    )


def _next(request: StaffRequest, found: ApplicationView, outcome: Any) -> HttpResponse:
    """Say what was done, and go to the next that waits."""
    name = found.texts.get("name", "")
    said = {
        "approved": _("%(name)s is a reader now. Card: %(card)s."),
        "asked": _("%(name)s sees your question on the application’s page."),
        "refused": _("The application of %(name)s is refused; they see the reason."),
    }[outcome.state] % {"name": name, "card": outcome.card}
    messages.success(request, said)
    waiting = applications(request.desk, limit=1).applications
    if waiting and waiting[0].state == "sent" and request.POST.get("then") == "next":
        return elsewhere(request, _address(request, "application", waiting[0].public_id))
    return elsewhere(request, _address(request, "list"))


def _draw(
    request: StaffRequest, found: ApplicationView, faults: tuple[Fault, ...], changed: str = ""
) -> HttpResponse:
    form, zone = form_now(), request.desk.zone
    types = categories()
    usual = next((one.code for one in types if one.code == form.category), "")
    token = reverse(
        "joining:standing",
        args=[request.library.slug, found.public_id, token_of(found.public_id)],
    )
    context = {
        "page_active": "patrons",
        "found": found,
        "state": STATE_WORDS[found.state],
        "is_open": found.state in {"sent", "asked"},
        "answers": [
            {
                "field": name,
                "label": FIELD_WORDS[name],
                "text": text,
                "is_contact": name in {"phone", "email", "guardian_phone"},
                "is_verified": name in found.verified,
            }
            for name, text in found.texts.items()
        ],
        "consents": [
            {"one": one, "label": CONSENT_WORDS[one.kind], "at": one.given_at.astimezone(zone)}
            for one in found.consents
        ],
        "alike": [
            {"one": one, "same": [SAME_WORDS[name] for name in one.same]}
            for one in found.known.alike
        ],
        "match": found.known.match.value,
        "can_take": found.known.match in {Match.SURE, Match.NAME_ONLY, Match.OTHER_NAME},
        "types": types,
        "type": request.POST.get("category") or found.category or usual or types[0].code,
        "branch": request.POST.get("branch") or found.branch or _here(request),
        "sent": found.sent_at.astimezone(zone),
        "decided": found.decided_at.astimezone(zone) if found.decided_at else None,
        "how": HOW_WORDS.get(found.decided_how, ""),
        "errors": [*filter(None, [changed]), *map(fault_words, dict.fromkeys(faults))],
        "seen": found.changed_at.isoformat(),
        "maybe_same": any(fault.code is JoiningFault.MAYBE_SAME for fault in faults)
        or found.known.is_maybe_same,
        "text": request.POST.get("text", ""),
        "did": request.POST.get("do", ""),
        "link": request.build_absolute_uri(token),
        "waiting": waiting_count(request.desk),
        "key": uuid4().hex,
    }
    return draw(
        request, "joining/application.html", context, status=409 if faults or changed else 200
    )


def _here(request: StaffRequest) -> str:
    place: Any = request.page.get("branch")
    return place.code if place else ""


def _address(request: StaffRequest, name: str, *args: str) -> str:
    return reverse(f"applications:{name}", args=[request.library.slug, *args])
