"""The scanning page: an ISBN in, a book with copies out; one by one or without a pause."""

import re
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.catalog.actions import (
    Catalogued,
    CopiesAdded,
    Refused,
    add_book,
    add_by_isbn,
    add_copies,
)
from jieyue.catalog.locations import shelf_names
from jieyue.catalog.lookup import LookedUp, look_up_book
from jieyue.catalog.queries import (
    TitleView,
    added_together,
    copy_by_barcode,
    copy_by_public_id,
    recent_additions,
    title_by_isbn,
    title_by_unified_number,
    title_view,
)
from jieyue.catalog.rules.copies import may_be_barcode, read_barcode
from jieyue.catalog.rules.descriptions import Description, draft_of
from jieyue.catalog.rules.isbn import Isbn, Parsed, UnifiedNumber, WrongCheckDigit, parse
from jieyue.circulation.actions.withdraw import AddingUndone, undo_adding
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.defaults import REMEMBERED, Defaults, defaults_of, remember
from jieyue.interfaces.web.catalog.forms import BookForm, CopiesForm, DefaultsForm, show_faults
from jieyue.interfaces.web.catalog.results import (
    added_row,
    book_card,
    here_card,
    notice,
    refused_notice,
    state_notice,
)
from jieyue.interfaces.web.catalog.words import fault_words, not_an_isbn
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

Context = dict[str, Any]
OWN_LABEL: Final = re.compile(r"^https?://\S+/c/([0-9A-Z]{8,12})$")  # the QR code on a copy
MAX_LABEL: Final = 300


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def scan(request: StaffRequest) -> HttpResponse:
    """GET the page; POST one scan and get what to do with it."""
    defaults = defaults_of(request)
    if request.method == "GET":
        return _answer(request, {}, defaults=defaults)
    code = request.POST.get("code", "")
    parsed = parse(code)
    match parsed:
        case Isbn(isbn13=isbn13):
            return _isbn(request, isbn13, defaults)
        case UnifiedNumber(text=number):
            title = title_by_unified_number(number)
            if title is not None:
                return _here(request, title, defaults)
            book = Description(name="", unified_number=number)
            return _answer(request, book_card(request, defaults, book), defaults=defaults)
        case _:
            return _other(request, code, parsed, defaults)


def _isbn(request: StaffRequest, isbn13: str, defaults: Defaults) -> HttpResponse:
    title = title_by_isbn(isbn13)
    if title is not None:
        return _here(request, title, defaults)
    found = look_up_book(request.desk, isbn13)
    if not defaults.is_continuous:
        context = book_card(request, defaults, found.book or Description(name=""), found=found)
        return _answer(request, context, defaults=defaults)
    return _add_at_once(request, found, defaults)


def _add_at_once(request: StaffRequest, found: LookedUp, defaults: Defaults) -> HttpResponse:
    """Continuous: add what was found; a doubtful record or a draft waits for a look later."""
    printed = found.book.price_cents if found.book else None
    outcome = add_by_isbn(
        request.desk,
        isbn13=found.isbn13,
        book=found.book,
        doubts=found.doubts,
        source=found.source,
        copies=defaults.copies(printed_cents=printed),
    )
    match outcome:
        case Catalogued():
            book = found.book or draft_of(found.isbn13)
            row = added_row(request.desk, book, outcome)
            context = state_notice(outcome, found.doubts, failed=found.failed) | {"rows": [row]}
            return _answer(request, context, defaults=defaults)
        case Refused(faults=faults):
            return _answer(request, refused_notice(faults), status=409, defaults=defaults)


def _here(request: StaffRequest, title: TitleView, defaults: Defaults) -> HttpResponse:
    return _answer(request, here_card(title, defaults), defaults=defaults)


def _other(request: StaffRequest, code: str, parsed: Parsed, defaults: Defaults) -> HttpResponse:
    """Not the number of a book: a label for the open card, a copy of ours, or a mistake."""
    barcode = read_barcode(code)
    if label := OWN_LABEL.search(code[:MAX_LABEL]):
        copy = copy_by_public_id(label.group(1))
    else:
        copy = copy_by_barcode(barcode) if may_be_barcode(barcode) else None
    if copy is not None:
        title = title_view(copy.title_public_id)
        assert title is not None
        return _answer(request, here_card(title, defaults, copy=copy), defaults=defaults)
    if request.POST.get("card") and may_be_barcode(barcode):
        return _label_for_card(request, barcode, defaults)
    if isinstance(parsed, WrongCheckDigit):
        context = notice("refused", not_an_isbn(parsed), suggestion=parsed.suggestion)
    else:
        context = notice("refused", not_an_isbn(parsed), given=code.strip()[:60])
    return _answer(request, context, status=409, defaults=defaults)


def _label_for_card(request: StaffRequest, barcode: str, defaults: Defaults) -> HttpResponse:
    """A label was scanned while a book's card is open: it goes onto that book."""
    data = request.POST.copy()
    given = [*data.get("copies-barcodes", "").split(), barcode]
    data["copies-barcodes"] = "\n".join(dict.fromkeys(given))
    data["copies-count"] = str(len(dict.fromkeys(given)))
    book, copies = _forms(data, defaults)
    context = _card_again(request, book, copies)
    return _answer(request, context, defaults=defaults)


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def add_scanned(request: StaffRequest) -> HttpResponse:
    """POST the card: add the book, or more copies of one that is here."""
    defaults = defaults_of(request)
    book, copies = _forms(request.POST, defaults)
    is_draft, title = "draft" in request.POST, request.POST.get("title", "")
    needs_book = not title and not is_draft
    if not copies.is_valid() or (needs_book and not book.is_valid()):
        return _answer(request, _card_again(request, book, copies), status=422, defaults=defaults)
    isbn13 = parse(request.POST.get("scanned", ""))
    scanned = isbn13.isbn13 if isinstance(isbn13, Isbn) else ""
    new = copies.copies()
    described = book.book(isbn13=scanned) if needs_book else draft_of(scanned)
    source = request.POST.get("source", "")[:40]
    outcome: Catalogued | CopiesAdded | Refused
    if title:
        outcome = add_copies(request.desk, title=title, copies=new)
    elif is_draft:
        outcome = add_by_isbn(request.desk, isbn13=scanned, copies=new)
    else:
        outcome = add_book(request.desk, book=described, source=source, copies=new)
    if isinstance(outcome, Refused):
        loose = show_faults(copies, [f for f in outcome.faults if f.field in copies.fields])
        rest = [f for f in outcome.faults if f.field not in copies.fields]
        loose += show_faults(book, rest) if needs_book else [fault_words(f) for f in rest]
        context = _card_again(request, book, copies)
        context["result"]["errors"] = loose
        return _answer(request, context, status=409, defaults=defaults)
    cleaned = copies.cleaned_data
    names = ("branch", "item_type", "shelf", "source", "supplier")
    remember(request, **{name: cleaned[name] for name in names})
    return _added(request, outcome, described, title)


def _added(
    request: StaffRequest,
    outcome: Catalogued | CopiesAdded,
    described: Description,
    title: str,
) -> HttpResponse:
    if isinstance(outcome, CopiesAdded):
        known = title_view(title)
        described = known.book if known else described
    context = state_notice(outcome, ())
    if not getattr(request, "htmx", False):
        messages.success(request, context["result"]["text"])
        return elsewhere(request, reverse("catalog:scan", args=[request.library.slug]))
    context["rows"] = [added_row(request.desk, described, outcome)]
    return draw(request, "catalog/scan_result.html", context)


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """POST the public id of a copy: everything that came in with it goes again."""
    copy = request.POST.get("copy", "")[:12]
    outcome = undo_adding(request.desk, copies=added_together(copy) or (copy,))
    match outcome:
        case AddingUndone(name=name, copies=count):
            text = _("Undone: %(name)s, %(count)s copies.") % {"name": name, "count": count}
            context = notice("done", text) | {"gone": copy}
            if not getattr(request, "htmx", False):
                messages.success(request, text)
                return elsewhere(request, reverse("catalog:scan", args=[request.library.slug]))
            return draw(request, "catalog/scan_result.html", context)
        case Refused(faults=faults):
            return _answer(request, refused_notice(faults), status=409)


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def settings(request: StaffRequest) -> HttpResponse:
    """POST how to scan: continuous or not, and what copies get."""
    defaults = defaults_of(request)
    address = reverse("catalog:scan", args=[request.library.slug])
    if "mode" in request.POST:
        remember(request, is_continuous=request.POST["mode"] == "continuous")
        return elsewhere(request, address)
    form = DefaultsForm(request.POST)
    form.offer(defaults.branches, defaults.item_types)
    if not form.is_valid():
        return _answer(request, {"defaults_form": form}, status=422, defaults=defaults)
    remember(request, **{name: form.cleaned_data[name] for name in REMEMBERED})
    messages.success(request, _("Kept for the next books."))
    return elsewhere(request, address)


def _forms(data: Any, defaults: Defaults) -> tuple[BookForm, CopiesForm]:
    book = BookForm(data, prefix="book")
    copies = CopiesForm(data, prefix="copies")
    copies.offer(defaults.branches, defaults.item_types)
    return book, copies


def _card_again(request: StaffRequest, book: BookForm, copies: CopiesForm) -> Context:
    """Show the card as it was filled in."""
    title = title_view(request.POST.get("title", "")[:12]) if request.POST.get("title") else None
    scanned = parse(request.POST.get("scanned", ""))
    return {
        "result": {
            "kind": "here" if title else "card",
            "title": title,
            "isbn13": scanned.isbn13 if isinstance(scanned, Isbn) else "",
            "source": request.POST.get("source", "")[:40],
            "name": request.POST.get("book-name", "")[:80],
            "clc": request.POST.get("book-clc", "")[:40],
            "errors": [],
            "is_again": True,
        },
        "book": book,
        "copies": copies,
    }


def _answer(
    request: StaffRequest, context: Context, *, status: int = 200, defaults: Defaults | None = None
) -> HttpResponse:
    """The result alone for htmx, else the whole page with it."""
    context = Context(key=str(uuid4()), result=None) | context
    if getattr(request, "htmx", False):
        return draw(request, "catalog/scan_result.html", context, status=status)
    defaults = defaults or defaults_of(request)
    if "defaults_form" not in context:
        form = DefaultsForm(initial=defaults.values)
        form.offer(defaults.branches, defaults.item_types)
        context["defaults_form"] = form
    names = {b.code: b.name for b in defaults.branches}
    context |= {
        "page_active": "scan",
        "defaults": defaults,
        "branch_name": names.get(defaults.values["branch"], ""),
        "shelves": shelf_names(),
        # What was just added is already among today's.
        "rows": recent_additions(request.desk),
    }
    return draw(request, "catalog/scan.html", context, status=status)
