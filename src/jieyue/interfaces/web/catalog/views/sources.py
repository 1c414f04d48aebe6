"""Asking the book sources again of a title: field by field, and only what is chosen is taken."""

from dataclasses import asdict
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.catalog.actions.titles import TakenFromSource, take_from_source
from jieyue.catalog.lookup import LookedUp, ask_again, source_names
from jieyue.catalog.queries import TitleView
from jieyue.catalog.rules.descriptions import Description, is_nameless
from jieyue.circulation.rules.merging import to_take
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.views.merging import field_rows, known_title, taken_fields
from jieyue.interfaces.web.catalog.words import doubts_in_words, faults_in_words, source_words
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

SALT: Final = "catalog.sources"
KEPT_SECONDS: Final = 24 * 60 * 60  # an answer older than that is asked for again


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest, title: str) -> HttpResponse:
    """GET who would be asked; POST: ask, and show what they say beside what stands here."""
    known = known_title(title)
    if request.method == "GET" or not known.book.isbn13:
        return draw(request, "catalog/ask_sources.html", _before(known))
    found = ask_again(request.desk, known.book.isbn13)
    if found.book is None:
        nobody = {"is_asked": True, "failed": ", ".join(found.failed)}
        return draw(request, "catalog/ask_sources.html", _before(known) | nobody)
    return draw(request, "catalog/take_from_source.html", _answer(known, found))


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def take(request: StaffRequest, title: str) -> HttpResponse:
    """POST: write the chosen fields; `answer` is what was shown, as it was shown."""
    known = known_title(title)
    try:
        answer = signing.loads(request.POST.get("answer", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        answer = {}
    if answer.get("title") != known.public_id:
        messages.error(request, _("This answer is too old. Please ask again."))
        return elsewhere(request, _address(request, "ask_sources", known.public_id))
    found = LookedUp(**(answer["found"] | {"book": Description(**answer["book"])}))
    chosen, cover = taken_fields(request), request.POST.get("cover") == "1"
    if not chosen and not cover:
        page = _answer(known, found) | {"trouble": _("Choose at least one thing to use.")}
        return draw(request, "catalog/take_from_source.html", page, status=422)
    assert found.book is not None
    outcome = take_from_source(
        request.desk,
        title=known.public_id,
        seen=Description(**answer["seen"]),
        found=found.book,
        take=chosen,
        source=found.source,
        doubts=tuple(found.doubts),
        takes_cover=cover,
    )
    if isinstance(outcome, TakenFromSource):
        words = _("Saved.")
        if outcome.fetches_cover:
            words += " " + _("The cover follows in a minute.")
        messages.success(request, words)
        return elsewhere(request, _address(request, "title", outcome.title))
    trouble = {"trouble": " ".join(faults_in_words(outcome.faults))}
    context = _answer(known, found, chosen) | trouble
    return draw(request, "catalog/take_from_source.html", context, status=409)


def _before(known: TitleView) -> dict[str, Any]:
    return {"page_active": "catalog", "title": known, "names": source_names()}


def _answer(
    known: TitleView, found: LookedUp, chosen: frozenset[str] | None = None
) -> dict[str, Any]:
    """Return both field by field: what the source says nothing of is left out.

    Empty fields are chosen beforehand, unless somebody has `chosen`.
    """
    assert found.book is not None
    seen = known.book
    chosen = to_take(seen, found.book) if chosen is None else chosen
    rows = [
        row | {"kept_by": source_words(known.provenance.get(row["name"], known.source))}
        for row in field_rows(seen, found.book, chosen)
        if row["other"] and row["name"] != "isbn13"
    ]
    if is_nameless(seen):
        rows = [row | ({"kept_by": ""} if row["name"] == "name" else {}) for row in rows]
    plain = {
        "title": known.public_id,
        "seen": asdict(seen),
        "book": asdict(found.book),
        "found": asdict(found) | {"book": None},
    }
    return {
        "page_active": "catalog",
        "title": known,
        "source": source_words(found.source),
        "rows": [row for row in rows if row["differs"]],
        "alike": [row for row in rows if not row["differs"]],
        "doubts": doubts_in_words(found.doubts),
        "failed": ", ".join(found.failed),
        "has_cover": bool(found.cover_url) and found.where == "online",
        "answer": signing.dumps(plain, salt=SALT, compress=True),
        "key": str(uuid4()),
    }


def _address(request: StaffRequest, name: str, title: str) -> str:
    return reverse(f"catalog:{name}", args=[request.library.slug, title])
