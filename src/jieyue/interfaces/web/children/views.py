"""Pages of the children's view. Nothing here knows or keeps who is looking."""

import random
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from jieyue.catalog.locations import locations
from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.rules.finding.entry import Fields
from jieyue.catalog.rules.volumes import volume_number
from jieyue.catalog.search import TitleHit, search_titles
from jieyue.catalog.search.pages import hits_of
from jieyue.catalog.search.related import VOLUMES, related_titles
from jieyue.circulation.queries.children import Fitting, books_here
from jieyue.circulation.queries.loans import NO_COPIES, availability_of
from jieyue.circulation.queries.shelf import CopyOnShelf, copies_on_shelf
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.children.words import AGE_WORDS, TOPIC_WORDS
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.queries import branches

PAGE_SIZE: Final = 24
NEWEST: Final = 12
MAX_WORDS: Final = 100
FOR_CHILDREN: Final = ("primary", "family")  # libraries whose books of no age are for children
FIRST_AGE: Final = {"secondary": "teen"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The age chosen and the branch the tablet stands at, which every address carries on."""

    age: str
    branch: str
    fitting: Fitting

    @property
    def query(self) -> str:
        """The address's query that keeps both."""
        return urlencode({"age": self.age} | ({"branch": self.branch} if self.branch else {}))


def asked_of(request: LibraryRequest) -> Asked:
    """Read the address; what nobody offers is left out. One statement."""
    library = request.library
    age = request.GET.get("age", "")
    age = age if age in AGE_WORDS else FIRST_AGE.get(library.kind, "child")
    here = next((b for b in branches() if b.code == request.GET.get("branch", "")), None)
    fitting = Fitting(
        age=age,
        branch_id=here.id if here else None,
        is_for_children=library.kind in FOR_CHILDREN,
    )
    return Asked(age, here.code if here else "", fitting)


@require_GET
def home(request: LibraryRequest) -> HttpResponse:
    """Pictures to choose from, and what is new. Four statements."""
    asked = asked_of(request)
    here = books_here(asked.fitting)
    counts = dict.fromkeys(TOPIC_WORDS, 0)
    for _, code in here:
        counts[code] = counts.get(code, 0) + 1
    context = {
        "ages": [(age, text, age == asked.age) for age, text in AGE_WORDS.items()],
        "topics": [(code, words, counts[code]) for code, words in TOPIC_WORDS.items()
                   if counts[code]],
        "books": hits_of([title_id for title_id, _ in here[:NEWEST]]),
    }  # fmt: skip
    return _draw(request, "children/home.html", asked, context)


@require_GET
def topic(request: LibraryRequest, topic: str) -> HttpResponse:
    """The books of a picture that stand here now. Four statements."""
    words = TOPIC_WORDS.get(topic)
    if words is None:
        raise Http404("no such topic")
    asked = asked_of(request)
    ids = [title_id for title_id, code in books_here(asked.fitting) if code == topic]
    number = page_number(request)
    first = (number - 1) * PAGE_SIZE
    context = {
        "heading": words.text,
        "icon_name": words.icon,
        "books": hits_of(ids[first : first + PAGE_SIZE]),
        "number": number,
        "has_more": len(ids) > first + PAGE_SIZE,
    }
    return _draw(request, "children/books.html", asked, context)


@require_GET
def found(request: LibraryRequest) -> HttpResponse:
    """Books by what a child types, pinyin and slips too."""
    asked = asked_of(request)
    typed = request.GET.get("q", "").strip()[:MAX_WORDS]
    if not typed:
        return elsewhere(
            request, f"{reverse('children:home', args=[_slug(request)])}?{asked.query}"
        )
    number = page_number(request)
    page = search_titles(
        typed,
        where=asked.fitting.where(),
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    context = {
        "q": typed,
        "heading": f"“{typed}”",
        "icon_name": "search",
        "books": page.hits,
        "number": number,
        "has_more": page.total > number * PAGE_SIZE,
        "more": urlencode({"q": typed}),
    }
    return _draw(request, "children/books.html", asked, context)


@require_GET
def surprise(request: LibraryRequest) -> HttpResponse:
    """Lead to any book that is here."""
    asked = asked_of(request)
    ids = [title_id for title_id, _ in books_here(asked.fitting)]
    hits = hits_of([random.choice(ids)]) if ids else ()  # noqa: S311 (a pleasure, no secret)
    slug = _slug(request)
    address = (
        reverse("children:book", args=[slug, hits[0].public_id])
        if hits
        else reverse("children:home", args=[slug])
    )
    return elsewhere(request, f"{address}?{asked.query}")


@require_GET
def book(request: LibraryRequest, title: str) -> HttpResponse:
    """One book: what it is about, where it stands, its series in order."""
    asked = asked_of(request)
    found_title = title_view(title)
    if found_title is None:
        raise Http404("no such title")
    copies = copies_on_shelf(request.library.zone, found_title.id)
    branch = asked.fitting.branch_id
    near = [copy for copy in copies if branch is None or copy.branch_id == branch]
    here = [copy for copy in near if copy.is_here]
    context = {
        "title": found_title,
        "book": found_title.book,
        "copies": _ways(here or [copy for copy in copies if copy.is_here]),
        "is_elsewhere": bool(not here and any(copy.is_here for copy in copies)),
        "back_on": min((c.due_on for c in copies if c.due_on), default=None),
        "series": _series(request, found_title),
    }
    return _draw(request, "children/book.html", asked, context)


def _ways(copies: list[CopyOnShelf]) -> list[tuple[CopyOnShelf, Any]]:
    """Return one copy of each shelf with the way there."""
    known = locations({copy.branch_id for copy in copies})
    shelves = {(copy.branch_id, copy.shelf): copy for copy in reversed(copies)}
    return [(copy, known.of(copy.branch_id, copy.shelf)) for copy in shelves.values()]


def _series(request: LibraryRequest, of: TitleView) -> list[tuple[TitleHit, bool]]:
    """Return the set or series in order, with whether a book of it can be taken now."""
    fields = Fields(**{name: getattr(of.book, name) for name in Fields.__slots__})
    beside = related_titles(of.id, fields, most_of_series=VOLUMES)
    others = beside.volumes or beside.series
    if not others:
        return []
    hits = sorted(
        [*others, *hits_of([of.id])],
        key=lambda hit: (volume_number(hit.volume), hit.name, hit.id),
    )
    shelf = availability_of(request.library.zone, [hit.id for hit in hits])
    return [(hit, shelf.get(hit.id, NO_COPIES).available > 0) for hit in hits]


def _slug(request: LibraryRequest) -> str:
    return request.library.slug


def _draw(
    request: LibraryRequest, template: str, asked: Asked, context: dict[str, Any]
) -> HttpResponse:
    return draw(request, template, {"asked": asked, "q": ""} | context)
