"""The telephone list: whom to call and what to say; POST what came of a call."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.message_words import CHANNEL_WORDS, KIND_WORDS
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words, sent_before
from jieyue.interfaces.web.security import csp
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.call_undo import CallNotUndone, noted_calls, undo_call
from jieyue.notices.composing import LANGUAGES, Own, own_words
from jieyue.notices.hand_words import for_others, slip_day, who_answers
from jieyue.notices.house_rules import house_rules
from jieyue.notices.telephone import (
    ANSWERS,
    Call,
    CallNoted,
    CallNotNoted,
    call_text,
    calls,
    note_call,
)

MOST_SAID = 100


@staff_page(Permission.MESSAGES)
@require_http_methods(["GET", "POST"])
def listing(request: StaffRequest) -> HttpResponse:
    """GET the list; POST `patron`, `answer`, `mark` and each `said`: a call was made."""
    if request.method == "POST":
        return _note(request)
    return draw(request, "deliveries/calls.html", _context(request))


@csp("print")
@staff_page(Permission.MESSAGES)
@require_GET
def paper(request: StaffRequest) -> HttpResponse:
    """GET the list on paper, for whoever calls away from the computer."""
    return draw(request, "deliveries/calls_paper.html", _context(request))


def _context(request: StaffRequest) -> dict[str, Any]:
    found, rules = calls(request.desk), house_rules()
    own, zone = own_words() if found else {}, request.desk.zone
    rows = [_row(call, request, own, rules.by_hand.calls) for call in found]
    return {
        "page_active": "patrons",
        "now": [row for row in rows if not row["again"]],
        "later": [row for row in rows if row["again"]],
        "noted": [
            {"call": one, "words": _answers()[one.answer], "at": moment_words(one.at, zone)}
            for one in noted_calls(request.desk)
        ],
        "is_used": "phone" in rules.by_hand.ways,
        "moment": moment_words(request.desk.now, zone),
    }


def _row(call: Call, request: StaffRequest, own: Own, most: int) -> dict[str, Any]:
    library, today = request.library.name, request.desk.today
    language = "en" if (get_language() or "").startswith("en") else LANGUAGES[0]
    tried = ngettext("called %(n)s time of %(most)s", "called %(n)s times of %(most)s", call.tries)
    days = (today - call.since.astimezone(request.desk.zone).date()).days
    waits = ngettext("waits %(n)s day", "waits %(n)s days", days) % {"n": days}
    return {
        "call": call,
        "digits": "".join(sign for sign in call.phone if sign.isdigit() or sign == "+"),
        "about": KIND_WORDS.get(call.items[0].said_as, _("A message")),
        "is_late": call.items[0].kind in {"overdue", "loan_lost"},
        "hello": who_answers(call.of or call.name, library),
        "says": call_text(call, request.desk, library=library, language=language, own=own),
        "others": for_others(call.of or call.name),
        "books": [
            {"title": _("“%(title)s”") % {"title": item.title}, "day": slip_day(item, today)}
            for item in call.told
            if item.title
        ],
        "tried": tried % {"n": call.tries, "most": most} if call.tries else "",
        "waits": waits if days else _("since today"),
        "again": moment_words(call.again_at, request.desk.zone) if call.again_at else "",
    }


def _note(request: StaffRequest) -> HttpResponse:
    back = reverse("deliveries:calls", args=[request.library.slug])
    answer = next((one for one in ANSWERS if one == request.POST.get("answer")), None)
    if answer is None:
        raise Http404("no such answer")
    try:
        outcome = note_call(
            request.desk,
            patron=request.POST.get("patron", "")[:12],
            answer=answer,
            mark=request.POST.get("mark", "")[:16],
            said=tuple(one[:12] for one in request.POST.getlist("said")[:MOST_SAID]),
        )
    except KeyReusedError:
        messages.error(request, sent_before())
        return elsewhere(request, back)
    if isinstance(outcome, CallNotNoted):
        if outcome.why == "unknown":
            raise Http404("no such reader")
        messages.error(request, _refusals()[outcome.why])
    else:
        messages.success(request, _words(outcome, request))
    return elsewhere(request, back)


@staff_page(Permission.MESSAGES)
@require_POST
def undoing(request: StaffRequest) -> HttpResponse:
    """POST `patron`: what I noted of the last call to them was a mistake."""
    back = reverse("deliveries:calls", args=[request.library.slug])
    try:
        outcome = undo_call(request.desk, patron=request.POST.get("patron", "")[:12])
    except KeyReusedError:
        messages.error(request, sent_before())
        return elsewhere(request, back)
    if not isinstance(outcome, CallNotUndone):
        messages.success(request, _("Taken back. The reader stands on the list as before."))
    elif outcome.why == "unknown":
        raise Http404("no such reader")
    else:
        refusals = {
            "over": _("That can no longer be taken back. Note what is so now, or tell the reader."),
            "gone": _("Too late: the message has gone another way. The reader's page shows it."),
        }
        messages.error(request, refusals[outcome.why])
    return elsewhere(request, back)


def _answers() -> dict[str, str]:
    return {
        "told": _("Told by telephone"),
        "nobody": _("Nobody answered"),
        "wrong": _("Wrong number"),
    }


def _refusals() -> dict[str, str]:
    return {
        "over": _("Nobody need call this reader any more: it is settled or somebody has called."),
        "changed": _("The number has been changed meanwhile. Please call the new one."),
    }


def _words(outcome: CallNoted, request: StaffRequest) -> str:
    again = moment_words(outcome.again_at, request.desk.zone) if outcome.again_at else ""
    way = CHANNEL_WORDS.get(outcome.channel, outcome.channel)
    return {
        "told": _("Noted: the reader was told by telephone."),
        "later": _("Noted. The reader stands here again from %(again)s.") % {"again": again},
        "other_number": _("Noted: nobody calls that number again. There is another to try."),
        "next_way": _("Noted. It takes the next way now: %(way)s.") % {"way": way},
        "given_up": _("Noted. No way is left: it stands under “To be seen to”."),
        "settled": _("Noted. Nothing is left to say: it is settled."),
    }[outcome.then]
