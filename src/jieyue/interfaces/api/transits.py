"""`/transits` and `/manifests`: what travels between branches."""

from typing import Annotated, Any, Final

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StringConstraints

from jieyue.circulation.actions.manifests import (
    MAX_RECEIVED,
    make_manifest,
    receive,
    receive_manifest,
    send_manifest,
)
from jieyue.circulation.actions.transit_outcomes import (
    CopySent,
    ManifestMade,
    ManifestSent,
    NotSent,
    Receipt,
    TransitCancelled,
    TransitRefused,
)
from jieyue.circulation.actions.transits import cancel_transit, send_copy
from jieyue.circulation.queries.transits import (
    LATE_DAYS,
    Board,
    ManifestView,
    manifest_view,
    transit_board,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Barcode, Input, answer, need
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, refused, there
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["transits"])
manifests = Router(tags=["transits"])

BranchCode = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=LINE)]
PublicId = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=LINE)]
MAX_NUMBER: Final = 10**15
UNKNOWN: Final = {Reason.TRANSIT_UNKNOWN, Reason.MANIFEST_UNKNOWN}


class NewTransit(Input):
    """A copy that is to belong to another branch."""

    copy_barcode: Barcode
    branch: BranchCode


class NewReceipt(Input):
    """Transits that have arrived at the token's branch."""

    transits: Annotated[tuple[PublicId, ...], Field(min_length=1, max_length=MAX_RECEIVED)]


class NewManifest(Input):
    """The branch whose box is full."""

    branch: BranchCode


def _settled(outcome: Any, status: int = 200) -> HttpResponse:
    if isinstance(outcome, TransitRefused):
        return refused(outcome, *UNKNOWN)
    return answer(outcome, status)


@router.get(
    "",
    response={200: Board, **PROBLEMS},
    operation_id="list_transits",
    summary="What travels from and to the branch",
)
def list_transits(
    request: ApiRequest, late_days: Annotated[int, Field(ge=0, le=3650)] = LATE_DAYS
) -> HttpResponse:
    """List what lies ready, what has left and what comes; `late_days` makes it overdue."""
    need(request, Permission.TRANSIT)
    return answer(transit_board(request.desk, late_days=late_days))


@router.post(
    "",
    response={201: CopySent, 409: NotSent, **PROBLEMS},
    operation_id="send_copy",
    summary="Send a copy to another branch",
    openapi_extra=REPEATABLE,
)
def send(request: ApiRequest, new: NewTransit) -> HttpResponse:
    """Put a copy into the box for another branch; it belongs there once it arrives."""
    outcome = send_copy(request.desk, copy_barcode=new.copy_barcode, to_branch=new.branch)
    return answer(outcome, 201 if isinstance(outcome, CopySent) else 409)


@router.post(
    "/receipts",
    response={200: Receipt, **PROBLEMS_OF_ONE},
    operation_id="receive_transits",
    summary="Take in transits",
    openapi_extra=REPEATABLE,
)
def take_in(request: ApiRequest, new: NewReceipt) -> HttpResponse:
    """Take in transits at the token's branch; scanned barcodes go to `/returns` instead."""
    return _settled(receive(request.desk, transits=new.transits))


@router.post(
    "/{transit_id}/cancellation",
    response={200: TransitCancelled, 409: TransitRefused, **PROBLEMS_OF_ONE},
    operation_id="cancel_transit",
    summary="Take a copy out of its box",
    openapi_extra=REPEATABLE,
)
def cancel(request: ApiRequest, transit_id: str) -> HttpResponse:
    """End a transit; a reader the copy was meant for waits on at their place."""
    return _settled(cancel_transit(request.desk, transit=transit_id))


@manifests.post(
    "",
    response={201: ManifestMade, 409: TransitRefused, **PROBLEMS},
    operation_id="make_manifest",
    summary="List what lies ready for a branch",
    openapi_extra=REPEATABLE,
)
def make(request: ApiRequest, new: NewManifest) -> HttpResponse:
    """Put everything that lies ready for a branch, and is on no manifest yet, on a new one."""
    return _settled(make_manifest(request.desk, to_branch=new.branch), 201)


@manifests.get(
    "/{number}",
    response={200: ManifestView, **PROBLEMS_OF_ONE},
    operation_id="get_manifest",
    summary="A manifest with its copies",
)
def get(request: ApiRequest, number: int) -> HttpResponse:
    """Return a manifest and what became of each copy on it."""
    need(request, Permission.TRANSIT)
    found = manifest_view(request.desk, number) if 0 < number < MAX_NUMBER else None
    return answer(there(found))


@manifests.post(
    "/{number}/sending",
    response={200: ManifestSent, 409: TransitRefused, **PROBLEMS_OF_ONE},
    operation_id="send_manifest",
    summary="Say that a box has left",
    openapi_extra=REPEATABLE,
)
def leave(request: ApiRequest, number: int) -> HttpResponse:
    """Say that the box has left."""
    return _settled(send_manifest(request.desk, number=_number(number)))


@manifests.post(
    "/{number}/receipt",
    response={200: Receipt, 409: TransitRefused, **PROBLEMS_OF_ONE},
    operation_id="receive_manifest",
    summary="Take in a whole box",
    openapi_extra=REPEATABLE,
)
def take_in_all(request: ApiRequest, number: int) -> HttpResponse:
    """Take in all that is still on its way here; what ended otherwise is listed."""
    return _settled(receive_manifest(request.desk, number=_number(number)))


def _number(number: int) -> int:
    """Return a number that the database can look for; 0 is never one."""
    return number if 0 < number < MAX_NUMBER else 0
