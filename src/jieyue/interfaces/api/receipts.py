"""`/receipts/…`: what a gate asks of a receipt that a reader shows on the way out."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from ninja import Router

from jieyue.circulation.queries.receipts import ReceiptView, receipt_view
from jieyue.interfaces.api.answers import ApiRequest, answer, need
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["receipts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBook:
    """A book on a receipt. `is_out`: it is lent to the reader whose receipt it is."""

    copy_barcode: str
    title: str
    due_on: date
    is_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReceipt:
    """A receipt as it is now. `is_good`: in time, and all its books are lent. Names no reader."""

    receipt: str
    is_good: bool
    books_out: int
    made_at: datetime
    valid_until: datetime
    checked_at: datetime | None
    books: tuple[CheckedBook, ...]


@router.get(
    "/{receipt_id}",
    response={200: CheckedReceipt, **PROBLEMS_OF_ONE},
    operation_id="check_receipt",
    summary="What is true of a receipt now",
)
def check_receipt(request: ApiRequest, receipt_id: str) -> HttpResponse:
    """Return how many books may pass with a receipt, and which; 404 for an unknown one."""
    need(request, Permission.COPY_SHELVE)
    desk = request.desk
    found = receipt_view(desk.now, desk.zone, receipt_id.upper())
    return answer(_checked(there(found if found and desk.works_at(found.branch_id) else None)))


def _checked(found: ReceiptView) -> CheckedReceipt:
    return CheckedReceipt(
        receipt=found.public_id,
        is_good=found.is_good,
        books_out=found.out,
        made_at=found.made_at,
        valid_until=found.valid_until,
        checked_at=found.checked_at,
        books=tuple(
            CheckedBook(
                copy_barcode=book.barcode,
                title=book.title,
                due_on=book.due_on,
                is_out=book.is_out,
            )
            for book in found.books
        ),
    )
