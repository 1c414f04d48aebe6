"""The worklist of likely doubles: what is none, and what was merged, split or told apart lately."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jieyue.catalog.actions.doubles import ToldAlike, ToldApart, tell_alike, tell_apart
from jieyue.catalog.apart import recently_told_apart
from jieyue.catalog.doubles import (
    Doubles,
    Record,
    likely_doubles,
    recent_merges,
    recent_splits,
)
from jieyue.circulation.rules.merging import UNDO
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.views.merging import known_title
from jieyue.interfaces.web.catalog.words import faults_in_words
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.queries import staff_names
from jieyue.libraries.rules.permissions import Permission


@staff_page(Permission.CATALOG_EDIT)
@require_GET
def doubles(request: StaffRequest) -> HttpResponse:
    """GET records that are likely one book twice, and what was done about others of late."""
    found, after = likely_doubles(after=request.GET.get("after", "")[:16].replace("\x00", ""))
    context = {
        "page_active": "catalog",
        "sets": [_set(one) for one in found],
        "after": after,
        "is_first": not request.GET.get("after"),
        "parts": _done_lately(request),
        "key": str(uuid4()),
    }
    return draw(request, "catalog/doubles.html", context)


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def different(request: StaffRequest, title: str) -> HttpResponse:
    """POST: this record and those in `with` are different books."""
    outcome = tell_apart(request.desk, titles=_asked(request, title))
    if isinstance(outcome, ToldApart):
        messages.success(
            request, _("%(name)s is not listed as a duplicate again.") % {"name": outcome.name}
        )
    else:
        messages.error(request, " ".join(faults_in_words(outcome.faults)))
    return elsewhere(request, reverse("catalog:doubles", args=[request.library.slug]))


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def alike(request: StaffRequest, title: str) -> HttpResponse:
    """POST: this record and the one in `with` may be one book after all."""
    outcome = tell_alike(request.desk, titles=_asked(request, title))
    if isinstance(outcome, ToldAlike):
        messages.success(request, _("Undone: %(name)s.") % {"name": outcome.name})
    else:
        messages.error(request, " ".join(faults_in_words(outcome.faults)))
    return elsewhere(request, reverse("catalog:doubles", args=[request.library.slug]))


def _asked(request: StaffRequest, title: str) -> tuple[str, ...]:
    others = request.POST.getlist("with")[:50]
    return tuple(known_title(one[:12]).public_id for one in [title, *others])


def _set(one: Doubles) -> dict[str, Any]:
    others = [record.public_id for record in one.records[1:]]
    return {
        "best": one.records[0],
        "lines": [(_line(record), record.copies) for record in one.records],
        "query": urlencode({"with": others[0]}),
        "others": others,
        "no_words": _("Not duplicates") if len(others) == 1 else _("All of them differ"),
    }


def _line(record: Record) -> str:
    """Return who wrote and printed a book, as far as the record says."""
    book = record.book
    printed = f"{book.publisher} {book.year or ''}".strip()
    known = (book.authors, printed, book.edition, book.isbn13)
    return " · ".join(part for part in known if part)


def _done_lately(request: StaffRequest) -> list[dict[str, Any]]:
    """Return what can be taken back: merges and splits of 30 days, and what was told apart."""
    since = request.desk.now - UNDO
    merges, splits = recent_merges(since=since), recent_splits(since=since)
    said = recently_told_apart()
    ids = [row.staff_id for row in merges] + [row.staff_id for row in splits]
    names = staff_names(ids + [row.staff_id for row in said])
    slug = request.library.slug

    def made(staff_id: int | None, at: datetime, undo: str, key: str, **more: str) -> Any:
        day: date = at.astimezone(request.desk.zone).date()
        address = reverse(f"catalog:{undo}", args=[slug, key])
        return {"by": names.get(staff_id or 0, ""), "on": day, "undo": address} | more

    return [
        _part(
            _("Merged in the last 30 days"),
            _("Undo the merge?"),
            (
                made(row.staff_id, row.merged_at, "unmerge", row.was, title=row.title,
                     name=row.title_name,
                     words=_("“%(name)s” was merged into it") % {"name": row.name})
                for row in merges
            ),
        ),
        _part(
            _("Split in the last 30 days"),
            _("Move these copies back to the record they came from?"),
            (
                made(row.staff_id, row.split_at, "unsplit", row.split, title=row.into,
                     name=row.into_name, words=_came_words(row.copies, row.title_name))
                for row in splits
            ),
        ),
        _part(
            _("Said to be no duplicates"),
            _("Look for duplicates among them again?"),
            (
                made(row.staff_id, row.said_at, "alike", row.one, title=row.one,
                     name=row.one_name, other=row.other,
                     words=_("not the same as “%(name)s”") % {"name": row.other_name})
                for row in said
            ),
        ),
    ]  # fmt: skip


def _part(heading: str, confirm: str, rows: Iterable[Any]) -> dict[str, Any]:
    return {"heading": heading, "confirm": confirm, "rows": list(rows)}


def _came_words(copies: int, name: str) -> str:
    words = ngettext("%(n)s copy came from “%(name)s”", "%(n)s copies came from “%(name)s”", copies)
    return words % {"n": copies, "name": name}
