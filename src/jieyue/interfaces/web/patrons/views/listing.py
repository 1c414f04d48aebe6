"""The list of readers, and finding one."""

from math import ceil
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.readers import OpenLoans, open_loans_of
from jieyue.fees.queries import owed_cents
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.patrons.page import address, badges
from jieyue.interfaces.web.patrons.words import group_word, number_word
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.queries import waiting_count
from jieyue.patrons.links import waiting_link_count
from jieyue.patrons.queries import categories, groups, list_patrons

PAGE: Final = 25
MAX_SEARCH: Final = 100


@staff_page(Permission.PATRON_VIEW)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the readers: all, of a card type or class, or those a search finds.

    A scanned card leads to its reader at once.
    """
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH]
    category = request.GET.get("category", "")[:20].replace("\x00", "")
    group = request.GET.get("group", "")[:60].replace("\x00", "")
    number = page_number(request)
    found = list_patrons(
        text, category=category, group=group, limit=PAGE, offset=(number - 1) * PAGE
    )
    is_part = bool(request.headers.get("HX-Request"))
    if text and not is_part and found.total == 1 and found.hits and found.hits[0].card == text:
        return elsewhere(request, address(request, found.hits[0].public_id))
    ids = [hit.id for hit in found.hits]
    loans, owed = open_loans_of(ids, now=request.desk.now), owed_cents(ids)
    rows = [
        {
            "hit": hit,
            "open": loans.get(hit.id, OpenLoans()),
            "owed": owed.get(hit.id, 0),
            "badges": badges(
                is_frozen=hit.is_frozen, expires_on=hit.expires_on, today=request.desk.today
            ),
        }
        for hit in found.hits
    ]
    query = {"q": text, "category": category, "group": group}
    context = {
        "page_active": "patrons",
        "rows": rows,
        "total": found.total,
        "text": text,
        "category": category,
        "group": group,
        "waiting": 0 if is_part else waiting_count(request.desk),
        "waiting_links": 0 if is_part else waiting_link_count(request.desk.today),
        "is_asked": bool(text or category or group),
        "categories": categories(active_only=False),
        "groups": groups(),
        "group_word": group_word(request.library.kind),
        "number_word": number_word(request.library.kind),
        "number": number,
        "last": max(1, ceil(found.total / PAGE)),
        "query": urlencode({name: value for name, value in query.items() if value}),
    }
    return draw(request, f"patrons/list.html{'#results' if is_part else ''}", context)
