"""One number or password of a family: for whom this browser acts, and changing that later."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.interfaces.web.access import LibraryRequest, ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.entering import chosen, go_on_as, still_proved
from jieyue.kit import clock
from jieyue.patrons.readers import readers_by_id


@require_POST
def which_reader(request: LibraryRequest) -> HttpResponse:
    """One phone number and password serve several of a family: the one who was chosen."""
    return chosen(request, request.POST.get("reader", ""), clock.now())


@require_http_methods(["GET", "POST"])
@reader_page
def change(request: ReaderRequest) -> HttpResponse:
    """Go on as another of the family, without signing in again."""
    if request.method == "POST":
        home = reverse("reader:me", args=[request.library.slug])
        if go_on_as(request, request.POST.get("reader", ""), clock.now()):
            return elsewhere(request, home)
        messages.error(
            request, _("That needs signing in again, because something changed meanwhile.")
        )
        return elsewhere(request, reverse("site:change_reader", args=[request.library.slug]))
    proved = still_proved(request)
    readers = readers_by_id(row[0] for row in proved.values())
    context = {
        "readers": [one for one in readers if one.public_id in proved],
        "present": request.desk.patron_id,
        "page_active": "me",
    }
    return draw(request, "site/change_reader.html", context)
