"""The desk (借还台): one scan box that does the next sensible thing."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.recall import recall, undo_recall
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.queries.desk import is_loan
from jieyue.circulation.queries.desk_reader import returns_today
from jieyue.circulation.queries.loans import lent_and_returned_today
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.desk import answers, kept, looks, renewing, turns
from jieyue.interfaces.web.desk.behalf import behalf_of
from jieyue.interfaces.web.desk.returning import returning_of
from jieyue.interfaces.web.desk.rows import (
    keys_words,
    next_query,
    open_visit,
    tabs_of,
    undo_words,
    visit_of,
)
from jieyue.interfaces.web.desk.state import (
    MalformedError,
    State,
    Undo,
    read_barcode,
    read_loans,
    read_reasons,
    read_state,
    read_step,
)
from jieyue.interfaces.web.desk.turns import Turn, UnknownReaderError
from jieyue.interfaces.web.errors import forbidden
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings.background_words import background_trouble
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.permissions import Permission

P = ParamSpec("P")
UNDO = {
    "checkout": undo_checkout,
    "checkin": undo_checkin,
    "renewal": undo_renewal,
    "recall": undo_recall,
}


@require_GET
@staff_page()
def home(request: StaffRequest) -> HttpResponse:
    """The page as its address says it: mode, open reader, and what a form just did."""
    if not _may_work_here(request):
        if request.desk.may(Permission.CLASSES):
            return elsewhere(request, reverse("classes:home", args=[request.library.slug]))
        return forbidden(request)
    try:
        state = read_state(request.GET)
    except MalformedError as error:
        raise Http404(str(error)) from error
    turn = Turn(state=state, answer=None)
    if key := request.GET.get("did", "")[: kept.MAX_KEY]:
        turn = kept.turn_of(request.desk, state, key) or turn
    is_part = request.headers.get("HX-Request") and not request.headers.get(
        "HX-History-Restore-Request"
    )
    return _draw(request, turn, "desk/home.html#desk" if is_part else "desk/home.html")


@require_GET
@staff_page()
def today(request: StaffRequest) -> HttpResponse:
    """Today's returns and counts, asked for anew after each step."""
    if not _may_work_here(request):
        return forbidden(request)
    context = _today(request) | {"state": State(), "key": public_id()}
    return draw(request, "desk/home.html#today", context)


def _turn_view(
    turn: Callable[Concatenate[StaffRequest, State, P], Turn],
) -> Callable[..., HttpResponse]:
    """Make a function from request and state to a turn a view that answers a POST."""

    @functools.wraps(turn)
    def view(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _may_work_here(request):
            return forbidden(request)
        state = State()
        try:
            state = read_state(request.POST)
            request.desk = replace(request.desk, on_behalf=state.behalf)
            taken = turn(request, state, *args, **kwargs)
        except MalformedError:
            taken = Turn(state=state, answer=looks.malformed())
        except KeyReusedError:
            taken = Turn(state=state, answer=looks.sent_before())
        except UnknownReaderError as error:
            raise Http404("no such reader") from error
        return _answer(request, taken)

    return require_POST(staff_page()(view))


@_turn_view
def scans(request: StaffRequest, state: State) -> Turn:
    """POST scans: `q` is the scan or what was typed; `pick` a choice of the list."""
    text = request.POST.get("q", "")
    pick = request.POST.get("pick", "")
    options = request.POST.getlist("option")
    if not pick and len(text.strip()) == 1 and text.strip() in "123456789"[: len(options)]:
        pick = options[int(text) - 1]
    if pick:
        return turns.choose(request.desk, state, pick)
    return turns.scan(request.desk, state, text)


@_turn_view
def loans(request: StaffRequest, state: State) -> Turn:
    """POST loans: lend `barcode` to the open reader; `override` names the reasons waived.

    `on_site`: to be read in the library.
    """
    barcode = read_barcode(request.POST.get("barcode", ""))
    override = read_reasons(request.POST.getlist("override"))
    on_site = request.POST.get("on_site") == "1"
    return turns.lend(request.desk, state, barcode, override, on_site=on_site)


@_turn_view
def returns(request: StaffRequest, state: State) -> Turn:
    """POST returns: take `barcode` back."""
    barcode = read_barcode(request.POST.get("barcode", ""))
    return turns.take_back(request.desk, state, barcode)


@_turn_view
def renewal(request: StaffRequest, state: State, loan: str) -> Turn:
    """POST loans/<id>/renewals: renew one loan; `override` names the reasons waived.

    `seen` is 1 when the copy is in our hands.
    """
    _check_loan(loan)
    override = read_reasons(request.POST.getlist("override"))
    shown = {"seen": True} if request.POST.get("seen") == "1" else {}
    return _renewed(request, state, renew(request.desk, loans=(loan,), override=override, **shown))


@_turn_view
def renewals(request: StaffRequest, state: State) -> Turn:
    """POST renewals: renew every `loan` given."""
    ids = read_loans(request.POST.getlist("loan"))
    return _renewed(request, state, renew(request.desk, loans=ids))


def _renewed(request: StaffRequest, state: State, outcome: Any) -> Turn:
    answer = renewing.of_renewals(request.desk, outcome)
    return Turn(state=replace(state, last=answer.undo or state.last), answer=answer, did=True)


@_turn_view
def recalls(request: StaffRequest, state: State, loan: str) -> Turn:
    """POST loans/<id>/recalls: ask for a loan back sooner."""
    _check_loan(loan)
    answer = renewing.of_recall(recall(request.desk, loan=loan))
    return Turn(state=replace(state, last=answer.undo or state.last), answer=answer, did=True)


@_turn_view
def undo(request: StaffRequest, state: State, loan: str) -> Turn:
    """POST loans/<id>/undo: take back the `step` checkout, checkin, renewal or recall."""
    _check_loan(loan)
    step = read_step(request.POST.get("step", ""))
    answer = answers.of_undo(UNDO[step](request.desk, loan=loan))
    is_last = state.last == Undo(step=step, loan=loan)
    last = None if is_last else state.last
    return Turn(state=replace(state, last=last), answer=answer, did=True)


def _check_loan(loan: str) -> None:
    if not is_loan(loan):
        raise Http404("no such loan")


def _may_work_here(request: StaffRequest) -> bool:
    desk = request.desk
    return desk.may(Permission.CHECKIN) or desk.may(Permission.CHECKOUT)


def _answer(request: StaffRequest, turn: Turn) -> HttpResponse:
    address = reverse("desk:home", args=[request.library.slug])
    key = request.desk.key
    assert turn.answer is not None
    if not request.headers.get("HX-Request"):
        if turn.did and key and turn.answer.status == 200:
            to = HttpResponseRedirect(f"{address}?{turn.state.query(did=key)}")
            to.status_code = 303
            return to
        return _draw(request, turn, status=turn.answer.status)
    response = _draw(request, turn, "desk/home.html#desk", status=turn.answer.status)
    query = turn.state.query()
    response["HX-Replace-Url"] = f"{address}?{query}" if query else address
    if turn.did:
        response["HX-Trigger-After-Settle"] = "desk-changed"
    return response


def _draw(
    request: StaffRequest, turn: Turn, template: str = "desk/home.html", *, status: int = 200
) -> HttpResponse:
    desk, answer, state = request.desk, turn.answer, turn.state
    kind, visit = request.library.kind, None
    if state.reader and turns.sees_readers(desk):
        loan = answer.loan if answer else ""
        visit = open_visit(desk, state.reader, kind=kind, pointed_at=loan)
        if turn.opened and visit.reader.against:
            answer = looks.reader_against(visit.reader.name, visit.reader.against)
    elif answer and answer.patron and turns.sees_readers(desk):
        visit = visit_of(desk, answer.patron, kind=kind, is_open=False)
    if visit and answer:
        visit = visit.without(answer.reasons)
    context: dict[str, Any] = {
        "page_active": "desk",
        "state": state,
        "answer": answer,
        "visit": visit,
        "key": public_id(),
        "tabs": tabs_of(state),
        "returning": returning_of(desk, state),
        "undo_words": undo_words(state),
        "next_query": next_query(state),
        "keys": keys_words(),
        "sees_readers": turns.sees_readers(desk),
        "behalf": behalf_of(state) if visit and visit.is_open else None,
    }
    if "#" not in template:
        context |= _today(request) | {"gave_up": background_trouble(desk)}
    response = draw(request, template, context, status=status)
    response["Cache-Control"] = "no-store"  # the same address is a page and a part of it
    return response


def _today(request: StaffRequest) -> dict[str, Any]:
    lent, returned = lent_and_returned_today(request.desk)
    return {
        "lent": lent,
        "returned": returned,
        "returns": returns_today(request.desk),
        "sees_readers": turns.sees_readers(request.desk),
    }
