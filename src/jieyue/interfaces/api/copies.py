"""`/copies`: one barcoded thing each."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Literal

from django.http import HttpResponse
from ninja import Router

from jieyue.catalog.locations import locations
from jieyue.catalog.queries import CopyView, copy_by_barcode, copy_by_public_id
from jieyue.catalog.rules.copies import CopyDetails
from jieyue.circulation.actions.editing import CopyEdited, edit_copy
from jieyue.circulation.actions.withdraw import (
    Restored,
    StandingSet,
    Withdrawn,
    restore_copy,
    set_standing,
    withdraw_copy,
)
from jieyue.circulation.queries.loans import copy_states
from jieyue.interfaces.api.answers import REPEATABLE, ApiRequest, Barcode, Input, answer, need
from jieyue.interfaces.api.entries import EntryRefused, Output, Text, refusal
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["copies"])


class CopyOut(Output):
    """A copy, and where it is: `due_on` is set while it is on loan. The price is in fen.

    `directions` and `map_url` lead to its shelf, as far as the library describes the way.
    """

    public_id: str
    barcode: str
    title_public_id: str
    title: str
    branch_code: str
    branch: str
    item_type_code: str
    item_type: str
    shelf: str
    directions: str
    map_url: str
    call_number: str
    accession_number: str
    price_cents: int | None
    source: str
    supplier: str
    parts: str
    note: str
    standing: str
    is_on_loan: bool
    due_on: date | None
    added_at: datetime
    withdrawn_at: datetime | None


class CopyChange(Input):
    """What can be edited of a copy. `branch` and `item_type` are codes; empty leaves them."""

    barcode: Barcode
    branch: Text = ""
    item_type: Text = ""
    shelf: Text = ""
    call_number: Text = ""
    accession_number: Text = ""
    price_cents: int | None = None
    source: Text = ""
    supplier: Text = ""
    parts: Text = ""
    note: Text = ""


class NewStanding(Input):
    """What staff say of a copy."""

    standing: Literal["in_use", "reference", "repair", "missing", "lost"]
    note: Text = ""


class NewWithdrawal(Input):
    """Why the copy leaves the library."""

    reason: Text


@router.get(
    "/by-barcode/{barcode}",
    response={200: CopyOut, **PROBLEMS_OF_ONE},
    operation_id="copy_by_barcode",
    summary="Get a copy by its barcode",
)
def get_copy_by_barcode(request: ApiRequest, barcode: str) -> HttpResponse:
    """Get the copy with this barcode."""
    need(request, Permission.CATALOG_VIEW)
    return _shown(request, copy_by_barcode(barcode))


@router.get(
    "/{copy_id}",
    response={200: CopyOut, **PROBLEMS_OF_ONE},
    operation_id="get_copy",
    summary="Get a copy",
)
def get_copy(request: ApiRequest, copy_id: str) -> HttpResponse:
    """Get a copy by its id."""
    need(request, Permission.CATALOG_VIEW)
    return _shown(request, copy_by_public_id(copy_id))


@router.put(
    "/{copy_id}",
    response={200: CopyEdited, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="edit_copy",
    summary="Describe a copy anew",
    openapi_extra=REPEATABLE,
)
def replace_copy(request: ApiRequest, copy_id: str, new: CopyChange) -> HttpResponse:
    """Replace what is said of a copy; its standing has an address of its own."""
    outcome = edit_copy(request.desk, copy=copy_id, details=CopyDetails(**new.model_dump()))
    return answer(outcome) if isinstance(outcome, CopyEdited) else refusal(outcome)


@router.put(
    "/{copy_id}/standing",
    response={200: StandingSet, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="set_standing",
    summary="Say how a copy stands",
    openapi_extra=REPEATABLE,
)
def put_standing(request: ApiRequest, copy_id: str, new: NewStanding) -> HttpResponse:
    """Say that a copy is in use, for reading here, in repair, missing or lost."""
    outcome = set_standing(request.desk, copy=copy_id, standing=new.standing, note_text=new.note)
    return answer(outcome) if isinstance(outcome, StandingSet) else refusal(outcome)


@router.put(
    "/{copy_id}/withdrawal",
    response={200: Withdrawn, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="withdraw_copy",
    summary="Withdraw a copy",
    openapi_extra=REPEATABLE,
)
def put_withdrawal(request: ApiRequest, copy_id: str, new: NewWithdrawal) -> HttpResponse:
    """Take a copy out of the library. Refused while a reader has it."""
    outcome = withdraw_copy(request.desk, copy=copy_id, reason=new.reason)
    return answer(outcome) if isinstance(outcome, Withdrawn) else refusal(outcome)


@router.delete(
    "/{copy_id}/withdrawal",
    response={200: Restored, 409: EntryRefused, **PROBLEMS_OF_ONE},
    operation_id="restore_copy",
    summary="Take a withdrawal back",
    openapi_extra=REPEATABLE,
)
def delete_withdrawal(request: ApiRequest, copy_id: str) -> HttpResponse:
    """Put a withdrawn copy back in use."""
    outcome = restore_copy(request.desk, copy=copy_id)
    return answer(outcome) if isinstance(outcome, Restored) else refusal(outcome)


def copies_out(request: ApiRequest, copies: Sequence[CopyView]) -> list[CopyOut]:
    """Return copies as the API shows them. Two statements."""
    states = copy_states(request.desk.zone, [copy.id for copy in copies])
    known = locations({copy.branch_id for copy in copies})
    found = []
    for copy in copies:
        state, way = states[copy.id], known.of(copy.branch_id, copy.shelf)
        where = {
            "is_on_loan": bool(state.loan),
            "due_on": state.due_on,
            "directions": way.directions if way else "",
            "map_url": way.map_url if way else "",
        }
        found.append(CopyOut.model_validate(asdict(copy) | where))
    return found


def _shown(request: ApiRequest, copy: CopyView | None) -> HttpResponse:
    [shown] = copies_out(request, [there(copy)])
    return answer(shown)
