"""A title's picture: taken with the phone, chosen from a file, or taken away."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.catalog.actions.covers import keep_cover, remove_cover
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.pictures import MAX_BYTES, Picture, picture_of
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.words import faults_in_words
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def cover(request: StaffRequest, title: str) -> HttpResponse:
    """GET how a picture comes in; POST one."""
    known = _known(title)
    if request.method == "GET":
        return _page(request, known)
    found = _sent(request)
    if isinstance(found, Fault):
        return _page(request, known, [found], status=422)
    outcome = keep_cover(request.desk, title=title, picture=found)
    if isinstance(outcome, Refused):
        return _page(request, known, list(outcome.faults), status=409)
    messages.success(request, _("The cover is in its place."))
    return elsewhere(request, _address(request, title))


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def uncover(request: StaffRequest, title: str) -> HttpResponse:
    """POST: the title goes without a picture."""
    _known(title)
    outcome = remove_cover(request.desk, title=title)
    if isinstance(outcome, Refused):
        messages.error(request, " ".join(faults_in_words(outcome.faults)))
    else:
        messages.success(request, _("The cover is gone."))
    return elsewhere(request, _address(request, title))


def _sent(request: StaffRequest) -> Picture | Fault:
    """The picture in the form: from the camera or from a file, whichever was used."""
    file = request.FILES.get("photo") or request.FILES.get("picture")
    if file is None:
        return Fault(FaultCode.PICTURE_MISSING, "picture")
    if (file.size or 0) > MAX_BYTES:
        return Fault(FaultCode.PICTURE_TOO_LARGE, "picture", f"{MAX_BYTES // 2**20} MB")
    return picture_of(file.read())


def _page(
    request: StaffRequest, known: TitleView, faults: list[Fault] | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "page_active": "catalog",
        "title": known,
        "errors": faults_in_words(faults or []),
        "most": MAX_BYTES // 2**20,
    }
    return draw(request, "catalog/cover.html", context, status=status)


def _known(public_id: str) -> TitleView:
    known = title_view(public_id)
    if known is None:
        raise Http404("no such title")
    return known


def _address(request: StaffRequest, title: str) -> str:
    return reverse("catalog:title", args=[request.library.slug, title])
