"""What readers see: finding books, one book, their own loans."""

from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jieyue.catalog.covers import covers_of
from jieyue.catalog.locations import LocationView, locations
from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.finding.entry import Fields
from jieyue.catalog.search.related import related_titles
from jieyue.circulation.actions.renew import NotRenewed, Renewals, Renewed, renew
from jieyue.circulation.queries.loans import (
    LoanView,
    loans_of,
)
from jieyue.circulation.queries.shelf import CopyOnShelf, copies_on_shelf
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.fees.queries import owed_cents
from jieyue.interfaces.web.access import (
    LibraryRequest,
    ReaderRequest,
    elsewhere,
    reader_page,
)
from jieyue.interfaces.web.catalog.forms import AUDIENCE_WORDS
from jieyue.interfaces.web.class_words import CLASS_WORDS, language_words
from jieyue.interfaces.web.reader.holds import offer_of
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import told_day
from jieyue.interfaces.web.words import to_reader
from jieyue.patrons.links import people_for

DETAILS: Final = (
    *("edition", "publisher", "year", "isbn13", "unified_number", "pages", "clc", "audience"),
    *("language", "series"),
)


@require_GET
def title(request: LibraryRequest, title: str) -> HttpResponse:
    """One book: what it is, and where each copy stands."""
    found = title_view(title)
    if found is None:
        raise Http404("no such title")
    if found.public_id != title:  # it was merged into this one: printed codes still lead there
        return redirect("reader:title", request.library.slug, found.public_id)
    copies = copies_on_shelf(request.library.zone, found.id)
    book = found.book
    beside = related_titles(found.id, Fields(**{n: getattr(book, n) for n in Fields.__slots__}))
    path = reverse("reader:title", args=[request.library.slug, found.public_id])
    context = {
        "page_active": "search",
        "title": found,
        "book": book,
        "authors": [name for part in book.authors.split(" / ") if (name := part.strip())],
        "audience": AUDIENCE_WORDS.get(book.audience, ""),
        "subject": CLASS_WORDS.get(book.clc[:1], ""),
        "about": [one for part in book.subjects.split(" / ") if (one := part.strip())],
        "language": language_words(book.language),
        "address": request.build_absolute_uri(path),
        "picture": _picture(request, found),
        "has_details": any(getattr(book, name) for name in DETAILS),
        "preview": _preview(book),
        "shelves": [
            {"text": _("The other volumes"), "titles": beside.volumes},
            {"text": _("Other editions and volumes"), "titles": beside.editions},
            {"text": _("In the same series"), "titles": beside.series},
            {"text": _("By the same author"), "titles": beside.by_author},
        ],
        "copies": copies,
        "rows": _with_ways(copies),
        "here": sum(copy.is_here for copy in copies),
        "next_due_on": min((c.due_on for c in copies if c.due_on), default=None),
        "marked": request.GET.get("copy", ""),
        "offer": offer_of(request, found.public_id, found.id, copies) if copies else None,
    }
    return draw(request, "reader/title.html", context)


def _with_ways(copies: list[CopyOnShelf]) -> list[tuple[CopyOnShelf, LocationView | None]]:
    """Return each copy with the way to its shelf; copies side by side say it once."""
    known = locations({copy.branch_id for copy in copies})
    found, told = [], None
    for copy in copies:
        way = known.of(copy.branch_id, copy.shelf)
        found.append((copy, way if way != told else None))
        told = way
    return found


def _picture(request: LibraryRequest, found: TitleView) -> str:
    """Return the whole address of the book's picture, or ""."""
    if not found.cover:
        return ""
    args = [request.library.slug, found.public_id, found.cover, "large"]
    return request.build_absolute_uri(reverse("reader:cover", args=args))


def _preview(book: Description) -> str:
    """Return what a link to the book says of it in a chat."""
    known = [book.authors, book.publisher, str(book.year or "")]
    return Truncator(book.summary or " · ".join(part for part in known if part)).chars(160)


@require_GET
@reader_page
def loans(request: ReaderRequest) -> HttpResponse:
    """What I have, until when, and whether I can renew it; if not, why."""
    assert request.desk.patron_id is not None
    found = loans_of(request.desk, request.desk.patron_id)
    owed = owed_cents([request.desk.patron_id])
    context = _loans_context(found, request.desk.today) | {
        "owed_cents": owed.get(request.desk.patron_id, 0),
        "family": people_for(request.desk.patron_id, request.desk.today),
    }
    return draw(request, "reader/loans.html", context)


SOON_DAYS: Final = 3  # as the badge of a loan counts them, too


def _loans_context(found: list[LoanView], today: date) -> dict[str, Any]:
    covers = covers_of(loan.title_id for loan in found)
    rows: dict[str, list[dict[str, Any]]] = {"over": [], "soon": [], "later": []}
    for loan in found:
        soon = "soon" if loan.days_left <= SOON_DAYS else "later"
        rows["over" if loan.is_overdue else soon].append(
            {
                "loan": loan,
                "cover": covers.get(loan.title_id, ""),
                "why": to_reader(loan.reasons[0], today) if loan.reasons else None,
                "night": [to_reader(why, today).text for why in loan.not_renewed],
            }
        )
    words = {
        "over": _("Overdue: please bring back"),
        "soon": _("Due soon"),
        "later": _("There is time yet"),
    }
    return {
        "page_active": "loans",
        "loans": found,
        "groups": [
            {"state": state, "words": words[state], "rows": rows[state]}
            for state in rows
            if rows[state]
        ],
        "renewable": sum(loan.renewed_on is not None for loan in found),
        "overdue": len(rows["over"]),
        "late_cents": sum(loan.fine_cents for loan in found),
    }


@require_POST
@reader_page
def renew_one(request: ReaderRequest, loan: str) -> HttpResponse:
    """Renew one of my loans; another's is not there."""
    outcome = renew(request.desk, loans=(loan,))
    if any(why.code == Reason.LOAN_UNKNOWN for r in outcome.results for why in _against(r)):
        raise Http404("no such loan")
    return _renewed(request, outcome)


def _against(result: Renewed | NotRenewed) -> tuple[Why, ...]:
    return result.reasons if isinstance(result, NotRenewed) else ()


@require_POST
@reader_page
def renew_all(request: ReaderRequest) -> HttpResponse:
    """Renew every loan of mine that can be."""
    assert request.desk.patron_id is not None
    found = loans_of(request.desk, request.desk.patron_id)
    chosen = tuple(loan.loan for loan in found if loan.renewed_on is not None)
    if not chosen:
        messages.warning(request, _("Nothing can be renewed now. The reason stands at each book."))
        return elsewhere(request, reverse("reader:loans", args=[request.library.slug]))
    return _renewed(request, renew(request.desk, loans=chosen))


def _renewed(request: ReaderRequest, outcome: Renewals) -> HttpResponse:
    done = [result for result in outcome.results if isinstance(result, Renewed)]
    if len(done) == 1:
        messages.success(
            request,
            _("Renewed “%(title)s” until %(on)s.")
            % {"title": done[0].title, "on": told_day(done[0].due_on, request.desk.today)},
        )
    elif done:
        text = ngettext("%(n)s book renewed.", "%(n)s books renewed.", len(done))
        messages.success(request, text % {"n": len(done)})
    for result in outcome.results:
        if isinstance(result, NotRenewed):
            words = "；".join(to_reader(why, request.desk.today).text for why in result.reasons)
            messages.error(request, f"{result.title} {words}".strip())
    return elsewhere(request, reverse("reader:loans", args=[request.library.slug]))
