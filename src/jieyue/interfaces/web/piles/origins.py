"""Where a pile comes from: an import, a stock-take, a book, a shelf, or what one types."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.catalog.locations import LocationView, copies_served, location
from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.rules.copies import LIMITS
from jieyue.circulation.queries.pile_scans import all_scanned
from jieyue.circulation.queries.stocktaking import StockTakeView
from jieyue.circulation.rules.piles import MAX_PILE
from jieyue.circulation.rules.stocktaking import Verdict
from jieyue.imports.queries import import_view
from jieyue.interfaces.web.access import StaffRequest
from jieyue.interfaces.web.piles.forms import PileForm
from jieyue.interfaces.web.stock_words import verdict_name
from jieyue.interfaces.web.stocktaking.results import list_name, listed_lines
from jieyue.interfaces.web.stocktaking.views import take_of
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import Permission

VERDICTS: Final = frozenset(verdict.value for verdict in Verdict)
_IDS: Final = ("import", "take", "title", "way")
_RUN_WORDS: Final = gettext_lazy("Those of the imported list")
_TAKE_WORDS: Final = gettext_lazy("Those on the list of the stock-take")


def from_query(request: StaffRequest) -> dict[str, str]:
    """Return what the list one comes from has chosen already. Raises ForbiddenError, Http404."""
    run, take, title, way = (_id(request.GET.get(name, "")) for name in _IDS)
    show, place = request.GET.get("show", "odd")[:20], request.GET.get("place", "")[:60]
    if run and import_view(run) is None:
        raise Http404("no such import")
    if take:
        _take(request, take, show)
    search = {
        "q": request.GET.get("q", "")[:200],
        "in_branch": request.GET.get("branch", "")[:60],
        "in_shelf": request.GET.get("shelf", "")[: LIMITS["shelf"]],
    }
    ids = {"take": take, "run": run, "title": title, "way": way}
    came = next((name for name, value in ids.items() if value), "")
    which = came or ("search" if any(search.values()) else "barcodes")
    return {"which": which, "show": show, "place": place, **ids, **search}


def offered(request: StaffRequest, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the choices that only whoever comes from there is offered. Raises Http404."""
    found = []
    if given.get("run"):
        found.append(("run", str(_RUN_WORDS)))
    if given.get("take"):
        found.append(("take", str(_TAKE_WORDS)))
    if title := _id(given.get("title", "")):
        name = _title(title).book.name
        found.append(("title", _("All copies of “%(name)s”") % {"name": name}))
    if way := _id(given.get("way", "")):
        name = _way(request, way).name
        found.append(("way", _("All copies at “%(name)s”") % {"name": name}))
    return found


def asked(request: StaffRequest, form: PileForm) -> dict[str, Any]:
    """Return which copies, as `make_pile` takes them: what was scanned before what was typed."""
    given = form.cleaned_data
    if given["which"] == "take":
        return _of_take(request, given["take"], given["show"], given["place"])
    if given["which"] == "title":
        title = _title(given["title"])
        kept = [copy.public_id for copy in title.copies if copy.standing != "withdrawn"]
        return {"copies": tuple(kept), "came_from": title.book.name}
    if given["which"] == "way":
        way = _way(request, given["way"])
        return {"copies": tuple(copies_served(way, limit=MAX_PILE + 1)), "came_from": way.name}
    found = form.asked()
    if given["which"] == "barcodes":
        found["barcodes"] = (*all_scanned(request.desk), *found["barcodes"])
    return found


def _id(text: str) -> str:
    return text[:12].replace("\x00", "")


def _of_take(request: StaffRequest, take: str, show: str, place: str) -> dict[str, Any]:
    view = _take(request, take, show)
    name = verdict_name(Verdict(show)) if show in VERDICTS else list_name(show)
    lines = listed_lines(view, show, place or None, limit=MAX_PILE + 1, offset=0)
    return {
        "copies": tuple(line.copy for line in lines if line.copy),
        "came_from": " · ".join(filter(None, (view.name, name, place))),
    }


def _take(request: StaffRequest, take: str, show: str) -> StockTakeView:
    """Return the stock-take one comes from. Raises ForbiddenError, Http404."""
    if not request.desk.may(Permission.COPY_SHELVE):
        raise ForbiddenError(Permission.COPY_SHELVE)
    if show not in VERDICTS | {"odd", "settled", "extra"}:
        raise Http404("no such list of copies")
    return take_of(request, take)


def _title(public_id: str) -> TitleView:
    if (known := title_view(public_id)) is None:
        raise Http404("no such title")
    return known


def _way(request: StaffRequest, public_id: str) -> LocationView:
    known = location(public_id)
    if known is None or not request.desk.works_at(known.branch_id):
        raise Http404("no such location")
    return known
