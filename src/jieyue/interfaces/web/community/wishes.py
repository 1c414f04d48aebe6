"""Purchase wishes on readers' pages: look the book up, wish for it, support others."""

from dataclasses import asdict
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.lookup import look_up_book
from jieyue.catalog.queries import TitleView, title_by_isbn, title_view
from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.search.suggesting import suggest_names
from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.actions.wishes import Wished, leave_wish, make_wish, support_wish, title_with
from jieyue.community.queries.wishes import WishView, wish_by_id, wishes, wishes_left, wishes_of
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.interfaces.web.access import (
    LibraryRequest,
    ReaderRequest,
    elsewhere,
    reader_page,
    signed_in_reader,
)
from jieyue.interfaces.web.community.forms import WishForm
from jieyue.interfaces.web.community.words import WISH_STATES, fault_words, show_faults
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp

SHOWN = 60


@require_GET
def listing(request: LibraryRequest) -> HttpResponse:
    """List what readers wish for, and my own wishes first."""
    desk = signed_in_reader(request)
    patron = desk.patron_id if desk else None
    mine = wishes_of(patron) if patron else []
    known = {wish.public_id for wish in mine}
    others = [w for w in wishes(patron_id=patron, limit=SHOWN) if w.public_id not in known]
    context = {
        "page_active": "me",
        "mine": [_shown(wish) for wish in mine],
        "others": [_shown(wish) for wish in others],
        "left": wishes_left(desk) if desk else None,
        "key": str(uuid4()),
    }
    return draw(request, "community/wishes.html", context)


@csp("scan")
@require_http_methods(["GET", "POST"])
@reader_page
def new(request: ReaderRequest) -> HttpResponse:
    """GET the form, `?isbn=` looked up at the sources; POST the wish."""
    if request.method == "GET":
        return _looked_up(request)
    form = WishForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    given = dict(form.cleaned_data)
    wants_hold = given.pop("wants_hold")
    outcome = make_wish(request.desk, wished=Wished(**given), wants_hold=wants_hold)
    if isinstance(outcome, VoiceRefused):
        have = next((f.value for f in outcome.faults if f.code is VoiceFault.HAVE_IT), "")
        errors = show_faults(form, [f for f in outcome.faults if f.code is not VoiceFault.HAVE_IT])
        return _form(request, form, title_view(have) if have else None, errors, status=409)
    said = {
        "wished": _("Your wish is noted. You will hear what becomes of it."),
        "supported": _("Others wish for this book as well: you are one of them now."),
    }
    messages.success(request, said[outcome.state])
    return elsewhere(request, _address(request))


@require_POST
@reader_page
def support(request: ReaderRequest, wish: str) -> HttpResponse:
    """Wish for it as well."""
    wants_hold = bool(request.POST.get("wants_hold"))
    return _changed(
        request,
        support_wish(request.desk, wish=wish, wants_hold=wants_hold),
        _("You wish for it, too."),
    )


@require_POST
@reader_page
def leave(request: ReaderRequest, wish: str) -> HttpResponse:
    """Wish for it no more."""
    return _changed(request, leave_wish(request.desk, wish=wish), _("Taken off your wishes."))


def _changed(request: ReaderRequest, outcome: object, done: str) -> HttpResponse:
    if isinstance(outcome, VoiceRefused):
        if outcome.faults[0].code is VoiceFault.UNKNOWN:
            raise Http404("no such wish")
        for fault in outcome.faults:
            messages.error(request, fault_words(fault))
    else:
        messages.success(request, done)
    return elsewhere(request, _address(request))


def _looked_up(request: ReaderRequest) -> HttpResponse:
    """Show the form with what the sources know of an ISBN; or that the library has it."""
    typed = request.GET.get("isbn", "").strip()[:30]
    initial: dict[str, Any] = {"isbn": typed, "name": request.GET.get("name", "")[:300]}
    initial["wants_hold"] = True
    isbn13 = isbn13_of(typed)
    if not isbn13:
        errors = [fault_words(Fault(VoiceFault.ISBN_BAD))] if typed else []
        return _form(request, WishForm(initial=initial), None, errors)
    if title_with(isbn13):
        return _form(request, WishForm(initial=initial), title_by_isbn(isbn13))
    found = look_up_book(request.desk, isbn13)
    initial["isbn"] = isbn13
    if found.book is None:
        note = _("No book source knows this ISBN. Please write down the title.")
        return _form(request, WishForm(initial=initial), None, [note])
    book = asdict(found.book)
    initial |= {name: book[name] or "" for name in ("name", "authors", "publisher", "year")}
    return _form(request, WishForm(initial=initial), is_known=True)


def _form(
    request: ReaderRequest, form: WishForm, have: TitleView | None = None,
    errors: list[str] | None = None, *, status: int = 200, is_known: bool = False,
) -> HttpResponse:  # fmt: skip
    name = str(form["name"].value() or "").strip()
    context = {
        "page_active": "me",
        "form": form,
        "have": have,
        "errors": errors or [],
        "is_known": is_known,
        "alike": suggest_names(name)[:3] if name and not have else [],
        "left": wishes_left(request.desk),
        "key": str(uuid4()),
    }
    return draw(request, "community/wish_new.html", context, status=status)


def _shown(wish: WishView) -> dict[str, Any]:
    return {"wish": wish, "state": WISH_STATES[wish.state]}


def _address(request: LibraryRequest) -> str:
    return reverse("voice:wishes", args=[request.library.slug])


@require_GET
def one(request: LibraryRequest, wish: str) -> HttpResponse:
    """Lead to the list, where a wish stands; what arrived leads to its book."""
    found = wish_by_id(wish)
    if found is None:
        raise Http404("no such wish")
    if found.title:
        return elsewhere(request, reverse("reader:title", args=[request.library.slug, found.title]))
    return elsewhere(request, f"{_address(request)}#wish-{found.public_id}")
