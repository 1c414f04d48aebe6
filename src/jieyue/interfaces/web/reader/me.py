"""A reader's own page: the card, what stops them, and the way to everything else."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.stops import stops_of
from jieyue.interfaces.web.access import LibraryRequest, signed_in_reader
from jieyue.interfaces.web.patrons.stops import stop_rows
from jieyue.interfaces.web.reader.entries import MINE, SETTINGS, shown
from jieyue.interfaces.web.rendering import draw
from jieyue.notices.queries import unread_of
from jieyue.patrons.queries import patron_by_id


@require_GET
def me(request: LibraryRequest) -> HttpResponse:
    """My card and all that is mine; who did not sign in gets the way to do so, and settings."""
    desk = signed_in_reader(request)
    patron = patron_by_id(str(getattr(request.page.get("reader"), "public_id", "")))
    context: dict[str, Any] = {"page_active": "me", "settings": shown(request, SETTINGS)}
    if desk is not None and patron is not None:
        badges = {"reader:notices": unread_of(patron.id)}
        stops = stops_of(desk, patron.public_id)
        context |= {
            "patron": patron,
            "mine": shown(request, MINE, badges),
            "stops": stop_rows(stops, for_reader=True, today=desk.today),
        }
    return draw(request, "reader/me.html", context)
