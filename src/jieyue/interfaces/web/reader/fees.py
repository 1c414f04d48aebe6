"""What I owe and why, and what late books would cost if they came back now."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.circulation.actions.deposits import DepositFault, DepositRefused, ask_deposit_back
from jieyue.circulation.queries.charges import account_view
from jieyue.circulation.queries.deposits import deposit_view
from jieyue.circulation.queries.loans import late_loans_of
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw


@require_GET
@reader_page
def fees(request: ReaderRequest) -> HttpResponse:
    """My account in plain words. At most ten statements."""
    assert request.desk.patron_id is not None
    late = late_loans_of(request.desk, request.desk.patron_id)
    context = {
        "page_active": "me",
        "key": uuid4().hex,
        "deposit": deposit_view(request.desk, request.desk.patron_id),
        "account": account_view(request.desk, request.desk.patron_id),
        "late": [{"loan": loan, "fine": fine} for loan, fine in late],
    }
    return draw(request, "reader/fees.html", context)


@require_POST
@reader_page
def ask_deposit(request: ReaderRequest) -> HttpResponse:
    """POST that I want my deposit back; it is refused while anything is open."""
    outcome = ask_deposit_back(
        request.desk, patron=str(getattr(request.page["reader"], "public_id", ""))
    )
    if isinstance(outcome, DepositRefused):
        words = {
            DepositFault.HAS_LOANS: _("Please bring back what is on loan first."),
            DepositFault.OWES_MONEY: _("Please pay what is owed first."),
            DepositFault.ASKED_ALREADY: _("You asked for it already."),
        }
        text = " ".join(words[fault] for fault in outcome.faults if fault in words)
        messages.error(request, text or _("There is no deposit."))
    else:
        messages.success(request, _("Noted. The library gives it back at the desk."))
    return elsewhere(request, reverse("reader:fees", args=[request.library.slug]))
