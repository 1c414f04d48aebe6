"""One copy: its details, what staff say of it, its label."""

import io
from typing import Final
from uuid import uuid4

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.actions import Refused
from jieyue.catalog.locations import shelf_names
from jieyue.catalog.queries import (
    CopyView,
    added_together,
    copies_by_public_id,
    copy_by_public_id,
    item_types,
    title_view,
)
from jieyue.circulation.actions.editing import edit_copy
from jieyue.circulation.actions.withdraw import (
    STANDINGS,
    restore_copy,
    set_standing,
    withdraw_copy,
)
from jieyue.circulation.queries.loans import copy_states
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog import words
from jieyue.interfaces.web.catalog.forms import CopyForm, WithdrawForm, copy_values, show_faults
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.libraries.rules.permissions import Permission

OFFERED: Final = [code for code in words.STANDINGS if code in STANDINGS]
LOCAL_HOSTS: Final = ("localhost", "127.", "[::1]", "10.", "192.168.")


@staff_page(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def copy(request: StaffRequest, copy: str) -> HttpResponse:
    """GET a copy; POST its details."""
    known = _known(copy)
    form = _form(request, known)
    if request.method == "GET":
        return _page(request, known, form)
    if not form.is_valid():
        return _page(request, known, form, status=422)
    outcome = edit_copy(request.desk, copy=copy, details=form.details())
    if isinstance(outcome, Refused):
        return _page(request, known, form, errors=show_faults(form, outcome.faults), status=409)
    messages.success(request, _("Saved."))
    return elsewhere(request, _address(request, copy))


@staff_page(Permission.COPY_SHELVE)
@require_POST
def standing(request: StaffRequest, copy: str) -> HttpResponse:
    """POST where a copy is when it is not on its shelf."""
    known = _known(copy)
    chosen = request.POST.get("standing", "")
    outcome = set_standing(request.desk, copy=copy, standing=chosen)
    return _after(request, known, outcome, _("Saved."))


@staff_page(Permission.COPY_WITHDRAW)
@require_POST
def withdraw(request: StaffRequest, copy: str) -> HttpResponse:
    """POST why a copy leaves the library for good."""
    known = _known(copy)
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if form.errors and request.POST.get("reason", "").strip():
        return _page(request, known, _form(request, known), withdraw=form, status=422)
    outcome = withdraw_copy(request.desk, copy=copy, reason=reason)
    return _after(request, known, outcome, _("Withdrawn. You can undo it here."))


@staff_page(Permission.COPY_WITHDRAW)
@require_POST
def restore(request: StaffRequest, copy: str) -> HttpResponse:
    """POST: a withdrawn copy is in use again."""
    known = _known(copy)
    return _after(request, known, restore_copy(request.desk, copy=copy), _("It is in use again."))


@csp("print")
@staff_page(Permission.CATALOG_VIEW)
@require_GET
def labels(request: StaffRequest) -> HttpResponse:
    """GET labels to print: `?copy=` one, `?with=` all that came in with it, `?title=` all."""
    if title_id := request.GET.get("title"):
        title = title_view(title_id[:12])
        found = [c for c in title.copies if c.standing != "withdrawn"] if title else []
    else:
        together = request.GET.get("with", "")[:12]
        asked = added_together(together) if together else (request.GET.get("copy", "")[:12],)
        found = copies_by_public_id(asked)
    if not found:
        raise Http404("no such copy")
    context = {
        "labels": [{"copy": one, "address": qr_address(request, one.public_id)} for one in found],
        "asked": request.GET.urlencode(),
        "is_local": _is_local(request),
    }
    return draw(request, "catalog/labels.html", context)


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def qr(request: StaffRequest, copy: str) -> HttpResponse:
    """GET the QR code of a copy's address, as SVG."""
    _known(copy)
    picture = io.BytesIO()
    made = segno.make(qr_address(request, copy), error="m", micro=False)
    made.save(picture, kind="svg", border=2, scale=4, xmldecl=False, svgclass=None, lineclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def qr_address(request: HttpRequest, copy: str) -> str:
    """Return the short address printed on a copy.

    A label outlives today's set-up, so it says https, except on a machine nobody else can reach.
    """
    slug = request.library.slug  # type: ignore[attr-defined]
    scheme = request.scheme if _is_local(request) else "https"
    return f"{scheme}://{request.get_host()}{reverse('reader:copy', args=[slug, copy])}"


def _is_local(request: HttpRequest) -> bool:
    return request.get_host().startswith(LOCAL_HOSTS)


def _after(request: StaffRequest, known: CopyView, outcome: object, done: str) -> HttpResponse:
    if isinstance(outcome, Refused):
        errors = words.faults_in_words(outcome.faults)
        return _page(request, known, _form(request, known), errors=errors, status=409)
    messages.success(request, done)
    return elsewhere(request, _address(request, known.public_id))


def _form(request: StaffRequest, known: CopyView) -> CopyForm:
    is_edit = request.method == "POST" and "copy-barcode" in request.POST
    form = CopyForm(
        request.POST if is_edit else None, prefix="copy", initial=dict(copy_values(known))
    )
    form.offer(
        request.page["branches"],  # type: ignore[arg-type]
        item_types(),
        branch=known.branch_code,
        branch_name=known.branch,
        item_type=known.item_type_code,
        item_type_name=known.item_type,
    )
    return form


def _page(
    request: StaffRequest,
    known: CopyView,
    form: CopyForm,
    *,
    errors: list[str] | None = None,
    withdraw: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    works_here = request.desk.works_at(known.branch_id)
    context = {
        "page_active": "catalog",
        "may": request.page["may"] if works_here else {},
        "works_here": works_here,
        "copy": known,
        "form": form,
        "shelves": shelf_names(),
        "withdraw": withdraw or WithdrawForm(),
        "errors": errors or [],
        "state": copy_states(request.desk.zone, [known.id]).get(known.id),
        "standing": words.STANDINGS[known.standing],
        "standings": [(code, words.STANDINGS[code]) for code in OFFERED],
        "address": qr_address(request, known.public_id),
        "added_on": known.added_at.astimezone(request.desk.zone).date(),
        "withdrawn_on": known.withdrawn_at
        and known.withdrawn_at.astimezone(request.desk.zone).date(),
        "key": str(uuid4()),
    }
    return draw(request, "catalog/copy.html", context, status=status)


def _known(public_id: str) -> CopyView:
    known = copy_by_public_id(public_id)
    if known is None:
        raise Http404("no such copy")
    return known


def _address(request: StaffRequest, copy: str) -> str:
    return reverse("catalog:copy", args=[request.library.slug, copy])
