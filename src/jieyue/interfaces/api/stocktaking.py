"""`/stock-takes`: counting the shelves, for programs and devices that scan."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import AwareDatetime, Field, StringConstraints

from jieyue.circulation.actions.stock_outcomes import (
    MarkedMissing,
    StockRefused,
    StockScans,
    StockTakeChanged,
    StockTakeStarted,
)
from jieyue.circulation.actions.stock_scans import StockScan, scan_stock
from jieyue.circulation.actions.stocktaking import (
    close_stock_take,
    mark_not_found,
    pause_stock_take,
    reopen_stock_take,
    resume_stock_take,
    start_stock_take,
    unmark_not_found,
)
from jieyue.circulation.queries.stocktaking import (
    StockTakeView,
    lines,
    progress,
    stock_take,
    stock_takes,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.circulation.rules.stocktaking import MAX_SCANS, Finding, Verdict
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Output, Text
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, refused, there
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["stock-takes"])

Short = Annotated[str, StringConstraints(max_length=60, pattern=LINE)]
MAX_LINES: Final = 500
CHANGES: Final = {
    "pause": pause_stock_take,
    "resume": resume_stock_take,
    "close": close_stock_take,
    "reopen": reopen_stock_take,
}


class NewStockTake(Input):
    """What is counted: a branch (code), a shelf, call numbers from … to; empty is all."""

    name: Text = ""
    branch: Text = ""
    shelf: Text = ""
    first: Text = ""
    last: Text = ""
    checks_order: bool = True


class NewScan(Input):
    """What was read, where and when; `id` is your own name for it and comes back with it."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    id: Short = ""
    seen_at: AwareDatetime | None = None
    shelf: Short = ""


class NewScans(Input):
    """Scans in the order they were made; `scanner` names one device's run of them."""

    scans: Annotated[tuple[NewScan, ...], Field(min_length=1, max_length=MAX_SCANS)]
    scanner: Annotated[str, StringConstraints(max_length=20, pattern=LINE)] = ""


class NewState(Input):
    """What becomes of the count."""

    do: Literal["pause", "resume", "close", "reopen"]


class StockTakeOut(Output):
    """A stock-take; `seen` counts those expected."""

    public_id: str
    name: str
    branch_code: str
    shelf: str
    first: str
    last: str
    state: str
    expected: int
    seen: int
    started_at: datetime
    closed_at: datetime | None


class ProgressOut(Output):
    """A stock-take with its figures; `verdicts` add up to what was expected."""

    stock_take: StockTakeOut
    verdicts: dict[Verdict, int]
    extra: int
    unknown: int
    odd: int
    settled: int


class StockLineOut(Output):
    """A copy of a stock-take; `copy` is empty for an unknown barcode."""

    copy_id: str
    barcode: str
    title: str
    call_number: str
    branch: str
    shelf: str
    verdict: Verdict | None
    findings: tuple[Finding, ...]
    seen_at: datetime | None
    seen_shelf: str
    settled_how: str


def _out(view: StockTakeView) -> StockTakeOut:
    return StockTakeOut.model_validate(asdict(view))


def _settled(outcome: Any, status: int = 200) -> HttpResponse:
    if isinstance(outcome, StockRefused):
        return refused(outcome, Reason.STOCK_TAKE_UNKNOWN)
    return answer(outcome, status)


@router.get(
    "",
    response={200: list[StockTakeOut], **PROBLEMS},
    operation_id="list_stock_takes",
    summary="The newest stock-takes",
)
def list_all(request: ApiRequest) -> HttpResponse:
    """List the newest 30 that the token may see."""
    need(request, Permission.COPY_SHELVE)
    return answer([_out(view) for view in stock_takes(request.desk)])


@router.post(
    "",
    response={201: StockTakeStarted, 409: StockRefused, **PROBLEMS},
    operation_id="start_stock_take",
    summary="Start a stock-take",
    openapi_extra=REPEATABLE,
)
def start(request: ApiRequest, new: NewStockTake) -> HttpResponse:
    """Take down what should stand there, and open it for scans."""
    return _settled(start_stock_take(request.desk, **new.model_dump()), 201)


@router.get(
    "/{stock_take_id}",
    response={200: ProgressOut, **PROBLEMS_OF_ONE},
    operation_id="get_stock_take",
    summary="How far a stock-take is",
)
def get(request: ApiRequest, stock_take_id: str) -> HttpResponse:
    """Return a stock-take and its figures."""
    need(request, Permission.COPY_SHELVE)
    view = there(stock_take(request.desk, stock_take_id))
    state = progress(view.id)
    names = ("verdicts", "extra", "unknown", "odd", "settled")
    figures = {name: getattr(state, name) for name in names}
    return answer(ProgressOut(stock_take=_out(view), **figures))


@router.get(
    "/{stock_take_id}/lines",
    response={200: list[StockLineOut], **PROBLEMS_OF_ONE},
    operation_id="list_stock_lines",
    summary="The copies of a stock-take",
)
def list_lines(
    request: ApiRequest,
    stock_take_id: str,
    which: Literal["odd", "settled", "unknown", "extra", "recent", "all"] = "odd",
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0,
) -> HttpResponse:
    """List up to 500 lines from `offset` on."""
    need(request, Permission.COPY_SHELVE)
    view = there(stock_take(request.desk, stock_take_id))
    found = lines(view.id, which, limit=MAX_LINES, offset=offset)
    return answer(
        [
            StockLineOut.model_validate(
                asdict(line) | {"copy_id": line.copy, "settled_how": line.settled_how or ""}
            )
            for line in found
        ]
    )


@router.post(
    "/{stock_take_id}/scans",
    response={200: StockScans, 409: StockRefused, **PROBLEMS_OF_ONE},
    operation_id="scan_stock",
    summary="Count scanned copies",
    openapi_extra=REPEATABLE,
)
def scan(request: ApiRequest, stock_take_id: str, new: NewScans) -> HttpResponse:
    """Count up to 100 scans; each copy counts once, so sending them again is harmless."""
    given = tuple(StockScan(**one.model_dump()) for one in new.scans)
    outcome = scan_stock(request.desk, stock_take=stock_take_id, scans=given, scanner=new.scanner)
    return _settled(outcome)


@router.post(
    "/{stock_take_id}/state",
    response={200: StockTakeChanged, 409: StockRefused, **PROBLEMS_OF_ONE},
    operation_id="change_stock_take",
    summary="Pause, resume, close or reopen a stock-take",
    openapi_extra=REPEATABLE,
)
def change(request: ApiRequest, stock_take_id: str, new: NewState) -> HttpResponse:
    """Change whether scans count."""
    return _settled(CHANGES[new.do](request.desk, stock_take=stock_take_id))


@router.put(
    "/{stock_take_id}/missing",
    response={200: MarkedMissing, 409: StockRefused, **PROBLEMS_OF_ONE},
    operation_id="mark_not_found",
    summary="Mark what nobody found as missing",
    openapi_extra=REPEATABLE,
)
def put_missing(request: ApiRequest, stock_take_id: str) -> HttpResponse:
    """Mark every copy as missing that is neither seen nor accounted for."""
    return _settled(mark_not_found(request.desk, stock_take=stock_take_id))


@router.delete(
    "/{stock_take_id}/missing",
    response={200: MarkedMissing, 409: StockRefused, **PROBLEMS_OF_ONE},
    operation_id="unmark_not_found",
    summary="Take that back",
    openapi_extra=REPEATABLE,
)
def delete_missing(request: ApiRequest, stock_take_id: str) -> HttpResponse:
    """Take the marking back for the copies that are still missing."""
    return _settled(unmark_not_found(request.desk, stock_take=stock_take_id))
