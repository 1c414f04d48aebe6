"""Choose copies and a change, look at it, have it done, watch it, take it back."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.catalog.actions import Refused
from jieyue.catalog.queries import item_types
from jieyue.circulation.actions.pile_scans import scan_pile, take_off_pile
from jieyue.circulation.actions.piles import begin_pile, make_pile, step_pile, undo_pile
from jieyue.circulation.queries.pile_scans import pile_size, scanned_last
from jieyue.circulation.queries.piles import PAGE, Pile, recent_piles
from jieyue.circulation.queries.piles import pile as pile_view
from jieyue.circulation.rules.piles import NEEDS, PileKind
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.forms import show_faults
from jieyue.interfaces.web.catalog.words import faults_in_words
from jieyue.interfaces.web.errors import bad_request
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.piles import answers, origins
from jieyue.interfaces.web.piles.forms import FIELDS, PileForm
from jieyue.interfaces.web.piles.words import KINDS, STATES, Words, why_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.stocktaking.views import MAX_TEXT, read_scans
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.queries import staff_names
from jieyue.libraries.rules.permissions import Permission

AT_WORK: Final = ("running", "undoing")


@csp("scan")
@staff_page(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def home(request: StaffRequest) -> HttpResponse:
    """GET what may be changed, `?q=` a search's books, `?import=` a list's; POST makes a pile.

    `?title=`, `?way=`, `?branch=&shelf=`: the copies of a book, of a room or shelf that is
    described, of a shelf.
    `do=<kind>` shows another kind of change and keeps what was typed; `off=<copy>` takes one of
    the copies that were scanned off the pile again, `off=all` all of them.
    """
    kinds = _kinds(request)
    asked = request.POST.get("do") or request.POST.get("kind") or request.GET.get("kind", "")
    if asked in NEEDS and asked not in kinds:
        raise ForbiddenError(NEEDS[PileKind(asked)])
    kind = PileKind(asked) if asked in kinds else kinds[0]
    if request.method == "GET":
        initial = origins.from_query(request)
        form = PileForm(initial=initial, **_choices(request, initial))
        return _home(request, form, kinds, kind)
    choices = _choices(request, request.POST)
    if off := request.POST.get("off", ""):
        take_off_pile(request.desk, copy="" if off == "all" else off)
    if off or request.POST.get("do"):
        kept = {name: request.POST.get(name, "") for name in PileForm.base_fields}
        return _home(request, PileForm(initial=kept, **choices), kinds, kind)
    form = PileForm(request.POST, **choices)
    if not form.is_valid():
        return _home(request, form, kinds, kind, status=422)
    made = make_pile(request.desk, change=form.change(kind), **origins.asked(request, form))
    if isinstance(made, Refused):
        errors = show_faults(form, made.faults)
        return _home(request, form, kinds, kind, errors=errors, status=409)
    return elsewhere(request, _address(request, made.pile))


@csp("scan")
@staff_page(Permission.CATALOG_VIEW)
@require_POST
def scans(request: StaffRequest) -> HttpResponse:
    """POST scans: `scans`, a JSON list of {id, text, age} that a browser kept; or one as `q`.

    The script of the page gets an answer to each as a list item; without it the page comes anew.
    """
    kinds = _kinds(request)
    given = request.POST.get("scans", "")
    if not given:
        text = request.POST.get("q", "")[:MAX_TEXT]
        outcome = scan_pile(request.desk, scans=(text,)) if text.strip() else None
        initial = origins.from_query(request)
        form = PileForm(initial=initial, **_choices(request, initial))
        seen = [answers.of_scan(one) for one in outcome.seen] if outcome else []
        return _home(request, form, kinds, kinds[0], seen=seen)
    try:
        kept = read_scans(request, given)
        outcome = scan_pile(request.desk, scans=tuple(one.text for one in kept))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return bad_request(request)
    said = answers.of_scans(outcome.seen, (one.id for one in kept))
    return draw(request, "piles/scanned.html", {"answers": said})


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def count(request: StaffRequest) -> HttpResponse:
    """GET how many lie on the pile, drawn anew every few seconds; 304 when nothing has changed."""
    size = pile_size(request.desk)
    tag = f'"{get_language()}-{size}"'
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    response = draw(request, "piles/count.html", {"size": size})
    for name, value in headers.items():
        response.headers[name] = value
    return response


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def show(request: StaffRequest, pile: str) -> HttpResponse:
    """GET a pile: what would be done, how far it is, or what came of it."""
    return _shown(request, pile)


@staff_page(Permission.CATALOG_VIEW)
@require_POST
def begin(request: StaffRequest, pile: str) -> HttpResponse:
    """POST: change them; a small pile is done when the answer comes."""
    _known(request, pile)
    return _after(request, pile, begin_pile(request.desk, pile=pile))


@staff_page(Permission.CATALOG_VIEW)
@require_POST
def undo(request: StaffRequest, pile: str) -> HttpResponse:
    """POST: take the change back, where nothing followed."""
    _known(request, pile)
    return _after(request, pile, undo_pile(request.desk, pile=pile))


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def progress(request: StaffRequest, pile: str) -> HttpResponse:
    """GET how far the worker is; once it is done, go to what came of it."""
    known = _known(request, pile)
    if known.state not in AT_WORK:
        return elsewhere(request, _address(request, pile))
    return draw(request, "piles/progress.html", {"work": _work(known)})


def _after(request: StaffRequest, pile: str, outcome: Any) -> HttpResponse:
    if isinstance(outcome, Refused):
        return _shown(request, pile, errors=faults_in_words(outcome.faults), status=409)
    if outcome.is_small:
        desk = replace(request.desk, key=None)  # each step is an action of its own
        while not step_pile(desk, pile=pile).is_last:
            pass
    return elsewhere(request, _address(request, pile))


def _home(
    request: StaffRequest,
    form: PileForm,
    kinds: list[PileKind],
    kind: PileKind,
    *,
    errors: list[str] | None = None,
    seen: list[answers.Answer] | None = None,
    status: int = 200,
) -> HttpResponse:
    size = pile_size(request.desk)
    is_scanning = form["which"].value() == "barcodes"
    scanned = scanned_last(request.desk) if is_scanning and not seen else []
    piles = recent_piles(request.desk)
    names = staff_names(one.staff_id for one in piles)
    shown, words = FIELDS[kind], Words()
    context = {
        "page_active": "catalog",
        "form": form,
        "kind": kind,
        "kinds": [(one.value, *KINDS[one]) for one in kinds],
        "shown": [form[name] for name in shown],
        "kept": [
            form[name].as_hidden() for names in FIELDS.values() for name in names
            if name not in shown
        ],
        "errors": errors or [],
        "is_scanning": is_scanning,
        "size": size,
        "answers": seen or [answers.of_pile(one) for one in scanned],
        "recent": [
            {
                "pile": one,
                "kind": KINDS[one.kind][0],
                "said": words.change(one),
                "by": names.get(one.staff_id or 0, ""),
                "on": one.created_at.astimezone(request.desk.zone).date(),
            }
            for one in piles
        ],
    }  # fmt: skip
    return draw(request, "piles/home.html", context, status=status)


def _shown(
    request: StaffRequest, public_id: str, *, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    number = page_number(request)
    known = _known(request, public_id, page=number)
    words, counts = Words(), known.counts
    context = {
        "page_active": "catalog",
        "pile": known,
        "kind_words": KINDS[known.kind][0],
        "icon_name": KINDS[known.kind][1],
        "said": words.change(known),
        "counts": [(state, STATES[state], n) for state, n in sorted(counts.items()) if n],
        "todo": counts.get("waiting", 0),
        "reasons": [(why_words(code), n) for code, n in known.reasons],
        "rows": [
            {
                "line": line,
                "changes": words.line(line),
                "state": STATES[line.state],
                "why": why_words(line.why) if line.why else "",
            }
            for line in known.lines
        ],
        "may": NEEDS[known.kind] in request.desk.permissions,
        "errors": errors or [],
        "number": number,
        "last": max(1, ceil(known.shown / PAGE)),
        "work": _work(known) if known.state in AT_WORK else None,
    }
    return draw(request, "piles/pile.html", context, status=status)


def _work(pile: Pile) -> dict[str, Any]:
    """Return how far it is."""
    todo = pile.counts.get("done" if pile.state == "undoing" else "waiting", 0)
    return {"is_undo": pile.state == "undoing", "done": pile.total - todo, "total": pile.total}


def _kinds(request: StaffRequest) -> list[PileKind]:
    """Return what somebody may change. Raises ForbiddenError if it is nothing."""
    kinds = [kind for kind in PileKind if NEEDS[kind] in request.desk.permissions]
    if not kinds:
        raise ForbiddenError(Permission.COPY_SHELVE)
    return kinds


def _choices(request: StaffRequest, given: Mapping[str, Any]) -> dict[str, Any]:
    branches: Any = request.page["branches"]
    return {
        "came_from": origins.offered(request, given),
        "branches": [(one.code, one.name) for one in branches],
        "item_types": [(one.code, one.name) for one in item_types()],
        "is_scanned": pile_size(request.desk) > 0,
    }


def _known(request: StaffRequest, public_id: str, *, page: int = 1) -> Pile:
    known = pile_view(request.desk, public_id, page=page)
    if known is None:
        raise Http404("no such pile")
    return known


def _address(request: StaffRequest, pile: str) -> str:
    return reverse("piles:pile", args=[request.library.slug, pile])
