"""The school year's change: a table of classes, a look at what would happen, done, undone."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.queries.leavers import Leaver, leavers
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.errors import other_branch
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.kit.ids import public_id
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.groups import Proposal, promotion, promotions, proposals
from jieyue.patrons.promoting import (
    Move,
    PromotionBegun,
    PromotionFault,
    PromotionRefused,
    begin_promotion,
    joined,
    step_promotion,
    undo_promotion,
)
from jieyue.patrons.rules.classes import class_key

MOST_STEPS: Final = 20  # 10,000 readers while somebody waits; the worker does the rest


@require_http_methods(["GET", "POST"])
@staff_page(Permission.PATRON_EDIT)
def plan(request: StaffRequest) -> HttpResponse:
    """GET the classes with proposed names; POST `do=look` to count, `do=apply` to do it."""
    if not request.page["works_everywhere"]:
        return other_branch(request)
    desk = request.desk
    year = desk.today.year if desk.today.month >= 3 else desk.today.year - 1
    primary = 5 if request.GET.get("primary") == "5" else 6
    table = proposals(desk.today, year=year, kind=request.library.kind, primary_years=primary)
    if request.method == "GET":
        leave_on = max(date(year, 8, 31), desk.today)
        return _table(request, _asked(table, None), leave_on, primary=primary)
    rows = _asked(table, request)
    moves = _sent(request)
    try:
        leave_on = date.fromisoformat(request.POST.get("leave_on", ""))
    except ValueError:
        fault = _("Please give the day as 2026-03-31.")
        return _table(request, rows, desk.today, primary=primary, fault=fault, status=422)
    may_join = request.POST.get("may_join") == "1"
    if request.POST.get("do") != "apply":
        return _table(request, rows, leave_on, primary=primary, looked=True)
    outcome = begin_promotion(desk, moves=moves, leave_on=leave_on, may_join=may_join)
    if isinstance(outcome, PromotionRefused):
        fault = fault_words(outcome)
        return _table(
            request, rows, leave_on, primary=primary, fault=fault, looked=True, status=409
        )
    return _done(request, outcome)


@require_GET
@staff_page(Permission.PATRON_EDIT)
def one(request: StaffRequest, promotion_id: str) -> HttpResponse:
    """GET what became of a promotion, with its lists and the way back."""
    view = promotion(promotion_id, request.desk.now)
    if view is None:
        raise Http404("no such promotion")
    found = leavers(request.desk, promotion_id)
    context = {
        "page_active": "patrons",
        "view": view,
        "begun_on": view.started_at.astimezone(request.desk.zone).date(),
        "key": public_id(),
        "leaving": len(found),
        "clear": sum(leaver.is_clear for leaver in found),
        "open": [leaver for leaver in found if not leaver.is_clear],
    }
    return draw(request, "classes/promotion.html", context)


@require_POST
@staff_page(Permission.PATRON_EDIT)
def undo(request: StaffRequest, promotion_id: str) -> HttpResponse:
    """POST: put every reader back who was not changed since."""
    outcome = undo_promotion(request.desk, promotion=promotion_id)
    if isinstance(outcome, PromotionRefused):
        if outcome.fault is PromotionFault.PROMOTION_UNKNOWN:
            raise Http404("no such promotion")
        messages.error(request, fault_words(outcome))
        return elsewhere(request, _address(request, promotion_id))
    return _done(request, outcome)


@csp("print")
@require_GET
@staff_page(Permission.PATRON_EDIT)
def lists(request: StaffRequest, promotion_id: str) -> HttpResponse:
    """GET for paper: each class's leavers with what is open, or `?what=certificates`."""
    if promotion(promotion_id, request.desk.now) is None:
        raise Http404("no such promotion")
    found = leavers(request.desk, promotion_id)
    context: dict[str, Any] = {"promotion_id": promotion_id}
    if request.GET.get("what") == "certificates":
        context["people"] = [leaver for leaver in found if leaver.is_clear]
        return draw(request, "classes/certificates.html", context)
    context["groups"] = _by_class(found)
    return draw(request, "classes/leavers.html", context)


def fault_words(outcome: PromotionRefused) -> str:
    """Say what stands against a promotion, and what to do."""
    which = _(", ").join(outcome.classes[:10])
    words = {
        PromotionFault.NOTHING_MOVES: _("No class changes. Enter new names first."),
        PromotionFault.CLASS_UNKNOWN: _("Nobody is in %(which)s any more. Load the page anew."),
        PromotionFault.CLASS_TWICE: _("%(which)s stands there twice."),
        PromotionFault.NAME_MISSING: _("Give %(which)s a new name."),
        PromotionFault.NAME_TOO_LONG: _("The new name of %(which)s is too long."),
        PromotionFault.TWO_INTO_ONE: _(
            "Two classes would become one: %(which)s. Change a name, or say that it is meant."
        ),
        PromotionFault.AT_WORK: _("A change is still at work, or was undone already."),
        PromotionFault.PROMOTION_UNKNOWN: _("This change is not here."),
        PromotionFault.UNDO_TOO_LATE: _("It is more than 30 days ago and can no longer be undone."),
    }
    return words[outcome.fault] % {"which": which}


def _done(request: StaffRequest, begun: PromotionBegun) -> HttpResponse:
    """Take steps while somebody waits; the rest is the worker's."""
    desk = replace(request.desk, key=None)  # the key is the beginning's
    for _step in range(MOST_STEPS):
        if step_promotion(desk, promotion=begun.promotion).is_last:
            break
    return elsewhere(request, _address(request, begun.promotion))


def _address(request: StaffRequest, promotion_id: str) -> str:
    return reverse("classes:promotion", args=[request.library.slug, promotion_id])


def _sent(request: StaffRequest) -> tuple[Move, ...]:
    """Return the moves just as they were sent: a double click sends the same once more."""
    leaving = set(request.POST.getlist("leaves"))
    pairs = zip(request.POST.getlist("was"), request.POST.getlist("now"), strict=False)
    return tuple(Move(was=was, now=now.strip(), leaves=was in leaving) for was, now in pairs)


def _asked(table: list[Proposal], request: StaffRequest | None) -> list[dict[str, Any]]:
    """Return the table as it was sent, or as proposed. Rows are named by their place and class."""
    sent = request.POST if request else {}
    names = dict(zip(request.POST.getlist("was"), request.POST.getlist("now"), strict=False)) \
        if request else {}  # fmt: skip
    leaving = set(request.POST.getlist("leaves")) if request else set()
    return [
        {
            "proposal": row,
            "was": row.was,
            "now": names.get(row.was, row.was if sent else row.now).strip(),
            "leaves": row.was in leaving if sent else row.fate == "leaves",
            "readers": row.readers,
        }
        for row in table
    ]


def _table(
    request: StaffRequest, rows: list[dict[str, Any]], leave_on: date, *, primary: int,
    fault: str = "", looked: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    moving = [
        Move(was=r["was"], now=r["now"], leaves=r["leaves"])
        for r in rows
        if r["leaves"] or r["was"] != r["now"]
    ]
    counts: Counter[str] = Counter()
    for row in rows:
        is_moving = row["was"] != row["now"]
        kind = "leaves" if row["leaves"] else "moves" if is_moving else "stays"
        counts[kind] += row["readers"]
    clashes = joined(moving, {row["was"] for row in rows})
    context = {
        "page_active": "patrons",
        "rows": [row | {"clashes": row["now"] in clashes and row["was"] != row["now"]}
                 for row in rows],
        "counts": dict(counts),
        "clashes": clashes,
        "may_join": request.POST.get("may_join") == "1",
        "leave_on": leave_on,
        "primary": primary,
        "is_primary": any(row["proposal"].fate == "leaves" for row in rows)
        or request.library.kind == "primary",
        "fault": fault,
        "looked": looked,
        "key": public_id(),
        "earlier": [
            {"view": view, "on": view.started_at.astimezone(request.desk.zone).date()}
            for view in promotions(request.desk.now)
        ],
    }  # fmt: skip
    return draw(request, "classes/plan.html", context, status=status)


def _by_class(found: list[Leaver]) -> list[tuple[str, list[Leaver]]]:
    ordered = sorted(found, key=lambda leaver: class_key(leaver.group))
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda one: one.group)]
