"""Readers find books: by words, narrowed by what stands where, in an order of their own."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.search import search_titles
from jieyue.catalog.search.ordering import ORDERS, Order
from jieyue.catalog.search.suggesting import suggest_names
from jieyue.catalog.search.where import READERS, Where, described
from jieyue.circulation.queries.finding import Facets, facets_of, with_copies
from jieyue.circulation.queries.loans import NO_COPIES, availability_of
from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.catalog.forms import AUDIENCE_WORDS
from jieyue.interfaces.web.class_words import CLASS_WORDS, language_words
from jieyue.interfaces.web.large_type import is_large
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.libraries.queries import BranchView, branches

PAGE_SIZE: Final = 20
FEWER: Final = 10  # in large type
MAX_PAGE: Final = 5000
MAX_WORDS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for, as given: the words, and by name of its field what narrows them.

    `given` holds only what is understood; `wrong` the years that are none.
    """

    words: str
    order: Order
    given: Mapping[str, str]
    wrong: Mapping[str, str]

    def where(self, places: Sequence[BranchView]) -> Where:
        """Return the condition on the titles."""
        given = self.given
        branch = next((b.id for b in places if b.code == given.get("branch")), None)
        return (
            READERS
            + described(
                main_class=given.get("class", ""),
                language=given.get("language", ""),
                audience=given.get("audience", ""),
                year_from=int(given["from"]) if "from" in given else None,
                year_to=int(given["to"]) if "to" in given else None,
            )
            + with_copies(branch_id=branch, is_available="here" in given)
        )

    @property
    def years(self) -> dict[str, str]:
        """The years as they were given, wrong ones too."""
        return {n: self.given.get(n, self.wrong.get(n, "")) for n in ("from", "to")}

    def query(self, *, words: str | None = None, without: str = "") -> str:
        """Return the address's query for the same with other words, or without one condition."""
        kept = {name: value for name, value in self.given.items() if name != without}
        asked = {"q": self.words if words is None else words, **kept}
        if self.order != "best" and without != "sort":
            asked["sort"] = self.order
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a condition. `titles` is None where nobody counted."""

    value: str
    text: str
    titles: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A condition with its values: a select of the page."""

    name: str
    text: str
    choices: tuple[Choice, ...]


def wanted(request: HttpRequest, places: Sequence[BranchView]) -> Wanted:
    """Read the address. What nobody offers is left out."""
    asked = {name: request.GET.get(name, "").strip()[:40] for name in _FIELDS}
    known = {
        "branch": asked["branch"] in {branch.code for branch in places},
        "class": asked["class"] in CLASS_WORDS,
        "language": asked["language"].isalpha() and len(asked["language"]) <= 10,
        "audience": asked["audience"] in AUDIENCE_WORDS,
        "here": asked["here"] == "1",
        "from": _is_year(asked["from"]),
        "to": _is_year(asked["to"]),
    }
    order = request.GET.get("sort", "best")
    return Wanted(
        words=request.GET.get("q", "").strip()[:MAX_WORDS],
        order=next((one for one in ORDERS if one == order), "best"),
        given={name: value for name, value in asked.items() if known[name]},
        wrong={n: asked[n] for n in ("from", "to") if asked[n] and not known[n]},
    )


_FIELDS: Final = ("branch", "here", "class", "language", "audience", "from", "to")


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= len(text) <= 4


@require_GET
def search(request: LibraryRequest) -> HttpResponse:
    """Titles by whatever one remembers of them, with what stands on the shelf now.

    Three statements beside those of the search itself.
    """
    places = branches()
    asked = wanted(request, places)
    number = page_number(request, most=MAX_PAGE)
    size = FEWER if is_large(request) else PAGE_SIZE
    found = search_titles(
        asked.words,
        where=asked.where(places),
        limit=size,
        offset=(number - 1) * size,
        order=asked.order,
    )
    shelf = availability_of(request.library.zone, [hit.id for hit in found.hits])
    facets = {} if found.has_more else facets_of(found.found)  # of a part they would mislead
    context = {
        "page_active": "search",
        "q": asked.words,
        "asked": asked,
        "hits": [{"title": hit, "shelf": shelf.get(hit.id, NO_COPIES)} for hit in found.hits],
        "total": found.total,
        "has_more": found.has_more,
        "meant": found.did_you_mean,
        "meant_query": asked.query(words=found.did_you_mean),
        "groups": _groups(asked, facets, places),
        "here_titles": facets.get("available", {}).get("") if facets else None,
        "chosen": _chosen(asked, places),
        "unfiltered": urlencode({"q": asked.words}) if asked.words else "",
        "wish_query": urlencode({"isbn" if isbn13_of(asked.words) else "name": asked.words}),
        "number": number,
        "last": max(1, math.ceil(found.total / size)),
        "query": asked.query(),
    }
    return draw(request, "reader/search.html", context)


@require_GET
@csp("scan")
def camera(request: LibraryRequest) -> HttpResponse:
    """Search by what the camera reads: an ISBN, or a code of ours."""
    return draw(request, "reader/camera.html", {"page_active": "search"})


@require_GET
def suggestions(request: LibraryRequest) -> HttpResponse:
    """Names of books that fit what is typed so far, for `suggest.js`. At most six statements."""
    typed = request.GET.get("q", "").strip()[:MAX_WORDS]
    answer = JsonResponse({"names": suggest_names(typed)})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def _groups(asked: Wanted, facets: Facets, places: Sequence[BranchView]) -> list[Group]:
    """Return the selects: of a class or language only what there is, once something was counted."""
    languages = {*facets.get("language", {}), asked.given.get("language", "")} - {""}
    offered: list[tuple[str, str, str, dict[str, Any]]] = [
        ("branch", _("Branch"), "branch", {b.code: b.name for b in places}),
        ("class", _("Subject"), "main_class", _class_texts()),
        ("audience", _("For readers aged"), "audience", AUDIENCE_WORDS),
        ("language", _("Language"), "language", {c: language_words(c) for c in sorted(languages)}),
    ]
    groups = []
    for name, text, facet, texts in offered:
        chosen = asked.given.get(name, "")
        counts = None if chosen or not facets else facets.get(facet, {})
        choices = tuple(
            Choice(value, str(said), None if counts is None else counts.get(value), value == chosen)
            for value, said in texts.items()
            if counts is None or value in counts
        )
        if len(texts) > 1 or chosen:
            groups.append(Group(name, text, choices))
    orders = {"best": _("Best first") if asked.words else _("Lately added first")}
    orders["year"] = _("Newest year first")
    if asked.words:
        orders |= {"title": _("By title"), "author": _("By author")}
    sort = tuple(Choice(v, t, None, v == asked.order) for v, t in orders.items())
    return [*groups, Group("sort", _("Order"), sort)]


def _class_texts() -> dict[str, str]:
    return {letter: f"{letter} {words}" for letter, words in CLASS_WORDS.items()}


def _chosen(asked: Wanted, places: Sequence[BranchView]) -> list[tuple[str, str]]:
    """Return what narrows the search, in words, with the query that does without."""
    texts: dict[str, Mapping[str, Any]] = {
        "branch": {b.code: b.name for b in places},
        "class": _class_texts(),
        "audience": AUDIENCE_WORDS,
        "here": {"1": _("On the shelf now")},
    }
    found = []
    for name, value in asked.given.items():
        if name == "from":
            text = _("from %(year)s") % {"year": value}
        elif name == "to":
            text = _("until %(year)s") % {"year": value}
        elif name == "language":
            text = language_words(value)
        else:
            text = str(texts[name][value])
        found.append((text, asked.query(without=name)))
    return found
