"""Staff reserve for readers: the queue of a title, and a new reservation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.search import search_titles
from jieyue.circulation.actions.hold_outcomes import HoldPlaced, HoldRefused
from jieyue.circulation.actions.holds import place_hold
from jieyue.circulation.queries.hold_facts import Asked, decide_hold
from jieyue.circulation.queries.holds import outlook, queue_of
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.copy_choice import choices_of, chosen_barcode
from jieyue.interfaces.web.hold_words import wait_words
from jieyue.interfaces.web.patrons.page import known
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import PatronView, find_patrons

MAX_SEARCH = 100
HITS = 10


@staff_page(Permission.HOLDS)
@require_GET
def queue(request: StaffRequest, title: str) -> HttpResponse:
    """GET who waits for a title, in order; those with a copy kept come first."""
    book = _title(title)
    found = queue_of(request.desk, book.id)
    waiting = [hold.hold for hold in found if hold.place]
    rows = [
        {
            "hold": hold,
            "wait": wait_words(hold.wait),
            # One step up or down: right in front of whom it would stand.
            "up": waiting[hold.place - 2] if hold.place > 1 else "",
            "down": _after(waiting, hold.place) if 0 < hold.place < len(waiting) else None,
        }
        for hold in found
    ]
    context = {
        "page_active": "holds",
        "title": book,
        "rows": rows,
        "waiting": len(waiting),
        "first": waiting[0] if waiting else "",
        "places": branches(),
    }
    return draw(request, "holds/queue.html", context)


def _after(waiting: list[str], place: int) -> str:
    """Return the hold after the next one, in front of which one step down leads; "": the end."""
    return waiting[place + 1] if place + 1 < len(waiting) else ""


@staff_page(Permission.HOLDS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET: choose a title for a reader (`?patron=`) or a reader for a title (`?title=`).

    With both it asks where to fetch it, and says what stands against it. POST: reserve.
    """
    given = request.POST if request.method == "POST" else request.GET
    title, patron = given.get("title", "")[:12], given.get("patron", "")[:12]
    book = _title(title) if title else None
    reader = known(patron) if patron else None
    if book is None and reader is None:
        raise Http404("a reservation of nothing for nobody")
    if request.method == "POST" and book is not None and reader is not None:
        return _place(request, book, reader)
    text = given.get("q", "")[:MAX_SEARCH].strip()
    context: dict[str, Any] = {
        "page_active": "holds",
        "title": book,
        "reader": reader,
        "text": text,
        "titles": search_titles(text, limit=HITS).hits if book is None and text else (),
        "readers": find_patrons(text, limit=HITS) if reader is None and text else (),
    }
    if book is not None and reader is not None:
        context |= _decision(request, book, reader)
    return draw(request, "holds/new.html", context)


def _decision(request: StaffRequest, book: TitleView, reader: PatronView) -> dict[str, Any]:
    places = branches()
    here = next((place for place in places if place.id == request.desk.branch_id), places[0])
    asked = Asked(title=book.public_id, copy_barcode="", patron=reader.public_id, pickup=here.code)
    found = decide_hold(request.desk, asked)
    seen = outlook(request.desk, book.id, queue_class=found.row["queue_class"] or 99)
    codes = [why.code for why in found.reasons]
    may_override = request.desk.may(Permission.OVERRIDE) and OVERRIDABLE.issuperset(codes)
    return {
        "places": places,
        "here": here.code,
        "why": [reason_words(why) for why in found.reasons],
        "override": codes if may_override else [],
        "ahead": seen.place - 1,
        "wait": wait_words(seen.wait),
        "choices": choices_of(book.copies, barcodes=True),
    }


def _place(request: StaffRequest, book: TitleView, reader: PatronView) -> HttpResponse:
    known = set(Reason)
    override = frozenset(Reason(code) for code in request.POST.getlist("override") if code in known)
    outcome = place_hold(
        request.desk,
        title=book.public_id,
        copy_barcode=chosen_barcode(request, book.public_id),
        patron=reader.public_id,
        pickup=request.POST.get("pickup", "")[:40],
        override=override,
    )
    match outcome:
        case HoldPlaced():
            text = _("Reserved “%(title)s” for %(name)s: number %(place)s in the queue.")
            facts = {"title": outcome.title, "name": reader.name, "place": outcome.place}
            messages.success(request, text % facts)
        case HoldRefused():
            for why in outcome.reasons:
                words = reason_words(why)
                messages.error(request, f"{words.text} {words.help}".strip())
    address = reverse("holds:queue", args=[request.library.slug, book.public_id])
    return elsewhere(request, address)


def _title(public_id: str) -> TitleView:
    found = title_view(public_id)
    if found is None:
        raise Http404("no such title")
    return found
