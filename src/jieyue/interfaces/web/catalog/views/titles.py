"""Titles: the list with its search, one title with its copies, adding and editing by hand."""

from math import ceil
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.actions import (
    CopiesAdded,
    Refused,
    add_book,
    add_copies,
    confirm_title,
    edit_title,
)
from jieyue.catalog.call_numbers import suggested_call_number
from jieyue.catalog.locations import shelf_names
from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.rules.descriptions import FIELDS, draft_name
from jieyue.catalog.rules.provenance import apart
from jieyue.catalog.search import count_to_look_at, search_titles, titles_to_look_at
from jieyue.circulation.queries.loans import availability_of, copy_states
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.defaults import defaults_of
from jieyue.interfaces.web.catalog.forms import BookForm, CopiesForm, show_faults
from jieyue.interfaces.web.catalog.results import state_notice
from jieyue.interfaces.web.catalog.words import (
    STANDINGS,
    doubts_in_words,
    faults_in_words,
    number_words,
    source_words,
)
from jieyue.interfaces.web.class_words import language_words
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

PAGE: Final = 25
MAX_SEARCH: Final = 200


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the books of the library: all, those that want a look, or those a search finds."""
    text = request.GET.get("q", "")[:MAX_SEARCH].replace("\x00", "").strip()
    is_look = request.GET.get("show") == "look"
    number = page_number(request, most=4_000)
    start = (number - 1) * PAGE
    found = (
        titles_to_look_at(limit=PAGE, offset=start)
        if is_look
        else search_titles(text, limit=PAGE, offset=start)
    )
    available = availability_of(request.desk.zone, [hit.id for hit in found.hits])
    rows = [
        {
            "hit": hit,
            "number": number_words(hit.isbn13, hit.unified_number),
            "available": available[hit.id].available if hit.id in available else 0,
            "doubts": doubts_in_words(hit.doubts),
        }
        for hit in found.hits
    ]
    query = {"show": "look"} if is_look else ({"q": text} if text else {})
    context = {
        "page_active": "catalog",
        "rows": rows,
        "total": found.total,
        "text": text,
        "is_look": is_look,
        "look_count": count_to_look_at(),
        "number": number,
        "last": max(1, ceil(found.total / PAGE)),
        "query": urlencode(query),
    }
    return draw(request, "catalog/list.html", context)


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def title(request: StaffRequest, title: str) -> HttpResponse:
    """GET one title with its copies and where each of them is."""
    known = _known(title)
    if known.public_id != title:  # it was merged into this one
        return redirect(_address(request, known.public_id))
    return draw(request, "catalog/title.html", _title_page(request, known))


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def new_title(request: StaffRequest) -> HttpResponse:
    """Add a book by hand, with its copies: no ISBN, a 统一书号, or one that scanning missed."""
    defaults = defaults_of(request)
    book = BookForm(request.POST or None, prefix="book", initial=_from_query(request))
    copies = CopiesForm(request.POST or None, prefix="copies", initial=defaults.values)
    copies.offer(defaults.branches, defaults.item_types)
    status, errors = 200, []
    if request.method == "POST":
        status = 422
        if book.is_valid() and copies.is_valid():
            outcome = add_book(request.desk, book=book.book(), copies=copies.copies())
            if not isinstance(outcome, Refused):
                messages.success(request, state_notice(outcome, ())["result"]["text"])
                return elsewhere(request, _address(request, outcome.title))
            status = 409
            mine = [fault for fault in outcome.faults if fault.field in copies.fields]
            errors = show_faults(copies, mine)
            errors += show_faults(book, [f for f in outcome.faults if f not in mine])
    context = {
        "page_active": "catalog",
        "book": book,
        "copies": copies,
        "shelves": shelf_names(),
        "errors": errors,
        "key": request.POST.get("idempotency_key") if status == 422 else str(uuid4()),
    }
    return draw(request, "catalog/new_title.html", context, status=status)


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, title: str) -> HttpResponse:
    """Edit what a title says."""
    known = _known(title)
    initial = {name: getattr(known.book, name) for name in FIELDS}
    if known.state == "draft" and known.book.name == draft_name(known.book.isbn13):
        initial["name"] = ""  # the stand-in is no name to keep
    form = BookForm(request.POST or None, prefix="book", initial=initial)
    status, errors = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            outcome = edit_title(request.desk, title=title, book=form.book())
            if not isinstance(outcome, Refused):
                messages.success(request, _("Saved."))
                return elsewhere(request, _address(request, title))
            status, errors = 409, show_faults(form, outcome.faults)
    context = {
        "page_active": "catalog",
        "title": known,
        "book": form,
        "errors": errors,
        "doubts": doubts_in_words(known.doubts),
        "key": str(uuid4()),
    }
    return draw(request, "catalog/edit_title.html", context, status=status)


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def confirm(request: StaffRequest, title: str) -> HttpResponse:
    """POST: a doubtful title is right as it stands."""
    _known(title)
    outcome = confirm_title(request.desk, title=title)
    if isinstance(outcome, Refused):
        messages.error(request, " ".join(faults_in_words(outcome.faults)))
    else:
        messages.success(request, _("Marked as right: %(name)s.") % {"name": outcome.name})
    if request.POST.get("back") == "look":
        look = f"{reverse('catalog:list', args=[request.library.slug])}?show=look"
        return elsewhere(request, look)
    return elsewhere(request, _address(request, title))


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def copies(request: StaffRequest, title: str) -> HttpResponse:
    """Add more copies of a title."""
    known = _known(title)
    defaults = defaults_of(request)
    suggested = suggested_call_number(
        known.book, branch_id=request.desk.branch_id, title_id=known.id
    )
    initial = defaults.values | {
        "price_cents": known.book.price_cents,
        "call_number": suggested,
        "suggested": suggested,
    }
    form = CopiesForm(request.POST or None, prefix="copies", initial=initial)
    form.offer(defaults.branches, defaults.item_types)
    status, errors = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            outcome: CopiesAdded | Refused = add_copies(
                request.desk, title=title, copies=form.copies()
            )
            if not isinstance(outcome, Refused):
                messages.success(request, state_notice(outcome, ())["result"]["text"])
                return elsewhere(request, _address(request, title))
            status, errors = 409, show_faults(form, outcome.faults)
    context = {
        "page_active": "catalog",
        "title": known,
        "copies": form,
        "shelves": shelf_names(),
        "errors": errors,
        "key": str(uuid4()),
    }
    return draw(request, "catalog/add_copies.html", context, status=status)


def _title_page(request: StaffRequest, known: TitleView) -> dict[str, Any]:
    states = copy_states(request.desk.zone, [copy.id for copy in known.copies])
    rows: list[dict[str, Any]] = [
        {
            "copy": copy,
            "state": states.get(copy.id),
            "standing": STANDINGS[copy.standing],
        }
        for copy in known.copies
    ]
    return {
        "page_active": "catalog",
        "title": known,
        "book": known.book,
        "number": number_words(known.book.isbn13, known.book.unified_number),
        "source": source_words(known.source),
        "others": _others(known),
        "language": language_words(known.book.language),
        "doubts": doubts_in_words(known.doubts),
        "rows": [row for row in rows if row["copy"].standing != "withdrawn"],
        "withdrawn": [row for row in rows if row["copy"].standing == "withdrawn"],
        "key": str(uuid4()),
    }


def _others(known: TitleView) -> list[tuple[str, str]]:
    """Return what others than the title's source said, in words: the fields, and who."""
    labels = {name: str(field.label) for name, field in BookForm.base_fields.items()}
    found = apart(known.provenance, known.book, known.source)
    return [
        (", ".join(labels[name] for name in names), source_words(who))
        for who, names in found.items()
    ]


def _known(public_id: str) -> TitleView:
    known = title_view(public_id)
    if known is None:
        raise Http404("no such title")
    return known


def _address(request: StaffRequest, title: str) -> str:
    return reverse("catalog:title", args=[request.library.slug, title])


def _from_query(request: StaffRequest) -> dict[str, str]:
    """What a link prefills: the name or number that was looked for."""
    names = ("name", "isbn13", "unified_number")
    return {name: request.GET.get(name, "")[:100] for name in names}
