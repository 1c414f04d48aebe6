"""A library's front page: what a reader has to think of, and for everybody what there is."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.catalog.covers import covers_of
from jieyue.circulation.queries.holds import holds_of
from jieyue.circulation.queries.loans import loans_of
from jieyue.circulation.queries.shelf import newest_titles
from jieyue.circulation.queries.transits import hold_code
from jieyue.fees.queries import owed_cents
from jieyue.interfaces.web.access import LibraryRequest, signed_in_reader
from jieyue.interfaces.web.community.activities import strip
from jieyue.interfaces.web.large_type import is_large
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import day_words
from jieyue.kit import clock
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import OpenNow, branches, open_now
from jieyue.notices.queries import unread_of

NEW_BOOKS: Final = 8
LOANS: Final = 5
FEWER: Final = 3  # loans, and new books, in large type


@require_GET
def home(request: LibraryRequest) -> HttpResponse:
    """Find a book, what I have, what waits for me, what is new, whether it is open.

    Seven statements for everybody, at most twelve more for a reader.
    """
    desk = signed_in_reader(request)
    now, zone = clock.now(), request.library.zone
    few = is_large(request)
    context: dict[str, Any] = {
        "page_active": "home",
        "news": strip(request),
        "new_books": newest_titles(limit=FEWER + 1 if few else NEW_BOOKS),
        "opening": [
            {"place": place, "words": opening_words(place, now.astimezone(zone).date())}
            for place in open_now(branches(), now, zone)
        ],
    }
    if desk is not None and desk.patron_id is not None:
        context |= _mine(desk, desk.patron_id, FEWER if few else LOANS)
    return draw(request, "reader/home.html", context)


def _mine(desk: Desk, patron: int, most: int) -> dict[str, Any]:
    found = loans_of(desk, patron)
    kept = [hold for hold in holds_of(desk, patron) if hold.state == "ready"]
    covers = covers_of(loan.title_id for loan in found[:most])
    return {
        "loans": [{"loan": loan, "cover": covers.get(loan.title_id, "")} for loan in found[:most]],
        "loans_total": len(found),
        "loans_more": max(0, len(found) - most),
        "renewable": sum(loan.renewed_on is not None for loan in found),
        "kept": [{"hold": hold, "code": hold_code(hold.hold)} for hold in kept],
        "unread": unread_of(patron),
        "owed_cents": owed_cents([patron]).get(patron, 0),
    }


def opening_words(place: OpenNow, today: date) -> str:
    """Say until when it is open, or when it opens; empty where nobody set hours."""
    if place.until is not None:
        return _("until %(time)s") % {"time": f"{place.until:%H:%M}"}
    if place.is_open or place.opens_at is None:
        return ""
    return _("opens %(when)s") % {"when": _moment(place.opens_at, today)}


def _moment(at: datetime, today: date) -> str:
    time = f"{at:%H:%M}"
    if at.date() == today:
        return time
    if at.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": time}
    return f"{day_words(at.date(), with_weekday=True)} {time}"
