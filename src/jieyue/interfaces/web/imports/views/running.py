"""An import under way, what came of it, and what a person does with it."""

import hashlib
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.imports.actions import (
    ImportRefused,
    resume_import,
    start_import,
    start_undo,
    stop_import,
)
from jieyue.imports.forgetting import forget_import
from jieyue.imports.queries import ImportView, import_rows_page, next_wrong_row
from jieyue.imports.rules.runs import AT_WORK, PERSONAL, Kind, State
from jieyue.imports.works import WRONG
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.imports.row_lines import shown_row
from jieyue.interfaces.web.imports.shown import (
    COME_IN,
    first_tab,
    result,
    tabs,
    undo_lines,
    work,
)
from jieyue.interfaces.web.imports.views import address, file_field, known, page
from jieyue.interfaces.web.imports.views.covers import shown_covers
from jieyue.interfaces.web.imports.views.downloads import FILES
from jieyue.interfaces.web.imports.words import TAB_HELP
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw

AT_ONCE: Final = 50  # rows of a page
STATE_TABS: Final = ("undone", "kept", "waiting")


@staff_page()
@require_GET
def run(request: StaffRequest, run: str) -> HttpResponse:
    """GET where the import stands."""
    return _page(request, known(run, request)[0])


@staff_page()
@require_GET
def progress(request: StaffRequest, run: str) -> HttpResponse:
    """GET how far the worker is; once it is done, go to what came of it."""
    found, _brought = known(run, request)
    if found.state not in AT_WORK:
        return elsewhere(request, address(request, run))
    tag = _tag(found)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "no-store"})
    answer = draw(request, "imports/progress.html", {"work": work(found)})
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff_page()
@require_POST
def intake(request: StaffRequest, run: str) -> HttpResponse:
    """POST: bring the rows in, or go on."""
    known(run, request)
    return _after(request, run, start_import(request.desk, run=run))


@staff_page()
@require_POST
def stop(request: StaffRequest, run: str) -> HttpResponse:
    """POST: stop after the rows that are in hand."""
    known(run, request)
    return _after(request, run, stop_import(request.desk, run=run))


@staff_page()
@require_POST
def push(request: StaffRequest, run: str) -> HttpResponse:
    """POST: have the worker take it up again, should it have given up."""
    known(run, request)
    return _after(request, run, resume_import(request.desk, run=run))


@staff_page()
@require_http_methods(["GET", "POST"])
def undo(request: StaffRequest, run: str) -> HttpResponse:
    """GET what undoing would do; POST it."""
    found, _brought = known(run, request)
    if request.method == "POST":
        return _after(request, run, start_undo(request.desk, run=run))
    if not _may_undo(request, found):
        return elsewhere(request, address(request, run))
    return page(request, "undo", found, lines=undo_lines(found), may=True)


@staff_page()
@require_POST
def forget(request: StaffRequest, run: str) -> HttpResponse:
    """POST: throw the file away."""
    known(run, request)
    outcome = forget_import(request.desk, run=run)
    if isinstance(outcome, ImportRefused):
        return _page(request, known(run, request)[0], reasons=outcome.reasons)
    messages.success(request, _("The file is discarded."))
    return elsewhere(request, reverse("imports:start", args=[request.library.slug]))


def _after(request: StaffRequest, run: str, outcome: object) -> HttpResponse:
    if isinstance(outcome, ImportRefused):
        return _page(request, known(run, request)[0], reasons=outcome.reasons)
    return elsewhere(request, address(request, run))


def _may_undo(request: StaffRequest, run: ImportView) -> bool:
    return run.undo_until is not None and request.desk.now <= run.undo_until


def _page(request: StaffRequest, run: ImportView, *, reasons: tuple[str, ...] = ()) -> HttpResponse:
    state = State(run.state)
    status = 409 if reasons else 200
    if state == State.UPLOADED:
        return elsewhere(request, address(request, run.public_id, "columns"))
    if state == State.FAILED:
        problem = (run.problem,) if run.problem else ()
        return page(request, "failed", run, reasons=reasons or problem, status=status)
    if state in AT_WORK:
        return page(
            request, "work", run, reasons=reasons, status=status, work=work(run), tag=_tag(run)
        )
    here = request.GET.get("show", "")
    counts = {tab["code"]: tab["count"] for tab in tabs(run)}
    here = here if here in counts else first_tab(run)
    context = _rows(request, run, here, counts[here])
    rows = context["rows"]
    is_over = not rows and _is_over(run)
    if is_over and state == State.CHECKED:
        return page(request, "failed", run, reasons=reasons or ("days_over",), status=status)
    problem = (run.problem,) if run.problem and not reasons else ()
    return page(
        request,
        "result",
        run,
        reasons=reasons or problem,
        status=status,
        result=result(request.desk, run, is_over=is_over)
        | {"rejected_files": FILES[Kind(run.kind)]},
        first_wrong=next_wrong_row(run.public_id),
        tabs=[] if is_over else tabs(run, here),
        covers=shown_covers(run),
        tab_help=_tab_help(run, here, is_mendable=any(row["mend"] for row in rows)),
        **context,
        **file_field(),
    )


def _is_over(run: ImportView) -> bool:
    """Say whether its rows were kept long enough, and are gone."""
    return run.rows_read > 0 and not import_rows_page(run.public_id, limit=1)


def _tab_help(run: ImportView, here: str, *, is_mendable: bool) -> str:
    if run.kind in PERSONAL and here in COME_IN:
        return ""  # those words are about books
    return str(TAB_HELP.get("mendable" if is_mendable and here == WRONG else here, ""))


def _rows(request: StaffRequest, run: ImportView, here: str, count: int) -> dict[str, Any]:
    last = max(1, -(-count // AT_ONCE))
    number = page_number(request, most=last)
    rows = import_rows_page(
        run.public_id,
        verdict="" if here in (*STATE_TABS, "doubtful") else here,
        state=here if here in STATE_TABS else "",
        is_doubtful=here == "doubtful",
        limit=AT_ONCE,
        offset=(number - 1) * AT_ONCE,
    )
    return {
        "rows": [shown_row(request.library.slug, run, row) for row in rows],
        "number": number,
        "last": last,
        "rows_query": f"show={here}",
    }


def _tag(run: ImportView) -> str:
    """Return the ETag of how far it is, so that an unchanged bar costs nothing."""
    seen = [run.state, run.rows_read, run.rows_done, run.counts, get_language()]
    return f'"{hashlib.sha256(repr(seen).encode()).hexdigest()[:32]}"'
