"""A reader's own reservations: placing, seeing how long it takes, pausing, cancelling."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.hold_outcomes import HoldPlaced, HoldRefused
from jieyue.circulation.actions.holds import (
    cancel_hold,
    change_pickup,
    place_hold,
    resume_hold,
    suspend_hold,
)
from jieyue.circulation.queries.hold_facts import Asked, decide_hold
from jieyue.circulation.queries.holds import holds_of, outlook
from jieyue.circulation.queries.transits import hold_code
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.access import LibraryRequest, ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.access import signed_in_reader as reader_desk
from jieyue.interfaces.web.copy_choice import (
    Candidate,
    CopyChoices,
    choices_of,
    chosen_barcode,
)
from jieyue.interfaces.web.family.acting import ForWhom, for_whom
from jieyue.interfaces.web.hold_words import wait_words
from jieyue.interfaces.web.reader.snoozing import snoozes
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.words import ReasonWords, to_reader
from jieyue.libraries.queries import BranchView, branches
from jieyue.patrons.links import people_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a title's page says about reserving it. `why`: the reasons against it, in words.

    `hold` is that of whoever it is for, if they reserved it already.
    """

    who: ForWhom
    why: tuple[ReasonWords, ...]
    hold: str
    ahead: int  # who comes first
    wait: str
    branches: tuple[BranchView, ...]
    chosen: int  # the branch that is chosen until another is
    choices: CopyChoices | None  # for who wants one copy and no other


def offer_of(
    request: LibraryRequest, title: str, title_id: int, copies: Iterable[Candidate]
) -> Offer | None:
    """Return what the reader who signed in may do; None for nobody. Ten statements at most."""
    mine = reader_desk(request)
    if mine is None:
        return None
    who = for_whom(request, mine)
    desk = who.desk
    places = branches()
    chosen = next((b for b in places if b.id == desk.branch_id), places[0] if places else None)
    asked = Asked(title=title, copy_barcode="", patron="", pickup=chosen.code if chosen else "")
    found = decide_hold(desk, asked)
    barred = who.bars_reserving()
    seen = outlook(desk, title_id, queue_class=found.row["queue_class"] or 99)
    return Offer(
        who=who,
        why=(barred,) if barred else who.words(found.reasons),
        hold="" if barred or who.hides_titles else found.row["own_hold"] or "",
        ahead=seen.place - 1,
        wait=wait_words(seen.wait),
        branches=tuple(places),
        chosen=chosen.id if chosen else 0,
        choices=choices_of(copies),
    )


@require_GET
@reader_page
def holds(request: ReaderRequest) -> HttpResponse:
    """Show what I reserved: what to fetch, where I stand, and how long it may take."""
    assert request.desk.patron_id is not None
    found = holds_of(request.desk, request.desk.patron_id)
    context = {
        "page_active": "loans",
        "rows": [
            {"hold": hold, "wait": wait_words(hold.wait), "code": hold_code(hold.hold)}
            for hold in found
        ],
        "ready": sum(hold.state == "ready" for hold in found),
        "branches": branches(),
        "family": people_for(request.desk.patron_id, request.desk.today),
        "snoozes": snoozes(request.desk.today),
        "tomorrow": date.fromordinal(request.desk.today.toordinal() + 1),
    }
    return draw(request, "reader/holds.html", context)


@require_POST
@reader_page
def place(request: ReaderRequest, title: str) -> HttpResponse:
    """Reserve a title for me, or `for` whom I act for, to be fetched at `pickup`."""
    who = for_whom(request, request.desk, request.POST.get("for", ""))
    there = reverse("reader:title", args=[request.library.slug, title])
    if barred := who.bars_reserving():
        messages.error(request, f"{barred.text} {barred.help}")
        return elsewhere(request, there)
    outcome = place_hold(
        who.desk,
        title=title,
        copy_barcode=chosen_barcode(request, title),
        pickup=request.POST.get("pickup", "")[:40],
    )
    if isinstance(outcome, HoldPlaced):
        return _placed(request, who, outcome)
    if any(why.code is Reason.TITLE_UNKNOWN for why in outcome.reasons):
        raise Http404("no such title")
    for words in who.words(outcome.reasons):
        messages.error(request, f"{words.text} {words.help}".strip())
    return elsewhere(request, there)


def _placed(request: ReaderRequest, who: ForWhom, outcome: HoldPlaced) -> HttpResponse:
    said = {"title": outcome.title, "place": outcome.place}
    if who.whom is None:
        text = _("“%(title)s” is reserved. You are number %(place)s in the queue.")
        messages.success(request, text % said)
        return elsewhere(request, _mine(request))
    text = _("“%(title)s” is reserved for %(name)s: number %(place)s in the queue.")
    messages.success(request, text % (said | {"name": who.whom.name}))
    address = reverse("family:person", args=[request.library.slug, who.whom.reader])
    return elsewhere(request, address)


@require_POST
@reader_page
def cancel(request: ReaderRequest, hold: str) -> HttpResponse:
    """Cancel a reservation of mine; another's is not there."""
    return _changed(request, cancel_hold(request.desk, hold=hold), _("Cancelled: “%(title)s”."))


@require_POST
@reader_page
def suspend(request: ReaderRequest, hold: str) -> HttpResponse:
    """Pass my reservation over until `wakes_on`, or until I resume it."""
    given = request.POST.get("wakes_on", "").strip()
    try:
        wakes_on = date.fromisoformat(given) if given else None
    except ValueError:
        messages.error(request, _("Please give the day as 2026-03-31."))
        return elsewhere(request, _mine(request))
    outcome = suspend_hold(request.desk, hold=hold, wakes_on=wakes_on)
    return _changed(request, outcome, _("Paused: “%(title)s”. You keep your place."))


@require_POST
@reader_page
def resume(request: ReaderRequest, hold: str) -> HttpResponse:
    """Let my suspended reservation count again."""
    return _changed(request, resume_hold(request.desk, hold=hold), _("It goes on: “%(title)s”."))


@require_POST
@reader_page
def pickup(request: ReaderRequest, hold: str) -> HttpResponse:
    """Fetch it at another branch."""
    outcome = change_pickup(request.desk, hold=hold, pickup=request.POST.get("pickup", "")[:40])
    return _changed(request, outcome, _("Saved: “%(title)s”."))


def _changed(request: ReaderRequest, outcome: object, done: str) -> HttpResponse:
    if not isinstance(outcome, HoldRefused):
        messages.success(request, done % {"title": getattr(outcome, "title", "")})
        return elsewhere(request, _mine(request))
    if any(why.code is Reason.HOLD_UNKNOWN for why in outcome.reasons):
        raise Http404("no such hold")
    _say_why(request, outcome)
    return elsewhere(request, _mine(request))


def _say_why(request: ReaderRequest, outcome: HoldRefused) -> None:
    for why in outcome.reasons:
        words = to_reader(why, request.desk.today)
        messages.error(request, f"{words.text} {words.help}".strip())


def _mine(request: ReaderRequest) -> str:
    return reverse("reader:holds", args=[request.library.slug])
