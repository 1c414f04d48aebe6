"""The pages of imports."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from jieyue.imports.queries import ImportView, import_view, same_file_before
from jieyue.imports.rules.rights import NEEDS
from jieyue.imports.rules.runs import MAX_FILE, Kind, State
from jieyue.interfaces.web.access import StaffRequest
from jieyue.interfaces.web.imports.kinds import BROUGHT, Brought
from jieyue.interfaces.web.imports.shown import came_before, card, size_words
from jieyue.interfaces.web.imports.words import file_hint, refusal, too_large_words
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.queries import staff_names

_BEFORE: Final = frozenset({State.UPLOADED, State.CHECKED})  # nothing came in so far
ACCEPT = ".xlsx,.csv,.txt,.tsv,.mrc,.iso,.marc,.xml"
"""Endings offered when choosing a file; what it is goes by its content."""


def known(public_id: str, request: StaffRequest) -> tuple[ImportView, Brought]:
    """Return an import of this library; 404 if there is none, 403 for whoever may not see it."""
    found = import_view(public_id)
    if found is None or found.kind not in BROUGHT:
        raise Http404("no such import")
    needs = NEEDS[Kind(found.kind)]
    if needs not in request.desk.permissions:
        raise ForbiddenError(needs)
    return found, BROUGHT[Kind(found.kind)]


def address(request: StaffRequest, run: str, name: str = "run") -> str:
    """Return the address of a page of an import."""
    return reverse(f"imports:{name}", args=[request.library.slug, run])


def page(
    request: StaffRequest,
    template: str,
    run: ImportView,
    *,
    reasons: tuple[str, ...] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Draw a page of an import."""
    names = staff_names([run.staff_id])
    shown = {
        "page_active": "catalog",
        "run": run,
        "card": card(request.desk, run, names.get(run.staff_id or 0, "")),
        "errors": [refusal(code) for code in reasons],
    }
    if run.state in _BEFORE and (before := same_file_before(run)):
        shown["before"] = came_before(request.desk, before)
    return draw(request, f"imports/{template}.html", shown | context, status=status)


def file_field() -> dict[str, Any]:
    """Return what the field for a file says."""
    size = size_words(MAX_FILE)
    return {
        "accept": ACCEPT,
        "max_bytes": MAX_FILE,
        "max_words": too_large_words(size),
        "file_hint": file_hint(size),
    }
