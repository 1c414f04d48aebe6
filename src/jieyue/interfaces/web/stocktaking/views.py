"""Counting: which stock-takes there are, starting one, and scanning along the shelves."""

import hashlib
import json
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.stock_outcomes import StockRefused
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import (
    close_stock_take,
    pause_stock_take,
    reopen_stock_take,
    resume_stock_take,
    start_stock_take,
)
from jieyue.circulation.queries.stocktaking import (
    StockTakeView,
    lines,
    progress,
    stock_take,
    stock_takes,
)
from jieyue.circulation.rules.stocktaking import MAX_SCANNER, MAX_SCANS, MAX_SHELF
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.errors import bad_request
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.stocktaking import answers
from jieyue.interfaces.web.stocktaking.forms import StartForm
from jieyue.kit.tables.cells import one_line
from jieyue.libraries.rules.permissions import Permission

LIVE_SECONDS: Final = 4
LOOKED_THROUGH: Final = 3_000  # copies more, and the page asks a second later
SHOWN: Final = 6  # scans
MAX_TEXT: Final = 1_000
MAX_ID: Final = 40  # of a scan, as its browser calls it
MAX_AGE: Final = timedelta(days=60)  # of a scan that waited in a browser
CHANGES: Final = {
    "pause": pause_stock_take,
    "resume": resume_stock_take,
    "close": close_stock_take,
    "reopen": reopen_stock_take,
}


@require_GET
@staff_page(Permission.COPY_SHELVE)
def home(request: StaffRequest) -> HttpResponse:
    """GET the newest stock-takes."""
    context = {"page_active": "catalog", "takes": stock_takes(request.desk)}
    return draw(request, "stocktaking/home.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.CATALOG_EDIT)
def new(request: StaffRequest) -> HttpResponse:
    """GET the form; POST it, and the count begins."""
    page: Any = request.page
    options = {
        "branches": [(branch.code, branch.name) for branch in page["branches"]],
        "may_all": page["works_everywhere"],
    }
    if request.method == "GET":
        day = day_words(request.desk.today, with_year=True)
        name = _("Stock-take of %(day)s") % {"day": day}
        initial = {"name": name, "checks_order": True, "branch": page["branch"].code}
        return _form(request, StartForm(initial=initial, **options))
    form = StartForm(request.POST, **options)
    if not form.is_valid():
        return _form(request, form, status=422)
    outcome = start_stock_take(request.desk, **form.cleaned_data)
    if isinstance(outcome, StockRefused):
        form.add_error(None, " ".join(answers.of_refusal(outcome)))
        return _form(request, form, status=409)
    address = reverse("stock:take", args=[request.library.slug, outcome.stock_take])
    return elsewhere(request, address)


@csp("scan")
@require_GET
@staff_page(Permission.COPY_SHELVE)
def counting(request: StaffRequest, take: str) -> HttpResponse:
    """GET the page to scan with."""
    return _page(request, take_of(request, take))


@csp("scan")
@require_POST
@staff_page(Permission.COPY_SHELVE)
def scans(request: StaffRequest, take: str) -> HttpResponse:
    """POST scans: `scans`, a JSON list of {id, text, shelf, age in seconds}; or one as `q`.

    The script of the page gets the answers as list items, each with the scan's id, and forgets
    those scans; without it the page is drawn again.
    """
    view = take_of(request, take)
    given = request.POST.get("scans", "")
    try:
        asked = read_scans(request, given) if given else _typed(request)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return bad_request(request)
    if not asked:
        return _page(request, view)
    scanner = request.POST.get("scanner", "")[:MAX_SCANNER]
    outcome = scan_stock(request.desk, stock_take=take, scans=asked, scanner=scanner)
    if isinstance(outcome, StockRefused):
        text, help_text = answers.of_refusal(outcome)
        context = {"refusal": text, "refusal_help": help_text}
        if given:
            return draw(request, "stocktaking/take.html#refusal", context, status=409)
        return _page(request, view, context, status=409)
    said = [answers.of_scan(result, request.desk.zone) for result in reversed(outcome.results)]
    if given:
        return draw(request, "stocktaking/take.html#answers", {"answers": said})
    return _page(request, view, {"answers": said})


@require_GET
@staff_page(Permission.COPY_SHELVE)
def progress_now(request: StaffRequest, take: str) -> HttpResponse:
    """GET how far it is, drawn anew every few seconds; 304 when nothing has changed."""
    view = take_of(request, take)
    state = progress(view.id)
    text = repr([view, state, get_language()])
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    response = draw(request, "stocktaking/progress.html", {"take": view, "progress": state})
    for name, value in headers.items():
        response.headers[name] = value
    return response


@require_POST
@staff_page(Permission.COPY_SHELVE)
def change_state(request: StaffRequest, take: str) -> HttpResponse:
    """POST `do`: pause, resume, close or reopen."""
    take_of(request, take)
    act = CHANGES.get(request.POST.get("do", ""))
    if act is None:
        return bad_request(request)
    outcome = act(request.desk, stock_take=take)
    if isinstance(outcome, StockRefused):
        messages.error(request, " ".join(answers.of_refusal(outcome)))
    else:
        words = {
            "paused": _("Paused. Scans made before the pause still come in."),
            "closed": _("Closed. The report stays as it is now."),
            "open": _("Scanning goes on."),
        }
        messages.success(request, words[outcome.state])
    where = "stock:take" if act in (pause_stock_take, resume_stock_take) else "stock:found"
    return elsewhere(request, reverse(where, args=[request.library.slug, take]))


def take_of(request: StaffRequest, take: str) -> StockTakeView:
    """Return the stock-take. Raises Http404."""
    found = stock_take(request.desk, take)
    if found is None:
        raise Http404("no such stock-take")
    return found


def _page(
    request: StaffRequest,
    take: StockTakeView,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    recent = lines(take.id, "recent", limit=SHOWN)
    context: dict[str, Any] = {
        "page_active": "catalog",
        "take": take,
        "progress": progress(take.id),
        "answers": [answers.of_line(line, request.desk.zone) for line in recent],
        "shelf": request.POST.get("shelf", "")[:MAX_SHELF] or take.shelf,
        "live_seconds": LIVE_SECONDS + take.expected // LOOKED_THROUGH,
    } | (more or {})
    return draw(request, "stocktaking/take.html", context, status=status)


def _form(request: StaffRequest, form: StartForm, *, status: int = 200) -> HttpResponse:
    context = {"page_active": "catalog", "form": form}
    return draw(request, "stocktaking/new.html", context, status=status)


def _typed(request: StaffRequest) -> tuple[StockScan, ...]:
    """Return the one scan of a form without a script."""
    text = request.POST.get("q", "").strip()[:MAX_TEXT]
    shelf = request.POST.get("shelf", "")[:MAX_SHELF]
    return (StockScan(text=text, shelf=shelf),) if text else ()


def read_scans(request: StaffRequest, given: str) -> tuple[StockScan, ...]:
    """Return the scans that a browser kept, blank ones too: it waits for an answer to each.

    What is no such list raises.
    """
    found = json.loads(given)
    if not isinstance(found, list) or len(found) > MAX_SCANS:
        raise ValueError("not a list of scans")
    read = []
    for one in found:
        age = timedelta(seconds=float(one["age"]))
        if not timedelta(0) <= age <= MAX_AGE:
            age = timedelta(0)
        read.append(
            StockScan(
                text=str(one["text"])[:MAX_TEXT],
                id=one_line(str(one["id"]), MAX_ID),
                seen_at=request.desk.now - age,
                shelf=one_line(str(one.get("shelf", "")), MAX_SHELF),
            )
        )
    return tuple(read)
