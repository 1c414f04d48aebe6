"""Printing on sheets of labels: books' spines and codes, readers' cards, a page to calibrate."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.catalog.importing.brought import copies_brought
from jieyue.catalog.queries import (
    CopyView,
    added_together,
    copies_by_barcode,
    copies_by_public_id,
    copies_on_shelves,
    title_view,
)
from jieyue.imports.queries import import_view
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.catalog.views.copies import qr_address
from jieyue.interfaces.web.labels.drawing import Label, draw_calibration, draw_labels
from jieyue.interfaces.web.labels.forms import KEPT, BooksForm, CardsForm, SheetForm
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import categories, groups, list_patrons

SESSION: Final = "label_sheets"  # {library id: {page: values}}
AT_ONCE: Final = 650  # labels of one file: ten sheets of 65, some seconds of drawing
SHOWN: Final = 12  # barcodes a message names
Found = tuple[list[Label], int, list[str]]


@staff_page(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def books(request: StaffRequest) -> HttpResponse:
    """GET what to print; POST it and get the PDF, or the page with what is in the way.

    GET takes `?copy=` one, `?with=` all that came in with it, `?title=` all of a title,
    `?import=` all of a list, and `?which=`; the answer to POST depends on `do`: print, count or
    calibrate.
    """
    branches: Any = request.page["branches"]
    if request.method == "GET":
        chosen = _chosen(request)
        which, run = request.GET.get("which", ""), _import(request)
        initial = _remembered(request, "books") | {
            "added_on": request.desk.today,
            "chosen": " ".join(chosen),
            "run": run,
            "which": "chosen" if chosen else "import" if run else which or "barcodes",
        }
        form = BooksForm(initial=initial, branches=branches)
        return _page(request, "labels/books.html", form)
    form = BooksForm(request.POST, branches=branches)
    return _answer(request, "books", form, _found_books)


@staff_page(Permission.PATRON_VIEW)
@require_http_methods(["GET", "POST"])
def cards(request: StaffRequest) -> HttpResponse:
    """GET whose cards to print; POST them and get the PDF."""
    if request.method == "GET":
        asked = {name: request.GET.get(name, "")[:100] for name in ("q", "group", "category")}
        form = CardsForm(initial={"sheet": "10"} | _remembered(request, "cards") | asked)
    else:
        form = CardsForm(request.POST)
    form.offer("group", [("", _("All")), *((name, name) for name in groups())])
    types = [(one.code, one.name) for one in categories(active_only=False)]
    form.offer("category", [("", _("All")), *types])
    if request.method == "GET":
        return _page(request, "labels/cards.html", form)
    return _answer(request, "cards", form, _found_cards)


def _answer(request: StaffRequest, page: str, form: Any, find: Any) -> HttpResponse:
    template = f"labels/{page}.html"
    if not form.is_valid():
        return _page(request, template, form, status=422)
    _remember(request, page, form)
    if request.POST.get("do") == "calibrate":
        return _pdf(_calibration(form), "calibration")
    part = form.cleaned_data["part"] or 1
    labels, total, unknown = find(request, form, part)
    parts = -(-total // AT_ONCE)
    context: dict[str, Any] = {"total": total, "parts": parts, "unknown": unknown[:SHOWN]}
    context["unknown_count"] = len(unknown)
    if not labels:
        errors = [_("There is nothing to print with this choice.")]
        if total:
            errors = [_("There are %(n)s parts.") % {"n": parts}]
        return _page(request, template, form, errors=errors, status=422, **context)
    if request.POST.get("do") == "count" or unknown:
        status = 422 if unknown and request.POST.get("do") != "count" else 200
        return _page(request, template, form, status=status, **context)
    made = draw_labels(
        labels,
        form.shifted_sheet(),
        kind=form.cleaned_data.get("kind", "card"),
        symbology=form.cleaned_data["symbology"],
        start=form.cleaned_data["start"] or 1,
        title=f"{request.library.name} · {_('Labels')}",
    )
    if isinstance(made, bytes):
        return _pdf(made, page)
    words = _("These codes do not fit such a label: %(codes)s. Try larger labels or QR codes.")
    errors = [words % {"codes": ", ".join(made[:SHOWN]) + (" …" if made[SHOWN:] else "")}]
    return _page(request, template, form, errors=errors, status=409, **context)


def _found_books(request: StaffRequest, form: BooksForm, part: int) -> Found:
    given, offset = form.cleaned_data, (part - 1) * AT_ONCE
    unknown: list[str] = []
    if given["which"] == "import":
        copies, total = copies_brought(given["run"], limit=AT_ONCE, offset=offset)
    elif given["which"] in {"chosen", "barcodes"}:
        if given["which"] == "chosen":
            found = copies_by_public_id(given["chosen"].split())
        else:
            pile = form.pile()
            found = copies_by_barcode(pile)
            known = {copy.barcode for copy in found}
            unknown = [code for code in dict.fromkeys(pile) if code not in known]
        copies, total = found[offset : offset + AT_ONCE], len(found)
    else:
        copies, total = copies_on_shelves(
            request.desk, form.shelves(), limit=AT_ONCE, offset=offset
        )
    return [_label(request, copy) for copy in copies], total, unknown


def _label(request: StaffRequest, copy: CopyView) -> Label:
    place = [copy.branch] if request.page["has_branches"] else []
    return Label(
        library=request.library.name,
        name=copy.title,
        barcode=copy.barcode,
        call_number=copy.call_number,
        place=" · ".join([*place, copy.shelf] if copy.shelf else place),
        address=qr_address(request, copy.public_id),
    )


def _found_cards(request: StaffRequest, form: CardsForm, part: int) -> Found:
    given = form.cleaned_data
    found = list_patrons(
        given["q"],
        group=given["group"],
        category=given["category"],
        limit=AT_ONCE,
        offset=(part - 1) * AT_ONCE,
    )
    labels = [
        Label(
            library=request.library.name,
            name=hit.name,
            barcode=hit.card,
            place=" · ".join(text for text in (hit.group_name, hit.category) if text),
        )
        for hit in found.hits
        if hit.card
    ]
    return labels, found.total, []


def _calibration(form: SheetForm) -> bytes:
    lines = (
        _("Print at its actual size, without “fit to page”."),
        _("Hold it against a label sheet before a window."),
        _("Type the difference as the shift, then print labels."),
    )
    return draw_calibration(form.shifted_sheet(), title=_("Calibration page"), lines=lines)


def _import(request: StaffRequest) -> str:
    """The import a link asks for, "" if none; 404 if it is not here."""
    run = request.GET.get("import", "")[:12]
    if run and import_view(run) is None:
        raise Http404("no such import")
    return run


def _chosen(request: StaffRequest) -> list[str]:
    """The public ids a link asks for, or none if it asks for none; 404 if they are not here."""
    asked = {name: request.GET.get(name, "")[:12] for name in ("title", "with", "copy")}
    if not any(asked.values()):
        return []
    if asked["title"]:
        title = title_view(asked["title"])
        found = [c for c in title.copies if c.standing != "withdrawn"] if title else []
    else:
        together = added_together(asked["with"]) if asked["with"] else (asked["copy"],)
        found = copies_by_public_id(together)
    if not found:
        raise Http404("no such copy")
    return [copy.public_id for copy in found]


def _remembered(request: StaffRequest, page: str) -> dict[str, Any]:
    mine = request.session.get(SESSION, {}).get(str(request.library.id), {})
    return dict(mine.get(page, {}))


def _remember(request: StaffRequest, page: str, form: SheetForm) -> None:
    values = {name: form.cleaned_data[name] for name in KEPT if name in form.cleaned_data}
    everything = dict(request.session.get(SESSION, {}))
    mine = dict(everything.get(str(request.library.id), {})) | {page: values}
    request.session[SESSION] = everything | {str(request.library.id): mine}


def _pdf(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(
    request: StaffRequest, template: str, form: SheetForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    is_books = template == "labels/books.html"
    shown = {"page_active": "catalog" if is_books else "patrons", "form": form} | context
    return draw(request, template, shown, status=status)
