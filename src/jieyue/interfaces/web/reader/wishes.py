"""What a reader wants of our messages: which way, when not, of what; and the link in a mail."""

from datetime import time
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jieyue.interfaces.web.access import (
    LibraryRequest,
    ReaderRequest,
    elsewhere,
    reader_page,
)
from jieyue.interfaces.web.message_words import CHANNEL_WORDS, KIND_WORDS
from jieyue.interfaces.web.rendering import draw
from jieyue.kit import clock
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.settings.outcomes import Saved
from jieyue.notices.channels.once import once_template
from jieyue.notices.channels.reach import dead_of
from jieyue.notices.house_rules import Wishes, house_rules, wishes_of
from jieyue.notices.rules.kinds import ALL_WAYS
from jieyue.notices.unsubscribing import leaver_of
from jieyue.notices.ways import reach_of
from jieyue.notices.weekly import leave_weekly, prove_weekly
from jieyue.notices.weekly_leaving import leaver_of as classes_leaver_of
from jieyue.notices.weekly_proving import prover_of
from jieyue.notices.wishing import MAY_BE_OFF, leave, set_wishes

QUIET_HOURS: Final = {  # value → from, until
    "": (None, None),
    "20-8": (time(20), time(8)),
    "21-9": (time(21), time(9)),
    "18-7": (time(18), time(7)),
    "school": (time(8), time(17)),
}


class WishesForm(forms.Form):
    """Everything on the page; what is missing or unknown is as the library has it."""

    first = forms.ChoiceField(label=lazy("Which way first"), required=False)
    channels = forms.MultipleChoiceField(label=lazy("Where may we write to you?"), required=False)
    kinds = forms.MultipleChoiceField(label=lazy("What about?"), required=False)
    quiet = forms.ChoiceField(label=lazy("When not?"), required=False)
    language = forms.ChoiceField(label=lazy("In which language?"), required=False)


@require_http_methods(["GET", "POST"])
@reader_page
def wishes(request: ReaderRequest) -> HttpResponse:
    """Show what I want of the library's messages; POST: change it."""
    assert request.desk.patron_id is not None
    mine = wishes_of({request.desk.patron_id}).get(request.desk.patron_id, Wishes())
    rules = house_rules()
    reach = reach_of([request.desk.patron_id], rules, today=request.desk.today)
    offered = tuple(c for c in rules.order if c != "paper" or reach.classes)
    ways = mine.ways(offered) + tuple(c for c in offered if c in mine.off_channels)
    form = WishesForm(request.POST or None)
    choices: dict[str, Any] = form.fields
    choices["first"].choices = [("", ""), *((c, CHANNEL_WORDS[c]) for c in offered)]
    choices["channels"].choices = [(c, CHANNEL_WORDS[c]) for c in offered]
    choices["kinds"].choices = [(kind, kind) for kind in MAY_BE_OFF]
    choices["quiet"].choices = [(value, value) for value in (*QUIET_HOURS, "own")]
    choices["language"].choices = [("", ""), ("zh-hans", ""), ("en", "")]
    if request.method == "POST" and form.is_valid():
        _keep(request, form.cleaned_data, mine, offered)
        messages.success(request, _("Saved. It holds for messages that wait already, too."))
        return elsewhere(request, reverse("reader:wishes", args=[request.library.slug]))
    dead = {found.channel for found in dead_of(request.desk.patron_id)}
    context = {
        "page_active": "me",
        "form": form,
        "ways": [
            {
                "channel": channel,
                "words": CHANNEL_WORDS[channel],
                "is_on": channel not in mine.off_channels,
                "trouble": _trouble(channel, channel in reach.services, reach, request, dead),
            }
            for channel in ways
        ],
        "has_once": bool(once_template(reach.services.get("wechat"))),
        "first": mine.order[0] if mine.order else "",
        "kinds": [
            {"kind": kind, "words": KIND_WORDS[kind], "is_on": kind not in mine.off_kinds}
            for kind in MAY_BE_OFF
            if kind in KIND_WORDS and rules.ways(kind)
        ],
        "quiet": _quiet_choices(mine),
        "language": mine.language,
        "sends_from": f"{rules.sends_from:%H:%M}",
        "sends_until": f"{rules.sends_until:%H:%M}",
    }
    return draw(request, "reader/wishes.html", context)


def _trouble(
    channel: str, is_used: bool, reach: Any, request: ReaderRequest, dead: set[str]
) -> str:
    """Return why a channel does not reach this reader now; empty if it does."""
    if channel == "paper":
        return ""
    if channel == "phone":
        return "" if reach.callable_ids else _("We have no number to call you at.")
    if not is_used:
        return _("The library does not offer it.")
    if channel in dead:
        return _("Nothing arrives at the address we have. Please give the library another one.")
    if not reach.addresses.get(channel, {}).get(request.desk.patron_id):
        if channel == "push":
            return _("No device of yours shows messages yet.")
        return _("We have no address of yours for it.")
    return ""


def _quiet_choices(mine: Wishes) -> list[dict[str, Any]]:
    own = (mine.quiet_from, mine.quiet_until)
    rows = [
        {"value": value, "words": _quiet_words(*hours), "is_chosen": hours == own}
        for value, hours in QUIET_HOURS.items()
    ]
    if own not in QUIET_HOURS.values():
        rows.append({"value": "own", "words": _quiet_words(*own), "is_chosen": True})
    return rows


def _quiet_words(start: time | None, end: time | None) -> str:
    if start is None or end is None:
        return _("Whenever the library sends")
    words = (
        _("Not from %(start)s to %(end)s")
        if start < end
        else _("Not from %(start)s until %(end)s next morning")
    )
    return words % {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}


def _keep(
    request: ReaderRequest, given: dict[str, Any], mine: Wishes, offered: tuple[str, ...]
) -> None:
    quiet = QUIET_HOURS.get(given["quiet"], (mine.quiet_from, mine.quiet_until))
    first = given["first"]
    order = [first, *(c for c in mine.order if c != first)] if first else []
    set_wishes(
        request.desk,
        order=tuple(order),
        off_channels=tuple(
            c
            for c in ALL_WAYS
            if (c not in given["channels"] if c in offered else c in mine.off_channels)
        ),
        off_kinds=tuple(kind for kind in MAY_BE_OFF if kind not in given["kinds"]),
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        language=given["language"],
    )


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: LibraryRequest, token: str) -> HttpResponse:
    """The link in a mail: GET asks, POST does it, from a mail program too (RFC 8058).

    Nobody has to sign in. The token is the proof, so there is no other.
    """
    leaver = leaver_of(request.library.slug, token)
    is_done = False
    if request.method == "POST" and leaver is not None:
        is_done = leave(_nobodys_desk(request), token=token).channel is not None
    context = {
        "page_active": "",
        "channel": CHANNEL_WORDS.get(leaver.channel, "") if leaver else "",
        "is_known": leaver is not None,
        "is_done": is_done,
    }
    return draw(request, "reader/unsubscribe.html", context, status=200 if leaver else 404)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave_classes(request: LibraryRequest, token: str) -> HttpResponse:
    """The link in a class teacher's weekly message: as `unsubscribe`."""
    is_known, is_done = bool(classes_leaver_of(request.library.slug, token)), False
    if request.method == "POST" and is_known:
        is_done = isinstance(leave_weekly(_nobodys_desk(request), token=token), Saved)
    context = {"is_known": is_known, "is_done": is_done}
    return draw(request, "reader/leave_weekly.html", context, status=200 if is_known else 404)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def prove_classes(request: LibraryRequest, token: str) -> HttpResponse:
    """The link that shows an address to be a class teacher's: GET asks, POST notes it."""
    is_known, is_done = bool(prover_of(request.library.slug, token)[0]), False
    if request.method == "POST" and is_known:
        is_done = isinstance(prove_weekly(_nobodys_desk(request), token=token), Saved)
        is_known = is_done  # the address was changed meanwhile
    context = {"is_known": is_known, "is_done": is_done}
    return draw(request, "reader/prove_weekly.html", context, status=200 if is_known else 404)


def _nobodys_desk(request: LibraryRequest) -> Desk:
    """Return the desk of whoever has the link: it has no right but what the action itself gives."""
    branches: Any = request.page["branches"]
    return Desk(
        library_id=request.library.id,
        slug=request.library.slug,
        branch_id=branches[0].id if branches else 0,
        zone=request.library.zone,
        door=Door.READER,
        now=clock.now(),
        permissions=frozenset(),
        caller="link",
    )
