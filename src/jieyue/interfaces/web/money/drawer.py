"""Closing the cash drawer of the branch one works at."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from jieyue.fees.drawer import (
    DrawerClosed,
    DrawerFault,
    close_drawer,
    close_of,
    closes_of,
    drawer_of,
)
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.money.forms import CountForm
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import sent_before
from jieyue.kit.money import yuan
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

FAULTS = {
    DrawerFault.NOTHING_TO_COUNT: lazy("Nothing came in since the last close."),
    DrawerFault.CHANGED_MEANWHILE: lazy(
        "Money came in or went out meanwhile. Look at the new sum and count again."
    ),
    DrawerFault.COUNT_BAD: lazy("Please write what you counted."),
    DrawerFault.DIFFERENCE_UNEXPLAINED: lazy("Please write why it is not the sum expected."),
    DrawerFault.NOTE_TOO_LONG: lazy("Too long: at most 300 characters."),
}
FIELDS = {
    DrawerFault.COUNT_BAD: "counted_cents",
    DrawerFault.DIFFERENCE_UNEXPLAINED: "note_text",
    DrawerFault.NOTE_TOO_LONG: "note_text",
}


@staff_page(Permission.FEES)
@require_GET
def drawer(request: StaffRequest) -> HttpResponse:
    """GET what should be in the drawer, and the closes of the past."""
    return _draw(request, CountForm())


@staff_page(Permission.FEES)
@require_POST
def close(request: StaffRequest) -> HttpResponse:
    """POST what was counted. 409 if it cannot be closed like this."""
    form = CountForm(request.POST)
    if not form.is_valid():
        return _draw(request, form, status=422)
    try:
        outcome = close_drawer(request.desk, **form.cleaned_data)
    except KeyReusedError:
        form.add_error(None, sent_before())
        return _draw(request, form, status=422)
    if isinstance(outcome, DrawerClosed):
        text = _("The drawer is closed: ¥%(counted)s counted, difference ¥%(difference)s.")
        figures = {
            "counted": yuan(outcome.counted_cents),
            "difference": yuan(outcome.difference_cents),
        }
        messages.success(request, text % figures)
        return elsewhere(request, reverse("money:drawer", args=[request.library.slug]))
    form.add_error(FIELDS.get(outcome.fault), str(FAULTS[outcome.fault]))
    return _draw(request, form, status=409)


@staff_page(Permission.FEES)
@require_GET
def closed(request: StaffRequest, close: str) -> HttpResponse:
    """GET a close with the lines it counted."""
    found = close_of(request.desk, close)
    if found is None:
        raise Http404("no such close")
    context = {"page_active": "patrons", "close": found[0], "lines": found[1]}
    return draw(request, "money/closed.html", context)


def _draw(request: StaffRequest, form: CountForm, *, status: int = 200) -> HttpResponse:
    view = drawer_of(request.desk)
    if form.is_bound:  # what stands in the form from now on is what the page shows now
        form.data = {**dict(form.data.items()), "expected_cents": str(view.expected_cents)}
    form.initial["expected_cents"] = view.expected_cents
    context = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "form": form,
        "drawer": view,
        "closes": closes_of(request.desk),
    }
    return draw(request, "money/drawer.html", context, status=status)
