"""Two records side by side: making them one, and taking that back."""

from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.catalog.apart import told_apart
from jieyue.catalog.queries import TitleView, title_view
from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.catalog.search import search_titles
from jieyue.circulation.actions.merging import Merged, Unmerged, merge_titles, unmerge_titles
from jieyue.circulation.queries.merging import moves_of
from jieyue.circulation.rules.merging import to_take
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.forms import AUDIENCE_WORDS
from jieyue.interfaces.web.catalog.words import faults_in_words, number_words
from jieyue.interfaces.web.class_words import language_words
from jieyue.interfaces.web.rendering import draw
from jieyue.kit.money import yuan
from jieyue.libraries.rules.permissions import Permission

LABELS: Final = {
    "name": lazy("Title"),
    "subtitle": lazy("Subtitle"),
    "volume": lazy("Volume"),
    "edition": lazy("Edition"),
    "authors": lazy("Author"),
    "translators": lazy("Translator"),
    "isbn13": lazy("ISBN"),
    "unified_number": lazy("Book number"),
    "publisher": lazy("Publisher"),
    "place": lazy("Place"),
    "year": lazy("Year"),
    "series": lazy("Series"),
    "clc": lazy("Class number"),
    "subjects": lazy("Subjects"),
    "language": lazy("Language"),
    "audience": lazy("For whom"),
    "price_cents": lazy("Printed price"),
    "pages": lazy("Number of pages"),
    "summary": lazy("About the book"),
}
MAX_SEARCH: Final = 200


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, title: str) -> HttpResponse:
    """GET two records side by side, `?with=` the other; POST which says what, and make them one."""
    kept = known_title(title)
    asked = request.POST.get("drop") or request.GET.get("with", "")
    if not asked:
        return draw(request, "catalog/merge_find.html", records_found(request, kept))
    other = known_title(asked[:12])
    if request.method == "GET":
        return draw(request, "catalog/merge.html", _compared(kept, other))
    outcome = merge_titles(
        request.desk, keep=title, drop=other.public_id, take=taken_fields(request)
    )
    if not isinstance(outcome, Merged):
        trouble = {"trouble": " ".join(faults_in_words(outcome.faults))}
        return draw(request, "catalog/merge.html", _compared(kept, other) | trouble, status=409)
    text = _("%(name)s is one record now. You can undo it under “Duplicates” for 30 days.")
    messages.success(request, text % {"name": outcome.name})
    return elsewhere(request, reverse("catalog:title", args=[request.library.slug, outcome.title]))


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def unmerge(request: StaffRequest, title: str) -> HttpResponse:
    """POST: two records again of what was merged; `title` is the one that went."""
    known_title(title)
    outcome = unmerge_titles(request.desk, was=title)
    if isinstance(outcome, Unmerged):
        messages.success(request, _("Undone: %(name)s.") % {"name": outcome.name})
        return elsewhere(
            request, reverse("catalog:title", args=[request.library.slug, outcome.title])
        )
    messages.error(request, " ".join(faults_in_words(outcome.faults)))
    return elsewhere(request, reverse("catalog:doubles", args=[request.library.slug]))


def _compared(kept: TitleView, other: TitleView) -> dict[str, Any]:
    """Return both records field by field; what both leave empty is left out."""
    taken = to_take(kept.book, other.book)
    moves = moves_of(keep_id=kept.id, drop_id=other.id)
    rows = field_rows(kept.book, other.book, taken)
    return {
        "page_active": "catalog",
        "kept": kept,
        "other": other,
        "rows": [row for row in rows if row["differs"]],
        "alike": [row for row in rows if not row["differs"]],
        "is_same": kept.id == other.id,
        "apart": told_apart(kept.id, other.id),
        "moves": moves,
        "moves_words": _moves_words(moves),
        "swapped": urlencode({"with": kept.public_id}),
        "key": str(uuid4()),
    }


def field_rows(
    kept: Description, other: Description, taken: Collection[str]
) -> list[dict[str, Any]]:
    """Return what both say, field by field; what both leave empty is left out."""
    return [
        {
            "name": name,
            "label": label,
            "kept": _shown(kept, name),
            "other": _shown(other, name),
            "differs": getattr(kept, name) != getattr(other, name),
            "takes_other": name in taken,
        }
        for name, label in LABELS.items()
        if _shown(kept, name) or _shown(other, name)
    ]


def taken_fields(request: StaffRequest) -> frozenset[str]:
    """Return the fields somebody chose to take from the other one."""
    return frozenset(name for name in FIELDS if request.POST.get(f"take-{name}") == "other")


def _moves_words(moves: Any) -> list[str]:
    n = {"n": moves.copies}
    found = [
        ngettext("%(n)s copy moves, with its loans.", "%(n)s copies move, with their loans.",
                 moves.copies) % n
        if moves.copies else _("The merged record has no copies.")
    ]  # fmt: skip
    if moves.holds:
        n = {"n": moves.holds}
        found.append(
            ngettext(
                "%(n)s reservation joins the queue, by the day it was made.",
                "%(n)s reservations join the queue, by the day they were made.",
                moves.holds,
            )
            % n
        )
    if moves.twice:
        n = {"n": moves.twice}
        found.append(
            ngettext(
                "%(n)s reader has reserved both and keeps the better place.",
                "%(n)s readers have reserved both and keep the better place.",
                moves.twice,
            )
            % n
        )
    return found


def records_found(request: StaffRequest, kept: TitleView) -> dict[str, Any]:
    """Return what a search for the other record finds; the book's own name to begin with."""
    text = request.GET.get("q", kept.book.name)[:MAX_SEARCH].replace("\x00", "").strip()
    hits = search_titles(text, limit=20, offset=0).hits if text else []
    return {
        "page_active": "catalog",
        "kept": kept,
        "text": text,
        "rows": [
            {"hit": hit, "number": number_words(hit.isbn13, hit.unified_number)}
            for hit in hits
            if hit.id != kept.id
        ],
    }


def _shown(book: Description, name: str) -> str:
    value = getattr(book, name)
    if value in ("", None):
        return ""
    if name == "price_cents":
        return f"¥{yuan(value)}"
    if name == "audience":
        return str(AUDIENCE_WORDS.get(value, value))
    return str(language_words(value)) if name == "language" else str(value)


def known_title(public_id: str) -> TitleView:
    """Return the title, or answer that there is none."""
    known = title_view(public_id.replace("\x00", ""))
    if known is None:
        raise Http404("no such title")
    return known
