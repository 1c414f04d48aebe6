"""Adding a reader, and changing one's details."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.accounts.passwords import new_secret
from jieyue.fees.membership import add_patron
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.forms import (
    DETAILS,
    AddForm,
    DetailsForm,
    chosen_day,
    show_faults,
)
from jieyue.interfaces.web.patrons.page import address, known
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import sent_before
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import PatronSaved, edit_patron
from jieyue.patrons.queries import PatronView, categories, groups
from jieyue.patrons.rules.membership import PatronFault


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Add a reader; "and another" keeps card type and class for the next."""
    form = AddForm(request.POST or None, initial=_from_query(request), **_choices(request))
    if request.method == "GET":
        return _draw_add(request, form)
    if not form.is_valid():
        return _draw_add(request, form, status=422)
    given = form.cleaned_data
    try:
        outcome = add_patron(
            request.desk,
            details=form.details(),
            card_barcode=given["card_barcode"],
            expires_on=chosen_day(form),
            password=new_secret(given["password"]) if given["password"] else None,
            may_be_same=given["may_be_same"],
        )
    except KeyReusedError:
        return _draw_add(request, form, status=422, errors=[sent_before()])
    if isinstance(outcome, PatronSaved):
        return _added(request, form, outcome)
    same = next((f.value for f in outcome.faults if f.code is PatronFault.MAYBE_SAME), "")
    taken = next(
        (f.value for f in outcome.faults if f.code is PatronFault.STUDENT_NUMBER_TAKEN), ""
    )
    errors = show_faults(form, outcome.faults)
    return _draw_add(request, form, status=409, errors=errors, same=same, other=same or taken)


@staff_page(Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, patron: str) -> HttpResponse:
    """Change a reader's details; the card and its validity have buttons of their own."""
    reader = known(patron)
    initial = {name: getattr(reader, name, "") for name in DETAILS}
    initial |= {"category": reader.category_code, "branch": reader.branch_code}
    form = DetailsForm(
        request.POST or None, initial=initial, current=reader, **_choices(request)
    )  # fmt: skip
    if request.method == "GET":
        return _draw_edit(request, reader, form)
    if not form.is_valid():
        return _draw_edit(request, reader, form, status=422)
    details = form.details(branch=reader.branch_code)
    try:
        outcome = edit_patron(request.desk, patron=patron, details=details)
    except KeyReusedError:
        return _draw_edit(request, reader, form, status=422, errors=[sent_before()])
    if isinstance(outcome, PatronSaved):
        messages.success(request, _("Saved."))
        return elsewhere(request, address(request, patron))
    taken = next(
        (f.value for f in outcome.faults if f.code is PatronFault.STUDENT_NUMBER_TAKEN), ""
    )
    errors = show_faults(form, outcome.faults)
    return _draw_edit(request, reader, form, status=409, errors=errors, other=taken)


def _added(request: StaffRequest, form: AddForm, outcome: PatronSaved) -> HttpResponse:
    text = _("%(name)s is a reader now. Card number: %(card)s.") % {
        "name": form.cleaned_data["name"],
        "card": outcome.card,
    }
    if outcome.charged_cents:
        text += " " + _("¥%(fee)s was charged.") % {"fee": yuan(outcome.charged_cents)}
    if "another" not in request.POST:
        messages.success(request, text)
        return elsewhere(request, address(request, outcome.patron))
    link = format_html(
        '{} <a class="link" href="{}">{}</a>',
        text,
        address(request, outcome.patron),
        _("Reader's page"),
    )
    messages.success(request, link)
    kept = {name: form.cleaned_data[name] for name in ("category", "group_name", "branch")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return elsewhere(request, f"{reverse('patrons:add', args=[request.library.slug])}?{query}")


def _choices(request: StaffRequest) -> dict[str, Any]:
    branches: Any = request.page["branches"]
    return {
        "kind": request.library.kind,
        "categories": categories(),
        "branches": branches,
    }


def _from_query(request: StaffRequest) -> dict[str, str]:
    """What a link or the reader before prefills."""
    names = ("name", "card_barcode", "category", "group_name", "branch")
    given = {name: request.GET.get(name, "")[:100] for name in names}
    branch: Any = request.page["branch"]
    return {"branch": branch.code if branch else ""} | {k: v for k, v in given.items() if v}


def _draw_add(
    request: StaffRequest,
    form: AddForm,
    *,
    status: int = 200,
    errors: list[str] | None = None,
    same: str = "",
    other: str = "",
) -> HttpResponse:
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "form": form,
        "errors": errors or [],
        "same": same,
        "other": other,
        "groups": groups(),
    }
    return draw(request, "patrons/add.html", context, status=status)


def _draw_edit(
    request: StaffRequest,
    reader: PatronView,
    form: DetailsForm,
    *,
    status: int = 200,
    errors: list[str] | None = None,
    other: str = "",
) -> HttpResponse:
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "reader": reader,
        "form": form,
        "errors": errors or [],
        "other": other,
        "groups": groups(),
    }
    return draw(request, "patrons/edit.html", context, status=status)
