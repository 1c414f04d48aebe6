"""The links that wait for a yes, of the whole library: staff need not know whose to look at."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.family.words import KINDS
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words
from jieyue.kit.ids import public_id
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.links import waiting_link_count, waiting_links


@require_GET
@staff_page(Permission.PATRON_EDIT)
def listing(request: StaffRequest) -> HttpResponse:
    """GET them, those asked for first in front; each is answered at `links:change`."""
    kinds = dict(KINDS)
    rows = [
        {
            "link": one,
            "kind": kinds[one.kind],
            "asked": moment_words(one.asked_at, request.library.zone),
        }
        for one in waiting_links(request.desk.today)
    ]
    context = {
        "page_active": "patrons",
        "rows": rows,
        "total": waiting_link_count(request.desk.today),
        "key": public_id(),
    }
    return draw(request, "family/waiting.html", context)
