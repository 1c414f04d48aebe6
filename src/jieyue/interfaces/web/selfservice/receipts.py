"""Receipts: the reader's own page, and what others see of it."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jieyue.circulation.actions.receipts import receipt_key
from jieyue.circulation.queries.receipts import receipt_view, signed_text
from jieyue.interfaces.web.access import LibraryRequest, elsewhere, signed_in_reader
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.selfservice.qr import qr_svg
from jieyue.kit import clock
from jieyue.libraries.desk import Desk
from jieyue.patrons.links import ActingFor, people_for


@never_cache
@require_GET
def receipt(request: LibraryRequest, receipt: str) -> HttpResponse:
    """A receipt: its reader shows the code, staff see what is true now, others that there is one.

    Who borrows for the reader shows the code as well. Nothing of the reader stands on it, and
    nobody else sees the books.
    """
    now = clock.now()
    found = receipt_view(now, request.library.zone, receipt)
    if found is None:
        raise Http404("no such receipt")
    desk = signed_in_reader(request)
    is_own = desk is not None and desk.patron_id == found.patron_id
    whom = None if is_own or desk is None else _whom(desk, found.patron_id)
    if request.page.get("is_staff") and not is_own and whom is None:
        return elsewhere(
            request, reverse("selfservice:check", args=[request.library.slug, found.public_id])
        )
    context = {
        "page_active": "scan",
        "receipt": found,
        "is_own": is_own,
        "whom": whom,
        "shows_books": is_own or (whom is not None and whom.shows_titles),
        "made": found.made_at.astimezone(request.library.zone),
        "until": found.valid_until.astimezone(request.library.zone),
        "now": now.astimezone(request.library.zone),
    }
    if (is_own or whom is not None) and desk is not None and not found.is_expired:
        receipt_key(desk)
        path = reverse("selfservice:receipt", args=[request.library.slug, found.public_id])
        text = signed_text(desk, found, names=bool(context["shows_books"]))
        address = f"{request.build_absolute_uri(path)}#{text}"
        context["svg"] = qr_svg(address, words=_("Borrowing receipt"), level="l")
    return draw(request, "selfservice/receipt.html", context)


def _whom(desk: Desk, patron_id: int) -> ActingFor | None:
    """Return whose receipt it is where this reader may borrow for them, and so show it."""
    assert desk.patron_id is not None
    people = people_for(desk.patron_id, desk.today)
    return next((one for one in people if one.reader_id == patron_id and one.may_borrow), None)
