"""What I owe and why, and what late books would cost if they came back now."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.charges import account_view
from jieyue.circulation.queries.loans import late_loans_of
from jieyue.interfaces.web.access import ReaderRequest, reader_page
from jieyue.interfaces.web.rendering import draw


@require_GET
@reader_page
def fees(request: ReaderRequest) -> HttpResponse:
    """My account in plain words. At most eight statements."""
    assert request.desk.patron_id is not None
    late = late_loans_of(request.desk, request.desk.patron_id)
    context = {
        "page_active": "me",
        "account": account_view(request.desk, request.desk.patron_id),
        "late": [{"loan": loan, "fine": fine} for loan, fine in late],
    }
    return draw(request, "reader/fees.html", context)
