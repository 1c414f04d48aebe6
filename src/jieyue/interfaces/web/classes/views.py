"""Classes: which there are, lending to one on a tablet, and a sheet with everybody's code."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.in_class import in_class
from jieyue.circulation.queries.classroom import (
    ClassFigures,
    Pupil,
    class_figures,
    roster,
)
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.classes import turns
from jieyue.interfaces.web.classes.state import Room, read_room, shown_name
from jieyue.interfaces.web.classes.turns import Said, Turn
from jieyue.interfaces.web.desk.state import MalformedError, read_barcode, read_reasons
from jieyue.interfaces.web.errors import forbidden
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.kit.ids import public_id
from jieyue.kit.paper.codes import qr_rows, runs
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.groups import classes, groups_seen

LIVE_SECONDS = 4


@require_GET
@staff_page(Permission.CLASSES)
def home(request: StaffRequest) -> HttpResponse:
    """GET the classes with their figures: all, or those of a teacher."""
    only = groups_seen(request.desk)
    figures = class_figures(request.desk, only=only)
    rows = [
        {"view": view, "figures": figures.get(view.name, ClassFigures())}
        for view in classes(request.desk.today, only=only)
    ]
    context = {
        "page_active": "patrons",
        "rows": rows,
        "is_own": only is not None,
        "may_return": in_class(request.desk).may(Permission.CHECKIN),
        "books": sum(one.books for one in figures.values()),
        "overdue": sum(one.overdue for one in figures.values()),
    }
    return draw(request, "classes/home.html", context)


@csp("scan")
@require_GET
@staff_page(Permission.CLASSES)
def room(request: StaffRequest) -> HttpResponse:
    """GET a class's page to lend with: tap a name, scan a book, next."""
    state, pupils = _open(request)
    return _answer(request, Turn(room=state), pupils)


@require_GET
@staff_page(Permission.CLASSES)
def tiles(request: StaffRequest) -> HttpResponse:
    """GET the names with what each has, asked anew every few seconds: another tablet lends, too."""
    state, pupils = _open(request)
    answer = draw(request, "classes/room.html#tiles", _context(Turn(room=state), pupils))
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    for name, value in headers.items():
        answer[name] = value
    return answer


def _turn_view(turn: Callable[..., Turn]) -> Callable[..., HttpResponse]:
    """Make a function from request, state and pupils to a turn a view that answers a POST."""

    def view(request: StaffRequest) -> HttpResponse:
        state, pupils = _open(request)
        request.desk = in_class(request.desk)
        if state.mode == "return" and not request.desk.may(Permission.CHECKIN):
            return forbidden(request)
        try:
            taken = turn(request, state, pupils)
        except MalformedError as error:
            raise Http404(str(error)) from error
        return _answer(request, taken, roster_of(request, state) if taken.said else pupils)

    return csp("scan")(require_POST(staff_page(Permission.CLASSES)(view)))


@_turn_view
def scans(request: StaffRequest, state: Room, pupils: list[Pupil]) -> Turn:
    """POST `q`: a book, a card or the code of the class's sheet."""
    by_id = {pupil.public_id: pupil for pupil in pupils}
    only = groups_seen(request.desk) is not None
    return turns.scanned(request.desk, state, request.POST.get("q", ""), by_id, only=only)


@_turn_view
def taps(request: StaffRequest, state: Room, pupils: list[Pupil]) -> Turn:
    """POST `pick`: who is next."""
    return turns.tapped(request.desk, state, _picked(pupils, request.POST.get("pick", "")))


@_turn_view
def loans(request: StaffRequest, state: Room, pupils: list[Pupil]) -> Turn:
    """POST `barcode` for `pick`, although the reasons of `override` stand against it."""
    pupil = _picked(pupils, request.POST.get("pick", ""))
    barcode = read_barcode(request.POST.get("barcode", ""))
    override = read_reasons(request.POST.getlist("override"))
    return turns.lend_all_the_same(request.desk, state, barcode, pupil, override)


@_turn_view
def undo(request: StaffRequest, state: Room, pupils: list[Pupil]) -> Turn:
    """POST: take the last step back."""
    return turns.undone(request.desk, state)


@csp("print")
@require_GET
@staff_page(Permission.CLASSES)
def sheet(request: StaffRequest) -> HttpResponse:
    """GET the class's sheet (读者账簿): everybody's name with the code of their card, to print."""
    state, pupils = _open(request)
    rows = [{"pupil": one, "code": _code(one.card) if one.card else None} for one in pupils]
    context = {"room": state, "rows": rows, "missing": sum(not one.card for one in pupils)}
    return draw(request, "classes/sheet.html", context)


@require_GET
@staff_page(Permission.CLASSES)
def who_has_what(request: StaffRequest) -> HttpResponse:
    """GET the list of a class: who has what until when, late ones first to be seen."""
    state, pupils = _open(request)
    context = {
        "page_active": "patrons",
        "room": state,
        "pupils": pupils,
        "with_books": sum(bool(one.loans) for one in pupils),
        "books": sum(len(one.loans) for one in pupils),
        "late": sum(loan.is_overdue for one in pupils for loan in one.loans),
        "sees_readers": request.desk.may(Permission.PATRON_VIEW),
    }
    return draw(request, "classes/list.html", context)


def roster_of(request: StaffRequest, state: Room) -> list[Pupil]:
    """Return the class with names as its screen shows them; 404 where it is not to be seen."""
    only = groups_seen(request.desk)
    if only is not None and state.group not in only:
        raise Http404("another's class")
    found = roster(request.desk, state.group) if state.group else []
    if not found:
        raise Http404("no such class")
    return [
        replace(one, name=shown_name(one.name, one.student_number, place, state.names))
        for place, one in enumerate(found, start=1)
    ]


def _open(request: StaffRequest) -> tuple[Room, list[Pupil]]:
    try:
        state = read_room(request.GET, request.POST)
    except MalformedError as error:
        raise Http404(str(error)) from error
    return state, roster_of(request, state)


def _picked(pupils: list[Pupil], public_id: str) -> Pupil:
    found = next((pupil for pupil in pupils if pupil.public_id == public_id), None)
    if found is None:
        raise Http404("not in this class")
    return found


def _context(turn: Turn, pupils: list[Pupil]) -> dict[str, Any]:
    state = turn.room
    return {
        "page_active": "patrons",
        "room": state,
        "query": state.query(),
        "live_seconds": LIVE_SECONDS,
        "said": turn.said,
        "pupils": pupils,
        "next_up": next((one for one in pupils if one.public_id == state.reader), None),
        "with_books": sum(bool(one.loans) for one in pupils),
        "key": public_id(),
        "modes": [(mode, state.query(mode=mode), mode == state.mode) for mode in _MODES],
        "ways": [(names, state.query(names=names), names == state.names) for names in _NAMES],
    }


_MODES = ("lend", "return")
_NAMES = ("full", "masked", "number")


def _answer(request: StaffRequest, turn: Turn, pupils: list[Pupil]) -> HttpResponse:
    is_part = bool(request.headers.get("HX-Request")) and request.method == "POST"
    template = "classes/room.html#turn" if is_part else "classes/room.html"
    said: Said | None = turn.said
    context = _context(turn, pupils) | {"is_part": is_part}
    answer = draw(request, template, context, status=said.status if said else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _code(card: str) -> dict[str, Any]:
    """Return a QR code as the path of a picture of so many modules."""
    rows = qr_rows(card)
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, line in enumerate(rows)
        for start, length in runs(line)
    )
    return {"room": len(rows) + 4, "path": path}
