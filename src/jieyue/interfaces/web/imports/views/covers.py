"""Covers of the books that a list brought: asked for, how far it is, stopped."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jieyue.catalog.importing.covers import find_covers, stop_finding_covers
from jieyue.imports.actions import ImportRefused
from jieyue.imports.queries import ImportView
from jieyue.imports.rules.runs import Kind, State
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.imports.views import address, known
from jieyue.interfaces.web.imports.words import refusal
from jieyue.interfaces.web.rendering import draw


@staff_page()
@require_http_methods(["GET", "POST"])
def covers(request: StaffRequest, run: str) -> HttpResponse:
    """GET how far the search is, a piece of the page; POST `do=stop` or begin it."""
    found, _brought = known(run, request)
    if request.method == "GET":
        if shown_covers(found) is None:
            raise Http404("nothing came in")
        return _piece(request, found)
    act = stop_finding_covers if request.POST.get("do") == "stop" else find_covers
    outcome = act(request.desk, run=run)
    if isinstance(outcome, ImportRefused):
        return _piece(request, found, reasons=outcome.reasons)
    return elsewhere(request, address(request, run) + "#covers")


def _piece(
    request: StaffRequest, run: ImportView, *, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    context: dict[str, Any] = {
        "page_active": "catalog",
        "run": run,
        "covers": shown_covers(run),
        "errors": [refusal(code) for code in reasons],
    }
    template = "imports/covers_page.html" if reasons else "imports/covers.html"
    answer = draw(request, template, context, status=409 if reasons else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def shown_covers(run: ImportView) -> dict[str, Any] | None:
    """Return how far the search for covers is, None where there is nothing to search for."""
    is_in = State(run.state) in {State.DONE, State.STOPPED} and run.undo_until is not None
    if run.kind not in {Kind.BOOKS, Kind.MARC} or not is_in or not run.counts.get("done"):
        return None
    said = run.covers
    total, rows = said.get("total", 0), said.get("rows", 0)
    return {
        "state": said.get("state", ""),
        "percent": min(100, rows * 100 // total) if total else 0,
        "words": _words(said.get("asked", 0), said.get("found", 0)) if said else "",
    }


def _words(asked: int, found: int) -> str:
    books = ngettext("%(n)s book asked for", "%(n)s books asked for", asked) % {"n": asked}
    pictures = ngettext("%(n)s cover found", "%(n)s covers found", found) % {"n": found}
    return f"{books} · {pictures}"
