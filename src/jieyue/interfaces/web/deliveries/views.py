"""GET what became of messages; POST that one is tried again, or that somebody told the reader."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.deliveries.unreached import own_classes
from jieyue.interfaces.web.message_words import (
    CHANNEL_ICONS,
    CHANNEL_WORDS,
    HAND_STATES,
    KIND_WORDS,
    STATE_BADGES,
    STATE_WORDS,
    why_words,
)
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words, sent_before
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.deliveries import (
    PAGE,
    TROUBLE,
    DeliveryFilter,
    DeliveryView,
    deliveries,
    trouble_count,
    waiting_by_hand,
)
from jieyue.notices.managing import NotAgain, told_in_person, try_again
from jieyue.notices.unreached import COUNTED, Wanted, means_of, unreached_count
from jieyue.notices.weekly import weekly_trouble

SHOWS: Final[dict[str, tuple[str, ...]]] = {
    "trouble": TROUBLE,
    "waiting": ("waiting",),
    "handed": ("handed",),
    "dropped": ("dropped", "failed"),
    "all": (),
}


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the list; what somebody has to see to first, unless another is asked for."""
    show = request.GET.get("show", "trouble")
    show = show if show in SHOWS else "trouble"
    kind, day = request.GET.get("kind", ""), _day(request.GET.get("on", ""))
    kind = kind if kind in KIND_WORDS else ""
    patron = request.GET.get("patron", "")[:12]
    number = page_number(request)
    wanted = DeliveryFilter(
        states=SHOWS[show], kind=kind, on=day, patron=patron, branch_ids=request.desk.branch_ids
    )
    found = deliveries(wanted, zone=request.desk.zone, limit=PAGE + 1, offset=(number - 1) * PAGE)
    given = {"show": show, "kind": kind, "on": day.isoformat() if day else "", "patron": patron}
    rest = {name: value for name, value in given.items() if value and name != "show"}
    context = {
        "page_active": "patrons",
        "rows": [row_of(one, request) for one in found[:PAGE]],
        "tabs": [
            {
                "value": value,
                "words": words,
                "query": urlencode({"show": value, **rest}),
                "is_chosen": value == show,
            }
            for value, words in _tab_words().items()
        ],
        "asked": given,
        "show": show,
        "kinds": KIND_WORDS.items(),
        "by_hand": waiting_by_hand(request.desk.branch_ids),
        "trouble": trouble_count(request.desk.branch_ids),
        "unreached": _unreached(request),
        "weekly_trouble": weekly_trouble(request.desk.now),
        "number": number,
        "last": number + (len(found) > PAGE),
        "query": urlencode({"show": show, **rest}),
        "is_filtered": bool(rest),
    }
    return draw(request, "deliveries/list.html", context)


def _unreached(request: StaffRequest) -> int:
    """Return how many readers nothing reaches, as far as they are counted."""
    desk = request.desk
    all_of_them = Wanted(branch_ids=desk.branch_ids, only=own_classes(desk))
    return min(unreached_count(request.desk, means_of(request.desk), all_of_them), COUNTED)


def row_of(one: DeliveryView, request: StaffRequest) -> dict[str, Any]:
    """Return a message as a row of a list, in words."""
    text, help_ = why_words(one.code, one.detail) if one.code else ("", "")
    ways = [
        {"channel": CHANNEL_WORDS.get(channel, channel), "why": why_words(why)[0]}
        for channel, why in one.passed_over.items()
    ]
    if one.state == "unreached" and one.passed_over:
        helps = [why_words(why)[1] for why in one.passed_over.values()]
        help_ = next((words for words in helps if words), "")
    moment = one.ended_at or one.due_at or one.created_at
    return {
        "one": one,
        "channel": CHANNEL_WORDS.get(one.channel, ""),
        "icon": CHANNEL_ICONS.get(one.channel, "circle-x"),
        "state": _state(one),
        "badge": STATE_BADGES[one.state],
        "about": [KIND_WORDS.get(kind, _("A message")) for kind in one.kinds],
        "titles": " ".join(_("“%(title)s”") % {"title": name} for name in one.titles[:3])
        + ("…" if len(one.titles) > 3 else ""),
        "moment": moment_words(moment, request.desk.zone),
        "is_ahead": one.ended_at is None and one.due_at is not None,
        "why": text,
        "help": help_ if one.state != "waiting" else "",
        "detail": one.detail if text != one.detail else "",
        "ways": ways if one.state in TROUBLE else [],
    }


def _state(one: DeliveryView) -> str:
    state = "sheet" if one.state == "waiting" and one.sheet else one.state
    return str(HAND_STATES.get((one.channel, state)) or STATE_WORDS[one.state])


def _tab_words() -> dict[str, str]:
    return {
        "trouble": _("To be seen to"),
        "waiting": _("Waiting"),
        "handed": _("Sent"),
        "dropped": _("Not needed"),
        "all": _("All"),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@staff_page(Permission.MESSAGES)
@require_POST
def again(request: StaffRequest, delivery: str) -> HttpResponse:
    """POST: send it again, by whatever way works now."""

    def words(outcome: Any) -> str:
        by_hand = HAND_STATES.get((outcome.channel, "waiting"))
        if by_hand:
            return _("There is another way now: %(way)s.") % {"way": by_hand}
        way = CHANNEL_WORDS.get(outcome.channel, outcome.channel)
        return _("It goes out again: %(way)s.") % {"way": way}

    return _press(request, lambda: try_again(request.desk, delivery=delivery), words)


@staff_page(Permission.MESSAGES)
@require_POST
def told(request: StaffRequest, delivery: str) -> HttpResponse:
    """POST: I have told the reader myself."""
    return _press(
        request,
        lambda: told_in_person(request.desk, delivery=delivery),
        lambda _outcome: _("Noted: the reader was told in person."),
    )


def _press(
    request: StaffRequest, change: Callable[[], Any], words: Callable[[Any], str]
) -> HttpResponse:
    try:
        outcome = change()
    except KeyReusedError:
        messages.error(request, sent_before())
        return elsewhere(request, _back(request))
    if not isinstance(outcome, NotAgain):
        messages.success(request, words(outcome))
    elif outcome.why == "unknown":
        raise Http404("no such message")
    else:
        refusals = {
            "over": _("Somebody has seen to it already."),
            "no_way": _(
                "There is still no way to this reader. Enter a phone number or an e-mail address"
                " in the record, or tell them yourself."
            ),
        }
        messages.error(request, refusals[outcome.why])
    return elsewhere(request, _back(request))


def _back(request: StaffRequest) -> str:
    """Return where it was pressed: on the list, or on the reader's page."""
    patron = request.POST.get("patron", "")[:12]
    if patron.isalnum():
        return reverse("patrons:patron", args=[request.library.slug, patron])
    return reverse("deliveries:list", args=[request.library.slug])
