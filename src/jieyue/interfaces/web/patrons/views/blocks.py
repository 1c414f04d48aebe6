"""What stops a reader, and the blocks that staff set and lift."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.circulation.actions.blocks import Blocked, add_block, lift_block
from jieyue.circulation.queries.stops import blocks_of_reader, stops_of
from jieyue.circulation.rules.blocks import ACTS
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.patrons.forms import show_faults
from jieyue.interfaces.web.patrons.page import address, known
from jieyue.interfaces.web.patrons.stops import ACT_WORDS, acts_words, stop_rows
from jieyue.interfaces.web.patrons.words import fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import sent_before
from jieyue.interfaces.web.settings.fields import day
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import PatronView


class BlockForm(forms.Form):
    """A block: why, for staff only, what it stops, until when."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("The reader sees it."),
    )
    staff_note = forms.CharField(
        label=gettext_lazy("Note for staff"), max_length=300, required=False
    )
    stops = forms.MultipleChoiceField(
        label=gettext_lazy("It stops"),
        choices=list(ACT_WORDS.items()),
        initial=list(ACTS),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "checkbox checkbox-sm"}),
    )
    ends_on = day(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody lifts it."),
    )


@staff_page(Permission.PATRON_VIEW, Permission.PATRON_EDIT)
@require_http_methods(["GET", "POST"])
def blocks(request: StaffRequest, patron: str) -> HttpResponse:
    """GET what stops the reader, and a form for a block; POST the block."""
    reader = known(patron)
    form = BlockForm(request.POST or None)
    if request.method == "GET":
        return _show(request, reader, form)
    if not form.is_valid():
        return _show(request, reader, form, status=422)
    given = form.cleaned_data
    try:
        outcome = add_block(
            request.desk,
            patron=patron,
            reason=given["reason"],
            staff_note=given["staff_note"],
            stops=tuple(given["stops"]),
            ends_on=given["ends_on"],
        )
    except KeyReusedError:
        return _show(request, reader, form, status=422, refused=[sent_before()])
    if not isinstance(outcome, Blocked):
        show_faults(form, outcome.faults)
        return _show(request, reader, form, status=409)
    messages.success(request, _("The reader is blocked."))
    return elsewhere(request, address(request, patron, "blocks"))


@staff_page(Permission.PATRON_VIEW, Permission.PATRON_EDIT)
@require_POST
def lift(request: StaffRequest, patron: str, block: str) -> HttpResponse:
    """POST why a block is lifted before it ends by itself."""
    reader = known(patron)
    if block not in {view.block for view in blocks_of_reader(request.desk, patron)}:
        raise Http404("no such block")
    try:
        outcome = lift_block(request.desk, block=block, why=request.POST.get("why", ""))
    except KeyReusedError:
        return _show(request, reader, BlockForm(), status=422, refused=[sent_before()])
    if outcome.type == "refused":
        said = [fault_words(fault) for fault in outcome.faults]
        return _show(request, reader, BlockForm(), status=409, refused=said)
    messages.success(request, _("The block is lifted."))
    return elsewhere(request, address(request, patron, "blocks"))


def _show(
    request: StaffRequest,
    reader: PatronView,
    form: BlockForm,
    *,
    status: int = 200,
    refused: list[str] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "page_active": "patrons",
        "key": uuid4().hex,
        "reader": reader,
        "stops": stop_rows(stops_of(request.desk, reader.public_id)),
        "blocks": [
            {"block": block, "acts": acts_words(block.acts)}
            for block in blocks_of_reader(request.desk, reader.public_id)
        ],
        "form": form,
        "refused": refused or [],
    }
    return draw(request, "patrons/blocks.html", context, status=status)
